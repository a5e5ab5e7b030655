"""Which places, years and days a source speaks of.

Owns reading them off a source, once when it is indexed. Pure. What follows for a question is for
`conflicts` to say.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from retrieval.documents import Document
from retrieval.names import places
from retrieval.question import years_in
from retrieval.vietnamese import key, spelled

_DAY = re.compile(r"(?<![\d/-])(\d{1,2})(?:[/-]|\s+tháng\s+|\s+thang\s+)(\d{1,2})(?![\d%]|[.,]\d)")
_LAST_DAY, _LAST_MONTH = 31, 12


@dataclass(frozen=True, slots=True)
class Scope:
    """What a text names of places, years and days; a day is written 14/6."""

    places: frozenset[str] = frozenset()
    years: frozenset[str] = frozenset()
    days: frozenset[str] = frozenset()

    def dumps(self) -> str:
        """Return it as JSON."""
        return json.dumps([sorted(self.places), sorted(self.years), sorted(self.days)])

    @classmethod
    def loads(cls, text: str) -> Scope:
        """Return what `dumps` wrote."""
        return cls(*map(frozenset, json.loads(text)))


def scope_of(document: Document) -> Scope:
    """Return all that a source speaks of, its title and date included."""
    source = document.source
    date = source.date
    day = f"ngày {date.day}/{date.month}/{date.year}" if date else ""
    text = "\n".join([source.title, source.about, source.publisher, day, document.text])
    words = spaced(text)
    named = frozenset(place for place in places() if spaced(place) in words)
    return Scope(named, frozenset(years_in(text)), frozenset(days_in(text)))


def days_in(text: str) -> list[str]:
    """Return the days of a month that `text` names, in order.

    >>> days_in("từ 14-6 đến ngày 2 tháng 9 năm 2024")
    ['14/6', '2/9']
    """
    found = [(int(day), int(month)) for day, month in _DAY.findall(text)]
    return [f"{d}/{m}" for d, m in found if 1 <= d <= _LAST_DAY and 1 <= m <= _LAST_MONTH]


def spaced(text: str) -> str:
    """The keys of the words of `text` between blanks, so that they can be looked for as a whole."""
    return f" {' '.join(key(word) for word in spelled(text))} "
