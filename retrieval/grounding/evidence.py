"""Evidence of a model's claim: exact words of a passage, found where they stand. Pure.

Owns what a model was given and the looking up of the words that it gave as evidence. Offsets count
characters of the passage's text. What the evidence bears out is for `checks` to say.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from retrieval.models import Passage, Sentence, Source
from retrieval.text.vietnamese import normalise

_ALIKE = str.maketrans(
    {**dict.fromkeys("“”„«»‘’'`´", '"'), **dict.fromkeys("–—‑−", "-"), "\u00a0": " ", "…": "."}
)
_GAP = re.compile(r"\s*(?:\[?\.{3,}\]?|\[?…\]?)\s*")
_ENDS = " .,;:!?\"'()[]*-\n"
_FEWEST = 2
"""Words of a piece of evidence; one alone carries nothing."""
_MOST_SENTENCES = 6
"""Over which one piece may run."""


@dataclass(frozen=True, slots=True)
class Given:
    """A passage as the model got it, under its number; `sentences` in the order of the text."""

    number: int
    source: Source
    passage: Passage
    sentences: tuple[Sentence, ...]

    @property
    def around(self) -> str:
        """What stands over the passage: title, heading, publisher and date."""
        day = self.source.date
        dated = f"ngày {day.day}/{day.month}/{day.year}" if day else ""
        parts = (self.source.title, self.source.about, self.passage.heading, self.source.publisher)
        return ". ".join(filter(None, (*parts, dated)))


@dataclass(frozen=True, slots=True)
class Claimed:
    """A claim of the model: its words, and for each passage cited the words given as evidence.

    Words left out by the model are "".
    """

    raw: str
    text: str
    evidence: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """Exact words of a passage, and the sentences in which they stand."""

    given: Given
    text: str
    sentences: tuple[Sentence, ...]

    @property
    def whole(self) -> str:
        """The sentences in which the words stand, as one text."""
        return " ".join(sentence.text for sentence in self.sentences)


def evidence_of(claimed: Claimed, given: Mapping[int, Given]) -> list[Evidence] | None:
    """Return the evidence of a claim in the passages that it cites; None if any is not there."""
    found: list[Evidence] = []
    for number, words in claimed.evidence:
        cited = given.get(number)
        if cited is None:
            return None
        for piece in filter(None, (p.strip(_ENDS) for p in _GAP.split(words))):
            evidence = located(piece, cited)
            if evidence is None:
                return None
            found.append(evidence)
    return found


def located(words: str, given: Given) -> Evidence | None:
    """Return where `words` stand in the sentences given, blanks, quotation marks and case aside.

    None if they do not stand there, or are too few to carry anything.
    """
    wanted = _plain(words)
    if len(wanted.split()) < _FEWEST:
        return None
    texts = [_plain(sentence.text) for sentence in given.sentences]
    for first in range(len(texts)):
        for last in range(first, min(first + _MOST_SENTENCES, len(texts))):
            if wanted in " ".join(texts[first + 1 : last + 1]):
                break  # it begins in a later sentence
            if wanted in " ".join(texts[first : last + 1]):
                return Evidence(given, words, given.sentences[first : last + 1])
    return None


def _plain(text: str) -> str:
    return " ".join(normalise(text).translate(_ALIKE).casefold().split())
