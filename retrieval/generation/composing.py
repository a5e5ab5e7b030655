"""A generated answer put together from sentences that were kept, and the quotes that carry them.

Owns the numbers in the text: `[1]` is the first quote. A sentence that would need a quote too many
is dropped, and so is one that says what an earlier one says. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from retrieval.answering.quotes import answering_words, verified
from retrieval.grounding.checks import Checked
from retrieval.grounding.claims import claims_in, held_by, holds, telling_words
from retrieval.grounding.evidence import Claimed, Given
from retrieval.models import Drop, DropReason, Quote, Sentence
from retrieval.query.analysis import Question
from retrieval.text.legislation import place_of

MOST_QUOTES = 5
_NEW_WORDS = 2
"""An answer says at least so many words that the question does not, or names something new."""
_END = re.compile(r"[.!?…]*$")


@dataclass(frozen=True, slots=True)
class _Kept:
    """A claim that came in: its place among the model's, its words, its quotes."""

    place: int
    text: str
    quotes: tuple[Quote, ...]


class Composition:
    """The answer so far, in the model's order.

    `dropped` are the claims that did not come in, with reasons.
    """

    def __init__(
        self,
        question: Question,
        stored: Mapping[str, str],
        best: Sequence[Quote] = (),
    ) -> None:
        """Begin; the `best` quotes are shown in any case, at the end if nowhere else."""
        self._best = best
        self._question = question
        self._stored = stored
        self._kept: list[_Kept] = []
        self._said: set[frozenset[str]] = set()
        self.dropped: list[tuple[str, Drop]] = []
        self.has_substance = False

    @property
    def text(self) -> str:
        """The sentences so far, each with the numbers of its quotes."""
        quotes = self.quotes
        return " ".join(
            _cited(kept.text, [quotes.index(quote) + 1 for quote in kept.quotes])
            for kept in self._kept
        )

    @property
    def quotes(self) -> list[Quote]:
        """The quotes of the sentences so far, in the order in which these cite them."""
        return list(dict.fromkeys(quote for kept in self._kept for quote in kept.quotes))

    def add(self, checked: Checked, place: int) -> bool:
        """Take the model's claim number `place` if it may be shown; return whether it came in."""
        reason = self._taken(checked, place)
        if reason:
            self.drop(checked.claimed, Drop(reason))
        return reason is None

    def drop(self, claimed: Claimed, why: Drop) -> None:
        """Note a claim that is not shown, and why."""
        self.dropped.append((claimed.raw, why))

    def complete(self) -> tuple[Quote, ...]:
        """Return the quotes, with the best behind them where they are not among them."""
        extra = [q for q in self._best if not any(_overlap(q, quote) for quote in self.quotes)]
        return (*self.quotes, *extra)[:MOST_QUOTES]

    def _taken(self, checked: Checked, place: int) -> DropReason | None:
        """Let a claim in; return why not, None if it is."""
        claimed = checked.claimed
        said = telling_words(claimed.text)
        if said in self._said:
            return DropReason.REPEATED
        quotes = [
            quote
            for evidence in checked.evidence
            for quote in self._quotes(evidence.given, evidence.sentences)
        ]
        if not all(verified(q, self._stored.get(q.source.id, "")) for q in quotes):
            return DropReason.NOT_VERBATIM
        if len({*self.quotes, *quotes}) > MOST_QUOTES - len(self._best):
            return DropReason.TOO_MANY_QUOTES
        self._said.add(said)
        self._kept.append(_Kept(place, _with_formula(checked), tuple(quotes)))
        self._kept.sort(key=lambda kept: kept.place)
        told = bool(checked.evidence) and self._says_more(claimed.text)
        self.has_substance = self.has_substance or told
        return None

    def _quotes(self, given: Given, sentences: Sequence[Sentence]) -> Iterator[Quote]:
        """Yield the support as quotes, neighbours as one."""
        for run in _runs(given, sentences):
            start, end = run[0].start, run[-1].end
            yield self._quote(given, start, end)

    def _quote(self, given: Given, start: int, end: int) -> Quote:
        source, passage = given.source, given.passage
        for quote in self.quotes:
            if quote.source.id == source.id and quote.start <= start and end <= quote.end:
                return quote
        text = self._stored.get(source.id, "")[start:end]
        place = str(place_of(passage.heading, passage.text[: end - passage.start]))
        return Quote(source, start, end, text, answering_words(self._question, text), place)

    def _says_more(self, text: str) -> bool:
        question = self._question.text
        held = held_by(question)
        return len(telling_words(text) - telling_words(question)) >= _NEW_WORDS or any(
            not holds(claim, text, held) for claim in claims_in(text)
        )


def _runs(given: Given, chosen: Sequence[Sentence]) -> list[list[Sentence]]:
    """Return the chosen sentences, those together that have only blanks between them."""
    runs: list[list[Sentence]] = []
    passage = given.passage
    for sentence in (s for s in given.sentences if s in chosen):
        end = runs[-1][-1].end if runs else -1
        between = passage.text[end - passage.start : sentence.start - passage.start]
        if runs and not between.strip():
            runs[-1].append(sentence)
        else:
            runs.append([sentence])
    return runs


def _overlap(one: Quote, other: Quote) -> bool:
    same = one.source.id == other.source.id
    return same and one.start < other.end and other.start < one.end


def _with_formula(checked: Checked) -> str:
    """Return the claim, a figure of ours shown as computed: "… 12 người (30 − 18)."."""
    return _before_stop(checked.claimed.text, f"({checked.formula})" if checked.formula else "")


def _cited(text: str, numbers: Sequence[int]) -> str:
    """Write the numbers before the full stop: "Có 67 điểm cầu [1]."."""
    return _before_stop(text, "".join(f"[{n}]" for n in sorted(set(numbers))))


def _before_stop(text: str, words: str) -> str:
    end = _END.search(text)
    at = end.start() if end else len(text)
    body = f"{text[:at].rstrip()} {words}".rstrip()
    return f"{body}{text[at:] or '.'}"
