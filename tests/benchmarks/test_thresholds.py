"""Thresholds are chosen so that lies stay out and truths in."""

from __future__ import annotations

import numpy as np

from tests.benchmarks.sayings import WAYS, Sort
from tests.benchmarks.thresholds import Likenesses, chosen
from tests.benchmarks.wording import Dice, Half

TRUTHS = [(0.9, 0.9, 0.975), (1.0, 1.0, 0.99)]
LIES = [(0.9, 0.9, 0.95), (0.7, 0.7, 0.99), (1.0, 1.0, 0.99)]


def test_the_strictest_that_keeps_all_truths_is_chosen():
    rows = np.array([*TRUTHS, *LIES])
    true = np.arange(len(rows)) < len(TRUTHS)
    letters = np.array([True, True, True, True, False])
    likenesses = Likenesses(rows, true, letters)

    least = chosen(likenesses)

    assert (least.coverage, least.similarity) == (0.85, 0.97)
    assert likenesses.by_all(least) == (0, 1.0)
    assert likenesses.alone(least) == (1, 1.0)


def test_the_halves_share_no_words_and_every_sort_has_ways():
    words = [f"từ {n}" for n in range(10)]
    drawn = {half: {Dice(seed, half).word(words) for seed in range(100)} for half in Half}

    assert drawn[Half.FITTING].isdisjoint(drawn[Half.REPORTING])
    assert drawn[Half.FITTING] | drawn[Half.REPORTING] == set(words)
    assert all(WAYS[sort] for sort in Sort)
