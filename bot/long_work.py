"""Work that takes its time: in a thread, its progress in one message, stopped with the bot.

Owns the pace of the edits and the way to stop. What the work is, its caller says.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from typing import Any, TypeVar

from telegram.error import TelegramError
from telegram.ext import ExtBot

from bot.changing import change
from bot.replies import Part
from bot.sending import Target, send_parts
from retrieval.errors import ChidanError
from retrieval.indexing import Progress

PACE = 5.0
"""Seconds between edits: a group has room for twenty messages and edits a minute, for everybody."""
_log = logging.getLogger(__name__)
Result = TypeVar("Result")


class Stopped(ChidanError):
    """The bot is stopping; the work was broken off between two steps."""


class Steps:
    """Where the work is; asked to stop, it raises at its next step."""

    def __init__(self) -> None:
        self.at = (0, 0)
        self.stop = threading.Event()

    def __call__(self, done: int, total: int) -> None:
        """Note the step; raises Stopped."""
        if self.stop.is_set():
            raise Stopped("Bot đang dừng; việc này chưa làm xong.")
        self.at = (done, total)


async def work(
    bot: ExtBot[Any],
    target: Target,
    job: Callable[[Progress], Result],
    begun: str,
    going: str,
    pace: float = PACE,
) -> tuple[int, Result | ChidanError]:
    """Do the job; return the message that told of it, and the result or the error of ours.

    `begun` is what the message says at first, `going` later, with `{done}` and `{total}` files.
    """
    (message_id,) = await send_parts(bot, target, [Part(begun)])
    steps, told = Steps(), (0, 0)
    doing = asyncio.create_task(asyncio.to_thread(_outcome, job, steps))
    try:
        while not (await asyncio.wait({doing}, timeout=pace))[0]:
            if steps.at not in {told, (0, 0)}:
                told = steps.at
                words = going.format(done=told[0], total=told[1])
                await _tell(bot, target.chat_id, message_id, words)
        return message_id, doing.result()
    finally:
        steps.stop.set()


def _outcome(job: Callable[[Progress], Result], steps: Steps) -> Result | ChidanError:
    try:
        return job(steps)
    except ChidanError as error:
        return error


async def _tell(bot: ExtBot[Any], chat_id: int, message_id: int, words: str) -> None:
    try:
        await change(bot, chat_id, message_id, Part(words), None)
    except TelegramError as error:
        _log.info("progress not shown in %s: %s", chat_id, error)


class Background:
    """Tasks beside the lanes, so that a chat is not silent while one of them lasts."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, coroutine: Any) -> None:
        """Let it run; the end of the event loop ends it."""
        task = asyncio.create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._over)

    def _over(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            _log.error("work in the background failed", exc_info=error)
