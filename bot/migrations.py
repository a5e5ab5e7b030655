"""The shape of `logs.db`: its numbered changes in order, and opening the file with all of them.

What the changes do is in `asking_tables.py` and `review_tables.py`; applied ones are never edited.
Reading and writing rows is `conversations.py`'s.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlite_utils import Database, Migrations

from bot import asking_tables, review_tables
from retrieval.errors import ChidanError

BUSY_MS = 30_000
"""How long a writer waits for one of another process."""
MIGRATIONS = Migrations("chidan-logs")
for _change in (
    asking_tables.m001_exchanges,
    asking_tables.m002_quotes,
    asking_tables.m003_replies,
    asking_tables.m004_sending,
    asking_tables.m005_threads,
    asking_tables.m006_people_say,
    asking_tables.m007_places,
    review_tables.m008_deeds,
    review_tables.m009_full_text,
    review_tables.m010_review,
    review_tables.m011_model_uses,
    review_tables.m012_answer_prompts,
    asking_tables.m013_digests,
    review_tables.m014_directives,
    asking_tables.m015_once,
    review_tables.m016_official_answers,
):
    MIGRATIONS()(_change)


class LogFault(ChidanError):
    """The log cannot be opened."""


class LogTooNew(ChidanError):
    """The log was written by a newer version of the program."""


def open_log(path: Path) -> Database:
    """Open the log for writing from any thread, made where it is missing, its tables up to date.

    Raises LogFault when the file cannot be used, LogTooNew when a newer program wrote it.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        database = Database(sqlite3.connect(path, timeout=BUSY_MS / 1000, check_same_thread=False))
        database.enable_wal()
        # Deleted text leaves the file for good.
        for pragma in ("secure_delete = on", "foreign_keys = on", "synchronous = full"):
            database.execute(f"pragma {pragma}").close()
        migrate(database)
    except (OSError, sqlite3.Error) as error:
        raise LogFault(
            f"Không mở được nhật ký {path} ({error}); chưa ghi gì, "
            "hãy kiểm tra quyền ghi và dung lượng đĩa."
        ) from error
    return database


def migrate(database: Database) -> None:
    """Bring the log's tables up to date; several processes may do so at once.

    Raises LogTooNew when the log knows migrations that this version does not.
    """
    known = {migration.name for migration in MIGRATIONS.pending(Database(memory=True))}
    if unknown := {applied.name for applied in MIGRATIONS.applied(database)} - known:
        raise LogTooNew(
            f"Nhật ký logs.db do phiên bản mới hơn tạo ra ({', '.join(sorted(unknown))}); "
            "dữ liệu được giữ nguyên, hãy cập nhật chương trình."
        )
    if not MIGRATIONS.pending(database):
        return
    # The lock first: a second process then finds nothing pending instead of half a table.
    database.execute("begin immediate")
    try:
        MIGRATIONS.apply(database)
    except BaseException:
        database.rollback()
        raise
    database.commit()
