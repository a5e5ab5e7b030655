"""The words of a quote that answer by themselves."""

from __future__ import annotations

import pytest

from retrieval.answering.answer_span import answer_span
from retrieval.query.analysis import analyse


@pytest.mark.parametrize(
    ("question", "text", "answer"),
    [
        ("Xã có mấy thôn?", "(2) Năm 2023, xã Lũng Cú có 9 thôn, 12 chi bộ.", "9 thôn"),
        ("Phải dự ít nhất bao nhiêu buổi?", "2. Dự không quá 3 giờ, ít nhất 10 buổi trở lên.",
         "ít nhất 10 buổi trở lên"),
        ("Đạt bao nhiêu phần trăm?", "Xã thu 12 tỷ, đạt 98,5% kế hoạch.", "98,5%"),
        ("Xã đứng thứ mấy toàn huyện?", "Năm 2022 xã đứng thứ ba toàn huyện.", "thứ ba"),
        ("Nộp hồ sơ chậm nhất ngày nào?", "Năm 2025, hồ sơ nộp trước ngày 15/11.", "ngày 15/11"),
        ("Ai là trưởng thôn?", "Bí thư là ông Lò Văn Páo; trưởng thôn là bà Vàng Thị Mỷ.",
         "Vàng Thị Mỷ"),
        ("Ai là Bí thư Huyện ủy Yên Lạc?",
         "Bà Lý Thị Hoa, Ủy viên Ban Thường vụ Tỉnh ủy, Bí thư Huyện ủy, kết luận.", "Lý Thị Hoa"),
        ("Ai là Phó Bí thư Huyện ủy Yên Lạc?", "Phó Bí thư Huyện ủy Yên Lạc Ngô Quang Vinh nói.",
         "Ngô Quang Vinh"),
        ("chanh van phong huyen uy la ai?",
         "Bà Trần Thị Bưởi, Trưởng ban Dân vận Huyện ủy, ông Lê Văn Ổi, Chánh Văn phòng Huyện ủy.",
         "Lê Văn Ổi"),
        ("Ai là bí thư thành ủy?", "Bí thư Thành ủy Đà Nẵng Đỗ Văn Mạnh dự họp.", "Đỗ Văn Mạnh"),
        ("Chi hội là gì?", "Chi hội là nơi hội viên họp. Khác nữa.", "nơi hội viên họp"),
        ("Quy định số 12-QĐ/TU thay thế văn bản nào?",
         "Quy định số 12-QĐ/TU thay thế Hướng dẫn số 7-HD/TU.", "Hướng dẫn số 7-HD/TU"),
    ],
)  # fmt: skip
def test_it_is_of_the_kind_that_is_asked_for(question: str, text: str, answer: str) -> None:
    span = answer_span(analyse(question), text)

    assert span is not None
    assert answer in text[span.start : span.end]
    assert span.end - span.start <= len(answer) + len("trước ")


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Xã có mấy thôn?", "Xã có 12 chi bộ, 300 đảng viên."),
        ("Ai dự họp?", "Ông Lò Văn Páo, bà Vàng Thị Mỷ."),
        ("Ai ký?", "Ban Tổ chức Trung ương ký."),
        ("Ai là Bí thư Thành ủy Đà Nẵng?", "Dự họp có bà Lý Thị Hoa, Bí thư Quận ủy Hải Châu."),
        ("Ai là Bí thư Huyện ủy Yên Lạc?", "Phó Bí thư Huyện ủy Yên Lạc Ngô Quang Vinh nói."),
        ("Trưởng ban Dân vận Tỉnh ủy là ai?", "Trưởng ban Tổ chức Tỉnh ủy Đỗ Văn Mạnh chủ trì."),
        ("Chủ tịch UBND xã Tân An là ai?", "Ông Lê Văn Tám là nguyên Chủ tịch UBND xã Tân An."),
        ("Thủ tục ra sao?", "Nộp 2 bộ hồ sơ."),
        (
            "Họp tối thiểu bao nhiêu phút?",
            "Họp từ 60 phút; họp tối thiểu 90 phút khi có chuyên đề.",
        ),
    ],
)
def test_where_it_is_unclear_there_is_none(question: str, text: str) -> None:
    assert answer_span(analyse(question), text) is None
