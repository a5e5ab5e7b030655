"""The directives of the live index: all of them, or those that a query may mean.

Owns when sources are read: all once, again where a text is new; for a query only those that
hold its number. Leaves grouping to `directory`. Blocking; safe from threads.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from threading import Lock

from retrieval.directives import Reference, find_references
from retrieval.directory import Directive, Reading, directives_in, read
from retrieval.documents import Source
from retrieval.identity import possible
from retrieval.mentions import mentioning
from retrieval.schema import Edition
from retrieval.snapshot import Snapshot
from retrieval.vietnamese import normalise

_NUMBER = re.compile(r"(?:số|so)?\s*:?\s*(\d{1,5})\s*", re.IGNORECASE)


class Catalogue:
    """The directives that the sources of an index mention."""

    def __init__(self, snapshot: Callable[[], AbstractContextManager[Snapshot]]) -> None:
        self._snapshot = snapshot
        self._lock = Lock()
        self._readings: dict[bytes, Reading] = {}
        self._all: tuple[Edition, list[Directive]] | None = None

    def all(self) -> list[Directive]:
        """Return all directives: by kind, then the newest first."""
        with self._lock, self._snapshot() as snap:
            if self._all is None or self._all[0] != snap.edition:
                readings = {_key(snap, s): s for s in snap.sources()}
                self._readings = {k: self._reading(snap, k, s) for k, s in readings.items()}
                self._all = snap.edition, directives_in(self._readings.values())
            return self._all[1]

    def find(self, query: str) -> list[Directive]:
        """Return the directives that `query` may mean: "205", "số 35", "Chỉ thị 35-CT/TW"."""
        asked = reference_in(query)
        if asked is None:
            return []
        with self._lock, self._snapshot() as snap:
            holding = {p.source_id for p in mentioning(snap, asked)}
            sources = [s for s in snap.sources() if s.id in holding]
            readings = [self._reading(snap, _key(snap, s), s) for s in sources]
        return [
            d for d in directives_in(readings) if possible(asked, d.reference, None, d.known_by)
        ]

    def _reading(self, snap: Snapshot, key: bytes, source: Source) -> Reading:
        return self._readings.get(key) or read(snap.document(source.id))


def reference_in(query: str) -> Reference | None:
    """Return the directive that a query names, by its number alone if need be."""
    text = normalise(query).strip()
    if number := _NUMBER.fullmatch(text):
        return Reference(0, len(text), number=number[1].lstrip("0") or "0")
    return next(iter(find_references(text)), None)


def _key(snap: Snapshot, source: Source) -> bytes:
    return hashlib.sha256(f"{source!r}\0{snap.text(source.id)}".encode()).digest()
