"""The retriever as LangChain knows one: a question in, Documents out. Any chain can begin with it.

Owns how a passage and its score look as a `Document`. What is found is `retriever.Search`'s.
Imported where it is needed: it brings LangChain's callbacks and tracers, 0.3 s of a start.
"""

from __future__ import annotations

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict, Field

from retrieval.ranking.candidates import Candidate
from retrieval.ranking.retriever import Search


class DirectiveRetriever(BaseRetriever):
    """The passages that may answer a question, best first; raises IndexFault or EndpointError.

    A Document is a passage, to the letter: `stored_text[start:end]` of its source. Its metadata:

    - `source` (path below SOURCES_DIR), `source_id`, `title`, `publisher`, `date` (ISO or None),
      `url`;
    - `start`, `end` of the passage, `sentence_start`, `sentence_end` of its best sentence:
      characters of the source's stored text;
    - `heading` above it;
    - `score` of that sentence (higher is better, comparable within one question), and
      `probability` (0 to 1) that the best sentence of all answers.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True, frozen=True)

    search: Search
    k: int = Field(default=6, ge=1)
    """Passages that are returned at most."""

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        findings = self.search.find(query)
        best: dict[int, Candidate] = {}
        for candidate in findings.candidates:
            best.setdefault(candidate.passage.id, candidate)
        return [
            _document(candidate, findings.stored[candidate.source.id], findings.probability)
            for candidate in list(best.values())[: self.k]
        ]


def _document(candidate: Candidate, stored: str, probability: float) -> Document:
    source, passage, sentence = candidate.source, candidate.passage, candidate.sentence
    return Document(
        page_content=stored[passage.start : passage.end],
        metadata={
            "source": source.path,
            "source_id": source.id,
            "title": source.title,
            "publisher": source.publisher,
            "date": source.date.isoformat() if source.date else None,
            "url": source.url,
            "start": passage.start,
            "end": passage.end,
            "sentence_start": sentence.start,
            "sentence_end": sentence.end,
            "heading": passage.heading,
            "score": float(candidate.score),
            "probability": float(probability),
        },
    )
