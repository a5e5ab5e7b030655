"""One normal form for letters, tones, numbers and abbreviations."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.text.vietnamese import (
    capitalised,
    expanded,
    fold,
    folded_terms,
    key,
    normalise,
    words,
)


@given(st.text())
def test_folding_keeps_the_length_of_nfc_text(text: str) -> None:
    composed = unicodedata.normalize("NFC", text)

    assert len(fold(composed)) == len(composed)


@given(st.text())
def test_words_stand_where_they_say(text: str) -> None:
    assert all(text[w.start : w.end] == w.text for w in words(text))


@given(st.text())
def test_terms_can_stand_in_a_full_text_query(text: str) -> None:
    for term in folded_terms(text):
        assert '"' not in term
        assert term.strip()


@pytest.mark.parametrize(
    ("one", "other"), [("hoà", "hòa"), ("thuỷ", "thủy"), ("1.300", "1300"), ("ĐẢNG", "đảng")]
)
def test_spellings_of_one_word_meet(one: str, other: str) -> None:
    assert key(one) == key(other)


@pytest.mark.parametrize(("one", "other"), [("hoa", "hòa"), ("dang", "đang"), ("1,300", "1300")])
def test_different_words_stay_apart(one: str, other: str) -> None:
    assert key(one) != key(other)


def test_what_cannot_be_seen_is_taken_out() -> None:
    assert normalise("Đa\u0309ng\u200b \u202eviên\ufeff") == "Đảng viên"


def test_abbreviations_are_written_out() -> None:
    assert " ".join(expanded("BTCTW tổng kết NQ 18")) == (
        "Ban Tổ chức Trung ương tổng kết Nghị quyết 18"
    )


def test_a_syllable_is_no_abbreviation() -> None:
    assert expanded("tu dưỡng, có ct") == ["tu", "dưỡng", "có", "ct"]


def test_names_do_not_take_in_small_letters_with_marks() -> None:
    assert [run.text for run in capitalised("Đảng bộ Hà Nội")] == ["Đảng", "Hà Nội"]


def test_tu_in_small_letters_is_a_word() -> None:
    assert expanded("Thông tư cũ, đầu tư, thứ tư") == [
        "Thông",
        "tư",
        "cũ",
        "đầu",
        "tư",
        "thứ",
        "tư",
    ]
    assert expanded("BCH TƯ") == ["Ban", "Chấp", "hành", "Trung", "ương"]
