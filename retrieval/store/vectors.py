"""The vector store: Chroma, embedded or on a server.

Owns: nearest vectors of sentences. It can lag behind the ledger or hold what is no longer live:
callers drop hits that the ledger does not know, and `sync` brings it in line.

Each collection of sources has a part of its own, "" what belongs to none: a search looks into the
parts that may be seen and into no others. (A condition on metadata would cost Chroma a list of all
ids that fulfil it, at every question, and a graph of which most is forbidden finds less.)

Files of an embedded Chroma that a killed process has left half written are opened by nobody before
they are deleted and filled anew (`integrity`, `sync`).

The ledger that a store serves and the epoch of its vectors are in the name of the collection; the
mark says which generation they match, or that somebody was writing. An embedded Chroma does not see
what another process writes, so the store opens it anew when the mark has moved. Only one process
writes at a time (`IndexDatabase.writing`). Calls block and are safe from several threads.
"""

from __future__ import annotations

import logging
import secrets
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock, RLock
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

from retrieval.errors import IndexFault, VectorsDamaged
from retrieval.models import Edition
from retrieval.store.integrity import Files

_SEEN: Any = {"hnsw": {"ef_search": 400}}
"""How many vectors a search looks at. Of the 20 nearest of 124,552 it finds 98 in 100, with 100 it
found 92, in the same time."""
_CONFIGURATION: Any = {"hnsw": {"space": "ip", "ef_construction": 100, **_SEEN["hnsw"]}}
_SECONDS = 30.0
_log = logging.getLogger(__name__)
_MOST_A_CALL = 200
"""Chroma answers no search while it writes: calls this small keep it waiting for 0.1 s or so."""


def open_store(state_dir: Path, url: str = "") -> Store:
    """Return the store at `url`, or the one below `state_dir`; connects on first use."""
    if url:
        return Store(lambda: _server(url), f"máy chủ Chroma {url}")
    folder = state_dir / "chroma"
    return Store(lambda: _embedded(folder), f"Chroma trong {folder}", Files(folder))


