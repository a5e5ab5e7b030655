"""What the live index knows of words: in how many passages each stands, in which, what it weighs.

Owns word weights and full-text queries over one snapshot, and the terms of a question weighed once
for what is then held against many sentences. Leaves vectors to `store.vectors`, terms to
`text.vietnamese`.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from math import log1p
from typing import Self

from retrieval.directives.recognition import Reference
from retrieval.models import Passage
from retrieval.query.analysis import STOP_WORDS, Question
from retrieval.store.mentions import kept_definitions, kept_references
from retrieval.store.reader import Snapshot
from retrieval.text.vietnamese import Weight, folded_key, pairs, spelled

_TERMS_SEARCHED = 24
_COMMON_SHARE = 0.3
"""Terms in more passages than this say little; they are searched only if there are few others."""
_ENOUGH = 4
_FEWEST = 2
_HITS_SCORED = 20_000
"""Full text scores each passage that holds a term, about a microsecond each: past so many hits only
the rarest terms are searched. A corpus of a thousand passages never gets there."""
_HOLDING_ALL = 30
"""Passages that hold all terms of a question whose rarest terms are common: so many are enough."""


class Corpus:
    """The words of the live index at one moment."""

    def __init__(self, snap: Snapshot, today: date | None = None) -> None:
        self._snap = snap
        self._today = today
        self._frequency: dict[str, int] = {}
        self._weights: dict[str, float] = {}
        self._passages = snap.passage_count

    @property
    def is_empty(self) -> bool:
        """True if the index holds no passage."""
        return self._passages == 0

    def learn(self, terms: Iterable[str]) -> None:
        """Look up all folded `terms` at once; what is learnt outlives the snapshot."""
        unknown = set(terms) - self._frequency.keys()
        self._frequency |= self._snap.frequencies(unknown)

    def frequency(self, term: str) -> int:
        """Return in how many passages the folded `term` stands, 0 if in none."""
        if term not in self._frequency:
            self.learn([term])
        return self._frequency[term]

    @property
    def passages(self) -> int:
        """How many passages are live."""
        return self._passages

    @property
    def today(self) -> date:
        """The day from which "năm ngoái" is told: by default that of the clock."""
        return self._today or date.today()

    def definitions(self, short: str) -> dict[str, int]:
        """Return what `short`, in capitals, stands for where sources define it, and in how many."""
        return kept_definitions(self._snap, short)

    def directives(self, number: str) -> list[Reference]:
        """Return how the sources call the directives with that number, each way once."""
        return kept_references(self._snap, number)

    def knows(self, term: str) -> bool:
        """Return True if any passage holds the folded term, which must be learnt."""
        return self._frequency[term] > 0

    def weight(self, term: str) -> float:
        """BM25's inverse document frequency, as a share of that of a term found nowhere."""
        if term not in self._weights:
            count, n = self._frequency[term], self._passages
            rarity = log1p((n - count + 0.5) / (count + 0.5))
            self._weights[term] = rarity / log1p((n + 0.5) / 0.5)
        return self._weights[term]

    def telling(self, question: Question) -> list[str]:
        """Return the rarer terms of `question`, rarest first: those that full text looks for."""
        wanted = {*question.content, *question.content_pairs}
        return self._rarest(term for term in question.terms if term in wanted)

    def near(self, text: str, limit: int) -> list[Passage]:
        """Return the passages that share the most words with `text`, diacritics aside."""
        singles = [folded_key(word) for word in spelled(text)]
        hits = self.lexical(self._rarest(singles + pairs(singles)), limit)
        return self._snap.passages([passage for passage, _ in hits])

    def lexical(self, terms: Sequence[str], limit: int) -> list[tuple[int, float]]:
        """Return (passage id, BM25), best first, for learnt `terms`, rarest first."""
        if len(terms) > 1 and sum(self._frequency[t] for t in terms) > _HITS_SCORED:
            # Even the rarest are common: what holds them all is better than what holds one.
            found = self._scored(" AND ", terms, limit)
            if len(found) >= min(limit, _HOLDING_ALL):
                return found
            terms = terms[:1]
        return self._scored(" OR ", terms, limit)

    def _scored(self, joint: str, terms: Sequence[str], limit: int) -> list[tuple[int, float]]:
        chosen = joint.join(f'"{term}"' for term in terms)
        return self._snap.lexical(f"folded : ({chosen})", limit) if chosen else []

    def _rarest(self, terms: Iterable[str]) -> list[str]:
        unique = list(dict.fromkeys(terms))
        self.learn(unique)
        known = sorted(filter(self.knows, unique), key=self._frequency.__getitem__)
        rare = [t for t in known if self._frequency[t] <= _COMMON_SHARE * self._passages]
        chosen = (rare if len(rare) >= _ENOUGH else known)[:_TERMS_SEARCHED]
        read = accumulate(self._frequency[term] for term in chosen)
        affordable = sum(1 for hits in read if hits <= _HITS_SCORED)
        return chosen[: max(affordable, _FEWEST)]


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
