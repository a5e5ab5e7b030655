"""Writing the ledger: what only the holder of the lock may do.

Owns: staging versions, hidden from readers; the switch that makes them live in one transaction; and
the journal. Leaves to others: the lock (`ledger`), and what to write (`indexing`).
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray
from sqlite_utils import Database

from retrieval.documents import Document, Span
from retrieval.embeddings import lexical_input
from retrieval.passages import Piece
from retrieval.schema import Edition
from retrieval.snapshot import Snapshot
from retrieval.unreachable import drop_unreachable
from retrieval.vietnamese import accented_terms, folded_terms


@dataclass(frozen=True, slots=True)
class Prepared:
    """A passage to be written: where it stands, and its sentences with their vectors' keys."""

    piece: Piece
    sentences: tuple[tuple[Span, bytes], ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A version that takes the place of another; None where there was or will be none."""

    source_id: str
    path: str
    old: int | None
    new: int | None


@dataclass(frozen=True, slots=True)
class Live:
    """The live version of a source."""

    source_id: str
    version: int
    hash: str


@dataclass(frozen=True, slots=True)
class Seen:
    """A file as it was last seen: its stamp, and why it could not be read, if so."""

    stamp: str
    reason: str | None = None


class Writer:
    """What only the holder of the lock may do; each method is a transaction."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._since = datetime.now().astimezone().strftime("%H:%M:%S %d/%m/%Y")

    def snapshot(self) -> Snapshot:
        """Read what is written so far, staged versions included."""
        return Snapshot(self._db)

    def note(self, done: int, total: int) -> None:
        """Leave word for those who are refused meanwhile."""
        note = {"pid": os.getpid(), "since": self._since, "done": done, "total": total}
        self._set_meta({"writer": json.dumps(note)})

    def files(self) -> dict[str, Seen]:
        """Return the files as they were last seen, by path."""
        rows = self._db.execute("SELECT path, stamp, reason FROM files").fetchall()
        return {path: Seen(stamp, reason) for path, stamp, reason in rows}

    def live(self) -> dict[str, Live]:
        """Return the live versions by path."""
        rows = self._db.execute(
            "SELECT s.path, s.id, v.id, v.hash FROM sources s JOIN versions v ON v.id=s.version_id"
        ).fetchall()
        return {path: Live(source, version, hash_) for path, source, version, hash_ in rows}

    def missing(self, keys: Sequence[bytes]) -> list[bytes]:
        """Return those of `keys` that have no vector yet."""
        known = "SELECT 1 FROM vectors WHERE hash = ?"
        return [key for key in keys if self._db.execute(known, (key,)).fetchone() is None]

    def add_vectors(self, keys: Sequence[bytes], vectors: NDArray[np.float32]) -> None:
        """Keep vectors, as float16: half the disk, and cosines move by less than 0.0001."""
        rows = zip(keys, (row.tobytes() for row in vectors.astype(np.float16)), strict=True)
        with self._db.atomic():
            self._db.conn.executemany("INSERT INTO vectors (hash, vector) VALUES (?, ?)", rows)

    def staged(self, source_id: str, hash_: str, epoch: int) -> int | None:
        """Return the version of that content if its passages are there, live or not."""
        row = self._db.execute(
            "SELECT id FROM versions WHERE source_id=? AND hash=? AND epoch=? AND split LIMIT 1",
            (source_id, hash_, epoch),
        ).fetchone()
        return row[0] if row else None

    def stage(
        self, document: Document, hash_: str, epoch: int, prepared: Sequence[Prepared]
    ) -> int:
        """Write a version with its passages; nobody sees it before the switch."""
        with self._db.atomic():
            version = self._insert_version(document, hash_, epoch)
            for ordinal, passage in enumerate(prepared):
                self._insert_passage(version, ordinal, passage)
        return version

    def switch(
        self, changes: Sequence[Change], files: Mapping[str, Seen], meta: Mapping[str, str]
    ) -> Edition:
        """Make the changes live, all at once; a new generation unless there is nothing to do."""
        with self._db.atomic():
            self._replace_files(files)
            self._set_meta(meta)
            if changes or meta:
                self._journal(changes)
            for change in changes:
                self._apply(change)
            if changes:
                self._count()
        return self.snapshot().edition

    def sentence_ids(self, version_id: int) -> list[int]:
        """Return the sentences of a version, live or not."""
        rows = self._db.execute(
            "SELECT t.id FROM passages p JOIN sentences t ON t.passage_id = p.id "
            "WHERE p.version_id = ?",
            (version_id,),
        ).fetchall()
        return [row[0] for row in rows]

    def drop_unreachable(self) -> None:
        """Drop the passages and vectors of versions that can no longer be taken back to."""
        drop_unreachable(self._db)

    def _insert_version(self, document: Document, hash_: str, epoch: int) -> int:
        source = document.source
        self._db.execute(
            "INSERT OR IGNORE INTO sources (id, path) VALUES (?, ?)", (source.id, source.path)
        )
        row = {
            "source_id": source.id,
            "hash": hash_,
            "epoch": epoch,
            "split": 1,
            "title": source.title,
            "publisher": source.publisher,
            "date": source.date.isoformat() if source.date else None,
            "url": source.url,
            "about": source.about,
            "created_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "text": document.text,
        }
        return self._insert("versions", row)

    def _insert_passage(self, version_id: int, ordinal: int, passage: Prepared) -> None:
        piece = passage.piece
        row = {
            "version_id": version_id,
            "ordinal": ordinal,
            "start": piece.start,
            "end": piece.end,
            "heading": piece.heading,
        }
        passage_id = self._insert("passages", row)
        self._db.conn.executemany(
            """INSERT INTO sentences (passage_id, ordinal, start, "end", vector_id)
            VALUES (?, ?, ?, ?, ?)""",
            [
                (passage_id, i, span.start, span.end, self._vector_id(key))
                for i, (span, key) in enumerate(passage.sentences)
            ],
        )

    def _insert(self, table: str, row: Mapping[str, object]) -> int:
        names = ", ".join(f'"{name}"' for name in row)
        marks = ", ".join(f":{name}" for name in row)
        cursor = self._db.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", dict(row))
        return int(cursor.lastrowid or 0)

    def _vector_id(self, key: bytes) -> int:
        row = self._db.execute("SELECT id FROM vectors WHERE hash = ?", (key,)).fetchone()
        return int(row[0])

    def _replace_files(self, files: Mapping[str, Seen]) -> None:
        self._db.execute("DELETE FROM files")
        self._db.conn.executemany(
            "INSERT INTO files (path, stamp, reason) VALUES (?, ?, ?)",
            [(path, seen.stamp, seen.reason) for path, seen in files.items()],
        )

    def _set_meta(self, meta: Mapping[str, str]) -> None:
        for pair in meta.items():
            self._db.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", pair)

    def _journal(self, changes: Sequence[Change]) -> None:
        generation = self.snapshot().edition.generation + 1
        self._set_meta({"generation": str(generation)})
        reload_id = self._insert(
            "reloads",
            {"generation": generation, "finished_at": datetime.now(UTC).isoformat()},
        )
        self._db.conn.executemany(
            "INSERT INTO changes (reload_id, source_id, old_version, new_version) "
            "VALUES (?, ?, ?, ?)",
            [(reload_id, change.source_id, change.old, change.new) for change in changes],
        )

    def _apply(self, change: Change) -> None:
        if change.old is not None:
            self._db.execute(
                "DELETE FROM passages_fts WHERE rowid IN "
                "(SELECT id FROM passages WHERE version_id = ?)",
                (change.old,),
            )
        self._db.execute(
            "UPDATE sources SET version_id = ?, path = ? WHERE id = ?",
            (change.new, change.path, change.source_id),
        )
        if change.new is not None:
            self._db.conn.executemany(
                "INSERT INTO passages_fts (rowid, accented, folded) VALUES (?, ?, ?)",
                self._lexical_rows(change.new),
            )

    def _count(self) -> None:
        live = "SELECT count(*) FROM sources s JOIN passages p ON p.version_id = s.version_id"
        self._set_meta({"passages": str(self._db.execute(live).fetchone()[0])})

    def _lexical_rows(self, version_id: int) -> Iterator[tuple[int, str, str]]:
        title, text = self._db.execute(
            "SELECT title, text FROM versions WHERE id = ?", (version_id,)
        ).fetchone()
        rows = self._db.execute(
            'SELECT id, start, "end", heading FROM passages WHERE version_id = ?', (version_id,)
        ).fetchall()
        for id_, start, end, heading in rows:
            words = lexical_input(title, heading, text[start:end])
            yield id_, " ".join(accented_terms(words)), " ".join(folded_terms(words))
