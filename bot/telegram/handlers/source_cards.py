"""A source as a card: what it is, how it begins, what can be asked of it; and the newest sources.

Owns the questions that are put by a press: the bot repeats one, so that all see what is answered,
and it is recorded as if the person had written it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Message, Update, User
from telegram.ext import CallbackContext

from bot.access import Access
from bot.assistant.suggestions import Suggestion, Suggestions
from bot.telegram.button_press import pressed_by_asker
from bot.telegram.formatting import Part, beginning, citation, compose_list
from bot.telegram.keyboards import Action, is_field, pack, shortened, turns
from bot.telegram.messages import person_id, texts_of
from bot.telegram.sending import Target, change, send_parts
from bot.texts.texts import Texts
from retrieval.models import Audience, Source

Context = CallbackContext[Any, Any, Any, Any]
Record = Callable[[int, Message, str], Awaitable[object | None]]
"""(number of the update, message with the question, the question) → what is to be queued."""
_A_PAGE = 8
_LONGEST_LINE = 160
_LONGEST_QUESTION = 64
"""Characters of a question on a button; the message that repeats it has all of it."""


def to_ask(suggestions: Sequence[Suggestion]) -> list[list[InlineKeyboardButton]]:
    """Return questions as buttons, one a row."""
    return [
        [
            InlineKeyboardButton(
                shortened(one.text, _LONGEST_QUESTION),
                callback_data=pack(Action.ASK, one.source_id, one.number),
            )
        ]
        for one in suggestions
        if is_field(one.source_id)
    ]


class SourceCards:
    """The handlers; `sources` and `text` may block."""

    def __init__(
        self,
        access: Access,
        sources: Callable[[Audience], Sequence[Source]],
        text: Callable[[str, Audience], str],
        suggestions: Suggestions,
        record: Record,
        confirmed: Callable[[Sequence[Source]], Mapping[str, datetime]],
    ) -> None:
        self._access = access
        self._sources = sources
        self._text = text
        self._suggestions = suggestions
        self._record = record
        self._confirmed = confirmed

    async def newest(self, update: Update, context: Context) -> None:
        """List the newest sources."""
        message = update.message
        if message is None or not self._access.may_ask(message.chat_id, person_id(message)):
            return
        part, keys = await asyncio.to_thread(self._newest, 0, message.chat_id, texts_of(update))
        await send_parts(context.bot, Target.of(message), [part], buttons=keys)

    async def turn(self, update: Update, context: Context) -> None:
        """Show another page of the newest sources."""
        pressed = await pressed_by_asker(update, self._access, int)
        if pressed is None:
            return
        message, (page,) = pressed
        part, keys = await asyncio.to_thread(self._newest, page, message.chat_id, texts_of(update))
        await change(context.bot, message.chat_id, message.message_id, part, keys)

    async def show(self, update: Update, context: Context) -> None:
        """Show a source as a card below the message."""
        pressed = await pressed_by_asker(update, self._access, str, int)
        if pressed is None:
            return
        message, (source_id, _) = pressed
        texts = texts_of(update)
        audience = await asyncio.to_thread(self._access.audience, message.chat_id)
        source = await asyncio.to_thread(self._source, source_id, audience)
        if source is None:
            await send_parts(context.bot, Target.of(message), [Part(texts.source_gone)])
            return
        text = await asyncio.to_thread(self._text, source_id, audience)
        asked = await self._suggestions.of(source_id, audience)
        keys, below = to_ask(asked), texts.source_answers if asked else ""
        person = update.effective_user
        if person and self._access.is_admin(person.id) and is_field(source.id):
            says, last = texts.admin.following, await asyncio.to_thread(self._confirmed, [source])
            day = last[source.id].astimezone() if source.id in last else None
            below = f"{says['last'].format(day=f'{day:%d/%m/%Y}')}\n{below}" if day else below
            data = pack(Action.CONFIRM_SOURCE, source.id)
            keys.append([InlineKeyboardButton(says["still_right"], callback_data=data)])
        part = beginning(source, text, below)
        markup = InlineKeyboardMarkup(keys) if keys else None
        await send_parts(context.bot, Target.of(message), [part], buttons=markup)

    async def ask(self, update: Update, context: Context) -> None:
        """Put the question that was pressed, in the presser's name."""
        pressed, query = (
            await pressed_by_asker(update, self._access, str, int),
            update.callback_query,
        )
        if pressed is None or query is None:
            return
        message, (source_id, number) = pressed
        audience = await asyncio.to_thread(self._access.audience, message.chat_id)
        question = await asyncio.to_thread(self._suggestions.numbered, source_id, number, audience)
        if not question:
            gone = [Part(texts_of(update).source_gone)]
            await send_parts(context.bot, Target.of(message), gone)
            return
        shown = Target(message.chat_id, Target.of(message).topic_id)
        (message_id,) = await send_parts(context.bot, shown, [Part(f"❓ {question}")])
        repeated = _written_by(query.from_user, message, message_id)
        asked = await self._record(update.update_id, repeated, question)
        if asked is not None:
            await context.update_queue.put(asked)

    def _newest(
        self, page: int, chat_id: int, texts: Texts
    ) -> tuple[Part, InlineKeyboardMarkup | None]:
        sources = self._sources(self._access.audience(chat_id))
        newest = sorted(sources, key=lambda s: (s.date or date.min, s.title, s.id), reverse=True)
        if not newest:
            return Part(texts.no_sources), None
        pages = -(-len(newest) // _A_PAGE)
        page = min(max(page, 0), pages - 1)
        first = page * _A_PAGE
        here = newest[first : first + _A_PAGE]
        lines = [f"{n}. {citation(s)[:_LONGEST_LINE]}" for n, s in enumerate(here, first + 1)]
        numbers = [
            InlineKeyboardButton(str(n), callback_data=pack(Action.NEAR, source.id, 0))
            for n, source in enumerate(here, first + 1)
            if is_field(source.id)
        ]
        rows = [numbers[:4], numbers[4:], turns(Action.NEWEST, page, pages)]
        part = compose_list(texts.newest.format(count=len(newest)), lines)[0]
        return part, InlineKeyboardMarkup([row for row in rows if row])

    def _source(self, source_id: str, audience: Audience) -> Source | None:
        sources = self._sources(audience)
        return next((source for source in sources if source.id == source_id), None)


def _written_by(person: User, message: Message, message_id: int) -> Message:
    """Return the message that repeats a question as one of the person's, where another is."""
    return Message(
        message_id,
        datetime.now(UTC),
        message.chat,
        person,
        is_topic_message=message.is_topic_message,
        message_thread_id=message.message_thread_id,
    )
