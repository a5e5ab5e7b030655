"""Which updates wait for which: one chat in order, different chats side by side.

Buttons and inline queries never wait behind answers; what one person presses under one message is
taken in order. PTB's own concurrent_updates=True would mix up the order inside a chat.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any
from weakref import WeakValueDictionary

from telegram import Update
from telegram.ext import BaseUpdateProcessor

from bot.log.deliveries import Late, Unsure
from bot.log.exchanges import Pending
from bot.quotas import TurnedAway
from bot.telegram.inbox import Words

Lane = int | tuple[int, int, int]
WIDTH = 10_000
"""Updates in hand at once, waiting ones included; they cost a few kilobytes each."""


class PerChatProcessor(BaseUpdateProcessor):
    """An update processor with one lane a chat."""

    def __init__(self, width: int = WIDTH) -> None:
        super().__init__(width)
        self._locks: WeakValueDictionary[Lane, asyncio.Lock] = WeakValueDictionary()
        self._running: set[asyncio.Task[Any]] = set()
        self._closed = False

    async def initialize(self) -> None:
        """Needs nothing."""

    async def shutdown(self) -> None:
        """Keeps nothing."""

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Process at once, or after those before it in its lane; asyncio's locks are fair."""
        task = asyncio.current_task()
        if task is None or self._closed:
            _discard(coroutine)
            return
        self._running.add(task)
        try:
            await self._in_turn(update, coroutine)
        finally:
            self._running.discard(task)

    async def finish(self, grace: float) -> None:
        """Begin nothing more, give what runs `grace` seconds, then break it off."""
        self._closed = True
        if not self._running:
            return
        _, late = await asyncio.wait(set(self._running), timeout=grace)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    async def _in_turn(self, update: object, coroutine: Awaitable[Any]) -> None:
        lane = lane_of(update)
        if lane is None:
            await coroutine
            return
        lock = self._locks.setdefault(lane, asyncio.Lock())
        async with lock:
            if self._closed:
                _discard(coroutine)
            else:
                await coroutine


def _discard(coroutine: Awaitable[Any]) -> None:
    """Let go of work that was never begun, without Python's complaint about that."""
    if asyncio.iscoroutine(coroutine):
        coroutine.close()


def lane_of(update: object) -> Lane | None:
    """Return in whose order an update stands, a chat's or that of a person's presses on a message.

    None waits for nobody.
    """
    if isinstance(update, Pending | TurnedAway | Unsure | Late | Words):
        return update.chat_id
    if not isinstance(update, Update) or update.inline_query:
        return None
    if (press := update.callback_query) is not None:
        message = press.message
        return (press.from_user.id, message.chat.id, message.message_id) if message else None
    return update.effective_chat.id if update.effective_chat else None
