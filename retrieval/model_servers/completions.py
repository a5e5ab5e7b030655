"""Chat completions of a model server, asked without blocking.

Owns deadlines, trying again, waiting for a free connection and giving a dead server a rest. Leaves
the protocol to `wire`. Neither keys nor texts are logged or shown. Every fault is an EndpointError
with a sentence for people.

The pool of connections is the queue: at most `concurrency` answers come in at once, the others wait
in the order in which they asked. One call lasts at most `total` seconds, waiting included.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import httpx
from httpx_sse import EventSource, SSEError
from tenacity import AsyncRetrying, retry_if_exception, stop_after_attempt, stop_before_delay

from retrieval.errors import EndpointError
from retrieval.model_servers.endpoint import (
    Circuit,
    Waiting,
    address_of,
    is_down,
    key_header,
    may_pass,
    refusal,
    resting,
)
from retrieval.model_servers.protocol import BrokenProtocol, Delta, payload, read_event, read_whole

_PATH = "/chat/completions"
_DONE = "[DONE]"
_LARGEST = 2_000_000
"""Bytes of an answer that are read before it is called nonsense."""
Messages = Sequence[Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a call may take, in seconds, and how often it is tried."""

    connect: float = 5.0
    read: float = 30.0
    """The longest silence."""
    total: float = 60.0
    attempts: int = 3
    backoff: float = 0.5


class Completions:
    """The chat models of the server at `base_url`, which ends in `/v1`."""

    def __init__(
        self,
        base_url: str,
        api_key: str = "",
        *,
        patience: Patience | None = None,
        concurrency: int = 8,
        circuit: Circuit | None = None,
    ) -> None:
        self.address = address_of(base_url)
        self._base_url = base_url.rstrip("/")
        self._headers = key_header(api_key)
        self._patience = patience or Patience()
        self._concurrency = concurrency
        self._circuit = circuit or Circuit()
        self._clients: WeakKeyDictionary[asyncio.AbstractEventLoop, httpx.AsyncClient]
        self._clients = WeakKeyDictionary()

    async def whole(self, model: str, messages: Messages, **options: Any) -> Delta:
        """Return an answer in one piece; raises EndpointError."""
        async with aclosing(self._guarded(payload(model, messages, False, options))) as deltas:
            [delta] = [delta async for delta in deltas]
        return delta

    async def stream(
        self, model: str, messages: Messages, **options: Any
    ) -> AsyncGenerator[Delta, None]:
        """Yield an answer piece by piece; raises EndpointError, also when it is cut off."""
        async with aclosing(self._guarded(payload(model, messages, True, options))) as deltas:
            async for delta in deltas:
                yield delta

    async def aclose(self) -> None:
        """Close the connections of the running event loop."""
        if client := self._clients.pop(asyncio.get_running_loop(), None):
            await client.aclose()

    async def _guarded(self, body: dict[str, Any]) -> AsyncGenerator[Delta, None]:
        """Yield the pieces; every fault becomes an EndpointError, and the circuit hears of it."""
        if not self._circuit.allows():
            raise resting(self.address)
        try:
            async with aclosing(self._pieces(body)) as pieces:
                async for piece in pieces:
                    yield piece
        except (httpx.HTTPError, TimeoutError, BrokenProtocol, SSEError) as error:
            if is_down(error):
                self._circuit.failed()
            else:
                self._circuit.succeeded()
            raise self._failure(error) from None
        self._circuit.succeeded()

    async def _pieces(self, body: dict[str, Any]) -> AsyncGenerator[Delta, None]:
        """Yield the pieces; between them no deadline runs, so a slow reader is no fault."""
        deadline = asyncio.get_running_loop().time() + self._patience.total
        async with asyncio.timeout_at(deadline):
            first, rest = await self._begun(body)
        async with aclosing(rest):
            yield first
            while (piece := await _next(rest, deadline)) is not None:
                yield piece

    async def _begun(self, body: dict[str, Any]) -> tuple[Delta, AsyncGenerator[Delta, None]]:
        """Return the first piece and the others; what fails before it is tried again."""
        retrying = AsyncRetrying(
            stop=stop_after_attempt(self._patience.attempts)
            | stop_before_delay(self._patience.total),
            wait=Waiting(self._patience.backoff),
            retry=retry_if_exception(_worth_another_try),
            reraise=True,
        )
        return await retrying(self._once, body)

    async def _once(self, body: dict[str, Any]) -> tuple[Delta, AsyncGenerator[Delta, None]]:
        pieces = self._received(body)
        try:
            return await anext(pieces), pieces
        except BaseException:
            await pieces.aclose()
            raise

    async def _received(self, body: dict[str, Any]) -> AsyncGenerator[Delta, None]:
        async with self._client().stream("POST", _PATH, json=body) as response:
            response.raise_for_status()
            if "text/event-stream" in response.headers.get("Content-Type", ""):
                async for delta in _streamed(response):
                    yield delta
            else:
                yield read_whole(await _text(response))

    def _client(self) -> httpx.AsyncClient:
        """Return the client of the running event loop, which alone may use its connections."""
        loop = asyncio.get_running_loop()
        if loop not in self._clients:
            patience = self._patience
            self._clients[loop] = httpx.AsyncClient(
                base_url=self._base_url,
                headers=self._headers,
                timeout=httpx.Timeout(patience.read, connect=patience.connect, pool=patience.total),
                limits=httpx.Limits(max_connections=self._concurrency),
            )
        return self._clients[loop]

    def _failure(self, error: Exception) -> EndpointError:
        """Return `error` in words for people."""
        name = type(error).__name__
        if isinstance(error, httpx.HTTPStatusError):
            return refusal(self.address, error.response.status_code)
        if isinstance(error, BrokenProtocol):
            return EndpointError(f"Máy chủ mô hình {self.address} trả lời sai giao thức: {error}.")
        if isinstance(error, (TimeoutError, httpx.TimeoutException)):
            return EndpointError(f"Máy chủ mô hình {self.address} trả lời quá chậm ({name}).")
        return EndpointError(f"Mất kết nối với máy chủ mô hình {self.address} ({name}).")


async def _streamed(response: httpx.Response) -> AsyncGenerator[Delta, None]:
    """Yield the pieces of a stream up to its end; raises BrokenProtocol if that is missing."""
    ended = False
    async with aclosing(EventSource(response).aiter_sse()) as events:
        async for event in events:
            if event.data.strip() == _DONE:
                return
            if event.data:
                delta = read_event(event.data)
                ended = ended or bool(delta.finish)
                yield delta
    if not ended:
        raise BrokenProtocol("câu trả lời bị cắt giữa chừng")


async def _text(response: httpx.Response) -> str:
    """Return the body; raises BrokenProtocol if it is too large."""
    parts, size = [], 0
    async for part in response.aiter_text():
        parts.append(part)
        size += len(part)
        if size > _LARGEST:
            raise BrokenProtocol("câu trả lời quá dài")
    return "".join(parts)


async def _next(pieces: AsyncGenerator[Delta, None], deadline: float) -> Delta | None:
    async with asyncio.timeout_at(deadline):
        return await anext(pieces, None)


def _worth_another_try(error: BaseException) -> bool:
    """True for a fault that may be gone the next time; who is slow once is slow again."""
    if isinstance(error, httpx.HTTPStatusError):
        return may_pass(error.response.status_code)
    if isinstance(error, httpx.TimeoutException):
        return isinstance(error, httpx.ConnectTimeout)
    return isinstance(error, httpx.TransportError)
