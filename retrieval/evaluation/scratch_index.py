"""Indexes that are thrown away: for measuring, and for asking what if a source were absent.

Owns an index of given documents in a temporary folder, and a view of a snapshot without some of
its sources. Leaves to others: indexing and search themselves, which are the real ones.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from retrieval.embeddings.models import ArrayEmbeddings, lexical_input
from retrieval.errors import SourceError
from retrieval.indexing.reload import Progress, reload
from retrieval.models import EVERYTHING, Audience, Document, Passage, SourceCollection
from retrieval.store.database import IndexDatabase
from retrieval.store.reader import Snapshot
from retrieval.store.vectors import Store, open_store
from retrieval.text.vietnamese import terms_of


class Documents:
    """Documents in memory, as `indexing` wants a folder."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self._documents = {d.source.path: d for d in documents}

    def stamps(self) -> dict[str, str]:
        """Return a stamp for each document, by path."""
        return dict.fromkeys(self._documents, "")

    def collections(self) -> tuple[SourceCollection, ...]:
        """Return no collections: all of it belongs together."""
        return ()

    def read(self, path: str) -> Document:
        """Return the document at `path`; raises SourceError."""
        try:
            return self._documents[path]
        except KeyError:
            raise SourceError(f"không có {path}") from None


@contextmanager
def scratch_index(
    documents: Iterable[Document],
    embeddings: ArrayEmbeddings,
    progress: Progress = lambda done, total: None,
) -> Iterator[tuple[IndexDatabase, Store]]:
    """Index `documents` in a temporary folder that is gone when the block ends."""
    with tempfile.TemporaryDirectory(prefix="chidan-") as folder:
        ledger, store = IndexDatabase(Path(folder)), open_store(Path(folder))
        try:
            reload(Documents(documents), ledger, store, embeddings, progress)
            yield ledger, store
        finally:
            store.close()
            ledger.close()


class SnapshotWithout(Snapshot):
    """A snapshot in which some sources do not exist."""

    def __init__(self, whole: Snapshot, absent: Collection[str]) -> None:
        super().__init__(whole._db, whole._frequencies, whole.audience)
        self._absent = frozenset(absent)
        gone = [p for p in super().passages(sorted(super().passage_ids())) if self._hides(p)]
        self._gone = Counter(t for p in gone for t in terms_of(self._indexed(p)).folded)
        self._hidden = len(gone)

    @property
    def passage_count(self) -> int:
        """How many live passages are not absent."""
        return super().passage_count - self._hidden

    def passages(self, ids: Sequence[int]) -> list[Passage]:
        """Return the live passages among `ids` that are not absent."""
        return [p for p in super().passages(ids) if not self._hides(p)]

    def owners(self, passage_ids: Sequence[int]) -> dict[int, str]:
        """Return the sources of the live passages among `passage_ids` that are not absent."""
        owners = super().owners(passage_ids).items()
        return {passage: source for passage, source in owners if source not in self._absent}

    def lexical(self, match: str, limit: int) -> list[tuple[int, float]]:
        """Return (passage id, BM25) of passages that are not absent."""
        hits = super().lexical(match, limit + len(self._absent) * 50)
        present = {p.id for p in self.passages([i for i, _ in hits])}
        return [hit for hit in hits if hit[0] in present][:limit]

    def frequencies(self, terms: Iterable[str]) -> dict[str, int]:
        """Return in how many passages that are not absent each term stands."""
        # A count of a large index is an estimate, which may be less than what is counted as gone.
        return {t: max(n - self._gone[t], 0) for t, n in super().frequencies(terms).items()}

    def _hides(self, part: Passage) -> bool:
        return part.source_id in self._absent

    def _indexed(self, passage: Passage) -> str:
        source = super().document(passage.source_id).source
        return lexical_input(source.title, passage.heading, passage.text)


def snapshot_without(
    ledger: IndexDatabase, absent: Collection[str], audience: Audience = EVERYTHING
) -> AbstractContextManager[Snapshot]:
    """Return a snapshot of `ledger` in which the sources `absent` do not exist."""

    @contextmanager
    def snapshot() -> Iterator[Snapshot]:
        with ledger.snapshot(audience) as snap:
            yield SnapshotWithout(snap, absent) if absent else snap

    return snapshot()
