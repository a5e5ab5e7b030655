"""Work beside the chats: one supervisor of all loops, and long work with its progress in a message.

Owns that no error ends a loop, the pace of the edits and the way to stop. What the work is, its
caller says.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Awaitable, Callable, Coroutine
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from telegram.error import TelegramError
from telegram.ext import ExtBot
from tenacity import AsyncRetrying, retry_if_exception_type, wait_fixed
from watchfiles import awatch

from bot.telegram.formatting import Part
from bot.telegram.sending import Target, change, send_parts
from bot.texts.reloads import summary
from retrieval.errors import ChidanError, IndexBusy
from retrieval.indexing.reload import Progress, Report

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
) -> tuple[int, Result | Exception]:
    """Do the job; return the message that told of it, and the result or the error.

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


def _outcome(job: Callable[[Progress], Result], steps: Steps) -> Result | Exception:
    try:
        return job(steps)
    except Exception as error:
        return error


async def _tell(bot: ExtBot[Any], chat_id: int, message_id: int, words: str) -> None:
    try:
        await change(bot, chat_id, message_id, Part(words), None)
    except TelegramError as error:
        _log.info("progress not shown in %s: %s", chat_id, error)


class Clock:
    """The time that loops go by."""

    def now(self) -> datetime:
        """Return this moment."""
        return datetime.now(UTC)

    def seconds(self) -> float:
        """Return seconds since some moment, whatever is done to the machine's clock."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)


FIRST_RETRY, LONGEST_RETRY = 5.0, 3600.0
"""Seconds after which a round that failed is tried again, at first and at most."""
Round = Callable[[], Awaitable[object]]
Wait = Callable[[], float]


async def supervise(
    name: str,
    once: Round,
    wait: Wait | None = None,
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
) -> None:
    """Do a round whenever `wait()` seconds have passed, until cancelled; without `wait` just one.

    A round that fails is logged and tried again, soon at first and then less often; nothing but
    cancelling ends the loop.
    """
    failures = 0
    while True:
        try:
            await once()
        except Exception as error:
            failures += 1
            is_ours = isinstance(error, ChidanError)
            _log.error("%s: %r", name, error, exc_info=None if is_ours else error)
            pause = min(LONGEST_RETRY, FIRST_RETRY * 2.0 ** min(failures - 1, 20))
            pause = min(pause, wait()) if wait else pause
        else:
            failures = 0
            if wait is None:
                return
            pause = wait()
        await sleep(pause)


class Background:
    """Tasks beside the lanes, so that a chat is not silent while one of them lasts."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, coroutine: Coroutine[Any, Any, None]) -> None:
        """Let it run once; an error in it is logged."""
        task = asyncio.create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._over)

    def keep(self, name: str, once: Round, wait: Wait | None = None) -> None:
        """Keep a loop going (see `supervise`)."""
        self.start(supervise(name, once, wait, self._clock.sleep))

    async def stop(self) -> None:
        """End everything."""
        running = set(self._tasks)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    def _over(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            _log.error("work in the background failed", exc_info=error)


QUIET = 3.0
"""Seconds without a change before a reload."""
_LONGEST = 300.0
"""Seconds after which there is a reload although files keep changing."""
_BUSY = 5.0


class NotWatched(ChidanError):
    """The folder of the sources cannot be watched."""


class Watcher:
    """Follows a folder: a reload whenever files below it have changed."""

    def __init__(
        self, folder: Path, reload: Callable[[Progress], Report], quiet: float = QUIET
    ) -> None:
        self._folder = folder
        self._reload = reload
        self._quiet = quiet
        self._missed = False
        """Whether files may have changed while nobody watched."""

    async def watch(self) -> None:
        """Watch until cancelled; raises NotWatched, or whatever a reload raises unexpectedly.

        Called again after that, it begins with a reload.
        """
        steps = Steps()
        try:
            if self._missed:
                await _reload(partial(self._reload, steps))
            self._missed = True
            pause = int(self._quiet * 1000)
            changes = awatch(self._folder, step=pause, debounce=int(_LONGEST * 1000))
            async for _ in changes:
                await _reload(partial(self._reload, steps))
        except OSError as error:
            raise NotWatched(
                f"Không theo dõi được thư mục nguồn ({error.strerror}): dùng /reload."
            ) from error
        finally:
            steps.stop.set()


async def _reload(reload: Callable[[], Report]) -> None:
    """Reload, waiting for one that is under way: it may have read the files before the change."""
    try:
        async for attempt in AsyncRetrying(
            retry=retry_if_exception_type(IndexBusy), wait=wait_fixed(_BUSY), reraise=True
        ):
            with attempt:
                report = await asyncio.to_thread(reload)
    except ChidanError as error:
        _log.warning("Chưa nạp lại được: %s", error)
        return
    if report.changes_anything or report.unreadable:
        _log.info("%s", summary(report))
