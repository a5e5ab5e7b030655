"""The tables of `index.db`, and how a connection to it is made.

Owns: the numbered migrations, what a connection is set to, and the name of a state of the index.
Leaves to others: what is written (`ledger`) and read (`snapshot`).

    sources ──version_id──► versions ◄── passages ◄── sentences
       a file below SOURCES_DIR   its text, once a change   vector_id ──► vectors
    scopes         what each version speaks of: places, years, days
    passages_fts   full text of the live passages, without diacritics
    mentions, deeds   the register: directives that a version names, and what they do to each other
    files          what was seen of each file, so that nothing is read twice
    reloads, changes   the journal: which version took the place of which
    meta           model, dim, uid, epoch, generation

A version is live while its source points to it. Ids are never used twice.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from retrieval.models import Document, Source

migrations = Migrations("index")

_BUSY_SECONDS = 30.0
_MAPPED = 2**30
"""Bytes read without being copied: a question over 100,000 passages takes a fifth less."""


def connect(path: Path) -> Database:
    """Open the database at `path`; the connection may be used from another thread."""
    connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, check_same_thread=False)
    db = Database(connection, execute_plugins=False)
    try:
        db.enable_wal()
        db.execute("PRAGMA foreign_keys = ON")
        db.execute("PRAGMA synchronous = NORMAL")
        db.execute("PRAGMA temp_store = MEMORY")
        db.execute("PRAGMA cache_size = -8000")
        db.execute(f"PRAGMA mmap_size = {_MAPPED}")
    except sqlite3.Error:
        db.close()
        raise
    return db


@migrations()
def m001_first_tables(db: Database) -> None:
    """Create everything."""
    for statement in _FIRST_TABLES.split(";\n"):
        db.execute(statement)


@migrations()
def m002_vectors_of_sentences_only(db: Database) -> None:
    """Drop the vectors of passages, which no search looks at."""
    for statement in _NO_PASSAGE_VECTORS:
        db.execute(statement)


@migrations()
def m003_taking_back(db: Database) -> None:
    """Know what each file held, and which reload was taken back by which."""
    db.execute("ALTER TABLE files ADD COLUMN hash TEXT NOT NULL DEFAULT ''")
    db.execute("ALTER TABLE reloads ADD COLUMN undoes INTEGER REFERENCES reloads(id)")


@migrations()
def m004_register_of_directives(db: Database) -> None:
    """Keep what each version says of directives; read it once from those that are there."""
    from retrieval.store.mentions import enter  # which stands above, and knows how to read

    for statement in _REGISTER:
        db.execute(statement)
    for version, document in _reachable(db):
        enter(db, version, document)


@migrations()
def m005_scopes(db: Database) -> None:
    """Keep which places, years and days a version speaks of; read them off those that are there."""
    from retrieval.store.mentions import keep_scope  # which stands above, and knows how to read

    db.execute(
        "CREATE TABLE scopes ("
        " version_id INTEGER PRIMARY KEY REFERENCES versions(id) ON DELETE CASCADE,"
        " scope TEXT NOT NULL)"
    )
    for version, document in _reachable(db):
        keep_scope(db, version, document)


@migrations()
def m006_words_without_diacritics_only(db: Database) -> None:
    """Search words without diacritics, which find what is asked either way."""
    for statement in _FOLDED_WORDS.split(";\n"):
        db.execute(statement)


@migrations()
def m007_left_out(db: Database) -> None:
    """Keep beside a text the lines that reading left out, and the share of words it kept."""
    db.execute("ALTER TABLE versions ADD COLUMN kept REAL NOT NULL DEFAULT 1")
    db.execute("ALTER TABLE versions ADD COLUMN left_out TEXT NOT NULL DEFAULT ''")


def _reachable(db: Database) -> Iterator[tuple[int, Document]]:
    """Yield the versions, by id, that a reader or a way back can reach."""
    for (version,) in db.execute("SELECT id FROM versions WHERE split").fetchall():
        title, publisher, day, about, text = db.execute(
            "SELECT title, publisher, date, about, text FROM versions WHERE id = ?", (version,)
        ).fetchone()
        issued = date.fromisoformat(day) if day else None
        yield version, Document(Source("", "", title, publisher, issued, "", about), text)


_REGISTER = (
    """CREATE TABLE mentions (
        version_id INTEGER NOT NULL REFERENCES versions(id) ON DELETE CASCADE,
        number TEXT NOT NULL,
        reference TEXT NOT NULL,
        start INTEGER NOT NULL,
        "end" INTEGER NOT NULL
    )""",
    "CREATE INDEX mentions_version ON mentions(version_id)",
    "CREATE INDEX mentions_number ON mentions(number)",
    """CREATE TABLE deeds (
        version_id INTEGER NOT NULL REFERENCES versions(id) ON DELETE CASCADE,
        verb TEXT NOT NULL,
        actor TEXT,
        actor_number TEXT,
        target TEXT NOT NULL,
        target_number TEXT NOT NULL,
        itself INTEGER NOT NULL,
        start INTEGER NOT NULL,
        "end" INTEGER NOT NULL
    )""",
    "CREATE INDEX deeds_version ON deeds(version_id)",
    "CREATE INDEX deeds_target ON deeds(target_number)",
)

_NO_PASSAGE_VECTORS = (
    "DROP INDEX passages_vector",
    "ALTER TABLE passages DROP COLUMN vector_id",
    "DELETE FROM vectors WHERE NOT EXISTS (SELECT 1 FROM sentences WHERE vector_id = vectors.id)",
)

_FOLDED_WORDS = """
CREATE VIRTUAL TABLE folded_fts USING fts5(
    folded, tokenize = "unicode61 remove_diacritics 0 tokenchars '_'"
);
INSERT INTO folded_fts (rowid, folded) SELECT rowid, folded FROM passages_fts;
DROP TABLE terms;
DROP TABLE passages_fts;
ALTER TABLE folded_fts RENAME TO passages_fts;
CREATE VIRTUAL TABLE terms USING fts5vocab(passages_fts, 'row')
"""

# `versions.text` stands last: SQLite reads the columns before it without the pages of the text.
_FIRST_TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO meta VALUES ('uid', lower(hex(randomblob(8)))), ('epoch', '0'), ('generation', '0');
CREATE TABLE sources (
    id TEXT PRIMARY KEY,
    path TEXT NOT NULL,
    version_id INTEGER REFERENCES versions(id)
);
CREATE INDEX sources_version ON sources(version_id);
CREATE TABLE versions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    source_id TEXT NOT NULL REFERENCES sources(id),
    hash TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    split INTEGER NOT NULL,
    title TEXT NOT NULL,
    publisher TEXT NOT NULL,
    date TEXT,
    url TEXT NOT NULL,
    about TEXT NOT NULL,
    created_at TEXT NOT NULL,
    text TEXT NOT NULL
);
CREATE INDEX versions_source ON versions(source_id, hash, epoch);
CREATE INDEX versions_split ON versions(id) WHERE split;
CREATE TABLE vectors (id INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, vector BLOB NOT NULL);
CREATE TABLE passages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    version_id INTEGER NOT NULL REFERENCES versions(id) ON DELETE CASCADE,
    ordinal INTEGER NOT NULL,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    heading TEXT NOT NULL,
    vector_id INTEGER NOT NULL REFERENCES vectors(id)
);
CREATE INDEX passages_version ON passages(version_id);
CREATE INDEX passages_vector ON passages(vector_id);
CREATE TABLE sentences (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    passage_id INTEGER NOT NULL REFERENCES passages(id) ON DELETE CASCADE,
    ordinal INTEGER NOT NULL,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    vector_id INTEGER NOT NULL REFERENCES vectors(id)
);
CREATE INDEX sentences_passage ON sentences(passage_id);
CREATE INDEX sentences_vector ON sentences(vector_id);
CREATE VIRTUAL TABLE passages_fts USING fts5(
    accented, folded, tokenize = "unicode61 remove_diacritics 0 tokenchars '_'"
);
CREATE VIRTUAL TABLE terms USING fts5vocab(passages_fts, 'col');
CREATE TABLE files (path TEXT PRIMARY KEY, stamp TEXT NOT NULL, reason TEXT) WITHOUT ROWID;
CREATE TABLE reloads (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    generation INTEGER NOT NULL,
    finished_at TEXT NOT NULL
);
CREATE TABLE changes (
    reload_id INTEGER NOT NULL REFERENCES reloads(id) ON DELETE CASCADE,
    source_id TEXT NOT NULL REFERENCES sources(id),
    old_version INTEGER REFERENCES versions(id),
    new_version INTEGER REFERENCES versions(id)
);
CREATE INDEX changes_reload ON changes(reload_id);
CREATE INDEX changes_source ON changes(source_id);
CREATE INDEX changes_old ON changes(old_version);
CREATE INDEX changes_new ON changes(new_version)
"""
