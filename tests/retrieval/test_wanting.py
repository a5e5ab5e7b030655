"""Offices and days that the best evidence fails to offer."""

import pytest

from retrieval.question import analyse
from retrieval.wanting import wanting


@pytest.mark.parametrize(
    ("question", "sentence", "lacking"),
    [
        ("Bí thư Tỉnh ủy là ai?", "Phó Bí thư Tỉnh ủy Lê An dự.", "Bí thư Tỉnh ủy"),
        ("Bí thư Tỉnh ủy là ai?", "Bí thư Tỉnh ủy Lê An dự.", ""),
        ("Phó Bí thư Tỉnh ủy là ai?", "Phó Bí thư Tỉnh ủy Lê An dự.", ""),
        ("bi thu tinh uy la ai", "Bí thư Thành ủy Lê An dự.", "bi thu tinh uy"),
        (
            "Chủ tịch UBND thành phố tên gì?",
            "Chủ tịch Ủy ban MTTQ thành phố Lê An dự.",
            "Chủ tịch Ủy ban nhân dân",
        ),
        ("Bí thư Tỉnh ủy dặn điều gì?", "Đồng chí Lê An dặn tinh gọn bộ máy.", ""),
        ("Chỉ thị ban hành ngày nào?", "Chỉ thị được thực hiện 4 năm.", "ngày nào"),
        ("Chỉ thị ban hành ngày nào?", "Chỉ thị ngày 14 tháng 6 năm 2024.", ""),
        ("Chỉ thị ban hành ngày nào?", "Chỉ thị số 35, 14/6/2024.", ""),
    ],
)
def test_what_is_asked_for_must_be_offered(question: str, sentence: str, lacking: str) -> None:
    assert wanting(analyse(question), [sentence]) == lacking
