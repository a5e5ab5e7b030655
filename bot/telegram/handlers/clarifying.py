"""Ý bạn là …? The buttons of an answer that asks which of two meanings is meant."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

from telegram import Update
from telegram.ext import CallbackContext

from bot.log.deliveries import Deliveries
from bot.log.exchanges import Conversations, Pending
from bot.telegram.button_press import Press, Presses, answer, set_buttons
from bot.telegram.messages import topic_of

Context = CallbackContext[Any, Any, Any, Any]


class Clarifying:
    """The handler of the choices that an answer offers."""

    def __init__(
        self, presses: Presses, conversations: Conversations, deliveries: Deliveries
    ) -> None:
        self._presses = presses
        self._conversations = conversations
        self._deliveries = deliveries

    async def choose(self, update: Update, context: Context) -> None:
        """Ask what somebody chose, in their name; the buttons go."""
        press = await self._presses.read(update, int)
        if press is None:
            return
        # Whoever is quick presses before the answer that offers the choice is noted.
        async with self._deliveries.alone_with(press.asked.id):
            chosen = await asyncio.to_thread(self._recorded, update.update_id, press)
        await answer(press.query, "" if chosen else press.texts.expired)
        if chosen:
            await set_buttons(press.message, None)
            await context.update_queue.put(chosen)

    def _recorded(self, update_id: int, press: Press) -> Pending | None:
        """Record the choice as a question; None where there is no such choice any more."""
        choices = self._conversations.choices(press.asked.id)
        number = press.fields[0]
        if not 0 <= number < len(choices):
            return None
        message, person = press.message, press.query.from_user
        recorded = self._conversations.record(
            update_id,
            message.chat_id,
            topic_of(message),
            person.id,
            person.full_name,
            message.message_id,
            choices[number],
            datetime.now(UTC),
            answers=message.message_id,
            language=person.language_code or "",
        )
        return self._conversations.question(recorded) if recorded else None
