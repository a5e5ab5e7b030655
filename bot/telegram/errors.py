"""What no handler expected: into the log for operators, one kind line for the person."""

from __future__ import annotations

import logging
from typing import Any

from telegram import Update
from telegram.constants import ChatType
from telegram.error import (
    BadRequest,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    TelegramError,
)
from telegram.ext import CallbackContext

from bot.telegram.formatting import Part
from bot.telegram.messages import texts_of
from bot.telegram.sending import Target, send_parts
from retrieval.errors import ChidanError

_log = logging.getLogger(__name__)


class TokenRefused(ChidanError):
    """Telegram does not know the token."""


async def handle_failure(update: object, context: CallbackContext[Any, Any, Any, Any]) -> None:
    """Log an error; tell the person, unless it is Telegram that lets nothing through."""
    error = context.error
    if isinstance(error, TelegramError):
        _log.warning("%s", explain(error))
        return
    _log.error("an update failed", exc_info=error)
    if isinstance(update, Update) and update.message and _expects_an_answer(update):
        try:
            target = Target.of(update.message)
            await send_parts(context.bot, target, [Part(texts_of(update).failed)])
        except TelegramError as also:
            _log.warning("%s", explain(also))


def explain(error: TelegramError) -> str:
    """Return one line for operators: what happened, and what to do about it."""
    if isinstance(error, Conflict):
        return (
            "Một tiến trình khác đang chạy cùng bot này (hoặc webhook đang bật); hãy tắt bớt,"
            f" bot sẽ tự tiếp tục. [{error.message}]"
        )
    if isinstance(error, InvalidToken):
        return "Token của bot không đúng hoặc đã bị thu hồi; hãy lấy token mới ở @BotFather."
    if isinstance(error, Forbidden):
        return f"Bot bị chặn hoặc đã rời cuộc trò chuyện. [{error.message}]"
    if isinstance(error, BadRequest):
        return f"Telegram từ chối một yêu cầu. [{error.message}]"
    if isinstance(error, NetworkError):
        return f"Mất kết nối tới Telegram, bot sẽ thử lại. [{error.message}]"
    return f"Telegram báo lỗi. [{error.message}]"


def _expects_an_answer(update: Update) -> bool:
    """Whether somebody waits: in private always, in a group after a command to the bot."""
    message = update.message
    if message is None:
        return False
    return message.chat.type == ChatType.PRIVATE or (message.text or "").startswith("/")
