"""Names of people and places in running text, told from offices and other capitals.

Owns the telling, pure but for the list of places in `data/places.txt`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path

from retrieval.text.vietnamese import Word, capitalised, fold, is_syllable

_DATA = Path(__file__).parents[2] / "data"
_OFFICES = re.compile(
    r"(?:Ủy|Uỷ|Bộ|Bí|Trưởng|Ban|Phó|Chủ|Tổng|Tỉnh|Thành|Trung|Đảng|Đoàn|Hội|Quốc|Mặt|Thường|Nghị"
    r"|Chỉ|Quy|Quyết|Văn phòng|Đại|Năm|Ngày|Chiều|Sáng|Đồng|Nhà|Điều|Kế|Khối|Cơ|Tổ|Các|Những|Theo"
    r"|Trong|Tại|Ở|Tham|Phát|Dự|Kết|Hướng|Tiểu)\b"
)
_LONGEST = 4


def people(text: str) -> Iterator[Word]:
    """Yield what looks like the names of people: two to four capitals, no office and no place.

    >>> [name.text for name in people("Ở Hà Nội, Trưởng Ban Vũ Đức Bảo gặp ông Tô Lâm.")]
    ['Vũ Đức Bảo', 'Tô Lâm']
    """
    for run in capitalised(text):
        start = 0
        while office := _OFFICES.match(run.text, start):
            start = office.end() + 1
        name = run.text[start:]
        if 1 <= name.count(" ") < _LONGEST and name not in places():
            yield Word(name, run.start + start, run.end)


@lru_cache(maxsize=8192)
def in_names(spelled: tuple[str, ...]) -> tuple[bool, ...]:
    """Return which syllables belong to names of people, or are foreign names.

    >>> in_names(("Bí", "thư", "Hà", "Nội", "Lê", "An"))
    (False, False, False, False, True, True)
    """
    marks = [False] * len(spelled)
    first = 0
    for i, word in enumerate([*spelled, ""]):
        if word[:1].isupper():
            continue
        run = spelled[first:i]
        while run and _OFFICES.fullmatch(run[0]):
            run = run[1:]
        if " ".join(run[:2]) in places():
            run = run[2:]
        if len(run) > 1:
            marks[i - len(run) : i] = [True] * len(run)
        elif len(run) == 1 and i > 1 and not is_syllable(fold(run[0])):
            marks[i - 1] = True
        first = i + 1
    return tuple(marks)


def place_in(text: str) -> str:
    """Return the first province or city that `text` names, as it is written there; or "".

    >>> place_in("còn hà nội thì sao")
    'hà nội'
    """
    found = _place_pattern().search(fold(text))
    return text[found.start() : found.end()] if found else ""


@cache
def _place_pattern() -> re.Pattern[str]:
    longest_first = sorted(map(fold, places()), key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first))})\b")


@cache
def places() -> frozenset[str]:
    """Return the names of the provinces and cities."""
    return _listed("places.txt")


@cache
def surnames() -> frozenset[str]:
    """Return the family names."""
    return _listed("surnames.txt")


def _listed(file: str) -> frozenset[str]:
    names = (_DATA / file).read_text(encoding="utf-8").splitlines()
    return frozenset(name for name in names if name and not name.startswith("#"))
