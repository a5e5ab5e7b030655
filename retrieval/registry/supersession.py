"""Does an answer rest on a directive that a newer source says was replaced or amended?

Owns looking for such a sentence. Leaves what sources say of directives to the `store.mentions`,
whether the same one is meant to `directives.resolution`. Blocking; an answer that mentions no
directive costs nothing.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from retrieval.directives.recognition import Reference, find_references, full_name, name_of
from retrieval.directives.relations import AMENDING, REPLACING
from retrieval.directives.resolution import Deed, same
from retrieval.models import Quote, Remark, RemarkKind, Source
from retrieval.store.mentions import deeds, targets_of_deeds
from retrieval.store.reader import Snapshot
from retrieval.text.revisions import stands, words_key

_DIRECTIVES = 4


@dataclass(frozen=True, slots=True)
class Overtaken:
    """A newer source says in `deed.quote` what became of a directive."""

    deed: Deed

    @property
    def quote(self) -> Quote:
        """The sentence that says so."""
        return self.deed.quote

    @property
    def remark(self) -> Remark:
        """What an answer that rests on the directive must say first."""
        return Remark(
            RemarkKind.SUPERSEDED,
            (name_of(self.deed.target),),
            verb=self.deed.verb,
            actor=full_name(self.deed.actor) if self.deed.actor else "",
            source=self.quote.source,
        )


def overtaken(snap: Snapshot, quote: Quote) -> Overtaken | None:
    """Return what became of the first directive of `quote` that was replaced or amended since."""
    for reference in find_references(quote.text)[:_DIRECTIVES]:
        if said := _overtaking(snap, reference, quote):
            return Overtaken(max(said, key=_tells_most))
    return None


def numbers_overtaken_by(snap: Snapshot, source_ids: Collection[str]) -> set[str]:
    """Return the numbers of the directives that these live sources call replaced or amended."""
    found = targets_of_deeds(snap, source_ids)
    return {number for verb, number in found if number and verb in REPLACING | AMENDING}


def newly_overtaken(snap: Snapshot, quote: Quote, asked: datetime) -> Overtaken | None:
    """Return what became of a directive of `quote`, where no source said so when it was `asked`."""
    for reference in find_references(quote.text)[:_DIRECTIVES]:
        said = _overtaking(snap, reference, quote)
        if said and not any(_was_said(snap, deed, asked) for deed in said):
            return Overtaken(max(said, key=_tells_most))
    return None


def _was_said(snap: Snapshot, deed: Deed, moment: datetime) -> bool:
    """Whether the text that the source of a deed had at a moment says the same."""
    versions = snap.versions(deed.quote.source.id)
    second = moment.replace(microsecond=0)  # versions tell no more
    before = [v for v in versions if datetime.fromisoformat(v.created_at) < second]
    return bool(before) and stands(deed.quote.text, words_key(snap.text_of(before[0].id)))


def _overtaking(snap: Snapshot, reference: Reference, quote: Quote) -> list[Deed]:
    return [d for d in deeds(snap, reference.number) if _overtakes(d, reference, quote)]


def _overtakes(deed: Deed, reference: Reference, quote: Quote) -> bool:
    source = deed.quote.source
    return (
        deed.verb in REPLACING | AMENDING
        and deed.quote.text not in quote.text
        and not _older(source, quote.source)
        and same(reference, deed.target, quote.source.date, source.date)
    )


def _tells_most(deed: Deed) -> tuple[bool, date]:
    """Sort key: what names the newer directive, then what was said last."""
    return deed.actor is not None, deed.quote.source.date or date.min


def _older(one: Source, other: Source) -> bool:
    return one.date is not None and other.date is not None and one.date < other.date
