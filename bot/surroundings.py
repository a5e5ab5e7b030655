"""📚: pages through the passages around the quotes of an answer, each quote marked in its place."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from telegram import InlineKeyboardMarkup, MessageEntity, Update
from telegram.ext import CallbackContext

from bot.buttons import pages
from bot.changing import change
from bot.chats import Chats
from bot.deliveries import Deliveries
from bot.log_file import LogFile
from bot.moving import follow
from bot.presses import Presses, answer
from bot.quoted import StoredText, around, quotes_of
from bot.replies import Part, titled
from bot.sending import Target, send_parts
from bot.texts import Texts
from retrieval.documents import Quote, Span

Stored = Callable[[str, int, int, str], StoredText | None]
"""(source id, start, end, words) → the stored text in which the words stand there."""


class PassagePages:
    """The handler of 📚 and of the arrows under its pages; `stored` may block."""

    def __init__(
        self,
        presses: Presses,
        chats: Chats,
        file: LogFile,
        deliveries: Deliveries,
        stored: Stored,
    ) -> None:
        self._presses = presses
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
        about = press.asked.id, press.fields[0], press.texts
        page = await asyncio.to_thread(self._page, *about)
        if page is None:
            # Pressed quicker than the quotes got into the log.
            async with self._deliveries.alone_with(press.asked.id):
                page = await asyncio.to_thread(self._page, *about)
        if page is None:
            await answer(press.query, press.texts.expired)
            return
        await answer(press.query)
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

    def _page(
        self, exchange_id: int, number: int, texts: Texts
    ) -> tuple[Part, InlineKeyboardMarkup | None] | None:
        quotes = quotes_of(self._file, exchange_id)
        if not 0 <= number < len(quotes):
            return None
        quote = quotes[number]
        stored = self._stored(quote.source.id, quote.start, quote.end, quote.text)
        return _marked(quote, stored, texts), pages(exchange_id, number, len(quotes))


def _marked(quote: Quote, stored: StoredText | None, texts: Texts) -> Part:
    if stored is None:
        shown, note = around(quote.text, Span(0, len(quote.text))), texts.passage_gone
    else:
        shown = around(stored.text, Span(quote.start, quote.end))
        note = "" if stored.is_live else texts.passage_old
    text = f"{shown.text}\n\n{note}" if note else shown.text
    return titled(quote.source, text, (shown.quote, MessageEntity.BOLD))
