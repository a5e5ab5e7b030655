"""Search by vectors that looks at all of them, for what is to come out the same each time.

Chroma's graph is built by threads, and finds other neighbours after some builds.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import numpy as np

from retrieval.models import Edition
from retrieval.ranking.features import Floats
from retrieval.store.database import IndexDatabase
from retrieval.store.vectors import Store


def exact_search(ledger: IndexDatabase) -> Store:
    """Return what searches the vectors of an index as a store does."""
    return cast(Store, _Exact(ledger))


class _Exact:
    def __init__(self, ledger: IndexDatabase) -> None:
        with ledger.snapshot() as snap:
            self._ids = sorted(snap.sentence_ids())
            self._vectors = snap.vectors(self._ids)

    def search(
        self, edition: Edition, vector: Floats, limit: int, parts: Sequence[str] = ("",)
    ) -> list[tuple[int, float]]:
        """Return (id, cosine) of the vectors nearest to `vector`, nearest first."""
        cosines = self._vectors @ vector
        nearest = np.argsort(-cosines, kind="stable")[:limit]
        return [(self._ids[i], float(cosines[i])) for i in nearest]
