"""English questions over Vietnamese sources."""

from __future__ import annotations

import pytest

from retrieval.query.translation import glossary, in_vietnamese, is_english


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("Who chaired the conference?", True),
        ("How many Party members did Hanoi admit in 2024?", True),
        ("Ai chủ trì hội nghị?", False),
        ("ai chu tri hoi nghi nam 2024", False),
        ("to chuc xay dung dang the nao", False),
        ("hoi nghi do ai to chuc", False),
        ("", False),
    ],
)
def test_english_is_told_from_vietnamese_without_diacritics(text: str, english: bool) -> None:
    assert is_english(text) is english


def test_words_of_the_field_are_put_into_vietnamese_and_others_stay() -> None:
    assert in_vietnamese("Party members of Xyz") == "đảng viên of Xyz"


def test_the_longer_phrase_goes_first() -> None:
    phrases = [p for p in glossary() if any(p != q and p.startswith(f"{q} ") for q in glossary())]

    assert phrases
    assert all(in_vietnamese(phrase) == glossary()[phrase] for phrase in phrases)
