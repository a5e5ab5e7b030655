"""Normal forms: one date, number or reference in all its spellings, and different ones apart."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.grounding.claims import Sort, claims_in, held_by, holds, is_whole

DAYS = st.dates(date(1930, 1, 1), date(2039, 12, 31))
DATE_FORMS = (
    "{0.day}/{0.month}/{0.year}",
    "{0.day:02}/{0.month:02}/{0.year}",
    "{0.day}-{0.month}-{0.year}",
    "{0.day}.{0.month}.{0.year}",
    "ngày {0.day} tháng {0.month} năm {0.year}",
    "ngày {0.day:02} tháng {0.month:02} năm {0.year}",
    "ngày {0.day}/{0.month}, năm {0.year}",
)


def values(text: str, sort: Sort) -> list[str]:
    return [claim.value for claim in claims_in(text) if claim.sort is sort]


def bears_out(source: str, text: str) -> bool:
    return all(holds(claim, text, held_by(source)) for claim in claims_in(text))


@given(DAYS, st.sampled_from(DATE_FORMS), st.sampled_from(DATE_FORMS))
def test_a_date_is_one_in_all_its_spellings(day, form, other):
    assert values(f"họp {form.format(day)} tại Hà Nội", Sort.DATE) == [day.isoformat()]
    assert bears_out(f"Họp {form.format(day)} ở đó.", f"Họp {other.format(day)}.")


@given(DAYS, DAYS, st.sampled_from(DATE_FORMS), st.sampled_from(DATE_FORMS))
def test_different_dates_never_meet(one, other, form, form2):
    if one != other:
        assert not bears_out(f"Họp {form.format(one)}.", f"Họp {form2.format(other)}.")


@given(DAYS)
def test_a_date_bears_out_its_month_and_year_but_not_the_other_way_round(day):
    whole = f"Họp ngày {day.day}/{day.month}/{day.year}."
    for part in (f"tháng {day.month}/{day.year}", f"năm {day.year}", f"ngày {day.day}/{day.month}"):
        assert bears_out(whole, f"Họp {part}.")
        assert not bears_out(f"Họp {part}.", whole)


@given(st.integers(1000, 10**10))
def test_thousands_are_one_number_with_points_and_without(number):
    pointed = f"{number:,}".replace(",", ".")

    assert values(f"có {pointed} người", Sort.NUMBER) == [str(number)]
    assert bears_out(f"Có {pointed} người.", f"Có {number} người.")
    assert bears_out(f"Có {number} người.", f"Có {pointed} người.")


@given(st.integers(0, 10**7), st.integers(0, 10**7))
def test_different_numbers_never_meet(one, other):
    if one != other:
        assert not bears_out(f"Có {one:,} người.".replace(",", "."), f"Có {other} người.")


@given(st.decimals(0, 999, places=2))
def test_a_percentage_is_one_with_comma_and_point_and_no_plain_number(share):
    comma = str(share).replace(".", ",")

    assert bears_out(f"Đạt {comma}%.", f"Đạt {share} %.")
    assert bears_out(f"Đạt {comma}%.", f"Đạt {comma} phần trăm.")
    assert not bears_out(f"Đạt {comma} điểm.", f"Đạt {comma}%.")


WORDS = (
    "Hà Nội họp ngày 14/6/2024 2024 năm tháng 6 1.300 108,62% Chỉ thị 35-CT/TW “rõ” TP. @ban_tin"
)


@given(st.lists(st.sampled_from(WORDS.split()), max_size=20).map(" ".join))
def test_any_text_bears_itself_out(text):
    for claim in claims_in(text):
        assert 0 <= claim.start < claim.end <= len(text)
        assert holds(claim, text, held_by(text))


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("Chỉ thị số 35-CT/TW ngày 14-6-2024", "Chỉ thị 35-CT/TW"),
        ("Chỉ thị số 35-CT/TW ngày 14-6-2024", "Chỉ thị số 35 ngày 14/6/2024"),
        ("Nghị định số 114/2020/NĐ-CP", "Nghị định 114/2020/NĐ-CP"),
        ("1.300.000 người", "1,3 triệu người"),
        ("do Ban Tổ chức Trung ương chủ trì", "do BTCTW chủ trì"),
        ("ở UBND thành phố Hà Nội", "Chủ trì là UBND Hà Nội"),
        ("ông Hoà ở Hòa Bình", "ông Hòa ở Hoà Bình"),
        ("xem https://vi-du.vn/a.", "Tại https://vi-du.vn/a có"),
        ("nói “làm  rõ” việc", "Nói “làm rõ”"),
    ],
)
def test_what_a_source_bears_out(source, text):
    assert bears_out(source, text)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("Chỉ thị số 35-CT/TW", "Chỉ thị số 36-CT/TW"),
        ("Chỉ thị số 35-CT/TW", "Nghị quyết 35-CT/TW"),
        ("Chỉ thị số 35-CT/TW", "theo 35-NQ/TW"),
        ("Chỉ thị 35", "Chỉ thị 35-CT/TW"),
        ("Nghị định 114/2020/NĐ-CP", "Nghị định 114/2021/NĐ-CP"),
        ("Đại hội XIII", "Đại hội XIV"),
        ("ông Lê Minh Hưng và bà Trương Thị Mai", "có ông Lê Minh Mai"),
        ("35-CT/TW của Bộ Chính trị", "Theo 35-CT/TW Nguyễn Văn An chủ trì"),
        ("nói “làm rõ” việc", "Nói “làm rất rõ”"),
        ("theo trang vi-du.vn", "xem vi-du.com"),
        ("theo tin", "liên hệ @taikhoan"),
    ],
)
def test_what_a_source_does_not_bear_out(source, text):
    assert not bears_out(source, text)


@pytest.mark.parametrize(
    ("text", "whole"), [("nói “vậy”", True), ("nói “vậy", False), ('"a" "b', False), ("a", True)]
)
def test_quotation_marks_come_in_pairs(text, whole):
    assert is_whole(text) is whole
