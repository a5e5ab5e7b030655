"""What stands around a reference and belongs to it: date, issuer, term, subject, article. Pure.

Owns reading them, before and after; the reference itself is `directives`' business.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from retrieval.legislation import Place, place_named
from retrieval.ordinals import number_of
from retrieval.spellings import ABOUT, BY, DATED, ISSUED_BEFORE, TERM

_WIDEST_BEFORE = 110
_CARRIED_OUT = re.compile(
    r"(?:thuc hien|trien khai|hoc tap|quan triet|so ket|tong ket)"
    r"(?:[ \t\xa0]+(?:hieu qua|nghiem tuc|tot|chuyen de|cac noi dung))?[ \t\xa0]*$",
    re.IGNORECASE,
)
_PART = r"(?:điểm|điều|khoản|diem|dieu|khoan)\s+(?:\d{1,3}[a-zđ]?|[a-zđ])(?!\w)"
_PARTS = rf"{_PART}(?:,?\s*(?:và\s+|của\s+)?{_PART}){{0,2}}"
_PLACE_BEFORE = re.compile(
    rf"({_PARTS})\s*,?\s*(?:của|trong|tại|ở|thuộc|theo|cua|trong|tai)?\s*$", re.IGNORECASE
)
_PLACE_AFTER = re.compile(rf"\s*[,(–:-]?\s*(?:tại|ở|có)?\s*({_PARTS})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Attributes:
    """What was found; `reach` is the offset where it ends."""

    issued: str = ""
    issuer: str = ""
    term: str = ""
    subject: str = ""
    reach: int = 0


def attributes_after(text: str, plain: str, end: int, limit: int) -> Attributes:
    """Return what follows a reference that ends at `end`, up to `limit`."""
    found, before = Attributes(reach=end), None
    while found != before:
        before, found = found, _one_more(text, plain, end, limit, found)
    if about := ABOUT.match(plain, found.reach):
        group = "quoted" if about["quoted"] else "plain"
        subject = text[about.start(group) : about.end(group)].strip(" \t\xa0,")
        found = replace(found, subject=subject, reach=min(about.end(), limit))
    return found


def _one_more(text: str, plain: str, end: int, limit: int, found: Attributes) -> Attributes:
    """Return `found` with the date, issuer or term that stands at its reach, if it has none yet."""
    at = found.reach
    date = None if found.issued else DATED.match(plain, at, limit)
    if date and not (date["year_words"] and _is_year_of_work(plain, end)):
        return replace(found, issued=iso(date), reach=date.end())
    if not found.issuer and (by := BY.match(plain, at, limit)):
        issuer = text[by.start("issuer") : by.end("issuer")]
        return replace(found, issuer=issuer, reach=by.end())
    if not found.term and (of := TERM.match(plain, at, limit)):
        return replace(found, term=number_of(of["term"]), reach=of.end())
    return found


def attributes_before(text: str, plain: str, start: int) -> Attributes:
    """Return what precedes a reference that begins at `start`."""
    from_ = max(0, start - _WIDEST_BEFORE)
    before = ISSUED_BEFORE.search(plain, from_, start)
    if before is None:
        return Attributes()
    issuer = text[before.start("issuer") : before.end("issuer")] if before["issuer"] else ""
    return Attributes(issued=iso(before), issuer=issuer)


def place_around(text: str, start: int, reach: int, limit: int) -> Place:
    """Return the article that is meant: "khoản 2 Điều 5 Quy định …" or "Quy định …, Điều 5"."""
    before = _PLACE_BEFORE.search(text, max(0, start - 60), start)
    after = _PLACE_AFTER.match(text, reach, limit)
    match = before or after
    return place_named(match[1]) if match else Place()


def iso(match: re.Match[str]) -> str:
    """Return the date of a match as far as it is written, in ISO form; nothing if impossible."""
    groups = match.groupdict()
    for day, month, year in (("d", "m", "y"), ("d2", "m2", "y2"), ("d4", "m4", "y4")):
        if groups.get(year):
            return _joined(groups[year], groups[month], groups[day])
    if groups.get("y3"):
        return _joined(groups["y3"], groups["m3"])
    return groups.get("y5") or groups.get("y6") or ""


def _joined(year: str, month: str, day: str = "") -> str:
    if not 1 <= int(month) <= 12 or (day and not 1 <= int(day) <= 31):
        return ""
    return "-".join(filter(None, (year, month.zfill(2), day.zfill(2) if day else "")))


def _is_year_of_work(plain: str, end: int) -> bool:
    """True for "thực hiện Chỉ thị 05 năm 2024": the year is that of the work."""
    return any(
        _CARRIED_OUT.search(plain[max(0, end - 90) : at])
        for at in range(max(0, end - 40), end)
        if plain[at].isalpha() and (at == 0 or not plain[at - 1].isalpha())
    )
