"""Times and numbers that a question says in words, put into figures. Pure.

Owns times told from today ("năm ngoái", "nhiệm kỳ này") and the number of a directive in words
("chỉ thị ba lăm"). Matched with and without diacritics.
"""

from __future__ import annotations

import re
from datetime import date

from retrieval.text.vietnamese import fold

_YEARS_BACK = {"nay": 0, "ngoai": 1, "truoc": 1, "kia": 2, "sau": -1, "toi": -1}
_YEAR = re.compile(
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
_NUMBER = re.compile(
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
    for pattern, figures in ((_YEAR, _year), (_TERM, _term)):
        plain = fold(text)
        for match in reversed(list(pattern.finditer(plain))):
            said = figures(match[1], today)
            text = f"{text[: match.start(1)]}{said}{text[match.end(1) :]}"
    for match in reversed(list(_NUMBER.finditer(fold(text)))):
        if (number := _number(match[2].split())) is not None:
            text = f"{text[: match.start(2)]}{number}{text[match.end(2) :]}"
    return text


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
