"""What is fitted to an office's cases, and when it counts as better."""

from dataclasses import replace

import numpy as np
import pytest

from retrieval.evaluation.cases import Case
from retrieval.evaluation.losses import Choice, fit_choice, fit_logistic
from retrieval.evaluation.own_fit import Comparison, Tally, usable
from retrieval.evaluation.samples import Gatherer, fold_of
from retrieval.ranking.weights import load_ranking

FREE = [(None, None)] * 2
HOME = np.array([0.3, -0.7])
BEFORE = Tally(
    answerable=40, first=30, three=34, wrongly_refused=4, unanswerable=12, rightly_refused=9
)


@pytest.mark.parametrize(
    ("changed", "better", "worse"),
    [
        ({}, (), ()),
        ({"first": 31}, ("first",), ()),
        ({"three": 33}, (), ("three",)),
        ({"wrongly_refused": 3, "rightly_refused": 8}, ("wrongly_refused",), ("rightly_refused",)),
        ({"wrongly_refused": 5}, (), ("wrongly_refused",)),
    ],
)
def test_one_question_is_better_or_worse(changed, better, worse):
    compared = Comparison(BEFORE, replace(BEFORE, **changed))

    assert (compared.better, compared.worse) == (better, worse)


def test_the_order_of_candidates_is_held_toward_what_was_known():
    # The first feature alone tells which candidate is right.
    rows = np.array([[1.0, 0.0], [0.0, 1.0], [0.0, -1.0]])
    choices = [Choice(rows, np.array([True, False, False]))] * 5

    held = fit_choice(choices, 1e6, FREE, toward=HOME)
    moved = fit_choice(choices, 1.0, FREE, toward=HOME)

    assert held == pytest.approx(HOME, abs=1e-3)
    assert moved[0] > HOME[0]


def test_what_tells_answers_is_held_with_its_bias():
    rows, truth = np.array([[1.0], [2.0], [-1.0], [-2.0]]), np.array([1.0, 1.0, 0.0, 0.0])
    toward = np.array([0.2, 3.0])

    weights, bias = fit_logistic(rows, truth, np.ones(4), 1e6, FREE[:1], toward)
    assert [*weights, bias] == pytest.approx(toward, abs=1e-3)
    weights, bias = fit_logistic(rows, truth, np.ones(4), 1.0, FREE[:1], toward)
    assert weights[0] > toward[0]
    assert bias < toward[1]


def test_a_question_counts_once_and_goes_with_the_document_that_answers_it(full_index, embeddings):
    asked = Case("1", "log", "Hà Nội kết nạp bao nhiêu đảng viên?", must=(("11.144",),))
    cases = [
        asked,
        replace(asked, id="2", question="hà nội  kết nạp bao nhiêu ĐẢNG VIÊN?"),
        replace(asked, id="3", question="Ai nuôi mèo?", must=(("con mèo",),)),
    ]
    index = full_index
    gatherer = Gatherer(
        index.ledger, index.store, embeddings, load_ranking(), lambda question, turns: question
    )

    known = usable(gatherer.samples("", cases))

    assert [sample.case.id for sample in known] == ["2"]
    assert known[0].fold == fold_of(Case("", "", "", sources=("ha-noi.md",)))
