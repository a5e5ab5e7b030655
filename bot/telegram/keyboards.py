"""The buttons under an answer, and what a button carries: an action and a few fields. Pure.

`nguon:17:2` is the action `nguon` with the fields 17 and 2, in at most 64 bytes. `Action` is the
registry of all actions; a double, where one handler would take the other's buttons, raises
ValueError at import. Telegram hands back whatever a client sends, so what comes is checked for its
shape here; that a person may press it, that what it names still exists, and what happens then is
the handler's business (`handlers.feedback`, `handlers.passages` and others).

>>> pack(Action.PASSAGE, 17, "a-1")
'nguon:17:a-1'
>>> unpack("nguon:17:a-1", int, str)
(17, 'a-1')
>>> unpack("nguon:x:a-1", int, str) is None
True
"""

from __future__ import annotations

import re
from enum import StrEnum, unique
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.log.votes import Reason, Vote
from bot.texts.texts import Texts
from retrieval.models import Kind

MAX_BYTES = 64
_ACTION = re.compile(r"[a-z]{1,12}")


@unique
class Action(StrEnum):
    """What a button does, with the fields that follow; values stay, as old buttons carry them."""

    VOTE = "phieu"
    """exchange, vote"""
    REASON = "lydo"
    """exchange, reason of a 👎"""
    HAND_OVER = "chuyen"
    """exchange, to be put before the administrators"""
    SEND_AGAIN = "lai"
    """exchange whose answer may not have arrived"""
    PASSAGE = "nguon"
    """exchange, number of the quote from 0"""
    DIRECTIVES = "vanban"
    """page of the list from 0"""
    DIRECTIVE = "vb"
    """key of a directive, page from 0"""
    SOURCES = "trang"
    """page of the list from 0"""
    FORGET_ME = "xoadulieu"
    """person, 1 to delete what is theirs or 0 to keep it"""
    DELETE_SOURCE = "xoa"
    """id of a source, "0" to leave it"""
    ADD_SOURCE = "them"
    """what to do with the draft in the message"""
    ROLL_BACK = "hoantac"
    """id of a reload, 0 to leave it"""
    RELOAD_AGAIN = "lamlai"
    """nothing: follow the files after all"""
    LOG_PAGE = "nhatky"
    """filter, page from 0"""
    LOG_ENTRY = "luot"
    """exchange, filter, page to go back to"""
    LOG_SEARCH = "timthay"
    """words without diacritics joined by dots, page from 0"""
    UNANSWERED = "hangcho"
    """page of the groups of open questions from 0"""
    RESOLVE = "xuly"
    """exchange, deed, page"""
    WAIT = "cho"
    """a moment; under a message that is being changed, pressing it does nothing"""


_FIELD = re.compile(r"[\w.-]{1,40}", re.ASCII)
_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,17})")


def is_field(word: str) -> bool:
    """Return whether a word fits on a button as it is."""
    return _FIELD.fullmatch(word) is not None


def pack(action: Action, *fields: int | str) -> str:
    """Return callback data; raises ValueError for what would not come back as it went."""
    words = [str(field) for field in fields]
    if not all(_FIELD.fullmatch(word) for word in words):
        raise ValueError(f"not fit for callback data: {action} {words}")
    data = ":".join([action, *words])
    if len(data) > MAX_BYTES:
        raise ValueError(f"callback data of {len(data)} bytes: {data}")
    return data


def unpack(data: str | None, *kinds: type[int] | type[str]) -> tuple[Any, ...] | None:
    """Return the fields of callback data, one of each kind; None if its shape is another."""
    if data is None or len(data.encode("utf-8", "replace")) > MAX_BYTES:
        return None
    action, *words = data.split(":")
    if not _ACTION.fullmatch(action) or len(words) != len(kinds):
        return None
    wanted = [_NUMBER if kind is int else _FIELD for kind in kinds]
    if not all(shape.fullmatch(word) for shape, word in zip(wanted, words, strict=True)):
        return None
    return tuple(kind(word) for kind, word in zip(kinds, words, strict=True))


def pattern(action: Action) -> re.Pattern[str]:
    """Return what a CallbackQueryHandler looks for to take all buttons of an action."""
    return re.compile(rf"{re.escape(action)}(:|\Z)")


def under_an_answer(kind: Kind, exchange_id: int, texts: Texts) -> InlineKeyboardMarkup | None:
    """Return sources and votes for an answer, the way to the administrators where there is none."""
    if kind is Kind.SMALLTALK:
        return None
    if kind is Kind.NOT_FOUND:
        return _keys([(texts.hand_over, pack(Action.HAND_OVER, exchange_id))])
    return _keys(
        [
            (texts.show_sources, pack(Action.PASSAGE, exchange_id, 0)),
            ("👍", pack(Action.VOTE, exchange_id, Vote.UP)),
            ("👎", pack(Action.VOTE, exchange_id, Vote.DOWN)),
        ]
    )


def reasons(exchange_id: int, texts: Texts) -> InlineKeyboardMarkup:
    """Return what a 👎 asks: why."""
    keys = [(texts.reasons[reason], pack(Action.REASON, exchange_id, reason)) for reason in Reason]
    return _keys(keys[:2], keys[2:])


def pages(exchange_id: int, number: int, count: int) -> InlineKeyboardMarkup | None:
    """Return ◀ and ▶ around page `number` (from 0) of `count`, as far as there is one there."""
    keys = []
    if number > 0:
        keys.append((f"◀ {number}/{count}", pack(Action.PASSAGE, exchange_id, number - 1)))
    if number < count - 1:
        keys.append((f"{number + 2}/{count} ▶", pack(Action.PASSAGE, exchange_id, number + 1)))
    return _keys(keys) if keys else None


def send_again(exchange_id: int, texts: Texts) -> InlineKeyboardMarkup:
    """Return the way to an answer that may not have arrived."""
    return _keys([(texts.send_again, pack(Action.SEND_AGAIN, exchange_id))])


def _keys(*rows: list[tuple[str, str]]) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(words, callback_data=data) for words, data in row] for row in rows]
    )
