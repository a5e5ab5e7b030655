"""Dates and numbers as Vietnamese writes them."""

from datetime import date

import pytest

from retrieval.text.numbers import calendar_days, dates_in, days_in, numbers_in, years_in


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("ngày 3 tháng 2 năm 1930", ["1930-02-03"]),
        ("3/2/1930, 03-02-1930 và 3.2.1930", ["1930-02-03"] * 3),
        ("tháng 9/2021", ["2021-09"]),
        ("ngày 2-9 và ngày 30", ["--09-02", "---30"]),
        ("khóa 2020 – 2025", ["2020", "2025"]),
        ("45/2019/QĐ, 1.234 người", []),
    ],
)
def test_dates_have_one_normal_form(text: str, dates: list[str]) -> None:
    assert [figure.value for figure in dates_in(text)] == dates


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Cập nhật: 7 . 11 . 2023 lúc 8:00", [date(2023, 11, 7)]),
        ("2023-11-07T08:00", [date(2023, 11, 7)]),
        ("ngày 30 tháng 2 năm 2023", []),
        ("từ 1/5/2020 tới 31 tháng 12, năm 2021", [date(2020, 5, 1), date(2021, 12, 31)]),
    ],
)
def test_days_told_in_full(text: str, days: list[date]) -> None:
    assert [day for _, day in calendar_days(text)] == days


def test_days_of_a_month_and_years() -> None:
    assert days_in("15/10, ngay 1 thang 7, 45/3, 12/2024") == ["15/10", "1/7"]
    assert years_in("năm 1975-1986; 2.015 người; Nghị định 5/2015") == ("1975", "1986", "2015")


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("1.300 và 1300", ["1300", "1300"]),
        ("2,5 triệu; 3 nghìn", ["2500000", "3000"]),
        ("98,7% hoặc 12 phần trăm", ["98.7%", "12%"]),
        ("khóa XIV", ["XIV"]),
    ],
)
def test_numbers_have_one_normal_form(text: str, numbers: list[str]) -> None:
    assert [figure.value for figure in numbers_in(text)] == numbers
