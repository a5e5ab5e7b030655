"""Indexes of documents that stand in memory, for tests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from retrieval.errors import SourceError
from retrieval.models import Document, Source, SourceCollection
from retrieval.store.database import IndexDatabase
from retrieval.store.vectors import Store, open_store


@dataclass(frozen=True)
class Opened:
    """A ledger and its store."""

    ledger: IndexDatabase
    store: Store


@contextmanager
def opened(state_dir: Path, chroma_url: str = "") -> Iterator[Opened]:
    """Open an index, and close it in the end."""
    index = Opened(IndexDatabase(state_dir), open_store(state_dir, chroma_url))
    try:
        yield index
    finally:
        index.store.close()
        index.ledger.close()


def document(path: str, title: str, text: str, publisher: str = "Báo Thử") -> Document:
    """A document whose id is the stem of its path."""
    return Document(Source(path.rpartition(".")[0], path, title, publisher), text)


class MemoryFolder:
    """A folder of documents; what it is asked to read is kept in `reads`."""

    def __init__(self, *documents: Document, broken: Mapping[str, str] | None = None) -> None:
        self.documents = {d.source.path: d for d in documents}
        self.broken = dict(broken or {})
        self.reads: list[str] = []
        self.folders: tuple[SourceCollection, ...] = ()

    def put(self, document: Document) -> None:
        self.documents[document.source.path] = document

    def stamps(self) -> dict[str, str]:
        contents = {**self.documents, **self.broken}
        return {path: repr(content) for path, content in contents.items()}

    def collections(self) -> tuple[SourceCollection, ...]:
        return self.folders

    def read(self, path: str) -> Document:
        self.reads.append(path)
        if path in self.broken:
            raise SourceError(self.broken[path])
        return self.documents[path]
