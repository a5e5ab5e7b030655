"""A vocabulary in memory, for the stages of understanding."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

from retrieval.directives.recognition import Reference, find_references
from retrieval.models import Passage
from retrieval.text.acronyms import definitions_in
from retrieval.text.vietnamese import terms_of


class Texts:
    """What is known of the words of some texts, each a passage."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._passages = [Passage(i, "s", 0, len(t), t) for i, t in enumerate(texts)]
        self._counts = Counter(term for text in texts for term in terms_of(text).folded)

    @property
    def passages(self) -> int:
        """How many passages there are."""
        return len(self._passages)

    @property
    def today(self) -> date:
        """A day of 2024."""
        return date(2024, 12, 1)

    def frequency(self, term: str) -> int:
        """Return how often the folded `term` stands in them."""
        return self._counts[term]

    def definitions(self, short: str) -> dict[str, int]:
        """Return what `short` stands for where they define it."""
        found = (pair for p in self._passages for pair in definitions_in(p.text))
        return dict(Counter(long for defined, long in found if defined == short))

    def directives(self, number: str) -> list[Reference]:
        """Return the directives of that number that they name."""
        found = (r for p in self._passages for r in find_references(p.text))
        return [reference for reference in found if reference.number == number]

    def near(self, text: str, limit: int) -> list[Passage]:
        """Return the passages that share a word with `text`."""
        asked = set(terms_of(text).folded)
        return [p for p in self._passages if asked & set(terms_of(p.text).folded)][:limit]
