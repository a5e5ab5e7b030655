"""Which sentences of a passage bear out a sentence about it, and how far. Pure.

Owns the choice of supporting sentences and the share of words that they hold. Leaves what can be
checked to the letter to `claims`, and what turns a sentence round although its words agree to
`twisting`.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from retrieval.grounding.claims import Claim, claims_in, held_by, holds
from retrieval.models import Passage, Sentence, Source
from retrieval.query.analysis import STOP_WORDS
from retrieval.text.vietnamese import Word, expanded, key, words

_MOST = 3
_WORTH_ADDING = 3
"""A further sentence supports only if it brings so many words that the others lack."""
_OF_ORIGIN = 0.8
_FRAME = frozenset(map(key, ("ngày", "tháng", "năm", "số")))
_WINDOW = 6
"""Pairs of neighbouring words that are looked at together: all but one may not be new."""
STRANGE = 3
"""So many words in a row that no source has are something added, not another way to say it."""
_SAID_OF_SOURCES = """
    theo nguồn bài viết cho biết nêu ghi rõ khác cũ cụ thể ngoài ra tóm lại
"""
_SCAFFOLD = frozenset(map(key, _SAID_OF_SOURCES.split()))
"""Words with which people speak about sources; no source need hold them."""
_ATTRIBUTION = re.compile(r"(?:Cũng )?[Tt]heo [^,]{3,120}?(?:,(?=\s\D)|(?=\sthì\s))")


@dataclass(frozen=True, slots=True)
class Given:
    """A passage as the model got it, under its number; `sentences` in the order of the text."""

    number: int
    source: Source
    passage: Passage
    sentences: tuple[Sentence, ...]

    @property
    def around(self) -> str:
        """The words that stand over the passage in its source: title and heading."""
        return f"{self.source.title}. {self.source.about}. {self.passage.heading}."

    @property
    def origin(self) -> str:
        """Who published it and when, as an attribution may say."""
        day = self.source.date
        written = f"ngày {day.day}/{day.month}/{day.year}" if day else ""
        return f"{self.source.publisher}. {self.source.title}. {written}"


@lru_cache(maxsize=8192)
def content(text: str) -> frozenset[str]:
    """Return the keys of the words of `text` that carry meaning."""
    return frozenset(
        key(word)
        for word in [*expanded(text), *(w.text for w in words(text))]
        if key(word) not in STOP_WORDS | _SCAFFOLD
    )


def asked(text: str) -> frozenset[str]:
    """Return the keys of the words that need support: each as written."""
    return frozenset(key(w.text) for w in words(text)) - STOP_WORDS - _SCAFFOLD


def supporting(text: str, given: Given) -> tuple[Sentence, ...]:
    """Return the sentences of the passage that bear `text` out best, in their order."""
    missing = set(asked(text) - content(given.around))
    chosen: list[Sentence] = []
    wanted = claims_in(text)
    while len(chosen) < _MOST:
        left = [s for s in given.sentences if s not in chosen]
        best = max(left, key=lambda s: _worth(s, missing, text, wanted), default=None)
        if best is None or (chosen and len(missing & content(best.text)) < _WORTH_ADDING):
            break
        chosen.append(best)
        missing -= content(best.text)
    return tuple(sorted(chosen, key=lambda s: s.start))


def coverage(text: str, *supports: str) -> float:
    """Return the share of the words of `text` that stand in the supports, 0 to 1."""
    needed = asked(text)
    there = frozenset[str]().union(*map(content, supports))
    return len(needed & there) / len(needed) if needed else 0.0


def _worth(
    sentence: Sentence, missing: set[str], text: str, wanted: Sequence[Claim]
) -> tuple[float, int]:
    held = held_by(sentence.text)
    return (
        len(missing & content(sentence.text)) + sum(holds(c, text, held) for c in wanted) / 2,
        -sentence.start,
    )


def unsupported(text: str, *supports: str) -> str:
    """Return the first stretch of STRANGE words that mean something and no support holds, or ""."""
    there = frozenset[str]().union(*map(content, supports))
    run: list[Word] = []
    for word in words(text):
        if not _tells(key(word.text)):
            continue
        run = [] if key(word.text) in there else [*run, word]
        if len(run) == STRANGE or (run and not _is_latin(word.text)):
            return text[run[0].start : run[-1].end]
    return ""


def joined_anew(text: str, *supports: str) -> str:
    """Return the first stretch whose words no support has side by side, or "".

    Vietnamese words are mostly two syllables, and single ones stand anywhere: an addition shows in
    the pairs. Reordering breaks one pair at each seam, another word for the same three.
    """
    there = {pair for support in supports for pair in itertools.pairwise(_telling(support))}
    found = [w for w in words(text) if _tells_in_pairs(w.text)]
    new = [(key(a.text), key(b.text)) not in there for a, b in itertools.pairwise(found)]
    for at in range(len(new) - _WINDOW + 1):
        if sum(new[at : at + _WINDOW]) > _WINDOW - 2:
            return text[found[at + 1].start : found[at + _WINDOW].end]
    return ""


def _telling(text: str) -> list[str]:
    return [key(w.text) for w in words(text) if _tells_in_pairs(w.text)]


def _tells_in_pairs(word: str) -> bool:
    """Leave out dates and numbers, which may be written otherwise and are checked as claims."""
    return _tells(key(word)) and not word[0].isdigit() and key(word) not in _FRAME


def _tells(word: str) -> bool:
    return word not in STOP_WORDS and word not in _SCAFFOLD


def _is_latin(word: str) -> bool:
    return all(not c.isalpha() or "LATIN" in unicodedata.name(c, "") for c in word)


def attribution(text: str, origins: str) -> int:
    """Return where “Theo …, ” at the head ends if it names who published, else 0."""
    match = _ATTRIBUTION.match(text)
    return match.end() if match and coverage(match.group(), origins) >= _OF_ORIGIN else 0
