"""Connections that only read the log: no reader holds up the writer, nor another reader.

In WAL mode each sees the log as it was when its transaction began, whatever is written meanwhile.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from sqlite_utils import Database

_KEPT = 4
"""Idle connections that wait for the next reader; more are opened as they are needed."""


class Readers:
    """Read-only connections to the file `path`, one a reader at a time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = Lock()
        self._idle: list[Database] = []
        self._open = True

    def close(self) -> None:
        """Close what is idle; what is in use closes when its reader is done."""
        with self._lock:
            self._open = False
            idle, self._idle = self._idle, []
        for db in idle:
            db.close()

    @contextmanager
    def reading(self) -> Iterator[Database]:
        """One read transaction: every query in it sees the same moment."""
        with self._lock:
            db = self._idle.pop() if self._idle else None
        db = db or self._connect()
        try:
            db.execute("begin").close()
            yield db
        finally:
            db.rollback()
            self._put_back(db)

    def _connect(self) -> Database:
        connection = sqlite3.connect(self._path, timeout=30, check_same_thread=False)
        db = Database(connection, execute_plugins=False)
        db.execute("pragma query_only = on").close()
        return db

    def _put_back(self, db: Database) -> None:
        with self._lock:
            if self._open and len(self._idle) < _KEPT:
                self._idle.append(db)
                return
        db.close()
