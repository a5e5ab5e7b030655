"""Figures that a claim counts or measures otherwise than its evidence. Pure.

Owns numbers in words ("năm đảng viên" where the evidence has three) and measures (đồng for USD,
per cent for percentage points). That a figure stands in the evidence at all is `claims`' to say.
"""

from __future__ import annotations

import itertools
import re

from retrieval.grounding.alignment import DIGITS
from retrieval.text.numbers import numbers_in
from retrieval.text.vietnamese import key, words


def miscounted(text: str, said: str) -> str:
    """Return a number in words before what the evidence counts otherwise, "" if there is none."""
    counted: set[str] = set()
    theirs = [key(word.text) for word in words(said)]
    together = set(itertools.pairwise(theirs))
    values = {DIGITS.get(k, k) for k in theirs}
    for before, after in itertools.pairwise(theirs):
        if before in DIGITS or before.isdigit():
            counted.add(after)
    spelled = words(text)
    for n, (number, what) in enumerate(itertools.pairwise(spelled)):
        before = spelled[n - 1].text if n else ""
        digit = DIGITS.get(key(number.text)) or (_FIVE if _is_five(before, number.text) else "")
        there = key(what.text) in counted and not what.text[0].isdigit()
        if (key(number.text), key(what.text)) in together:
            continue
        if digit and not number.text[0].isupper() and there and digit not in values:
            return number.text
    return ""


_FIVE = "5"
_YEARLY = frozenset(map(key, ("mỗi", "hằng", "hàng", "trong", "cả", "một", "nửa", "từng", "các")))


def _is_five(before: str, word: str) -> bool:
    """Return True where “năm” may be the number, not the year."""
    yearly = key(before) in _YEARLY or before.isdigit()
    return key(word) == key("năm") and not yearly


_MEASURE = re.compile(
    r"\s*(?:nghìn|ngàn|triệu|tỷ|tỉ)?\s*(đồng|usd|đô la|euro|nhân dân tệ|ha|hecta|héc ta|m²|m2|km²"
    r"|km2|km|mét|tấn|tạ|kg|lít|phút|giờ|ngày|tuần|tháng|quý|điểm phần trăm|điểm %|phần trăm"
    r"|%)(?!\w)",
    re.IGNORECASE,
)
_SAME_MEASURE = {
    "đô la": "usd",
    "hecta": "ha",
    "héc ta": "ha",
    "m2": "m²",
    "km2": "km²",
    "phần trăm": "%",
    "điểm %": "điểm phần trăm",
}


def measured_otherwise(text: str, said: str) -> str:
    """Return the measure of a figure that the evidence gives in others only, "" if there is none.

    >>> measured_otherwise("Được tặng 500 USD.", "Xã được tặng 500 đồng.")
    'usd'
    """
    theirs = _measures(said)
    for value, named in _measures(text).items():
        if theirs.get(value) and not named <= theirs[value]:
            return min(named - theirs[value])
    return ""


def _measures(text: str) -> dict[str, set[str]]:
    """Return the measures that follow each figure of a text, by its value."""
    found: dict[str, set[str]] = {}
    for figure in numbers_in(text):
        value = figure.value.rstrip("%")
        end = figure.start + len(text[figure.start : figure.end].rstrip("% "))
        if match := _MEASURE.match(text, end):
            named = match[1].lower()
            found.setdefault(value, set()).add(_SAME_MEASURE.get(named, named))
    return found
