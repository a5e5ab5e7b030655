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
from collections.abc import Sequence
from enum import StrEnum, unique
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.log.votes import Reason, Vote
from bot.texts.texts import ReviewTexts, Texts
from retrieval.models import Answer, Kind, Source

MAX_BYTES = 64
_LONGEST_LABEL = 48
"""Characters on a button as wide as a phone."""
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
    CHOOSE = "chon"
    """exchange that asked which meaning is meant, number of the choice from 0"""
    SEND_AGAIN = "lai"
    """exchange whose answer may not have arrived"""
    PASSAGE = "nguon"
    """exchange, number of the quote from 0"""
    REST_OF_LIST = "muc"
    """exchange, number of the quote from 0, offset in its source from which items are shown"""
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
    REMEMBERED = "ghinho"
    """page of the remembered answers from 0"""
    KEEPING = "rutlai"
    """remembered answer, 0 to withdraw it or 1 to confirm it"""
    NEAR = "gan"
    """source that is shown as a card, exchange it came near to or 0"""
    NEWEST = "moinhat"
    """page of the newest sources from 0"""
    SEARCH = "timkiem"
    """page of a search from 0"""
    ASK = "hoithu"
    """source, number of a question that it answers"""
    PANEL = "quantri"
    """an administrator's job"""
    TAKE_AWAY = "tai"
    """exchange, its answer as a document"""
    CORRECTION = "dinhchinh"
    """correction, what to do about it"""
    CORRECTION_PAGE = "dinhchinhs"
    """correction, page of its answers from 0"""
    PROPOSAL = "dexuat"
    """proposal that a source follows its page, deed, page of the changes from 0"""
    CONFIRM_SOURCE = "xacnhan"
    """source that is still right"""
    NEW_ITEMS = "mucmoi"
    """subscription, deed, item or page from 0"""
    UNFOLLOW = "botheodoi"
    """subscription"""
    GIVE_ROLE = "giaovaitro"
    """person, group or 0 for a link, letter of a role, collection or 0"""
    TAKE_ROLE = "thuvaitro"
    """person or group, letter of a role, collection or 0"""
    WAIT = "cho"
    """a moment; under a message that is being changed, pressing it does nothing"""


FORMER_FORGET_ME = re.compile(r"xoa:-?\d+:[01]\Z")
"""What the buttons of FORGET_ME carried in version 1, where DELETE_SOURCE has one field."""


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


class Resolution(StrEnum):
    """What an administrator does with an open question."""

    REPLY = "traloi"
    ADD = "them"
    IGNORE = "boqua"
    DONE = "xong"
    SEND = "gui"


def to_resolve(
    exchange_id: int, texts: ReviewTexts, page: int = 0, *, solved: bool = False
) -> InlineKeyboardMarkup:
    """Return what an administrator can do with an open question, answered now if `solved`."""

    def key(words: str, deed: Resolution) -> tuple[str, str]:
        return words, pack(Action.RESOLVE, exchange_id, deed, page)

    rows = [
        [key(texts.reply, Resolution.REPLY), key(texts.add_source, Resolution.ADD)],
        [key(texts.ignore, Resolution.IGNORE), key(texts.done, Resolution.DONE)],
    ]
    return _keys(*([[key(texts.send_new, Resolution.SEND)]] if solved else []), *rows)


OUTSIDE = -1
"""In the place of a page: the question stands in a list of its own, not on a page of all."""


def to_resolve_each(exchange_ids: Sequence[int], texts: ReviewTexts) -> InlineKeyboardMarkup | None:
    """Return the same for each question of a numbered list, a row each; None for none."""
    deeds = (
        (texts.reply, Resolution.REPLY),
        (texts.add_source, Resolution.ADD),
        (texts.ignore, Resolution.IGNORE),
    )
    rows = [
        [
            (f"{n}. {words}", pack(Action.RESOLVE, exchange_id, deed, OUTSIDE))
            for words, deed in deeds
        ]
        for n, exchange_id in enumerate(exchange_ids, 1)
    ]
    return _keys(*rows) if rows else None


