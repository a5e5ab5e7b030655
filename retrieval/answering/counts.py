"""What a sentence counts: how many, of what, of whom and when. Pure.

Owns taking the statement around a figure apart, so that two of them can be told to be one statement
with another figure. Built to miss rather than to be wrong: what the words leave open (which
district, which half of the year) makes a statement like no other.

    >>> [c] = counts_in("Tính đến tháng 6/2024, Đảng bộ tỉnh Hà Nam có 52.000 đảng viên.")
    >>> c.value, c.said, c.times, c.standing
    ('52000', '52.000 đảng viên', ('2024-06',), True)
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from retrieval.directives.recognition import Reference, find_references
from retrieval.text.dates import dates_in
from retrieval.text.names import place_in
from retrieval.text.numbers import Figure, numbers_in
from retrieval.text.vietnamese import capitalised, expanded, key, unaccented, words

_CLAUSE = re.compile(r";|,(?!\d)|\.(?!\d)|$")
_ORDINAL = re.compile(
    r"(?:thu|khoa|dieu|khoan|so|quy|tap|dot|lan|ky|top|nhom|phan|chuong|muc|buoc|hang)\s$", re.I
)
_PERIOD = re.compile(r"\s(?:nam|thang|quy|tuan|ngay|gio|nhiem ky|ky|tuoi)\b", re.IGNORECASE)
_SPAN = re.compile(r"nhiem ky|giai doan|thang dau|thang cuoi|\bquy\b|\bdot\b|tuan", re.IGNORECASE)
_UNTIL = re.compile(r"\b(?:tinh den|den nay|den ngay|den thang|den het|den cuoi)\b", re.IGNORECASE)
_HOLDS = re.compile(r"\b(?:co|gom|hien co)(?: (?:khoang|hon|gan|tren|tong so|tong cong))?\s$", re.I)
_FILLING = """
    tính đến hết nay hiện cuối đầu thời điểm ngày tháng năm toàn cả tổng cộng số khoảng gần hơn
    trên đã có được là đạt thì theo thống kê báo cáo gồm trong vào ở tại của và
"""
_FILLERS = frozenset(map(key, _FILLING.split()))
_UNIT_WORDS = 3
_LEVELS = {
    "tỉnh": r"tỉnh(?: [uủ][ỷy])?",
    "thành phố": r"thành (?:phố|[uủ][ỷy])",
    "huyện": r"huyện(?: [uủ][ỷy])?",
    "quận": r"quận(?: [uủ][ỷy])?",
    "thị xã": r"thị (?:xã|[uủ][ỷy])",
    "xã": r"(?<!thị )xã",
    "phường": r"phường",
}
_NAMED = {
    level: re.compile(rf"\b(?:{written})(?!\w)", re.IGNORECASE)
    for level, written in _LEVELS.items()
}
_EVERYWHERE = re.compile(r"\b(?:toan dang|ca nuoc|toan quoc)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Count:
    """A figure of a sentence, and the statement that it belongs to."""

    value: str
    said: str
    """The figure and what it counts, as written."""
    unit: tuple[str, ...]
    """Keys of the words after the figure."""
    words: frozenset[str]
    """Keys of the statement's words, without times, figures and what adds nothing."""
    times: tuple[str, ...]
    standing: bool
    """True for what is so at a time (“có … đảng viên”), not what was done over some time."""
    bounded: bool
    """True if it tells of a span of time that the times alone do not name."""
    unnamed: frozenset[str]
    """Levels ("tỉnh") that the statement speaks of without a name."""
    placed: bool
    """True if the statement says where, by name."""


def counts_in(sentence: str) -> Iterator[Count]:
    """Yield the counts of a sentence."""
    references = find_references(sentence)
    dates = [d for d in dates_in(sentence) if not _inside(d, references)]
    plain = unaccented(sentence)
    figures = [
        figure
        for figure in numbers_in(sentence)
        if sentence[figure.start].isdigit()
        and not (_inside(figure, references) or _inside(figure, dates))
        and _counts(plain, figure)
    ]
    for figure in figures:
        yield _count(sentence, plain, figure, figures, dates)


def levels_in(text: str) -> dict[str, set[str]]:
    """Return the levels that a text speaks of, each with the names given to it; "" for none.

    >>> levels = levels_in("Đảng bộ tỉnh Hà Nam; toàn tỉnh có 6 huyện.")
    >>> levels == {"tỉnh": {"", "Hà Nam"}, "huyện": {""}}
    True
    """
    names = {run.start: run.text for run in capitalised(text)}
    found: dict[str, set[str]] = {}
    for level, pattern in _NAMED.items():
        for match in pattern.finditer(text):
            found.setdefault(level, set()).add(names.get(match.end() + 1, ""))
    return found


def _counts(plain: str, figure: Figure) -> bool:
    return not (
        _ORDINAL.search(plain[: figure.start]) or _PERIOD.match(plain[figure.end : figure.end + 10])
    )


def _count(
    sentence: str, plain: str, figure: Figure, figures: Sequence[Figure], dates: Sequence[Figure]
) -> Count:
    clause = _CLAUSE.search(sentence, figure.end)
    end = clause.start() if clause else len(sentence)
    after = [w for w in words(sentence[figure.end : end])[:_UNIT_WORDS] if w.text.isalpha()]
    reach = figure.end + (after[min(len(after), 2) - 1].end if after else 0)
    levels = levels_in(sentence[:end])
    return Count(
        figure.value,
        sentence[figure.start : reach],
        tuple(key(w.text) for w in after),
        _words(sentence, end, [*figures, *dates]),
        tuple(d.value for d in dates if d.end <= end),
        bool(_HOLDS.search(plain[: figure.start])),
        bool(_SPAN.search(plain[:end])),
        frozenset(level for level, names in levels.items() if not any(names)),
        any(any(names) for names in levels.values())
        or bool(place_in(sentence[:end]) or _EVERYWHERE.search(plain[:end])),
    )


def until(sentence: str) -> bool:
    """Return True if a sentence tells of all up to a day."""
    return bool(_UNTIL.search(unaccented(sentence)))


def _words(sentence: str, end: int, cuts: Sequence[Figure]) -> frozenset[str]:
    statement = sentence[:end]
    for cut in sorted(cuts, key=lambda figure: figure.start, reverse=True):
        if cut.end <= end:
            statement = f"{statement[: cut.start]} {statement[cut.end :]}"
    kept = (key(word) for word in expanded(statement))
    return frozenset(word for word in kept if word not in _FILLERS)


def _inside(figure: Figure, others: Sequence[Figure | Reference]) -> bool:
    return any(o.start < figure.end and figure.start < o.end for o in others)
