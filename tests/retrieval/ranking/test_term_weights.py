"""Terms of a question with their weights, and what share of them a text holds."""

from __future__ import annotations

import pytest

from retrieval.query.analysis import analyse
from retrieval.ranking.lexical import Weighted, weighed


def test_a_share_counts_weights_and_not_terms() -> None:
    terms = Weighted.of([("hiem", 3.0), ("thuong", 1.0)])

    assert terms.within({"hiem"}) == 0.75
    assert terms.within({"thuong"}, {"hiem"}) == 1.0
    assert terms.within() == 0.0


def test_nothing_asked_is_never_held() -> None:
    assert Weighted.of([]).within({"dang"}) == 0.0


def test_a_term_counts_once_and_a_word_as_often_as_it_stands() -> None:
    asked = weighed(analyse("đảng viên, đảng bộ"), lambda term: 2.0 if term == "dang" else 1.0)

    assert dict(asked.content.items) == {"dang": 2.0, "vien": 1.0, "bo": 1.0}
    assert asked.accented.total == pytest.approx(6.0)
    assert "dang_vien" in dict(asked.pairs.items)
