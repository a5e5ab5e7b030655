"""/tinhtrang, /status: the index, the model, the queue, the allowance, and the rights here."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from telegram import Message, Update
from telegram.error import TelegramError
from telegram.ext import CallbackContext

from bot.access import Access
from bot.allowances import Allowances
from bot.faces import face_of
from bot.intake import person_id
from bot.places import GROUPS, Places
from bot.replies import Part
from bot.sending import Target, send_parts
from bot.texts import Texts
from retrieval.documents import Source

Context = CallbackContext[Any, Any, Any, Any]


class Status:
    """The handler; `sources` may block, `model` is named as it is."""

    def __init__(
        self,
        access: Access,
        allowances: Allowances,
        places: Places,
        sources: Callable[[], Sequence[Source]],
        model: str,
    ) -> None:
        self._access = access
        self._allowances = allowances
        self._places = places
        self._sources = sources
        self._model = model

    async def tell(self, update: Update, context: Context) -> None:
        """Tell how the bot is doing, to those who may ask it."""
        message = update.message
        if message is None or not self._access.may_ask(message.chat_id, person_id(message)):
            return
        texts = face_of(update)
        words = await asyncio.to_thread(self._words, message, texts)
        if message.chat.type in GROUPS:
            words += await self._here(message, context, texts)
        await send_parts(context.bot, Target.of(message), [Part(words)])

    def _words(self, message: Message, texts: Texts) -> str:
        author = person_id(message)
        unlimited = not self._allowances.limits.person or self._access.is_admin(author)
        return texts.status.format(
            sources=len(self._sources()),
            model=self._model,
            waiting=self._allowances.waiting(),
            asked=self._allowances.asked_by(author),
            limit=texts.unlimited if unlimited else self._allowances.limits.person,
        )

    async def _here(self, message: Message, context: Context, texts: Texts) -> str:
        try:
            rights = await self._places.rights(context.bot, message.chat_id)
        except TelegramError:
            return ""
        return f"\n\n{rights.told(texts)}"
