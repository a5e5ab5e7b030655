"""References to directives in sources and questions: which document is meant, and where it stands.

Owns recognition: kind, number, suffix, date, issuer, subject, article, and the resolutions that go
by the name of a plenum or a congress. Pure. Leaves the spellings to `spellings`, whether two
references mean one document to `identity`, and what one does to another to `relations`.

    >>> [r] = find_references("Thực hiện Chỉ thị số 35-CT/TW, ngày 14/6/2024 của Bộ Chính trị.")
    >>> r.kind, r.number, r.suffix, r.issued, r.issuer
    ('Chỉ thị', '35', 'CT/TW', '2024-06-14', 'Bộ Chính trị')
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from retrieval.attributes import attributes_after, attributes_before, place_around
from retrieval.legislation import NOWHERE, Place
from retrieval.ordinals import number_of
from retrieval.plausible import plausible
from retrieval.spellings import (
    CHARTER,
    CODES,
    CONGRESS,
    KINDS,
    LISTED_NUMBERS,
    MORE_NUMBERS,
    MORE_TERMS,
    NUMBERED,
    PLENUM,
    TERM,
    bare,
)

_SEVERAL = re.compile(r"(?:cac|nhung|hai|ba|bon|2|3|4)\s+$", re.IGNORECASE)
_SYLLABLES = {"vi", "vì", "li", "i", "v", "x"}
"""Words that would be Roman numerals, were they in capitals."""
PLENUM_SERIES, CONGRESS_SERIES, CHARTER_SERIES = "Hội nghị Trung ương", "Đại hội", "Đảng"


@dataclass(frozen=True, slots=True)
class Reference:
    """A mention of one directive: text[start:end] is its kind, number and suffix, or its name."""

    start: int
    end: int
    kind: str = ""
    """One of spellings.KINDS; empty where the letters leave it open ("205-QĐ/TW")."""
    number: str = ""
    """Without leading zeros; of a plenum or congress, which one it was."""
    suffix: str = ""
    """Code and organ: "CT/TW"; one of them alone where no more is said."""
    series: str = ""
    """What is counted, where it goes by a name: a plenum or a congress. Empty for numbers."""
    term: str = ""
    """The term of the Central Committee (khóa), in digits."""
    issued: str = ""
    """ISO date, as far as it is known: "2024-06-14", "2024-06" or "2024"."""
    issuer: str = ""
    """As it is written."""
    subject: str = ""
    place: Place = NOWHERE
    reach: int = 0
    """Where all that belongs to it ends: date, issuer and subject too."""

    @property
    def code(self) -> str:
        """The letters of the suffix that stand for a kind: "CT"."""
        return self.suffix.partition("/")[0]

    @property
    def organ(self) -> str:
        """The letters of the suffix that stand for the issuer: "TW"."""
        return self.suffix.partition("/")[2]


def find_references(text: str) -> list[Reference]:
    """Return the references in NFC `text`, in order; none overlaps another."""
    plain = bare(text)
    named = [*_plenums(plain), *_congresses(text, plain), *_charters(text, plain)]
    numbered = [r for r in _numbered(text, plain) if not any(_overlap(r, n) for n in named)]
    found = sorted([*named, *numbered], key=lambda r: r.start)
    limits = [*(r.start for r in found[1:]), len(text)]
    described = [
        _described(text, plain, r, limit)
        for r, limit in zip(found, limits[: len(found)], strict=True)
    ]
    return _of_one_kind(text, described)


def _overlap(one: Reference, other: Reference) -> bool:
    return one.start < other.end and other.start < one.end


def _numbered(text: str, plain: str) -> Iterator[Reference]:
    for match in NUMBERED.finditer(plain):
        if plausible(match, text, plain):
            first = _reference(match, text, plain)
            yield first
            yield from _more_numbers(plain, first)


def _reference(match: re.Match[str], text: str, plain: str) -> Reference:
    kind = KINDS.get(" ".join((match["kind"] or "").lower().split()), "")
    code, coded = CODES.get((match["code"] or match["abbreviation"] or "").lower(), ("", ""))
    organ = _organ(match, text)
    state = match["code"] and "/" in plain[match.end("number") : match.start("code")]
    return Reference(
        *match.span(),
        kind=kind or coded or ("Quyết định" if state and organ and code == "QĐ" else ""),
        number=_trimmed(match["number"]),
        suffix=f"{code}/{organ}" if organ else code,
        issued=match["year"] or "",
    )


def _more_numbers(plain: str, first: Reference) -> Iterator[Reference]:
    """Yield the others of "các Nghị quyết 18, 19" and of "Chỉ thị số 35 và số 40"."""
    several = _SEVERAL.search(plain[max(0, first.start - 12) : first.start])
    several = several or LISTED_NUMBERS.match(plain, first.end)
    at = first.end
    while first.kind and (more := MORE_NUMBERS.match(plain, at)):
        if not (several or more["so"]):
            return
        start, at = more.start("so" if more["so"] else "number"), more.end()
        yield replace(first, start=start, end=at, number=_trimmed(more["number"]))


def _trimmed(number: str) -> str:
    return number.lower().lstrip("0") or "0"


def _organ(match: re.Match[str], text: str) -> str:
    """Return the organ in capitals; T.Ư and TƯ are TW, which TU (Tỉnh ủy) is not."""
    group = next((g for g in ("organ", "glued", "law") if match[g]), None)
    if group is None:
        return ""
    written = text[match.start(group) : match.end(group)].upper()
    return "TW" if "Ư" in written or written in {"T.W", "T.U"} else bare(written)


def _plenums(plain: str) -> Iterator[Reference]:
    for match in PLENUM.finditer(plain):
        kind = "Nghị quyết" if match["kind"][0] in "nN" else "Kết luận"
        terms = match["terms"] and TERM.match(match["terms"])
        term = number_of(terms["term"]) if terms else ""
        group = next(g for g in ("nth", "many", "first") if match[g])
        many = [*re.finditer(r"\d+", match["many"])] if match["many"] else []
        end = match.end() if len(many) < 2 else match.start("many") + many[0].end()
        numbers = [number_of(many[0].group() if many else match[group])]
        base = Reference(match.start(), end, kind, numbers[0], series=PLENUM_SERIES, term=term)
        yield base
        for other in many[1:]:
            start = match.start("many") + other.start()
            stop = start + len(other.group())
            yield replace(base, start=start, end=stop, number=number_of(other.group()))
        yield from _more_terms(plain, base, match.end()) if term else ()


def _more_terms(plain: str, base: Reference, at: int) -> Iterator[Reference]:
    """Yield the others of "Nghị quyết Trung ương 4 khóa XI, XII"."""
    while more := MORE_TERMS.match(plain, at):
        start, at = more.span("term")
        yield replace(base, start=start, end=at, term=number_of(more["term"]))


def _congresses(text: str, plain: str) -> Iterator[Reference]:
    for match in CONGRESS.finditer(plain):
        group = "nth" if match["nth"] else "n"
        which = number_of(match[group])
        written = text[match.start(group) : match.end(group)]
        syllable = group == "n" and written.lower() in _SYLLABLES and not written.isupper()
        if not which or syllable:
            continue
        of = "party" if match["party"] else "whose"
        issuer = text[match.start(of) : match.end(of)] if match[of] else ""
        end = match.end() if match["whose"] else match.end(group)
        yield Reference(
            match.start(), end, "Nghị quyết", which, series=CONGRESS_SERIES, issuer=issuer
        )


def _charters(text: str, plain: str) -> Iterator[Reference]:
    for match in CHARTER.finditer(plain):
        body = re.search(r"(?:Tieu ban|To|Ban soan thao)[ ]$", plain[: match.start()][-20:])
        written = text[match.start("of") : match.end("of")].lower()
        if written in {"đảng", "dang"} and not body:
            yield Reference(*match.span(), "Điều lệ", series=CHARTER_SERIES)


def _described(text: str, plain: str, reference: Reference, limit: int) -> Reference:
    """Add date, issuer, term, subject and article, as they stand around the reference."""
    before = attributes_before(text, plain, reference.start)
    after = attributes_after(text, plain, reference.end, limit)
    return replace(
        reference,
        issued=after.issued or reference.issued or before.issued,
        issuer=reference.issuer or after.issuer or before.issuer,
        term=reference.term or after.term,
        subject=after.subject,
        place=place_around(text, reference.start, after.reach, limit),
        reach=after.reach,
    )


_LIST_GAP = re.compile(r"[ ]*(?:,|;|và|, và|hoặc|hay|cùng|với)[ ]+", re.IGNORECASE)


def _of_one_kind(text: str, found: list[Reference]) -> list[Reference]:
    """In a list, a number without a kind is of the kind before it."""
    kept = found[:1]
    for reference in found[1:]:
        before = kept[-1]
        if not reference.kind and before.kind and not before.series:
            listed = _LIST_GAP.fullmatch(text[before.reach : reference.start])
            if listed and before.code in {"", reference.code}:
                reference = replace(reference, kind=before.kind)
        kept.append(reference)
    return kept
