"""Words around a question that ask nothing."""

from __future__ import annotations

import pytest

from retrieval.query.frames import without_frame


@pytest.mark.parametrize(
    ("typed", "left"),
    [
        ("Dạ cho em hỏi lệ phí nộp ở đâu vậy ạ?", "lệ phí nộp ở đâu?"),
        ("Bạn ơi cho mình hỏi chút, sổ lưu mấy năm nhỉ?", "sổ lưu mấy năm?"),
        ("cho em hoi ty le dang vien a", "ty le dang vien"),
        ("em muốn hỏi về thẻ đảng viên", "thẻ đảng viên"),
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
        "Cán bộ xã cần biết điều gì?",
    ],
)
def test_words_of_the_question_stay(text: str) -> None:
    assert without_frame(text) == text
