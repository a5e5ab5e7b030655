"""The words that answer."""

import pytest

from retrieval.answering.quotes import answering_words, documents_in
from retrieval.query.analysis import analyse, persons_in

TEXT = (
    "Ngày 14/6/2024, Bộ Chính trị ban hành Chỉ thị số 35-CT/TW; Trưởng Ban Tổ chức Trung ương "
    "Lê Minh Hưng nói có 1.746 đại hội."
)


@pytest.mark.parametrize(
    ("question", "marked"),
    [
        ("Có bao nhiêu đại hội?", ["1.746"]),
        ("Ban hành khi nào?", ["Ngày 14/6/2024"]),
        ("Ai nói vậy?", ["Lê Minh Hưng"]),
        ("Bộ Chính trị ban hành văn bản nào?", ["Chỉ thị số 35-CT/TW"]),
        ("Nội dung ra sao?", []),
    ],
)
def test_what_is_wanted_is_marked(question: str, marked: list[str]) -> None:
    spans = answering_words(analyse(question), TEXT)

    assert [TEXT[span.start : span.end] for span in spans] == marked


def test_documents_and_people_are_found() -> None:
    assert documents_in(TEXT) == ["Chỉ thị số 35-CT/TW"]
    assert persons_in(TEXT) == ("Lê Minh Hưng",)
    assert documents_in("theo Thông tư 8/2021/TT-BNV và Hướng dẫn 12; thông báo 3 việc") == [
        "Thông tư 8/2021/TT-BNV",
        "Hướng dẫn 12",
    ]
