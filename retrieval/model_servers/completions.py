"""Chat completions of a model server, asked without blocking.

Owns deadlines, trying again, leaving out what a server refuses, waiting for a free connection and
giving a dead server a rest. Leaves the protocol to `protocol` and limits to `event_stream`. Neither
keys nor texts are logged or shown; of a refusal the server's own words are, the key masked. Every
fault is an EndpointError with a sentence for people.

The pool of connections is the queue: at most `concurrency` answers come in at once, the others wait
in the order in which they asked. One call lasts at most `total` seconds, waiting included.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import httpx
from tenacity import AsyncRetrying, retry_if_exception, stop_after_attempt, stop_before_delay

from retrieval.errors import EndpointError, ModelFault
from retrieval.model_servers.endpoint import (
    Circuit,
    Waiting,
    address_of,
    key_header,
    may_pass,
    refusal,
    resting,
)
from retrieval.model_servers.event_stream import body_of, events_of, lines_of
from retrieval.model_servers.protocol import (
    BrokenProtocol,
    Delta,
    Without,
    complaint_in,
    elsewhere,
    given_up,
    payload,
    read_event,
    read_whole,
    window_of,
)

_PATH = "/chat/completions"
_DONE = "[DONE]"
_QUICK = 3.0
"""Seconds for what is good to know but not needed."""
_REFUSED = (400, 422)
"""With which a server says that it does not take a request as it is; some say 500."""
Messages = Sequence[Mapping[str, str]]
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Request:
    """One call: what is asked, before anything is left out for this server."""

    model: str
    messages: Messages
    stream: bool
    options: Mapping[str, Any]

    def body(self, without: frozenset[Without]) -> dict[str, Any]:
        return payload(self.model, self.messages, self.stream, self.options, without)


class _Refused(Exception):
    """An HTTP status of refusal, and the server's words."""

    def __init__(self, response: httpx.Response, said: str) -> None:
        super().__init__(said)
        self.response = response
        self.said = said

    @property
    def status(self) -> int:
        return self.response.status_code


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
        self._headers = {**key_header(api_key), "Accept-Encoding": "identity"}
        self._key = api_key
        self._without: dict[str, frozenset[Without]] = {}
        """What each model of the server refused in a request that it took without it."""
        self._patience = patience or Patience()
        self._concurrency = concurrency
        self._circuit = circuit or Circuit()
        self._clients: WeakKeyDictionary[asyncio.AbstractEventLoop, httpx.AsyncClient]
        self._clients = WeakKeyDictionary()

    def refused(self, model: str) -> list[str]:
        """Return the names of what the server was found not to take in a request."""
        return sorted(self._without.get(model, frozenset()))

    async def whole(self, model: str, messages: Messages, **options: Any) -> Delta:
        """Return an answer in one piece; raises EndpointError."""
        async with aclosing(self._guarded(_Request(model, messages, False, options))) as deltas:
            [delta] = [delta async for delta in deltas]
        return delta

    async def stream(
        self, model: str, messages: Messages, **options: Any
    ) -> AsyncGenerator[Delta, None]:
        """Yield an answer piece by piece; raises EndpointError, also when it is cut off."""
        async with aclosing(self._guarded(_Request(model, messages, True, options))) as deltas:
            async for delta in deltas:
                yield delta

    async def window(self, model: str) -> int | None:
        """Return the tokens that the server takes and gives in one call; None if it does not say.

        Raises EndpointError where it cannot be asked.
        """
        listed = await self._told("/models")
        if (window := window_of(listed, model)) is not None:
            return window
        path = elsewhere(listed, model)
        root = self._base_url.removesuffix("/v1")
        return window_of(await self._told(f"{root}{path}"), model) if path else None

    async def _told(self, path: str) -> object:
        """Return the JSON at a path, None where there is none; raises EndpointError."""
        if not self._circuit.allows():
            raise resting(self.address)
        try:
            async with (
                asyncio.timeout(min(_QUICK, self._patience.read)),
                self._client().stream("GET", path) as response,
            ):
                content = await _whole(body_of(response))
                return json.loads(content) if response.is_success else None
        except ValueError:
            return None
        except (httpx.HTTPError, TimeoutError) as error:
            raise self._failure(error) from None

    async def aclose(self) -> None:
        """Close the connections of the running event loop."""
        if client := self._clients.pop(asyncio.get_running_loop(), None):
            await client.aclose()

    async def _guarded(self, request: _Request) -> AsyncGenerator[Delta, None]:
        """Yield the pieces; every fault becomes an EndpointError, and the circuit hears of it."""
        if not self._circuit.allows():
            raise resting(self.address)
        try:
            async with aclosing(self._pieces(request)) as pieces:
                async for piece in pieces:
                    yield piece
        except (httpx.HTTPError, TimeoutError, BrokenProtocol, _Refused) as error:
            if not isinstance(error, _Refused) or error.status >= 500:
                self._circuit.failed()
            else:
                self._circuit.succeeded()
            raise self._failure(error) from None
        self._circuit.succeeded()

    async def _pieces(self, request: _Request) -> AsyncGenerator[Delta, None]:
        """Yield the pieces; between them no deadline runs, so a slow reader is no fault."""
        deadline = asyncio.get_running_loop().time() + self._patience.total
        async with asyncio.timeout_at(deadline):
            first, rest = await self._begun(request)
        async with aclosing(rest):
            yield first
            while (piece := await _next(rest, deadline)) is not None:
                yield piece

    async def _begun(self, request: _Request) -> tuple[Delta, AsyncGenerator[Delta, None]]:
        """Return the first piece and the others; what fails before it is tried again.

        What the server refuses is left out, and remembered where it helped.
        """
        without = self._without.get(request.model, frozenset())
        while True:
            body = request.body(without)
            try:
                begun = await self._patiently(body)
            except _Refused as refused:
                worth = refused.status in (*_REFUSED, 500)
                given = given_up(refused.said, body, without) if worth else None
                if given is None:
                    raise
                without |= {given}
                continue
            if without != self._without.get(request.model, frozenset()):
                self._without[request.model] = without
                _log.info("%s takes no %s", self.address, ", ".join(sorted(without)))
            return begun

    async def _patiently(self, body: dict[str, Any]) -> tuple[Delta, AsyncGenerator[Delta, None]]:
        """Return the first piece and the others, faults that may pass tried again."""
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
            content = body_of(response)
            if response.is_error:
                raise _Refused(response, self._masked(complaint_in(await _whole(content))))
            head = [piece async for piece in _opening(content)]
            if body["stream"] and not _is_json(b"".join(head)):
                async for delta in _streamed(_together(head, content)):
                    yield delta
            else:
                yield read_whole(await _whole(_together(head, content)))

    def _masked(self, said: str) -> str:
        return said.replace(self._key, "***") if self._key else said

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
        if isinstance(error, _Refused):
            return refusal(self.address, error.status, error.said)
        if isinstance(error, BrokenProtocol):
            said = self._masked(str(error))
            told = f"Máy chủ mô hình {self.address} trả lời sai giao thức: {said}."
            return EndpointError(told, ModelFault.BROKEN)
        if isinstance(error, (TimeoutError, httpx.TimeoutException)):
            told = f"Máy chủ mô hình {self.address} trả lời quá chậm ({name})."
            return EndpointError(told, ModelFault.SLOW)
        return EndpointError(f"Mất kết nối với máy chủ mô hình {self.address} ({name}).")


