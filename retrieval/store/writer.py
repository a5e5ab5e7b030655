"""Writing the ledger: what only the holder of the lock may do.

Owns: staging versions, hidden from readers, and the switch that makes them live in one transaction.
Leaves to others: the lock (`database`), what to write (`indexing.reload`), and the tables of the
`history`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray
from sqlite_utils import Database

from retrieval.loading.official_head import read_head
from retrieval.models import Document, Edition, Source, Span, collection_at
from retrieval.store.history import Change, Reload, drop_unreachable, last_reload, write_line
from retrieval.store.lexical import add_words, drop_words
from retrieval.store.mentions import enter, keep_definitions, keep_scope
from retrieval.store.near_duplicates import keep_bands
from retrieval.store.official import keep_fields
from retrieval.store.reader import Snapshot
from retrieval.text.splitter import Piece


@dataclass(frozen=True, slots=True)
class Prepared:
    """A passage to be written: where it stands, and its sentences with their vectors' keys."""

    piece: Piece
    sentences: tuple[tuple[Span, bytes], ...]


@dataclass(frozen=True, slots=True)
class Live:
    """The live version of a source."""

    source_id: str
    version: int
    hash: str
    collection: str = ""

    @property
    def content(self) -> str:
        """The hash of what it holds, whatever it was split by."""
        return self.hash.rpartition(":")[2]


@dataclass(frozen=True, slots=True)
class Seen:
    """A file as it was last seen."""

    stamp: str
    reason: str | None = None
    """Why it could not be read, if so."""
    hash: str = ""
    """Of what was last read in it. What is live differs after a reload was taken back."""


GONE = "gone"
"""The stamp of a file that is not there, and whose source is live all the same."""


