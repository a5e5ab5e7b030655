"""SOURCES_DIR as `indexing` wants it: a stamp for each file, and the document behind it.

Owns: telling from size and time alone that a file is as it was. Leaves to others: finding and
reading files (`sources`).
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path

from retrieval.documents import Document
from retrieval.errors import SourceError
from retrieval.sources import list_files, printable, read_file, read_manifests

_SETTLED_NS = 2_000_000_000
"""A file younger than this may still change without its time changing: it is read next time too."""


class SourceFolder:
    """The files below `root`, as they are when `stamps` is called."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._names: dict[str, str] = {}
        self._described: Mapping[str, Mapping[str, object]] = {}
        self._broken: dict[str, str] = {}

    def stamps(self) -> dict[str, str]:
        """Return a stamp for each file, by path; raises SourceError if there is no folder."""
        files = list_files(self._root)
        self._described, broken = read_manifests(self._root)
        self._names = {printable(file.path): file.path for file in files}
        self._broken = {printable(fault.path): fault.reason for fault in broken}
        now = time.time_ns()
        stamps = {}
        for file in files:
            settled = file.mtime_ns < now - _SETTLED_NS
            stamps[printable(file.path)] = f"{file.size} {file.mtime_ns}" + (
                "" if settled else f" {now}"
            )
        return stamps | dict.fromkeys(self._broken, str(now))

    def read(self, path: str) -> Document:
        """Return the document at `path`; raises SourceError."""
        if path in self._broken:
            raise SourceError(self._broken[path])
        name = self._names[path]
        return read_file(self._root / name, self._root, self._described.get(name, {}))
