"""Groups: the bot comes, goes, gets rights or loses them, or is unwanted.

Owns what is said to a group and to administrators about that, each thing once.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import Any

from telegram import Chat, Update
from telegram.error import TelegramError
from telegram.ext import Application, CallbackContext, ExtBot

from bot.access import Access
from bot.log.moved_chats import Chats
from bot.log.notices import Notices
from bot.telegram.membership import (
    GROUPS,
    Rights,
    UnknownGroups,
    is_in,
    notify,
    rights_in,
)
from bot.telegram.messages import texts_of
from bot.telegram.sending import Target, follow
from bot.texts.texts import Texts, texts_for

_log = logging.getLogger(__name__)
Context = CallbackContext[Any, Any, Any, Any]


@dataclass(frozen=True, slots=True)
class Started:
    """The bot has started and knows these groups."""

    groups: tuple[int, ...]


async def look_around(application: Application[Any, Any, Any, Any, Any, Any], chats: Chats) -> None:
    """Have the groups looked at in which somebody asked something."""
    groups = await asyncio.to_thread(chats.groups)
    await application.update_queue.put(Started(groups))


class Groups:
    """The handlers of what happens to groups."""

    def __init__(
        self, access: Access, notices: Notices, chats: Chats, unknown: UnknownGroups
    ) -> None:
        self._access = access
        self._chats = chats
        self._notices = notices
        self._unknown = unknown

    async def membership(self, update: Update, context: Context) -> None:
        """Greet a group that added the bot, and say what works there after any change."""
        change = update.my_chat_member
        if change is None or change.chat.type not in GROUPS:
            return
        if not is_in(change.new_chat_member):
            _log.info("out of chat %s", change.chat.id)
            return
        texts = texts_of(update)
        added = not is_in(change.old_chat_member)
        if not self._access.may_ask(change.chat.id, None):
            if added:
                await self._unknown.turn_away(context.bot, change.chat, None, texts)
            return
        rights = await rights_in(context.bot, change.chat.id, change.new_chat_member)
        await self._tell_rights(context.bot, change.chat, rights, texts, greeting=added)

    async def started(self, started: Started, context: Context) -> None:
        """Tell the administrators, once a change, in which groups something does not work."""
        bot, lines = context.bot, []
        for group in started.groups:
            try:
                chat = await follow(self._chats, group, bot.get_chat)
                rights = await rights_in(bot, chat.id)
            except TelegramError as error:
                _log.info("chat %s cannot be looked at: %s", group, error.message)
                continue
            if rights != Rights(hears_all=True, can_write=True):
                lines.append(f"• {chat.effective_name}: {rights.told(texts_for('vi'))}")
        if not lines:
            return
        said = "\n".join(lines)
        for admin in sorted(self._access.admin_ids):
            if await asyncio.to_thread(self._notices.is_due, admin, "rights", said):
                await notify(bot, Target(admin), said[:4000])

    async def _tell_rights(
        self, bot: ExtBot[Any], chat: Chat, rights: Rights, texts: Texts, *, greeting: bool
    ) -> None:
        said = rights.told(texts)
        due = await asyncio.to_thread(self._notices.is_due, chat.id, "rights", said)
        if rights.can_write and (due or greeting):
            words = f"{texts.group.joined}\n\n{said}" if greeting else said
            await notify(bot, Target(chat.id), words)
        if not rights.can_write and due:
            for admin in sorted(self._access.admin_ids):
                await notify(bot, Target(admin), f"{chat.effective_name}: {said}")