class Store:
    """Vectors of sentences; every method raises IndexFault if Chroma fails."""

    def __init__(
        self, connect: Callable[[], ClientAPI], where: str, files: Files | None = None
    ) -> None:
        """Take `files` if Chroma keeps them here: damaged ones can end the process."""
        self._connect = connect
        self._where = where
        self._files = files
        self._identity = 0
        self._lock = RLock()
        self._repairing = Lock()
        self._repair: Callable[[], object] | None = None
        self._client: ClientAPI | None = None
        self._collections: dict[str, Collection] = {}
        self._generation = -1
        self._mark: str | None = None

    def search(
        self,
        edition: Edition,
        vector: NDArray[np.float32],
        limit: int,
        parts: Sequence[str] = ("",),
    ) -> list[tuple[int, float]]:
        """Return (id, cosine) of the vectors of `parts` nearest to `vector`, nearest first."""
        try:
            return self._search(edition, vector, limit, parts)
        except VectorsDamaged:
            if self._repair is None:
                raise
            with self._repairing:
                self._repair()
            return self._search(edition, vector, limit, parts)

    def repaired_by(self, repair: Callable[[], object]) -> None:
        """Let `repair` make a damaged store anew when a search comes upon it."""
        self._repair = repair

    def _search(
        self, edition: Edition, vector: NDArray[np.float32], limit: int, parts: Sequence[str]
    ) -> list[tuple[int, float]]:
        with self._chroma() as client:
            generation = edition.generation
            # A mark that is not the generation's may move once more.
            if generation != self._generation or self._mark != str(generation):
                client = self._refreshed(client, edition)
                self._generation = generation
            found = [
                hit
                for part in parts
                for hit in _nearest(self._collection(client, edition, part), vector, limit)
            ]
        if len(parts) > 1:
            found.sort(key=lambda hit: (-hit[1], hit[0]))
        return found[:limit]

    def matches(self, edition: Edition) -> bool:
        """Return whether the store holds the vectors of that edition, and nobody was writing."""
        with self._chroma() as client:
            mark = self._read_mark(client, edition)
            if self._mark is None:
                self._mark = mark
        return mark == str(edition.generation)

    def begin(self, edition: Edition) -> None:
        """Tell all processes that the vectors of that epoch are being written."""
        self._set_mark(edition, f"writing {secrets.token_hex(4)}")

    def finish(self, edition: Edition) -> None:
        """Tell all processes that the store holds the vectors of that edition."""
        self._set_mark(edition, str(edition.generation))
        if self._files:
            self._files.note_whole()

    def looks_whole(self) -> bool:
        """Return whether its files hold all that was written, as far as can be seen."""
        return self._files is None or self._files.look_whole()

    def is_as_noted(self) -> bool:
        """Return whether its files look as when somebody had finished writing; quick."""
        return self._files is None or self._files.are_as_noted()

    def is_whole(self) -> bool:
        """Return whether nothing of what was written is damaged; nobody may be writing meanwhile.

        What is on a server is the server's business.
        """
        return self._files is None or self._files.are_whole()

    def start_over(self) -> None:
        """Delete everything, which need not be readable for that; raises IndexFault."""
        self.close()
        try:
            if self._files:
                self._files.delete()
        except OSError as error:
            raise IndexFault(
                f"Không xóa được {self._where} bị hỏng ({error.strerror}). Hãy xóa thư mục đó rồi "
                "khởi động lại; chỉ mục được lập lại từ sổ."
            ) from error

    def _set_mark(self, edition: Edition, mark: str) -> None:
        with self._chroma() as client:
            client = self._refreshed(client, edition)
            self._collection(client, edition).modify(metadata={"mark": mark})
            self._mark = mark

    def add(
        self,
        edition: Edition,
        ids: Sequence[int],
        vectors: NDArray[np.float32],
        part: str = "",
    ) -> None:
        """Add vectors, shape (n, dim), or replace those of the same ids."""
        for some in self._batches(len(ids)):
            with self._chroma() as client:
                self._collection(client, edition, part).upsert(
                    ids=[str(i) for i in ids[some]], embeddings=vectors[some]
                )

    def delete(self, edition: Edition, ids: Sequence[int], part: str = "") -> None:
        """Delete vectors; unknown ids are no fault."""
        for some in self._batches(len(ids)):
            with self._chroma() as client:
                self._collection(client, edition, part).delete(ids=[str(i) for i in ids[some]])

    def ids(self, edition: Edition, part: str = "") -> set[int]:
        """Return the ids of all vectors of that epoch and part."""
        with self._chroma() as client:
            found = self._collection(client, edition, part).get(include=[])
        return {int(i) for i in found["ids"]}

    def parts(self, edition: Edition) -> set[str]:
        """Return the parts of that epoch, without that of what belongs to no collection."""
        above = f"{_name(edition)}-"
        with self._chroma() as client:
            names = [collection.name for collection in client.list_collections()]
        return {name.removeprefix(above) for name in names if name.startswith(above)}

    def drop_other_epochs(self, edition: Edition) -> None:
        """Delete what earlier epochs of the same ledger have left."""
        mine = f"chidan-{edition.uid}-"
        with self._chroma() as client:
            for collection in client.list_collections():
                name = collection.name
                if name.startswith(mine) and not f"{name}-".startswith(f"{_name(edition)}-"):
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
                if self._files:
                    self._files.distrust()
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
        if self._files and self._client is not None and self._files.identity != self._identity:
            self.close()  # made anew meanwhile: what is open is deleted
        if self._client is None:
            if self._files and not self._files.can_be_opened():
                raise VectorsDamaged(
                    f"{self._where} bị hỏng; sổ chỉ mục vẫn nguyên. Hãy chạy `chidan reload`: "
                    "véc-tơ được lập lại từ sổ, không phải nhúng lại."
                )
            try:
                self._client = self._connect()
            except ValueError as error:
                raise ConnectionError(str(error)) from error
            self._identity = self._files.identity if self._files else 0
        return self._client

    def _read_mark(self, client: ClientAPI, edition: Edition) -> str:
        try:
            collection = client.get_collection(_name(edition), embedding_function=None)
        except NotFoundError:
            return ""
        return str((collection.metadata or {}).get("mark", ""))

    def _collection(self, client: ClientAPI, edition: Edition, part: str = "") -> Collection:
        name = _name(edition, part)
        if name not in self._collections:
            collection = client.get_or_create_collection(
                name, embedding_function=None, configuration=_CONFIGURATION
            )
            made_with = collection.configuration_json
            if (made_with.get("hnsw") or {}).get("ef_search") != _SEEN["hnsw"]["ef_search"]:
                _widen(collection)
            self._collections[name] = collection
        return self._collections[name]

    def _batches(self, count: int) -> list[slice]:
        with self._chroma() as client:
            step = min(_MOST_A_CALL, client.get_max_batch_size())
        return [slice(i, i + step) for i in range(0, count, step)]


def _widen(collection: Collection) -> None:
    """Let searches of a collection that an earlier version made look at as many as new ones do.

    Where another process holds Chroma's database that waits for the next start: it is found in all
    the same, if less of it. Chroma warns of collections that embed nothing.
    """
    with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
        try:
            collection.modify(configuration=_SEEN)
        except ChromaError as error:
            _log.info("collection %s searched as before: %s", collection.name, error)


def _name(edition: Edition, part: str = "") -> str:
    return "-".join(filter(None, ("chidan", edition.uid, str(edition.epoch), part)))


def _nearest(
    collection: Collection, vector: NDArray[np.float32], limit: int
) -> list[tuple[int, float]]:
    found = collection.query(
        query_embeddings=vector[np.newaxis], n_results=limit, include=["distances"]
    )
    distances = (found["distances"] or [[]])[0]
    return [(int(i), 1.0 - d) for i, d in zip(found["ids"][0], distances, strict=True)]


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
