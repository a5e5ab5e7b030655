"""English questions over Vietnamese sources: the words of the field put into Vietnamese.

Owns telling an English question and looking its words up in `data/glossary.tsv`. The vectors see
the question as it was typed, since the model knows both languages; words and names need this.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from retrieval.vietnamese import words

_GLOSSARY = Path(__file__).parents[1] / "data" / "glossary.tsv"
_FUNCTION_WORDS = """
    the of in on at is was were are be to for and by what which who whom whose when where why how
    many much did does do has have had about with from this that
"""
_ENGLISH = frozenset(_FUNCTION_WORDS.split())
_ENOUGH = 0.25
"""The share of English function words from which a question without diacritics is English."""


def is_english(text: str) -> bool:
    """Return True if `text` is an English question.

    >>> is_english("Who is the head?"), is_english("ha noi co bao nhieu dang vien")
    (True, False)
    """
    found = [word.text.lower() for word in words(text)]
    function_words = sum(word in _ENGLISH for word in found)
    return text.isascii() and function_words >= max(2, _ENOUGH * len(found))


def in_vietnamese(text: str) -> str:
    """Return `text` with the words that the glossary knows in Vietnamese, the others as they are.

    >>> in_vietnamese("How many Party members did Hanoi admit in 2024?")
    'How many đảng viên did Hà Nội kết nạp in 2024?'
    """
    return _phrases().sub(lambda match: glossary()[match.group().lower()], text)


@cache
def glossary() -> dict[str, str]:
    """Return the Vietnamese for each English phrase."""
    lines = _GLOSSARY.read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t") for line in lines if line and not line.startswith("#"))


@cache
def _phrases() -> re.Pattern[str]:
    longest_first = sorted(glossary(), key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first))})\b", re.IGNORECASE)
