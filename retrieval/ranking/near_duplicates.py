"""Texts that say what a source says already, word for word or nearly.

Owns: what a text that is no source yet is like. Leaves to others: how likeness is measured
(`text.minhash`), and which sources are like each other (`store.near_duplicates`).
"""

from __future__ import annotations

from dataclasses import dataclass

from retrieval.models import Source
from retrieval.ranking.lexical import Corpus
from retrieval.store.reader import Snapshot
from retrieval.text.minhash import likeness, shingles
from retrieval.text.sentences import split_sentences

NEARLY = 0.5
"""Texts that share this much are nearly the same."""
SAME = 0.95
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


def _samples(text: str) -> list[str]:
    """Return sentences of some length, spread over the text."""
    spans = [s for s in split_sentences(text) if s.end - s.start >= _SHORT] or split_sentences(text)
    step = max(1, len(spans) // _SENTENCES_LOOKED_UP)
    return [text[s.start : s.end] for s in spans[::step][:_SENTENCES_LOOKED_UP]]
