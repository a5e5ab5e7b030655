"""Sending into a chat that may have become another one, known or not yet known."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from telegram.error import ChatMigrated

from bot.chats import Chats

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
