"""Reading the index as it is at one moment, whatever a reload does meanwhile.

Owns: every query that answers and lists need. Leaves to others: writing (`database`) and nearest
vectors (`vectors`). Only live versions are seen, and of these what the audience may see. A snapshot
is for one thread at a time.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlite_utils import Database

from retrieval.models import (
    EVERYTHING,
    Audience,
    Document,
    Edition,
    Loss,
    Passage,
    Sentence,
    Source,
    collection_at,
)
from retrieval.store.audiences import collections_of, parts_seen
from retrieval.store.history import Reload, added_at, added_since, changed_since, last_reload
from retrieval.store.lexical import Frequencies, Known, best_by_words

_LIVE = "JOIN sources s ON s.version_id = v.id"
_SOURCE = (
    "s.id, s.path, v.title, v.publisher, v.date, v.url, v.about, v.read_by_machine, v.collection"
)


@dataclass(frozen=True, slots=True)
class Version:
    """A text that a source has or had."""

    id: int
    title: str
    date: str | None
    """The source's, in ISO form."""
    created_at: str
    """When it was read, in ISO form."""
    length: int
    """In characters."""
    is_live: bool


class Snapshot:
    """The live index at one moment; see `IndexDatabase.snapshot`."""

    def __init__(
        self, db: Database, frequencies: Known | None = None, audience: Audience = EVERYTHING
    ) -> None:
        """Take a connection that is restricted to `audience` already (`audiences.restrict`)."""
        self._db = db
        self.audience = audience
        self._frequencies = {} if frequencies is None else frequencies
        self._texts: dict[int, str] = {}
        self.meta: dict[str, str] = dict(db.execute("SELECT key, value FROM meta").fetchall())
        self.edition = Edition(
            self.meta["uid"], int(self.meta["epoch"]), int(self.meta["generation"])
        )
        self.model = self.meta.get("model", "")
        self.collections = collections_of(self.meta)
        self.counts = self._passages_in()

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Return what a query finds, for those who keep tables of their own."""
        return self._db.execute(sql, values).fetchall()

    @property
    def parts(self) -> tuple[str, ...]:
        """The ids of the collections that hold what can be found; "" what belongs to none."""
        return tuple(self.counts)

    def sources(self) -> list[Source]:
        """Return the live sources in the order of their paths."""
        rows = self.rows(f"SELECT {_SOURCE} FROM versions v {_LIVE} ORDER BY s.path")
        return [_source(row) for row in rows]

    def source(self, source_id: str) -> Source | None:
        """Return the live source of that id, or None."""
        rows = self.rows(f"SELECT {_SOURCE} FROM versions v {_LIVE} WHERE s.id = ?", source_id)
        return _source(rows[0]) if rows else None

    def text(self, source_id: str) -> str:
        """Return the stored text of a live source; raises KeyError."""
        rows = self.rows("SELECT version_id FROM sources WHERE id = ?", source_id)
        if not rows or rows[0][0] is None:
            raise KeyError(source_id)
        version: int = rows[0][0]
        return self._texts_of([version])[version]

    def left_out(self, source_id: str) -> list[str]:
        """Return the lines of a live source's file that are not in its stored text."""
        rows = self.rows(f"SELECT v.left_out FROM versions v {_LIVE} WHERE s.id = ?", source_id)
        return rows[0][0].split("\n") if rows and rows[0][0] else []

    def losses(self, below: float) -> list[Loss]:
        """Return the live sources of which less than that share of words was kept."""
        rows = self.rows(
            f"""SELECT s.path, v.kept, v.left_out FROM versions v {_LIVE}
            WHERE v.kept < ? ORDER BY s.path""",
            below,
        )
        return [Loss(path, kept, lost.partition("\n")[0]) for path, kept, lost in rows]

    def text_where(self, source_id: str, start: int, end: int, text: str) -> str | None:
        """Return the stored text, the latest first, in which `text` stands at [start:end]."""
        rows = self.rows(
            """SELECT v.text FROM versions v JOIN sources s ON s.id = v.source_id
            WHERE v.source_id = ? ORDER BY v.id DESC""",
            source_id,
        )
        return next((row[0] for row in rows if row[0][start:end] == text), None)

    def versions(self, source_id: str) -> list[Version]:
        """Return the versions of a source, the latest first; [] for one unknown."""
        rows = self.rows(
            """SELECT v.id, v.title, v.date, v.created_at, length(v.text), v.id IS s.version_id
            FROM versions v JOIN sources s ON s.id = v.source_id
            WHERE s.id = ? ORDER BY v.id DESC""",
            source_id,
        )
        return [
            Version(id_, title, day, read, length, bool(live))
            for id_, title, day, read, length, live in rows
        ]

    def text_of(self, version: int) -> str:
        """Return the text of a version, live or not; raises KeyError."""
        return self._texts_of([version])[version]

    def last_reload(self) -> Reload | None:
        """Return the last reload that changed something and was not taken back."""
        return last_reload(self._db)

    def added_since(self, moment: datetime) -> list[Source]:
        """Return the live sources that first came in since then."""
        new = added_since(self._db, moment)
        return [source for source in self.sources() if source.id in new]

    def changed_since(self, generation: int) -> set[str]:
        """Return the ids of the sources, live or not, that changed after that generation."""
        return changed_since(self._db, generation)

    def read_at(self, source_ids: Iterable[str]) -> dict[str, datetime]:
        """Return when the present text of live sources was read first."""
        rows = self.rows(
            """SELECT s.id, MIN(o.created_at) FROM json_each(?) wanted
            JOIN sources s ON s.id = wanted.value JOIN versions v ON v.id = s.version_id
            JOIN versions o ON o.source_id = s.id AND o.hash = v.hash GROUP BY s.id""",
            json.dumps(list(source_ids)),
        )
        return {source: datetime.fromisoformat(moment) for source, moment in rows}

    def added_at(self) -> dict[str, datetime]:
        """Return when each source first came in, as far as the journal goes back."""
        known = {row[0] for row in self.rows("SELECT id FROM sources")}
        return {id_: moment for id_, moment in added_at(self._db).items() if id_ in known}

    def document(self, source_id: str) -> Document:
        """Return a live source together with its stored text; raises KeyError."""
        return self.documents([source_id])[source_id]

    def documents(self, source_ids: Iterable[str]) -> dict[str, Document]:
        """Return the live sources among `source_ids` with their stored texts."""
        rows = self.rows(
            f"""SELECT v.id, {_SOURCE} FROM json_each(?) wanted
            JOIN sources s ON s.id = wanted.value JOIN versions v ON v.id = s.version_id""",
            json.dumps(list(source_ids)),
        )
        texts = self._texts_of([row[0] for row in rows])
        return {row[1]: Document(_source(row[1:]), texts[row[0]]) for row in rows}

    def files(self) -> dict[str, tuple[str, str | None]]:
        """Return the files as the last reload saw them: stamp, and why it could not be read."""
        rows = self.rows("SELECT path, stamp, reason FROM files")
        seen = parts_seen(self.collections, self.audience)
        return {
            path: (stamp, reason)
            for path, stamp, reason in rows
            if collection_at(path, self.collections) in seen
        }

    def passages(self, ids: Sequence[int]) -> list[Passage]:
        """Return the live passages among `ids`, in the order of `ids`."""
        rows = self.rows(
            f"""SELECT p.id, s.id, v.id, p.start, p."end", p.heading FROM json_each(?) wanted
            JOIN passages p ON p.id = wanted.value JOIN versions v ON v.id = p.version_id {_LIVE}
            ORDER BY wanted.key""",
            json.dumps(list(ids)),
        )
        texts = self._texts_of([row[2] for row in rows])
        return [
            Passage(id_, source, start, end, texts[version][start:end], heading)
            for id_, source, version, start, end, heading in rows
        ]

    def sentences(self, passage_ids: Sequence[int]) -> list[Sentence]:
        """Return the sentences of the live passages among `passage_ids`, in reading order."""
        rows = self.rows(
            f"""SELECT t.id, p.id, s.id, v.id, t.start, t."end" FROM json_each(?) wanted
            JOIN passages p ON p.id = wanted.value JOIN sentences t ON t.passage_id = p.id
            JOIN versions v ON v.id = p.version_id {_LIVE} ORDER BY wanted.key, t.ordinal""",
            json.dumps(list(passage_ids)),
        )
        texts = self._texts_of([row[3] for row in rows])
        return [
            Sentence(id_, passage, source, start, end, texts[version][start:end])
            for id_, passage, source, version, start, end in rows
        ]

    def homes(self, sentence_ids: Sequence[int]) -> dict[int, int]:
        """Return the passages of the sentences among `sentence_ids`, live or not."""
        rows = self.rows(
            """SELECT t.id, t.passage_id FROM json_each(?) wanted
            JOIN sentences t ON t.id = wanted.value ORDER BY wanted.key""",
            json.dumps(list(sentence_ids)),
        )
        return dict(rows)

    def owners(self, passage_ids: Sequence[int]) -> dict[int, str]:
        """Return the sources of the live passages among `passage_ids`, in their order."""
        rows = self.rows(
            """SELECT p.id, s.id FROM json_each(?) wanted JOIN passages p ON p.id = wanted.value
            JOIN sources s ON s.version_id = p.version_id ORDER BY wanted.key""",
            json.dumps(list(passage_ids)),
        )
        return dict(rows)

    def nearest(self, vector: NDArray[np.float32], passage_ids: Sequence[int]) -> dict[int, float]:
        """Return the cosine of each passage's sentence that is nearest to `vector`."""
        rows = self.rows(
            """SELECT t.passage_id, x.vector FROM json_each(?) wanted
            JOIN sentences t ON t.passage_id = wanted.value JOIN vectors x ON x.id = t.vector_id""",
            json.dumps(list(passage_ids)),
        )
        nearest: dict[int, float] = {}
        cosines = _array([row[1] for row in rows]) @ vector if rows else ()
        for (passage, _), cosine in zip(rows, cosines, strict=True):
            nearest[passage] = max(float(cosine), nearest.get(passage, -1.0))
        return nearest

    def vectors(self, ids: Sequence[int]) -> NDArray[np.float32]:
        """Return the vectors of sentences, shape (n, dim); raises KeyError."""
        rows = self.rows(
            """SELECT x.vector FROM json_each(?) wanted JOIN sentences t ON t.id = wanted.value
            JOIN vectors x ON x.id = t.vector_id ORDER BY wanted.key""",
            json.dumps(list(ids)),
        )
        if len(rows) != len(ids):
            raise KeyError(f"{len(ids) - len(rows)} of {len(ids)} ids are unknown")
        if not rows:
            return np.empty((0, self.dim), np.float32)
        return _array([row[0] for row in rows])

    def passage_ids(self) -> set[int]:
        """Return the ids of all live passages."""
        rows = self.rows(
            "SELECT p.id FROM sources s JOIN passages p ON p.version_id = s.version_id"
        )
        return {row[0] for row in rows}

    def sentence_ids(self, part: str | None = None) -> set[int]:
        """Return the ids of all live sentences, or of those of one collection."""
        rows = self.rows(
            """SELECT t.id FROM sources s JOIN passages p ON p.version_id = s.version_id
            JOIN sentences t ON t.passage_id = p.id WHERE ?1 IS NULL OR s.collection = ?1""",
            part,
        )
        return {row[0] for row in rows}

    def lexical(self, match: str, limit: int) -> list[tuple[int, float]]:
        """Return (passage id, BM25, higher better) for an FTS5 query over `folded`."""
        return best_by_words(self._db, self.parts, match, limit)

    def frequencies(self, terms: Iterable[str]) -> dict[str, int]:
        """Return in how many live passages each folded term stands, 0 for one unknown.

        In a large index that of common terms is an estimate.
        """
        return {term: sum(part.of(term) for part in self._counts) for term in terms}

    @property
    def passage_count(self) -> int:
        """How many passages are live."""
        return sum(self.counts.values())

    @cached_property
    def dim(self) -> int:
        """The length of a vector; 0 while the index is empty."""
        # In this order: from the other end SQLite reads all that is staged and not live yet.
        rows = self.rows(
            """SELECT length(x.vector) / 2 FROM sources s CROSS JOIN passages p
            ON p.version_id = s.version_id CROSS JOIN sentences t ON t.passage_id = p.id
            CROSS JOIN vectors x ON x.id = t.vector_id WHERE s.version_id IS NOT NULL LIMIT 1"""
        )
        return int(rows[0][0]) if rows else 0

    def _passages_in(self) -> dict[str, int]:
        """Return how many passages are live in each collection that is seen and has any."""
        if "passages_in" not in self.meta:
            return {"": int(self.meta.get("passages", "0"))}
        counts: dict[str, int] = json.loads(self.meta["passages_in"])
        seen = parts_seen(self.collections, self.audience)
        return {part: counts[part] for part in seen if counts.get(part)} or {"": 0}

    @cached_property
    def _counts(self) -> list[Frequencies]:
        return [
            Frequencies(self._db, self.edition, count, self._frequencies, part)
            for part, count in self.counts.items()
        ]

    def _texts_of(self, versions: Iterable[int]) -> dict[int, str]:
        """Return the texts read so far, those of `versions` among them."""
        unread = set(versions) - self._texts.keys()
        if unread:
            rows = self.rows(
                """SELECT v.id, v.text FROM json_each(?) wanted
                JOIN versions v ON v.id = wanted.value""",
                json.dumps(list(unread)),
            )
            self._texts |= dict(rows)
        return self._texts


def _array(vectors: Sequence[bytes]) -> NDArray[np.float32]:
    flat = np.frombuffer(b"".join(vectors), dtype=np.float16)
    return flat.reshape(len(vectors), -1).astype(np.float32)


def _source(row: Sequence[Any]) -> Source:
    id_, path, title, publisher, written, url, about, by_machine, collection = row
    day = date.fromisoformat(written) if written else None
    return Source(id_, path, title, publisher, day, url, about, bool(by_machine), collection)
