"""Nothing is shown that is not in its source to the character."""

from __future__ import annotations

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.answering.quotes import verbatim, verified
from retrieval.models import Quote, Source

SOURCE = Source("a", "a.md", "A")
TEXT = "Hà Nội kết nạp 11.144 đảng viên."


@given(st.integers(0, len(TEXT)), st.integers(0, len(TEXT)))
def test_what_stands_there_is_verified_unless_it_is_blank(start: int, end: int) -> None:
    text = TEXT[start:end]

    assert verified(Quote(SOURCE, start, end, text), TEXT) is bool(text.strip())


@pytest.mark.parametrize("said", ["11.145", "11 144", "11.144 ", "Hà Nội"])
def test_what_differs_or_stands_elsewhere_is_not(said: str) -> None:
    start = TEXT.index("11.144")

    assert not verified(Quote(SOURCE, start, start + len("11.144"), said), TEXT)


def test_a_false_quote_is_dropped_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    true = Quote(SOURCE, 0, 6, "Hà Nội")
    moved = Quote(SOURCE, 1, 7, "Hà Nội")
    strange = Quote(Source("b", "b.md", "B"), 0, 6, "Hà Nội")

    with caplog.at_level(logging.ERROR):
        kept = verbatim([moved, true, strange], {"a": TEXT})

    assert kept == (true,)
    assert len(caplog.records) == 2
