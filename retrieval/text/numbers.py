"""Dates and numbers in running text, in one normal form each. Pure.

Owns how Vietnamese writes them: 14-6-2024, 14/6/2024 and ngày 14 tháng 6 năm 2024 are one date,
1.300 and 1300 one number. What they are compared with is for `claims` to say, what a question says
in words for `query.expressions`.

>>> [figure.value for figure in dates_in("ngày 14 tháng 6 năm 2024")]
['2024-06-14']
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Figure:
    """A date or number, `text[start:end]`, in its normal form."""

    value: str
    start: int
    end: int


_DAY, _MONTH, _YEAR = (
    r"(?P<d{0}>0?[1-9]|[12]\d|3[01])",
    r"(?P<m{0}>0?[1-9]|1[0-2])",
    r"(?P<y{0}>(?:1[89]|20)\d\d)",
)
_BY = r"\s?[-/.–]\s?"


def _form(template: str, n: int) -> str:
    parts = {"D": _DAY, "M": _MONTH, "Y": _YEAR, "S": _BY}
    return re.sub(r"[DMYS]", lambda m: parts[m.group()].format(n), template)


_DATE = re.compile(
    r"(?<![\w.,/])(?:"
    + "|".join(
        _form(template, n)
        for n, template in enumerate(
            (
                r"DSMSY",
                r"D tháng M,? năm Y",
                r"DSM,? năm Y",
                r"D tháng MSY",
                r"D tháng M",
                r"(?:tháng )?M[/-]Y",
                r"tháng M,? năm Y",
                r"D/M",
                r"tháng M",
                r"(?<=ngày )DSM",
                r"(?<=ngày )D",
                r"Y",
            )
        )
    )
    + r")(?![\d/]|[.,]\d|\w)",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"(?<![\w])(?P<digits>\d+(?:[.,]\d+)*)(?:\s*(?P<scale>nghìn|ngàn|triệu|tỷ|tỉ)\b)?"
    r"(?P<percent>\s*(?:%|phần trăm\b))?",
    re.IGNORECASE,
)
_ROMAN = re.compile(r"(?<![\w-])[IVXLC]{1,7}(?![\w-])")
_SCALES = {"nghìn": 3, "ngàn": 3, "triệu": 6, "tỷ": 9, "tỉ": 9}


_NAMED_YEAR = re.compile(r"(?<![\d.,/-])(?:19|20)\d\d(?![\d.,]*\d)|(?<=[/-])(?:19|20)\d\d\b")


def years_in(text: str) -> tuple[str, ...]:
    """Return the years that `text` names, each once.

    >>> years_in("từ 2020 đến 16/12/2024, 2.024 người")
    ('2020', '2024')
    """
    return tuple(dict.fromkeys(_NAMED_YEAR.findall(text)))


_DAY_OF_MONTH = re.compile(
    r"(?<![\d/-])(\d{1,2})(?:[/-]|\s+tháng\s+|\s+thang\s+)(\d{1,2})(?![\d%]|[.,]\d)"
)
_LAST_DAY, _LAST_MONTH = 31, 12


def days_in(text: str) -> list[str]:
    """Return the days of a month that `text` names, in order, whatever the year.

    >>> days_in("từ 14-6 đến ngày 2 tháng 9 năm 2024")
    ['14/6', '2/9']
    """
    found = [(int(day), int(month)) for day, month in _DAY_OF_MONTH.findall(text)]
    return [f"{d}/{m}" for d, m in found if 1 <= d <= _LAST_DAY and 1 <= m <= _LAST_MONTH]


_YEAR_FIRST = re.compile(r"((?:19|20)\d{2})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_DAY_FIRST = re.compile(r"\b(\d{1,2})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*((?:19|20)\d{2})\b")
_SPELLED = re.compile(
    r"\b(\d{1,2})\s+tháng\s+(\d{1,2}),?\s+năm\s+((?:19|20)\d{2})\b", re.IGNORECASE
)


def calendar_days(text: str) -> list[tuple[int, date]]:
    """Return the days told in full, each with where it begins, in order.

    Blanks are let pass that `dates_in` does not: heads of pages write "16 . 12 . 2024".

    >>> [day.isoformat() for _, day in calendar_days("2024-12-16, ngày 3 tháng 2 năm 1930")]
    ['2024-12-16', '1930-02-03']
    """
    told = [(m.start(), m[1], m[2], m[3]) for m in _YEAR_FIRST.finditer(text)]
    for pattern in (_DAY_FIRST, _SPELLED):
        told += [(m.start(), m[3], m[2], m[1]) for m in pattern.finditer(text)]
    found = []
    for start, year, month, day in told:
        with suppress(ValueError):
            found.append((start, date(int(year), int(month), int(day))))
    return sorted(found)


def dates_in(text: str) -> Iterator[Figure]:
    """Yield the dates of `text`, as far as each is told."""
    for match in _DATE.finditer(text):
        found = {name[0]: int(value) for name, value in match.groupdict().items() if value}
        yield Figure(_date(found.get("y"), found.get("m"), found.get("d")), *match.span())


def _date(year: int | None, month: int | None, day: int | None) -> str:
    """Write a date with what is known of it: 2024-06-14, 2024-06, 2024, --06-14, --06, ---14."""
    if month is None:
        return f"{year:04}" if year else f"---{day:02}"
    end = f"-{day:02}" if day else ""
    return f"{year:04}-{month:02}{end}" if year else f"--{month:02}{end}"


def numbers_in(text: str) -> Iterator[Figure]:
    """Yield the numbers of `text`, percentages with their sign, and Roman numerals."""
    for match in _NUMBER.finditer(text):
        value = _value(match["digits"]).scaleb(_SCALES.get((match["scale"] or "").lower(), 0))
        mark = "%" if match["percent"] else ""
        yield Figure(f"{value.normalize():f}{mark}", *match.span())
    for match in _ROMAN.finditer(text):
        yield Figure(match.group(), *match.span())


def _value(digits: str) -> Decimal:
    """Read a number as Vietnamese writes it: 1.300 is thirteen hundred, 1,3 is one and a bit."""
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?", digits):
        return Decimal(digits.replace(".", "").replace(",", "."))
    if re.fullmatch(r"\d{1,3}(?:,\d{3}){2,}", digits):
        return Decimal(digits.replace(",", ""))
    if re.fullmatch(r"\d+[.,]\d+", digits):
        return Decimal(digits.replace(",", "."))
    return Decimal(re.sub(r"[.,]", "", digits))
