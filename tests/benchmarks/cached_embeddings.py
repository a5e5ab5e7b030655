"""Vectors that are made once: the built-in model behind a store keyed by content.

Owns the store, a SQLite file that may be thrown away at any time. What is measured with it is the
same as without: a text of another letter, side or model has another key.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import numpy as np

from retrieval.embeddings.models import ArrayEmbeddings, BuiltinEmbeddings, Vectors
from tests.benchmarks.suites import CACHE


class CachedEmbeddings(ArrayEmbeddings):
    """The vectors of `embeddings`, kept in the file `path`. For one process, one thread at a time.

    Search asks from a thread of its own, so the connection may be used from any.
    """

    def __init__(self, embeddings: ArrayEmbeddings, path: Path) -> None:
        self.name = embeddings.name
        self._embeddings = embeddings
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, check_same_thread=False, timeout=60)
        self._db.execute("CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB)")

    def embed_array(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of sentences, shape (n, dim), each of length 1."""
        keys = [self._key("passage", text) for text in texts]
        known = {key: vector for key in keys if (vector := self._read(key)) is not None}
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        if new:
            made = self._embeddings.embed_array(list(new.values()))
            known |= dict(zip(new, made, strict=True))
            self._write([(key, known[key].tobytes()) for key in new])
        return np.array([known[key] for key in keys], dtype=np.float32)

    def embed_query_array(self, text: str) -> Vectors:
        """Return the vector of a question, shape (dim,), of length 1."""
        key = self._key("query", text)
        vector = self._read(key)
        if vector is None:
            vector = self._embeddings.embed_query_array(text)
            self._write([(key, vector.tobytes())])
        return vector

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def _key(self, side: str, text: str) -> bytes:
        return sha256("\0".join((self.name, side, text)).encode()).digest()

    def _read(self, key: bytes) -> Vectors | None:
        row = self._db.execute("SELECT vector FROM vectors WHERE key = ?", (key,)).fetchone()
        return np.frombuffer(row[0], dtype=np.float32) if row else None

    def _write(self, rows: Sequence[tuple[bytes, bytes]]) -> None:
        with self._db:
            self._db.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", rows)


def kept_embeddings() -> CachedEmbeddings:
    """Return the built-in model, its vectors kept beside the suites."""
    return CachedEmbeddings(BuiltinEmbeddings(CACHE), CACHE / "vectors.db")
