"""Puts parts of a reply into a chat: as answers to one message, in its topic.

What a message did before it was sent again (an edited question, a reply cut short) is edited in
place, so that doing it twice does nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from telegram import InlineKeyboardMarkup, LinkPreviewOptions, Message, ReplyParameters
from telegram.error import BadRequest
from telegram.ext import ExtBot

from bot.intake import topic_of
from bot.pacing import Step
from bot.replies import Part

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_GONE = ("message to edit not found", "message can't be edited", "message_id_invalid")


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


@dataclass(frozen=True, slots=True)
class Watch:
    """Told of each message: when it leaves or certainly did not, and when it reads as it shall."""

    step: Step
    arrived: Callable[[int, str], Awaitable[None]]
    """(message id, digest of what it reads)"""


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
        digest = _digest(part, keys)
        message_id = earlier[number] if number < len(earlier) else None
        if message_id is None or not (
            there[message_id] == digest or await change(bot, target.chat_id, message_id, part, keys)
        ):
            message_id = (
                await _send(bot, target, part, keys, watch.step if watch else None)
            ).message_id
        if watch:
            await watch.arrived(message_id, digest)
        ids.append(message_id)
    for surplus in earlier[len(parts) :]:
        await _take_away(bot, target.chat_id, surplus)
    return ids


def _digest(part: Part, keys: InlineKeyboardMarkup | None) -> str:
    """Return a name of what a message reads: words, entities and buttons."""
    shown = [part.text, *(entity.to_json() for entity in part.entities)]
    words = "\0".join([*shown, keys.to_json() if keys else ""])
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()[:16]


async def change(
    bot: ExtBot[Any], chat_id: int, message_id: int, part: Part, keys: InlineKeyboardMarkup | None
) -> bool:
    """Make a message of the bot read so; False if it is gone. Raises TelegramError."""
    try:
        await bot.edit_message_text(
            part.text,
            chat_id,
            message_id,
            entities=part.entities,
            reply_markup=keys,
            link_preview_options=_NO_PREVIEW,
        )
    except BadRequest as error:
        if "not modified" in error.message.lower():
            return True
        if error.message.lower() in _GONE:
            return False
        raise
    return True


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
        link_preview_options=_NO_PREVIEW,
        rate_limit_args=step,
    )


async def _take_away(bot: ExtBot[Any], chat_id: int, message_id: int) -> None:
    """Delete a message; one that cannot be deleted any more stays."""
    try:
        await bot.delete_message(chat_id, message_id)
    except BadRequest:
        return
