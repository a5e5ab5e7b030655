"""The switch: changes go live in the ledger, and the vector store follows.

Owns: the order of steps that makes a kill at any point harmless: new vectors to the store, one
transaction in the ledger, old vectors out. Leaves to others: which changes (`reload` and
`rollback`), the transaction (`writer`), and mending a store that is behind (`sync`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from retrieval.models import Edition
from retrieval.store.history import Change
from retrieval.store.sync import align, copy
from retrieval.store.vectors import Store
from retrieval.store.writer import Seen, Writer


@dataclass(frozen=True, slots=True)
class Switch:
    """What shall be live."""

    changes: Sequence[Change]
    files: Mapping[str, Seen]
    edition: Edition
    """Of a later epoch than now, if all vectors are new."""
    meta: Mapping[str, str] = field(default_factory=dict)
    """What else changes; the generation moves if there is any, or any change."""
    undoes: int | None = None
    """The reload that is taken back."""


def switch(wanted: Switch, writer: Writer, store: Store) -> None:
    """Make it live; raises IndexFault, and everything is then as before."""
    edition = wanted.edition
    moves = bool(wanted.changes or wanted.meta)
    in_line = store.matches(edition)
    if moves:
        store.begin(edition)
        for part, coming in _sentences(writer, (change.new for change in wanted.changes)):
            copy(writer.snapshot(), store, edition, coming, part)
    switched = writer.switch(wanted.changes, wanted.files, wanted.meta, wanted.undoes)
    # It is finished last: where it is not, whoever heals the store does all of this again.
    if not in_line:
        writer.drop_unreachable()
        align(writer.snapshot(), store)
    elif moves:
        for part, going in _sentences(writer, (change.old for change in wanted.changes)):
            store.delete(edition, going, part)
        writer.drop_unreachable()
        store.finish(switched)


def _sentences(writer: Writer, versions: Iterable[int | None]) -> Iterable[tuple[str, list[int]]]:
    """Return the sentences of the versions by the part of the store that holds them."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    for version in filter(None, versions):
        found[writer.collection(version)] += writer.sentence_ids(version)
    return found.items()
