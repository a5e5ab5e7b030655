"""Do two references mean one directive? Told by number, suffix, issuer, date and term; never by
the number alone.

Owns the judgement over two references, each with the date of the source that makes it. Pure. Party
directives are numbered anew in each term of the Central Committee, so the 35-CT/TW of 2019 and that
of 2024 are two; a source of 2020 cannot mean the second. Leaves grouping many to `directory`.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

from retrieval.directives import CONGRESS_SERIES, Reference
from retrieval.spellings import CODES
from retrieval.vietnamese import expanded, fold

_BEGAN = {
    "6": "1986-12-15",
    "7": "1991-06-24",
    "8": "1996-06-28",
    "9": "2001-04-19",
    "10": "2006-04-18",
    "11": "2011-01-12",
    "12": "2016-01-20",
    "13": "2021-01-25",
    "14": "2026-01-19",
}
"""The day on which the congress that opened each term began."""
_KINDS_OF_CODE = {
    code: {kind for other, kind in CODES.values() if other == code and kind}
    for code, _ in CODES.values()
} | {"QĐ": {"Quy định", "Quyết định"}, "TT": {"Thông tư", "Thông tri"}}
_CENTRE = {"bo chinh tri", "ban bi thu", "ban chap hanh trung uong", "trung uong"}
_ORGANS = {
    **dict.fromkeys(_CENTRE, "TW"),
    "ban to chuc trung uong": "BTCTW",
    "uy ban kiem tra trung uong": "UBKTTW",
    "van phong trung uong": "VPTW",
    "thu tuong": "TTG",
    "chinh phu": "CP",
}
_UNIQUE_ORGANS = {"TW", "BTCTW", "UBKTTW", "VPTW", "TTG", "CP"}
"""Organs of which there is one; "TU" may be that of any province."""


def compatible(one: Reference, other: Reference) -> bool:
    """Return True if nothing that the two say is at odds: they may mean one directive."""
    return (
        (one.series, one.number) == (other.series, other.number)
        and _kinds(one) & _kinds(other) != set()
        and _agree(one.code, other.code)
        and _agree(organ_of(one), organ_of(other))
        and _agree(one.term, other.term)
        and (one.issued.startswith(other.issued) or other.issued.startswith(one.issued))
        and _issuers_agree(one, other)
    )


def same(
    one: Reference, other: Reference, one_said: date | None = None, other_said: date | None = None
) -> bool:
    """Return True if both mean one directive; `…_said` are the dates of their sources.

    >>> from retrieval.directives import find_references
    >>> [a] = find_references("Chỉ thị 35-CT/TW của Bộ Chính trị")
    >>> [b] = find_references("Chỉ thị số 35 ngày 14/6/2024 của Bộ Chính trị")
    >>> same(a, b, date(2020, 6, 1), date(2024, 7, 4))
    False
    """
    return possible(one, other, one_said, other_said) and _supported(one, other)


def possible(
    one: Reference, other: Reference, one_said: date | None = None, other_said: date | None = None
) -> bool:
    """Return True if they are compatible and both sources can know one directive."""
    first, second = window(one, one_said), window(other, other_said)
    return compatible(one, other) and max(first[0], second[0]) <= min(first[1], second[1])


def window(reference: Reference, said: date | None) -> tuple[str, str]:
    """Return the first and the last ISO day on which it can have been issued."""
    began = _BEGAN.get(reference.term, "") if not reference.series else ""
    ended = _BEGAN.get(str(int(reference.term) + 1), "") if began else ""
    first = max(reference.issued, began)
    last = min(filter(None, (_end(reference.issued), ended, said.isoformat() if said else "")),
               default="9999")  # fmt: skip
    # What a source says of a date after its own is believed: such a date is its own mistake.
    return (first, last) if first[:10] <= last else (first, _end(first))


def organ_of(reference: Reference) -> str:
    """Return the organ of the suffix, or that of the issuer; nothing if neither says.

    >>> organ_of(Reference(0, 1, "Chỉ thị", "39", issuer="Bộ Chính trị"))
    'TW'
    """
    return reference.organ or _ORGANS.get(issuer_key(reference.issuer), "")


@lru_cache(maxsize=4096)
def issuer_key(issuer: str) -> str:
    """Return an issuer as it is compared: short forms written out, without "Đảng" at the end."""
    words = " ".join(fold(word) for word in expanded(issuer))
    words = words.removesuffix(" dang").removeprefix("cua ")
    if words.startswith(("bo chinh tri", "ban bi thu")):
        return " ".join(words.split()[:3])
    return {"thu tuong chinh phu": "thu tuong"}.get(words, words)


def _supported(one: Reference, other: Reference) -> bool:
    """True if more than the number speaks for one directive."""
    if one.series == CONGRESS_SERIES:
        return bool(one.issuer) == bool(other.issuer)
    if one.series:
        return one.term == other.term
    if len(one.issued) == len(other.issued) == len("2024-06-14"):
        return True
    mine, theirs = organ_of(one), organ_of(other)
    if not mine or not theirs:
        return bool(one.issued and other.issued) and bool(one.issuer and other.issuer)
    return mine in _UNIQUE_ORGANS or bool(one.issuer and other.issuer and one.issued[:4] and
                                          one.issued[:4] == other.issued[:4])  # fmt: skip


def _kinds(reference: Reference) -> set[str]:
    if reference.kind:
        return {reference.kind}
    return _KINDS_OF_CODE.get(reference.code, set()) or set(_ALL_KINDS)


_ALL_KINDS = frozenset(kind for kinds in _KINDS_OF_CODE.values() for kind in kinds)


def _agree(one: str, other: str) -> bool:
    return not one or not other or one == other


def _issuers_agree(one: Reference, other: Reference) -> bool:
    """True unless both name an issuer and neither is a part of the other's name."""
    mine, theirs = issuer_key(one.issuer), issuer_key(other.issuer)
    if one.series == CONGRESS_SERIES:
        return _names_agree(mine, theirs) if mine and theirs else mine == theirs
    if "trung uong" in (mine, theirs) and {mine, theirs} <= _CENTRE:
        return True
    return not mine or not theirs or _names_agree(mine, theirs)


_BODY = re.compile(
    r"(?:ban to chuc|ban tuyen giao(?: va dan van)?|ban dan van|ban noi chinh|uy ban kiem tra"
    r"|uy ban nhan dan|hoi dong nhan dan|van phong)\b"
)
_COMMITTEE = re.compile(r"^(?:ban thuong vu|btv|ban chap hanh|thuong truc) (?!trung uong)")
_LEVELS = frozenset({"tinh", "thanh", "huyen", "quan", "thi", "xa", "phuong", "pho", "dang"})
_EMPTY = frozenset({"dang", "bo", "uy", "pho"})


def _names_agree(mine: str, theirs: str) -> bool:
    """True unless the bodies are of two kinds, of two levels, or of two places.

    What one leaves out the other may add: "Thành ủy Hà Nội" and "Ban Thường vụ Thành ủy".
    """
    if [m.group() for m in _BODY.finditer(mine)] != [m.group() for m in _BODY.finditer(theirs)]:
        return False
    one, other = (set(_COMMITTEE.sub("", name).split()) - _EMPTY for name in (mine, theirs))
    levels, names = (one & _LEVELS, other & _LEVELS), (one - _LEVELS, other - _LEVELS)
    return all(a <= b or b <= a for a, b in (levels, names))


def _end(issued: str) -> str:
    """Return the last day that an ISO date, as far as it is known, can mean."""
    return issued + "-12-31"[len(issued) - 4 :] if issued else ""
