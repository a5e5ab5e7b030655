"""The buttons under an answer, and what each carries. Pure.

Who may press what, and what happens then, is `handlers.feedback`'s and `handlers.passages`'s.
"""

from __future__ import annotations

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.log.votes import Reason, Vote
from bot.telegram.callback_data import Action, pack
from bot.texts.texts import Texts
from retrieval.models import Kind


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
