"""Words around a question, places as typed, everyday words."""

from __future__ import annotations

import pytest
from query_vocabulary import Texts

from retrieval.query.rewriting import in_official_words, restored, synonyms, without_frame
from retrieval.query.understanding import meaning


@pytest.mark.parametrize(
    ("typed", "left"),
    [
        ("Dạ cho em hỏi lệ phí nộp ở đâu vậy ạ?", "lệ phí nộp ở đâu?"),
        ("Bạn ơi cho mình hỏi chút, sổ lưu mấy năm nhỉ?", "sổ lưu mấy năm?"),
        ("cho em hoi ty le dang vien a", "ty le dang vien"),
        ("em muốn hỏi về thẻ đảng viên", "thẻ đảng viên"),
        ("vay ad cho hoi so luu may nam a", "so luu may nam"),
        ("Cảm ơn bot, sổ lưu mấy năm vậy ad?", "sổ lưu mấy năm?"),
        ("ok ad ơi, ai giữ sổ thế bạn", "ai giữ sổ"),
    ],
)
def test_courtesy_goes(typed: str, left: str) -> None:
    assert without_frame(typed) == left


@pytest.mark.parametrize(
    "text",
    [
        "Cần biết gì trước khi kết nạp?",
        "Nhờ người khác viết hộ được không?",
        "Tỉnh ủy xin ý kiến ai?",
        "Cho biết tên",
        "Ai cho ban vay?",
        "hop chi bo tai nha",
        "Vậy ban nào giữ sổ?",
        "Cán bộ xã cần biết điều gì?",
    ],
)
def test_words_of_the_question_stay(text: str) -> None:
    assert without_frame(text) == text


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Đảng bộ Hai Phong có bao nhiêu chi bộ?", "Đảng bộ Hải Phòng có bao nhiêu chi bộ?"),
        ("đảng viên mới ở quangninh", "đảng viên mới ở Quảng Ninh"),
        ("bao nhiêu đảng viên ở Hue?", "bao nhiêu đảng viên ở Huế?"),
        ("dang vien o lam dong", "dang vien o lam dong"),
        ("hòa bình là gì", "hòa bình là gì"),
        ("HN có gì", "HN có gì"),
    ],
)
def test_only_certain_names_are_put_right(typed: str, meant: str) -> None:
    assert restored(typed) == meant


TEXTS = ["Ông An chủ trì hội nghị.", "Bà Bình được bầu vào cấp ủy."]


def test_only_what_the_sources_say_otherwise_is_changed() -> None:
    frequency = Texts(TEXTS).frequency
    assert in_official_words("Ai cầm trịch buổi họp?", frequency) == "Ai chủ trì hội nghị?"
    assert in_official_words("Có mấy giấy tờ?", frequency) == "Có mấy giấy tờ?"


def test_words_that_the_sources_use_themselves_stay() -> None:
    texts = [*TEXTS, "Ai trúng cử?", "Danh sách trúng cử."]
    assert in_official_words("ai trúng cử", Texts(texts).frequency) == "ai trúng cử"


def test_it_is_a_stage_after_diacritics() -> None:
    found = meaning("ai trung cu cap uy", Texts([*TEXTS, "Trúng cử."]))
    assert "trúng cử" in found.text
    found = meaning("ai trúng cử cấp ủy", Texts(TEXTS))
    assert found.text == "ai được bầu cấp ủy"


def test_no_entry_says_what_another_changes_again() -> None:
    assert not set(synonyms()) & {official.lower() for official in synonyms().values()}
