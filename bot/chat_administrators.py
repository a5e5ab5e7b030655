"""Who administers a chat, which is not who administers the bot (`administrators.py`).

A chat's administrators decide about that chat alone: they start it anew for everybody in it. One
who writes anonymously does so in the chat's own name and may do the same, and nothing beyond.
"""

from __future__ import annotations

import logging
from typing import Any

from telegram import ChatMember, Message
from telegram.constants import ChatType
from telegram.error import TelegramError
from telegram.ext import ExtBot

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
