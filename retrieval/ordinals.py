"""Which one in a row: "7", "VII", "lần thứ bảy" are one number. Pure."""

from __future__ import annotations

import re

from retrieval.spellings import ORDINALS, bare

_ROMAN = re.compile(r"(?=[IVXL])(XL|X{0,3})(IX|IV|V?I{0,3})")
_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50}


def number_of(written: str) -> str:
    """Return the number in digits, or nothing if it is none.

    >>> number_of("XIII"), number_of("07"), number_of("mười hai"), number_of("IIX")
    ('13', '7', '12', '')
    """
    words = " ".join(bare(written).lower().split())
    if words.isdigit():
        return str(int(words))
    if words == "bon":
        return "4"
    if words in ORDINALS:
        return str(ORDINALS.index(words) + 1)
    roman = words.upper()
    return str(_roman(roman)) if _ROMAN.fullmatch(roman) else ""


def _roman(letters: str) -> int:
    values = [_VALUES[letter] for letter in letters]
    return sum(
        -value if any(value < later for later in values[i + 1 : i + 2]) else value
        for i, value in enumerate(values)
    )