def under_an_answer(answer: Answer, exchange_id: int, texts: Texts) -> InlineKeyboardMarkup | None:
    """Return what can be done about an answer: see its sources, vote, ask a person instead.

    Where there is none: see what comes near, ask a person.
    """
    if answer.kind is Kind.SMALLTALK:
        return None
    if answer.kind is Kind.CLARIFY:
        labels = enumerate(shortened(words, _LONGEST_LABEL) for words in answer.choices)
        return _keys(*([(f"{n + 1}. {w}", pack(Action.CHOOSE, exchange_id, n))] for n, w in labels))
    ask = [(texts.hand_over, pack(Action.HAND_OVER, exchange_id))]
    if answer.kind is Kind.NOT_FOUND:
        near = (
            [(_label(source), pack(Action.NEAR, source.id, exchange_id))]
            for source in answer.near
            if is_field(source.id)
        )
        return _keys(*near, ask)
    votes = [
        ("👍", pack(Action.VOTE, exchange_id, Vote.UP)),
        ("👎", pack(Action.VOTE, exchange_id, Vote.DOWN)),
    ]
    take = (texts.take_away, pack(Action.TAKE_AWAY, exchange_id))
    seen = [(texts.show_sources, pack(Action.PASSAGE, exchange_id, 0))] if answer.quotes else []
    lists = (
        to_rest_of_list(exchange_id, n, quote.end, quote.more, texts)
        for n, quote in enumerate(answer.quotes)
    )
    usual = _keys([*seen, *votes], [*ask, take])
    return InlineKeyboardMarkup([*filter(None, lists), *usual.inline_keyboard])


def to_rest_of_list(
    exchange_id: int, number: int, start: int, count: int, texts: Texts
) -> list[InlineKeyboardButton]:
    """Return the row under a quoted list of which `count` items are not shown; empty for none."""
    if not count:
        return []
    data = pack(Action.REST_OF_LIST, exchange_id, number, start)
    return [InlineKeyboardButton(texts.rest_of_list.format(count=count), callback_data=data)]


def _label(source: Source) -> str:
    return f"📄 {shortened(source.name, _LONGEST_LABEL)}"


def shortened(words: str, most: int) -> str:
    """Return words that fit: whole ones, "…" where there were more.

    >>> shortened("Hội nghị tổng kết công tác", 18)
    'Hội nghị tổng kết…'
    """
    if len(words) <= most:
        return words
    whole = words[:most].rpartition(" ")[0].rstrip(" ,;:–-")
    return f"{whole or words[: most - 1]}…"


def without(keys: InlineKeyboardMarkup | None, *actions: Action) -> InlineKeyboardMarkup | None:
    """Return the buttons but those of some actions; None where none is left."""
    rows = [
        [key for key in row if (str(key.callback_data or "")).partition(":")[0] not in actions]
        for row in (keys.inline_keyboard if keys else ())
    ]
    left = [row for row in rows if row]
    return InlineKeyboardMarkup(left) if left else None


def without_exchange(
    keys: InlineKeyboardMarkup | None, exchange_id: int
) -> InlineKeyboardMarkup | None:
    """Return the buttons but those that are about one open question."""
    begins = f"{Action.RESOLVE}:{exchange_id}:"
    rows = [
        [key for key in row if not str(key.callback_data or "").startswith(begins)]
        for row in (keys.inline_keyboard if keys else ())
    ]
    left = [row for row in rows if row]
    return InlineKeyboardMarkup(left) if left else None


def with_reasons(
    keys: InlineKeyboardMarkup | None, exchange_id: int, texts: Texts
) -> InlineKeyboardMarkup:
    """Return the buttons with what a 👎 asks below them: why."""
    usual = without(keys, Action.REASON)
    why = [(texts.reasons[reason], pack(Action.REASON, exchange_id, reason)) for reason in Reason]
    asking = _keys(why[:2], why[2:])
    return InlineKeyboardMarkup(
        [*(usual.inline_keyboard if usual else ()), *asking.inline_keyboard]
    )


def pages(exchange_id: int, number: int, count: int) -> InlineKeyboardMarkup | None:
    """Return ◀ and ▶ around page `number` (from 0) of `count`, as far as there is one there."""
    keys = []
    if number > 0:
        keys.append((f"◀ {number}/{count}", pack(Action.PASSAGE, exchange_id, number - 1)))
    if number < count - 1:
        keys.append((f"{number + 2}/{count} ▶", pack(Action.PASSAGE, exchange_id, number + 1)))
    return _keys(keys) if keys else None


def turns(action: Action, page: int, pages: int, *before: int | str) -> list[InlineKeyboardButton]:
    """Return ◀ and ▶ around page `page` (from 0) of `pages`, as far as there is one there.

    The page is the last field of what they carry, after those `before`.
    """
    return [
        InlineKeyboardButton(words, callback_data=pack(action, *before, to))
        for words, to in ((f"◀ {page}/{pages}", page - 1), (f"{page + 2}/{pages} ▶", page + 1))
        if 0 <= to < pages
    ]


def ask_a_person(exchange_id: int, texts: Texts) -> InlineKeyboardMarkup:
    """Return the way to the administrators alone: what stands under the reply to a complaint."""
    return _keys([(texts.hand_over, pack(Action.HAND_OVER, exchange_id))])


def send_again(exchange_id: int, texts: Texts) -> InlineKeyboardMarkup:
    """Return the way to an answer that may not have arrived."""
    return _keys([(texts.send_again, pack(Action.SEND_AGAIN, exchange_id))])


def _keys(*rows: list[tuple[str, str]]) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(words, callback_data=data) for words, data in row] for row in rows]
    )
