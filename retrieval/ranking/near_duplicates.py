"""Texts that say what a source says already, word for word or nearly.

Owns: likeness by shingles (Broder 1997): runs of words that two texts share, of those in the
shorter one. Leaves to others: quotes that say the same (`answering.quotes`), and what follows.
"""

from __future__ import annotations

from dataclasses import dataclass

from retrieval.models import Source
from retrieval.ranking.lexical import Corpus
from retrieval.store.reader import Snapshot
from retrieval.text.sentences import split_sentences
from retrieval.text.vietnamese import folded_key, words

NEARLY = 0.5
"""Texts that share this much are nearly the same."""
SAME = 0.95
_RUN = 4
_SENTENCES_LOOKED_UP = 12
_PASSAGES_EACH = 5
_SHORT = 30


@dataclass(frozen=True, slots=True)
class Twin:
    """A source that is like the text."""

    source: Source
    likeness: float
    """The share of the shorter text that stands in the other, 0 to 1."""


def twins(snap: Snapshot, text: str) -> list[Twin]:
    """Return the live sources that are the same as `text` or nearly, most alike first."""
    mine = shingles(text)
    corpus = Corpus(snap)
    near = {p.source_id for part in _samples(text) for p in corpus.near(part, _PASSAGES_EACH)}
    found = [
        Twin(document.source, likeness(mine, shingles(document.text)))
        for document in map(snap.document, sorted(near))
    ]
    alike = [twin for twin in found if twin.likeness >= NEARLY]
    return sorted(alike, key=lambda twin: -twin.likeness)


def shingles(text: str) -> frozenset[int]:
    """Return the runs of words of `text`, diacritics and capitals aside, as hashes."""
    terms = [folded_key(word.text) for word in words(text)]
    runs = range(max(1, len(terms) - _RUN + 1))
    return frozenset(hash(tuple(terms[i : i + _RUN])) for i in runs)


def likeness(one: frozenset[int], other: frozenset[int]) -> float:
    """Return which share of the smaller set stands in the other."""
    return len(one & other) / max(1, min(len(one), len(other)))


def _samples(text: str) -> list[str]:
    """Return sentences of some length, spread over the text."""
    spans = [s for s in split_sentences(text) if s.end - s.start >= _SHORT] or split_sentences(text)
    step = max(1, len(spans) // _SENTENCES_LOOKED_UP)
    return [text[s.start : s.end] for s in spans[::step][:_SENTENCES_LOOKED_UP]]
