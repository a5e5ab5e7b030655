"""Numbers of directives in the form of the sources, and kinds that they are not of."""

from __future__ import annotations

import pytest
from query_vocabulary import Texts

from retrieval.query.directive_numbers import in_written_form
from retrieval.query.understanding import meaning


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("NQ18-NQ/TW là gì", "Nghị quyết 18-NQ/TW là gì"),
        ("kl126-kl/tw", "Kết luận 126-KL/TW"),
        ("QĐ41QĐ/TW nói gì", "QĐ 41-QĐ/TW nói gì"),
        ("50 ct  tw ra khi nào", "50-CT/TW ra khi nào"),
        ("chỉ thị số  50 – CT / TW", "chỉ thị số 50-CT/TW"),
        ("chỉthị50 ký ngày nào", "chỉ thị 50 ký ngày nào"),
        ("quy định số37", "quy định số 37"),
        ("ct50 ngay nao", "Chỉ thị 50 ngay nao"),
        ("NQ.57 nêu gì", "Nghị quyết 57 nêu gì"),
        ("ct 15 - TU", "Chỉ thị 15-CT/TU"),
        ("hd39-hd/btctw", "Hướng dẫn 39-HD/BTCTW"),
        ("30 nq-cp", "30-NQ/CP"),
        ("Directive50 date", "Directive 50 date"),
    ],
)
def test_blanks_and_dashes_are_put_right(typed: str, written: str) -> None:
    assert in_written_form(typed) == written


@pytest.mark.parametrize(
    "typed",
    [
        "Quy định số 24-QĐ/TW nói gì?",
        "71/2022/QĐ-TTg",
        "hd 3 bước nộp hồ sơ",
        "kh 12 tháng",
        "nq 18-đảng viên",
        "ngày 14-6-2024 có 35 tổ",
        "nhiệm kỳ 2020-2025",
        "năm 2024 có 35 ct tư vấn",
    ],
)
def test_what_is_no_number_of_a_directive_stays(typed: str) -> None:
    assert in_written_form(typed) == typed


TEXTS = [
    "Quy định số 41-QĐ/TW về miễn nhiệm.",
    "Chỉ thị số 12-CT/TW và Kết luận số 12-KL/TW về thi đua.",
]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Quyết định 41 nói gì?", "Quy định 41 nói gì?"),
        ("nghị quyết 41 nói gì?", "quy định 41 nói gì?"),
        ("Kết luận 12 nói gì?", "Kết luận 12 nói gì?"),
        ("Nghị quyết 12 nói gì?", "Nghị quyết 12 nói gì?"),
        ("Nghị quyết 41-NQ/TW nói gì?", "Nghị quyết 41-NQ/TW nói gì?"),
        ("Quyết định 42 nói gì?", "Quyết định 42 nói gì?"),
    ],
)
def test_a_kind_is_another_where_one_other_alone_has_the_number(typed: str, meant: str) -> None:
    found = meaning(typed, Texts(TEXTS))
    assert found.text == meant
    assert [stage for stage, _ in found.steps] == ["kind"] * (typed != meant)
