"""What in a sentence can be told otherwise: its numbers, dates, names; and the dice that choose.

Owns the patterns that truths and lies share. Pure.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from enum import IntEnum
from typing import TypeVar

from retrieval.grounding.support import Given
from retrieval.text.vietnamese import capitalised

NUMBER = re.compile(r"(?<![\w/.,-])\d{1,3}(?:\.\d{3})*(?:,\d+)?(?![\w/.,-]*\d|[\w/-])")
DATE = re.compile(r"(?<![\d/])(\d{1,2})/(\d{1,2})/(\d{4})(?![\d/])")
YEAR = re.compile(r"(?<![\d/.])(20[012]\d)(?![\d/])")
DOCUMENT = re.compile(r"(\d{1,3})-([A-ZĐ]{2})/TW")
QUOTE_MARKS = re.compile(r"[“”\"]")
T = TypeVar("T")


class Half(IntEnum):
    """Sources, seeds and words are of one half: nothing is reported on what was fitted."""

    FITTING = 0
    REPORTING = 1


class Dice(random.Random):
    """Chance of one seed; lists of words are drawn from the seed's half alone."""

    def __init__(self, seed: int, half: Half) -> None:
        super().__init__(f"{half.name} {seed}")
        self._half = half

    def word(self, choices: Sequence[T]) -> T:
        """Draw from the half of `choices`."""
        return self.choice(choices[self._half :: 2])


Way = Callable[[Dice, str, Given], str | None]
"""Turns a true sentence of a passage into another one; None where it cannot."""


def names_in(text: str) -> list[str]:
    """Return the names of two words or more that stand inside a sentence."""
    return [run.text for run in capitalised(text) if run.start and " " in run.text]


def counts_in(text: str) -> list[re.Match[str]]:
    """Return the numbers that are no years."""
    return [match for match in NUMBER.finditer(text) if not YEAR.fullmatch(match[0])]


def around(given: Given) -> str:
    """Return all that the model is told of a passage."""
    return f"{given.passage.text} {given.around} {given.origin}"


def in_place_of(old: str, new: str, text: str) -> str:
    """Return `text` with the first `old` that stands as a word replaced."""
    return re.sub(rf"(?<!\w){re.escape(old)}(?!\w)", lambda _: new, text, count=1)
