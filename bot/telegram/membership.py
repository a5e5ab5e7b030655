"""Chats and their members: who administers one, what the bot may do there, which are unknown.

Owns reading what Telegram says of a member, and turning away groups that are not on the list.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import Any

from telegram import (
    Chat,
    ChatFullInfo,
    ChatMember,
    ChatMemberAdministrator,
    ChatMemberRestricted,
    Message,
)
from telegram.constants import ChatType
from telegram.error import TelegramError
from telegram.ext import ExtBot

from bot.access import Access
from bot.log.notices import Notices
from bot.telegram.formatting import Part
from bot.telegram.messages import person_id, topic_of
from bot.telegram.sending import Target, send_parts
from bot.texts.texts import Texts

_RANKS = frozenset({ChatMember.OWNER, ChatMember.ADMINISTRATOR})
GROUPS = frozenset({ChatType.GROUP, ChatType.SUPERGROUP})
_log = logging.getLogger(__name__)


async def administers(bot: ExtBot[Any], message: Message) -> bool:
    """Return whether who wrote a message administers its chat; everybody does their private one."""
    if message.sender_chat:
        return message.sender_chat.id == message.chat_id
    if message.chat.type == ChatType.PRIVATE:
        return True
    if message.from_user is None:
        return False
    try:
        member = await bot.get_chat_member(message.chat_id, message.from_user.id)
    except TelegramError as error:
        _log.info("member of %s not looked up: %s", message.chat_id, error.message)
        return False
    return member.status in _RANKS


@dataclass(frozen=True, slots=True)
class Rights:
    """In one group: whether every message arrives, and whether it may answer."""

    hears_all: bool
    can_write: bool

    def told(self, texts: Texts) -> str:
        """Return what works, what does not, and how to change it."""
        if not self.can_write:
            return texts.group.cannot_write
        return texts.group.hears_all if self.hears_all else texts.group.hears_little


def rights_of(member: ChatMember, chat: ChatFullInfo | None, *, hears_groups: bool) -> Rights:
    """Return the rights of the bot as a member; `hears_groups` is can_read_all_group_messages."""
    is_admin = isinstance(member, ChatMemberAdministrator)
    permitted = chat is None or chat.permissions is None or chat.permissions.can_send_messages
    if isinstance(member, ChatMemberRestricted):
        permitted = bool(permitted) and member.can_send_messages
    return Rights(hears_groups or is_admin, is_admin or permitted is not False)


def is_in(member: ChatMember) -> bool:
    """Return whether somebody with this status is in the chat."""
    if isinstance(member, ChatMemberRestricted):
        return member.is_member
    return member.status not in {ChatMember.LEFT, ChatMember.BANNED}


async def rights_in(bot: ExtBot[Any], chat_id: int, member: ChatMember | None = None) -> Rights:
    """Return what works in a group, the bot being this `member`; raises TelegramError."""
    me = bot.bot
    member = member or await bot.get_chat_member(chat_id, me.id)
    chat = await bot.get_chat(chat_id)
    return rights_of(member, chat, hears_groups=bool(me.can_read_all_group_messages))


class UnknownGroups:
    """Groups that are not on the list; `leaves` says whether the bot leaves them."""

    def __init__(self, access: Access, notices: Notices, *, leaves: bool) -> None:
        self._access = access
        self._notices = notices
        self._leaves = leaves

    async def asks(self, message: Message, bot: ExtBot[Any], texts: Texts) -> None:
        """Turn the group away if it is not on the list, when somebody there asks something."""
        if message.chat.type in GROUPS and not self._access.may_ask(
            message.chat_id, person_id(message)
        ):
            await self.turn_away(bot, message.chat, topic_of(message), texts)

    async def turn_away(
        self, bot: ExtBot[Any], chat: Chat, topic_id: int | None, texts: Texts
    ) -> None:
        """Say once that a group is not on the list; leave it where that is set."""
        if await asyncio.to_thread(self._notices.is_due, chat.id, "unknown group"):
            words = texts.group.unknown_group.format(chat_id=chat.id)
            await notify(bot, Target(chat.id, topic_id), words)
        if self._leaves:
            try:
                await bot.leave_chat(chat.id)
            except TelegramError as error:
                _log.info("chat %s not left: %s", chat.id, error.message)


async def notify(bot: ExtBot[Any], target: Target, words: str) -> None:
    """Send a notice; that Telegram does not let it through is noted only."""
    try:
        await send_parts(bot, target, [Part(words)])
    except TelegramError as error:
        _log.info("notice to %s not delivered: %s", target.chat_id, error.message)
