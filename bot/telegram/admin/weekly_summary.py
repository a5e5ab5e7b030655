"""WEEKLY_SUMMARY: how the week went, to each administrator in private, once a week.

Owns when a summary is due and that nobody gets it twice: it is noted in the log before it leaves,
and the note taken back where it certainly did not arrive. One that was missed while the bot was
down is sent at the start, unless it is a day late.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from telegram import InlineKeyboardMarkup, Update
from telegram.error import BadRequest, Forbidden, TelegramError
from telegram.ext import ExtBot

from bot.log.database import LogDatabase, stamp
from bot.log.exchanges import language_of
from bot.log.notices import Notices
from bot.log.unanswered import Group
from bot.review.charts import chart
from bot.review.rendering import share
from bot.review.statistics import answered, figures
from bot.telegram.admin.authorization import Administrators, Context, in_private
from bot.telegram.formatting import Part
from bot.telegram.keyboards import to_resolve_each
from bot.telegram.messages import topic_of
from bot.telegram.rate_limiter import may_have_arrived
from bot.telegram.sending import Target, send_parts
from bot.telegram.streaming import typing
from bot.texts.texts import ReviewTexts, texts_for
from retrieval.models import Source

WEEK, LATE = timedelta(days=7), timedelta(days=1)
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_KIND = "weekly"
_LOOK = timedelta(hours=1)
"""Slept at most: clocks are set, and machines sleep too."""
_SHOWN = 5
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class WeekTime:
    """A day of the week (0 is Monday), hour and minute of the local time."""

    day: int
    hour: int
    minute: int

    @classmethod
    def of(cls, words: str) -> Self:
        """Return what "mon 08:00" means."""
        day, _, clock = words.lower().partition(" ")
        hour, _, minute = clock.partition(":")
        return cls(DAYS.index(day), int(hour), int(minute))

    def last(self, moment: datetime) -> datetime:
        """Return the latest such time that is not after `moment`."""
        local = moment.astimezone().replace(tzinfo=None)
        time = local.replace(hour=self.hour, minute=self.minute, second=0, microsecond=0)
        found = time - timedelta(days=(local.weekday() - self.day) % 7)
        # Back to a zone by the day itself: that of `moment` may be in another half of the year.
        return (found if found <= local else found - WEEK).astimezone()


@dataclass(frozen=True, slots=True)
class Week:
    """A summary as it is sent."""

    words: str
    picture: bytes
    keys: InlineKeyboardMarkup | None


class Weekly:
    """Sends the summaries; the log is read off the event loop."""

    def __init__(
        self,
        file: LogDatabase,
        admin_ids: Collection[int],
        at: WeekTime,
        new_sources: Callable[[datetime], Sequence[Source]],
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        worst: Callable[[datetime], Sequence[Group]] = lambda since: (),
    ) -> None:
        self._file = file
        self._notices = Notices(file)
        self._admin_ids = sorted(admin_ids)
        self._at = at
        self._new_sources = new_sources
        self._worst = worst
        self._clock = clock

    def wait(self) -> float:
        """Return the seconds until the next look for what is due."""
        now = self._clock()
        return max(min(self._at.last(now + WEEK) - now, _LOOK).total_seconds(), 1.0)

    async def round(self, bot: ExtBot[Any]) -> None:
        """Send the summary that is due to those who have not got it."""
        now = self._clock()
        due = self._at.last(now)
        if now - due >= LATE:
            return
        for admin in self._admin_ids:
            if await asyncio.to_thread(self._notices.is_due, admin, _KIND, stamp(due)):
                await self._send(bot, admin, due)

    async def show(self, administrators: Administrators, update: Update, context: Context) -> None:
        """Send the summary of the last seven days to the administrator who asks for it."""
        order = await administrators.order(update, context)
        if order is None:
            return
        async with typing(context.bot, order.message.chat_id, topic_of(order.message)):
            week = await asyncio.to_thread(self._week, self._clock(), order.texts.review)
        await in_private(order, context, lambda to: _put(context.bot, to, week))

    async def _send(self, bot: ExtBot[Any], admin: int, due: datetime) -> None:
        try:
            texts = texts_for(await asyncio.to_thread(language_of, self._file, admin)).admin.review
            week = await asyncio.to_thread(self._week, due, texts)
        except Exception:
            await asyncio.to_thread(self._notices.take_back, admin, _KIND)
            raise
        try:
            await _put(bot, Target(admin), week)
        except TelegramError as error:
            _log.warning("weekly summary for %s not delivered: %r", admin, error)
            final = isinstance(error, (BadRequest, Forbidden)) or may_have_arrived(error)
            if not final:
                await asyncio.to_thread(self._notices.take_back, admin, _KIND)

    def _week(self, due: datetime, texts: ReviewTexts) -> Week:
        told = figures(self._file, due - WEEK, due)
        before = answered(self._file, due - 2 * WEEK, due - WEEK)
        worst = tuple(self._worst(due - WEEK))[:_SHOWN]
        words = week_summary(told, before, self._new_sources(due - WEEK), texts, worst)
        last = due.astimezone().date()
        picture = (
            chart(told, last - WEEK + timedelta(days=1), last, texts) if told["total"] else b""
        )
        return Week(words, picture, to_resolve_each([group.ids[0] for group in worst], texts))


async def _put(bot: ExtBot[Any], to: Target, week: Week) -> None:
    """Send the words with their buttons, and the chart once they have arrived."""
    await send_parts(bot, to, [Part(week.words)], buttons=week.keys)
    if week.picture:
        try:
            await bot.send_photo(to.chat_id, week.picture)
        except TelegramError as error:
            _log.warning("the week's chart was not delivered: %r", error)


def week_summary(
    told: dict[str, Any],
    before: dict[str, Any],
    new: Sequence[Source],
    texts: ReviewTexts,
    worst: Sequence[Group] = (),
) -> str:
    """Return the figures of a week beside those of the week before, its worst questions, and what
    is new.
    """
    trend = ""
    if before["total"]:
        part = share(before["answered"])
        trend = texts.week_before.format(total=before["total"], answered=part)
    lines = [
        texts.week.format(
            first=_day(told["since"]),
            last=_day(told["until"]),
            total=told["total"],
            people=told["people"],
            answered=share(told["answered"]),
            trend=trend,
            **told["votes"],
        )
    ]
    if worst:
        lines += ["", texts.week_unanswered]
        lines += [
            f"{number}. {group.question[:200]} ({len(group.rows)})"
            for number, group in enumerate(worst, 1)
        ]
    lines += ["", texts.week_sources.format(count=len(new)) if new else texts.week_no_sources]
    lines += [f"• {source.name[:200]}" for source in new[:_SHOWN]]
    lines += ["…"] if len(new) > _SHOWN else []
    return "\n".join([*lines, "", texts.week_more])


def _day(moment: str) -> str:
    return f"{datetime.fromisoformat(moment).astimezone():%d/%m}"
