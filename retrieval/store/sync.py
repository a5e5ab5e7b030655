"""Keeping the vector store in line with the ledger, without embedding anything.

Owns: copying vectors from the ledger to the store, and mending a store that was deleted, left
behind by a crash, or belongs to another ledger. Leaves to others: the two sides themselves.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from retrieval.models import Edition
from retrieval.store.database import IndexDatabase
from retrieval.store.reader import Snapshot
from retrieval.store.vectors import Store
from retrieval.store.writer import Writer

_BATCH = 2000
_LOG = logging.getLogger(__name__)


def heal(ledger: IndexDatabase, store: Store, say: Callable[[str], object] = _LOG.warning) -> int:
    """Bring the store in line with the ledger if it is not; return how many ids moved.

    `say` is told of damage. Raises IndexBusy while another process writes (who will leave the store
    in line), IndexFault if Chroma fails.
    """
    with ledger.snapshot() as snap:
        edition = snap.edition
    if edition.generation == 0 or (store.is_as_noted() and store.matches(edition)):
        return 0
    with ledger.writing() as writer:
        make_whole(writer, store, say)
        writer.drop_unreachable()
        return align(writer.snapshot(), store)


def make_whole(writer: Writer, store: Store, say: Callable[[str], object] = _LOG.warning) -> None:
    """Empty the store if its files are damaged, note that in the ledger, and say so."""
    if store.is_whole():
        return
    store.start_over()
    writer.note_damage()
    say("Tệp véc-tơ của Chroma bị hỏng hoặc ghi dở; được lập lại từ sổ chỉ mục.")


def align(snap: Snapshot, store: Store) -> int:
    """Make the store hold the live vectors and no others; return how many ids moved."""
    edition = snap.edition
    moved = 0
    store.begin(edition)
    for part in {"", *snap.parts, *store.parts(edition)}:
        wanted, present = snap.sentence_ids(part), store.ids(edition, part)
        copy(snap, store, edition, sorted(wanted - present), part)
        store.delete(edition, sorted(present - wanted), part)
        moved += len(wanted ^ present)
    store.drop_other_epochs(edition)
    store.finish(edition)
    return moved


def copy(
    snap: Snapshot, store: Store, edition: Edition, ids: Sequence[int], part: str = ""
) -> None:
    """Copy the vectors of sentences from the ledger to a part of the store."""
    for i in range(0, len(ids), _BATCH):
        some = ids[i : i + _BATCH]
        store.add(edition, some, snap.vectors(some), part)
