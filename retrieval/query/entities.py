"""What a question names: places, units, people, documents, years and days. Pure.

Owns reading names off the words of a question, with capitals where they are typed and by the words
that announce a name (xã, công ty, ông …) where they are not. What follows when a source names
others is for `constraints` to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from retrieval.directives.recognition import Reference, find_references
from retrieval.text.names import people, places
from retrieval.text.numbers import days_in, years_in
from retrieval.text.scope import places_in
from retrieval.text.vietnamese import fold, words

UNIT_KINDS = (
    *("tinh", "thanh pho", "tp", "quan", "huyen", "thi xa", "thi tran", "xa", "phuong", "thon"),
    *("ban", "ap", "buon", "xom", "khu pho", "to dan pho", "cong ty", "tong cong ty", "tap doan"),
    *("truong", "benh vien", "nha may", "chi bo", "dang bo", "cuc", "vu", "vien", "hop tac xa"),
)
"""Folded words that announce the name of a unit: administrative ones, companies, schools."""

_KINDS = re.compile(rf"\b(?:{'|'.join(sorted(UNIT_KINDS, key=len, reverse=True))})\b")
_TITLES = re.compile(r"\b(?:ông|bà|đồng chí|đ/c|anh|chị|tướng|ong|dong chi|d/c)\s+", re.IGNORECASE)
_SHORT = re.compile(r"[A-ZĐ]{2}")
"""Two capitals side by side: an abbreviation, not a name."""
_LONGEST_NAME = 6
_UNIT_NUMBER = re.compile(r"\d{1,3}")
_PERSON_LONGEST = 4
_AFTER_NAMES = """
    là ai giữ làm có được bị đã và của ở sinh quê vào năm ngày gì nào khi thì nói phát mất chức ấy
    này đó kia la giu lam duoc bi da va cua o que vao nam ngay gi nao khi thi noi phat mat chuc ay
    nay do
"""
_NOT_IN_NAMES = frozenset(_AFTER_NAMES.split())


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit by its name: `kind` is what announces it, folded; `name` is folded too.

    >>> units_in("xã Trà Leng có bao nhiêu đảng viên?")
    (Unit(kind='xa', name='tra leng', text='xã Trà Leng'),)
    """

    kind: str
    name: str
    text: str
    """As typed."""


@dataclass(frozen=True, slots=True)
class Entities:
    """All that a question names."""

    places: tuple[str, ...] = ()
    """Provinces and cities, as `data/places.txt` writes them."""
    units: tuple[Unit, ...] = ()
    """Units below or beside provinces, named with a capital or a number."""
    persons: tuple[str, ...] = ()
    """As typed."""
    documents: tuple[Reference, ...] = ()
    years: tuple[str, ...] = ()
    days: tuple[str, ...] = ()
    """Days of a month: "14/6"."""


def entities_in(text: str) -> Entities:
    """Return what `text` names.

    >>> found = entities_in("Năm 2024 ông Lê Văn An ở Hà Nội ký Chỉ thị 35-CT/TW ngày nào?")
    >>> found.places, found.persons, found.years, found.documents[0].number
    (('Hà Nội',), ('Lê Văn An',), ('2024',), '35')
    """
    bare = fold(text) == text.lower()
    return Entities(
        places=tuple(sorted(places_in(text, fold if bare else str))),
        units=units_in(text),
        persons=persons_in(text),
        documents=tuple(find_references(text)),
        years=years_in(text),
        days=tuple(days_in(text)),
    )


def units_in(text: str) -> tuple[Unit, ...]:
    """Return the units that `text` names, each once: "xã Trà Leng", "phường 7"."""
    return tuple(dict.fromkeys(_units(text)))


def _units(text: str) -> Iterator[Unit]:
    for match in _KINDS.finditer(fold(text)):
        end = _name_end(text, match.end())
        name = text[match.end() : end].strip()
        if name and name not in places():
            yield Unit(match.group(), fold(name), text[match.start() : end])


def _name_end(text: str, start: int) -> int:
    """Return where the name ends that follows `start`: capitals side by side, or a number."""
    end = start
    for count, word in enumerate(words(text[start : start + 80])):
        gap = text[end : start + word.start]
        number = count == 0 and _UNIT_NUMBER.fullmatch(word.text)
        if gap != " " or count == _LONGEST_NAME or not (word.text[0].isupper() or number):
            break
        end = start + word.end
        if number:
            break
    return end


def persons_in(text: str) -> tuple[str, ...]:
    """Return the people whom `text` names, each once, as typed.

    >>> persons_in("ông lê văn an sinh năm nào"), persons_in("Bà ấy quê ở đâu?")
    (('lê văn an',), ())
    """
    runs = () if text.isupper() else people(text)
    named = [_TITLES.sub("", run.text) for run in runs if not _SHORT.search(run.text)]
    named = [name for name in named if " " in name]
    return tuple(dict.fromkeys([*named, *_titled(text, named)]))


def _titled(text: str, named: list[str]) -> Iterator[str]:
    """Names behind a title that are typed without capitals."""
    for title in _TITLES.finditer(text):
        rest, end = text[title.end() :], 0
        for count, word in enumerate(words(rest[:60])):
            gap = rest[end : word.start]
            if word.text.lower() in _NOT_IN_NAMES or not word.text.isalpha():
                break
            if (count and gap != " ") or count == _PERSON_LONGEST:
                break
            end = word.end
        name = rest[:end]
        if " " in name and not any(known in name or name in known for known in named):
            yield name
