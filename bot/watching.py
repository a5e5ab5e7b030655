"""WATCH_SOURCES: the index follows the files once they have been quiet for a moment.

Owns when to reload. What a reload is, and that one happens at a time, is `retrieval`'s.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path

from tenacity import AsyncRetrying, retry_if_exception_type, wait_fixed
from watchfiles import awatch

from bot.long_work import Steps
from bot.progress import moved, summary
from retrieval.errors import ChidanError, IndexBusy
from retrieval.indexing import Progress, Report

QUIET = 3.0
"""Seconds without a change before a reload."""
_LONGEST = 300.0
"""Seconds after which there is a reload although files keep changing."""
_BUSY = 5.0
_log = logging.getLogger(__name__)


async def watch(folder: Path, reload: Callable[[Progress], Report], quiet: float = QUIET) -> None:
    """Reload whenever files below `folder` have changed, until cancelled."""
    steps = Steps()
    try:
        changes = awatch(folder, step=int(quiet * 1000), debounce=int(_LONGEST * 1000))
        async for _ in changes:
            await _reload(partial(reload, steps))
    except OSError as error:
        _log.warning("Không theo dõi được %s (%s): dùng /reload.", folder, error)
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
    if moved(report) or report.unreadable:
        _log.info("%s", summary(report))
