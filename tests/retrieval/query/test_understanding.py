"""A question as typed becomes the question that is meant, stage by stage."""

from __future__ import annotations

import pytest
from query_vocabulary import Texts

from bot.texts.texts import VIETNAMESE
from retrieval.query import understanding
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


def test_a_short_form_reads_as_what_is_asked_for() -> None:
    texts = ["Chủ tịch Lê An dự họp.", "Chỉ thị 9 nêu công tác dân vận.", "Công tác nhân sự."]
    assert meaning("ct la ai", Texts(texts)).text == "chủ tịch là ai"


def test_two_readings_about_as_likely_are_both_told() -> None:
    texts = ["Cán bộ mới được tập huấn.", "Chi bộ mới được tập huấn."]
    found = meaning("cb mới được tập huấn gì", Texts(texts))
    assert {found.text, found.rival} == {
        "cán bộ mới được tập huấn gì",
        "chi bộ mới được tập huấn gì",
    }
    assert found.question.rival == found.rival


def test_a_short_form_means_the_same_wherever_it_stands_in_a_question() -> None:
    texts = ["Chi bộ họp mỗi tháng.", "Chi bộ họp và kiểm điểm.", "Lỗi là tại cán bộ."]
    found = meaning("cb họp thì ai ghi biên bản tại cb", Texts(texts))
    assert found.text == "chi bộ họp thì ai ghi biên bản tại chi bộ"
    assert found.rival in ("", "cán bộ họp thì ai ghi biên bản tại cán bộ")


def test_capitals_of_a_table_count_only_as_capitals() -> None:
    texts = ["Thành ủy họp.", "Từ tháng 3 chi bộ họp."]
    assert meaning("TU họp ở đâu", Texts(texts)).text.startswith("thành ủy họp")
    assert meaning("tu tháng 3 họp ở đâu", Texts(texts)).text == "tu tháng 3 họp ở đâu"


def test_what_the_sources_define_is_read_so_in_small_letters_too() -> None:
    texts = ["Hội đồng Khoa học và Công nghệ họp.", "Ủy ban Khoa học Tỉnh (UBKHT) góp ý."]
    assert meaning("ubkht góp ý gì", Texts(texts)).text == "ủy ban khoa học tỉnh góp ý gì"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ubkt tu họp ở đâu", "Ủy ban Kiểm tra thành ủy họp ở đâu"),
        ("tbt nói gì", "Tổng Bí thư nói gì"),
        ("ai đứng đầu btctw bây giờ?", "trưởng Ban Tổ chức Trung ương là ai?"),
        ("người đứng đầu huyện ủy là ai?", "bí thư huyện ủy là ai?"),
    ],
)
def test_short_forms_of_bodies_and_their_heads(typed: str, meant: str) -> None:
    texts = ["Thành ủy họp ở Ủy ban Kiểm tra.", "Tổng Bí thư nói tốt.", "Tot."]
    assert meaning(typed, Texts(texts)).text == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("TÔ LÂM PHÁT BIỂU GÌ", "Tô Lâm phát biểu gì"),
        ("BAN TỔ CHỨC XÃ HOA SEN HỌP HÔM NÀO?", "Ban Tổ chức xã Hoa Sen họp hôm nào?"),
        ("HĐND TP HUẾ HỌP NGÀY NÀO", "HĐND TP Huế họp ngày nào"),
        ("ĐẠI HỘI XIV HỌP Ở HÀ NỘI?", "đại hội XIV họp ở Hà Nội?"),
        ("PHẠM THỊ LAN LÀ AI", "Phạm Thị Lan là ai"),
    ],
)
def test_a_question_in_capitals_keeps_those_of_names(typed: str, meant: str) -> None:
    texts = ["Đồng chí Tô Lâm dự.", "Xã Hoa Sen họp.", "Đại hội XIV họp ở Hà Nội."]
    steps = dict(meaning(typed, Texts(texts)).steps)
    assert steps["capitals"] == meant


def test_each_stage_has_a_name_for_people() -> None:
    stages = {name for name, _ in (*understanding._STAGES, *understanding._ENGLISH_STAGES)}
    assert stages <= VIETNAMESE.admin.review.entry.stages.keys()
