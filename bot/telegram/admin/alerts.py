"""What is wrong is told to each administrator in private, once, and once more when it is over.

Owns the loop of looks and the delivery: a notice is noted in the log before it leaves, and the note
taken back where it may not have arrived. What is wrong is `bot.upkeep.watch`'s business.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from telegram.error import BadRequest, Forbidden, TelegramError
from telegram.ext import ExtBot

from bot.log.database import LogDatabase
from bot.log.exchanges import language_of
from bot.log.troubles import Trouble, TroubleLog, TroubleNotice
from bot.telegram.background import Clock
from bot.telegram.errors import Redactor
from bot.telegram.formatting import Part
from bot.telegram.sending import Target, send_parts
from bot.texts.texts import AdminTexts, texts_for

EVERY = 60.0
"""Seconds between two looks."""
_NAMED = 5
"""Troubles of one kind that a notice names."""
_log = logging.getLogger(__name__)
Look = Callable[[datetime], tuple[Sequence[Trouble], Collection[str]]]


class Alerts:
    """Looks at what is wrong and tells it; `look` blocks."""

    def __init__(
        self,
        file: LogDatabase,
        troubles: TroubleLog,
        admins: Callable[[], Collection[int]],
        look: Look,
        clock: Clock,
        redact: Redactor,
    ) -> None:
        self._file = file
        self._troubles = troubles
        self._admins = admins
        self._look = look
        self._clock = clock
        self._redact = redact

    async def round(self, bot: ExtBot[Any]) -> None:
        """Look, and tell each administrator what is new."""
        moment, admins = self._clock.now(), sorted(self._admins())
        found, kinds = await asyncio.to_thread(self._look, moment)
        await asyncio.to_thread(self._troubles.note, admins, found, kinds, moment)
        for admin in admins:
            if notice := await asyncio.to_thread(self._troubles.take, admin, moment):
                await self._tell(bot, admin, notice)

    async def _tell(self, bot: ExtBot[Any], admin: int, notice: TroubleNotice) -> None:
        arrives = False
        try:
            language = await asyncio.to_thread(language_of, self._file, admin)
            words = alert(notice, texts_for(language).admin)
            await send_parts(bot, Target(admin), [Part(self._redact(words))])
            arrives = True
        except TelegramError as error:
            _log.warning("what is wrong was not told to %s: %r", admin, error)
            # Who blocked the bot is not written to again and again. What may have arrived is sent
            # again: better twice than not at all.
            arrives = isinstance(error, (BadRequest, Forbidden))
        finally:
            if not arrives:
                await asyncio.to_thread(self._troubles.put_back, notice)


def alert(notice: TroubleNotice, texts: AdminTexts) -> str:
    """Return what has begun and what is over, in one message."""
    parts = []
    if notice.begun:
        parts.append("\n".join([texts.alerts["begun"], *_lines(notice.begun, texts)]))
    if notice.over:
        parts.append("\n".join([texts.alerts["over"], *_lines(notice.over, texts)]))
    return "\n\n".join(parts)


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
