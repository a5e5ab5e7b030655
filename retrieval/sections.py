"""Sections of a text: which lines stand under which heading, in prose and in legislation.

Owns telling headings from content by the lines around them. In legislation a heading holds chapter,
article and clause, so that it alone tells where words stand. Pure. Leaves cutting to `passages`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from retrieval.legislation import SEPARATOR, article_opened, clause_opened, is_legislation
from retrieval.sentences import is_heading

Section = tuple[str, list[int]]
"""A heading, and the numbers of the lines under it."""

_MOST_HEADINGS = 3
"""More heading-like lines in a row than this are a table or a list, not headings."""
_CHAPTER = re.compile(r"(?:Phần|Chương|Mục|Tiểu mục)\s+(?:thứ\s+\w+|[\dIVXLC]+)\b", re.IGNORECASE)


def sections(lines: Sequence[str]) -> Iterator[Section]:
    """Yield the sections of a text given as its lines; headings stand in none of them."""
    yield from _of_legislation(lines) if is_legislation(lines) else _of_prose(lines)


def _of_prose(lines: Sequence[str]) -> Iterator[Section]:
    runs = [
        (short, list(run))
        for short, run in groupby(range(len(lines)), lambda i: is_heading(lines[i]))
    ]
    heading = ""
    for position, (short, run) in enumerate(runs):
        if short and len(run) <= _MOST_HEADINGS and position + 1 < len(runs):
            heading = SEPARATOR.join(lines[i] for i in run)
        else:
            yield heading, run


def _of_legislation(lines: Sequence[str]) -> Iterator[Section]:
    """Yield what stands before the articles as prose, then each clause of each article."""
    first = next(i for i, line in enumerate(lines) if article_opened(line) or _CHAPTER.match(line))
    yield from _of_prose(lines[:first])
    where, inside = _Where(), list[int]()
    for i in range(first, len(lines)):
        after = where.after(lines[i])
        if after is None:
            inside.append(i)
            continue
        if inside:
            yield where.heading, inside
        where, inside = after, [i] if after.holds_line else []
    if inside:
        yield where.heading, inside


@dataclass(frozen=True, slots=True)
class _Where:
    """Where in a document a line stands; `untitled` while the title of it may follow."""

    chapter: str = ""
    article: str = ""
    clause: str = ""
    untitled: bool = False
    holds_line: bool = False
    """True if the line that opened it is content too."""

    @property
    def heading(self) -> str:
        clause = f"khoản {self.clause}" if self.clause else ""
        return SEPARATOR.join(filter(None, (self.chapter, self.article, clause)))

    def after(self, line: str) -> _Where | None:
        """Return where a line opens something new; None if it belongs to what is open."""
        if _CHAPTER.match(line):
            return _Where(line, untitled=True)
        if number := article_opened(line):
            bare = len(line.split()) == len(("Điều", "5."))
            if bare or (is_heading(line) and line.rstrip()[-1] not in ".;:"):
                return _Where(self.chapter, line.rstrip(" .:"), untitled=bare)
            return _Where(self.chapter, f"Điều {number}", holds_line=True)
        if self.untitled and is_heading(line):
            if self.article:
                return replace(self, article=f"{self.article}. {line}", untitled=False)
            return replace(self, chapter=f"{self.chapter}{SEPARATOR}{line}")
        if self.article and (clause := clause_opened(line)):
            return replace(self, clause=clause, untitled=False, holds_line=True)
        return None
