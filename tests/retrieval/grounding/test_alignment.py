"""Claims of all kinds over invented passages: how many true ones are shown, and which lies."""

from __future__ import annotations

import pytest
from claim_samples import LITERAL, TRUE, Sample, samples

from retrieval.grounding.alignment import is_close, repeats
from retrieval.grounding.checks import Checked, Standing, check

ALL = list(samples())
LIES = [sample for sample in ALL if sample.kind != TRUE]
TRUTHS = [sample for sample in ALL if sample.kind == TRUE]
KINDS = (
    *("roles", "swap", "hedge", "scope", "year", "merged", "unit", "attribution", "causal"),
    *("generalised", "negation", "quotation", "quotation to another", "swapped cause"),
    *("part for whole", "range ends", "currency", "percent point", "ordinal", "older as present"),
    *("recommendation as duty", "former as present", "bound", "only", "condition", "exception"),
)


def checked(sample: Sample) -> Checked:
    return check(sample.claimed, {sample.given.number: sample.given}, "Mẫu Giang có gì mới?")


def stands_alone(sample: Sample) -> bool:
    """Whether it is shown where nobody judges."""
    found = checked(sample)
    return found.standing is Standing.SHOWN or found.is_plausible


def test_the_samples_have_every_kind_of_lie():
    assert set(KINDS) <= {sample.kind for sample in LIES}


@pytest.mark.parametrize("sample", LIES, ids=lambda s: f"{s.kind}: {s.claimed.text[:50]}")
def test_no_lie_of_any_kind_is_shown_without_a_judgement(sample):
    assert checked(sample).standing is not Standing.SHOWN


@pytest.mark.parametrize(
    "sample",
    [sample for sample in LIES if sample.kind in LITERAL],
    ids=lambda s: f"{s.kind}: {s.claimed.text[:50]}",
)
def test_false_figures_dates_names_and_documents_are_not_shown_even_where_nobody_judges(sample):
    assert not stands_alone(sample)


def test_no_true_claim_is_dropped_and_most_are_shown_where_nobody_judges():
    assert not [s.claimed.text for s in TRUTHS if checked(s).standing is Standing.DROPPED]
    assert sum(map(stands_alone, TRUTHS)) >= 0.75 * len(TRUTHS)
    assert sum(map(stands_alone, LIES)) <= 0.1 * len(LIES)


SENTENCE = (
    "Theo kế hoạch, ngày 5/3/2024, Thị ủy Khe Bùn (khóa IV) lập 3 tổ công tác, do ông Vi Văn Ổn, "
    "Phó Bí thư Thị ủy, phụ trách chung, nhờ đó 12 thôn có tổ đảng."
)


@pytest.mark.parametrize(
    "claim",
    [
        "Ông Vi Văn Ổn phụ trách chung.",
        "12 thôn có tổ đảng, nhờ đó do ông Vi Văn Ổn phụ trách chung.",
        "Thị ủy Khe Bùn lập 3 tổ công tác.",
        "Thị ủy Khe Bùn lập 12 tổ công tác.",
        "Ngày 5/3/2024, 12 thôn có tổ đảng.",
    ],
)
def test_what_is_planned_or_cut_out_of_its_clause_is_no_repetition(claim):
    assert not repeats(claim, SENTENCE)


@pytest.mark.parametrize(
    ("claim", "sentence"),
    [
        ("Thị ủy lập 3 tổ ngày 5/3/2024.", "Ngày 5/3/2024, Thị ủy lập 3 tổ, mỗi tổ 5 người."),
        ("Thôn có tổ đảng nhờ dân góp công.", "Nhờ dân góp công, thôn có tổ đảng."),
        ("Ông Vi Văn Ổn đọc báo cáo.", "Ông Vi Văn Ổn, Phó Bí thư Thị ủy, đọc báo cáo."),
        ("Thị ủy Khe Bùn lập 3 tổ.", "Thị ủy Khe Bùn (khóa IV) lập ba tổ."),
    ],
)
def test_moved_moments_and_clauses_and_asides_left_out_are_repetitions(claim, sentence):
    assert repeats(claim, sentence)
    assert is_close(claim, sentence)


def test_a_text_without_words_is_close_to_nothing():
    assert not is_close("…", SENTENCE)
    assert not is_close("Có là của.", "")
    assert not repeats("…", "…")
