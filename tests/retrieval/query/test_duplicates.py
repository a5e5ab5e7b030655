"""Questions that ask the same, and those that only look alike."""

from collections import Counter
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from retrieval.query.duplicates import Difference, difference
from retrieval.query.expressions import in_figures

PAIRS = Path(__file__).parent / "data" / "question_pairs.tsv"
TODAY = date(2026, 3, 1)
LINES = [line for line in PAIRS.read_text().splitlines() if line and not line.startswith("#")]
ROWS = [tuple(line.split("\t")) for line in LINES]


@pytest.fixture(scope="module")
def told(embeddings):
    """Each pair with what tells it apart, by the real vectors."""

    def apart(one, other):
        first, second = (in_figures(text, TODAY) for text in (one, other))
        vectors = np.asarray(embeddings.embed_array([first, second]))
        return difference(first, second, lambda: float(vectors[0] @ vectors[1]))

    return {row: apart(*row[1:]) for row in ROWS}


def test_the_pairs_are_enough_of_each_kind():
    kinds = Counter(kind for kind, _, _ in ROWS)

    assert sum(kinds[kind] for kind in ("unit", "year", "person", "document", "yes_no")) >= 50
    assert min(kinds.values()) >= 10
    assert kinds["alike"] >= 30


def test_no_two_questions_that_differ_are_taken_for_one(told):
    assert [row for row, apart in told.items() if row[0] != "alike" and apart is None] == []


def test_most_rewordings_are_known(told):
    alike = [row for row in told if row[0] == "alike"]
    missed = [row for row in alike if told[row] is not None]

    assert len(missed) <= 0.2 * len(alike), missed


def test_it_is_the_same_in_both_directions(embeddings):
    for _, one, other in ROWS:
        assert difference(one, other) == difference(other, one)


def test_without_diacritics_a_number_still_tells():
    assert difference("chi bo 3 hop ngay nao", "chi bo 3 họp ngày nào?") is None
    assert difference("chi bo 3 hop ngay nao", "Chi bộ 4 họp ngày nào?") is Difference.NUMBERS
