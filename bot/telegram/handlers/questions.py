"""A recorded question: worked on, answered in its chat, and closed in the log.

An edited question comes here again, and so does one whose reply was cut short: then the messages
of the earlier reply are made to read as the new one.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

from telegram import InlineKeyboardMarkup
from telegram.error import TelegramError
from telegram.ext import Application, CallbackContext, ExtBot
from tenacity import AsyncRetrying, retry_if_exception, stop_after_delay, wait_exponential

from bot.assistant.assistant import Answering
from bot.log.deliveries import LATE, NOTICED, Deliveries, Late, Unsure
from bot.log.exchanges import Conversations, Pending
from bot.log.moved_chats import Chats
from bot.log.notices import Notices
from bot.log.threads import Threads
from bot.log.votes import Votes
from bot.quotas import HOUR, Limit, Limits, TokenQuota, TurnedAway
from bot.telegram.formatting import Part, compose, repeated
from bot.telegram.keyboards import ask_a_person, send_again, under_an_answer
from bot.telegram.rate_limiter import GIVE_UP_AFTER, may_have_arrived
from bot.telegram.sending import Target, digest_of, follow, send_parts
from bot.telegram.streaming import growing, is_private, typing
from bot.texts.texts import Texts, texts_for
from retrieval.models import DEFAULT_OPTIONS, PUBLIC, Answer, Audience, SmallTalk

Context = CallbackContext[Any, Any, Any, Any]
_log = logging.getLogger(__name__)


SETTLING = 1.0
"""Seconds for a request to be carried out whose answer was lost, before a notice tells of it."""


class TurningAway:
    """The handlers of questions that get a notice instead of an answer."""

    def __init__(
        self, conversations: Conversations, notices: Notices, chats: Chats, limits: Limits
    ) -> None:
        self._conversations = conversations
        self._deliveries = Deliveries(conversations)
        self._notices = notices
        self._chats = chats
        self._limits = limits

    async def past_a_limit(self, turned: TurnedAway, context: Context) -> None:
        """Say why a question is not answered, once an hour."""
        asked, limit = turned.asked, turned.limit
        about = asked.chat_id if limit is Limit.CHAT else asked.person_id or asked.chat_id
        if not await asyncio.to_thread(self._notices.is_due, about, limit, every=HOUR):
            return
        words = _words(limit, self._limits, texts_for(asked.language))
        try:
            await self._say(context, asked, words)
        except TelegramError as error:
            _log.warning("notice on question %s not delivered: %r", asked.id, error)

    async def unsure(self, unsure: Unsure, context: Context) -> None:
        """Say that nobody knows whether the answer arrived, and offer it again.

        Where the notice shows that it did not, the notice becomes the answer.
        """
        asked = unsure.asked
        if not await asyncio.to_thread(self._deliveries.is_current, asked):
            return
        is_open = await self._offer(context, asked, NOTICED, texts_for(asked.language).unsure)
        if is_open:
            await context.update_queue.put(asked)

    async def late(self, late: Late, context: Context) -> None:
        """Say that a question was left unanswered, and offer the answer."""
        if await asyncio.to_thread(self._deliveries.is_current, late.asked):
            await self._offer(context, late.asked, LATE, texts_for(late.asked.language).late)

    async def _offer(self, context: Context, asked: Pending, error: str, words: str) -> bool:
        """Give a notice with a button for the answer; True if the question is open again.

        The notice is given until it certainly arrived: twice is better than never.
        """
        keys = send_again(asked.id, texts_for(asked.language))
        insisting = AsyncRetrying(
            retry=retry_if_exception(may_have_arrived),
            wait=wait_exponential(min=SETTLING, max=30),
            stop=stop_after_delay(GIVE_UP_AFTER),
            reraise=True,
        )
        said: tuple[int, int] | None = None
        try:
            said = await insisting(self._say, context, asked, words, keys)
        except TelegramError as failure:
            _log.warning("notice on question %s not delivered: %r", asked.id, failure)
        if said is None or said[0] != asked.chat_id:
            await asyncio.to_thread(self._conversations.fail, asked.id, error, asked.revision)
            return False
        digest = digest_of(Part(words), keys)
        return await asyncio.to_thread(self._deliveries.noticed, asked, error, said[1], digest)

    async def _say(
        self,
        context: Context,
        asked: Pending,
        words: str,
        buttons: InlineKeyboardMarkup | None = None,
    ) -> tuple[int, int]:
        """Say something about a question, below it or, after a group's move, with it.

        Returns chat and number of the message; raises TelegramError.
        """

        async def send(chat_id: int) -> tuple[int, int]:
            target, said = Target(asked.chat_id, asked.topic_id, asked.message_id), words
            if chat_id != asked.chat_id:
                heading = texts_for(asked.language).moved.format(question=repeated(asked.question))
                target, said = Target(chat_id), f"{heading}\n\n{words}"
            (message_id,) = await send_parts(context.bot, target, [Part(said)], buttons=buttons)
            return chat_id, message_id

        return await follow(self._chats, asked.chat_id, send)


def _words(limit: Limit, limits: Limits, texts: Texts) -> str:
    if limit is Limit.PERSON:
        return texts.person_allowance.format(limit=limits.person)
    if limit is Limit.CHAT:
        return texts.chat_allowance.format(limit=limits.chat)
    return texts.busy


WORTH_ANSWERING = timedelta(minutes=10)
"""A question left unanswered longer than this is not answered after a start, but offered."""
WORTH_TELLING = timedelta(days=1)
"""One that was left longer than this is not even spoken of."""


class Questions:
    """Answers recorded questions one by one; the order is the update processor's business."""

    def __init__(
        self,
        assistant: Answering,
        conversations: Conversations,
        chats: Chats,
        deliveries: Deliveries,
        spending: TokenQuota | None = None,
        audience: Callable[[int], Audience] = lambda chat_id: PUBLIC,
    ) -> None:
        """`audience` tells what is shown in a chat; it may block."""
        self._audience = audience
        self._assistant = assistant
        self._conversations = conversations
        self._chats = chats
        self._spending = spending
        self._deliveries = deliveries
        self._threads, self._votes = Threads(conversations.file), Votes(conversations.file)

    async def answer(self, asked: Pending, context: CallbackContext[Any, Any, Any, Any]) -> None:
        """Answer a question where it was asked, and note the answer, or why there is none."""
        if not await asyncio.to_thread(self._deliveries.is_current, asked):
            return
        if await asyncio.to_thread(self._deliveries.is_leaving, asked.id):
            # Edited after a reply of which nobody knows: another might be the second.
            await context.update_queue.put(Unsure(asked))
            return
        try:
            async with typing(context.bot, self._chats.current(asked.chat_id), asked.topic_id):
                answer = await self._find(context.bot, asked)
        except Exception as error:
            _log.exception("question %s failed", asked.id)
            await self._deliver(context, asked, None)
            await asyncio.to_thread(self._conversations.fail, asked.id, repr(error), asked.revision)
            return
        if await asyncio.to_thread(self._deliveries.is_leaving, asked.id):
            # A message that was to grow into the answer may have arrived, or not.
            await context.update_queue.put(Unsure(asked))
            return
        # Edited meanwhile: the edit is next in line, and this answer would be a wrong one.
        if await asyncio.to_thread(self._deliveries.is_current, asked):
            async with self._deliveries.alone_with(asked.id):
                reply_ids = await self._deliver(context, asked, answer)
                if reply_ids:
                    await asyncio.to_thread(
                        self._conversations.finish, asked.id, answer, reply_ids, asked.revision
                    )

    async def resume(self, application: Application[Any, Any, Any, Any, Any, Any]) -> None:
        """Queue what was recorded but not answered when the process ended."""
        for unsure in await asyncio.to_thread(self._deliveries.unsure):
            await application.update_queue.put(Unsure(unsure))
        for asked in await asyncio.to_thread(self._conversations.pending, WORTH_ANSWERING):
            await application.update_queue.put(asked)
        late = partial(self._deliveries.late, WORTH_ANSWERING, WORTH_TELLING)
        for asked in await asyncio.to_thread(late):
            await application.update_queue.put(Late(asked))

    async def _find(self, bot: ExtBot[Any], asked: Pending) -> Answer:
        history = await asyncio.to_thread(self._threads.before, asked.id)
        audience = await asyncio.to_thread(self._audience, asked.chat_id)
        if self._spending is None:
            options = replace(DEFAULT_OPTIONS, audience=audience)
            return await self._assistant.answer(asked.question, history, options)
        allowed = await asyncio.to_thread(self._spending.options, asked.chat_id, asked.person_id)
        options = replace(allowed, audience=audience)
        chat_id = self._chats.current(asked.chat_id)
        there = await asyncio.to_thread(self._deliveries.messages, asked.id)
        if there or not is_private(chat_id):
            return await self._assistant.answer(asked.question, history, options)
        target = Target(chat_id, asked.topic_id, asked.message_id)
        watch, texts = self._deliveries.watch(asked.id), texts_for(asked.language)
        async with growing(bot, target, watch, texts) as show:
            shown = replace(options, show=show)
            return await self._assistant.answer(asked.question, history, shown)

    async def _deliver(
        self, context: CallbackContext[Any, Any, Any, Any], asked: Pending, answer: Answer | None
    ) -> list[int]:
        """Send the reply (None: that there is none), after a group's move into the new chat.

        What Telegram does not let through is noted, not raised; so is what may have arrived.
        """
        there = await asyncio.to_thread(self._deliveries.messages, asked.id)
        try:
            return await follow(
                self._chats,
                asked.chat_id,
                lambda chat_id: self._send(context.bot, chat_id, asked, answer, there),
            )
        except TelegramError as error:
            _log.warning("question %s: reply not delivered: %r", asked.id, error)
            if await asyncio.to_thread(self._deliveries.is_leaving, asked.id):
                await asyncio.sleep(SETTLING)
                await context.update_queue.put(Unsure(asked))
            else:
                await asyncio.to_thread(
                    self._conversations.fail, asked.id, repr(error), asked.revision
                )
            return []

    async def _send(
        self,
        bot: ExtBot[Any],
        chat_id: int,
        asked: Pending,
        answer: Answer | None,
        there: Mapping[int, str],
    ) -> list[int]:
        stayed = chat_id == asked.chat_id
        moved = "" if stayed else asked.question
        about = await asyncio.to_thread(self._complained_about, asked, answer)
        parts, buttons = _reply(asked, answer, moved, bot.username, about)
        target = Target(chat_id, asked.topic_id, asked.message_id)
        return await send_parts(
            bot,
            target if stayed else replace(target, topic_id=None, message_id=None),
            parts,
            there=there if stayed else {},
            buttons=buttons,
            watch=self._deliveries.watch(asked.id),
        )

    def _complained_about(self, asked: Pending, answer: Answer | None) -> int | None:
        """Note a complaint as a 👎 with its words for the answer before it; return that exchange.

        None where it is no complaint, or nothing was answered before.
        """
        if answer is None or answer.small_talk is not SmallTalk.COMPLAINT or not asked.person_id:
            return None
        before = self._threads.answered_before(asked.id)
        if before:
            self._votes.explain(before, asked.person_id, words=asked.question)
        return before


def _reply(
    asked: Pending, answer: Answer | None, moved: str, username: str, about: int | None
) -> tuple[list[Part], InlineKeyboardMarkup | None]:
    """Return what is sent; `moved` is the question if it stands in a group that has moved since.

    `about` is the exchange that a complaint is about.
    """
    texts = texts_for(asked.language)
    if answer is None:
        return [Part(texts.failed)], None
    if about:
        return [Part(texts.complaint_noted)], ask_a_person(about, texts)
    heading = texts.moved.format(question=repeated(moved)) if moved else ""
    parts = compose(answer, texts, heading, username=username)
    return parts, under_an_answer(answer, asked.id, texts)
