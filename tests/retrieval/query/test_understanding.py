"""A question as typed becomes the question that is meant, stage by stage."""

from __future__ import annotations

import pytest
from query_vocabulary import Texts

from retrieval.query.understanding import meaning

TEXTS = [
    "Đảng viên sinh hoạt đảng tạm thời thì xếp loại ở nơi sinh hoạt đảng chính thức.",
    "Chi bộ kiểm điểm đảng viên cuối năm; cán bộ lãnh đạo kiểm điểm ở hai nơi.",
    "Hội Người cao tuổi (HNCT) có mặt ở mọi thôn. Hội nông dân có năm chi hội.",
    "Danh hiệu hoàn thành tốt nhiệm vụ chiếm 60%.",
    "Năm 2024 tỉnh kết nạp 120 đảng viên mới; các đơn vị đều vượt chỉ tiêu.",
]


def _meant(typed: str) -> str:
    return meaning(typed, Texts(TEXTS)).text


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ko đc xếp loại thì sao", "không được xếp loại thì sao"),
        ("SHĐ tạm thời xếp loại ở đâu", "sinh hoạt đảng tạm thời xếp loại ở đâu"),
        ("danh hiệu HTTNV được bn %", "danh hiệu hoàn thành tốt nhiệm vụ được bao nhiêu %"),
        ("HNCT ở thôn là gì", "hội người cao tuổi ở thôn là gì"),
        ("kết nạp bn đv năm 2024", "kết nạp bao nhiêu đảng viên năm 2024"),
    ],
)
def test_abbreviations_are_read_as_the_texts_near_them_do(typed: str, meant: str) -> None:
    assert _meant(typed) == meant


def test_a_number_of_a_directive_keeps_its_letters() -> None:
    assert _meant("Quy định 24-QĐ/TW nói gì?") == "Quy định 24-QĐ/TW nói gì?"


def test_the_stages_are_told() -> None:
    found = meaning("kiem diem dv o dau ko", Texts(TEXTS))
    assert [stage for stage, _ in found.steps] == ["chat", "abbreviations", "diacritics"]
    assert found.text == "kiểm điểm đảng viên ở đâu không"


def test_a_plain_question_goes_through_untouched() -> None:
    assert meaning("Chi bộ kiểm điểm khi nào?", Texts(TEXTS)).steps == ()
