"""The command menus: everybody's, groups', administrators', each in Vietnamese and in English."""

from __future__ import annotations

import logging
from typing import Any

from telegram import (
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
)
from telegram.error import TelegramError
from telegram.ext import ExtBot

from bot.english import ENGLISH
from bot.texts import VIETNAMESE, Texts

FACES: tuple[tuple[str | None, Texts], ...] = ((None, VIETNAMESE), ("en", ENGLISH))
"""Telegram's language code → sentences; None is for every client without a menu of its own."""
_log = logging.getLogger(__name__)


async def show_menus(bot: ExtBot[Any], admin_ids: frozenset[int]) -> None:
    """Fill the command menus; a menu that cannot be set hinders nothing."""
    for language, texts in FACES:
        for scope, commands in _menus(texts, admin_ids):
            try:
                await bot.set_my_commands(commands, scope=scope, language_code=language)
            except TelegramError as error:
                _log.warning("commands not set for %s: %s", scope.type, error)


def _menus(
    texts: Texts, admin_ids: frozenset[int]
) -> list[tuple[BotCommandScope, list[BotCommand]]]:
    everybody = _menu(texts.commands)
    more = [*everybody, *_menu(texts.admin_commands)]
    return [
        (BotCommandScopeAllPrivateChats(), everybody),
        (BotCommandScopeAllGroupChats(), everybody),
        *((BotCommandScopeChat(admin), more) for admin in sorted(admin_ids)),
    ]


def _menu(commands: dict[str, str]) -> list[BotCommand]:
    return [BotCommand(name, words) for name, words in commands.items()]
