"""Full text: by which words a passage is found.

Owns: the rows of `passages_fts`, one for each live passage. Leaves to others: what a word is
(`vietnamese`), and when a version goes live (`writer`).
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlite_utils import Database

from retrieval.embeddings import lexical_input
from retrieval.vietnamese import folded_terms


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
