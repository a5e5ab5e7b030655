"""What a question names."""

from __future__ import annotations

import pytest

from retrieval.query.analysis import entities_in, persons_in, units_in


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Xã Nậm Cắn có mấy chi bộ?", ["Xã Nậm Cắn"]),
        ("phường 12 và phường Bình Thới", ["phường 12", "phường Bình Thới"]),
        ("Công ty Than Hạ Long lãi bao nhiêu?", ["Công ty Than Hạ Long"]),
        ("các xã nghèo được hỗ trợ gì?", []),
        ("tỉnh Cao Bằng có mấy huyện?", []),
    ],
)
def test_units_are_named_by_capitals_or_numbers(text: str, names: list[str]) -> None:
    assert [unit.text for unit in units_in(text)] == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Ông Trần Văn Bốn giữ chức gì?", ("Trần Văn Bốn",)),
        ("ba le thi sau que o dau", ()),
        ("đồng chí lê thị sáu giữ chức gì", ("lê thị sáu",)),
        ("Bà ấy quê ở đâu?", ()),
        ("Trưởng Ban Tổ chức Tỉnh ủy là ai?", ()),
    ],
)
def test_people_are_told_by_capitals_or_titles(text: str, names: tuple[str, ...]) -> None:
    assert persons_in(text) == names


def test_places_are_found_without_diacritics() -> None:
    assert entities_in("nam 2023 cao bang ket nap may dang vien").places == ("Cao Bằng",)


def test_documents_are_read_by_the_grammar_of_directives() -> None:
    [named] = entities_in("Quy định 84-QĐ/TW có mấy điều?").documents
    assert (named.kind, named.number) == ("Quy định", "84")
