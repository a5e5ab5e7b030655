"""Asking every question of an evaluation: the runner.

Owns searching without the sources that a case leaves out, and seeing what was found on the way to
each answer. What a question goes through before the search is handed in by the caller.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import zip_longest
from typing import Any, TypeVar

from retrieval.answering.quotes import select
from retrieval.embeddings.models import ArrayEmbeddings
from retrieval.evaluation.cases import Case, asked_on
from retrieval.evaluation.metrics import Outcome, Response, judged
from retrieval.evaluation.scratch_index import snapshot_without
from retrieval.indexing.reload import Progress
from retrieval.models import EVERYTHING, Answer, Document, Kind, Quote, Turn
from retrieval.ranking.candidates import Findings
from retrieval.ranking.retriever import Search
from retrieval.ranking.weights import Ranking
from retrieval.store.database import IndexDatabase
from retrieval.store.vectors import Store
from retrieval.timing import Stopwatch

Item = TypeVar("Item")
Ask = Callable[[str, Sequence[Turn]], Answer]
Assist = Callable[[Search], Ask]
"""Gives the way of a question over a search."""


@dataclass(frozen=True, slots=True)
class Trial:
    """An index and a way of asking it, put to the test."""

    ledger: IndexDatabase
    store: Store
    embeddings: ArrayEmbeddings
    ranking: Ranking
    assist: Assist

    def run(
        self, cases: Sequence[Case], progress: Progress = lambda done, total: None
    ) -> list[Outcome]:
        """Ask all `cases` on the day of the newest source; raises IndexFault, EndpointError."""
        with self.ledger.snapshot(EVERYTHING) as snap:
            sources = snap.sources()
            documents = {s.id: Document(s, snap.text(s.id)) for s in sources}
        today = asked_on(sources)
        outcomes = []
        for case in cases:
            # Where the file to be cited is none of the index, any will do.
            known = any(case.cites(source) for source in sources)
            fair = case if known else replace(case, sources=())
            outcomes.append(judged(fair, self._given(case, today), documents))
            progress(len(outcomes), len(cases))
        return outcomes

    def _given(self, case: Case, today: date | None) -> Response:
        search = _Observed(
            lambda audience: snapshot_without(self.ledger, case.absent),
            self.store,
            self.embeddings,
            self.ranking,
            today,
        )
        ask = self.assist(search)
        started = time.perf_counter()
        answer = ask(case.question, case.history)
        ms = (time.perf_counter() - started) * 1000
        best = answer.quotes if answer.kind is Kind.ANSWER else self._best(search.found)
        return Response(answer, best, _merged(found.candidates for found in search.found), ms)

    def _best(self, found: Sequence[Findings]) -> tuple[Quote, ...]:
        return _merged(select(findings, self.ranking) for findings in found)


class _Observed(Search):
    """A search that keeps what it found: of a message with several questions, for each of them."""

    def __init__(self, *parts: Any) -> None:
        super().__init__(*parts)
        self.found: list[Findings] = []

    def find(self, text: str, watch: Stopwatch | None = None) -> Findings:
        self.found.append(super().find(text, watch))
        return self.found[-1]


def _merged(rows: Iterable[Sequence[Item]]) -> tuple[Item, ...]:
    """Return the first of each row, then the second of each."""
    return tuple(item for place in zip_longest(*rows) for item in place if item is not None)
