"""What a text claims that can be checked to the letter, in one normal form for each.

Owns finding document numbers, names, links and quotations, and when one text holds the claim of
another. Dates and numbers are found by `text.dates` and `text.numbers`. Pure; knows nothing of
models or passages.

>>> [claim.value for claim in claims_in("Ngày 14-6-2024, kết nạp 1.300 đảng viên")]
['2024-06-14', '1300']
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from retrieval.directives.recognition import find_references
from retrieval.query.analysis import STOP_WORDS
from retrieval.text.dates import dates_in
from retrieval.text.numbers import numbers_in
from retrieval.text.vietnamese import capitalised, expanded, key, words


class Sort(StrEnum):
    """The kinds of claims."""

    DATE = "date"
    NUMBER = "number"
    DOCUMENT = "document"
    NAME = "name"
    LINK = "link"
    QUOTATION = "quotation"


@dataclass(frozen=True, slots=True)
class Claim:
    """Something checkable, `text[start:end]`, and its normal form."""

    sort: Sort
    value: str
    start: int
    end: int


_LINK = re.compile(
    r"(?:https?://|www\.)\S+|(?<![\w.])@\w{3,}|\b[\w-]+(?:\.[\w-]+)*\."
    r"(?:com|net|org|info|vn|me|io|co|app|xyz|ru|cn|top|link|biz|gov|edu)\b(?:/\S*)?",
    re.IGNORECASE,
)
_QUOTATION = re.compile(r"[“„”]([^“„”]+)[”“]|\"([^\"]+)\"|«([^«»]+)»|‘([^‘’]+)’")
_QUOTE_MARKS = re.compile(r"[“”„\"«»]")
RANKS = frozenset(map(key, ("phó", "nguyên", "cựu")))
"""Words that make an office another one."""
_ALONE = ("Đảng", "Bác", "Ban", "Bộ", "Thủ", "Nhà")
"""Words that are names by themselves or open the name of a body."""
_YEAR_OF_NUMBER = re.compile(r"/(?:19|20)\d\d(?=/)")


def claims_in(text: str) -> list[Claim]:
    """Return the claims of `text`, each stretch counted once, in order of their kinds."""
    claims: list[Claim] = []
    taken: list[tuple[int, int]] = []
    dates = (Claim(Sort.DATE, d.value, d.start, d.end) for d in dates_in(text))
    numbers = (Claim(Sort.NUMBER, n.value, n.start, n.end) for n in numbers_in(text))
    for found in (_links(text), _documents(text), dates, numbers):
        claims += [c for c in found if not any(c.start < b and a < c.end for a, b in taken)]
        taken = [(claim.start, claim.end) for claim in claims]
    return [*claims, *_names(text, taken), *_quotations(text)]


def telling_words(text: str) -> frozenset[str]:
    """Return the keys of the words of `text` that carry meaning, each as written."""
    return frozenset(key(word.text) for word in words(text)) - STOP_WORDS


def is_whole(text: str) -> bool:
    """Return True if every quotation mark has its other half."""
    return not _QUOTE_MARKS.search(_QUOTATION.sub("", text))


@dataclass(frozen=True, slots=True)
class Held:
    """What a text holds: the values that a claim is compared with."""

    values: frozenset[tuple[Sort, str]]
    spelled: tuple[tuple[str, ...], tuple[str, ...]]
    """Its words as keys: as written, and with abbreviations written out."""
    plain: str
    """Itself, blanks made one."""


@lru_cache(maxsize=4096)
def held_by(text: str) -> Held:
    """Return what `text` holds."""
    claims = claims_in(text)
    values = {(claim.sort, value) for claim in claims for value in _implied(claim)}
    values |= {(Sort.NUMBER, claim.value) for claim in claims if _is_bare_year(claim, text)}
    return Held(frozenset(values), (_keys(text), _expanded_keys(text)), _plain(text))


def holds(claim: Claim, text: str, held: Held) -> bool:
    """Return True if the claim that stands in `text` also stands in what is `held`."""
    match claim.sort:
        case Sort.QUOTATION:
            return claim.value in held.plain
        case Sort.LINK:
            return (Sort.LINK, claim.value) in held.values
        case Sort.NAME:
            return _names_it(claim, text, held)
        case Sort.DOCUMENT:
            return all((Sort.DOCUMENT, part) in held.values for part in claim.value.split("|"))
        case Sort.DATE if _is_bare_year(claim, text):
            return not held.values.isdisjoint(
                {(Sort.DATE, claim.value), (Sort.NUMBER, claim.value)}
            )
        case _:
            return (claim.sort, claim.value) in held.values


def _links(text: str) -> Iterator[Claim]:
    for match in _LINK.finditer(text):
        value = match.group().rstrip(".,;:!?)]}”\"'")
        yield Claim(Sort.LINK, value.casefold(), match.start(), match.start() + len(value))


def _documents(text: str) -> Iterator[Claim]:
    """Yield references to directives; the value is all that is said of each, parts joined."""
    for found in find_references(text):
        if not found.number:
            continue
        year = _YEAR_OF_NUMBER.search(text, found.start, found.end)
        parts = [
            f"{found.number}{year.group() if year else ''}-{found.suffix}" if found.suffix else "",
            f"{found.kind} {found.series} {found.number}" if found.kind or found.series else "",
            f"{found.series} {found.number} khóa {found.term}" if found.term else "",
        ]
        value = "|".join(part.casefold() for part in parts if part)
        yield Claim(Sort.DOCUMENT, value, found.start, found.end)


def _names(text: str, taken: Iterable[tuple[int, int]]) -> Iterator[Claim]:
    """Yield what is written with capitals; the first word of a sentence alone is no name."""
    for start, end in taken:
        text = f"{text[:start]}{'·' * (end - start)}{text[end:]}"
    for run in capitalised(text):
        opening = not words(text[: run.start]) and "·" not in text[: run.start]
        if opening and " " not in run.text and not _is_acronym(run.text):
            continue
        yield Claim(Sort.NAME, " ".join(key(w.text) for w in words(run.text)), run.start, run.end)


def _quotations(text: str) -> Iterator[Claim]:
    for match in _QUOTATION.finditer(text):
        inside = next(group for group in match.groups() if group)
        yield Claim(Sort.QUOTATION, _plain(inside), *match.span())


def _implied(claim: Claim) -> Iterator[str]:
    """Yield the values of all claims that this one bears out."""
    yield claim.value
    if claim.sort is Sort.DOCUMENT:
        yield from claim.value.split("|")
    if claim.sort is Sort.DATE and (
        full := re.fullmatch(r"(\d{4}|-)-(\d\d)(?:-(\d\d))?", claim.value)
    ):
        year, month, day = full[1] if full[1] != "-" else "", full[2], full[3]
        if year:
            yield from (year, f"{year}-{month}")
        yield f"--{month}"
        if day:
            yield from (f"--{month}-{day}", f"---{day}")


def _is_bare_year(claim: Claim, text: str) -> bool:
    """Return True for four digits that may as well count something."""
    return len(claim.value) == 4 and not text[: claim.start].lower().endswith("năm ")


def _names_it(claim: Claim, text: str, held: Held) -> bool:
    """Look for the words of the name side by side; abbreviations may stand apart or written out."""
    written = text[claim.start : claim.end]
    first = key(written.split(maxsplit=1)[0])
    opening = not words(text[: claim.start]) and first not in RANKS
    forms = [_pieces(written)]
    if opening and " " in written:
        forms.append(_pieces(written.split(maxsplit=1)[1]))
    return any(all(_stands(piece, held) for piece in pieces) for pieces in forms)


def name_stands(written: str, text: str, claim: Claim, held: Held) -> bool:
    """Return True if a name stands in what is held, whole or in pieces of two words or more.

    An office and who holds it may stand apart there; the first word of a sentence may be no name.
    """
    if _names_it(claim, text, held):
        return True
    parts = written.split()
    opening = not words(text[: claim.start])
    starts = [parts, parts[1:]] if opening and len(parts) > 1 else [parts]
    return any(_in_pieces(tuple(rest), held) for rest in starts)


def _in_pieces(parts: tuple[str, ...], held: Held) -> bool:
    """Return True if the words can be cut into pieces that all stand there."""
    reached = {0}
    for end in range(1, len(parts) + 1):
        for start in sorted(reached):
            long = end - start > 1 or _is_acronym(parts[start]) or parts[start] in _ALONE
            if long and _stands(" ".join(parts[start:end]), held):
                reached.add(end)
                break
    return len(parts) in reached


def _pieces(name: str) -> list[str]:
    """Cut a name where an abbreviation in capitals begins or ends."""
    pieces: list[list[str]] = []
    apart = True
    for word in name.split():
        acronym = _is_acronym(word)
        if apart or acronym:
            pieces.append([])
        pieces[-1].append(word)
        apart = acronym
    return [" ".join(piece) for piece in pieces]


def _stands(piece: str, held: Held) -> bool:
    return any(
        _within(wanted, there)
        for wanted in (_keys(piece), _expanded_keys(piece))
        for there in held.spelled
    )


def _within(wanted: tuple[str, ...], there: tuple[str, ...]) -> bool:
    """Return True if the words stand there side by side, not as the deputy's office."""
    n = len(wanted)
    return any(
        there[i : i + n] == wanted and (i == 0 or there[i - 1] not in RANKS)
        for i in range(len(there) - n + 1)
    )


def _is_acronym(word: str) -> bool:
    return len(word) > 1 and word.isupper()


def _keys(text: str) -> tuple[str, ...]:
    return tuple(key(word.text) for word in words(text))


def _expanded_keys(text: str) -> tuple[str, ...]:
    return tuple(key(word) for word in expanded(text))


def _plain(text: str) -> str:
    return " ".join(text.split())
