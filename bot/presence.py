"""The bot shows that it is typing while it works."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from telegram import Bot
from telegram.constants import ChatAction
from telegram.error import TelegramError

AGAIN_AFTER = 4.5
"""Seconds; Telegram shows it for five."""
_log = logging.getLogger(__name__)


@asynccontextmanager
async def typing(bot: Bot, chat_id: int, topic_id: int | None) -> AsyncIterator[None]:
    """Show "typing" in a chat until the block ends; that it cannot be shown hinders nothing."""
    done = asyncio.Event()
    showing = asyncio.create_task(_keep_typing(bot, chat_id, topic_id, done))
    try:
        yield
    finally:
        done.set()
        # A request under way is let finish: breaking it off would cost the connection.
        await asyncio.wait({showing}, timeout=1)
        showing.cancel()


async def _keep_typing(bot: Bot, chat_id: int, topic_id: int | None, done: asyncio.Event) -> None:
    while not done.is_set():
        try:
            await bot.send_chat_action(chat_id, ChatAction.TYPING, message_thread_id=topic_id)
        except TelegramError as error:
            _log.debug("typing not shown in %s: %s", chat_id, error)
        try:
            async with asyncio.timeout(AGAIN_AFTER):
                await done.wait()
        except TimeoutError:
            continue
