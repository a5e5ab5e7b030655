"""Pressed buttons: is it ours, may this person press it here, is the exchange still known?

Every press is answered, or the person's client shows a clock for a minute.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import Any

from telegram import CallbackQuery, InlineKeyboardMarkup, Message, Update, User
from telegram.error import TelegramError
from telegram.ext import CallbackContext

from bot.access import Access
from bot.log.exchanges import Conversations, Pending
from bot.log.moved_chats import Chats
from bot.telegram.keyboards import unpack
from bot.telegram.messages import texts_of
from bot.texts.texts import Texts

Context = CallbackContext[Any, Any, Any, Any]
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Press:
    """A press that is in order: the exchange it is about, and what else its data said."""

    query: CallbackQuery
    message: Message
    asked: Pending
    fields: tuple[Any, ...]
    texts: Texts

    @property
    def person_id(self) -> int:
        """Who pressed."""
        return self.query.from_user.id

    @property
    def action(self) -> str:
        """What the button does, as `keyboards` names it."""
        return (self.query.data or "").partition(":")[0]


class Presses:
    """Reads presses whose data begins with the number of an exchange."""

    def __init__(self, conversations: Conversations, chats: Chats, access: Access) -> None:
        self._conversations = conversations
        self._chats = chats
        self._access = access

    async def read(self, update: Update, *kinds: type[int] | type[str]) -> Press | None:
        """Return a press with data (exchange, *kinds) that is in order.

        Otherwise it is answered here: forged ones with nothing, old ones with a kind word.
        """
        query = update.callback_query
        if query is None:
            return None
        found = await asyncio.to_thread(self.find, update, *kinds)
        if isinstance(found, Press):
            return found
        await answer(query, found)
        return None

    def find(self, update: Update, *kinds: type[int] | type[str]) -> Press | str:
        """Return the same, else what to say to it. Blocks."""
        query = update.callback_query
        fields = unpack(query.data, int, *kinds) if query else None
        if query is None or fields is None or not isinstance(query.message, Message):
            return ""
        texts = texts_of(update)
        asked = self._conversations.question(fields[0])
        if asked is None:
            return texts.expired
        chat_id = query.message.chat_id
        here = chat_id in self._chats.names(asked.chat_id)
        if not here or not self._access.may_ask(chat_id, query.from_user.id):
            return ""
        return Press(query, query.message, asked, fields[1:], texts)

    def answered_by(self, chat_id: int, message_id: int) -> Pending | None:
        """Return the question that a message of the bot answers, None if none. Blocks."""
        for name in self._chats.names(chat_id):
            if asked := self._conversations.answered_by(name, message_id):
                return asked
        return None

    def may_press(self, chat_id: int, person: User) -> bool:
        """Return whether a person may say something about answers there."""
        return self._access.may_ask(chat_id, person.id)


async def pressed_by_asker(
    update: Update, access: Access, *kinds: type[int] | type[str]
) -> tuple[Message, tuple[Any, ...]] | None:
    """Return the message of a press and what its data says, one field of each kind.

    None where the press is forged, or whoever pressed may not ask there; it is answered here.
    """
    query = update.callback_query
    if query is None:
        return None
    await answer(query)
    fields, message = unpack(query.data, *kinds), query.message
    if fields is None or not isinstance(message, Message):
        return None
    if not access.may_ask(message.chat_id, query.from_user.id):
        return None
    return message, fields


async def answer(query: CallbackQuery, words: str = "") -> bool:
    """Answer a press; False if it was answered before. That it cannot be done hinders nothing."""
    try:
        return await query.answer(words, show_alert=len(words) > 60)
    except TelegramError as error:
        _log.info("press not answered: %s", error.message)
        return True


async def ignore(update: Update, context: Context) -> None:
    """Answer a press that no handler knows."""
    if update.callback_query:
        await answer(update.callback_query)


async def set_buttons(message: Message, buttons: InlineKeyboardMarkup | None) -> None:
    """Change the buttons under a message; that it cannot be done hinders nothing."""
    if message.reply_markup == buttons:
        return
    try:
        await message.edit_reply_markup(buttons)
    except TelegramError as error:
        _log.info("buttons not changed: %s", error.message)
