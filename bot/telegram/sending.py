"""Puts parts of a reply into a chat: as answers to one message, in its topic.

What was sent before (to an edited question, or a reply cut short) is edited in place, so that
doing it twice does nothing. How messages are changed is `telegram.editing`'s.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeVar

from telegram import InlineKeyboardMarkup, Message, ReplyParameters
from telegram.error import BadRequest, ChatMigrated
from telegram.ext import ExtBot

from bot.log.deliveries import Watch
from bot.log.moved_chats import Chats
from bot.telegram.editing import NO_PREVIEW, digest_of, make_read
from bot.telegram.formatting import Part
from bot.telegram.inbox import topic_of
from bot.telegram.rate_limiter import Step

T = TypeVar("T")


async def follow(chats: Chats, chat_id: int, send: Callable[[int], Awaitable[T]]) -> T:
    """Call `send` with the id under which a chat is reached; again where Telegram names another.

    Raises TelegramError as `send` does.
    """
    try:
        return await send(chats.current(chat_id))
    except ChatMigrated as move:
        await asyncio.to_thread(chats.moved, chat_id, move.new_chat_id)
        return await send(move.new_chat_id)


@dataclass(frozen=True, slots=True)
class Target:
    """Where a reply goes: a chat, its topic, and the message that it answers."""

    chat_id: int
    topic_id: int | None = None
    message_id: int | None = None

    @classmethod
    def of(cls, message: Message) -> Target:
        """Return the place to answer a message."""
        return cls(message.chat_id, topic_of(message), message.message_id)


async def send_parts(
    bot: ExtBot[Any],
    target: Target,
    parts: Sequence[Part],
    *,
    there: Mapping[int, str] = MappingProxyType({}),
    buttons: InlineKeyboardMarkup | None = None,
    watch: Watch | None = None,
) -> list[int]:
    """Send parts in order and return their message ids; the last one bears the buttons.

    `there` are the messages of an earlier reply and what they read: they are changed instead where
    they read otherwise, or taken away.
    Raises telegram.error.TelegramError; an answered message that is gone is an error too.
    """
    ids: list[int] = []
    earlier = list(there)
    for number, part in enumerate(parts):
        keys = buttons if number == len(parts) - 1 else None
        message_id = earlier[number] if number < len(earlier) else None
        if message_id is None or not await make_read(
            bot, (target.chat_id, message_id), there[message_id], part, keys, watch
        ):
            sent = await _send(bot, target, part, keys, watch.step if watch else None)
            message_id = sent.message_id
            if watch:
                await watch.arrived(message_id, digest_of(part, keys))
        ids.append(message_id)
    for surplus in earlier[len(parts) :]:
        await _take_away(bot, target.chat_id, surplus)
    return ids


async def _send(
    bot: ExtBot[Any],
    target: Target,
    part: Part,
    keys: InlineKeyboardMarkup | None,
    step: Step | None,
) -> Message:
    return await bot.send_message(
        target.chat_id,
        part.text,
        entities=part.entities,
        message_thread_id=target.topic_id,
        reply_parameters=ReplyParameters(target.message_id) if target.message_id else None,
        reply_markup=keys,
        link_preview_options=NO_PREVIEW,
        rate_limit_args=step,
    )


async def _take_away(bot: ExtBot[Any], chat_id: int, message_id: int) -> None:
    """Delete a message; one that cannot be deleted any more stays."""
    try:
        await bot.delete_message(chat_id, message_id)
    except BadRequest:
        return
