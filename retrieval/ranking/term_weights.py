"""A question with what each of its terms weighs in this corpus.

Owns weighing once what is then held against many sentences, and the share of it that they hold.
Pure. Leaves weights to `lexical`, terms to `terms`.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass
from typing import Self

from retrieval.query.analysis import STOP_WORDS, Question
from retrieval.text.terms import Weight


@dataclass(frozen=True, slots=True)
class Weighted:
    """Terms with their weights, and the sum of these."""

    items: tuple[tuple[str, float], ...]
    total: float

    @classmethod
    def of(cls, items: Iterable[tuple[str, float]]) -> Self:
        """Return the terms, each with its weight."""
        kept = tuple(items)
        return cls(kept, sum(weight for _, weight in kept))

    def within(self, *parts: Container[str]) -> float:
        """Return the share of the terms, by weight, that stands in any of `parts`."""
        held = 0.0
        for term, weight in self.items:
            for part in parts:
                if term in part:
                    held += weight
                    break
        return held / self.total if self.total else 0.0


@dataclass(frozen=True, slots=True)
class Weighed:
    """A question, and its terms weighted: all, those that carry meaning, and pairs of these."""

    question: Question
    terms: Weighted
    content: Weighted
    pairs: Weighted
    accented: Weighted
    """Words with their diacritics, each as often as it stands there."""


def weighed(question: Question, weight: Weight) -> Weighed:
    """Return `question` with its terms weighted."""

    def of(terms: Iterable[str]) -> Weighted:
        return Weighted.of((term, weight(term)) for term in terms)

    spelled = zip(question.accented, question.folded, strict=True)
    accented = ((word, weight(folded)) for word, folded in spelled if word not in STOP_WORDS)
    return Weighed(
        question,
        terms=of(dict.fromkeys(question.terms)),
        content=of(question.content),
        pairs=of(question.content_pairs),
        accented=Weighted.of(accented),
    )
