"""Figures of a claim: counted or measured otherwise than its evidence, or computed from it. Pure.

Owns numbers in words ("năm đảng viên" where the evidence has three), measures (đồng for USD, per
cent for percentage points), and sums, differences, ratios, shares and durations computed again.
That a figure stands in the evidence at all is `claims`' to say.

>>> computed("12", ["30", "18"]), computed("60%", ["30", "18"]), computed("7", ["30", "18"])
('30 − 18', '18 : 30', '')
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

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


MOST_FIGURES = 12
_MOST_TERMS = 4
_HUNDRED = Decimal(100)


def computed(target: str, figures: Sequence[str]) -> str:
    """Return how `target` follows from the figures, as a formula; "" if it does not.

    Figures are normal forms as `numbers` gives them, a percentage with its sign. A result may be
    rounded to the places that the target has.
    """
    wanted = _number(target)
    known = [number for figure in dict.fromkeys(figures) if (number := _number(figure)) is not None]
    if wanted is None or len(known) > MOST_FIGURES:
        return ""
    is_share = target.endswith("%")
    places = max(0, -int(wanted.as_tuple().exponent))
    for value, formula in _results(known, is_share=is_share):
        if round(value, places) == wanted:
            return formula
    return ""


def duration(target: str, unit: str, days: Sequence[str]) -> str:
    """Return the two days that are `target` days, weeks, months or years apart; "" if none are.

    Days are ISO dates, those not told in full left out; the last one may count or not.

    >>> duration("6", "tháng", ["2024-03-01", "2024-08-31"])
    'từ 1/3/2024 đến 31/8/2024'
    >>> duration("14", "ngày", ["2024-03-01", "2024-03-15", "--03-29"])
    'từ 1/3/2024 đến 15/3/2024'
    """
    full = sorted({date.fromisoformat(day) for day in days if _FULL.fullmatch(day)})
    for first, last in itertools.combinations(full[:MOST_FIGURES], 2):
        for end in (last, last + timedelta(days=1)):
            if target == _apart(first, end).get(unit):
                return f"từ {_day(first)} đến {_day(last)}"
    return ""


_FULL = re.compile(r"\d{4}-\d\d-\d\d")


def _apart(first: date, end: date) -> dict[str, str]:
    """Return the distance of two days in each unit in which it is whole."""
    days = (end - first).days
    told = {"ngày": str(days)}
    if days % 7 == 0:
        told["tuần"] = str(days // 7)
    if first.day == end.day:
        months = (end.year - first.year) * 12 + end.month - first.month
        told["tháng"] = str(months)
        if months % 12 == 0:
            told["năm"] = str(months // 12)
    return told


def _day(day: date) -> str:
    return f"{day.day}/{day.month}/{day.year}"


def _results(known: Sequence[Decimal], *, is_share: bool) -> Iterator[tuple[Decimal, str]]:
    for a, b in itertools.permutations(known, 2):
        if b:
            yield (a / b * _HUNDRED, f"{_written(a)} : {_written(b)}")
            yield ((a - b) / b * _HUNDRED, f"({_written(a)} − {_written(b)}) : {_written(b)}")
        if a > b:
            yield a - b, f"{_written(a)} − {_written(b)}"
        if b and not is_share:
            yield a / b, f"{_written(a)} : {_written(b)}"
    if not is_share:
        for n in range(2, min(_MOST_TERMS, len(known)) + 1):
            for terms in itertools.combinations(known, n):
                yield sum(terms, Decimal(0)), " + ".join(map(_written, terms))


def _number(figure: str) -> Decimal | None:
    try:
        return Decimal(figure.rstrip("%"))
    except InvalidOperation:
        return None


def _written(value: Decimal) -> str:
    """Write a number as Vietnamese does: 11.144, 12,5."""
    whole, _, part = f"{value:f}".partition(".")
    is_year = len(whole) == len("2024") and whole[:2] in ("19", "20")
    grouped = whole if is_year else f"{int(whole):,}".replace(",", ".")
    return f"{grouped},{part}" if part else grouped
