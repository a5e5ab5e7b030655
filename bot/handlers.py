"""Which handler takes which update, area by area; the order among areas is `app.py`'s."""

from __future__ import annotations

from typing import Any

from telegram.ext import (
    BaseHandler,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    MessageHandler,
    TypeHandler,
    filters,
)

from bot import buttons
from bot.adding import ADD, Adding
from bot.admin import AGAIN, BACK, Admin, Keeper
from bot.allowances import TurnedAway
from bot.callbacks import pattern
from bot.commands import Commands
from bot.conversations import Pending
from bot.deliveries import Unsure
from bot.desk import Desk
from bot.directives import LIST, ONE, Directives, Known
from bot.feedback import Feedback
from bot.intake import Words
from bot.library import DELETE, PAGE, Deleting, Library
from bot.places import Started
from bot.questions import Questions
from bot.settings import Settings
from bot.status import Status
from bot.surroundings import PassagePages, Stored
from bot.turning_away import TurningAway

Handlers = list[BaseHandler[Any, Any, Any]]
_NEW = filters.UpdateType.MESSAGE


def question_handlers(desk: Desk, questions: Questions) -> Handlers:
    """Recorded questions, and those that get a notice instead of an answer."""
    turning = TurningAway(desk.conversations, desk.notices, desk.chats, desk.limits)
    return [
        TypeHandler(Pending, questions.answer),
        TypeHandler(TurnedAway, turning.past_a_limit),
        TypeHandler(Unsure, turning.unsure),
    ]


def button_handlers(desk: Desk, stored: Stored) -> Handlers:
    """The buttons under answers, and the words that a 👎 asks for."""
    feedback = Feedback(desk.presses, desk.votes, desk.deliveries, desk.access)
    passages = PassagePages(desk.presses, desk.chats, desk.file, desk.deliveries, stored)
    return [
        TypeHandler(Words, feedback.words),
        CallbackQueryHandler(feedback.vote, pattern(buttons.VOTE)),
        CallbackQueryHandler(feedback.reason, pattern(buttons.REASON)),
        CallbackQueryHandler(feedback.hand_over, pattern(buttons.HAND_OVER)),
        CallbackQueryHandler(feedback.send_again, pattern(buttons.AGAIN)),
        CallbackQueryHandler(passages.show, pattern(buttons.PASSAGE)),
    ]


def directive_handlers(desk: Desk, known: Known) -> Handlers:
    """/vanban and its pages."""
    directives = Directives(desk.access, known)
    return [
        CommandHandler("vanban", directives.command, _NEW),
        CallbackQueryHandler(directives.turn, pattern(LIST)),
        CallbackQueryHandler(directives.show, pattern(ONE)),
    ]


def place_handlers(desk: Desk) -> Handlers:
    """The bot comes into groups, and looks around at the start."""
    return [
        TypeHandler(Started, desk.places.started),
        ChatMemberHandler(desk.places.membership, ChatMemberHandler.MY_CHAT_MEMBER),
    ]


def library_handlers(desk: Desk, keeper: Keeper | None) -> Handlers:
    """/nguon and its pages."""
    more = (keeper.troubles, keeper.held) if keeper else ()
    library = Library(desk.access, desk.sources, *more)
    return [
        CommandHandler("nguon", library.show, _NEW),
        CallbackQueryHandler(library.turn, pattern(PAGE)),
    ]


def admin_handlers(desk: Desk, keeper: Keeper, settings: Settings) -> Handlers:
    """Sources and the index, for administrators."""
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


def command_handlers(desk: Desk, model: str) -> Handlers:
    """Commands for everybody, and whatever is left."""
    commands = Commands(desk.access, desk.threads, desk.places)
    status = Status(desk.access, desk.allowances, desk.places, desk.sources, model)
    return [
        CommandHandler("start", commands.start, _NEW),
        CommandHandler("help", commands.help, _NEW),
        CommandHandler(["moi", "new"], commands.forget, _NEW),
        CommandHandler(["tinhtrang", "status"], status.tell, _NEW),
        MessageHandler(_NEW, commands.otherwise),
    ]
