"""Groups: the bot comes, goes, gets rights or loses them, or is unwanted.

Owns what is said to a group and to administrators about that, each thing once.
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
    Update,
)
from telegram.constants import ChatType
from telegram.error import TelegramError
from telegram.ext import Application, CallbackContext, ExtBot

from bot.access import Access
from bot.log.moved_chats import Chats
from bot.log.notices import Notices
from bot.telegram.formatting import Part
from bot.telegram.inbox import person_id, topic_of
from bot.telegram.sending import Target, follow, send_parts
from bot.texts.faces import face, face_of
from bot.texts.texts import Texts

_RANKS = frozenset({ChatMember.OWNER, ChatMember.ADMINISTRATOR})
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


Context = CallbackContext[Any, Any, Any, Any]
GROUPS = frozenset({ChatType.GROUP, ChatType.SUPERGROUP})


@dataclass(frozen=True, slots=True)
class Started:
    """The bot has started and knows these groups."""

    groups: tuple[int, ...]


async def look_around(application: Application[Any, Any, Any, Any, Any, Any], chats: Chats) -> None:
    """Have the groups looked at in which somebody asked something."""
    groups = await asyncio.to_thread(chats.groups)
    await application.update_queue.put(Started(groups))


class Places:
    """What happens to groups; `leaves` says whether the bot stays in those not on its list."""

    def __init__(self, access: Access, notices: Notices, chats: Chats, *, leaves: bool) -> None:
        self._access = access
        self._chats = chats
        self._notices = notices
        self._leaves = leaves

    async def membership(self, update: Update, context: Context) -> None:
        """Greet a group that added the bot, and say what works there after any change."""
        change = update.my_chat_member
        if change is None or change.chat.type not in GROUPS:
            return
        if not is_in(change.new_chat_member):
            _log.info("out of chat %s", change.chat.id)
            return
        texts = face_of(update)
        added = not is_in(change.old_chat_member)
        if not self._access.may_ask(change.chat.id, None):
            if added:
                await self.unknown(context.bot, change.chat, None, texts)
            return
        rights = await self._rights(context.bot, change.chat.id, change.new_chat_member)
        await self._tell_rights(context.bot, change.chat, rights, texts, greeting=added)

    async def stranger(self, message: Message, context: Context, texts: Texts) -> None:
        """Say once that a group is not on the list, when somebody there asks something."""
        if message.chat.type in GROUPS and not self._access.may_ask(
            message.chat_id, person_id(message)
        ):
            await self.unknown(context.bot, message.chat, topic_of(message), texts)

    async def unknown(
        self, bot: ExtBot[Any], chat: Chat, topic_id: int | None, texts: Texts
    ) -> None:
        """Say once that a group is not on the list; leave it where that is set."""
        if await asyncio.to_thread(self._notices.is_due, chat.id, "unknown group"):
            words = texts.group.unknown_group.format(chat_id=chat.id)
            await _try_to_send(bot, Target(chat.id, topic_id), words)
        if self._leaves:
            try:
                await bot.leave_chat(chat.id)
            except TelegramError as error:
                _log.info("chat %s not left: %s", chat.id, error.message)

    async def started(self, started: Started, context: Context) -> None:
        """Tell the administrators, once a change, in which groups something does not work."""
        bot, lines = context.bot, []
        for group in started.groups:
            try:
                chat = await follow(self._chats, group, bot.get_chat)
                rights = await self._rights(bot, chat.id)
            except TelegramError as error:
                _log.info("chat %s cannot be looked at: %s", group, error.message)
                continue
            if rights != Rights(hears_all=True, can_write=True):
                lines.append(f"• {chat.effective_name}: {rights.told(face('vi'))}")
        if not lines:
            return
        said = "\n".join(lines)
        for admin in sorted(self._access.admin_ids):
            if await asyncio.to_thread(self._notices.is_due, admin, "rights", said):
                await _try_to_send(bot, Target(admin), said[:4000])

    async def rights(self, bot: ExtBot[Any], chat_id: int) -> Rights:
        """Return what works in a group; raises TelegramError."""
        return await self._rights(bot, chat_id)

    async def _rights(
        self, bot: ExtBot[Any], chat_id: int, member: ChatMember | None = None
    ) -> Rights:
        me = bot.bot
        member = member or await bot.get_chat_member(chat_id, me.id)
        chat = await bot.get_chat(chat_id)
        return rights_of(member, chat, hears_groups=bool(me.can_read_all_group_messages))

    async def _tell_rights(
        self, bot: ExtBot[Any], chat: Chat, rights: Rights, texts: Texts, *, greeting: bool
    ) -> None:
        said = rights.told(texts)
        due = await asyncio.to_thread(self._notices.is_due, chat.id, "rights", said)
        if rights.can_write and (due or greeting):
            words = f"{texts.group.joined}\n\n{said}" if greeting else said
            await _try_to_send(bot, Target(chat.id), words)
        if not rights.can_write and due:
            for admin in sorted(self._access.admin_ids):
                await _try_to_send(bot, Target(admin), f"{chat.effective_name}: {said}")


async def _try_to_send(bot: ExtBot[Any], target: Target, words: str) -> None:
    """Send a notice; that Telegram does not let it through is noted only."""
    try:
        await send_parts(bot, target, [Part(words)])
    except TelegramError as error:
        _log.info("notice to %s not delivered: %s", target.chat_id, error.message)
