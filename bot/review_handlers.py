"""Which commands and buttons lead to the log: reviewing it, and what it keeps of people."""

from __future__ import annotations

from typing import Any

from telegram.ext import (
    BaseHandler,
    CallbackQueryHandler,
    CommandHandler,
    TypeHandler,
    filters,
)

from bot.administrators import Administrators
from bot.callbacks import pattern
from bot.log_file import LogFile
from bot.official_answers import OfficialAnswer
from bot.privacy import FORGET, Privacy
from bot.reporting import Reporting
from bot.reviewing import EXCHANGE, FOUND, PAGES, Reviewing
from bot.triage import ACT, QUEUE, Triage

Handlers = list[BaseHandler[Any, Any, Any]]
_NEW = filters.UpdateType.MESSAGE


def review_handlers(administrators: Administrators, file: LogFile) -> Handlers:
    """Return what leads to reading the log."""
    reviewing, reporting = Reviewing(administrators, file), Reporting(administrators, file)
    return [
        CommandHandler(["nhatky", "logs"], reviewing.latest, _NEW),
        CallbackQueryHandler(reviewing.turn, pattern(PAGES)),
        CallbackQueryHandler(reviewing.turn_found, pattern(FOUND)),
        CallbackQueryHandler(reviewing.one, pattern(EXCHANGE)),
        CommandHandler(["thongke", "stats"], reporting.stats, _NEW),
        CommandHandler(["xuat", "export"], reporting.export, _NEW),
    ]


def triage_handlers(triage: Triage) -> Handlers:
    """Return what leads to the open questions."""
    return [
        TypeHandler(OfficialAnswer, triage.answered),
        CommandHandler(["chuatraloi", "unanswered"], triage.show, _NEW),
        CallbackQueryHandler(triage.turn, pattern(QUEUE)),
        CallbackQueryHandler(triage.act, pattern(ACT)),
    ]


def privacy_handlers(privacy: Privacy) -> Handlers:
    """Return what leads to what is kept of people."""
    return [
        CommandHandler(["quyenriengtu", "privacy"], privacy.tell, _NEW),
        CommandHandler(["xoadulieu", "forget_me"], privacy.ask, _NEW),
        CallbackQueryHandler(privacy.confirmed, pattern(FORGET)),
    ]
