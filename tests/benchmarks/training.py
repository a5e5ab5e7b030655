"""What `ranking.json` is fitted to: each question with the candidates that search finds for it.

Owns gathering them, with the real search but for its approximate graph, and telling which
candidates answer.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import cast

import numpy as np
from numpy.typing import NDArray

from bot.assistant.routing import standalone
from retrieval.embeddings.models import ArrayEmbeddings
from retrieval.evaluation.cases import SMALL_TALK, Case
from retrieval.evaluation.scratch_index import scratch_index, snapshot_without
from retrieval.evaluation.stages import said
from retrieval.models import Edition, Sentence, Source
from retrieval.ranking.candidates import Findings, Pool, ranked
from retrieval.ranking.features import Floats
from retrieval.ranking.retriever import Search
from retrieval.ranking.weights import Ranking
from retrieval.store.database import IndexDatabase
from retrieval.store.vectors import Store
from retrieval.timing import Stopwatch
from tests.benchmarks.suites import Suite

FOLDS = 6


@dataclass(frozen=True, slots=True)
class Sample:
    """A case of a suite with the candidates found for it, what is quoted from and what answers."""

    suite: str
    case: Case
    fold: int
    """Questions about one document share a fold."""
    pool: Pool
    rows: Floats
    right: NDArray[np.bool_]

    def found(self, ranking: Ranking) -> Findings:
        """Return what search finds with other weights."""
        return ranked(self.pool, ranking, self.rows)


def gather(
    suites: Iterable[Suite], embeddings: ArrayEmbeddings, ranking: Ranking
) -> Iterator[Sample]:
    """Yield the samples of `suites`: what search finds before anything is ranked."""
    for suite in suites:
        sources = [document.source for document in suite.documents]
        with scratch_index(suite.documents, embeddings) as (ledger, _):
            store = cast(Store, _Exact(ledger))
            for case in (case for case in suite.cases if case.kind != SMALL_TALK):
                snapshot = partial(snapshot_without, ledger, case.absent)
                search = Search(snapshot, store, embeddings, ranking)
                pool = search.pool(standalone(case.question, case.history), Stopwatch())
                if pool.found:
                    yield _sample(suite.name, _fair(case, sources), pool)


class _Exact:
    """Nearest vectors by looking at all of them: Chroma's graph, built by threads, finds others in
    some runs, and a fit is to come out the same each time.
    """

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


def _fair(case: Case, sources: Sequence[Source]) -> Case:
    """Where the file to be cited is none of `sources`, any will do."""
    return case if any(map(case.cites, sources)) else replace(case, sources=())


def _sample(suite: str, case: Case, pool: Pool) -> Sample:
    """Hold the candidates against the case; the best of those that hold part of it are right.

    Of units that hold one another the inner ones are: what is shown is to be short.
    """
    units = [(s, f.source) for s, f in pool.sentences]
    held = np.array([_held(case, s, source) for s, source in units])
    right = (held == held.max()) & (held > 0)
    best = [sentence for (sentence, _), is_right in zip(units, right, strict=True) if is_right]
    for i in np.flatnonzero(right):
        right[i] = not any(_within(other, units[i][0]) for other in best)
    return Sample(suite, case, fold_of(case), pool, pool.rows(), right)


def _within(inner: Sentence, outer: Sentence) -> bool:
    return (
        inner.id != outer.id
        and inner.source_id == outer.source_id
        and outer.start <= inner.start
        and inner.end <= outer.end
    )


def _held(case: Case, sentence: Sentence, source: Source) -> float:
    if not case.answerable or not case.cites(source):
        return 0.0
    if case.place:
        return float(sentence.start <= case.place.start < sentence.end)
    return said(case, sentence.text)


def fold_of(case: Case) -> int:
    """Return the fold of a case, 0 to FOLDS - 1."""
    paragraph = case.place.source_id if case.place else min(case.absent, default="")
    shared = paragraph.partition("p")[0] or min(case.sources, default="") or case.near
    shared = shared or case.question
    return zlib.crc32(shared.encode()) % FOLDS
