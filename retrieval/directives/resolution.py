"""Do two references mean one directive? Told by number, suffix, issuer, date and term; never by
the number alone.

Owns the judgement over two references, each with the date of the source that makes it. Pure. Party
directives are numbered anew in each term of the Central Committee, so the 35-CT/TW of 2019 and that
of 2024 are two; a source of 2020 cannot mean the second.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache

from retrieval.directives.grammar import CODES
from retrieval.directives.recognition import CONGRESS_SERIES, Reference, find_references
from retrieval.directives.relations import find_relations
from retrieval.models import Document, Quote, Source, Span
from retrieval.text.prompt_injection import orders_in
from retrieval.text.sentences import split_sentences
from retrieval.text.vietnamese import expanded, fold

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

    >>> from retrieval.directives.recognition import find_references
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


@dataclass(frozen=True, slots=True)
class Mention:
    """A directive named in a sentence of a source; `quote` is that sentence, to the character."""

    reference: Reference
    quote: Quote
    itself: bool = False
    """True if the source is the directive, and this its number in the head."""


@dataclass(frozen=True, slots=True)
class Deed:
    """What one directive did to another, as a source says it."""

    verb: str
    actor: Reference | None
    target: Reference
    quote: Quote
    itself: bool = False
    """True if the actor is the source that speaks, known by its title."""


@dataclass(frozen=True, slots=True)
class Readings:
    """What one source says of directives, in its order."""

    mentions: tuple[Mention, ...]
    deeds: tuple[Deed, ...]


@dataclass(frozen=True, slots=True)
class Directive:
    """One directive, with all that sources say of it in the order of their dates."""

    reference: Reference
    """All that its mentions say of it, together."""
    mentions: tuple[Mention, ...]
    done_to: tuple[Deed, ...] = ()
    """What was done to it."""
    does: tuple[Deed, ...] = ()
    unclear: bool = False
    """True if its mentions do not say enough to tell which directive they mean."""

    @property
    def texts(self) -> tuple[Source, ...]:
        """The sources that are the directive itself, each once."""
        return tuple(dict.fromkeys(m.quote.source for m in self.mentions if m.itself))

    @property
    def known_by(self) -> date | None:
        """The date of the first source that mentions it: it was issued by then."""
        return min(filter(None, (m.quote.source.date for m in self.mentions)), default=None)

    @property
    def key(self) -> str:
        """Ten letters and digits that stand for it as long as no more becomes known of it."""
        r = self.reference
        said = "|".join((r.series, r.kind, r.number, r.suffix, r.term, r.issued, r.issuer))
        return hashlib.sha256(f"{said}|{self.unclear}".encode()).hexdigest()[:10]


def read_directives(document: Document) -> Readings:
    """Return what a source says of directives."""
    references = references_in(document.text)
    if not references:
        return Readings((), ())
    sentences = split_sentences(document.text)
    mentions, at = [], 0
    for reference in references:
        while sentences[at].end < reference.end:
            at += 1
        span = Span(min(sentences[at].start, reference.start), sentences[at].end)
        mentions.append(Mention(reference, _quote(document, span)))
    own = next(iter(find_references(document.source.title)), None)
    deeds = [
        Deed(
            r.verb,
            own if r.itself else r.actor,
            r.target,
            _quote(document, Span(r.start, r.end)),
            r.itself,
        )
        for r in find_relations(document.text, references, sentences)
        if r.done and not _ordered(document.text[r.start : r.end])
    ]
    return Readings(tuple(mentions), tuple(deeds))


def _ordered(words: str) -> bool:
    """True for what only an order to whoever answers says."""
    return any(words in order or order in words for order in orders_in(words))


def directives_in(readings: Iterable[Readings]) -> list[Directive]:
    """Return the directives that the sources mention: by kind, then the newest first."""
    readings = list(readings)
    numbers: defaultdict[tuple[str, str], list[Mention]] = defaultdict(list)
    for mention in (m for reading in readings for m in reading.mentions):
        numbers[mention.reference.series, mention.reference.number].append(mention)
    groups = [g for mentions in numbers.values() for g in _grouped(mentions)]
    deeds: defaultdict[str, list[Deed]] = defaultdict(list)
    for deed in (d for reading in readings for d in reading.deeds):
        for number in {deed.target.number, deed.actor.number if deed.actor else ""}:
            deeds[number].append(deed)
    return sorted((_directive(g, deeds[g.reference.number]) for g in groups), key=_order)


@dataclass(slots=True)
class _Group:
    reference: Reference
    said: date | None
    """When a source first spoke of it: it was issued by then."""
    mentions: list[Mention] = field(default_factory=list)
    unclear: bool = False

    def add(self, mention: Mention) -> None:
        self.mentions.append(mention)
        self.reference = _together(self.reference, mention.reference)
        day = mention.quote.source.date
        self.said = min(filter(None, (self.said, day)), default=None)


def _grouped(mentions: Sequence[Mention]) -> list[_Group]:
    """Group mentions of one number: those that say most first, so that others may join them."""
    groups: list[_Group] = []
    for mention in sorted(mentions, key=_says_little):
        reference, day = mention.reference, mention.quote.source.date
        clear = [g for g in groups if not g.unclear and _meant(g, mention)]
        vague = [g for g in groups if g.unclear and compatible(g.reference, reference)]
        if len(clear) == 1:
            clear[0].add(mention)
        elif clear or not _clear(reference):
            group = vague[0] if vague else _Group(reference, day, unclear=True)
            groups += [] if vague else [group]
            group.add(mention)
        else:
            groups.append(_Group(reference, day))
            groups[-1].add(mention)
    return groups


def _meant(group: _Group, mention: Mention) -> bool:
    reference, source = mention.reference, mention.quote.source
    if same(group.reference, reference, group.said, source.date):
        return True
    together = any(m.quote.source.id == source.id for m in group.mentions)
    return together and possible(group.reference, reference, group.said, source.date)


def _clear(reference: Reference) -> bool:
    """True if more is said than a kind and a number."""
    return bool(reference.series or reference.issued or organ_of(reference) or reference.issuer)


def _says_little(mention: Mention) -> tuple[int, int, str, int]:
    """Sort key: what is dated first, then what names its organ, then all else."""
    r = mention.reference
    known = [bool(x) for x in (organ_of(r), r.term, r.issuer, r.kind)]
    return (-len(r.issued), -sum(known), mention.quote.source.id, r.start)


def _together(one: Reference, other: Reference) -> Reference:
    return replace(
        one,
        kind=one.kind or other.kind,
        suffix=max(one.suffix, other.suffix, key=len),
        term=one.term or other.term,
        issued=max(one.issued, other.issued, key=len),
        issuer=max(one.issuer, other.issuer, key=len),
        subject=max(one.subject, other.subject, key=len),
    )


def _directive(group: _Group, deeds: Iterable[Deed]) -> Directive:
    mentions = tuple(sorted(group.mentions, key=lambda m: _when(m.quote)))
    places = {(m.quote.source.id, m.reference.start) for m in mentions}

    def acts(deed: Deed) -> bool:
        if deed.actor is None or not deed.itself:
            return deed.actor is not None and (deed.quote.source.id, deed.actor.start) in places
        day = deed.quote.source.date
        return not group.unclear and same(group.reference, deed.actor, group.said, day)

    return Directive(
        group.reference,
        mentions,
        tuple(d for d in deeds if (d.quote.source.id, d.target.start) in places),
        tuple(d for d in deeds if acts(d)),
        group.unclear,
    )


def _when(quote: Quote) -> tuple[str, str, int]:
    day = quote.source.date
    return (day.isoformat() if day else "9999", quote.source.id, quote.start)


def _order(directive: Directive) -> tuple[str, str, int, int, str]:
    r = directive.reference
    number = int("".join(filter(str.isdigit, r.number)) or 0)
    newest_first = "".join(chr(ord("9") - int(c)) if c.isdigit() else c for c in r.issued)
    return (r.kind or "Văn bản", newest_first or "~", bool(r.series), number, directive.key)


def _quote(document: Document, span: Span) -> Quote:
    return Quote(document.source, span.start, span.end, document.text[span.start : span.end])


@lru_cache(maxsize=128)
def references_in(text: str) -> tuple[Reference, ...]:
    """Return the references of one source, the vague ones filled in from the others."""
    found = find_references(text)
    return tuple(_filled(reference, found) for reference in found)


def _filled(vague: Reference, others: Sequence[Reference]) -> Reference:
    """Return the reference with what others of its source add, if these agree among themselves."""
    kin = [o for o in others if compatible(vague, o)]
    if not all(compatible(one, other) for one in kin for other in kin):
        return vague
    return replace(
        vague,
        kind=vague.kind or _longest(o.kind for o in kin),
        suffix=_longest(o.suffix for o in (vague, *kin)),
        term=vague.term or _longest(o.term for o in kin),
        issued=_longest(o.issued for o in (vague, *kin)),
        issuer=vague.issuer or _longest(o.issuer for o in kin),
        subject=vague.subject,
    )


def _longest(values: Iterable[str]) -> str:
    return max(values, key=len, default="")
