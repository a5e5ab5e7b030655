"""`make eval-claims`: shares by label, and floors that can be missed."""

from __future__ import annotations

from retrieval.grounding.checks import Checked, Standing
from retrieval.grounding.evidence import Claimed
from retrieval.models import Drop, DropReason
from tests.benchmarks.claims import Case, missed, report


def case(label: str, standing: Standing, *, kind: str = "", judged: bool | None = None) -> Case:
    drop = Drop(DropReason.NO_EVIDENCE) if standing is Standing.DROPPED else None
    return Case("x", label, kind, Checked(Claimed("", "Câu."), standing, drop), judged)


def test_what_is_shown_holds_the_floors():
    cases = [
        case("true", Standing.OPEN, judged=True),
        case("caveat", Standing.SHOWN),
        case("false", Standing.OPEN, kind="roles", judged=False),
    ]

    assert missed(cases) == []
    assert "| true | 1 | 0.00 (0) | 1.00 (1) | 1.00 (1) |" in report(cases)


def test_a_false_figure_that_is_shown_misses_them_and_so_does_a_true_claim_dropped():
    cases = [
        case("true", Standing.DROPPED, judged=True),
        case("false", Standing.SHOWN, kind="unit", judged=False),
    ]

    assert missed(cases) == [
        "missed: true, with the judge: 0.00",
        "missed: false, local alone: 1.00",
        "missed: false, with the judge: 1.00",
        "missed: literal, local alone: 1.00",
        "missed: literal, with the judge: 1.00",
    ]
    assert "dropped though not false: 1 × no_evidence" in report(cases)
