"""/nhatky: the log in Telegram, page by page, for administrators, in private."""

from __future__ import annotations

import asyncio
import math
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update

from bot.log.database import LogDatabase
from bot.review.queries import Filter, count, entry, find
from bot.review.rendering import entry_text
from bot.telegram.admin.authorization import Administrators, Context, Duty, Order, in_private
from bot.telegram.button_press import answer
from bot.telegram.formatting import Part, compose_list
from bot.telegram.keyboards import Action, is_field, pack
from bot.telegram.sending import Target, change, send_parts
from bot.texts.texts import ReviewTexts
from retrieval.text.vietnamese import fold, normalise, words

PAGE = 5
LONGEST = 3000
"""Characters of an entry: with those that count double it still is one message."""
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

    def __init__(self, administrators: Administrators, file: LogDatabase) -> None:
        self._administrators = administrators
        self._file = file

    async def latest(self, update: Update, context: Context) -> None:
        """Show the latest exchanges, or those with the words behind the command."""
        order = await self._administrators.order(update, context, Duty.REVIEW)
        if order is None:
            return
        if order.arguments:
            shown = await asyncio.to_thread(self._searched, order.arguments, 0, order)
        else:
            shown = await asyncio.to_thread(self._page, "tat", 0, order)
        await in_private(order, context, lambda to: _send(context, to, shown))

    async def turn(self, update: Update, context: Context) -> None:
        """Turn to another page or filter."""
        order = await self._administrators.press(update, str, int, duty=Duty.REVIEW)
        if order and order.query:
            await answer(order.query)
            name, page = order.fields
            if name in _FILTERS and page >= 0:
                shown = await asyncio.to_thread(self._page, name, page, order)
                await _show(order, context, shown)

    async def turn_found(self, update: Update, context: Context) -> None:
        """Turn to another page of what was found."""
        order = await self._administrators.press(update, str, int, duty=Duty.REVIEW)
        if order and order.query:
            await answer(order.query)
            words, page = order.fields[0].replace(".", " "), max(order.fields[1], 0)
            shown = await asyncio.to_thread(self._searched, words, page, order)
            await _show(order, context, shown)

    async def one(self, update: Update, context: Context) -> None:
        """Show one exchange with its evidence."""
        order = await self._administrators.press(update, int, str, int, duty=Duty.REVIEW)
        if order and order.query:
            await answer(order.query)
            number, name, page = order.fields
            shown = await asyncio.to_thread(self._entry, number, name, page, order)
            await _show(order, context, shown)

    def _page(self, name: str, page: int, order: Order) -> _Shown:
        texts = order.texts.review
        wanted = replace(_FILTERS[name], audience=order.rights.audience)
        total = count(self._file, wanted)
        pages = max(math.ceil(total / PAGE), 1)
        page = min(page, pages - 1)
        rows = find(self._file, wanted, PAGE, page * PAGE)
        what = texts.filters[name]
        heading = texts.list.format(what=what, count=total, page=page + 1, pages=pages)
        others = [
            (label, pack(Action.LOG_PAGE, other, 0)) for other, label in texts.filters.items()
        ]
        turns = [("◀", pack(Action.LOG_PAGE, name, page - 1))] if page else []
        turns += [("▶", pack(Action.LOG_PAGE, name, page + 1))] if page + 1 < pages else []
        return _listed(heading, rows, (name, page), [turns, others[:2], others[2:]], texts)

    def _searched(self, typed: str, page: int, order: Order) -> _Shown:
        texts = order.texts.review
        wanted = Filter(search=typed, audience=order.rights.audience)
        total = count(self._file, wanted)
        pages = max(math.ceil(total / PAGE), 1)
        page = min(page, pages - 1)
        rows = find(self._file, wanted, PAGE, page * PAGE)
        heading = texts.found.format(words=typed[:100], count=total, page=page + 1, pages=pages)
        code = ".".join(fold(word.text) for word in words(normalise(typed)))
        # Words that do not fit on a button cannot be turned to another page.
        near = (("◀", page - 1), ("▶", page + 1)) if is_field(code) else ()
        turns = [(sign, pack(Action.LOG_SEARCH, code, to)) for sign, to in near if 0 <= to < pages]
        return _listed(heading, rows, ("tat", 0), [turns], texts)

    def _entry(self, number: int, name: str, page: int, order: Order) -> _Shown:
        texts = order.texts.review
        found = entry(self._file, number, order.rights.audience)
        if found:
            found["error"] = order.redact(found["error"] or "")
        text = entry_text(found, texts.entry) if found else texts.gone
        if len(text) > LONGEST:
            text = text[:LONGEST] + texts.cut.format(number=number)
        back = (texts.back, pack(Action.LOG_PAGE, name, max(page, 0)))
        return _Shown(compose_list(text, [])[0], _keys([[back]]))


def _listed(
    heading: str,
    rows: list[dict[str, Any]],
    place: tuple[str, int],
    more: list[list[tuple[str, str]]],
    texts: ReviewTexts,
) -> _Shown:
    lines = [_line(row, texts) for row in rows] or [texts.no_exchanges]
    numbers = [(str(row["id"]), pack(Action.LOG_ENTRY, row["id"], *place)) for row in rows]
    return _Shown(compose_list(heading, lines)[0], _keys([numbers, *more]))


def _line(row: dict[str, Any], texts: ReviewTexts) -> str:
    when = f"{datetime.fromisoformat(row['asked_at']).astimezone():%d/%m %H:%M}"
    votes = "👍" * bool(row["up"]) + "👎" * bool(row["down"])
    who = row["person"] or texts.entry.nobody
    outcome = texts.entry.outcomes[row["kind"]]
    facts = " · ".join(filter(None, (when, who[:40], outcome, votes)))
    return f"\n{row['id']}. {facts}\n{row['question'][:200]}"


def _keys(rows: list[list[tuple[str, str]]]) -> Keys | None:
    filled = [
        [InlineKeyboardButton(label, callback_data=data) for label, data in row]
        for row in rows
        if row
    ]
    return Keys(filled) if filled else None


async def _send(context: Context, to: Target, shown: _Shown) -> list[int]:
    return await send_parts(context.bot, to, [shown.part], buttons=shown.keys)


async def _show(order: Order, context: Context, shown: _Shown) -> None:
    message = order.message
    await change(context.bot, message.chat_id, message.message_id, shown.part, shown.keys)
