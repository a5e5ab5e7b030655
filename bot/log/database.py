"""The file of the log: one connection that writes, behind a lock, and others that read.

Recording takes 1.5 ms this way, 21 with a connection for each call; any thread may call. Writers
wait for writers alone (`Readers`). What stands in the tables is the business of
`log.exchanges`, `votes` and `notices`.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Any

from sqlite_utils import Database
from tenacity import RetryCallState, Retrying, retry_if_result, stop_after_delay, wait_fixed

from bot.log.migrations import BUSY_MS, open_log

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
        with self.connection() as db:
            db.execute("begin").close()
            try:
                yield db
            finally:
                db.rollback()

    @contextmanager
    def connection(self) -> Iterator[Database]:
        """A connection for one query, which sees one moment by itself."""
        with self._lock:
            db = self._idle.pop() if self._idle else None
        db = db or self._connect()
        try:
            yield db
        finally:
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


_PATIENCE, _PACE = 30.0, 0.1
"""Seconds that scrubbing waits for readers of what was deleted, and between two looks."""
_log = logging.getLogger(__name__)


class LogDatabase:
    """The log in the file `path`, made where it is missing."""

    def __init__(self, path: Path, pseudonym: Callable[[int], int] | None = None) -> None:
        """Open the log and bring its tables up to date; raises LogFault, LogTooNew.

        With `pseudonym`, people go into the log under what it makes of their ids.
        """
        self._lock = Lock()
        self._pseudonym = pseudonym
        self._db = open_log(path)
        self._readers = Readers(path)

    def close(self) -> None:
        """Close the file; no other method may be called afterwards."""
        self._readers.close()
        with self._lock:
            self._db.close()

    @property
    def names_people(self) -> bool:
        """Whether people stand in the log under their own ids and names."""
        return self._pseudonym is None

    def person(self, person_id: int) -> int:
        """Return the id under which a person stands in the log."""
        return person_id if self._pseudonym is None else self._pseudonym(person_id)

    def place(self, chat_id: int) -> int:
        """Return the number under which a chat is noted; a private one's would name the person."""
        return self.person(chat_id) if chat_id > 0 else chat_id

    @property
    def owes_scrub(self) -> bool:
        """Whether something deleted may still stand in the files: a scrub was due and cut short."""
        return self.number("select exists(select 1 from owed_scrubs)") > 0

    def scrub(self) -> None:
        """Leave nothing of what was deleted, neither in the full-text index nor in the WAL."""
        with self.writing() as db:
            last = db.execute("select coalesce(max(rowid), 0) from owed_scrubs").fetchone()[0]
            db.execute("insert into exchanges_fts(exchanges_fts) values ('optimize')").close()
        if self.empty_wal():
            with self.writing() as db:
                db.execute("delete from owed_scrubs where rowid <= ?", (last,)).close()

    def empty_wal(self, patience: float = _PATIENCE) -> bool:
        """Put the WAL into the file and cut it to nothing; False while somebody reads from it.

        Looks again for so many seconds, and holds up no writer in between.
        """
        looking = Retrying(
            retry=retry_if_result(lambda done: not done),
            wait=wait_fixed(_PACE),
            stop=stop_after_delay(patience),
            retry_error_callback=_still_read,
        )
        return bool(looking(self._cut_wal))

    @contextmanager
    def writing(self) -> Iterator[Database]:
        """One transaction, alone on the connection; the write lock is taken at its start."""
        with self._lock:
            self._db.execute("begin immediate")
            try:
                yield self._db
            except BaseException:
                self._db.rollback()
                raise
            self._db.commit()

    @contextmanager
    def reading(self) -> Iterator[Database]:
        """One read transaction on a connection of its own; no writer waits for its end."""
        with self._readers.reading() as db:
            yield db

    def rows(self, sql: str, *values: object) -> list[dict[str, Any]]:
        """Return what one query finds."""
        with self._readers.connection() as db:
            found = db.execute(sql, values)
            names = [column[0] for column in found.description]
            return [dict(zip(names, row, strict=True)) for row in found]

    def number(self, sql: str, *values: object) -> int:
        """Return the one number that a query finds."""
        with self._readers.connection() as db:
            return int(db.execute(sql, values).fetchone()[0] or 0)

    def _cut_wal(self) -> bool:
        with self._lock:
            # Without patience of SQLite's own, which would hold the write lock all the while.
            self._db.execute("pragma busy_timeout = 0").close()
            busy, *_ = self._db.execute("pragma wal_checkpoint(truncate)").fetchone()
            self._db.execute(f"pragma busy_timeout = {BUSY_MS}").close()
        return not busy


def _still_read(state: RetryCallState) -> bool:
    _log.warning("the WAL of the log is still being read; it is emptied another time")
    return False


def insert(
    db: Database, table: str, rows: Sequence[Mapping[str, object]], *, new: str = ""
) -> None:
    """Insert rows with the same columns; `new` is what follows: `on conflict …`.

    In one statement a row: those of sqlite-utils take five, and savepoints of their own.
    """
    if rows:
        names = ", ".join(f'"{name}"' for name in rows[0])
        marks = ", ".join(f":{name}" for name in rows[0])
        sql = f'insert into "{table}" ({names}) values ({marks}) {new}'
        db.conn.executemany(sql, [dict(row) for row in rows])


def update(db: Database, table: str, row_id: int, values: Mapping[str, object]) -> None:
    """Set columns of the row of that `id`, if there is one."""
    sets = ", ".join(f'"{name}" = :{name}' for name in values)
    db.execute(f'update "{table}" set {sets} where id = :id', {**values, "id": row_id}).close()


def owe_scrub(db: Database) -> None:
    """Note, in the transaction that deletes, that a scrub must follow."""
    db.execute("insert into owed_scrubs(since) values (?)", (now(),)).close()


def stamp(moment: datetime) -> str:
    """Write a time so that the order of the texts is the order of the times."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")


def now() -> str:
    """Return the stamp of this moment."""
    return stamp(datetime.now(UTC))


def clean_text(typed: str) -> str:
    """Replace halves of characters, which messages can hold and SQLite cannot."""
    return typed.encode("utf-8", "replace").decode("utf-8")
