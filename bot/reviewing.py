"""/nhatky, /thongke and /xuat: the log in Telegram, for administrators, in private.

Owns where these answer: asked in a group, they go into the administrator's private chat.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, InputFile, ReplyParameters, Update
from telegram.constants import ChatType
from telegram.error import BadRequest, Forbidden

from bot import review_texts as says
from bot.administrators import Administrators, Context, Order
from bot.callbacks import pack
from bot.charts import chart
from bot.entries import entry_text, share
from bot.exports import FORMATS, exported
from bot.figures import figures
from bot.log_file import LogFile
from bot.periods import PeriodUnclear, since
from bot.presses import answer
from bot.replies import Part, compose_list
from bot.review import Filter, count, entry, find
from bot.sending import Target, change, send_parts
from bot.tables import OUTCOMES

PAGES, EXCHANGE = "nhatky", "luot"
"""Actions: a page of the list (filter, page from 0), one exchange (number, filter, page)."""
PAGE = 5
PERIOD = timedelta(days=30)
_FILTERS = {
    "tat": Filter(),
    "chua": Filter(kind="not_found"),
    "che": Filter(vote="down"),
    "loi": Filter(kind="error"),
}
Keys = InlineKeyboardMarkup


@dataclass(frozen=True, slots=True)
class _Shown:
    part: Part
    keys: Keys | None = None


class Reviewing:
    """The handlers; the log is read off the event loop."""

    def __init__(self, administrators: Administrators, file: LogFile) -> None:
        self._administrators = administrators
        self._file = file

    async def latest(self, update: Update, context: Context) -> None:
        """Show the latest exchanges, or those with the words behind the command."""
        order = await self._administrators.order(update, context)
        if order is None:
            return
        if order.arguments:
            shown = await asyncio.to_thread(self._searched, order.arguments)
        else:
            shown = await asyncio.to_thread(self._page, "tat", 0)
        await in_private(order, context, lambda to: _send(context, to, shown))

    async def turn(self, update: Update, context: Context) -> None:
        """Turn to another page or filter."""
        order = await self._administrators.press(update, str, int)
        if order and order.query:
            await answer(order.query)
            if order.fields[0] in _FILTERS and order.fields[1] >= 0:
                await _show(order, context, await asyncio.to_thread(self._page, *order.fields))

    async def one(self, update: Update, context: Context) -> None:
        """Show one exchange with its evidence."""
        order = await self._administrators.press(update, int, str, int)
        if order and order.query:
            await answer(order.query)
            await _show(order, context, await asyncio.to_thread(self._entry, *order.fields))

    async def stats(self, update: Update, context: Context) -> None:
        """Draw the last thirty days, with a paragraph that reads them."""
        if order := await self._administrators.order(update, context):
            picture, words = await asyncio.to_thread(self._drawn)
            await in_private(
                order,
                context,
                lambda to: context.bot.send_photo(
                    to.chat_id, picture, caption=words, reply_parameters=_to(to)
                ),
            )

    async def export(self, update: Update, context: Context) -> None:
        """Send the exchanges of a period as a file."""
        order = await self._administrators.order(update, context)
        if order is None:
            return
        try:
            form, period = _wanted(order.arguments)
            data, words = await asyncio.to_thread(self._exported, form, period)
        except PeriodUnclear as error:
            parts = [Part(str(error))]
            await in_private(order, context, lambda to: send_parts(context.bot, to, parts))
            return
        file = InputFile(data, filename=f"nhat-ky.{form}")
        await in_private(
            order,
            context,
            lambda to: context.bot.send_document(
                to.chat_id, file, caption=words, reply_parameters=_to(to)
            ),
        )
        await self._administrators.note(order, "xuat", f"{form} {period}", words)

    def _page(self, name: str, page: int) -> _Shown:
        wanted = _FILTERS[name]
        total = count(self._file, wanted)
        pages = max(math.ceil(total / PAGE), 1)
        page = min(page, pages - 1)
        rows = find(self._file, wanted, PAGE, page * PAGE)
        heading = says.LIST.format(what=says.FILTERS[name], count=total, page=page + 1, pages=pages)
        others = [(words, pack(PAGES, other, 0)) for other, words in says.FILTERS.items()]
        turns = [("◀", pack(PAGES, name, page - 1))] if page else []
        turns += [("▶", pack(PAGES, name, page + 1))] if page + 1 < pages else []
        return _listed(heading, rows, (name, page), [turns, others[:2], others[2:]])

    def _searched(self, words: str) -> _Shown:
        wanted = Filter(search=words)
        rows = find(self._file, wanted, PAGE * 2)
        heading = says.FOUND.format(words=words[:100], count=count(self._file, wanted))
        return _listed(heading, rows, ("tat", 0), [])

    def _entry(self, number: int, name: str, page: int) -> _Shown:
        found = entry(self._file, number)
        words = entry_text(found) if found else says.GONE
        back = (says.BACK, pack(PAGES, name, max(page, 0)))
        return _Shown(compose_list(words, [])[0], _keys([[back]]))

    def _drawn(self) -> tuple[bytes, str]:
        now = datetime.now(UTC)
        told = figures(self._file, now - PERIOD, now)
        before = figures(self._file, now - 2 * PERIOD, now - PERIOD)
        last = now.astimezone().date()
        return chart(told, last - PERIOD + timedelta(days=1), last), reading(told, before)

    def _exported(self, form: str, period: str) -> tuple[bytes, str]:
        begin = since(period, datetime.now(UTC))
        rows = find(self._file, Filter(since=begin))
        if not rows:
            raise PeriodUnclear(says.NOTHING_TO_EXPORT)
        words = says.EXPORTED.format(count=len(rows), since=f"{begin.astimezone():%d/%m/%Y %H:%M}")
        return exported(rows, form), words


async def in_private(order: Order, context: Context, send: Callable[[Target], Any]) -> Any | None:
    """Send what an order asks for into the administrator's private chat.

    Where that cannot be, say so in the group; return what was sent, None if nothing was.
    """
    private = order.message.chat.type == ChatType.PRIVATE
    try:
        return await send(order.target if private else Target(order.who.id))
    except (BadRequest, Forbidden):
        if private:
            raise
        words = says.CANNOT_WRITE.format(username=context.bot.username)
        await send_parts(context.bot, order.target, [Part(words)])
        return None


def reading(told: dict[str, Any], before: dict[str, Any]) -> str:
    """Return a period's figures as a paragraph, compared with the period before."""
    trend = ""
    if told["answered"] is not None and before["answered"] is not None:
        trend = f" (30 ngày trước đó: {share(before['answered'])})"
    times, top = "", told["unanswered"][:1]
    if told["p50_ms"] is not None:
        times = says.TIMES.format(p50=told["p50_ms"], p95=told["p95_ms"])
    missing = "".join(
        says.MISSING.format(question=row["question"][:200], times=row["times"]) for row in top
    )
    return says.READING.format(
        total=told["total"],
        people=told["people"],
        answered=share(told["answered"]),
        trend=trend,
        up=told["votes"]["up"],
        down=told["votes"]["down"],
        times=times,
        missing=missing,
    )


