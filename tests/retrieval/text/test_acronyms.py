"""Abbreviations that texts define."""

from __future__ import annotations

import pytest

from retrieval.text.acronyms import definitions_in


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Hội Nông dân (HND) phối hợp.", {("HND", "Hội Nông dân")}),
        (
            "Ban Chấp hành Trung ương (sau đây gọi tắt là BCHTW) họp.",
            {("BCHTW", "Ban Chấp hành Trung ương")},
        ),
        (
            "Liên hiệp các tổ chức hữu nghị, viết tắt là “LHCTCHN”, góp ý.",
            {("LHCTCHN", "Liên hiệp các tổ chức hữu nghị")},
        ),
        ("KHCN (khoa học công nghệ) được ưu tiên.", {("KHCN", "khoa học công nghệ")}),
        ("Đồng chí An (HN) phát biểu (BC).", set()),
        ("Báo cáo (xem Phụ lục A) nêu rõ.", set()),
    ],
)
def test_letters_must_be_those_of_the_words(text: str, found: set[tuple[str, str]]) -> None:
    assert definitions_in(text) == found


def test_long_texts_without_ends_are_read_in_time() -> None:
    assert definitions_in("một hai ba (" * 20_000) == frozenset()
