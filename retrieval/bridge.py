"""Asynchronous work for callers that block.

Owns one thing: running an asynchronous iterator to its end in a thread with an event loop of its
own, so that it also works where the caller's thread runs a loop already.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from typing import TypeVar

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
