"""The terms of a text, ready to be counted and compared. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from retrieval.text.vietnamese import forms, pairs, spelled

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
    words = list(chain.from_iterable(map(forms, spelled(text))))
    as_written, folded, accented = zip(*words, strict=True) if words else ((), (), ())
    return _terms(as_written, folded, frozenset(accented))


def _terms(spelled: tuple[str, ...], folded: tuple[str, ...], accented: frozenset[str]) -> Terms:
    return Terms(Counter([*folded, *pairs(folded)]), accented, folded, spelled)
