"""Whether the files of an embedded Chroma are whole, told without opening them.

A process killed while Chroma writes its HNSW files leaves some that make whoever opens them raise
for ever, or die. So whoever has finished writing notes how the files look then. Chroma writes them
anew whenever it has read them, so other times alone mean nothing: what they hold is compared. Files
that look otherwise are opened by a child process first, which may die. Owns that note and that
check. The database of Chroma is SQLite's, which survives kills; that it was not cut is seen in its
header.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import struct
import subprocess
import sys
import zlib
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

NOTE = "whole.json"
_SECONDS = 300.0
"""A child that takes longer has lost itself in what it reads."""
_SAMPLE = 500
"""Vectors of a collection that must find themselves."""
_FOUND = 0.9
"""The share of them that must; HNSW is approximate."""
_NEAR = 0.01
"""How far from itself a vector may be found, in cosine: they are kept as float16."""

_VECTORS, _LENGTHS = "data_level0.bin", "length.bin"
"""Chroma writes the first for more vectors than there are, and the second without having set it:
what was in memory."""
_HEADER = struct.Struct("<iQQQQ")
"""Version, offset, room, number and size of the vectors, as hnswlib writes `header.bin`."""
_AT_ONCE = 1 << 20

Look = dict[str, list[int]]
"""Size and time of each file of HNSW, by its name below the folder; in the note also its CRC-32."""


class Files:
    """The files of an embedded Chroma in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._database = folder / "chroma.sqlite3"

    @property
    def identity(self) -> int:
        """A number that changes when the database is another file than before; 0 if none."""
        with suppress(OSError):
            return self._database.stat().st_ino
        return 0

    def are_as_noted(self) -> bool:
        """Return whether they look as when somebody had finished writing; empty is whole."""
        return self._are_none() or (self._is_uncut() and self._looks_as_noted())

    def _looks_as_noted(self) -> bool:
        noted, look = self._noted(), self._look()
        if noted is None or _sizes(noted) != _sizes(look):
            return False
        return _times(noted) == _times(look) or noted == self._with_sums(look, _times(noted))

    def can_be_opened(self) -> bool:
        """Return whether Chroma can be opened over them, though somebody may be writing.

        Where they do not look as noted a child process opens them, which takes a second or more.
        """
        return self.are_as_noted() or self._opens()

    def are_whole(self) -> bool:
        """Return whether they hold all that was written; nobody may be writing meanwhile.

        What is longer or shorter than noted was being written when the process ended, and what
        was copied has other times: a child process looks at that, and at what nobody has noted.
        """
        as_noted = self.are_as_noted()
        whole = as_noted or self._open_whole()
        if whole and not as_noted:
            self.note_whole()
        return whole

    def look_whole(self) -> bool:
        """Return the same and note nothing."""
        return self.are_as_noted() or self._open_whole()

    def _open_whole(self) -> bool:
        noted = self._noted()
        if noted is not None and _sizes(noted) != _sizes(self._look()):
            return False
        return self._opens()

    def _opens(self) -> bool:
        return self._database.exists() and _child_opens(self.folder)

    def note_whole(self) -> None:
        """Note that the files are whole as they look now; a disk that is full hinders nothing."""
        half = self.folder / f"{NOTE}.new"
        with suppress(OSError):
            look = self._look()
            half.write_text(json.dumps(self._with_sums(look, _times(look))), encoding="utf-8")
            half.rename(self.folder / NOTE)

    def distrust(self) -> None:
        """Forget what was noted: Chroma failed over files that look well."""
        with suppress(OSError):
            (self.folder / NOTE).unlink(missing_ok=True)

    def delete(self) -> None:
        """Delete them all; raises OSError."""
        if self.folder.exists():
            shutil.rmtree(self.folder)

    def _are_none(self) -> bool:
        return all(path.name == NOTE for path in self._entries())

    def _entries(self) -> Iterator[Path]:
        with suppress(FileNotFoundError):
            yield from self.folder.iterdir()

    def _look(self) -> Look:
        found: Look = {}
        for segment in self._entries():
            if segment.is_dir():
                for file in segment.iterdir():
                    state = file.stat()
                    found[f"{segment.name}/{file.name}"] = [state.st_size, state.st_mtime_ns]
        return found

    def _with_sums(self, look: Look, times: dict[str, int]) -> Look:
        """Return sizes and sums of what the files hold, under the `times` given."""
        return {name: [look[name][0], times[name], self._sum(name)] for name in look}

    def _sum(self, name: str) -> int:
        path, total = self.folder / name, 0
        with suppress(OSError), path.open("rb") as file:
            left = _filled(path)
            while left and (piece := file.read(min(left, _AT_ONCE))):
                total, left = zlib.crc32(piece, total), left - len(piece)
        return total

    def _noted(self) -> Look | None:
        with suppress(OSError, ValueError):
            noted: Look = json.loads((self.folder / NOTE).read_text(encoding="utf-8"))
            return noted
        return None

    def _is_uncut(self) -> bool:
        """Return whether the database has the pages that its header tells of, and no journal."""
        with suppress(OSError), self._database.open("rb") as file:
            header = file.read(100)
            page = int.from_bytes(header[16:18]) or 1
            needed = (1 << 16 if page == 1 else page) * int.from_bytes(header[28:32])
            whole = 0 < needed <= os.fstat(file.fileno()).st_size
            return whole and not self._database.with_suffix(".sqlite3-journal").exists()
        return False


def _filled(path: Path) -> int:
    """Return how many bytes of a file of HNSW mean anything; raises OSError."""
    if path.name == _LENGTHS:
        return 0
    size = path.stat().st_size
    if path.name == _VECTORS:
        with suppress(OSError, struct.error):
            number: int
            each: int
            *_, number, each = _HEADER.unpack_from((path.parent / "header.bin").read_bytes())
            return min(size, number * each)
    return size


def _sizes(look: Look) -> dict[str, int]:
    return {name: size for name, (size, *_) in look.items()}


def _times(look: Look) -> dict[str, int]:
    return {name: time for name, (_, time, *_) in look.items()}


def _child_opens(folder: Path) -> bool:
    """Return whether a child process finds in Chroma what was put there."""
    with suppress(subprocess.TimeoutExpired):
        done = subprocess.run(  # noqa: S603 - our own module, over our own folder
            [sys.executable, "-m", __name__, str(folder)],
            capture_output=True,
            timeout=_SECONDS,
            check=False,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )
        return done.returncode == 0
    return False


def examine(folder: Path) -> None:
    """Open the files and look for vectors in them; raises or dies unless they are whole."""
    import chromadb
    import numpy as np
    from chromadb.config import Settings

    with closing(sqlite3.connect(folder / "chroma.sqlite3")) as database:
        if database.execute("PRAGMA quick_check").fetchone()[0] != "ok":
            raise ValueError("the database is damaged")
    client = chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))
    for collection in client.list_collections():
        ids = collection.get(include=[])["ids"]
        sample = ids[:: len(ids) // _SAMPLE + 1]
        if not sample:
            continue
        vectors = np.asarray(collection.get(sample, include=["embeddings"])["embeddings"])
        found = collection.query(query_embeddings=vectors, n_results=1, include=["distances"])
        nearest = np.asarray([row[0] for row in found["distances"] or []])
        near = 1.0 - nearest > np.sum(vectors * vectors, axis=1) - _NEAR
        if len(vectors) != len(sample) or near.mean() < _FOUND:
            raise ValueError("vectors are missing")


if __name__ == "__main__":
    examine(Path(sys.argv[1]))
