"""Long polling (getUpdates) that outlives whatever Telegram's server answers.

PTB's updater ends for good at a 404 and at the first update that cannot be recorded, while the
process lives on. Here any failure is followed by another try, after a pause that grows to half a
minute; an update is confirmed to Telegram only once it is recorded, else it comes again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from typing import Any

from telegram import Update
from telegram.error import RetryAfter, TelegramError
from telegram.ext import ExtBot

from bot.telegram.errors import explain
from bot.telegram.inbox import Inbox, NotRecorded
from bot.telegram.rate_limiter import seconds_of

WANTED = ("message", "edited_message", "callback_query", "inline_query", "my_chat_member")
"""The kinds of updates that have a handler."""
LAST_CONFIRMATION = 2.0
"""Seconds to confirm the last updates; unconfirmed ones come again and are known then."""
LONGEST_PAUSE = 30.0
_HOLD = 10
"""Seconds that Telegram holds a request for which it has no update."""
_log = logging.getLogger(__name__)


def pause_after(failures: int) -> float:
    """Return the seconds to wait after so many failures in a row.

    >>> [pause_after(n) for n in (1, 2, 3, 7, 100)]
    [0.5, 1.0, 2.0, 30.0, 30.0]
    """
    return min(LONGEST_PAUSE, 0.5 * 2.0 ** min(failures - 1, 10))


class Poller:
    """Fetches updates into the queue until it is stopped."""

    def __init__(self, bot: ExtBot[Any], queue: Inbox) -> None:
        self._bot = bot
        self._queue = queue
        self._offset = 0
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin, in a task of its own."""
        self._queue.health.polls()
        self._task = asyncio.create_task(self._poll())

    async def stop(self) -> None:
        """Fetch no more, and confirm what was recorded, if that does not take long."""
        if self._task is None:
            return
        self._task.cancel()
        await asyncio.wait({self._task})
        self._task = None
        try:
            async with asyncio.timeout(LAST_CONFIRMATION):
                await self._bot.get_updates(self._offset, timeout=0, allowed_updates=WANTED)
        except (TimeoutError, TelegramError):
            _log.info("the last updates were not confirmed")

    async def _poll(self) -> None:
        health, failures, webhook = self._queue.health, 0, True
        while True:
            try:
                if webhook:
                    await self._bot.delete_webhook()
                    webhook = False
                await self._record(await self._fetch())
            except Exception as error:
                failures += 1
                health.failed(type(error).__name__, _told(error))
                await asyncio.sleep(_pause(error, failures))
            else:
                failures = 0
                health.received()

    async def _fetch(self) -> Sequence[Update]:
        updates = await self._bot.get_updates(self._offset, timeout=_HOLD, allowed_updates=WANTED)
        return sorted(updates, key=lambda update: update.update_id)

    async def _record(self, updates: Sequence[Update]) -> None:
        """Record a batch in order; one that is not recorded comes again, with all after it."""
        for update in updates:
            await self._queue.put(update)
            self._offset = update.update_id + 1


def _told(error: Exception) -> str:
    """Return one line for operators about a failure."""
    if isinstance(error, TelegramError):
        return explain(error)
    if isinstance(error, NotRecorded):
        return str(error)
    return f"Lỗi không lường trước: {error!r}"


def _pause(error: Exception, failures: int) -> float:
    asked_for = seconds_of(error) if isinstance(error, RetryAfter) else 0.0
    return max(pause_after(failures), min(asked_for, LONGEST_PAUSE))
