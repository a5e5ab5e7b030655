"""Times and numbers that a question says in words, put into figures. Pure.

Owns times told from today ("năm ngoái", "nhiệm kỳ này"), numbers in words of directives ("chỉ thị
ba lăm"), years ("năm hai không hai tư") and months, and congresses numbered as the sources do ("đại
hội 14" for "Đại hội XIV"). Matched with and without diacritics, but for the words of months.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from retrieval.directives.recognition import roman
from retrieval.text.dates import MONTHS
from retrieval.text.vietnamese import fold

_YEARS_BACK = {"nay": 0, "ngoai": 1, "truoc": 1, "kia": 2, "sau": -1, "toi": -1}
_YEAR = re.compile(
    r"\bnam (nay|ngoai|kia|truoc(?! (?:do|khi|day|nam))|sau(?= *[?.,]|$)|toi(?= *[?.,]|$))"
)
_TERM = re.compile(r"\bnhiem ky (nay|hien nay|truoc)\b(?! do)")
_YEAR_DIGITS = 4
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
_NUMBER = re.compile(
    r"(\b(?:chi thi|nghi quyet|quy dinh|quyet dinh|ket luan|huong dan|ke hoach|dieu|khoan)"
    r"(?: so)?) "
    rf"((?:{_DIGIT}|muoi|tram)(?: (?:{_DIGIT}|muoi|tram)){{0,5}})"
    r"(?= *[?.,;]|$| (?:cua|ve|noi|co|ngay|la|do|duoc|quy|ban hanh|ky|ra|nam|gom"
    r"|thay|yeu|de ra|bo|hien|con))"
)
_YEAR_SAID = re.compile(
    rf"(\bnam) (hai (?:(?:nghin|ngan) (?:(?:khong tram|linh|le) )?)?"
    rf"(?:{_DIGIT}|muoi)(?: (?:{_DIGIT}|muoi)){{0,2}})(?= *[?.,;]|$| \D)"
)
"""Years from 2000: "hai không hai tư", "hai nghìn không trăm hai mươi tư"."""
_MONTHS = {name: month for name, month in MONTHS.items() if name != "năm"}
"""Not "năm": "tháng năm nào" asks for month and year."""
_MONTH = re.compile(rf"(\btháng) ({'|'.join(sorted(_MONTHS, key=len, reverse=True))})\b", re.I)
_MONTHS_LONG = re.compile(
    rf"(?<!tháng )\b({'|'.join(sorted(_MONTHS, key=len, reverse=True))}) (?=tháng (?:đầu|cuối))",
    re.I,
)
_CONGRESS = re.compile(r"\b(dai hoi(?: dang)?(?: toan quoc)?(?: lan)?(?: thu)?|khoa) (\d{1,2})\b")
_LAST_CONGRESS = 30


def in_figures(text: str, today: date) -> str:
    """Return NFC `text` with its times and numbers of directives in figures.

    >>> in_figures("năm ngoái kết nạp mấy người?", date(2024, 5, 1))
    'năm 2023 kết nạp mấy người?'
    >>> in_figures("chỉ thị ba lăm nói gì", date(2024, 5, 1))
    'chỉ thị 35 nói gì'
    >>> in_figures("sáu tháng đầu năm hai không hai tư, tháng mười hai", date(2024, 5, 1))
    '6 tháng đầu năm 2024, tháng 12'
    """
    text = _MONTH.sub(lambda found: f"{found[1]} {_MONTHS[found[2].lower()]}", text)
    text = _MONTHS_LONG.sub(lambda found: f"{_MONTHS[found[1].lower()]} ", text)
    for pattern, figures in ((_YEAR, _year), (_TERM, _term)):
        plain = fold(text)
        for match in reversed(list(pattern.finditer(plain))):
            said = figures(match[1], today)
            text = f"{text[: match.start(1)]}{said}{text[match.end(1) :]}"
    for match in reversed(list(_NUMBER.finditer(fold(text)))):
        if (number := _number(match[2].split())) is not None:
            text = f"{text[: match.start(2)]}{number}{text[match.end(2) :]}"
    for match in reversed(list(_YEAR_SAID.finditer(fold(text)))):
        if (year := _year_said(match[2].split())) is not None:
            text = f"{text[: match.start(2)]}{year}{text[match.end(2) :]}"
    return text


def with_congress(text: str, frequency: Callable[[str], int]) -> str:
    """Return `text` with the numbers of congresses in Roman numerals, if the sources have them so.

    >>> with_congress("đại hội 14 họp khi nào", {"hoi_xiv": 3}.get)
    'đại hội XIV họp khi nào'
    """
    for match in reversed(list(_CONGRESS.finditer(fold(text)))):
        if not 0 < (number := int(match[2])) <= _LAST_CONGRESS:
            continue
        before, numeral = match[1].split()[-1], roman(number)
        if (frequency(f"{before}_{numeral.lower()}") or 0) > (frequency(f"{before}_{number}") or 0):
            text = f"{text[: match.start(2)]}{numeral}{text[match.end(2) :]}"
    return text


def _year_said(said: list[str]) -> int | None:
    """Return the year from 2000 that words say; None if they say none.

    >>> _year_said("hai khong hai tu".split()), _year_said("hai nghin khong tram le bay".split())
    (2024, 2007)
    >>> _year_said("hai nghin hai muoi tu".split()), _year_said("hai ba".split())
    (2024, None)
    """
    if {"nghin", "ngan"}.isdisjoint(said):
        year = int("".join(str(_DIGITS.get(word, "")) for word in said))
        return year if len(said) == _YEAR_DIGITS and "muoi" not in said else None
    rest = [word for word in said[2:] if word not in {"khong", "tram", "linh", "le"}]
    if "muoi" not in rest and len(rest) > 1:
        return None
    number = _number(rest) if "muoi" in rest else _DIGITS[rest[0]] if rest else 0
    return None if number is None else 2000 + number


def _year(word: str, today: date) -> str:
    return str(today.year - _YEARS_BACK[word])


def _term(word: str, today: date) -> str:
    begun = today.year - (today.year - _A_TERM) % _TERM_YEARS
    start = begun - _TERM_YEARS if word == "truoc" else begun
    return f"{start}-{start + _TERM_YEARS}"


def _number(said: list[str]) -> int | None:
    """Return the number that words say: "ba mươi lăm", "ba lăm" and "hai không năm".

    >>> _number("hai khong nam".split()), _number("muoi tam".split()), _number(["hai", "tram"])
    (205, 18, 200)
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
