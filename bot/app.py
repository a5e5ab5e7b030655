"""The composition root: the only place where the parts are put together."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from functools import partial

from telegram.ext import Application, CallbackQueryHandler, InlineQueryHandler

from bot import watching
from bot.admin import Keeper
from bot.ballots import Ballots
from bot.connection import build_bot
from bot.conversations import Conversations
from bot.desk import Desk
from bot.directives import Known
from bot.failures import handle_failure
from bot.foreseen import Foreseen
from bot.handlers import (
    admin_handlers,
    button_handlers,
    command_handlers,
    directive_handlers,
    library_handlers,
    place_handlers,
    question_handlers,
)
from bot.inline import Inline
from bot.intake import Intake, Receiver
from bot.lanes import Lanes
from bot.log_file import LogFile
from bot.menus import show_menus
from bot.pacing import Pacing
from bot.places import Started
from bot.presses import ignore
from bot.privacy import Privacy
from bot.questions import Answering, Questions
from bot.review_handlers import privacy_handlers, review_handlers, triage_handlers
from bot.serving import TelegramApplication
from bot.settings import Settings
from bot.spending import Spending, TokenLimits
from bot.surroundings import Stored
from bot.typed import Typed
from bot.unanswered import Embed
from bot.weekly import Weekly, WeekTime
from retrieval.documents import Source

_log = logging.getLogger(__name__)


def build_application(
    settings: Settings,
    assistant: Answering,
    conversations: Conversations,
    *,
    sources: Callable[[], Sequence[Source]],
    keeper: Keeper | None = None,
    stored: Stored = lambda source_id, start, end, words: None,
    known: Known | None = None,
    embed: Embed | None = None,
    pacing: Pacing | None = None,
) -> TelegramApplication:
    """Wire the Telegram bot; what it is given to call is called off the event loop."""
    desk = Desk(settings, conversations, sources)
    bot = build_bot(settings, Foreseen(pacing or Pacing(), desk.chats, desk.file))
    receiver = Receiver(
        conversations,
        desk.chats,
        desk.access,
        desk.allowances,
        desk.votes,
        Ballots(desk.presses, desk.votes),
        lambda: bot.bot,
    )
    questions = Questions(
        assistant, conversations, desk.chats, desk.deliveries, _spending(settings, desk.file)
    )
    typed = Typed(conversations, desk.allowances)
    privacy = Privacy(desk.access, desk.file, settings.retention_days)
    triage = desk.triage(assistant, embed) if embed else None

    async def begin(application: TelegramApplication) -> None:
        await show_menus(bot, settings.admin_ids)
        await application.update_queue.put(Started(desk.chats.groups()))
        await questions.resume(application)
        if triage:
            await triage.resume(application)
        if keeper and settings.watch_sources:
            reload = partial(keeper.reload, who="WATCH_SOURCES")
            desk.background.start(watching.watch(settings.sources_dir, reload, watching.QUIET))
        desk.background.start(privacy.daily())
        if settings.weekly_summary:
            at = WeekTime.of(settings.weekly_summary_at)
            new_sources = keeper.added_since if keeper else lambda since: ()
            weekly = Weekly(desk.file, settings.admin_ids, at, new_sources)
            desk.background.start(weekly.rounds(bot))
        _log.info("Bot @%s đã sẵn sàng.", bot.username)

    application = (
        Application.builder()
        .bot(bot)
        .update_queue(Intake(receiver.receive))
        .concurrent_updates(Lanes())
        .post_init(begin)
        .build()
    )
    application.add_handlers(
        [
            *question_handlers(desk, questions),
            *(directive_handlers(desk, known) if known else ()),
            InlineQueryHandler(Inline(assistant, desk.access, typed).offer),
            *button_handlers(desk, stored),
            *place_handlers(desk),
            *(admin_handlers(desk, keeper, settings) if keeper else ()),
            *library_handlers(desk, keeper),
            *review_handlers(desk.administrators, desk.file),
            *(triage_handlers(triage) if triage else ()),
            *privacy_handlers(privacy),
            *command_handlers(desk, settings.models),
            CallbackQueryHandler(ignore),
        ]
    )
    application.add_error_handler(handle_failure)
    return application


def _spending(settings: Settings, file: LogFile) -> Spending | None:
    """Return the allowances for the chat model, None where there is no model."""
    return Spending(file, TokenLimits.of(settings)) if settings.llm_base_url else None
