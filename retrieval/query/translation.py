"""English questions over Vietnamese sources: the words of the field put into Vietnamese.

Owns telling an English question and looking its words up in `data/glossary.tsv`. The vectors see
the question as it was typed, since the model knows both languages; words and names need this.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

from retrieval.text.vietnamese import Word, is_syllable, words

_GLOSSARY = Path(__file__).parents[2] / "data" / "glossary.tsv"
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
    function_words = [word for word in found if word in _ENGLISH]
    # "to", "the" or "do" may be Vietnamese without diacritics; "who" and "of" cannot.
    certain = not all(map(is_syllable, function_words))
    return text.isascii() and certain and len(function_words) >= max(2, _ENOUGH * len(found))


def in_vietnamese(text: str) -> str:
    """Return `text` with the words of the field in Vietnamese, the others as they are.

    >>> in_vietnamese("How many Party members did Hanoi admit in 2024?")
    'How many đảng viên did Hà Nội kết nạp in 2024?'
    """
    return _phrases().sub(lambda match: glossary()[match.group().lower()], text)


def without_leftovers(text: str, known: Callable[[str], bool]) -> str:
    """Return the words of `text` but for English ones that say nothing to the corpus.

    `known` says of a folded word whether the corpus holds it. Names and numbers stay.
    """
    return " ".join(word.text for word in words(text) if _stays(word, known))


def _stays(word: Word, known: Callable[[str], bool]) -> bool:
    lower = word.text.lower()
    plain = word.text.isascii() and word.text.isalpha() and not (word.start and word.text != lower)
    return not plain or lower in _ENGLISH or known(lower)


@cache
def glossary() -> dict[str, str]:
    """Return the Vietnamese for each English phrase."""
    lines = _GLOSSARY.read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t") for line in lines if line and not line.startswith("#"))


@cache
def _phrases() -> re.Pattern[str]:
    longest_first = sorted(glossary(), key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first))})\b", re.IGNORECASE)
