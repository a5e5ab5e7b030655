"""Which places, years and days a text speaks of. Pure.

A version of a source is read once, when it is staged; `store.mentions` keeps the result.
What follows for a question is said by `query.constraints`. `indexing.staging._FORMAT` must be
raised when what is recognised changes.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from retrieval.models import Document
from retrieval.text.names import places
from retrieval.text.numbers import days_in, years_in
from retrieval.text.vietnamese import key, spelled


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
    issued = source.date
    day = f"ngày {issued.day}/{issued.month}/{issued.year}" if issued else ""
    text = "\n".join([source.title, source.about, source.publisher, day, document.text])
    return Scope(places_in(text), frozenset(years_in(text)), frozenset(days_in(text)))


def places_in(text: str, spelling: Callable[[str], str] = str) -> frozenset[str]:
    """Return the places that `text` names, whose names are spelled as `spelling` says.

    >>> from retrieval.text.vietnamese import fold
    >>> sorted(places_in("từ ha noi đến Huế")), sorted(places_in("tu ha noi den hue", fold))
    (['Huế'], ['Huế', 'Hà Nội'])
    """
    words = spaced(spelling(text))
    return frozenset(name for name, key in _keys(spelling) if key in words)


@cache
def _keys(spelling: Callable[[str], str]) -> tuple[tuple[str, str], ...]:
    return tuple((name, spaced(spelling(name))) for name in sorted(places()))


def spaced(text: str) -> str:
    """The keys of the words of `text` between blanks, so that they can be looked for as a whole."""
    return f" {' '.join(key(word) for word in spelled(text))} "
