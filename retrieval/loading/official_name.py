"""What a directive without its usual head says of itself: name, number, issuer, day.

Pages that retell a directive whole, or show its head as a picture, name it in a line of their own:
"Toàn văn Kết luận số 61-KL/TU của Ban Thường vụ Tỉnh ủy về giữ rừng". The text must be the
directive's own, by its articles or its foot; of an article about a directive nothing is taken, and
what no line says is left out. Pure; linear in the length of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from retrieval.directives.grammar import CODES, KIND_NAMES
from retrieval.models import OfficialField, Span, Stated
from retrieval.text.dates import calendar_days
from retrieval.text.names import organs
from retrieval.text.vietnamese import fold

_NAME_LINES = 8
"""Lines, empty ones left out, among which a directive is named."""
_LONGEST_NAME = 400
_SYMBOL = r"\d{1,5}(?:/\d{4})?(?:\s?[-–/]\s?[A-ZĐ][A-ZĐƯa-zđ\d]{0,11}){1,4}"
_DAY = r"(?:,? (?:ban hành )?ngày (?P<day>[\d/.-]{6,10}|\d{1,2} tháng \d{1,2} năm \d{4}))?"
_NAME = re.compile(
    rf"(?:(?:toàn văn|nội dung|infographics?)\b[\s:–-]{{0,3}})?(?P<kind>{'|'.join(KIND_NAMES)})"
    rf" (?:số:? ?)?(?P<number>{_SYMBOL}){_DAY}"
    rf"(?: (?:của )?(?P<issuer>[^\d,.;:()]{{4,90}}?))??{_DAY.replace('day', 'later')}"
    rf"(?:,? (?P<subject>(?:về|V/v):? .{{3,300}}?))?\W*",
    re.IGNORECASE,
)
_NUMBER_LINE = re.compile(rf"\W*Số\s?[:.]?\s?(?P<number>{_SYMBOL})\W*")
_CODE = re.compile(r"[A-ZĐ][A-ZĐa-zđ]*")
_ARTICLE = re.compile(r"^\W{0,4}(?:Điều \d{1,3}\b|(?:[IVX]{1,5}|\d{1,2})\s?[.\-–)] )", re.MULTILINE)
_FEWEST_ARTICLES = 2
_ISSUING = re.compile(r"^\(?(?:được )?(?:ban hành|ký)(?: ngày)? ([\d/.-]{6,10})\)?$", re.IGNORECASE)
_FOOT = frozenset({OfficialField.SIGNER, OfficialField.RECIPIENT})


def self_named(text: str, foot: Sequence[Stated]) -> tuple[Stated, ...]:
    """Return what a line above says of the directive that `text` holds, () where none does.

    `foot` is what the foot of the text says. A number that stands alone, "Số: 14-HD/BTGTU", gives
    the kind that its letters stand for.

    >>> text = "Kết luận số 6-KL/TU của Tỉnh ủy Hòa Lạc về giữ rừng\\n\\nĐiều 1. …\\nĐiều 2. …\\n"
    >>> [one.value for one in self_named(f"{text}Kết luận này có hiệu lực từ ngày ký.", [])]
    ['Kết luận', '6-KL/TU', 'Tỉnh ủy Hòa Lạc', 'về giữ rừng']
    """
    lines = list(_top_lines(text))
    for at, line in enumerate(lines):
        words = text[line.start : line.end]
        if named := _NAME.fullmatch(words):
            issuer = (named["issuer"] or "").strip()
            if (issuer and not _is_organ(issuer)) or not _is_itself(text, named["kind"], foot):
                return ()
            return (*_named(named, line), *_day(named, text, lines[at + 1 : at + 2], line))
        if alone := _NUMBER_LINE.fullmatch(words):
            kind = _kind_of(alone["number"])
            own = kind and foot and _is_itself(text, kind, foot)
            return _numbered(kind, alone["number"], line) if own else ()
    return ()


def _top_lines(text: str) -> Iterator[Span]:
    at = count = 0
    for line in text[: _NAME_LINES * _LONGEST_NAME].split("\n"):
        bare = line.strip()
        if bare and len(bare) <= _LONGEST_NAME:
            start = at + line.index(bare)
            yield Span(start, start + len(bare))
        count += bool(bare)
        if count == _NAME_LINES:
            return
        at += len(line) + 1


def _is_itself(text: str, kind: str, foot: Sequence[Stated]) -> bool:
    """True if the text is the directive: signed and sent, or in articles and speaking as it.

    "Kết luận này" is said by the directive; "theo Kết luận …" by an article about it as well.
    """
    fields, low, kind = {one.field for one in foot}, text.lower(), kind.lower()
    speaks = f"{kind} này" in low and f"theo {kind}" not in low
    return fields >= _FOOT or (speaks and len(_ARTICLE.findall(text)) >= _FEWEST_ARTICLES)


def _is_organ(words: str) -> bool:
    """True for the name of an organ, and with it of nothing but organs and places.

    >>> _is_organ("Ban Thường vụ Tỉnh ủy Hòa Lạc"), _is_organ("Chính phủ nêu rõ")
    (True, False)
    """
    low = words.lower()
    begins = any(low.startswith(organ.lower()) for organ in organs())
    return begins and (words.split()[-1][0].isupper() or any(map(low.endswith, _organs_written())))


@cache
def _organs_written() -> tuple[str, ...]:
    return tuple(organ.lower() for organ in organs())


def _numbered(kind: str, number: str, line: Span) -> tuple[Stated, ...]:
    value = re.sub(r"\s", "", number).replace("–", "-")
    return (
        Stated(OfficialField.KIND, kind, line.start, line.end),
        Stated(OfficialField.NUMBER, value, line.start, line.end),
    )


def _named(named: re.Match[str], line: Span) -> Iterator[Stated]:
    kind = next(kind for kind in KIND_NAMES if kind.lower() == named["kind"].lower())
    yield from _numbered(kind, named["number"], line)
    if issuer := (named["issuer"] or "").strip():
        yield Stated(OfficialField.ISSUER, issuer, line.start, line.end)
    if subject := (named["subject"] or "").strip():
        said = f"về {re.split(r':? ', subject, maxsplit=1)[1]}"
        yield Stated(OfficialField.SUBJECT, said, line.start, line.end)


def _day(named: re.Match[str], text: str, below: Sequence[Span], line: Span) -> Iterator[Stated]:
    """Yield the day that the name gives, or a line below it that says no more."""
    said, place = named["day"] or named["later"], line
    for span in below if not said else ():
        if issuing := _ISSUING.match(text[span.start : span.end]):
            said, place = issuing[1], span
    for _, day in list(calendar_days(f"ngày {said}"))[:1] if said else ():
        yield Stated(OfficialField.DATE, day.isoformat(), place.start, place.end)


def _kind_of(number: str) -> str:
    """Return the kind that the letters of a number stand for, "" where they stand for several."""
    code = _CODE.search(number)
    return CODES.get(fold(code[0]), ("", ""))[1] if code else ""
