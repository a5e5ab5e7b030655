"""English questions over Vietnamese sources."""

from __future__ import annotations

import pytest

from retrieval.query.translation import (
    in_vietnamese,
    is_english,
    mixed_in_vietnamese,
)
from retrieval.text.word_lists import word_table


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("Who chaired the conference?", True),
        ("How many Party members did Hanoi admit in 2024?", True),
        ("Ai chủ trì hội nghị?", False),
        ("ai chu tri hoi nghi nam 2024", False),
        ("to chuc xay dung dang the nao", False),
        ("hoi nghi do ai to chuc", False),
        ("Who signed Quyết định 12-QĐ/TW of the Secretariat?", True),
        ("", False),
    ],
)
def test_english_is_told_from_vietnamese_without_diacritics(text: str, english: bool) -> None:
    assert is_english(text) is english


def test_words_of_the_field_are_put_into_vietnamese_and_names_stay() -> None:
    assert in_vietnamese("Party members of Xyz") == "đảng viên Xyz"


def test_the_longer_phrase_goes_first() -> None:
    assert in_vietnamese("standing deputy secretary") == "Phó Bí thư Thường trực"


def test_words_are_looked_up_by_their_stems() -> None:
    assert in_vietnamese("inspections") == in_vietnamese("Inspected") == "kiểm tra"


def test_function_words_and_words_that_nobody_knows_are_left_out() -> None:
    found = in_vietnamese("Who gladly signed Regulation 24-QĐ/TW in Yen Bai?", lambda word: False)
    assert found == "ai ký quy định 24-QĐ/TW Yen Bai?"


def test_every_entry_of_the_glossary_can_be_found() -> None:
    assert [e for e, said in word_table("glossary.tsv") if in_vietnamese(e) != said] == []


@pytest.mark.parametrize(
    ("english", "said"),
    [
        ("Who was the head of the Central Organization Commission?", "Trưởng Ban Tổ chức"),
        ("Who is the chairman of the Inspection Committee?", "Chủ nhiệm Ủy ban Kiểm tra"),
        ("head of the Inspection Commission", "Chủ nhiệm Ủy ban Kiểm tra"),
        ("the deputy head of the Propaganda Commission", "Phó Trưởng Ban Tuyên giáo"),
    ],
)
def test_heads_of_bodies_have_their_titles(english: str, said: str) -> None:
    assert in_vietnamese(english).casefold().startswith(said.casefold())


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("directive 35 do ai ký?", "chỉ thị 35 do ai ký?"),
        ("Party congress họp khi nào", "đại hội Đảng họp khi nào"),
        ("how many đảng viên", "bao nhiêu đảng viên"),
        ("cos mấy ddieeuf", "cos mấy ddieeuf"),
        ("gửi email cho Facebook", "gửi email cho Facebook"),
    ],
)
def test_english_words_of_the_field_in_a_vietnamese_question(typed: str, meant: str) -> None:
    assert mixed_in_vietnamese(typed, lambda term: 0) == meant


def test_a_word_that_the_sources_use_stays() -> None:
    held = {"website": 3, "directive": 40, "chi": 50, "thi": 50}
    assert mixed_in_vietnamese("directive 35 là gì", lambda term: held.get(term, 0)).startswith(
        "directive"
    )


@pytest.mark.parametrize(
    ("english", "said"),
    [
        ("Who signed it on 5 March 2023?", "ai ký ngày 5/3/2023?"),
        ("Who chaired the meeting of May 2nd, 2022?", "ai chủ trì hội nghị ngày 2/5/2022?"),
        ("meetings in October 2021", "hội nghị tháng 10 năm 2021"),
        ("delegates of the first nine months of 2020", "đại biểu 9 tháng đầu năm 2020"),
        ("plans in the last 6 months of 2024", "kế hoạch 6 tháng cuối năm 2024"),
    ],
)
def test_dates_and_parts_of_a_year(english: str, said: str) -> None:
    assert in_vietnamese(english) == said


@pytest.mark.parametrize(
    ("english", "said"),
    [
        ("What is the theme?", "chủ đề là gì?"),
        ("What is Directive 12 about?", "chỉ thị 12 nội dung về gì?"),
        ("Which two documents were issued?", "hai văn bản nào ban hành?"),
        ("When was the congress launched?", "đại hội phát động khi nào?"),
        ("Who is the general secretary?", "Tổng Bí thư là ai?"),
        ("Who signed the plan?", "ai ký kế hoạch?"),
        ("Who is To Lam?", "To Lam là ai?"),
    ],
)
def test_the_word_that_asks_stands_where_vietnamese_has_it(english: str, said: str) -> None:
    assert in_vietnamese(english) == said


def test_a_question_of_words_that_nobody_knows_keeps_them() -> None:
    assert "world cup" in in_vietnamese("who won the world cup in 2022", lambda word: False)
