"""The composition root: the only place where the parts are put together."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Any

from telegram import (
    BotCommand,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
)
from telegram.error import TelegramError
from telegram.ext import (
    Application,
    CommandHandler,
    ExtBot,
    MessageHandler,
    TypeHandler,
    filters,
)
from telegram.request import HTTPXRequest

from bot.access import Access
from bot.admin import Admin, Report
from bot.commands import Commands
from bot.conversations import Conversations, Pending
from bot.failures import Failures
from bot.intake import Intake, Receiver
from bot.lanes import Lanes
from bot.pacing import Pacing
from bot.questions import Answering, Questions
from bot.serving import PollingRequest, TelegramApplication
from bot.settings import Settings
from bot.texts import VIETNAMESE, Texts
from retrieval.documents import Source

TELEGRAM = "https://api.telegram.org/bot"
_log = logging.getLogger(__name__)


def build_application(
    settings: Settings,
    assistant: Answering,
    conversations: Conversations,
    *,
    sources: Callable[[], Sequence[Source]],
    reload: Callable[[], Report],
    pacing: Pacing | None = None,
) -> TelegramApplication:
    """Wire the Telegram bot; `sources` and `reload` are called off the event loop."""
    texts = VIETNAMESE
    access = Access(settings.allowed_chat_ids, settings.admin_ids)
    bot = _build_bot(settings, pacing or Pacing())
    receiver = Receiver(conversations, access, lambda: bot.bot)
    questions = Questions(assistant, conversations, texts)

    async def begin(application: TelegramApplication) -> None:
        await _show_commands(bot, texts, settings.admin_ids)
        await questions.resume(application)
        _log.info("Bot @%s đã sẵn sàng.", bot.username)

    application = (
        Application.builder()
        .bot(bot)
        .update_queue(Intake(receiver.receive))
        .concurrent_updates(Lanes())
        .post_init(begin)
        .build()
    )
    commands = Commands(texts, access, sources)
    admin = Admin(texts, access, reload)
    new = filters.UpdateType.MESSAGE
    application.add_handlers(
        [
            TypeHandler(Pending, questions.answer),
            CommandHandler("start", commands.start, new),
            CommandHandler("help", commands.help, new),
            CommandHandler("nguon", commands.sources, new),
            CommandHandler("reload", admin.reload, new),
            MessageHandler(new, commands.otherwise),
        ]
    )
    application.add_error_handler(Failures(texts).handle)
    return application


def _build_bot(settings: Settings, pacing: Pacing) -> ExtBot[Any]:
    token = settings.telegram_bot_token
    if token is None:
        raise ValueError("TELEGRAM_BOT_TOKEN is not set")
    base_url = settings.telegram_base_url or TELEGRAM
    return ExtBot(
        token.get_secret_value(),
        base_url=base_url,
        base_file_url=f"{base_url.removesuffix('/bot')}/file/bot",
        # An answer that comes too late is not asked for again (see pacing), so wait long for it.
        request=HTTPXRequest(read_timeout=30, connect_timeout=10, pool_timeout=60),
        get_updates_request=PollingRequest(connection_pool_size=1, read_timeout=30),
        rate_limiter=pacing,
    )


async def _show_commands(bot: ExtBot[Any], texts: Texts, admin_ids: frozenset[int]) -> None:
    """Fill the command menus; a menu that cannot be set hinders nothing."""
    everybody = _menu(texts.commands)
    menus = [
        (BotCommandScopeAllPrivateChats(), everybody),
        (BotCommandScopeAllGroupChats(), everybody),
        *((BotCommandScopeChat(admin), [*everybody, *_menu(texts.admin_commands)])
          for admin in sorted(admin_ids)),
    ]  # fmt: skip
    for scope, commands in menus:
        try:
            await bot.set_my_commands(commands, scope=scope)
        except TelegramError as error:
            _log.warning("commands not set for %s: %s", scope.type, error)


def _menu(commands: dict[str, str]) -> list[BotCommand]:
    return [BotCommand(name, words) for name, words in commands.items()]
