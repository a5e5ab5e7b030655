"""What others would show for the questions of a suite: hits in one and three pieces, and how much.

Owns asking the peers the answerable questions that lean on no turn before, and counting as
`evaluation.metrics` counts, irrespective of refusal: they never refuse. Needs the extra `bench`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import ExitStack

from langchain_core.embeddings import Embeddings

from retrieval.embeddings.models import ArrayEmbeddings
from retrieval.evaluation.cases import Case
from retrieval.evaluation.metrics import Outcome
from retrieval.evaluation.stages import QUOTES_COUNTED, held_at
from retrieval.models import Document, Quote
from tests.benchmarks.peers import Peer, Shown, ensemble, stock
from tests.benchmarks.suites import Suite

SIZES = (250, 1000)
"""Characters of a piece: about as long as our quotes, and what LangChain's users take."""
HEAD = ("first", "one of three", "characters of three")

Row = tuple[str, float, float, float]
"""Name, shares of hits, characters."""


def compared(
    suite: Suite, outcomes: Sequence[Outcome], embeddings: ArrayEmbeddings
) -> Iterable[Row]:
    """Yield the figures of this program, then those of each peer over the same documents."""
    asked = [case for case in suite.cases if case.answerable and not case.history]
    ids = {case.id for case in asked}
    own = [o for o in outcomes if o.case.id in ids]
    yield (
        "Chỉ Dẫn",
        _mean(o.hit_1 for o in own),
        _mean(o.hit_3 for o in own),
        _mean(o.quoted for o in own if o.answered),
    )
    documents = {document.source.id: document for document in suite.documents}
    served = _Served(embeddings)
    with ExitStack() as stack:
        for kind in (stock, ensemble):
            for size in SIZES:
                peers = stack.enter_context(kind(suite.documents, served, size))
                yield _asked(peers[0], asked, documents)


class _Served(Embeddings):
    """Embeddings as LangChain's stores ask for them."""

    def __init__(self, embeddings: ArrayEmbeddings) -> None:
        self.name = embeddings.name
        self.embed_array = embeddings.embed_array
        self.embed_query_array = embeddings.embed_query_array

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Return the vectors of pieces."""
        return [row.tolist() for row in self.embed_array(texts)]

    def embed_query(self, text: str) -> list[float]:
        """Return the vector of a question."""
        found: list[float] = self.embed_query_array(text).tolist()
        return found


def _asked(peer: Peer, cases: Sequence[Case], documents: dict[str, Document]) -> Row:
    shown = [[_quote(s, documents) for s in peer.ask(case.question)] for case in cases]
    pairs = list(zip(cases, shown, strict=True))
    return (
        peer.name,
        _mean(held_at(case, pieces[:1]) for case, pieces in pairs),
        _mean(held_at(case, pieces[:QUOTES_COUNTED]) for case, pieces in pairs),
        _mean(sum(len(p.text) for p in pieces[:QUOTES_COUNTED]) for pieces in shown),
    )


def _quote(shown: Shown, documents: dict[str, Document]) -> Quote:
    document = documents[shown.source_id]
    return Quote(document.source, shown.start, shown.end, document.text[shown.start : shown.end])


def _mean(values: Iterable[float]) -> float:
    kept = [float(value) for value in values]
    return sum(kept) / len(kept) if kept else 0.0
