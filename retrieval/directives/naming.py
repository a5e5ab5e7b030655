"""Directives called by their names, as people read them. Pure.

>>> from retrieval.directives.recognition import find_references
>>> [name_of(r) for r in find_references("ct 5-ct/tw, nq tw 7 khoa 12, dieu le dang")]
['Chỉ thị số 05-CT/TW', 'Nghị quyết Trung ương 7 khóa XII', 'Điều lệ Đảng']
"""

from __future__ import annotations

from retrieval.directives.recognition import (
    CHARTER_SERIES,
    CONGRESS_SERIES,
    PLENUM_SERIES,
    Reference,
)

_ROMAN = ((40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
_STATE_KINDS = {"Nghị định", "Thông tư", "Luật", "Pháp lệnh", "Công điện"}


def name_of(reference: Reference) -> str:
    """Return kind, number and suffix of a directive, or the name it goes by, without its date."""
    match reference.series:
        case s if s == PLENUM_SERIES:
            term = f" khóa {roman(reference.term)}" if reference.term else ""
            return f"{reference.kind} Trung ương {reference.number}{term}"
        case s if s == CONGRESS_SERIES:
            return f"Nghị quyết Đại hội {roman(reference.number)} {reference.issuer}".strip()
        case s if s == CHARTER_SERIES:
            return "Điều lệ Đảng"
    number = reference.number.zfill(2) if reference.number.isdigit() else reference.number
    kind = reference.kind or "Văn bản"
    return f"{kind} số {number}{_suffix(reference)}"


def full_name(reference: Reference) -> str:
    """Return the name with the date of issue, as far as it is known."""
    return f"{name_of(reference)}{dated(reference.issued)}"


def dated(issued: str) -> str:
    """Return an ISO date in words, after a space; nothing for none.

    >>> dated("2024-06-14"), dated("2024")
    (' ngày 14/6/2024', ' năm 2024')
    """
    parts = [str(int(part)) for part in reversed(issued.split("-"))] if issued else []
    words = {0: "", 1: " năm ", 2: " tháng ", 3: " ngày "}[len(parts)]
    return f"{words}{'/'.join(parts)}"


def roman(number: str) -> str:
    """Return a number below 50 in Roman numerals.

    >>> roman("14")
    'XIV'
    """
    left, letters = int(number), ""
    for value, letter in _ROMAN:
        while left >= value:
            letters, left = letters + letter, left - value
    return letters


def _suffix(reference: Reference) -> str:
    organ = reference.organ.replace("TTG", "TTg")
    if reference.kind in _STATE_KINDS or organ == "TTg":
        year = f"/{reference.issued[:4]}" if reference.issued else ""
        code = "-".join(filter(None, (reference.code, organ)))
        return f"{year if reference.kind != 'Quyết định' else ''}/{code}" if code else ""
    return f"-{reference.suffix}" if organ else ""
