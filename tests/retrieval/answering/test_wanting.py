"""Offices, days, ranks and figures that the best evidence fails to offer."""

import pytest

from retrieval.answering.abstention import wanting
from retrieval.query.analysis import analyse


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
        ("Bí thư Tỉnh ủy Phú Thọ là ai?", "Bí thư Tỉnh ủy Huế Lê An dự.", "Bí thư Tỉnh ủy"),
        ("Bí thư Tỉnh ủy Phú Thọ là ai?", "Bí thư Tỉnh ủy Phú Thọ Lê An dự.", ""),
        ("Bí thư Tỉnh ủy Phú Thọ là ai?", "Lê An, Bí thư Tỉnh ủy, chủ trì.", ""),
        ("Bí thư Tỉnh ủy là ai?", "Bằng khen của Bí thư Tỉnh ủy được trao.", "Bí thư Tỉnh ủy"),
        ("Nơi nào đứng thứ nhất cả nước?", "Hà Nội đứng thứ 2 cả nước.", "đứng thứ nhất"),
        ("Nơi nào đứng đầu cả nước?", "Hà Nội đứng thứ nhất cả nước.", ""),
        ("Nơi nào xếp thứ hai?", "Có 67 điểm cầu.", ""),
        ("Huế có bao nhiêu đảng viên?", "Cả nước có 5 triệu đảng viên.", "Huế"),
        ("Huế có bao nhiêu đảng viên?", "Cả nước có 5 triệu, Huế có 30.000.", ""),
        ("Huế kết nạp bao nhiêu?", "Thành phố kết nạp 300, đứng thứ 2 cả nước.", ""),
        ("Bí thư Tỉnh ủy dặn điều gì?", "Đồng chí Lê An dặn tinh gọn bộ máy.", ""),
        ("Chỉ thị ban hành ngày nào?", "Chỉ thị được thực hiện 4 năm.", "ngày nào"),
        ("Chỉ thị ban hành ngày nào?", "Chỉ thị ngày 14 tháng 6 năm 2024.", ""),
        ("Chỉ thị ban hành ngày nào?", "Chỉ thị số 35, 14/6/2024.", ""),
    ],
)
def test_what_is_asked_for_must_be_offered(question: str, sentence: str, lacking: str) -> None:
    assert wanting(analyse(question), [sentence]) == lacking
