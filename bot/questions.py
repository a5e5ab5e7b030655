"""A recorded question: worked on, answered in its chat, and closed in the log."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Protocol

from telegram.error import TelegramError
from telegram.ext import Application, CallbackContext, ExtBot

from bot.conversations import Conversations, Pending
from bot.presence import typing
from bot.replies import Part, compose
from bot.sending import Target, send_parts
from bot.texts import Texts
from retrieval.documents import Answer, Turn

WORTH_ANSWERING = timedelta(minutes=10)
"""A question that was left unanswered longer than this is not answered after a start."""
_log = logging.getLogger(__name__)


class Answering(Protocol):
    """What answers questions: bot.assistant.Assistant, or a test's stand-in."""

    async def answer(self, question: str, history: Sequence[Turn] = ()) -> Answer:
        """Answer a question, with the turns before it."""
        ...


class Questions:
    """Answers recorded questions one by one; the order is the update processor's business."""

    def __init__(self, assistant: Answering, conversations: Conversations, texts: Texts) -> None:
        self._assistant = assistant
        self._conversations = conversations
        self._texts = texts

    async def answer(self, asked: Pending, context: CallbackContext[Any, Any, Any, Any]) -> None:
        """Answer a question where it was asked, and note the answer, or why there is none."""
        target = Target(asked.chat_id, asked.topic_id, asked.message_id)
        try:
            async with typing(context.bot, asked.chat_id, asked.topic_id):
                answer = await self._find(asked)
        except Exception as error:
            await asyncio.to_thread(self._conversations.fail, asked.id, repr(error))
            _log.exception("question %s failed", asked.id)
            await self._deliver(context.bot, asked, target, [Part(self._texts.failed)])
            return
        reply_ids = await self._deliver(context.bot, asked, target, compose(answer, self._texts))
        if reply_ids:
            await asyncio.to_thread(self._conversations.finish, asked.id, answer, reply_ids)

    async def resume(self, application: Application[Any, Any, Any, Any, Any, Any]) -> None:
        """Queue what was recorded but not answered when the process ended."""
        for asked in await asyncio.to_thread(self._conversations.pending, WORTH_ANSWERING):
            await application.update_queue.put(asked)

    async def _find(self, asked: Pending) -> Answer:
        history = await asyncio.to_thread(
            self._conversations.history, asked.chat_id, asked.topic_id, asked.person_id
        )
        return await self._assistant.answer(asked.question, history)

    async def _deliver(
        self, bot: ExtBot[Any], asked: Pending, target: Target, parts: Sequence[Part]
    ) -> list[int]:
        """Send the parts; what Telegram does not let through is noted, not raised."""

        async def step(leaving: bool) -> None:
            await asyncio.to_thread(self._conversations.sending, asked.id, leaving)

        try:
            return await send_parts(bot, target, parts, step)
        except TelegramError as error:
            _log.warning("question %s: reply not delivered: %r", asked.id, error)
            await asyncio.to_thread(self._conversations.fail, asked.id, repr(error))
            return []
