"""The tables of `index.db`, and how a connection to it is made.

Owns: the tables and the number of their format, and what a connection is set to. There are no
migrations: an index can be made again from the sources, so one of another format is (`database`).
Leaves to others: what is written (`writer`) and read (`reader`).

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

import secrets
import sqlite3
from pathlib import Path

from sqlite_utils import Database

FORMAT = 8
"""Raise it whenever a table changes; what is read off texts has a number in `staging`."""
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


def format_of(db: Database) -> int | None:
    """Return the format of an index, None while it has no tables; 0 is older than numbers."""
    if not db.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchall():
        return None
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def create(db: Database, uid: str = "", epoch: int = 0) -> None:
    """Create the tables of an empty index, all at once.

    `uid` and `epoch` are those that its vectors go under: of an index whose place it takes, later.
    """
    db.execute("BEGIN IMMEDIATE").close()
    try:
        if format_of(db) is None:  # nobody was faster
            for statement in _TABLES.split(";\n"):
                db.execute(statement).close()
            db.execute(
                "INSERT INTO meta VALUES ('uid', ?), ('epoch', ?), ('generation', '0')",
                (uid or secrets.token_hex(8), str(epoch)),
            ).close()
            db.execute(f"PRAGMA user_version = {FORMAT}").close()
    except BaseException:
        db.rollback()
        raise
    db.conn.commit()


# The longest columns of `versions` stand last: SQLite reads those before without their pages.
_TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
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
    kept REAL NOT NULL DEFAULT 1,
    text TEXT NOT NULL,
    left_out TEXT NOT NULL DEFAULT ''
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
    heading TEXT NOT NULL
);
CREATE INDEX passages_version ON passages(version_id);
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
    folded, tokenize = "unicode61 remove_diacritics 0 tokenchars '_'"
);
CREATE VIRTUAL TABLE terms USING fts5vocab(passages_fts, 'row');
CREATE TABLE files (
    path TEXT PRIMARY KEY,
    stamp TEXT NOT NULL,
    reason TEXT,
    hash TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;
CREATE TABLE reloads (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    generation INTEGER NOT NULL,
    finished_at TEXT NOT NULL,
    undoes INTEGER REFERENCES reloads(id)
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
CREATE INDEX changes_new ON changes(new_version);
CREATE TABLE mentions (
    version_id INTEGER NOT NULL REFERENCES versions(id) ON DELETE CASCADE,
    number TEXT NOT NULL,
    reference TEXT NOT NULL,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL
);
CREATE INDEX mentions_version ON mentions(version_id);
CREATE INDEX mentions_number ON mentions(number);
CREATE TABLE deeds (
    version_id INTEGER NOT NULL REFERENCES versions(id) ON DELETE CASCADE,
    verb TEXT NOT NULL,
    actor TEXT,
    actor_number TEXT,
    target TEXT NOT NULL,
    target_number TEXT NOT NULL,
    itself INTEGER NOT NULL,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL
);
CREATE INDEX deeds_version ON deeds(version_id);
CREATE INDEX deeds_target ON deeds(target_number);
CREATE TABLE scopes (
    version_id INTEGER PRIMARY KEY REFERENCES versions(id) ON DELETE CASCADE,
    scope TEXT NOT NULL
)
"""
