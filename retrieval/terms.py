"""The terms of a text, ready to be counted and compared. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from retrieval.vietnamese import expanded, folded_key, key, pairs

Weight = Callable[[str], float]
"""How informative a folded term is in this corpus, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of one text: folded and accented syllables, and folded pairs, counted."""

    folded: Counter[str]
    accented: frozenset[str]
    sequence: tuple[str, ...]
    """The folded syllables in order."""
    spelled: tuple[str, ...]
    """The syllables in order, as written."""

    @property
    def length(self) -> int:
        """How many syllables there are."""
        return len(self.sequence)


@lru_cache(maxsize=8192)
def terms_of(text: str) -> Terms:
    """Return the terms of `text`."""
    spelled = expanded(text)
    folded = [folded_key(word) for word in spelled]
    counted = Counter([*folded, *pairs(folded)])
    return Terms(counted, frozenset(map(key, spelled)), tuple(folded), tuple(spelled))
