"""An answer that grows in a private chat while a model writes it; each word of it is verified.

Owns how: as a message draft, which is gone once the reply is there, or, where the Bot API server
knows no drafts, as a message that is edited and becomes the reply. Groups see whole answers only:
edits count against their 20 messages a minute.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from telegram import Bot
from telegram.constants import ChatAction
from telegram.error import InvalidToken, TelegramError
from telegram.ext import ExtBot

from bot.log.deliveries import Watch
from bot.telegram.formatting import Part
from bot.telegram.sending import Target, change, send_parts
from bot.texts.answers import growing_text
from bot.texts.texts import Texts
from retrieval.models import GrowingAnswer, Show

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


PAUSE = 1.5
"""Seconds between two changes of what is shown."""
_LONGEST = 2000
"""Characters: within Telegram's 4096 units whatever they are."""


def is_private(chat_id: int) -> bool:
    """Return whether a chat is one with a single person; groups and channels are below zero."""
    return chat_id > 0


@asynccontextmanager
async def growing(
    bot: ExtBot[Any], target: Target, watch: Watch, texts: Texts, pause: float = PAUSE
) -> AsyncIterator[Show]:
    """Yield what takes the answer so far; that it cannot be shown hinders nothing."""
    screen = _Screen(bot, target, watch)
    newest, changed = "", asyncio.Event()

    async def show(draft: GrowingAnswer) -> None:
        nonlocal newest
        newest = growing_text(draft, texts)
        changed.set()

    async def keep_showing() -> None:
        while True:
            await changed.wait()
            changed.clear()
            await screen.draw(newest)
            await asyncio.sleep(pause)

    showing = asyncio.create_task(keep_showing())
    try:
        yield show
    finally:
        await _ended(showing, screen)


async def _ended(showing: asyncio.Task[None], screen: _Screen) -> None:
    """End showing; a request under way is let finish, so that the reply comes after it."""
    async with screen.drawing:
        showing.cancel()
    await asyncio.gather(showing, return_exceptions=True)


class _Screen:
    """Where the answer is seen: a draft, or a message."""

    def __init__(self, bot: ExtBot[Any], target: Target, watch: Watch) -> None:
        self._bot = bot
        self._target = target
        self._watch = watch
        self._way: Callable[[Part], Awaitable[None]] | None = self._draft
        self._messages: list[int] = []
        self.drawing = asyncio.Lock()

    async def draw(self, text: str) -> None:
        """Show `text`; gives up for good when Telegram refuses."""
        async with self.drawing:
            if self._way is None:
                return
            try:
                await self._way(Part(text[:_LONGEST]))
            except TelegramError as error:
                _log.debug("answer not shown growing: %s", error)
                self._way = None

    async def _draft(self, part: Part) -> None:
        target = self._target
        try:
            await self._bot.send_message_draft(
                target.chat_id,
                target.message_id or 1,
                part.text,
                message_thread_id=target.topic_id,
            )
        except InvalidToken:
            # What PTB makes of 404: this server has no such method.
            self._way = self._edit
            await self._edit(part)

    async def _edit(self, part: Part) -> None:
        if self._messages:
            await change(self._bot, self._target.chat_id, self._messages[0], part, None)
        else:
            self._messages = await send_parts(self._bot, self._target, [part], watch=self._watch)
