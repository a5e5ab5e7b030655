"""The vector store: Chroma, embedded or on a server.

Owns: nearest vectors of sentences. It can lag behind the ledger or hold what is no longer live:
callers drop hits that the ledger does not know, and `mirror` brings it in line.

The ledger that a store serves and the epoch of its vectors are in the name of the collection; the
mark says which generation they match, or that somebody was writing. An embedded Chroma does not see
what another process writes, so the store opens it anew when the mark has moved. Only one process
writes at a time (`IndexDatabase.writing`). Calls block and are safe from several threads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import Any, cast
from urllib.parse import urlsplit

import chromadb
import httpx
import numpy as np
from chromadb.api import ClientAPI
from chromadb.api.models.Collection import Collection
from chromadb.config import Settings
from chromadb.errors import ChromaError, NotFoundError
from numpy.typing import NDArray

from retrieval.errors import IndexFault
from retrieval.models import Edition

_CONFIGURATION: Any = {"hnsw": {"space": "ip", "ef_construction": 100, "ef_search": 100}}
_SECONDS = 30.0
_MOST_A_CALL = 200
"""Chroma answers no search while it writes: calls this small keep it waiting for 0.1 s or so."""


def open_store(state_dir: Path, url: str = "") -> Store:
    """Return the store at `url`, or the one below `state_dir`; connects on first use."""
    if url:
        return Store(lambda: _server(url), f"máy chủ Chroma {url}")
    return Store(lambda: _embedded(state_dir / "chroma"), f"Chroma trong {state_dir / 'chroma'}")


class Store:
    """Vectors of sentences; every method raises IndexFault if Chroma fails."""

    def __init__(self, connect: Callable[[], ClientAPI], where: str) -> None:
        self._connect = connect
        self._where = where
        self._lock = RLock()
        self._client: ClientAPI | None = None
        self._collections: dict[str, Collection] = {}
        self._generation = -1
        self._mark: str | None = None

    def search(
        self, edition: Edition, vector: NDArray[np.float32], limit: int
    ) -> list[tuple[int, float]]:
        """Return (id, cosine) of the vectors nearest to `vector`, nearest first."""
        with self._chroma() as client:
            if edition.generation != self._generation:
                client = self._refreshed(client, edition)
                self._generation = edition.generation
            found = self._collection(client, edition).query(
                query_embeddings=vector[np.newaxis], n_results=limit, include=["distances"]
            )
        distances = (found["distances"] or [[]])[0]
        return [(int(i), 1.0 - d) for i, d in zip(found["ids"][0], distances, strict=True)]

    def mark(self, edition: Edition) -> str:
        """Return the mark of the vectors of that epoch, "" if there are none."""
        with self._chroma() as client:
            return self._read_mark(client, edition)

    def set_mark(self, edition: Edition, mark: str) -> None:
        """Leave a mark for all processes; set one before writing and another after."""
        with self._chroma() as client:
            client = self._refreshed(client, edition)
            self._collection(client, edition).modify(metadata={"mark": mark})
            self._mark = mark

    def add(self, edition: Edition, ids: Sequence[int], vectors: NDArray[np.float32]) -> None:
        """Add vectors, shape (n, dim), or replace those of the same ids."""
        for part in self._parts(len(ids)):
            with self._chroma() as client:
                self._collection(client, edition).upsert(
                    ids=[str(i) for i in ids[part]], embeddings=vectors[part]
                )

    def delete(self, edition: Edition, ids: Sequence[int]) -> None:
        """Delete vectors; unknown ids are no fault."""
        for part in self._parts(len(ids)):
            with self._chroma() as client:
                self._collection(client, edition).delete(ids=[str(i) for i in ids[part]])

    def ids(self, edition: Edition) -> set[int]:
        """Return the ids of all vectors of that epoch."""
        with self._chroma() as client:
            found = self._collection(client, edition).get(include=[])
        return {int(i) for i in found["ids"]}

    def drop_other_epochs(self, edition: Edition) -> None:
        """Delete what earlier epochs of the same ledger have left."""
        mine = f"chidan-{edition.uid}-"
        with self._chroma() as client:
            for collection in client.list_collections():
                name = collection.name
                if name.startswith(mine) and name != _name(edition):
                    self._collections.pop(name, None)
                    client.delete_collection(name)

    def close(self) -> None:
        """Let go of Chroma; the next call opens it anew."""
        with self._lock:
            self._collections.clear()
            if self._client is not None:
                _close(self._client)
            self._client = None
            self._mark = None

    @contextmanager
    def _chroma(self) -> Iterator[ClientAPI]:
        with self._lock:
            try:
                yield self._opened()
            except (ChromaError, httpx.HTTPError, OSError) as error:
                self.close()
                raise IndexFault(
                    f"Không dùng được {self._where} ({type(error).__name__}). "
                    "Sổ chỉ mục vẫn nguyên; hãy kiểm tra Chroma rồi khởi động lại."
                ) from error

    def _refreshed(self, client: ClientAPI, edition: Edition) -> ClientAPI:
        """Open Chroma anew if another process has written since it was opened."""
        mark = self._read_mark(client, edition)
        if self._mark not in {None, mark}:
            self.close()
            client = self._opened()
        self._mark = mark
        return client

    def _opened(self) -> ClientAPI:
        if self._client is None:
            try:
                self._client = self._connect()
            except ValueError as error:
                raise ConnectionError(str(error)) from error
        return self._client

    def _read_mark(self, client: ClientAPI, edition: Edition) -> str:
        try:
            collection = client.get_collection(_name(edition), embedding_function=None)
        except NotFoundError:
            return ""
        return str((collection.metadata or {}).get("mark", ""))

    def _collection(self, client: ClientAPI, edition: Edition) -> Collection:
        name = _name(edition)
        if name not in self._collections:
            self._collections[name] = client.get_or_create_collection(
                name, embedding_function=None, configuration=_CONFIGURATION
            )
        return self._collections[name]

    def _parts(self, count: int) -> list[slice]:
        with self._chroma() as client:
            step = min(_MOST_A_CALL, client.get_max_batch_size())
        return [slice(i, i + step) for i in range(0, count, step)]


def _name(edition: Edition) -> str:
    return f"chidan-{edition.uid}-{edition.epoch}"


def _close(client: ClientAPI) -> None:
    """Close `client`, and the connections to a server that Chroma leaves open."""
    servers = [part._server for part in (cast(Any, client), cast(Any, client)._admin_client)]
    cast(Any, client).close()
    for session in filter(None, (getattr(server, "_session", None) for server in servers)):
        session.close()


def _embedded(path: Path) -> ClientAPI:
    return chromadb.PersistentClient(str(path), settings=Settings(anonymized_telemetry=False))


def _server(url: str) -> ClientAPI:
    httpx.get(f"{url.rstrip('/')}/api/v2/heartbeat", timeout=_SECONDS).raise_for_status()
    address = urlsplit(url)
    client = chromadb.HttpClient(
        host=address.hostname or "",
        port=address.port or (443 if address.scheme == "https" else 8000),
        ssl=address.scheme == "https",
        settings=Settings(anonymized_telemetry=False),
    )
    # Chroma waits for ever and has no setting for that.
    cast(Any, client)._server._session.timeout = httpx.Timeout(_SECONDS)
    return client
