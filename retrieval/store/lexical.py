"""Full text: by which words a passage is found.

Owns: the rows of `passages_fts`, one for each live passage. Leaves to others: what a word is
(`vietnamese`), and when a version goes live (`writer`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cached_property

from sqlite_utils import Database

from retrieval.embeddings.models import lexical_input
from retrieval.models import Edition
from retrieval.text.vietnamese import folded_terms

_ALL_COUNTED = 100_000
"""Passages of an index in which every term is counted."""
_FEW = 2_000
"""Passages that hold a term up to which it is counted in any index."""
_BANDS, _WIDTH = 16, 1024


Known = dict[tuple[Edition, str], int]
"""What was learnt before, by the state of the index and the term."""


class Frequencies:
    """How frequent terms are in an index of so many live passages; what is learnt is `known`."""

    def __init__(self, db: Database, edition: Edition, passages: int, known: Known) -> None:
        self._db = db
        self._edition = edition
        self._passages = passages
        self._known = known

    def of(self, term: str) -> int:
        """Return in how many passages the folded `term` stands, 0 if in none."""
        here = (self._edition, term)
        if here not in self._known:
            self._known[here] = self._counted(term)
        return self._known[here]

    def _counted(self, term: str) -> int:
        if self._passages <= _ALL_COUNTED:
            return self._number("SELECT coalesce(max(doc), 0) FROM terms WHERE term = ?", term)
        match = f'"{term}"'
        counted = self._number(
            "SELECT count(*) FROM (SELECT 1 FROM passages_fts WHERE passages_fts MATCH ? LIMIT ?)",
            match,
            _FEW,
        )
        return counted if counted < _FEW else max(self._estimated(match), _FEW)

    def _estimated(self, match: str) -> int:
        bands, inside = self._sample
        held = self._number(
            """SELECT count(*) FROM json_each(?) band CROSS JOIN passages_fts f
            WHERE passages_fts MATCH ? AND f.rowid BETWEEN band.value AND band.value + ?""",
            bands,
            match,
            _WIDTH - 1,
        )
        return round(held / inside * self._passages) if inside else 0

    @cached_property
    def _sample(self) -> tuple[str, int]:
        """The first ids of the bands, and how many live passages stand in all of them."""
        last = self._number("SELECT max(id) FROM passages_fts_docsize")
        bands = json.dumps([last * i // _BANDS for i in range(_BANDS)])
        inside = self._number(
            """SELECT count(*) FROM json_each(?) band CROSS JOIN passages_fts_docsize d
            WHERE d.id BETWEEN band.value AND band.value + ?""",
            bands,
            _WIDTH - 1,
        )
        return bands, inside

    def _number(self, sql: str, *values: object) -> int:
        number: int = self._db.execute(sql, values).fetchone()[0]
        return number


def add_words(db: Database, version_id: int) -> None:
    """Let the passages of a version be found."""
    db.conn.executemany(
        "INSERT INTO passages_fts (rowid, folded) VALUES (?, ?)",
        _rows(db, version_id),
    )


def drop_words(db: Database, version_id: int) -> None:
    """Let them be found no more."""
    db.execute(
        "DELETE FROM passages_fts WHERE rowid IN (SELECT id FROM passages WHERE version_id = ?)",
        (version_id,),
    )


def _rows(db: Database, version_id: int) -> Iterator[tuple[int, str]]:
    title, text = db.execute(
        "SELECT title, text FROM versions WHERE id = ?", (version_id,)
    ).fetchone()
    rows = db.execute(
        'SELECT id, start, "end", heading FROM passages WHERE version_id = ?', (version_id,)
    ).fetchall()
    for id_, start, end, heading in rows:
        yield id_, " ".join(folded_terms(lexical_input(title, heading, text[start:end])))
