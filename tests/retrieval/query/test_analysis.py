"""What a question asks for."""

from __future__ import annotations

import pytest

from retrieval.query.analysis import Wanted, analyse, wanted_by
from retrieval.text.dates import years_in


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Hà Nội kết nạp bao nhiêu đảng viên?", Wanted.NUMBER),
        ("ha noi ket nap bao nhieu dang vien", Wanted.NUMBER),
        ("Ai chủ trì hội nghị?", Wanted.PERSON),
        ("Hội nghị diễn ra khi nào?", Wanted.DATE),
        ("Hội nghị họp ở đâu?", Wanted.PLACE),
        ("Vì sao phải sắp xếp lại?", Wanted.REASON),
        ("Nghị quyết nào nói về sắp xếp?", Wanted.DOCUMENT),
        ("Nêu các nhiệm vụ trọng tâm năm 2025", Wanted.LIST),
        ("Tổ chức được sắp xếp thế nào?", Wanted.WAY),
        ("Bộ máy được tinh gọn thế nào?", Wanted.WAY),
        ("bo may duoc tinh gon the nao", Wanted.WAY),
        ("Có mấy bộ máy?", Wanted.NUMBER),
        ("How many members were admitted?", Wanted.NUMBER),
        ("Who chaired the meeting?", Wanted.PERSON),
        ("Sinh hoạt chi bộ ghép là gì?", Wanted.DEFINITION),
        ("Đảng viên dự bị có được bầu cử không?", Wanted.YES_NO),
        ("dang vien du bi co duoc bau cu ko a", Wanted.YES_NO),
        ("Tên gọi đầy đủ của Kết luận 21-KL/TW là gì?", Wanted.TITLE),
        ("ket luan 21 ten la gi", Wanted.TITLE),
        ("Người ký tên là gì?", Wanted.PERSON),
        ("Nhiệm kỳ này", Wanted.OTHER),
    ],
)
def test_the_kind_of_answer_is_told_from_the_words(text: str, wanted: Wanted) -> None:
    assert wanted_by(text) is wanted


def test_words_that_ask_carry_no_meaning() -> None:
    question = analyse("Hà Nội có bao nhiêu đảng viên mới?")

    assert question.content == ("ha", "noi", "dang", "vien", "moi")
    assert "dang_vien" in question.content_pairs
    assert "bao_nhieu" not in question.content_pairs


def test_a_word_of_meaning_that_folds_to_a_stop_word_stays() -> None:
    assert "dang" in analyse("đảng").content
    assert analyse("đang").content == ()


def test_abbreviations_count_as_what_they_stand_for() -> None:
    assert {"ban", "to", "chuc", "trung", "uong"} <= set(analyse("BTCTW họp bàn gì?").content)


def test_names_are_capitals_inside_and_numbers() -> None:
    assert analyse("Bao giờ Hà Nội có 67 điểm cầu?").names == ("ha", "noi", "67")


def test_a_question_in_capitals_names_nobody() -> None:
    assert analyse("HÀ NỘI KẾT NẠP BAO NHIÊU ĐẢNG VIÊN?").names == ()


@pytest.mark.parametrize(
    ("text", "content", "attribute"),
    [
        ("Đạt bao nhiêu phần trăm kế hoạch?", ("dat", "ke", "hoach"), ("ke", "hoach")),
        ("Tên đầy đủ của Quy định 205 là gì?", ("quy", "dinh", "205"), ()),
        ("Hồ sơ đầy đủ gồm mấy loại?", ("ho", "so", "day", "du", "gom", "loai"), ("loai",)),
    ],
)
def test_words_that_say_in_what_the_answer_is_given_need_not_stand_in_it(
    text: str, content: tuple[str, ...], attribute: tuple[str, ...]
) -> None:
    question = analyse(text)

    assert (question.content, question.attribute) == (content, attribute)


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("năm 2020 và năm 2024, rồi 2020", ("2020", "2024")),
        ("ngày 16/12/2024", ("2024",)),
        ("2.024 người, 20245 lượt", ()),
        ("", ()),
    ],
)
def test_years_are_years_only(text: str, years: tuple[str, ...]) -> None:
    assert years_in(text) == years


def test_what_is_counted_is_what_follows_the_quantity() -> None:
    assert analyse("Có bao nhiêu điểm cầu dự họp?").counted == ("diem", "cau")
    assert analyse("Ai chủ trì?").counted == ()
    assert analyse("Bộ máy tinh gọn ra sao?").counted == ()


@pytest.mark.parametrize("text", ["", "?", "😀", '" OR NEAR(*', "đ" * 5000])
def test_rubbish_is_a_question_too(text: str) -> None:
    assert analyse(text).text == text
