"""Sends the parts of a reply into a chat, and changes messages of the bot: words and buttons.

Parts go out as answers to one message, in its topic. What was sent before (to an edited question,
or a reply cut short) is edited in place, so that doing it twice does nothing. The same change is
never asked for twice, which Telegram refuses: what a message reads is noted as unknown before a
change and as known after it. Where a kill or a broken connection left it unknown, the message gets
buttons first that it cannot have had, and the right ones after that.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeVar

from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    Message,
    ReplyParameters,
)
from telegram.error import BadRequest, ChatMigrated
from telegram.ext import ExtBot
from tenacity import AsyncRetrying, retry_if_exception, stop_after_delay, wait_exponential

from bot.log.deliveries import Watch
from bot.log.moved_chats import Chats
from bot.telegram.formatting import Part
from bot.telegram.keyboards import Action, pack
from bot.telegram.messages import topic_of
from bot.telegram.rate_limiter import Step, may_have_arrived

NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_SURELY_WITHIN = 600.0
"""Seconds for which an edit that may have been made is tried again; it is idempotent."""
_GONE = ("message to edit not found", "message can't be edited", "message_id_invalid")


def digest_of(part: Part, keys: InlineKeyboardMarkup | None) -> str:
    """Return a name of what a message reads: "words:buttons", each "" where unknown."""
    words = "\0".join([part.text, *(entity.to_json() for entity in part.entities)])
    return f"{_hash(words)}:{_hash(keys.to_json() if keys else '')}"


async def make_read(
    bot: ExtBot[Any],
    place: tuple[int, int],
    known: str,
    part: Part,
    keys: InlineKeyboardMarkup | None,
    watch: Watch | None = None,
) -> bool:
    """Make the message (chat, id) read so, of which `known` is noted; False if it is gone.

    Raises TelegramError.
    """
    wanted = digest_of(part, keys)
    if known == wanted:
        return True

    async def edit(keys: InlineKeyboardMarkup | None) -> bool:
        return await change(bot, *place, part, keys)

    return await _surely(edit, place[1], (known, "", wanted), keys, watch)


async def show_buttons(
    bot: ExtBot[Any],
    place: tuple[int, int],
    known: str,
    keys: InlineKeyboardMarkup | None,
    watch: Watch,
) -> None:
    """Put these buttons under the message of a reply; raises TelegramError."""
    words = known.partition(":")[0]
    wanted = f"{words}:{_hash(keys.to_json() if keys else '')}"
    if known == wanted:
        return

    async def edit(keys: InlineKeyboardMarkup | None) -> bool:
        await bot.edit_message_reply_markup(*place, reply_markup=keys)
        return True

    await _surely(edit, place[1], (known, f"{words}:", wanted), keys, watch)


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
            link_preview_options=NO_PREVIEW,
        )
    except BadRequest as error:
        if "not modified" in error.message.lower():
            return True
        if error.message.lower() in _GONE:
            return False
        raise
    return True


async def _surely(
    edit: Callable[[InlineKeyboardMarkup | None], Awaitable[bool]],
    message_id: int,
    digests: tuple[str, str, str],
    keys: InlineKeyboardMarkup | None,
    watch: Watch | None,
) -> bool:
    """Edit until it is certain; `digests` name what is known before, during and after it."""
    before, during, after = digests
    is_known = watch is None or all(before.partition(":"))

    async def attempt() -> bool:
        nonlocal is_known
        was_known, is_known = is_known, False
        return (was_known or await edit(_never_there())) and await edit(keys)

    if watch:
        await watch.reads(message_id, during)
    retrying = AsyncRetrying(
        retry=retry_if_exception(may_have_arrived),
        wait=wait_exponential(min=0.5, max=30),
        stop=stop_after_delay(_SURELY_WITHIN),
        reraise=True,
    )
    is_there: bool = await retrying(attempt)
    if is_there and watch:
        await watch.reads(message_id, after)
    return is_there


def _never_there() -> InlineKeyboardMarkup:
    """Return buttons that no message has had."""
    moment = pack(Action.WAIT, time.time_ns())
    return InlineKeyboardMarkup.from_button(InlineKeyboardButton("⏳", callback_data=moment))


def _hash(words: str) -> str:
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()[:16]


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
