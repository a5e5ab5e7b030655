"""Retrievers that people would use instead, over the same texts with the same embedder.

Owns building each and asking it. A retriever returns pieces of sources, best first; ours returns
its quotes, or the passages that they stand in. Pieces of 1,000 characters hold an answer more
easily than a sentence does: what is shown is counted too, and the peers are also measured with
pieces about as long as our quotes.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import uuid4

import bm25s
from langchain_chroma import Chroma
from langchain_classic.retrievers import EnsembleRetriever
from langchain_core.documents import Document as Piece
from langchain_core.retrievers import BaseRetriever
from langchain_text_splitters import RecursiveCharacterTextSplitter
from pydantic import ConfigDict
from rank_bm25 import BM25Okapi

from retrieval.answering.quotes import select
from retrieval.embeddings.models import ArrayEmbeddings
from retrieval.evaluation.scratch_index import scratch_index
from retrieval.models import Document
from retrieval.ranking.retriever import Search
from retrieval.ranking.weights import load_ranking
from retrieval.text.vietnamese import words

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Shown:
    """A piece of a source."""

    source_id: str
    start: int
    end: int


Ask = Callable[[str], list[Shown]]


@dataclass(frozen=True, slots=True)
class Peer:
    """A retriever, ready: what asks it, and how long indexing took."""

    name: str
    ask: Ask
    seconds: float


@contextmanager
def ours(documents: Sequence[Document], embeddings: ArrayEmbeddings) -> Iterator[tuple[Peer, Peer]]:
    """Index with this program: what returns quotes, and what returns the passages around them."""
    started = time.perf_counter()
    with scratch_index(documents, embeddings) as (ledger, store):
        seconds, ranking = time.perf_counter() - started, load_ranking()
        search = Search(ledger.snapshot, store, embeddings, ranking)

        def quotes(question: str) -> list[Shown]:
            found = select(search.find(question), ranking)
            return [Shown(q.source.id, q.start, q.end) for q in found]

        def passages(question: str) -> list[Shown]:
            ranked = (candidate.passage for candidate in search.find(question).candidates)
            best = list({p.id: Shown(p.source_id, p.start, p.end) for p in ranked}.values())
            return best[:_SHOWN]

        name = "Chỉ Dẫn, {}".format
        yield Peer(name("quotes"), quotes, seconds), Peer(name("passages"), passages, seconds)


@contextmanager
def stock(
    documents: Sequence[Document], embeddings: ArrayEmbeddings, size: int
) -> Iterator[tuple[Peer]]:
    """LangChain's splitter and Chroma's `similarity_search`."""
    started = time.perf_counter()
    store = _chroma(_pieces(documents, size), embeddings, f"stock-{size}")
    seconds = time.perf_counter() - started
    name = f"LangChain + Chroma, {size} characters"
    yield (Peer(name, lambda asked: _shown(store.similarity_search(asked, k=_SHOWN)), seconds),)


@contextmanager
def ensemble(
    documents: Sequence[Document], embeddings: ArrayEmbeddings, size: int
) -> Iterator[tuple[Peer]]:
    """LangChain's EnsembleRetriever over Chroma and its BM25, half and half."""
    started = time.perf_counter()
    pieces = _pieces(documents, size)
    dense = _chroma(pieces, embeddings, f"ensemble-{size}").as_retriever(
        search_kwargs={"k": _SHOWN}
    )
    both = EnsembleRetriever(retrievers=[dense, _BM25.of(pieces)], weights=[0.5, 0.5])
    seconds = time.perf_counter() - started
    name = f"LangChain Ensemble (Chroma + BM25), {size} characters"
    yield (Peer(name, lambda asked: _shown(both.invoke(asked)), seconds),)


@contextmanager
def bm25(
    documents: Sequence[Document], embeddings: ArrayEmbeddings, size: int
) -> Iterator[tuple[Peer]]:
    """`bm25s` alone, over syllables."""
    started = time.perf_counter()
    pieces = _pieces(documents, size)
    index = bm25s.BM25()
    index.index([_syllables(p.page_content) for p in pieces], show_progress=False)
    seconds = time.perf_counter() - started

    def ask(question: str) -> list[Shown]:
        known = [s for s in _syllables(question) if s in index.vocab_dict]
        if not known:
            return []
        found, _ = index.retrieve([known], k=_SHOWN, show_progress=False)
        return _shown([pieces[i] for i in found[0]])

    yield (Peer(f"bm25s, {size} characters", ask, seconds),)


class _BM25(BaseRetriever):
    """What `langchain-community` calls BM25Retriever: `rank_bm25` over words between blanks.

    That package is no longer kept, and `langchain-classic` has the ensemble alone.
    """

    index: BM25Okapi
    pieces: list[Piece]
    model_config = ConfigDict(arbitrary_types_allowed=True)

    @classmethod
    def of(cls, pieces: list[Piece]) -> _BM25:
        """Index the pieces."""
        return cls(index=BM25Okapi([p.page_content.split() for p in pieces]), pieces=pieces)

    def _get_relevant_documents(self, query: str, *, run_manager: object) -> list[Piece]:
        found: list[Piece] = self.index.get_top_n(query.split(), self.pieces, n=_SHOWN)
        return found


def _pieces(documents: Sequence[Document], size: int) -> list[Piece]:
    splitter = RecursiveCharacterTextSplitter(
        chunk_size=size, chunk_overlap=size // 5, add_start_index=True
    )
    whole = [Piece(page_content=d.text, metadata={"source": d.source.id}) for d in documents]
    return splitter.split_documents(whole)


def _chroma(pieces: list[Piece], embeddings: ArrayEmbeddings, name: str) -> Chroma:
    # Chroma's clients of one process share what is in memory: another suite is another collection.
    return Chroma.from_documents(pieces, embeddings, collection_name=f"{name}-{uuid4().hex}")


def _shown(pieces: Sequence[Piece]) -> list[Shown]:
    places = [(p.metadata["source"], p.metadata["start_index"], p) for p in pieces]
    return [Shown(source, start, start + len(p.page_content)) for source, start, p in places]


def _syllables(text: str) -> list[str]:
    return [word.text.lower() for word in words(text)]
