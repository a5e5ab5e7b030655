"""Keeping the vector store in line with the ledger, without embedding anything.

Owns: copying vectors from the ledger to the store, and mending a store that was deleted, left
behind by a crash, or belongs to another ledger. Leaves to others: the two sides themselves.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from retrieval.ledger import Ledger
from retrieval.schema import Edition, Kind
from retrieval.snapshot import Snapshot
from retrieval.store import Store

KINDS: tuple[Kind, ...] = ("passage", "sentence")
_BATCH = 2000


def heal(ledger: Ledger, store: Store) -> int:
    """Bring the store in line with the ledger if their marks differ; return how many ids moved.

    Raises IndexBusy while another process writes (who will leave the store in line), IndexFault if
    Chroma fails.
    """
    with ledger.snapshot() as snap:
        edition = snap.edition
    if edition.generation == 0 or store.mark(edition) == str(edition.generation):
        return 0
    with ledger.writing() as writer:
        return align(writer.snapshot(), store)


def align(snap: Snapshot, store: Store) -> int:
    """Make the store hold the live vectors and no others; return how many ids moved."""
    edition = snap.edition
    store.set_mark(edition, f"writing {secrets.token_hex(4)}")
    moved = 0
    for kind in KINDS:
        wanted, present = snap.ids(kind), store.ids(edition, kind)
        copy(snap, store, edition, kind, sorted(wanted - present))
        store.delete(edition, kind, sorted(present - wanted))
        moved += len(wanted ^ present)
    store.drop_other_epochs(edition)
    store.set_mark(edition, str(edition.generation))
    return moved


def copy(
    snap: Snapshot,
    store: Store,
    edition: Edition,
    kind: Kind,
    ids: Sequence[int],
) -> None:
    """Copy vectors from the ledger to the store."""
    for i in range(0, len(ids), _BATCH):
        part = ids[i : i + _BATCH]
        store.add(edition, kind, part, snap.vectors(kind, part))
