"""Where words stand in a document made of chapters, articles, clauses and points.

Owns: reading "Điều 5", "khoản 2" and "điểm a" wherever they are written, telling a line that opens
one of them, and the place of a quote from its heading and its text. Pure.
Leaves to others: cutting a text along them (`passages`).

    >>> str(place_of("Chương I – Điều 5. Tiêu chuẩn", "2. Có trình độ."))
    'Điều 5, khoản 2'
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

SEPARATOR = " – "
"""Stands between the parts of a heading."""

_ARTICLE = re.compile(r"(?:điều|dieu)\s+(\d{1,3}[a-zđ]?)(?![\w])", re.IGNORECASE)
_CLAUSE = re.compile(r"(?:khoản|khoan)\s+(\d{1,2}[a-zđ]?)(?!\w)", re.IGNORECASE)
_POINT = re.compile(r"(?:điểm|diem)\s+([a-zđ])(?!\w)", re.IGNORECASE)
_OPENS_ARTICLE = re.compile(r"Điều\s+(\d{1,3}[a-zđ]?)\s*(?:[.:–-]|$)", re.IGNORECASE)
_OPENS_CLAUSE = re.compile(r"(?:Khoản\s+)?(\d{1,2}[a-zđ]?)\s*[.)/](?!\d)\s*", re.IGNORECASE)
_OPENS_POINT = re.compile(r"(?:Điểm\s+)?([a-zđ])\s*[.)]\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Provision:
    """An article of a document, or a clause or a point of one; what is not known is empty."""

    article: str = ""
    clause: str = ""
    point: str = ""

    def __str__(self) -> str:
        named = (("Điều", self.article), ("khoản", self.clause), ("điểm", self.point))
        return ", ".join(f"{what} {which}" for what, which in named if which)

    def __bool__(self) -> bool:
        return bool(self.article or self.clause or self.point)

    def holds(self, other: Provision) -> bool:
        """Return True if `other` is this place or stands in it.

        >>> Provision("5").holds(Provision("5", "2"))
        True
        """
        mine = (self.article, self.clause, self.point)
        theirs = (other.article, other.clause, other.point)
        return all(not a or a == b for a, b in zip(mine, theirs, strict=True))


NOWHERE = Provision()


def place_named(text: str) -> Provision:
    """Return the first article, clause and point that `text` names, in any order."""
    found = (pattern.search(text) for pattern in (_ARTICLE, _CLAUSE, _POINT))
    return Provision(*(match[1].lower() if match else "" for match in found))


def article_opened(line: str) -> str:
    """Return the number of the article that `line` opens, or nothing.

    >>> article_opened("Điều 5. Tiêu chuẩn"), article_opened("Điều 5 nói rõ như sau.")
    ('5', '')
    """
    match = _OPENS_ARTICLE.match(line.strip())
    return match[1].lower() if match else ""


def clause_opened(line: str) -> str:
    """Return the number of the clause that `line` opens, or nothing."""
    match = _OPENS_CLAUSE.match(line.strip())
    return match[1].lower() if match else ""


def point_opened(line: str) -> str:
    """Return the letter of the point that `line` opens, or nothing."""
    match = _OPENS_POINT.match(line.strip())
    return match[1].lower() if match else ""


def place_of(heading: str, text: str) -> Provision:
    """Return where words stand: `heading` is their passage's, `text` the passage up to their end.

    >>> text = "2. Phải:\\na) học;\\nb) nêu gương;"
    >>> str(place_of("Chương I – Điều 5. Tiêu chuẩn – khoản 2", text))
    'Điều 5, khoản 2, điểm b'
    """
    article = clause = ""
    for segment in heading.split(SEPARATOR):
        article = article_opened(segment) or article
        named = _CLAUSE.fullmatch(segment.strip())
        clause = named[1].lower() if named else clause
    return provision_after(text.splitlines(), Provision(article, clause)) if article else NOWHERE


def provision_after(lines: Iterable[str], where: Provision = NOWHERE) -> Provision:
    """Return the article, clause and point of the last of `lines`, read on from `where`.

    >>> str(provision_after(["Điều 1. Ai", "1. Hội.", "Điều 2. Việc", "2. Nêu:", "a) Một."]))
    'Điều 2, khoản 2, điểm a'
    """
    article, clause, point = where.article, where.clause, where.point
    for line in lines:
        if opened := article_opened(line):
            article, clause, point = opened, "", ""
        elif opened := clause_opened(line):
            clause, point = opened, ""
        else:
            point = point_opened(line) or point
    return Provision(article, clause, point) if article else NOWHERE


def is_legislation(lines: Iterable[str]) -> bool:
    """Return True if two lines or more open an article."""
    return sum(1 for line in lines if article_opened(line)) > 1
