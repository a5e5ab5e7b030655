"""@bot question, in any chat: up to five quotes to choose from, for people who may ask.

Telegram sends a query at every few letters; of one person's, only the latest is worked on. How they
get into the log and count against the allowance is `typed.py`'s.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from typing import Any
from weakref import WeakValueDictionary

from telegram import (
    InlineQuery,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    LinkPreviewOptions,
    Update,
)
from telegram.error import TelegramError
from telegram.ext import CallbackContext

from bot.access import Access
from bot.faces import face_of
from bot.questions import Answering
from bot.replies import citation, quotation
from bot.texts import Texts
from bot.typed import Typed
from retrieval.documents import Quote
from retrieval.manner import QUOTES_ALONE

SHORTEST = 6
"""Letters from which a query may be a question."""
CACHED_FOR = 60
"""Seconds that Telegram keeps what was found, for this person only."""
TITLE = 80
_log = logging.getLogger(__name__)


class Inline:
    """The handler of inline queries."""

    def __init__(self, assistant: Answering, access: Access, typed: Typed) -> None:
        self._assistant = assistant
        self._access = access
        self._typed = typed
        self._latest: dict[int, str] = {}
        self._working: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    async def offer(self, update: Update, context: CallbackContext[Any, Any, Any, Any]) -> None:
        """Offer quotes that answer what somebody is typing."""
        query = update.inline_query
        if query is None:
            return
        person = query.from_user.id
        text = query.query.strip()
        if len(text) < SHORTEST or not self._access.may_ask(person, person):
            await _answer(query, [])
            return
        self._latest[person] = query.id
        lock = self._working.setdefault(person, asyncio.Lock())
        async with lock:
            if self._latest.get(person) != query.id:
                return
            await self._answer(update.update_id, query, text, face_of(update))

    async def _answer(self, update_id: int, query: InlineQuery, text: str, texts: Texts) -> None:
        exchange_id = await asyncio.to_thread(self._typed.take, update_id, query.from_user, text)
        if exchange_id is None:
            await _answer(query, [], _button(texts.allowance_spent))
            return
        quotes = await self._quotes(exchange_id, text)
        articles = [_article(rank, quote) for rank, quote in enumerate(quotes)]
        await _answer(query, articles, None if quotes else _button(texts.ask_in_private))

    async def _quotes(self, exchange_id: int, text: str) -> Sequence[Quote]:
        log = self._typed.conversations
        try:
            answer = await self._assistant.answer(text, (), QUOTES_ALONE)
        except Exception as error:
            _log.warning("inline query not answered: %r", error)
            await asyncio.to_thread(log.fail, exchange_id, repr(error))
            return ()
        await asyncio.to_thread(log.finish, exchange_id, answer)
        return answer.quotes


def _button(words: str) -> InlineQueryResultsButton:
    """Return the way to a private chat."""
    return InlineQueryResultsButton(words, start_parameter="hoi")


def _article(rank: int, quote: Quote) -> InlineQueryResultArticle:
    part = quotation(quote)
    title = quote.text if len(quote.text) <= TITLE else f"{quote.text[:TITLE].rsplit(' ', 1)[0]}…"
    return InlineQueryResultArticle(
        str(rank),
        title,
        InputTextMessageContent(
            part.text,
            entities=part.entities,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
        ),
        description=citation(quote.source),
    )


async def _answer(
    query: InlineQuery,
    articles: list[InlineQueryResultArticle],
    button: InlineQueryResultsButton | None = None,
) -> None:
    """Answer a query; one that is too old to be answered is let be."""
    try:
        await query.answer(articles, cache_time=CACHED_FOR, is_personal=True, button=button)
    except TelegramError as error:
        _log.info("inline query not answered: %s", error.message)
