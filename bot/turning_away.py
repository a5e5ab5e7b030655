"""What is said about questions that are not answered now: past a limit, or perhaps answered."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from telegram import InlineKeyboardMarkup
from telegram.error import TelegramError
from telegram.ext import CallbackContext

from bot.allowances import HOUR, Limit, Limits, TurnedAway
from bot.buttons import send_again
from bot.chats import Chats
from bot.conversations import Conversations, Pending
from bot.deliveries import Deliveries, Unsure
from bot.faces import face
from bot.moving import follow
from bot.notices import Notices
from bot.replies import Part, repeated
from bot.sending import Target, send_parts
from bot.texts import Texts

Context = CallbackContext[Any, Any, Any, Any]
_log = logging.getLogger(__name__)


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
        words = _words(limit, self._limits, face(asked.language))
        await self._say(context, asked, words)

    async def unsure(self, unsure: Unsure, context: Context) -> None:
        """Say that nobody knows whether the answer arrived, and offer it again."""
        asked = unsure.asked
        if not await asyncio.to_thread(self._deliveries.is_current, asked):
            return
        texts = face(asked.language)
        await self._say(context, asked, texts.unsure, send_again(asked.id, texts))
        reason = "stopped while the reply was leaving"
        await asyncio.to_thread(self._conversations.fail, asked.id, reason, asked.revision)

    async def _say(
        self,
        context: Context,
        asked: Pending,
        words: str,
        buttons: InlineKeyboardMarkup | None = None,
    ) -> None:
        """Say something about a question, below it or, after a group's move, with it."""

        async def send(chat_id: int) -> None:
            target, said = Target(asked.chat_id, asked.topic_id, asked.message_id), words
            if chat_id != asked.chat_id:
                heading = face(asked.language).moved.format(question=repeated(asked.question))
                target, said = Target(chat_id), f"{heading}\n\n{words}"
            await send_parts(context.bot, target, [Part(said)], buttons=buttons)

        try:
            await follow(self._chats, asked.chat_id, send)
        except TelegramError as error:
            _log.warning("notice on question %s not delivered: %r", asked.id, error)


def _words(limit: Limit, limits: Limits, texts: Texts) -> str:
    if limit is Limit.PERSON:
        return texts.person_allowance.format(limit=limits.person)
    if limit is Limit.CHAT:
        return texts.chat_allowance.format(limit=limits.chat)
    return texts.busy