def _wanted(arguments: str) -> tuple[str, str]:
    """Return format and period of /xuat; raises PeriodUnclear."""
    words = arguments.lower().split()
    forms = [word for word in words if word in FORMATS]
    periods = [word for word in words if word not in FORMATS]
    if len(forms) > 1 or len(periods) > 1:
        raise PeriodUnclear(says.EXPORT_USAGE)
    return (forms or ["csv"])[0], (periods or ["30d"])[0]


def _listed(
    heading: str,
    rows: list[dict[str, Any]],
    place: tuple[str, int],
    more: list[list[tuple[str, str]]],
) -> _Shown:
    lines = [_line(row) for row in rows] or [says.NO_EXCHANGES]
    numbers = [(str(row["id"]), pack(EXCHANGE, row["id"], *place)) for row in rows]
    return _Shown(compose_list(heading, lines)[0], _keys([numbers[:5], numbers[5:], *more]))


def _line(row: dict[str, Any]) -> str:
    when = f"{datetime.fromisoformat(row['asked_at']).astimezone():%d/%m %H:%M}"
    votes = "👍" * bool(row["up"]) + "👎" * bool(row["down"])
    who = row["person"] or "ẩn danh"
    facts = " · ".join(filter(None, (when, who[:40], OUTCOMES[row["kind"]], votes)))
    return f"\n{row['id']}. {facts}\n{row['question'][:200]}"


def _keys(rows: list[list[tuple[str, str]]]) -> Keys | None:
    filled = [
        [InlineKeyboardButton(words, callback_data=data) for words, data in row]
        for row in rows
        if row
    ]
    return Keys(filled) if filled else None


def _to(target: Target) -> ReplyParameters | None:
    return ReplyParameters(target.message_id) if target.message_id else None


async def _send(context: Context, to: Target, shown: _Shown) -> list[int]:
    return await send_parts(context.bot, to, [shown.part], buttons=shown.keys)


async def _show(order: Order, context: Context, shown: _Shown) -> None:
    message = order.message
    await change(context.bot, message.chat_id, message.message_id, shown.part, shown.keys)
