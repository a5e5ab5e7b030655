"""The log's tables: made once, by whoever comes first, and never by an older program."""

import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlite_utils import Database

from bot.log.migrations import MIGRATIONS, LogTooNew, migrate


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "logs.db")
    yield database
    database.close()


def test_migrating_again_changes_nothing(database):
    migrate(database)
    before = database.schema
    migrate(database)

    assert database.schema == before
    assert {"exchanges", "quotes", "replies", "people"} <= set(database.table_names())


def test_every_migration_is_numbered_in_order():
    names = [migration.name for migration in MIGRATIONS.pending(Database(memory=True))]

    assert [name.split("_")[0] for name in names] == [
        f"m{number:03}" for number in range(1, len(names) + 1)
    ]


def test_several_programs_may_start_at_once(tmp_path):
    start = threading.Barrier(4)
    failures: list[Exception] = []

    def begin() -> None:
        database = Database(sqlite3.connect(tmp_path / "logs.db", timeout=30))
        start.wait()
        try:
            migrate(database)
        except Exception as error:
            failures.append(error)
        database.close()

    threads = [threading.Thread(target=begin) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []


def test_a_log_of_a_newer_program_is_left_alone(database):
    migrate(database)
    database.table("_sqlite_migrations").insert(
        {"migration_set": MIGRATIONS.name, "name": "m999_future", "applied_at": "2099"}
    )

    with pytest.raises(LogTooNew, match="m999_future"):
        migrate(database)


def test_a_failed_migration_leaves_no_half(database, monkeypatch):
    def breaks(db: Database) -> None:
        db.table("half").create({"id": int})
        raise sqlite3.OperationalError("disk full")

    registered = list(MIGRATIONS._migrations)
    monkeypatch.setattr(MIGRATIONS, "_migrations", registered)
    MIGRATIONS(name="m998_breaks")(breaks)

    with pytest.raises(sqlite3.OperationalError):
        migrate(database)
    assert database.table_names() == []
