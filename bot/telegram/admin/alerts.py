"""What is wrong is told to each administrator in private, once, and once more when it is over.

Owns the loop of looks and the delivery: a notice is noted in the log before it leaves, and the note
taken back where it may not have arrived. What is wrong is `bot.maintenance.troubles`'s business.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any

from telegram.error import BadRequest, Forbidden, TelegramError
from telegram.ext import ExtBot

from bot.log.database import LogDatabase
from bot.log.exchanges import language_of
from bot.log.notices import Notices
from bot.log.troubles import Trouble, TroubleLog, TroubleNotice
from bot.log.upgrades import upgrade_words, upgrades
from bot.telegram.background import Clock
from bot.telegram.errors import Redactor
from bot.telegram.formatting import Part
from bot.telegram.sending import Target, send_parts
from bot.texts.texts import AdminTexts, texts_for

EVERY = 60.0
"""Seconds between two looks."""
_NAMED = 5
"""Troubles of one kind that a notice names."""
_UNWRITTEN = 2
"""Rounds in a row in which the log could not be written, after which that is told."""
_log = logging.getLogger(__name__)
Look = Callable[[datetime], tuple[Sequence[Trouble], Collection[str]]]


class Alerts:
    """Looks at what is wrong and tells it; `look` and `admins` block."""

    def __init__(
        self,
        file: LogDatabase,
        troubles: TroubleLog,
        admins: Callable[[], Sequence[int]],
        look: Look,
        clock: Clock,
        redact: Redactor,
        state_dir: Path,
    ) -> None:
        self._file = file
        self._troubles = troubles
        self._admins = admins
        self._look = look
        self._clock = clock
        self._redact = redact
        self._state_dir = state_dir
        self._unwritten = 0

    async def round(self, bot: ExtBot[Any]) -> None:
        """Look, and tell each administrator what is new.

        While the log cannot be written nothing can be noted: that alone is told, once a process.
        """
        try:
            await self._round(bot)
        except sqlite3.OperationalError as error:
            self._unwritten += 1
            if self._unwritten == _UNWRITTEN:
                await self._tell_all(bot, partial(_unwritten, str(error)))
            raise
        unwritten, self._unwritten = self._unwritten, 0
        if unwritten >= _UNWRITTEN:
            await self._tell_all(bot, _written_again)

    async def _round(self, bot: ExtBot[Any]) -> None:
        moment = self._clock.now()
        admins = await asyncio.to_thread(self._admins)
        found, kinds = await asyncio.to_thread(self._look, moment)
        await asyncio.to_thread(self._troubles.note, admins, found, kinds, moment)
        await self._tell_of_upgrade(bot, admins)
        for admin in admins:
            if notice := await asyncio.to_thread(self._troubles.take, admin, moment):
                await self._tell(bot, admin, notice)

    async def _tell_all(self, bot: ExtBot[Any], words: Callable[[AdminTexts], str]) -> None:
        for admin in await asyncio.to_thread(self._admins):
            await self._arrives(bot, admin, words)

    async def _tell_of_upgrade(self, bot: ExtBot[Any], admins: Sequence[int]) -> None:
        """Tell each administrator once what taking over an earlier edition's state did."""
        upgrade = next(reversed(await asyncio.to_thread(upgrades, self._state_dir)), None)
        if upgrade is None or upgrade.returned_at:
            return
        notices = Notices(self._file)
        for admin in admins:
            due = await asyncio.to_thread(
                notices.is_due, admin, "upgrade", said=upgrade.upgraded_at
            )
            if due and not await self._arrives(bot, admin, partial(upgrade_words, upgrade)):
                await asyncio.to_thread(notices.take_back, admin, "upgrade")

    async def _tell(self, bot: ExtBot[Any], admin: int, notice: TroubleNotice) -> None:
        arrives = False
        try:
            arrives = await self._arrives(bot, admin, partial(alert, notice))
        finally:
            if not arrives:
                await asyncio.to_thread(self._troubles.put_back, notice)

    async def _arrives(
        self, bot: ExtBot[Any], admin: int, words: Callable[[AdminTexts], str]
    ) -> bool:
        """Send words to an administrator; return False where that is to be tried again."""
        language = await asyncio.to_thread(language_of, self._file, admin)
        text = self._redact(words(texts_for(language).admin))
        try:
            await send_parts(bot, Target(admin), [Part(text)])
        except TelegramError as error:
            _log.warning("what is wrong was not told to %s: %r", admin, error)
            # Who blocked the bot is not written to again and again. What may have arrived is sent
            # again: better twice than not at all.
            return isinstance(error, (BadRequest, Forbidden))
        return True


def alert(notice: TroubleNotice, texts: AdminTexts) -> str:
    """Return what has begun and what is over, in one message."""
    parts = []
    if notice.begun:
        parts.append("\n".join([texts.alerts["begun"], *_lines(notice.begun, texts)]))
    if notice.over:
        parts.append("\n".join([texts.alerts["over"], *_lines(notice.over, texts)]))
    return "\n\n".join(parts)


def _unwritten(reason: str, texts: AdminTexts) -> str:
    words = texts.alerts["unwritten"].format(reason=reason)
    return "\n".join([texts.alerts["begun"], f"• {words}"])


def _written_again(texts: AdminTexts) -> str:
    return "\n".join([texts.alerts["over"], f"• {texts.alerts['written_again']}"])


def _lines(rows: Sequence[dict[str, Any]], texts: AdminTexts) -> Iterator[str]:
    for kind, alike in groupby(rows, key=lambda row: row["kind"]):
        some = list(alike)
        for row in some[:_NAMED]:
            words = texts.troubles[kind].format(subject=row["subject"], **row["facts"]).strip()
            if row["ended_at"]:
                since, until = _local(row["began_at"]), _local(row["ended_at"])
                words = texts.alerts["span"].format(words=words, since=since, until=until)
            yield f"• {words}"
        if len(some) > _NAMED:
            yield texts.alerts["more"].format(count=len(some) - _NAMED)


def _local(moment: str) -> str:
    return f"{datetime.fromisoformat(moment).astimezone():%H:%M %d/%m}"
