"""Numbers in running text: those that count, in one normal form, and those that name. Pure.

Owns how Vietnamese writes them: 1.300 and 1300 are one number. A number that names tells one thing
from others of its kind: "tổ số 3", "khóa XIII", "trường hợp 2", "Điều 7". Dates are read by
`dates`, those of directives by `directives.recognition`, what a question says in words by
`query.expressions`; what numbers are compared with is for `claims` and `ranking.features` to say.

>>> [figure.value for figure in numbers_in("1.300 người, 2,5 triệu, 98,7%")]
['1300', '2500000', '98.7%']
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
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


_KINDS = """
    dieu khoan diem muc chuong phan tiet cau bai buoc cach mau bieu bang hinh khoa ky ki to nhom
    cum doi doan ban tap quyen dot lan vong chang tuan hop an luc doan chi tieu chuan nguyen tac
"""
_NUMBERED_KINDS = frozenset(_KINDS.split())
"""Folded last syllables of kinds whose number stands behind them without "số": "phụ lục 2"."""
_LAST_SYLLABLES = frozenset(["hop", "luc", "doan", "tieu", "chuan", "tac"])
"""Those of them that are never a kind alone: "trường hợp", "phụ lục"."""
_BETWEEN = frozenset(["số", "so", "thứ", "thu"])
"""What may stand between the kind and its number."""
_DIRECTIVE_KINDS = "dinh thi quyet luan dan hoach bao van lenh trinh luat"
_DIRECTIVES = frozenset(_DIRECTIVE_KINDS.split())
"""Folded last syllables of kinds of directives, whose numbers are compared apart."""
_JOINING = frozenset([("va",), ("hoac",), ("den",)])
_ORDINALS = {"nhất": "1", "hai": "2", "ba": "3", "tư": "4", "năm": "5", "sáu": "6", "bảy": "7"}
_ROMANS = {"I": 1, "V": 5, "X": 10, "L": 50}
_LONGEST_NUMBER = 3
"""Digits of a number that names; more are years and sums."""
_REACH = 4
"""How many words behind the number of an item may name its kind: "(2) Trường hợp"."""


@dataclass(frozen=True, slots=True)
class Numbered:
    """One of several things of a kind.

    >>> numbered_in(("Tổ", "số", "3", "có", "mấy", "lớp"), ("to", "so", "3", "co", "may", "lop"))
    (Numbered(kind='to', number='3', text='Tổ số 3'),)
    """

    kind: str
    """The folded syllable that stands before the number."""
    number: str
    """In Arabic digits."""
    text: str = ""
    """As written."""


def numbered_in(spelled: Sequence[str], folded: Sequence[str]) -> tuple[Numbered, ...]:
    """Return what a text names by number, given its words as written and folded."""
    found = []
    for i, kind in enumerate(folded):
        if kind in _DIRECTIVES or not kind.isalpha():
            continue
        at, number = _after(spelled, i + 1)
        if number and (at > i + 1 or kind in _NUMBERED_KINDS):
            first = max(i - (kind in _LAST_SYLLABLES), 0)
            found.append(Numbered(kind, number, " ".join(spelled[first : at + 1])))
    return tuple(dict.fromkeys(found))


def numbers_of(kind: str, spelled: Sequence[str], folded: Sequence[str]) -> frozenset[str]:
    """Return the numbers that a text gives to things of a kind, also as the number of an item.

    >>> sorted(numbers_of("dieu", ("Điều", "7", "và", "8"), ("dieu", "7", "va", "8")))
    ['7', '8']
    >>> sorted(numbers_of("hop", ("2", "Trường", "hợp"), ("2", "truong", "hop")))
    ['2']
    """
    return frozenset(_numbers(kind, spelled, folded))


def _numbers(kind: str, spelled: Sequence[str], folded: Sequence[str]) -> Iterator[str]:
    for i, word in enumerate(folded):
        if word != kind:
            continue
        at, number = _after(spelled, i + 1)
        while number:
            yield number
            at += 1 + (folded[at + 1 : at + 2] in _JOINING)
            number = _number(spelled, at)
    if kind in folded[1:_REACH] and (number := _number(spelled, 0)):
        yield number


def _after(spelled: Sequence[str], at: int) -> tuple[int, str]:
    """Return where the number behind a kind stands and the number, "" if there is none."""
    if at < len(spelled) and spelled[at].lower() in _BETWEEN:
        ordinal = _ORDINALS.get(spelled[at + 1].lower(), "") if at + 1 < len(spelled) else ""
        return at + 1, ordinal or _number(spelled, at + 1)
    return at, _number(spelled, at)


def _number(spelled: Sequence[str], at: int) -> str:
    """Return the number at a place in Arabic digits; "" if there is none, or it is of a date."""
    word = spelled[at] if at < len(spelled) else ""
    if word.isdigit() and len(word) <= _LONGEST_NUMBER:
        dated = at + 1 < len(spelled) and spelled[at + 1].isdigit()
        return "" if dated else word.lstrip("0") or "0"
    return str(_roman(word)) if word and set(word) <= _ROMANS.keys() else ""


def _roman(word: str) -> int:
    values = [_ROMANS[letter] for letter in word]
    after = [*values[1:], 0]
    return sum(v if v >= n else -v for v, n in zip(values, after, strict=True))
