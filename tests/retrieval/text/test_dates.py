"""Dates as Vietnamese writes them."""

import re
from datetime import date

import pytest

from retrieval.text.dates import (
    PLACE_DATE,
    TIMESTAMP,
    calendar_days,
    date_phrases,
    dates_in,
    days_in,
    is_dateline,
    is_day_heading,
    names_day,
    time_phrases,
    years_in,
)


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("ngày 3 tháng 2 năm 1930", ["1930-02-03"]),
        ("3/2/1930, 03-02-1930 và 3.2.1930", ["1930-02-03"] * 3),
        ("1930-02-03", ["1930-02-03"]),
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
    ("text", "named"),
    [
        ("sáng ngày mùng 3", True),
        ("16 tháng 4", True),
        ("2.9.1945", True),
        ("nhiệm kỳ 2020-2025", False),
        ("Nghị định 24/2019/NĐ-CP", False),
        ("tháng 10/1956", False),
    ],
)
def test_a_term_or_a_number_of_a_document_names_no_day(text: str, named: bool) -> None:
    assert names_day(text) is named


@pytest.mark.parametrize(
    ("text", "phrases"),
    [
        ("họp từ 3/1969 đến 11/1972", ["3/1969", "11/1972"]),
        ("16 tháng 4 năm 1987", ["16 tháng 4 năm 1987"]),
        ("các ngày 14-23/11/1953", ["ngày 14-23/11/1953"]),
        ("khóa 2015-2020; năm 1010; tháng 8", ["2015-2020", "năm 1010", "tháng 8"]),
        ("Thông tư 39/2015/TT-BTC, Việt Nam 2011, trang 31-32, 415/418 đại biểu", []),
    ],
)
def test_phrases_of_dates_are_whole(text: str, phrases: list[str]) -> None:
    assert [text[span.start : span.end] for span in date_phrases(text)] == phrases


def test_a_phrase_of_time_has_the_hour_and_the_bound() -> None:
    text = "khai mạc 7 giờ 30, ngày 5/3; nộp trước ngày 20/2 hoặc từ năm 2026"
    told = [text[span.start : span.end] for span in time_phrases(text)]
    assert told == ["7 giờ 30, ngày 5/3", "trước ngày 20/2", "từ năm 2026"]


@pytest.mark.parametrize(
    ("line", "dateline", "heading"),
    [
        ("16/12/2024 08:30", True, False),
        ("Thứ ba, ngày 4 tháng Hai năm 2025", True, False),
        ("Đăng ngày 2024-12-16 lúc 7h05 (GMT+7)", True, False),
        ("Tháng Chạp, 2024", True, True),
        ("16 tháng 12 năm 2024", True, True),
        ("Họp ngày 16/12/2024", False, False),
    ],
)
def test_lines_that_say_only_when(line: str, dateline: bool, heading: bool) -> None:
    assert (is_dateline(line), is_day_heading(line)) == (dateline, heading)


def test_a_stamp_is_a_day_with_its_hour() -> None:
    assert TIMESTAMP.search("Bình Minh - 16/12/2024, 07:15")
    assert TIMESTAMP.search("07:15 ngày 16 - 12 - 2024")
    assert not TIMESTAMP.search("16/12/2024, 7 người")


@pytest.mark.parametrize("day", ["ngày 14 tháng 6 năm 2024", "ngày 14/6/2024", "ngày 14.06.2024"])
def test_place_and_date_of_an_official_document(day: str) -> None:
    match = PLACE_DATE.search(f"*\nQuảng Yên, {day}\nBÁO CÁO")
    assert match is not None
    assert (match["place"], match.group()) == ("Quảng Yên", f"Quảng Yên, {day}")


@pytest.mark.parametrize("pattern", [PLACE_DATE, TIMESTAMP])
def test_long_rows_of_blanks_are_read_once(pattern: re.Pattern[str]) -> None:
    for piece in ("ngày ", "3 - ", "12/", "A ", "0:0 "):
        assert pattern.search(f"Hà Nội, {piece * 20_000}") is None
