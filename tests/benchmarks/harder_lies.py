"""Ways of lying with the source's own words: all of them stand there, the meaning is another.

Each false sentence is false by how it was made. Pure.
"""

from __future__ import annotations

import itertools
import re

from retrieval.answering.highlights import people_in
from retrieval.grounding.support import Given
from tests.benchmarks.wording import YEAR, Dice, Way, counts_in, in_place_of

_VERBS = ("được", "đạt", "dự", "có", "hoàn thành", "tham mưu", "kết nạp", "gồm", "là")
_OPPOSITES = {
    "tăng": "giảm", "giảm": "tăng", "cao": "thấp", "trước": "sau", "hơn": "kém",
    "trên": "dưới", "đầu": "cuối", "nhiều": "ít", "vượt": "thấp hơn",
}  # fmt: skip
_WIDER = {
    "một số": "tất cả", "nhiều": "mọi", "cơ bản": "hoàn toàn", "hầu hết": "toàn bộ",
    "bước đầu": "dứt điểm", "có thể": "phải", "từng bước": "ngay lập tức", "khoảng": "đúng",
}  # fmt: skip
_COUNTED = re.compile(r"(\d[\d.]*) ([a-zđà-ỹ]+) ([a-zđà-ỹ]+)")
_PERSON = 2
"""Blanks in the name of a person, at the least."""
_BODIES = (
    "Ban Tổ chức Trung ương", "Ban Chấp hành Trung ương", "Ban Bí thư", "Bộ Chính trị",
    "Ủy ban Kiểm tra Trung ương", "Ban Tổ chức Thành ủy", "Thành ủy Hà Nội", "Quốc hội",
    "Chính phủ", "Bộ Nội vụ", "Hà Nội", "ngành Tổ chức xây dựng Đảng",
)  # fmt: skip
_ALIKE = re.compile(r"\b(?:và|cùng|với|hoặc|hay)\b")
_TELLING = re.compile(r"[a-zà-ỹđ]+")


def _denied(dice: Dice, text: str, given: Given) -> str | None:
    for verb in _VERBS:
        if f" {verb} " in text and f"không {verb}" not in text:
            return text.replace(f" {verb} ", f" không {verb} ", 1)
    return None


def _affirmed(dice: Dice, text: str, given: Given) -> str | None:
    """Leave out a negation."""
    found = re.search(r"\b(?:không|chưa) (?=[a-zà-ỹđ])(?!chỉ|những)", text)
    return text[: found.start()] + text[found.end() :] if found else None


def _opposite(dice: Dice, text: str, given: Given) -> str | None:
    found = [w for w in _OPPOSITES if re.search(rf"\b{w}\b", text) and _OPPOSITES[w] not in text]
    return in_place_of(word := dice.choice(found), _OPPOSITES[word], text) if found else None


def _widened(dice: Dice, text: str, given: Given) -> str | None:
    found = [w for w in _WIDER if re.search(rf"\b{w}\b", text)]
    return in_place_of(word := dice.choice(found), _WIDER[word], text) if found else None


def _roles_swapped(dice: Dice, text: str, given: Given) -> str | None:
    """Put two that a sentence names into each other's places, unless they stand in a list."""
    pairs = [
        (one, other) for one, other in itertools.pairwise(_named(text)) if _differ(text, one, other)
    ]
    if not pairs:
        return None
    (a, b), (c, d) = dice.choice(pairs)
    return text[:a] + text[c:d] + text[b:c] + text[a:b] + text[d:]


def _named(text: str) -> list[tuple[int, int]]:
    """Return where people and well-known bodies stand, each whole."""
    people = (re.escape(name) for name in people_in(text) if name.count(" ") >= _PERSON)
    wanted = "|".join([*people, *_BODIES])
    return [match.span() for match in re.finditer(rf"(?<!\w)(?:{wanted})(?!\w)", text)]


def _differ(text: str, one: tuple[int, int], other: tuple[int, int]) -> bool:
    between = text[one[1] : other[0]]
    same = text[slice(*one)] == text[slice(*other)]
    return not same and len(_TELLING.findall(between)) > 1 and not _ALIKE.search(between)


def _promoted(dice: Dice, text: str, given: Given) -> str | None:
    """Make a deputy the head."""
    found = re.search(r"\bPhó (?=(?:Trưởng|Bí thư|Chủ tịch|Thủ tướng|Chánh)\b)", text)
    return text[: found.start()] + text[found.end() :] if found else None


def _names_from_elsewhere(dice: Dice, text: str, given: Given) -> str | None:
    """Put a name of another sentence of the passage in the place of one of this."""
    theirs = [n for s in given.sentences for n in people_in(s.text) if n not in text]
    # Shorter ones may be halves of an office, and then nothing false need come of it.
    people = [(m, t) for m in people_in(text) for t in theirs]
    pairs = [
        (m, t)
        for m, t in people
        if min(m.count(" "), t.count(" ")) >= _PERSON and m not in t and t not in m
    ]
    return text.replace(*dice.choice(pairs), 1) if pairs else None


def _numbers_from_elsewhere(dice: Dice, text: str, given: Given) -> str | None:
    """Put a number of another sentence of the passage in the place of one of this."""
    mine = [m[0] for m in counts_in(text)]
    parts = re.split(r"[^\d.,]+", text)
    theirs = [
        m[0]
        for s in given.sentences
        for m in counts_in(s.text)
        if m[0] not in parts and f"{m[0]}." not in text
    ]
    if not mine or not theirs:
        return None
    old = re.escape(dice.choice(mine))
    return re.sub(rf"(?<![\d.,/]){old}(?![\d.,/])", dice.choice(theirs), text, count=1)


def _units_swapped(dice: Dice, text: str, given: Given) -> str | None:
    found = [c for c in _COUNTED.findall(text) if not YEAR.fullmatch(c[0])]
    if len({(a, b) for _, a, b in found}) < 2:
        return None
    (n1, a1, b1), (n2, a2, b2) = found[:2]
    if n1 == n2 or a1 == a2:
        return None
    swapped = text.replace(f"{n1} {a1} {b1}", f"{n2} {a1} {b1}", 1)
    return swapped.replace(f"{n2} {a2} {b2}", f"{n1} {a2} {b2}", 1)


def _years_swapped(dice: Dice, text: str, given: Given) -> str | None:
    years = list(YEAR.finditer(text))
    if len(years) != 2 or years[0][0] == years[1][0] or years[1].start() < years[0].end() + 8:
        return None
    (a, b), (c, d) = years[0].span(), years[1].span()
    return text[:a] + years[1][0] + text[b:c] + years[0][0] + text[d:]


HARDER: dict[str, Way] = {
    "denied": _denied,
    "negation left out": _affirmed,
    "opposite": _opposite,
    "made wider": _widened,
    "roles swapped": _roles_swapped,
    "deputy promoted": _promoted,
    "name from elsewhere": _names_from_elsewhere,
    "number from elsewhere": _numbers_from_elsewhere,
    "units swapped": _units_swapped,
    "years swapped": _years_swapped,
}
