"""The comparison with committed figures."""

from __future__ import annotations

import json

import pytest

from retrieval.evaluation.cases import Case
from retrieval.evaluation.metrics import Outcome, Response, by_kind, judged
from retrieval.models import Answer, Kind
from tests.benchmarks.quality import compared, fallen
from tests.benchmarks.quality_page import summary
from tests.benchmarks.suites import OWN

ASKED = Case("q1", "fact", "Ai chủ trì?", must=(("An",),))
ABSENT = Case("q2", "offtopic", "Ăn gì?")


def outcome(case: Case, kind: Kind) -> Outcome:
    return judged(case, Response(Answer(case.question, kind, "")), {})


REFUSED = [outcome(ASKED, Kind.NOT_FOUND), outcome(ABSENT, Kind.NOT_FOUND)]


def test_what_is_written_is_what_is_compared_with() -> None:
    found = json.loads(json.dumps(compared({OWN: by_kind(REFUSED)})))

    assert set(found[OWN]) == {"fact", "offtopic", "total"}
    assert (found[OWN]["fact"]["refused"], found[OWN]["fact"]["auc"]) == (1.0, None)
    assert fallen(found, {OWN: by_kind(REFUSED)}) == []


def test_a_miss_is_named_by_id_and_kind_alone() -> None:
    page = summary({OWN: REFUSED})

    assert "q1 (fact)" in page
    assert "q2" not in page
    assert "Ai chủ trì?" not in page


@pytest.mark.parametrize(
    ("kind", "name", "then", "falls"),
    [
        ("fact", "hit_3", 0.02, True),
        ("fact", "hit_3", 0.01, False),
        ("fact", "refused", 0.5, True),
        ("fact", "auc", None, False),
        ("offtopic", "answered", 0.0, False),
        ("gone", "hit_1", 0.9, True),
        ("fact", "n", 100, False),
    ],
)
def test_only_a_real_fall_counts(kind: str, name: str, then: float | None, falls: bool) -> None:
    before = {OWN: {kind: {name: then}}}

    assert bool(fallen(before, {OWN: by_kind(REFUSED)})) is falls


def test_a_suite_that_was_not_measured_is_not_compared() -> None:
    before = {"XQuAD": {"present": {"hit_1": 0.9}}}

    assert fallen(before, {OWN: by_kind(REFUSED)}) == []
