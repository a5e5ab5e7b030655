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
from retrieval.models import PUBLIC, Audience, Edition
from retrieval.store.mentions import kept_readings
from retrieval.store.reader import Snapshot
from retrieval.text.vietnamese import normalise

_NUMBER = re.compile(r"(?:số|so)?\s*:?\s*(\d{1,5})\s*", re.IGNORECASE)


class Catalogue:
    """The directives that the sources of an index mention."""

    def __init__(self, snapshot: Callable[[Audience], AbstractContextManager[Snapshot]]) -> None:
        self._snapshot = snapshot
        self._lock = Lock()
        self._edition: Edition | None = None
        self._all: dict[tuple[str, ...], list[Directive]] = {}

    def all(self, audience: Audience = PUBLIC) -> list[Directive]:
        """Return all directives that sources seen by `audience` name: by kind, the newest first."""
        with self._lock, self._snapshot(audience) as snap:
            if self._edition != snap.edition:
                self._edition, self._all = snap.edition, {}
            if snap.parts not in self._all:
                self._all[snap.parts] = directives_in([kept_readings(snap)])
            return self._all[snap.parts]

    def find(self, query: str, audience: Audience = PUBLIC) -> list[Directive]:
        """Return the directives that `query` may mean: "205", "số 35", "Chỉ thị 35-CT/TW"."""
        asked = reference_in(query)
        if asked is None:
            return []
        with self._snapshot(audience) as snap:
            known = directives_in([kept_readings(snap, asked.number)])
        return [d for d in known if possible(asked, d.reference, None, d.known_by)]


def reference_in(query: str) -> Reference | None:
    """Return the directive that a query names, by its number alone if need be."""
    text = normalise(query).strip()
    if number := _NUMBER.fullmatch(text):
        return Reference(0, len(text), number=number[1].lstrip("0") or "0")
    return next(iter(find_references(text)), None)
