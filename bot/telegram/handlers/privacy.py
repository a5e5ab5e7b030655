"""/quyenriengtu says what is kept, /dulieu gives it, /xoadulieu deletes it after a yes."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    Message,
    Update,
    User,
)
from telegram.error import BadRequest, Forbidden
from telegram.ext import CallbackContext

from bot.access import Access
from bot.log.database import LogDatabase
from bot.log.personal_data import as_json, as_page, personal_rows
from bot.log.retention import expire, forget, veil
from bot.telegram.button_press import answer
from bot.telegram.formatting import Part
from bot.telegram.keyboards import Action, pack, unpack
from bot.telegram.messages import person_id, texts_of
from bot.telegram.sending import Target, change, send_parts

Context = CallbackContext[Any, Any, Any, Any]
DAY = 24 * 60 * 60.0
_log = logging.getLogger(__name__)


class Privacy:
    """The handlers, and the daily round that keeps the time limit."""

    def __init__(self, access: Access, file: LogDatabase, days: int) -> None:
        self._access = access
        self._file = file
        self._days = days

    async def tell(self, update: Update, context: Context) -> None:
        """Say what is kept, why and how long."""
        if message := self._allowed(update):
            texts = texts_of(update)
            people = texts.people_named if self._file.names_people else texts.people_hashed
            words = texts.privacy.format(days=self._days, people=people)
            await send_parts(context.bot, Target.of(message), [Part(words)])

    async def give(self, update: Update, context: Context) -> None:
        """Send a person everything that is kept about them, in private: to read, and as JSON."""
        asked = self._asked_by_person(update)
        if asked is None:
            return
        message, author = asked
        texts = texts_of(update)
        rows = await asyncio.to_thread(personal_rows, self._file, author.id)
        if not rows:
            await send_parts(context.bot, Target.of(message), [Part(texts.no_own_data)])
            return
        count = len(rows.get("exchanges", []))
        page = InputFile(as_page(rows, texts.own_data), filename="du-lieu.html")
        values = InputFile(as_json(rows), filename="du-lieu.json")
        try:
            words = texts.own_data_caption.format(count=count)
            await context.bot.send_document(author.id, page, caption=words)
            await context.bot.send_document(author.id, values)
        except (BadRequest, Forbidden):
            words = texts.admin.review.cannot_write.format(username=context.bot.username)
            await send_parts(context.bot, Target.of(message), [Part(words)])
            return
        if message.chat_id != author.id:
            await send_parts(context.bot, Target.of(message), [Part(texts.own_data_sent)])

    async def ask(self, update: Update, context: Context) -> None:
        """Ask whether a person's own shall be deleted."""
        asked = self._asked_by_person(update)
        if asked is None:
            return
        message, author = asked
        texts = texts_of(update)
        keys = [
            InlineKeyboardButton(texts.delete, callback_data=pack(Action.FORGET_ME, author.id, 1)),
            InlineKeyboardButton(texts.keep, callback_data=pack(Action.FORGET_ME, author.id, 0)),
        ]
        await send_parts(
            context.bot,
            Target.of(message),
            [Part(texts.delete_question)],
            buttons=InlineKeyboardMarkup.from_row(keys),
        )

    async def confirmed(self, update: Update, context: Context) -> None:
        """Delete it or keep it, as the person whose data it is says; nobody else is heard."""
        query = update.callback_query
        if query is None:
            return
        fields = unpack(query.data, int, int)
        texts = texts_of(update)
        if fields is None or not isinstance(query.message, Message):
            await answer(query)
            return
        if fields[0] != query.from_user.id:
            await answer(query, texts.not_yours)
            return
        await answer(query)
        words = texts.kept
        if fields[1]:
            who = query.from_user.id
            is_admin = self._access.is_admin(who)
            count = await asyncio.to_thread(forget, self._file, who, is_admin=is_admin)
            words = texts.deleted.format(count=count)
        message = query.message
        await change(context.bot, message.chat_id, message.message_id, Part(words), None)

    async def daily_round(self) -> None:
        """Strip what is too old, and put pseudonyms where the settings ask for them."""
        stripped = await asyncio.to_thread(expire, self._file, self._days)
        if stripped:
            _log.info("Đã bỏ người và nội dung của %s dòng nhật ký quá hạn.", stripped)
        if not self._file.names_people:
            await asyncio.to_thread(veil, self._file)
        await asyncio.to_thread(self._file.empty_wal)

    def _asked_by_person(self, update: Update) -> tuple[Message, User] | None:
        """Return a command and who gave it; None for channels and anonymous administrators."""
        message = self._allowed(update)
        if message is None or message.from_user is None or message.sender_chat:
            return None
        return message, message.from_user

    def _allowed(self, update: Update) -> Message | None:
        message = update.message
        if message is None or not self._access.may_ask(message.chat_id, person_id(message)):
            return None
        return message
