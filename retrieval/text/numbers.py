"""Numbers in running text, in one normal form. Pure.

Owns how Vietnamese writes them: 1.300 and 1300 are one number. Dates are read by `dates`, what
numbers are compared with is for `claims` to say, what a question says in words for
`query.expressions`.

>>> [figure.value for figure in numbers_in("1.300 người, 2,5 triệu, 98,7%")]
['1300', '2500000', '98.7%']
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Figure:
    """A date or number, `text[start:end]`, in its normal form."""

    value: str
    start: int
    end: int


_NUMBER = re.compile(
    r"(?<![\w])(?P<digits>\d+(?:[.,]\d+)*)(?:\s*(?P<scale>nghìn|ngàn|triệu|tỷ|tỉ)\b)?"
    r"(?P<percent>\s*(?:%|phần trăm\b))?",
    re.IGNORECASE,
)
_ROMAN = re.compile(r"(?<![\w-])[IVXLC]{1,7}(?![\w-])")
_SCALES = {"nghìn": 3, "ngàn": 3, "triệu": 6, "tỷ": 9, "tỉ": 9}


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
