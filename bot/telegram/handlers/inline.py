"""@bot question, in any chat: the three best quotes to choose from, for people who may ask.

Telegram sends a query at every few letters; of one person's, only the latest is worked on. How they
get into the log and count against the allowance is `Typed`'s.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from weakref import WeakValueDictionary

from telegram import (
    InlineQuery,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    LinkPreviewOptions,
    Update,
    User,
)
from telegram.constants import ChatType
from telegram.error import TelegramError
from telegram.ext import CallbackContext

from bot.access import Access
from bot.assistant.assistant import Answering
from bot.log.database import clean_text, stamp
from bot.log.exchanges import Conversations
from bot.quotas import TURNED_AWAY, Limit, QuestionQuota
from bot.telegram.formatting import citation, quotation
from bot.telegram.messages import texts_of
from bot.texts.texts import Texts
from retrieval.models import PUBLIC, QUOTES_ONLY, Audience, Quote

STILL_TYPING = timedelta(minutes=2)


class Typed:
    """Records inline queries; in the log they have a person and no chat."""

    def __init__(self, conversations: Conversations, allowances: QuestionQuota) -> None:
        self.conversations = conversations
        self._allowances = allowances

    def take(self, update_id: int, person: User, text: str) -> int | None:
        """Return the exchange that a query is recorded as, None past the person's allowance."""
        before = self._goes_on_from(person.id, text)
        if before is not None:
            self._grow(before, text)
            return before
        exchange_id = self.conversations.record(
            *(update_id, None, None, person.id, person.full_name, None, text, datetime.now(UTC)),
            language=person.language_code or "",
        )
        if exchange_id is None or self._allowances.allows(person.id):
            return exchange_id
        self.conversations.fail(exchange_id, f"{TURNED_AWAY}: {Limit.PERSON}")
        return None

    def _goes_on_from(self, person_id: int, text: str) -> int | None:
        """Return the person's last query, if this one is that with more or fewer letters."""
        file = self.conversations.file
        rows = file.rows(
            "select id, question from exchanges where chat_id is null and person_id = ?"
            " and recorded_at >= ? and coalesce(error, '') not like ? order by id desc limit 1",
            *(file.person(person_id), stamp(datetime.now(UTC) - STILL_TYPING), f"{TURNED_AWAY}%"),
        )
        if not rows:
            return None
        known, said = rows[0]["question"], clean_text(text)
        return rows[0]["id"] if known.startswith(said) or said.startswith(known) else None

    def _grow(self, exchange_id: int, text: str) -> None:
        with self.conversations.file.writing() as db:
            db.execute(
                "update exchanges set question = ?, finished_at = null, error = null where id = ?",
                (clean_text(text), exchange_id),
            ).close()


OFFERED = 3
"""Quotes to choose from."""
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
            await self._answer(update.update_id, query, text, texts_of(update))

    def _audience(self, query: InlineQuery) -> Audience:
        """Return what may be offered: in somebody else's chat what anybody may read there."""
        if query.chat_type != ChatType.SENDER:
            return PUBLIC
        return self._access.audience(query.from_user.id)

    async def _answer(self, update_id: int, query: InlineQuery, text: str, texts: Texts) -> None:
        exchange_id = await asyncio.to_thread(self._typed.take, update_id, query.from_user, text)
        if exchange_id is None:
            await _answer(query, [], _button(texts.allowance_spent))
            return
        audience = await asyncio.to_thread(self._audience, query)
        quotes = await self._quotes(exchange_id, text, audience)
        articles = [_article(rank, quote) for rank, quote in enumerate(quotes)]
        await _answer(query, articles, None if quotes else _button(texts.ask_in_private))

    async def _quotes(self, exchange_id: int, text: str, audience: Audience) -> Sequence[Quote]:
        log = self._typed.conversations
        try:
            options = replace(QUOTES_ONLY, audience=audience)
            answer = await self._assistant.answer(text, (), options)
        except Exception as error:
            _log.warning("inline query not answered: %r", error)
            await asyncio.to_thread(log.fail, exchange_id, repr(error))
            return ()
        await asyncio.to_thread(log.finish, exchange_id, answer)
        return answer.quotes[:OFFERED]


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
