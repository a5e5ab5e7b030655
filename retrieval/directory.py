"""Many mentions to the directives they mean: a directory of what sources speak of.

Owns reading one source, and grouping mentions of all sources by the directive that is meant. What a
mention leaves open is not guessed: it stands apart, as unclear. Pure. Leaves the judgement over two
references to `identity`, and where sources come from to `catalogue`.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from retrieval.directives import Reference, find_references
from retrieval.documents import Document, Quote, Span
from retrieval.identity import compatible, organ_of, possible, same
from retrieval.injection import orders_in
from retrieval.mentions import references_in
from retrieval.relations import find_relations
from retrieval.sentences import split_sentences


@dataclass(frozen=True, slots=True)
class Mention:
    """A directive named in a sentence of a source; `quote` is that sentence, to the character."""

    reference: Reference
    quote: Quote


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
class Reading:
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
    def known_by(self) -> date | None:
        """The date of the first source that mentions it: it was issued by then."""
        return min(filter(None, (m.quote.source.date for m in self.mentions)), default=None)

    @property
    def key(self) -> str:
        """Ten letters and digits that stand for it as long as no more becomes known of it."""
        r = self.reference
        said = "|".join((r.series, r.kind, r.number, r.suffix, r.term, r.issued, r.issuer))
        return hashlib.sha256(f"{said}|{self.unclear}".encode()).hexdigest()[:10]


def read(document: Document) -> Reading:
    """Return what a source says of directives."""
    references = references_in(document.text)
    if not references:
        return Reading((), ())
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
    return Reading(tuple(mentions), tuple(deeds))


def _ordered(words: str) -> bool:
    """True for what only an order to whoever answers says."""
    return any(words in order or order in words for order in orders_in(words))


def directives_in(readings: Iterable[Reading]) -> list[Directive]:
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
