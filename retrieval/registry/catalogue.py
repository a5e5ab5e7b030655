"""The directives of the live index: all of them, or those that a query may mean.

Owns what a query means, and keeping the list for as long as the index stays as it is. Leaves what
sources say to the `store.mentions`, grouping to `directives.resolution`. Blocking; safe from
threads.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from threading import Lock

from retrieval.directives.recognition import Reference, find_references
from retrieval.directives.resolution import Directive, directives_in, possible
from retrieval.models import Edition
from retrieval.store.mentions import kept_readings
from retrieval.store.reader import Snapshot
from retrieval.text.vietnamese import normalise

_NUMBER = re.compile(r"(?:số|so)?\s*:?\s*(\d{1,5})\s*", re.IGNORECASE)


class Catalogue:
    """The directives that the sources of an index mention."""

    def __init__(self, snapshot: Callable[[], AbstractContextManager[Snapshot]]) -> None:
        self._snapshot = snapshot
        self._lock = Lock()
        self._all: tuple[Edition, list[Directive]] | None = None

    def all(self) -> list[Directive]:
        """Return all directives: by kind, then the newest first."""
        with self._lock, self._snapshot() as snap:
            if self._all is None or self._all[0] != snap.edition:
                self._all = snap.edition, directives_in([kept_readings(snap)])
            return self._all[1]

    def find(self, query: str) -> list[Directive]:
        """Return the directives that `query` may mean: "205", "số 35", "Chỉ thị 35-CT/TW"."""
        asked = reference_in(query)
        if asked is None:
            return []
        with self._snapshot() as snap:
            known = directives_in([kept_readings(snap, asked.number)])
        return [d for d in known if possible(asked, d.reference, None, d.known_by)]


def reference_in(query: str) -> Reference | None:
    """Return the directive that a query names, by its number alone if need be."""
    text = normalise(query).strip()
    if number := _NUMBER.fullmatch(text):
        return Reference(0, len(text), number=number[1].lstrip("0") or "0")
    return next(iter(find_references(text)), None)
