"""Keeping the vector store in line with the ledger, without embedding anything.

Owns: copying vectors from the ledger to the store, and mending a store that was deleted, left
behind by a crash, or belongs to another ledger. Leaves to others: the two sides themselves.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from retrieval.models import Edition
from retrieval.store.database import IndexDatabase
from retrieval.store.reader import Snapshot
from retrieval.store.vectors import Store

_BATCH = 2000


def heal(ledger: IndexDatabase, store: Store) -> int:
    """Bring the store in line with the ledger if their marks differ; return how many ids moved.

    Raises IndexBusy while another process writes (who will leave the store in line), IndexFault if
    Chroma fails.
    """
    with ledger.snapshot() as snap:
        edition = snap.edition
    if edition.generation == 0 or store.mark(edition) == str(edition.generation):
        return 0
    with ledger.writing() as writer:
        writer.drop_unreachable()
        return align(writer.snapshot(), store)


def align(snap: Snapshot, store: Store) -> int:
    """Make the store hold the live vectors and no others; return how many ids moved."""
    edition = snap.edition
    store.set_mark(edition, f"writing {secrets.token_hex(4)}")
    wanted, present = snap.sentence_ids(), store.ids(edition)
    copy(snap, store, edition, sorted(wanted - present))
    store.delete(edition, sorted(present - wanted))
    store.drop_other_epochs(edition)
    store.set_mark(edition, str(edition.generation))
    return len(wanted ^ present)


def copy(snap: Snapshot, store: Store, edition: Edition, ids: Sequence[int]) -> None:
    """Copy the vectors of sentences from the ledger to the store."""
    for i in range(0, len(ids), _BATCH):
        part = ids[i : i + _BATCH]
        store.add(edition, part, snap.vectors(part))
