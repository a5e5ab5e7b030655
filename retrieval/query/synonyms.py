"""Everyday words of a question in the words of official texts: "cầm trịch" for "chủ trì". Pure.

Owns the table and when an entry counts: where the sources hold the official words, and more often.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from itertools import pairwise
from pathlib import Path

from retrieval.text.vietnamese import folded_key, spelled

_SYNONYMS = Path(__file__).parents[2] / "data" / "synonyms.tsv"


def in_official_words(text: str, frequency: Callable[[str], int]) -> str:
    """Return `text`, with its diacritics, with its everyday words in those of official texts.

    `frequency` says in how many passages a folded term stands.

    >>> held = {"chu_tri": 5, "hoi_nghi": 9}
    >>> in_official_words("ai cầm trịch bữa họp?", lambda term: held.get(term, 0))
    'ai chủ trì hội nghị?'
    """

    def official(found: re.Match[str]) -> str:
        said = synonyms()[found[0].lower()]
        return said if _count(said, frequency) > _count(found[0], frequency) else found[0]

    return _pattern().sub(official, text)


def _count(phrase: str, frequency: Callable[[str], int]) -> int:
    """Return in how many passages the rarest two neighbouring words of a phrase may stand."""
    words = [folded_key(word) for word in spelled(phrase)]
    terms = [f"{one}_{other}" for one, other in pairwise(words)] or words
    return min(map(frequency, terms))


@cache
def synonyms() -> dict[str, str]:
    """Return the official words for each everyday phrase."""
    lines = _SYNONYMS.read_text(encoding="utf-8").splitlines()
    entries = (line.partition("\t") for line in lines if line and not line.startswith("#"))
    return {everyday: official for everyday, _, official in entries}


@cache
def _pattern() -> re.Pattern[str]:
    longest_first = sorted(synonyms(), key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first))})\b", re.IGNORECASE)
