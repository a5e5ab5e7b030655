"""📥 under an answer and /bienban: answers as a document to take away."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from telegram import InputFile, Message, Update
from telegram.ext import CallbackContext

from bot.access import Access
from bot.log.database import LogDatabase
from bot.log.deliveries import Deliveries
from bot.log.moved_chats import Chats
from bot.review.answer_document import as_docx
from bot.review.queries import Filter, PeriodUnclear, entry, find, since
from bot.telegram.button_press import Presses, answer
from bot.telegram.formatting import Part
from bot.telegram.messages import person_id, texts_of, topic_of
from bot.telegram.sending import Target, send_parts
from bot.texts.texts import Texts
from retrieval.models import Audience, Stated, StoredText

Context = CallbackContext[Any, Any, Any, Any]
MOST = 200
"""Answers of one document; the newest."""
_DEFAULT = "1d"


class TakeAway:
    """The handlers; `stored` and `stated` may block."""

    def __init__(
        self,
        access: Access,
        presses: Presses,
        chats: Chats,
        file: LogDatabase,
        deliveries: Deliveries,
        stored: Callable[[str, int, int, str, Audience], StoredText | None],
        stated: Callable[[str, Audience], Sequence[Stated]],
    ) -> None:
        self._access = access
        self._presses = presses
        self._chats = chats
        self._file = file
        self._deliveries = deliveries
        self._stored = stored
        self._stated = stated

    async def one(self, update: Update, context: Context) -> None:
        """Send the answer that a button stands under."""
        press = await self._presses.read(update)
        if press is None:
            return
        async with self._deliveries.alone_with(press.asked.id):  # its quotes are in the log then
            what = [press.asked.id], press.message.chat_id, press.texts
            data = await asyncio.to_thread(self._document, *what)
        await answer(press.query, "" if data else press.texts.expired)
        if data:
            name = f"cau-{press.asked.id}.docx"
            await _send(context, press.message, InputFile(data, filename=name), "")

    async def minutes(self, update: Update, context: Context) -> None:
        """Send the answers of this chat, or of this topic, since a day: /bienban 7d."""
        message = update.message
        if message is None or not self._access.may_ask(message.chat_id, person_id(message)):
            return
        texts = texts_of(update)
        try:
            begin = since((context.args or [_DEFAULT])[0], datetime.now(UTC))
        except PeriodUnclear:
            await send_parts(context.bot, Target.of(message), [Part(texts.takeaway["usage"])])
            return
        start = f"{begin.astimezone():%d/%m/%Y %H:%M}"
        ids = await asyncio.to_thread(self._answers, message, begin)
        if not ids:
            words = texts.takeaway["nothing"].format(since=start)
            await send_parts(context.bot, Target.of(message), [Part(words)])
            return
        data = await asyncio.to_thread(self._document, ids, message.chat_id, texts)
        words = texts.takeaway["caption"].format(count=len(ids), since=start)
        await _send(context, message, InputFile(data, filename="bien-ban.docx"), words)

    def _answers(self, message: Message, begin: datetime) -> list[int]:
        """Return the answered questions of a chat, oldest first; of its topic in a forum."""
        topic = topic_of(message)
        known = self._chats.names(message.chat_id)
        places = {*known, *map(self._file.place, known)}
        rows = [
            row
            for chat in places
            for row in find(self._file, Filter(since=begin, chat=chat, kind="answer"), MOST)
            if topic is None or row["topic_id"] == topic
        ]
        return sorted(row["id"] for row in rows)[-MOST:]

    def _document(self, ids: Sequence[int], chat_id: int, texts: Texts) -> bytes:
        found = [entry(self._file, number) for number in ids]
        entries = [one for one in found if one and one["question"]]
        if not entries:
            return b""
        audience = self._access.audience(chat_id)

        def text(source_id: str, start: int, end: int, words: str) -> str:
            stored = self._stored(source_id, start, end, words, audience)
            return stored.text if stored else ""

        return as_docx(entries, lambda source: self._stated(source, audience), text, texts.takeaway)


async def _send(context: Context, message: Message, file: InputFile, words: str) -> None:
    await context.bot.send_document(
        message.chat_id,
        file,
        caption=words or None,
        message_thread_id=topic_of(message),
        reply_to_message_id=message.message_id,
        allow_sending_without_reply=True,
    )
