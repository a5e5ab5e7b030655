"""What the reader is trained on and judged by: questions with the passages that search keeps.

Asks the product's own search and writes a line of JSON a question. Where search kept no passage
with the evidence of a question, the passage of its source that holds most of it stands last, marked
`added`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

from bot.assistant.routing import standalone
from retrieval.evaluation.cases import HARD, PRESENT, load_cases
from retrieval.evaluation.scratch_index import scratch_index, snapshot_without
from retrieval.indexing.reload import reload
from retrieval.loading.folder import SourceFolder
from retrieval.models import Document, Passage, Sentence, Source, Turn
from retrieval.ranking.candidates import Pool
from retrieval.ranking.retriever import Search
from retrieval.ranking.weights import load_ranking
from retrieval.store.database import IndexDatabase
from retrieval.store.reader import Snapshot
from retrieval.store.vectors import open_store
from retrieval.text.names import publisher_name
from retrieval.text.vietnamese import terms_of
from retrieval.timing import Stopwatch
from tests.benchmarks.cached_embeddings import kept_embeddings
from tests.benchmarks.exact_search import exact_search


@dataclass(frozen=True, slots=True)
class Read:
    """A passage as the reader gets it, its sentences as (start, end) in its text."""

    source: str
    title: str
    publisher: str
    date: str
    heading: str
    text: str
    sentences: list[tuple[int, int]]
    added: bool = False


@dataclass(frozen=True, slots=True)
class Collected:
    """A question, what answers it, and the passages that search keeps, best first."""

    id: str
    kind: str
    question: str
    """As it is searched: a follow-up is written out."""
    must: list[list[str]]
    sources: list[str]
    evidence: str
    passages: list[Read]
    near: str = ""
    """For a question without an answer: the file that is about the same thing."""
    place: int | None = None
    """Where the answer begins in the source, if that is what is known of it."""
    extra: Mapping[str, Any] = field(default_factory=dict)


def rows_of(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the lines of a file of questions."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip():
            yield json.loads(line)


def collect(folder: Path, state: Path, questions: Path) -> Iterator[Collected]:
    """Index `folder` in `state` and yield each question with its passages."""
    state.mkdir(parents=True, exist_ok=True)
    ledger, store = IndexDatabase(state), open_store(state)
    embeddings, ranking = kept_embeddings(), load_ranking()
    try:
        reload(SourceFolder(folder), ledger, store, embeddings, lambda done, total: None)
        search = Search(ledger.snapshot, exact_search(ledger), embeddings, ranking)
        for row in rows_of(questions):
            turns = [Turn(asked, said) for asked, said in row.get("history", ())]
            asked = standalone(row["question"], turns)
            pool = search.pool(asked, Stopwatch())
            passages = list(_read(pool))
            sources = _listed(row.get("source"))
            if row.get("evidence"):
                with ledger.snapshot() as snap:
                    passages += _holding(snap, row["evidence"], sources, passages)
            yield Collected(
                row["id"],
                row["kind"],
                asked,
                row["must"],
                sources,
                row.get("evidence") or "",
                passages,
                row.get("near") or "",
            )
    finally:
        store.close()
        ledger.close()
        embeddings.close()


def collect_squad(path: Path) -> Iterator[Collected]:
    """Yield each question of a SQuAD file over all its contexts, and over all but its own."""
    file, ranking = load_cases(path), load_ranking()
    embeddings = kept_embeddings()
    with scratch_index(file.documents, embeddings) as (ledger, _):
        store = exact_search(ledger)
        for case in file.cases:
            if case.kind not in (PRESENT, HARD):
                continue
            view = partial(snapshot_without, ledger, case.absent)
            pool = Search(view, store, embeddings, ranking).pool(case.question, Stopwatch())
            own = next(iter(case.absent)) if case.absent else case.place.source_id  # type: ignore[union-attr]
            yield Collected(
                f"{own}:{case.id}:{case.kind}",
                case.kind,
                case.question,
                [],
                [f"{own}.txt"],
                "",
                list(_read(pool)),
                place=case.place.start if case.place else None,
                extra={"starts": [found.passage.start for found in pool.found]},
            )


def _listed(source: str | list[str] | None) -> list[str]:
    return [source] if isinstance(source, str) else source or []


def _read(pool: Pool) -> Iterator[Read]:
    for found in pool.found:
        yield _as_read(found.source, found.passage, found.sentences)


def _as_read(
    source: Source, passage: Passage, sentences: Iterable[Sentence], *, added: bool = False
) -> Read:
    day = f"{source.date.day}/{source.date.month}/{source.date.year}" if source.date else ""
    name = PurePosixPath(source.path).name
    about = (source.title, publisher_name(source.publisher), day, passage.heading)
    spans = [(s.start - passage.start, s.end - passage.start) for s in sentences]
    return Read(name, *about, passage.text, spans, added)


def _holding(
    snap: Snapshot, evidence: str, sources: Iterable[str], kept: Iterable[Read]
) -> list[Read]:
    """Return the passage of `sources` that holds most of the evidence, unless it is kept."""
    wanted = set(terms_of(evidence).folded)
    if not wanted:
        return []
    best: tuple[float, int, Document | None] = (0.5, -1, None)
    for document in _documents(snap, sources):
        for passage in _passages(snap, document):
            share = len(wanted & set(terms_of(passage.text).folded)) / len(wanted)
            if share > best[0]:
                best = (share, passage.id, document)
    if best[2] is None:
        return []
    (passage,) = snap.passages([best[1]])
    if any(read.text == passage.text for read in kept):
        return []
    return [_as_read(best[2].source, passage, snap.sentences([passage.id]), added=True)]


def _documents(snap: Snapshot, names: Iterable[str]) -> list[Document]:
    ids = [s.id for s in snap.sources() if PurePosixPath(s.path).name in set(names)]
    return list(snap.documents(ids).values())


def _passages(snap: Snapshot, document: Document) -> list[Passage]:
    rows = snap.rows(
        "SELECT p.id FROM passages p JOIN sources s ON s.version_id = p.version_id WHERE s.id = ?",
        document.source.id,
    )
    return snap.passages([number for (number,) in rows])


def write(collected: Iterable[Collected], path: Path) -> int:
    """Write a line a question to `path`; return how many."""
    count = 0
    with path.open("w", encoding="utf-8") as file:
        for one in collected:
            file.write(json.dumps(asdict(one), ensure_ascii=False) + "\n")
            count += 1
    return count
