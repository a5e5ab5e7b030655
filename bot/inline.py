"""@bot question, in any chat: up to five quotes to choose from, for people who may ask.

Telegram sends a query at every few letters; of one person's, only the latest is worked on. They
are not in the log: nobody has asked anything until a quote is chosen.
"""

from __future__ import annotations

import asyncio
import logging
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
from telegram.error import BadRequest
from telegram.ext import CallbackContext

from bot.access import Access
from bot.faces import face_of
from bot.questions import Answering
from bot.replies import citation, quotation
from retrieval.documents import Quote
from retrieval.errors import ChidanError
from retrieval.manner import QUOTES_ALONE

SHORTEST = 6
"""Letters from which a query may be a question."""
CACHED_FOR = 60
"""Seconds that Telegram keeps what was found, for this person only."""
TITLE = 80
_log = logging.getLogger(__name__)


class Inline:
    """The handler of inline queries."""

    def __init__(self, assistant: Answering, access: Access) -> None:
        self._assistant = assistant
        self._access = access
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
            quotes = await self._quotes(text)
        nothing = None
        if not quotes:
            nothing = InlineQueryResultsButton(
                face_of(update).ask_in_private, start_parameter="hoi"
            )
        await _answer(query, [_article(rank, quote) for rank, quote in enumerate(quotes)], nothing)

    async def _quotes(self, text: str) -> list[Quote]:
        try:
            return list((await self._assistant.answer(text, (), QUOTES_ALONE)).quotes)
        except ChidanError as error:
            _log.warning("inline query not answered: %s", error)
            return []


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
    except BadRequest as error:
        _log.info("inline query not answered: %s", error.message)
