"""The composition root: the only place where the parts are put together."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from telegram.ext import (
    Application,
    BaseHandler,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    InlineQueryHandler,
    MessageHandler,
    TypeHandler,
    filters,
)

from bot import buttons, watching
from bot.access import Access
from bot.adding import ADD, Adding
from bot.admin import AGAIN, BACK, Admin, Keeper
from bot.administrators import Administrators
from bot.allowances import Allowances, Limits, TurnedAway
from bot.callbacks import pattern
from bot.chats import Chats
from bot.commands import Commands
from bot.connection import build_bot
from bot.conversations import Conversations, Pending
from bot.deeds import Deeds
from bot.deliveries import Deliveries, Unsure
from bot.directives import LIST, ONE, Directives, Known
from bot.failures import handle_failure
from bot.feedback import Feedback
from bot.inline import Inline
from bot.intake import Intake, Receiver, Words
from bot.lanes import Lanes
from bot.library import DELETE, PAGE, Deleting, Library
from bot.log_file import LogFile
from bot.long_work import Background
from bot.menus import show_menus
from bot.notices import Notices
from bot.pacing import Pacing
from bot.places import Places, Started
from bot.presses import Presses, ignore
from bot.privacy import Privacy
from bot.questions import Answering, Questions
from bot.review_handlers import privacy_handlers, review_handlers, triage_handlers
from bot.serving import TelegramApplication
from bot.settings import Settings
from bot.spending import Spending, TokenLimits
from bot.status import Status
from bot.surroundings import PassagePages, Stored
from bot.threads import Threads
from bot.triage import Triage
from bot.turning_away import TurningAway
from bot.unanswered import Embed, Unanswered
from bot.votes import Votes
from bot.weekly import Weekly, WeekTime
from retrieval.documents import Source

_log = logging.getLogger(__name__)


Handlers = list[BaseHandler[Any, Any, Any]]
_NEW = filters.UpdateType.MESSAGE


class _Desk:
    """What the handlers share, made once."""

    def __init__(
        self,
        settings: Settings,
        conversations: Conversations,
        sources: Callable[[], Sequence[Source]],
    ) -> None:
        file = conversations.file
        self.conversations, self.file, self.sources = conversations, file, sources
        self.chats = Chats(file)
        self.access = Access(settings.allowed_chat_ids, settings.admin_ids, self.chats.names)
        self.limits = Limits(
            settings.questions_per_person, settings.questions_per_chat, settings.questions_waiting
        )
        self.allowances = Allowances(file, self.limits, self.access)
        self.deliveries = Deliveries(conversations)
        self.notices, self.votes, self.threads = Notices(file), Votes(file), Threads(file)
        self.places = Places(self.access, self.notices, leaves=settings.unknown_groups == "leave")
        self.presses = Presses(conversations, self.chats, self.access)
        self.administrators = Administrators(self.access, Deeds(file))
        self.background = Background()

    def triage(self, assistant: Answering, embed: Embed) -> Triage:
        """Return who goes through the open questions."""
        unanswered = Unanswered(self.file, embed)
        parts = (unanswered, self.conversations, self.chats, assistant)
        return Triage(self.administrators, *parts)


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
    desk = _Desk(settings, conversations, sources)
    bot = build_bot(settings, pacing or Pacing())
    receiver = Receiver(
        conversations, desk.chats, desk.access, desk.allowances, desk.votes, lambda: bot.bot
    )
    questions = Questions(assistant, conversations, desk.chats, _spending(settings, desk.file))
    privacy = Privacy(desk.access, desk.file, settings.retention_days)

    async def begin(application: TelegramApplication) -> None:
        await show_menus(bot, settings.admin_ids)
        await application.update_queue.put(Started(desk.chats.groups()))
        await questions.resume(application)
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
            *_question_handlers(desk, questions),
            *(_directive_handlers(desk, known) if known else ()),
            InlineQueryHandler(Inline(assistant, desk.access).offer),
            *_button_handlers(desk, stored),
            *_place_handlers(desk),
            *(_admin_handlers(desk, keeper, settings) if keeper else ()),
            *_library_handlers(desk, keeper),
            *review_handlers(desk.administrators, desk.file),
            *(triage_handlers(desk.triage(assistant, embed)) if embed else ()),
            *privacy_handlers(privacy),
            *_command_handlers(desk, settings.models),
            CallbackQueryHandler(ignore),
        ]
    )
    application.add_error_handler(handle_failure)
    return application


def _spending(settings: Settings, file: LogFile) -> Spending | None:
    """Return the allowances for the chat model, None where there is no model."""
    return Spending(file, TokenLimits.of(settings)) if settings.llm_base_url else None


def _question_handlers(desk: _Desk, questions: Questions) -> Handlers:
    turning = TurningAway(desk.conversations, desk.notices, desk.chats, desk.limits)
    return [
        TypeHandler(Pending, questions.answer),
        TypeHandler(TurnedAway, turning.past_a_limit),
        TypeHandler(Unsure, turning.unsure),
    ]


def _button_handlers(desk: _Desk, stored: Stored) -> Handlers:
    feedback = Feedback(desk.presses, desk.votes, desk.deliveries, desk.access)
    passages = PassagePages(desk.presses, desk.file, desk.deliveries, stored)
    return [
        TypeHandler(Words, feedback.words),
        CallbackQueryHandler(feedback.vote, pattern(buttons.VOTE)),
        CallbackQueryHandler(feedback.reason, pattern(buttons.REASON)),
        CallbackQueryHandler(feedback.hand_over, pattern(buttons.HAND_OVER)),
        CallbackQueryHandler(feedback.send_again, pattern(buttons.AGAIN)),
        CallbackQueryHandler(passages.show, pattern(buttons.PASSAGE)),
    ]


def _directive_handlers(desk: _Desk, known: Known) -> Handlers:
    directives = Directives(desk.access, known)
    return [
        CommandHandler("vanban", directives.command, _NEW),
        CallbackQueryHandler(directives.turn, pattern(LIST)),
        CallbackQueryHandler(directives.show, pattern(ONE)),
    ]


def _place_handlers(desk: _Desk) -> Handlers:
    return [
        TypeHandler(Started, desk.places.started),
        ChatMemberHandler(desk.places.membership, ChatMemberHandler.MY_CHAT_MEMBER),
    ]


def _library_handlers(desk: _Desk, keeper: Keeper | None) -> Handlers:
    more = (keeper.troubles, keeper.held) if keeper else ()
    library = Library(desk.access, desk.sources, *more)
    return [
        CommandHandler("nguon", library.show, _NEW),
        CallbackQueryHandler(library.turn, pattern(PAGE)),
    ]


def _admin_handlers(desk: _Desk, keeper: Keeper, settings: Settings) -> Handlers:
    admin = Admin(desk.administrators, keeper, desk.background)
    folder = settings.sources_dir
    adding = Adding(desk.administrators, admin, keeper, folder, settings.fetch_hosts)
    deleting = Deleting(desk.administrators, admin, desk.sources, folder)
    captioned = _NEW & filters.Document.ALL & filters.CaptionRegex(r"(?i)^/them(@\w+)?\b")
    return [
        CommandHandler("them", adding.command, _NEW),
        MessageHandler(captioned, adding.command),
        CallbackQueryHandler(adding.pressed, pattern(ADD)),
        CommandHandler("xoanguon", deleting.command, _NEW),
        CallbackQueryHandler(deleting.confirmed, pattern(DELETE)),
        CommandHandler("reload", admin.reload, _NEW),
        CommandHandler("hoantac", admin.back, _NEW),
        CallbackQueryHandler(admin.confirmed, pattern(BACK)),
        CallbackQueryHandler(admin.again, pattern(AGAIN)),
    ]


def _command_handlers(desk: _Desk, model: str) -> Handlers:
    commands = Commands(desk.access, desk.threads, desk.places)
    status = Status(desk.access, desk.allowances, desk.places, desk.sources, model)
    return [
        CommandHandler("start", commands.start, _NEW),
        CommandHandler("help", commands.help, _NEW),
        CommandHandler(["moi", "new"], commands.forget, _NEW),
        CommandHandler(["tinhtrang", "status"], status.tell, _NEW),
        MessageHandler(_NEW, commands.otherwise),
    ]
