"""What a question names and its evidence does not: another place, another year, another day.

Owns the vetoes, pure. However alike the words, a sentence about Hà Nội
does not answer a question about Đà Nẵng, nor one of 2022 a question about 2021. Documents and their
numbers are for `directives`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from retrieval.documents import Source
from retrieval.names import places
from retrieval.question import Question, years_in
from retrieval.repair import is_bare
from retrieval.vietnamese import fold, key, spelled

_DAY = re.compile(r"(?<![\d/-])(\d{1,2})(?:[/-]|\s+tháng\s+|\s+thang\s+)(\d{1,2})(?![\d%]|[.,]\d)")


def conflict(question: Question, source: Source, stored: str) -> str:
    """Return what `question` names and the source, with its `stored` text, does not; "" if nothing.

    >>> from retrieval.question import analyse
    >>> conflict(analyse("Đà Nẵng kết nạp bao nhiêu?"), Source("a", "a", "Hà Nội"), "Kết nạp 5.")
    'Đà Nẵng'
    """
    typed = fold if is_bare(question.text) else str
    asked = _spaced(typed(question.text))
    named = [name for name in sorted(places()) if _spaced(typed(name)) in asked]
    if not (named or question.years or _DAY.search(question.text)):
        return ""
    held = _Held(source, stored)
    found = [*held.strange_places(named), *held.strange_times(question)]
    return found[0] if found else ""


class _Held:
    """All that a source says, its title and date included."""

    def __init__(self, source: Source, stored: str) -> None:
        date = source.date
        day = f"ngày {date.day}/{date.month}/{date.year}" if date else ""
        self._text = "\n".join([source.title, source.about, source.publisher, day, stored])

    def strange_places(self, named: Iterable[str]) -> Iterator[str]:
        """Yield the names of the places among `named` that are not held."""
        text = _spaced(self._text)
        yield from (name for name in named if _spaced(name) not in text)

    def strange_times(self, question: Question) -> Iterator[str]:
        """Yield the years and days of `question` that are not held."""
        years = years_in(self._text)
        if years and question.years and not set(years).intersection(question.years):
            yield f"năm {question.years[0]}"
        here = {(int(day), int(month)) for day, month in _DAY.findall(self._text)}
        for day, month in _DAY.findall(question.text):
            if here and (int(day), int(month)) not in here and _is_day(int(day), int(month)):
                yield f"ngày {day}/{month}"


def _is_day(day: int, month: int) -> bool:
    return 1 <= day <= 31 and 1 <= month <= 12


@lru_cache(maxsize=512)
def _spaced(text: str) -> str:
    """The keys of the words of `text` between blanks, so that they can be looked for as a whole."""
    return f" {' '.join(key(word) for word in spelled(text))} "
