"""What a question names and its evidence does not: another place, another year, another day.

Owns the vetoes, pure. However alike the words, a sentence about Hà Nội
does not answer a question about Đà Nẵng, nor one of 2022 a question about 2021. What a source
names is for `text.names` to say, documents and their numbers for `directives`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from retrieval.query.analysis import Question
from retrieval.text.names import Scope


@dataclass(frozen=True, slots=True)
class Named:
    """The places, years and days that a question names."""

    places: tuple[str, ...]
    years: tuple[str, ...]
    days: tuple[str, ...]

    def __bool__(self) -> bool:
        """True if it names anything."""
        return bool(self.places or self.years or self.days)


def named_by(question: Question) -> Named:
    """Return what `question` names."""
    return Named(question.named.places, question.years, question.named.days)


def conflict(named: Named, scope: Scope) -> str:
    """Return what a question names and a source does not speak of; "" if nothing.

    Of several places one is enough: each may have a source of its own.

    >>> conflict(Named(("Đà Nẵng",), (), ()), Scope(frozenset(["Hà Nội"])))
    'Đà Nẵng'
    """
    return next(_strange(named, scope), "")


def _strange(named: Named, scope: Scope) -> Iterator[str]:
    if named.places and scope.places.isdisjoint(named.places):
        yield named.places[0]
    if scope.years and named.years and scope.years.isdisjoint(named.years):
        yield f"năm {named.years[0]}"
    if scope.days:
        yield from (f"ngày {day}" for day in named.days if day not in scope.days)
