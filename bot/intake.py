"""Between Telegram's updates and the handlers: a question is on disk before it is confirmed.

PTB confirms a batch of updates to Telegram as soon as they are in its queue. So the queue itself
records questions; killed before that, Telegram delivers again; after it, the log knows.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from telegram import Message, Update, User

from bot.access import Access
from bot.conversations import Conversations, Pending
from bot.triggers import question_in

Known = Callable[[object], Awaitable[object | None]]


class Intake(asyncio.Queue[object]):
    """PTB's update queue; what `receive` makes of an update goes in, nothing for None."""

    def __init__(self, receive: Known) -> None:
        super().__init__()
        self._receive = receive

    async def put(self, item: object) -> None:
        """Put in an update, a question instead of it, or nothing."""
        received = await self._receive(item)
        if received is not None:
            await super().put(received)


class Receiver:
    """Turns updates that put a question into recorded questions."""

    def __init__(
        self, conversations: Conversations, access: Access, me: Callable[[], User]
    ) -> None:
        self._conversations = conversations
        self._access = access
        self._me = me

    async def receive(self, item: object) -> object | None:
        """Return the recorded question, None if it was recorded before, else the item itself."""
        if not isinstance(item, Update) or item.message is None:
            return item
        message = item.message
        question = question_in(message, self._me())
        author = person_id(message)
        if not question or not self._access.may_ask(message.chat_id, author):
            return item
        return await asyncio.to_thread(self._record, item.update_id, message, question)

    def _record(self, update_id: int, message: Message, question: str) -> Pending | None:
        topic_id = topic_of(message)
        author, name = person_id(message), _name(message)
        exchange_id = self._conversations.record(
            update_id=update_id,
            chat_id=message.chat_id,
            topic_id=topic_id,
            person_id=author,
            person_name=name,
            message_id=message.message_id,
            question=question,
            asked_at=message.date,
        )
        if exchange_id is None:
            return None
        return Pending(
            id=exchange_id,
            update_id=update_id,
            chat_id=message.chat_id,
            topic_id=topic_id,
            person_id=author,
            message_id=message.message_id,
            question=question,
            asked_at=message.date,
        )


def person_id(message: Message) -> int | None:
    """Return who wrote it: a person, or the chat in whose name somebody wrote."""
    author = message.sender_chat or message.from_user
    return author.id if author else None


def topic_of(message: Message) -> int | None:
    """Return the forum topic of a message; other threads and "General" need none to answer in."""
    return message.message_thread_id if message.is_topic_message else None


def _name(message: Message) -> str:
    if message.sender_chat:
        return message.sender_chat.effective_name or ""
    return message.from_user.full_name if message.from_user else ""
