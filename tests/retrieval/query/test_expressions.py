"""Times and numbers in words."""

from __future__ import annotations

from datetime import date

import pytest

from retrieval.query.expressions import in_figures

TODAY = date(2024, 12, 1)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("năm nay kết nạp mấy người?", "năm 2024 kết nạp mấy người?"),
        ("nam ngoai ai chu tri", "nam 2023 ai chu tri"),
        ("Nhiệm kỳ này ai là bí thư?", "Nhiệm kỳ 2020-2025 ai là bí thư?"),
        ("nhiệm kỳ trước", "nhiệm kỳ 2015-2020"),
        ("quy định hai không năm về việc gì", "quy định 205 về việc gì"),
        ("nghị quyết mười tám của ai?", "nghị quyết 18 của ai?"),
        ("kết luận hai mươi mốt", "kết luận 21"),
        ("năm hai không hai ba có gì", "năm 2023 có gì"),
        ("nam hai nghin khong tram hai muoi ai lam", "nam 2020 ai lam"),
        ("tháng tư và tháng mười một", "tháng 4 và tháng 11"),
        ("chín tháng đầu năm", "9 tháng đầu năm"),
        ("điều mười hai là gì", "điều 12 là gì"),
    ],
)
def test_words_become_figures(text: str, meant: str) -> None:
    assert in_figures(text, TODAY) == meant


@pytest.mark.parametrize(
    "text",
    [
        "năm trước đó ai làm bí thư?",
        "Năm sau nữa họp ở đâu?",
        "quyết định ba vấn đề gì?",
        "Nghị quyết năm 2018 nói gì?",
        "nhiệm kỳ trước đó",
        "tháng năm nào họp?",
        "năm hai đồng chí được bầu",
        "tháng sau họp ở đâu",
    ],
)
def test_what_is_told_from_another_time_stays(text: str) -> None:
    assert in_figures(text, TODAY) == text
