"""📚: pages through the passages around the quotes of an answer, each quote marked in its place."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from telegram import InlineKeyboardMarkup, MessageEntity, Update
from telegram.ext import CallbackContext

from bot.buttons import pages
from bot.deliveries import Deliveries
from bot.log_file import LogFile
from bot.presses import Presses, answer
from bot.quoted import Surroundings, around, quotes_of
from bot.replies import Part, titled
from bot.sending import Target, change, send_parts
from bot.texts import Texts
from retrieval.documents import Quote, Span

Stored = Callable[[str, int, int, str], str | None]
"""(source id, start, end, words) → the stored text in which the words stand there."""


class PassagePages:
    """The handler of 📚 and of the arrows under its pages; `stored` may block."""

    def __init__(
        self, presses: Presses, file: LogFile, deliveries: Deliveries, stored: Stored
    ) -> None:
        self._presses = presses
        self._file = file
        self._deliveries = deliveries
        self._stored = stored

    async def show(self, update: Update, context: CallbackContext[Any, Any, Any, Any]) -> None:
        """Show one page: below the answer, or in the place of the page before."""
        press = await self._presses.read(update, int)
        if press is None:
            return
        page = await asyncio.to_thread(self._page, press.asked.id, press.fields[0], press.texts)
        if page is None:
            await answer(press.query, press.texts.expired)
            return
        await answer(press.query)
        part, buttons = page
        target = Target.of(press.message)
        replies = await asyncio.to_thread(self._deliveries.messages, press.asked.id)
        if press.message.message_id in replies:
            await send_parts(context.bot, target, [part], buttons=buttons)
        else:
            await change(context.bot, target.chat_id, press.message.message_id, part, buttons)

    def _page(
        self, exchange_id: int, number: int, texts: Texts
    ) -> tuple[Part, InlineKeyboardMarkup | None] | None:
        quotes = quotes_of(self._file, exchange_id)
        if not 0 <= number < len(quotes):
            return None
        quote = quotes[number]
        stored = self._stored(quote.source.id, quote.start, quote.end, quote.text)
        return _marked(quote, stored, texts), pages(exchange_id, number, len(quotes))


def _marked(quote: Quote, stored: str | None, texts: Texts) -> Part:
    if stored is None:
        shown = around(quote.text, Span(0, len(quote.text)))
        shown = Surroundings(f"{shown.text}\n\n{texts.passage_gone}", shown.quote)
    else:
        shown = around(stored, Span(quote.start, quote.end))
    return titled(quote.source, shown.text, (shown.quote, MessageEntity.BOLD))
