"""What the bot can hear and say in a group, from what Telegram tells of it. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from telegram import (
    ChatFullInfo,
    ChatMember,
    ChatMemberAdministrator,
    ChatMemberRestricted,
)

from bot.texts import Texts


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
