"""A LangChain chat model over any OpenAI-compatible server.

Owns LangChain's side: messages in, chunks and usage metadata out, thoughts left out. Leaves
connections to `completions` and the protocol to `protocol`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from queue import SimpleQueue
from typing import Any, TypeVar

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.language_models.base import LangSmithParams
from langchain_core.messages import (
    AIMessage,
    AIMessageChunk,
    BaseMessage,
    UsageMetadata,
    convert_to_openai_messages,
)
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from pydantic import ConfigDict, PrivateAttr, SecretStr

from retrieval.model_servers.completions import Completions, Patience
from retrieval.model_servers.protocol import Delta, Thoughts, Usage, estimated

T = TypeVar("T")
_END = object()


def blocking(make: Callable[[], AsyncIterator[T]]) -> Iterator[T]:
    """Yield what the iterator that `make` returns yields; raises what it raises.

    A caller that stops early waits until the iterator has ended: bound it with a deadline.
    """
    arrived: SimpleQueue[object] = SimpleQueue()

    async def collect() -> None:
        async for item in make():
            arrived.put(item)

    with ThreadPoolExecutor(1) as thread:
        running = thread.submit(asyncio.run, collect())
        running.add_done_callback(lambda _: arrived.put(_END))
        while (item := arrived.get()) is not _END:
            yield item  # type: ignore[misc]
        running.result()


class EndpointChatModel(BaseChatModel):
    """The chat model `model` of the server at `base_url`, which ends in `/v1`."""

    model_config = ConfigDict(populate_by_name=True)

    base_url: str
    model: str
    api_key: SecretStr | None = None
    temperature: float | None = None
    max_tokens: int | None = None
    stop: list[str] | None = None
    timeout: float = 60.0
    """Seconds that a call may take in all."""
    silence: float = 30.0
    """Seconds between two pieces."""
    max_retries: int = 2
    concurrency: int = 8
    context: int | None = None
    """Tokens that prompt and answer may have together; None: the server is asked."""
    _completions: Completions = PrivateAttr()

    def model_post_init(self, context: Any, /) -> None:
        """Make the client; nothing is connected yet."""
        super().model_post_init(context)
        key = self.api_key.get_secret_value() if self.api_key else ""
        patience = Patience(
            read=min(self.silence, self.timeout), total=self.timeout, attempts=self.max_retries + 1
        )
        self._completions = Completions(
            self.base_url, key, patience=patience, concurrency=self.concurrency
        )

    @property
    def address(self) -> str:
        """Scheme, host and port of the server: what may be shown to people."""
        return self._completions.address

    @property
    def refused(self) -> list[str]:
        """What the server was found not to take in a request, such as `temperature`."""
        return self._completions.refused(self.model)

    async def window(self) -> int | None:
        """Return how many tokens prompt and answer may have together; None if nobody says.

        Raises EndpointError.
        """
        return self.context or await self._completions.window(self.model)

    @property
    def _llm_type(self) -> str:
        return "openai-compatible"

    @property
    def _identifying_params(self) -> dict[str, Any]:
        return {"base_url": self.base_url, "model": self.model}

    def _get_ls_params(self, stop: list[str] | None = None, **kwargs: Any) -> LangSmithParams:
        params = super()._get_ls_params(stop=stop, **kwargs)
        return LangSmithParams(**{**params, "ls_provider": "openai-compatible"})

    async def aclose(self) -> None:
        """Close the connections of the running event loop."""
        await self._completions.aclose()

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        asked = _plain(messages)
        delta = await self._completions.whole(self.model, asked, **self._options(stop, kwargs))
        usage = delta.usage or estimated(asked, delta.text)
        message = AIMessage(
            delta.text, usage_metadata=_metadata(usage), response_metadata=self._told(delta, usage)
        )
        return ChatResult(generations=[ChatGeneration(message=message)])

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        asked, thoughts = _plain(messages), Thoughts()
        usage, finish, written = None, "", 0
        options = self._options(stop, kwargs)
        async with aclosing(self._completions.stream(self.model, asked, **options)) as deltas:
            async for delta in deltas:
                usage, finish = delta.usage or usage, delta.finish or finish
                written += len(delta.text)
                if text := thoughts.visible(delta.text):
                    yield await _announced(text, run_manager)
        if text := thoughts.rest():
            yield await _announced(text, run_manager)
        usage = usage or estimated(asked, " " * written)
        yield ChatGenerationChunk(
            message=AIMessageChunk(
                content="",
                usage_metadata=_metadata(usage),
                response_metadata=self._told(Delta("", finish), usage),
                chunk_position="last",
            )
        )

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        async def once() -> AsyncIterator[ChatResult]:
            try:
                yield await self._agenerate(messages, stop, None, **kwargs)
            finally:
                await self.aclose()

        [result] = blocking(once)
        return result

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        async def pieces() -> AsyncIterator[ChatGenerationChunk]:
            try:
                async for chunk in self._astream(messages, stop, None, **kwargs):
                    yield chunk
            finally:
                await self.aclose()

        for chunk in blocking(pieces):
            if run_manager and chunk.text:
                run_manager.on_llm_new_token(chunk.text, chunk=chunk)
            yield chunk

    def _options(self, stop: list[str] | None, more: dict[str, Any]) -> dict[str, Any]:
        return {
            "temperature": self.temperature,
            "max_tokens": self.max_tokens,
            "stop": stop or self.stop,
            **more,
        }

    def _told(self, delta: Delta, usage: Usage) -> dict[str, Any]:
        return {
            "model_name": self.model,
            "finish_reason": delta.finish,
            "usage_counted": usage.counted,
        }


async def _announced(
    text: str, run_manager: AsyncCallbackManagerForLLMRun | None
) -> ChatGenerationChunk:
    chunk = ChatGenerationChunk(message=AIMessageChunk(content=text))
    if run_manager:
        await run_manager.on_llm_new_token(text, chunk=chunk)
    return chunk


def _metadata(usage: Usage) -> UsageMetadata:
    return UsageMetadata(
        input_tokens=usage.prompt,
        output_tokens=usage.completion,
        total_tokens=usage.prompt + usage.completion,
    )


def _plain(messages: Sequence[BaseMessage]) -> list[dict[str, str]]:
    """Return the messages as the protocol has them, each content one string."""
    converted = convert_to_openai_messages(messages, text_format="string")
    return [{"role": m["role"], "content": m["content"] or ""} for m in converted]
