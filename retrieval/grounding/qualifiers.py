"""Words that turn a sentence round or narrow it: planned, at least, some, only, former, not …

Owns finding them in a text; which they are is data (`data/qualifiers.tsv`). Two texts that say the
same have the same of them. Pure, except that the table is read once.

>>> [q.sort for q in qualifiers_in("Huyện dự kiến lập ít nhất 2 chi bộ, không kể chỉ tiêu.")]
['planned', 'at least', 'negation']
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from retrieval.text.word_lists import word_table

_NEUTRAL = "neutral"
_NUMBER = r"(?=\s+(?:\d|một|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười|chục|trăm|nghìn|vạn))"
WIDE = frozenset(
    (
        *("planned", "requested", "opinion", "negation", "exception", "condition", "only"),
        *("permission", "advice", "temporary"),
    )
)
"""Sorts that bear on the clauses that follow them, not only on the next word."""


@dataclass(frozen=True, slots=True)
class Qualifier:
    """A qualifier, `text[start:end]`, and what it does."""

    sort: str
    start: int
    end: int


@lru_cache(maxsize=4096)
def qualifiers_in(text: str) -> tuple[Qualifier, ...]:
    """Return the qualifiers of a text in order; of those that overlap the longest."""
    pattern, sorts = _pattern()
    found = (
        Qualifier(sorts[str(match.lastgroup)], match.start(), match.end())
        for match in pattern.finditer(text)
    )
    return tuple(q for q in found if q.sort != _NEUTRAL)


@cache
def _pattern() -> tuple[re.Pattern[str], dict[str, str]]:
    """Return the pattern of all phrases, the longest first, and the sort of each of its groups."""
    phrases = []
    for sort, listed in word_table("qualifiers.tsv"):
        phrases += [(phrase, sort) for phrase in listed.split("|")]
    phrases.sort(key=lambda pair: -len(pair[0]))
    sorts = {f"g{n}": sort for n, (_, sort) in enumerate(phrases)}
    parts = (f"(?P<g{n}>{_written(phrase)})" for n, (phrase, _) in enumerate(phrases))
    return re.compile(rf"(?<!\w)(?:{'|'.join(parts)})", re.IGNORECASE), sorts


def _written(phrase: str) -> str:
    words, mark, _ = phrase.partition(" #")
    spaced = r"\s+".join(map(re.escape, words.split()))
    return rf"{spaced}(?!\w){_NUMBER if mark else ''}"
