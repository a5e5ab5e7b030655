"""What the live index knows of words: in how many passages each stands, and in which.

Owns word weights and full-text queries over one snapshot; leaves vectors to `store`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import accumulate
from math import log1p

from retrieval.documents import Passage
from retrieval.question import Question
from retrieval.snapshot import Snapshot
from retrieval.vietnamese import folded_key, pairs, words

_TERMS_SEARCHED = 24
_COMMON_SHARE = 0.3
"""Terms in more passages than this say little; they are searched only if there are few others."""
_ENOUGH = 4
_HITS_SCORED = 12_000
"""Full text scores each passage that holds a term, about a microsecond each: past so many hits only
the rarest terms are searched. A corpus of a thousand passages never gets there."""

_Term = tuple[str, str]
"""A term with its diacritics, and folded."""


class Corpus:
    """The words of the live index at one moment."""

    def __init__(self, snap: Snapshot) -> None:
        self._snap = snap
        self._frequency: dict[str, int] = {}
        self._weights: dict[str, float] = {}
        self._passages = snap.passage_count

    def learn(self, terms: Iterable[str]) -> None:
        """Look up all folded `terms` at once; what is learnt outlives the snapshot."""
        unknown = set(terms) - self._frequency.keys()
        self._frequency |= self._snap.frequencies(unknown, "folded")

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

    def lexical(self, question: Question, limit: int) -> list[tuple[int, float]]:
        """Return (passage id, BM25) for the rarer terms of `question`, best first."""
        accented, folded = list(question.accented), list(question.folded)
        both = zip(accented + pairs(accented), folded + pairs(folded), strict=True)
        wanted = {*question.content, *question.content_pairs}
        telling = [term for term in both if term[1] in wanted]
        return self._match(self._rarest(telling), limit)

    def near(self, text: str, limit: int) -> list[Passage]:
        """Return the passages that share the most words with `text`, diacritics aside."""
        singles = [folded_key(word.text) for word in words(text)]
        hits = self._match(self._rarest([(t, t) for t in singles + pairs(singles)]), limit)
        return self._snap.passages([passage for passage, _ in hits])

    def _rarest(self, terms: Sequence[_Term]) -> list[_Term]:
        self.learn(folded for _, folded in terms)
        known = [term for term in dict.fromkeys(terms) if self.knows(term[1])]
        known.sort(key=lambda term: self._frequency[term[1]])
        rare = [t for t in known if self._frequency[t[1]] <= _COMMON_SHARE * self._passages]
        chosen = (rare if len(rare) >= _ENOUGH else known)[:_TERMS_SEARCHED]
        read = accumulate(self._frequency[folded] for _, folded in chosen)
        affordable = sum(1 for hits in read if hits <= _HITS_SCORED)
        return chosen[: max(affordable, _ENOUGH)]

    def _match(self, terms: Sequence[_Term], limit: int) -> list[tuple[int, float]]:
        if not terms:
            return []
        accented, folded = (" OR ".join(f'"{term[i]}"' for term in terms) for i in (0, 1))
        return self._snap.lexical(f"accented : ({accented}) OR folded : ({folded})", limit)
