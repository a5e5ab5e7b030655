"""Does an answer rest on a directive that a newer source says was replaced or amended?

Owns looking for such a sentence and saying it. Leaves the verbs to `relations`, whether the same
directive is meant to `identity`. Blocking; an answer that mentions no directive costs nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from retrieval.directives import Reference, find_references
from retrieval.documents import Passage, Quote, Source
from retrieval.identity import same
from retrieval.injection import orders_in
from retrieval.mentions import reading
from retrieval.naming import full_name, name_of
from retrieval.relations import AMENDING, REPLACING, Relation, find_relations
from retrieval.snapshot import Snapshot

_TERMS = ("thay_the", "thay_cho", "sua_doi", "bo_sung", "bai_bo", "huy_bo", "hieu_luc")
_READ = 16
_DIRECTIVES = 4


@dataclass(frozen=True, slots=True)
class Overtaken:
    """A newer source says in `quote` what became of a directive."""

    target: Reference
    relation: Relation
    actor: Reference | None
    quote: Quote

    def __str__(self) -> str:
        verb = self.relation.verb
        done = f"đã {verb}" if verb == "hết hiệu lực" else f"đã được {verb}"
        by = f" bằng {full_name(self.actor)}" if self.actor else ""
        return f"{name_of(self.target)} {done}{by}"


def overtaken(snap: Snapshot, quote: Quote) -> Overtaken | None:
    """Return what became of the first directive of `quote` that was replaced or amended since."""
    for reference in find_references(quote.text)[:_DIRECTIVES]:
        for passage in reading(snap, reference, _READ, needed=_TERMS):
            source = snap.source(passage.source_id)
            if source is not None and not _older(source, quote.source):
                for found in _said(reference, quote, passage, source):
                    return found
    return None


def _said(
    reference: Reference, quote: Quote, passage: Passage, source: Source
) -> Iterator[Overtaken]:
    for relation in find_relations(passage.text):
        start, end = passage.start + relation.start, passage.start + relation.end
        words = passage.text[relation.start : relation.end]
        if relation.verb not in REPLACING | AMENDING or not relation.done or words in quote.text:
            continue
        if any(words in order or order in words for order in orders_in(passage.text)):
            continue
        if same(reference, relation.target, quote.source.date, source.date):
            actor = relation.actor or (_own(source) if relation.itself else None)
            yield Overtaken(relation.target, relation, actor, Quote(source, start, end, words))


def _own(source: Source) -> Reference | None:
    """Return the directive that a source is the text of, if its title says so."""
    return next(iter(find_references(source.title)), None)


def _older(one: Source, other: Source) -> bool:
    return one.date is not None and other.date is not None and one.date < other.date
