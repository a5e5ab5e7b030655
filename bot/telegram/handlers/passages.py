"""📚: pages through the passages around the quotes of an answer, each quote marked in its place.

Beside it the items of a quoted list that found no room in the answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from telegram import InlineKeyboardMarkup, MessageEntity, Update
from telegram.ext import CallbackContext

from bot.access import Access
from bot.log.database import LogDatabase
from bot.log.deliveries import Deliveries
from bot.log.moved_chats import Chats
from bot.telegram.button_press import Press, Presses, answer
from bot.telegram.formatting import Part, titled
from bot.telegram.keyboards import pages, to_rest_of_list
from bot.telegram.sending import Target, change, follow, send_parts
from bot.texts.texts import Texts
from retrieval.answering.quotes import rest_of_list
from retrieval.models import Audience, Quote, Source, Span, StoredText

REACH = 700
"""Characters shown on either side of a quote."""
LONGEST = 3000
"""Characters shown of the quote itself, and of everything."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """A piece of a stored text with the quote in it: `text[quote.start:quote.end]`."""

    text: str
    quote: Span


def quotes_of(file: LogDatabase, exchange_id: int) -> list[Quote]:
    """Return the quotes of an answer as they were given, best first."""
    rows = file.rows("select * from quotes where exchange_id = ? order by rank", exchange_id)
    return [
        Quote(
            Source(
                row["source_id"],
                row["path"] or "",
                row["title"] or "",
                row["publisher"] or "",
                date.fromisoformat(row["date"]) if row["date"] else None,
                row["url"] or "",
            ),
            row["start"],
            row["end"],
            row["text"],
        )
        for row in rows
    ]


def around(stored: str, quote: Span) -> Surroundings:
    """Return the quote with whole words around it; "…" stands where the text goes on.

    >>> around("abc " * 400 + "Đây.", Span(1600, 1604)).text.endswith("abc Đây.")
    True
    """
    end = min(quote.end, quote.start + LONGEST)
    reach = min(REACH, (LONGEST + 2 * REACH - (end - quote.start)) // 2)
    before = _from_a_word(stored[max(0, quote.start - reach) : quote.start], quote.start > reach)
    after = stored[end : end + reach]
    if end + reach < len(stored):
        after = f"{after.rsplit(maxsplit=1)[0] if ' ' in after.strip() else after} …"
    return Surroundings(
        f"{before}{stored[quote.start : end]}{after}",
        Span(len(before), len(before) + end - quote.start),
    )


def _from_a_word(before: str, cut: bool) -> str:
    """Return text that begins with a whole word, marked where something stood before it."""
    if not cut:
        return before.lstrip()
    words = before.split(maxsplit=1)
    return f"… {words[1] if len(words) > 1 and before[:1].strip() else before.lstrip()}"


Page = tuple[Part, InlineKeyboardMarkup | None]
Look = Callable[..., Page | None]
"""(exchange, fields of the button, chat, texts) → what is shown, None where there is nothing."""
Stored = Callable[[str, int, int, str, Audience], StoredText | None]
"""(source id, start, end, words, whose eyes) → the stored text in which the words stand there."""


class PassagePages:
    """The handlers of 📚, its arrows, and the rest of a list; `stored` may block."""

    def __init__(
        self,
        presses: Presses,
        chats: Chats,
        file: LogDatabase,
        deliveries: Deliveries,
        stored: Stored,
        access: Access,
    ) -> None:
        self._presses = presses
        self._access = access
        self._chats = chats
        self._file = file
        self._deliveries = deliveries
        self._stored = stored

    async def show(self, update: Update, context: CallbackContext[Any, Any, Any, Any]) -> None:
        """Show one page: below the answer, or in the place of the page before.

        In a group that has moved since, it comes as a new message.
        """
        press = await self._presses.read(update, int)
        if press is None:
            return
        page = await self._found(press, self._page, press.fields[0])
        if page is None:
            return
        part, buttons = page
        here = Target.of(press.message)
        replies = await asyncio.to_thread(self._deliveries.messages, press.asked.id)

        async def put(chat_id: int) -> None:
            if chat_id != here.chat_id:
                await send_parts(context.bot, Target(chat_id), [part], buttons=buttons)
            elif press.message.message_id in replies:
                await send_parts(context.bot, here, [part], buttons=buttons)
            else:
                await change(context.bot, chat_id, press.message.message_id, part, buttons)

        await follow(self._chats, here.chat_id, put)

    async def rest_of_list(
        self, update: Update, context: CallbackContext[Any, Any, Any, Any]
    ) -> None:
        """Show the next items of a quoted list below the answer, and the way to those after."""
        press = await self._presses.read(update, int, int)
        if press is None:
            return
        page = await self._found(press, self._rest, *press.fields)
        if page is None:
            return
        part, buttons = page
        here = Target.of(press.message)

        async def put(chat_id: int) -> None:
            target = here if chat_id == here.chat_id else Target(chat_id)
            await send_parts(context.bot, target, [part], buttons=buttons)

        await follow(self._chats, here.chat_id, put)

    async def _found(self, press: Press, look: Look, *fields: int) -> Page | None:
        """Return what `look` finds for a press, which is answered; None where nothing is."""
        about = press.asked.id, *fields, press.message.chat_id, press.texts
        page = await asyncio.to_thread(look, *about)
        if page is None:
            # Pressed quicker than the quotes got into the log.
            async with self._deliveries.alone_with(press.asked.id):
                page = await asyncio.to_thread(look, *about)
        await answer(press.query, *([press.texts.expired] if page is None else []))
        return page

    def _rest(
        self, exchange_id: int, number: int, start: int, chat_id: int, texts: Texts
    ) -> Page | None:
        quotes = quotes_of(self._file, exchange_id)
        if not 0 <= number < len(quotes):
            return None
        quote = quotes[number]
        stored = self._stored_for(quote, chat_id)
        if stored is None:
            return _marked(quote, stored, texts), None
        items, left = rest_of_list(stored.text, Span(quote.start, quote.end), start, LONGEST)
        if items.end == items.start:
            return None
        text = stored.text[items.start : min(items.end, items.start + LONGEST)]
        note = "" if stored.is_live else f"\n\n{texts.passage_old}"
        row = to_rest_of_list(exchange_id, number, items.end, left, texts)
        shown = titled(
            quote.source, f"{text}{note}", (Span(0, len(text)), MessageEntity.BLOCKQUOTE)
        )
        return shown, InlineKeyboardMarkup([row]) if row else None

    def _page(self, exchange_id: int, number: int, chat_id: int, texts: Texts) -> Page | None:
        quotes = quotes_of(self._file, exchange_id)
        if not 0 <= number < len(quotes):
            return None
        quote = quotes[number]
        stored = self._stored_for(quote, chat_id)
        return _marked(quote, stored, texts), pages(exchange_id, number, len(quotes))

    def _stored_for(self, quote: Quote, chat_id: int) -> StoredText | None:
        """Return the text that a quote stands in, if there is one that the chat may see."""
        audience = self._access.audience(chat_id)
        return self._stored(quote.source.id, quote.start, quote.end, quote.text, audience)


def _marked(quote: Quote, stored: StoredText | None, texts: Texts) -> Part:
    if stored is None:
        shown, note = around(quote.text, Span(0, len(quote.text))), texts.passage_gone
    else:
        shown = around(stored.text, Span(quote.start, quote.end))
        note = "" if stored.is_live else texts.passage_old
    text = f"{shown.text}\n\n{note}" if note else shown.text
    return titled(quote.source, text, (shown.quote, MessageEntity.BOLD))
