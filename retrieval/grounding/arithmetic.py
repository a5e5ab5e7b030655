"""Sums, differences, ratios, shares and durations, computed again from evidence. Pure.

>>> computed("12", ["30", "18"])
'30 − 18'
>>> computed("60%", ["30", "18"])
'18 : 30'
>>> computed("7", ["30", "18"])
''
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

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