class Writer:
    """What only the holder of the lock may do; each method is a transaction."""

    def __init__(self, db: Database, who: str = "") -> None:
        self._db = db
        self._who = who
        self._since = datetime.now().astimezone().strftime("%H:%M:%S %d/%m/%Y")

    def snapshot(self) -> Snapshot:
        """Read what is written so far, staged versions included."""
        return Snapshot(self._db)

    def note(self, done: int, total: int) -> None:
        """Leave word for those who are refused meanwhile."""
        note = {"who": self._who, "pid": os.getpid(), "since": self._since}
        self._set_meta({"writer": json.dumps(note | {"done": done, "total": total})})

    def note_damage(self) -> None:
        """Note that the vector store was damaged and is made anew, for those who look after it."""
        self._set_meta({"damaged": datetime.now(UTC).isoformat(timespec="seconds")})

    def files(self) -> dict[str, Seen]:
        """Return the files as they were last seen, by path."""
        rows = self._db.execute("SELECT path, stamp, reason, hash FROM files").fetchall()
        return {path: Seen(*seen) for path, *seen in rows}

    def last_reload(self) -> Reload | None:
        """Return the last reload that changed something and was not taken back."""
        return last_reload(self._db)

    def hashes(self, versions: Iterable[int]) -> dict[int, str]:
        """Return the hash of each of the versions whose passages are there."""
        rows = self._db.execute(
            "SELECT v.id, v.hash FROM json_each(?) wanted JOIN versions v ON v.id = wanted.value "
            "WHERE v.split AND v.epoch = ?",
            (json.dumps(list(versions)), self.snapshot().edition.epoch),
        ).fetchall()
        return dict(rows)

    def live(self) -> dict[str, Live]:
        """Return the live versions by path."""
        rows = self._db.execute(
            """SELECT s.path, s.id, v.id, v.hash, v.collection
            FROM sources s JOIN versions v ON v.id = s.version_id"""
        ).fetchall()
        return {path: Live(*live) for path, *live in rows}

    def missing(self, keys: Sequence[bytes]) -> list[bytes]:
        """Return those of `keys` that have no vector yet."""
        known = "SELECT 1 FROM vectors WHERE hash = ?"
        return [key for key in keys if self._db.execute(known, (key,)).fetchone() is None]

    def add_vectors(self, keys: Sequence[bytes], vectors: NDArray[np.float32]) -> None:
        """Keep vectors, as float16: half the disk, and cosines move by less than 0.0001."""
        rows = zip(keys, (row.tobytes() for row in vectors.astype(np.float16)), strict=True)
        with self._db.atomic():
            self._db.conn.executemany("INSERT INTO vectors (hash, vector) VALUES (?, ?)", rows)

    def staged(self, source: Source, hash_: str, epoch: int) -> int | None:
        """Return the version of that content if its passages are there, live or not."""
        row = self._db.execute(
            """SELECT id FROM versions WHERE source_id = ? AND hash = ? AND epoch = ?
            AND collection = ? AND split LIMIT 1""",
            (source.id, hash_, epoch, source.collection),
        ).fetchone()
        return row[0] if row else None

    def collection(self, version_id: int) -> str:
        """Return the id of the collection to which a version belongs, "" for none."""
        row = self._db.execute("SELECT collection FROM versions WHERE id = ?", (version_id,))
        return str(row.fetchone()[0])

    def place(self, changes: Iterable[Change]) -> None:
        """Let the versions that come in belong to what the folders of their paths are now."""
        collections = self.snapshot().collections
        with self._db.atomic():
            self._db.conn.executemany(
                "UPDATE versions SET collection = ? WHERE id = ?",
                [(collection_at(c.path, collections), c.new) for c in changes],
            )

    def stage(
        self, document: Document, hash_: str, epoch: int, prepared: Sequence[Prepared]
    ) -> int:
        """Write a version with its passages; nobody sees it before the switch."""
        with self._db.atomic():
            version = self._insert_version(document, hash_, epoch)
            for ordinal, passage in enumerate(prepared):
                self._insert_passage(version, ordinal, passage)
            head = read_head(document.text)
            enter(self._db, version, document, head)
            keep_scope(self._db, version, document)
            keep_definitions(self._db, version, document)
            keep_fields(self._db, version, head)
            keep_bands(self._db, version, document, head)
        return version

    def switch(
        self,
        changes: Sequence[Change],
        files: Mapping[str, Seen],
        meta: Mapping[str, str],
        undoes: int | None = None,
    ) -> Edition:
        """Make the changes live, all at once; a new generation unless there is nothing to do."""
        with self._db.atomic():
            self._replace_files(files)
            self._set_meta(meta)
            if changes or meta:
                generation = self.snapshot().edition.generation + 1
                self._set_meta({"generation": str(generation)})
                write_line(self._db, generation, changes, undoes)
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
            "read_by_machine": source.read_by_machine,
            "created_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "collection": source.collection,
            "text": document.text,
            "kept": document.kept,
            "left_out": "\n".join(document.left_out),
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
            "INSERT INTO files (path, stamp, reason, hash) VALUES (?, ?, ?, ?)",
            [(path, seen.stamp, seen.reason, seen.hash) for path, seen in files.items()],
        )

    def _set_meta(self, meta: Mapping[str, str]) -> None:
        for pair in meta.items():
            self._db.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", pair)

    def _apply(self, change: Change) -> None:
        if change.old is not None:
            drop_words(self._db, change.old, self.collection(change.old))
        belongs = self.collection(change.new) if change.new is not None else None
        self._db.execute(
            """UPDATE sources SET version_id = ?, path = ?, collection = coalesce(?, collection)
            WHERE id = ?""",
            (change.new, change.path, belongs, change.source_id),
        )
        if change.new is not None:
            add_words(self._db, change.new, belongs or "")

    def _count(self) -> None:
        """Note how many passages are live: in all, and in each collection there is."""
        rows = self._db.execute(
            """SELECT s.collection, count(*) FROM sources s
            JOIN passages p ON p.version_id = s.version_id GROUP BY s.collection"""
        ).fetchall()
        self._set_meta({"passages": str(sum(count for _, count in rows))})
        if {part for part, _ in rows} - {""}:
            self._set_meta({"passages_in": json.dumps(dict(rows))})
        else:
            self._db.execute("DELETE FROM meta WHERE key = 'passages_in'")
