"""What a lying model writes about given passages: true sentences and false ones, labelled.

Owns the mixture; the ways are in `truths`, `lies` and `harder_lies`. Every case follows from its
seed. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from retrieval.grounding.support import Given
from retrieval.models import Sentence
from tests.benchmarks.harder_lies import HARDER
from tests.benchmarks.lies import ANOTHER, LIES, NOTHING, UNKNOWN
from tests.benchmarks.truths import FREER, TRUTHS
from tests.benchmarks.wording import NUMBER, Dice, Half, Way, around, names_in

_TRIED = 12
"""Sentences that a way is tried on."""


class Sort(StrEnum):
    """What a sentence is."""

    TRUE = "true"
    FREER = "freer"
    FALSE = "false"
    HARDER = "harder"

    @property
    def is_true(self) -> bool:
        """True for what the sources say, in whatever words."""
        return self in {Sort.TRUE, Sort.FREER}


WAYS: Mapping[Sort, Mapping[str, Way]] = {
    Sort.TRUE: TRUTHS,
    Sort.FREER: FREER,
    Sort.FALSE: LIES,
    Sort.HARDER: HARDER,
}
_MOST = {Sort.TRUE: 3, Sort.FREER: 1, Sort.FALSE: 3, Sort.HARDER: 2}


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence that the model writes."""

    text: str
    """Without its citation, as it would be shown."""
    citation: str
    sort: Sort
    manner: str

    @property
    def written(self) -> str:
        """As the model writes it."""
        return f"{self.text.rstrip('.')} {self.citation}.".replace(" .", ".")


def case(seed: int, half: Half, given: Mapping[int, Given]) -> list[Said]:
    """Return what the model says about the passages: a few sentences of each sort, mixed."""
    dice = Dice(seed, half)
    said: list[Said] = []
    used: set[str] = set()
    for sort, ways in WAYS.items():
        found = 0
        for manner in dice.sample(sorted(ways), len(ways)):
            one = _one(dice, given, sort, manner, used) if found < _MOST[sort] else None
            if one:
                found += 1
                said.append(one)
    dice.shuffle(said)
    return said


def _one(
    dice: Dice, given: Mapping[int, Given], sort: Sort, manner: str, used: set[str]
) -> Said | None:
    choices = [
        (g, s) for g in given.values() for s in g.sentences if _is_whole(s) and s.text not in used
    ]
    for passage, sentence in dice.sample(choices, min(len(choices), _TRIED)):
        text = WAYS[sort][manner](dice, sentence.text, passage)
        citation = _citation(manner, given, sentence.text, passage)
        if text is None or citation is None:
            continue
        if text == sentence.text and manner not in {"verbatim", ANOTHER, UNKNOWN, NOTHING}:
            continue
        used.add(sentence.text)
        return Said(text, citation, sort, manner)
    return None


def _is_whole(sentence: Sentence) -> bool:
    return 50 <= len(sentence.text) <= 400 and sentence.text.endswith(".")


def _citation(manner: str, given: Mapping[int, Given], text: str, own: Given) -> str | None:
    """Return what the sentence cites; None where no passage can be cited falsely."""
    if manner == ANOTHER:
        other = _without(given, text, own)
        return f"[{other}]" if other else None
    return {NOTHING: "", UNKNOWN: f"[{own.number}][99]"}.get(manner, f"[{own.number}]")


def _without(given: Mapping[int, Given], text: str, own: Given) -> int | None:
    """Return a passage that lacks a number or name of the sentence, anywhere about it."""
    telling = [*NUMBER.findall(text), *names_in(text)]
    for number, other in given.items():
        if number != own.number and any(t not in around(other) for t in telling):
            return number
    return None
