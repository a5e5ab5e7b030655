"""Dates and numbers in running text, in one normal form each. Pure.

Owns how Vietnamese writes them: 14-6-2024, 14/6/2024 and ngày 14 tháng 6 năm 2024 are one date,
1.300 and 1300 one number. Owns also those that are said in words: times told from today ("năm
ngoái", "nhiệm kỳ này") and the number of a directive ("chỉ thị ba lăm"), with and without
diacritics. What they are compared with is for `claims` to say.

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

from retrieval.text.vietnamese import fold


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


_YEARS_BACK = {"nay": 0, "ngoai": 1, "truoc": 1, "kia": 2, "sau": -1, "toi": -1}
_RELATIVE_YEAR = re.compile(
    r"\bnam (nay|ngoai|kia|truoc(?! (?:do|khi|day|nam))|sau(?= *[?.,]|$)|toi(?= *[?.,]|$))"
)
_TERM = re.compile(r"\bnhiem ky (nay|hien nay|truoc)\b(?! do)")
_TERM_YEARS, _A_TERM = 5, 2025
"""Terms of the Party's committees begin every five years, one of them in 2025."""
_DIGITS = {
    "khong": 0,
    "linh": 0,
    "le": 0,
    "mot": 1,
    "hai": 2,
    "ba": 3,
    "bon": 4,
    "tu": 4,
    "nam": 5,
    "lam": 5,
    "sau": 6,
    "bay": 7,
    "tam": 8,
    "chin": 9,
}
_DIGIT = "|".join(_DIGITS)
_SPELT_NUMBER = re.compile(
    r"(\b(?:chi thi|nghi quyet|quy dinh|quyet dinh|ket luan|huong dan|ke hoach)(?: so)?) "
    rf"((?:{_DIGIT}|muoi|tram)(?: (?:{_DIGIT}|muoi|tram)){{0,5}})"
    r"(?= *[?.,;]|$| (?:cua|ve|noi|co|ngay|la|do|duoc|quy))"
)


def in_figures(text: str, today: date) -> str:
    """Return NFC `text` with its times and numbers of directives in figures.

    >>> in_figures("năm ngoái kết nạp mấy người?", date(2024, 5, 1))
    'năm 2023 kết nạp mấy người?'
    >>> in_figures("chỉ thị ba lăm nói gì", date(2024, 5, 1))
    'chỉ thị 35 nói gì'
    """
    for pattern, figures in ((_RELATIVE_YEAR, _relative_year), (_TERM, _term)):
        plain = fold(text)
        for match in reversed(list(pattern.finditer(plain))):
            said = figures(match[1], today)
            text = f"{text[: match.start(1)]}{said}{text[match.end(1) :]}"
    for match in reversed(list(_SPELT_NUMBER.finditer(fold(text)))):
        if (number := _spelt_number(match[2].split())) is not None:
            text = f"{text[: match.start(2)]}{number}{text[match.end(2) :]}"
    return text


def _relative_year(word: str, today: date) -> str:
    return str(today.year - _YEARS_BACK[word])


def _term(word: str, today: date) -> str:
    begun = today.year - (today.year - _A_TERM) % _TERM_YEARS
    start = begun - _TERM_YEARS if word == "truoc" else begun
    return f"{start}-{start + _TERM_YEARS}"


def _spelt_number(said: list[str]) -> int | None:
    """Return the number that words say: "ba mươi lăm", "ba lăm" and "hai không năm".

    >>> [_spelt_number(said.split()) for said in ("hai khong nam", "muoi tam", "hai tram")]
    [205, 18, 200]
    """
    if "muoi" not in said and "tram" not in said:
        return int("".join(str(_DIGITS[word]) for word in said)) if len(said) > 1 else None
    total = unit = 0
    for word in said:
        if word == "tram":
            total, unit = total + max(unit, 1) * 100, 0
        elif word == "muoi":
            total, unit = total + max(unit, 1) * 10, 0
        else:
            unit = _DIGITS[word]
    return total + unit