async def _streamed(content: AsyncIterator[bytes]) -> AsyncGenerator[Delta, None]:
    """Yield the pieces of a stream up to its end; raises BrokenProtocol if that is missing."""
    ended = False
    async for data in events_of(lines_of(content)):
        if not data.strip():
            continue
        if data.strip() == _DONE:
            return
        delta = read_event(data)
        ended = ended or bool(delta.finish)
        yield delta
    if not ended:
        raise BrokenProtocol("câu trả lời bị cắt giữa chừng")


async def _opening(content: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Yield pieces until one of them tells more than blanks."""
    async for piece in content:
        yield piece
        if piece.strip():
            return


def _is_json(head: bytes) -> bool:
    """Return True if a body opens as JSON or a page, not as a stream, whatever its type says."""
    return head.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] in (b"{", b"[", b"<")


async def _together(
    head: Sequence[bytes], content: AsyncIterator[bytes]
) -> AsyncGenerator[bytes, None]:
    for piece in head:
        yield piece
    async for piece in content:
        yield piece


async def _whole(content: AsyncIterator[bytes]) -> str:
    return b"".join([piece async for piece in content]).decode("utf-8", errors="replace")


async def _next(pieces: AsyncGenerator[Delta, None], deadline: float) -> Delta | None:
    async with asyncio.timeout_at(deadline):
        return await anext(pieces, None)


def _worth_another_try(error: BaseException) -> bool:
    """True for a fault that may be gone the next time; who is slow once is slow again."""
    if isinstance(error, _Refused):
        return may_pass(error.status)
    if isinstance(error, httpx.TimeoutException):
        return isinstance(error, httpx.ConnectTimeout)
    return isinstance(error, httpx.TransportError)
