"""What a question names and its evidence does not: another place, year, day, person, organ, unit.

Owns the vetoes, pure. However alike the words, a sentence about Hà Nội
does not answer a question about Đà Nẵng, nor one of 2022 a question about 2021. What a source
names is for `text.names` to say, documents and their numbers for `directives`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from retrieval.query.analysis import Question
from retrieval.query.spelling import is_bare
from retrieval.text.names import Scope, organs, surnames
from retrieval.text.vietnamese import fold

_TELLING_ORGAN = 3
"""Words of the name of an organ from which it tells one from another: Ban Tổ chức, not Chi bộ."""
_BOARDS = ("ban ", "bo ")
_EVERYWHERE = frozenset(("ban chap hanh", "ban chi dao", "ban thuong vu", "ban can su dang"))
"""Boards that each committee has: they tell none from another."""
_LEVELS = "trung uong|tinh uy|thanh uy|huyen uy|quan uy|thi uy|dang uy"
_LEVEL = re.compile(rf" ({_LEVELS})\b")
"""Whose an organ is that each level has."""
_LONGEST_NAME = 4
_UNITS = frozenset(
    (
        *("xã", "phường", "thôn", "bản", "ấp", "buôn", "xóm", "thị trấn", "quận", "huyện"),
        *("thị xã", "khu phố", "tổ dân phố", "công ty", "tổng công ty", "tập đoàn", "trường"),
        *("bệnh viện", "nhà máy", "hợp tác xã", "chi bộ"),
    )
)
"""Kinds of unit whose name tells one from another: what announces a name, as it is written."""


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


@dataclass(frozen=True, slots=True)
class Name:
    """A person, an organ or a unit that a question asks about."""

    text: str
    """As typed."""
    forms: tuple[str, ...]
    """Folded: a source that holds none of them does not speak of it."""
    level: str = ""
    """Folded, of an organ: whose it is. A source that tells only of those of others has it not."""
    is_unit: bool = False
    """True of a unit, of which one source may tell what another says by another name."""

    def stands_in(self, folded: str) -> bool:
        """Return True if the folded text bears it."""
        whose = rf"(?: {self.level}|(?! (?:{_LEVELS})\b))" if self.level else ""
        return any(re.search(rf"\b{re.escape(form)}\b{whose}", folded) for form in self.forms)


def names_asked(question: Question) -> tuple[Name, ...]:
    """Return the people, organs and units that `question` names and that tell one from another.

    >>> from retrieval.query.analysis import analyse
    >>> [name.text for name in names_asked(analyse("Ông Lê Văn An ở xã Hoa Sen làm gì?"))]
    ['Lê Văn An', 'xã Hoa Sen']
    """
    return (*_persons(question), *_organs(question), *_named_units(question))


def _persons(question: Question) -> Iterator[Name]:
    places = fold(" ".join(question.named.places))
    units = {unit.name for unit in question.named.units}
    for person in question.named.persons:
        syllables = person.split()
        in_place = Name(person, (fold(person),)).stands_in(places)  # Thành phố Hồ Chí Minh
        capitals = all(syllable[0].isupper() for syllable in syllables)
        if in_place or fold(person) in units or not capitals or syllables[0] not in surnames():
            continue
        # What follows the name may begin with a capital too: "Lê Văn An Bí thư".
        shorter = [" ".join(syllables[:-1])] if len(syllables) == _LONGEST_NAME else []
        yield Name(person, tuple(map(fold, [person, *shorter])))


def _organs(question: Question) -> Iterator[Name]:
    """Yield the organs whose names are typed: what a short form stands for is a guess."""
    typed = question.typed or question.text
    asked = fold(typed)
    for name in _telling_organs():
        if f" {name} " in f" {asked} ":
            start = asked.index(name)
            end = start + len(name)
            level = _LEVEL.match(asked, end)
            yield Name(typed[start:end], (name,), level=level[1] if level else "")


@cache
def _telling_organs() -> tuple[str, ...]:
    """Folded names of boards and ministries that tell one from another, the longest first."""
    names = [fold(name) for name in organs() if len(name.split()) >= _TELLING_ORGAN]
    return tuple(name for name in names if name.startswith(_BOARDS) and name not in _EVERYWHERE)


def _named_units(question: Question) -> Iterator[Name]:
    for unit in () if is_bare(question.text) else question.named.units:
        kind = unit.text[: len(unit.text) - len(unit.name)].strip().lower()
        if kind in _UNITS:
            # Where it lies may follow at once: "xã Hoa Sen Hà Giang".
            lies = (fold(place) for place in question.named.places)
            shorter = (unit.name.removesuffix(f" {place}") for place in lies)
            yield Name(unit.text, tuple(dict.fromkeys([unit.name, *shorter])), is_unit=True)
