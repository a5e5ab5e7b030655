"""What the weights of search are fitted to: each question with the candidates found for it.

Owns gathering them over an index, with the real search, and telling which candidates answer. The
fit itself is `ranking_fit`'s.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from retrieval.embeddings.models import ArrayEmbeddings
from retrieval.evaluation.cases import SMALL_TALK, Case, asked_on
from retrieval.evaluation.scratch_index import snapshot_without
from retrieval.evaluation.stages import said
from retrieval.indexing.reload import Progress
from retrieval.models import EVERYTHING, Sentence, Source, Turn
from retrieval.ranking.candidates import Findings, Pool, ranked
from retrieval.ranking.features import Floats
from retrieval.ranking.retriever import Search
from retrieval.ranking.weights import Ranking
from retrieval.store.database import IndexDatabase
from retrieval.store.vectors import Store
from retrieval.timing import Stopwatch

FOLDS = 6
WriteOut = Callable[[str, Sequence[Turn]], str]
"""From a message and the turns before it to the question that is searched, "" for several."""


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


@dataclass(frozen=True, slots=True)
class Gatherer:
    """An index, and how it is asked for samples."""

    ledger: IndexDatabase
    store: Store
    embeddings: ArrayEmbeddings
    ranking: Ranking
    written_out: WriteOut

    def samples(
        self, suite: str, cases: Iterable[Case], progress: Progress = lambda done, total: None
    ) -> Iterator[Sample]:
        """Yield the samples of `cases`, asked on the day of the newest source: what search finds
        before anything is ranked.

        Nothing comes of small talk, of several questions in one message, and of a question for
        which nothing is found. Raises IndexFault, EndpointError.
        """
        with self.ledger.snapshot(EVERYTHING) as snap:
            sources = snap.sources()
        today = asked_on(sources)
        asked = [case for case in cases if case.kind != SMALL_TALK]
        for number, case in enumerate(asked, start=1):
            if text := self.written_out(case.question, case.history):
                snapshot = partial(snapshot_without, self.ledger, case.absent)
                search = Search(snapshot, self.store, self.embeddings, self.ranking, today)
                pool = search.pool(text, Stopwatch())
                if pool.found:
                    yield _sample(suite, _fair(case, sources), pool)
            progress(number, len(asked))


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
