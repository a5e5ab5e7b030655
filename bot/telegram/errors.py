"""What no handler expected: into the log for operators, one kind line for the person.

Owns also errors in words fit for a chat: no path of this machine, no exception class, no key.
Sentences of errors are made for operators at a terminal too, who want to know which folder; in a
chat other people read along.

>>> redact = Redactor(secrets=("bi-mat-123",))
>>> redact("Không dùng được /srv/chidan/var/index.db (OperationalError): dùng /reload.")
'Không dùng được index.db: dùng /reload.'
>>> redact("ConnectError('[Errno 111] với khóa bi-mat-123')")
'với khóa •••'
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from pydantic import SecretStr
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

from bot.logging_setup import MASK, TOKEN
from bot.settings import Settings
from bot.telegram.formatting import Part
from bot.telegram.messages import texts_of
from bot.telegram.sending import Target, send_parts
from retrieval.errors import ChidanError

_LONGEST = 2000
_PART = r"[^\s/\"'“”()<>,;:]+"
_PATH = re.compile(rf"(?<![\w:/.])~?/(?:{_PART}/)+({_PART})?")
_CLASS = re.compile(
    r"(?:\b[a-z]\w{0,30}\.){0,5}\b[A-Z]\w{0,40}(?:Error|Exception|Fault|Timeout|Warning)\b:?"
)
_NUMBER = re.compile(r"\[(?:Errno|WinError) -?\d+\]\s*")
_KEY = re.compile(r"\b(?:Bearer |sk-|key-)[\w.-]{8,}")
_NOTHING_LEFT = re.compile(r"\s*\(\s*\)")
_REPR = re.compile(r"\s*[\w.]*\((['\"])(.*)\1,?\)\s*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Redactor:
    """Takes out of a sentence what is nobody's business; names of `folders` may hold blanks."""

    secrets: tuple[str, ...] = ()
    folders: tuple[Path, ...] = ()

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Return one that knows the secrets and folders of the settings."""
        values = [getattr(settings, name) for name in type(settings).model_fields]
        secrets = [v.get_secret_value() for v in values if isinstance(v, SecretStr)]
        folders = (settings.state_dir.resolve(), settings.sources_dir.resolve(), Path.home())
        return cls(tuple(filter(None, secrets)), folders)

    def __call__(self, sentence: object) -> str:
        """Return `str(sentence)`, of paths the last name alone, without exception classes, keys."""
        text = str(sentence)[:_LONGEST]
        for secret in self.secrets:
            text = text.replace(secret, MASK)
        for folder in self.folders:
            text = text.replace(f"{folder}/", "").replace(str(folder), folder.name)
        text = _KEY.sub(MASK, TOKEN.sub(MASK, text))
        text = _PATH.sub(lambda path: path[1] or "", text)
        text = _NUMBER.sub("", _CLASS.sub("", text))
        text = _NOTHING_LEFT.sub("", text)
        inside = _REPR.fullmatch(text)
        return (inside[2] if inside else text).strip()


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
