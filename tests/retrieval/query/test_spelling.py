"""Diacritics restored, slips mended, nothing else touched."""

from __future__ import annotations

import pytest
from query_vocabulary import Texts

from retrieval.query.spelling import accented, is_sloppy, mended, spelling_of

TEXTS = [
    "Hà Nội hoàn thành 26/26 nhiệm vụ trọng tâm.",
    "Đồng chí Nguyễn Văn Thể dự hội nghị kiểm tra, giám sát.",
    "Danh sách cử tri được niêm yết ở trụ sở.",
]


def _accented(text: str, *, bare: bool = True) -> str:
    return accented(text, spelling_of(TEXTS), bare=bare)


def _mended(text: str) -> str:
    return mended(text, Texts(TEXTS).frequency)


def test_diacritics_are_restored_from_the_texts() -> None:
    assert _accented("ha noi hoan thanh may nhiem vu") == "hà nội hoàn thành mấy nhiệm vụ"


def test_a_misplaced_diacritic_is_put_right_where_the_texts_know_the_word_otherwise() -> None:
    assert _accented("nhịêm vụ trọng tam", bare=False) == "nhiệm vụ trọng tâm"


def test_signs_and_numbers_stay() -> None:
    assert _accented("ha noi: 26/26 (100%)!") == "hà nội: 26/26 (100%)!"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Ngyuễn Văn Thể dự gì?", "Nguyen Văn Thể dự gì?"),
        ("hooij nghij kieemr tra", "hội nghị kiểm tra"),
        ("ho65i nghi5 gia1m sa1t", "hội nghị giám sát"),
        ("niêmm yết ở trụ sở", "niem yết ở trụ sở"),
        ("danhsách cử tri", "danh sách cử tri"),
        ("Tại Ha2 Noi65 kiểm tra gì", "Tại Hà Nội kiểm tra gì"),
        ("Ông Ngyuễn Văn Thể dự gì?", "Ông Nguyen Văn Thể dự gì?"),
    ],
)
def test_a_word_that_no_text_holds_is_taken_for_one_that_is_near(typed: str, meant: str) -> None:
    assert _mended(typed) == meant


@pytest.mark.parametrize(
    "text", ["Hà Nội có mấy nhiệm vụ?", "họp online qua Zoom", "HCCB 26/26", "bưng bê hồ sơ"]
)
def test_what_is_no_slip_stays(text: str) -> None:
    assert _mended(text) == text


@pytest.mark.parametrize("text", ["khai tru co", "danh so cu tri", "nguoi khiem ton"])
def test_a_syllable_is_no_slip_of_a_frequent_one_that_stands_by_no_neighbour(text: str) -> None:
    held = {"tri": 60, "sach": 60, "cu": 5, "danh": 5, "cu_tri": 5, "khien": 40, "co": 60}
    assert mended(text, lambda term: held.get(term, 0)) == text


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Sự cố Fomosa xảy ra khi nào?", "Sự cố Formosa xảy ra khi nào?"),
        ("Tập đoàn Vietel nộp bao nhiêu?", "Tập đoàn Viettel nộp bao nhiêu?"),
        ("đăng bài trên facebok có bị xử lý không", "đăng bài trên facebook có bị xử lý không"),
        ("Hội đàm với ông Kaysonne bàn gì?", "Hội đàm với ông Kaysone bàn gì?"),
    ],
)
def test_a_borrowed_word_or_foreign_name_is_mended_as_well(typed: str, meant: str) -> None:
    texts = [
        "Sự cố Formosa.",
        "Tập đoàn Viettel nộp ngân sách.",
        "Đăng trên Facebook.",
        "Tiếp ông Kaysone Phomvihane.",
    ]
    assert mended(typed, Texts(texts).frequency) == meant


@pytest.mark.parametrize(
    "text",
    [
        "Thăm nước Zambia khi nào?",  # the first letter is hardly ever mistaken
        "Thăm nước Iran khi nào?",  # a short name is near too many
        "Gặp Gambie lúc nào?",  # stands beside nothing that the sources have beside the other
    ],
)
def test_a_foreign_name_is_not_taken_for_just_any_that_is_near(text: str) -> None:
    assert mended(text, Texts(["Thăm nước Gambia và nước Iraq."]).frequency) == text


def test_a_name_that_no_source_bears_stays() -> None:
    assert _mended("Bà Lò Thị Pín dự gì?") == "Bà Lò Thị Pín dự gì?"


def test_a_word_that_only_one_follows_is_not_taken_before_others() -> None:
    texts = [*["Phó Bí thư Thành ủy họp."] * 9, "Ai bị kỷ luật thì bị xét."]
    assert accented("dang vien bi xet", spelling_of(texts), bare=True) == "đảng viên bị xét"


def test_what_people_ask_needs_no_text() -> None:
    typed = "Dang vien bi khai tru co duoc ket nap lai khong"
    assert accented(typed, spelling_of(TEXTS), bare=True) == (
        "Đảng viên bị khai trừ có được kết nạp lại không"
    )


def test_missing_diacritics_are_told_by_how_many_words_have_none() -> None:
    assert is_sloppy("nghi quyet nay của ai")
    assert not is_sloppy("Ban nào ban hành quy định này?")
