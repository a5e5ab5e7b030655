"""Killed at any moment, what changes the log leaves it before or after; the next start mends."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from kills import killed
from scripted import found
from sqlite_utils import Database

from bot.log.backup import back_up, restore
from bot.log.exchanges import Conversations
from bot.log.migrations import MIGRATIONS, open_log
from bot.log.retention import Pseudonyms, expire, forget, veil
from bot.review.queries import Filter, find
from tests.benchmarks.made_up_log import make_up

LAN, WORD, NAME = 7001, "kxqzwvut", "Zwkxqlan"
HELD, OURS = 150, 40
veiled = Pseudonyms(b"k" * 32)


@pytest.fixture
def kills(request) -> int:
    return request.config.getoption("--kills")


@pytest.fixture(scope="module")
def start(tmp_path_factory) -> Path:
    """A state folder: a log with exchanges of others and of Lan, and a copy of one with others'."""
    folder = tmp_path_factory.mktemp("start")
    make_up(folder / "logs.db", HELD, 20)
    back_up(folder / "logs.db", folder / "others.db")
    with Conversations(folder / "logs.db") as log:
        for number in range(OURS):
            asked = (LAN, None, LAN, NAME, number, f"{WORD}{number} hỏi gì?", datetime.now(UTC))
            exchange = log.record(None, *asked)
            log.finish(exchange, found("hỏi gì?"), [number])
    return folder


def log_of(folder: Path) -> Conversations:
    return Conversations(folder / "logs.db")


def count(folder: Path) -> int:
    with log_of(folder) as log:
        assert log.file.rows("pragma integrity_check")[0]["integrity_check"] == "ok"
        return log.file.number("select count(*) from exchanges")


def asked_by_lan(log: Conversations) -> int:
    return log.file.number("select count(*) from exchanges where question like ?", f"{WORD}%")


def stands(word: str, folder: Path) -> bool:
    files = (folder / "logs.db", folder / "logs.db-wal")
    return any(word.encode() in file.read_bytes() for file in files if file.exists())


def do_back_up(folder: Path) -> None:
    back_up(folder / "logs.db", folder / "copy.db")


def do_restore(folder: Path) -> None:
    restore(folder / "others.db", folder / "logs.db", replace=True)


def do_forget(folder: Path) -> None:
    with log_of(folder) as log:
        forget(log.file, LAN)


def do_veil(folder: Path) -> None:
    with Conversations(folder / "logs.db", veiled) as log:
        veil(log.file)


def do_migrate(folder: Path) -> None:
    open_log(folder / "logs.db").close()


def test_a_backup_is_whole_or_not_there(start, tmp_path, kills):
    def make(folder: Path) -> None:
        shutil.copytree(start, folder)

    for folder, note in killed("backup", do_back_up, make, tmp_path, kills):
        there = (folder / "copy.db").exists()
        if not there:
            do_back_up(folder)
        with closing(sqlite3.connect(folder / "copy.db")) as copy:
            assert copy.execute("pragma integrity_check").fetchone()[0] == "ok"
            assert copy.execute("select count(*) from exchanges").fetchone()[0] == HELD + OURS
        assert count(folder) == HELD + OURS
        assert not list(folder.glob("copy.db.part*"))
        note("after" if there else "before")


def test_a_restored_log_is_the_old_or_the_new(start, tmp_path, kills):
    def make(folder: Path) -> None:
        shutil.copytree(start, folder)

    for folder, note in killed("restore", do_restore, make, tmp_path, kills):
        before = count(folder)
        assert before in {HELD, HELD + OURS}
        do_restore(folder)
        assert count(folder) == HELD
        note("before" if before > HELD else "after")


def test_a_person_is_forgotten_whole_or_not_yet(start, tmp_path, kills):
    def make(folder: Path) -> None:
        shutil.copytree(start, folder)

    for folder, note in killed("forget me", do_forget, make, tmp_path, kills):
        with log_of(folder) as log:
            left = asked_by_lan(log)
            assert left in {0, OURS}
            expire(log.file, 10_000)  # as each start does
            if not left:
                assert not log.file.owes_scrub
        assert stands(WORD, folder) == bool(left)
        do_forget(folder)
        assert not stands(WORD, folder)
        assert not stands(NAME, folder)
        note("before" if left else "after")


def test_people_get_their_pseudonyms_all_or_none(start, tmp_path, kills):
    def make(folder: Path) -> None:
        shutil.copytree(start, folder)

    for folder, note in killed("pseudonyms", do_veil, make, tmp_path, kills):
        with log_of(folder) as log:
            named = log.file.number("select count(*) from people where id > 0")
            everybody = log.file.number("select count(*) from people")
            assert named in {0, everybody}
        do_veil(folder)  # as each start does
        with Conversations(folder / "logs.db", veiled) as log:
            assert log.file.number("select count(*) from people where id > 0") == 0
            assert len(find(log.file, Filter(), 999)) > OURS
        assert not stands(NAME, folder)
        note("before" if named else "after")


def test_the_tables_are_old_or_new(tmp_path, kills):
    known = [migration.name for migration in MIGRATIONS.pending(Database(memory=True))]

    def make(folder: Path) -> None:
        folder.mkdir()
        old = Database(folder / "logs.db")
        MIGRATIONS.apply(old, stop_before="m004_sending")
        with old.conn:
            old.conn.executemany(
                "insert into exchanges(question, asked_at, recorded_at) values (?, ?, ?)",
                [(f"{WORD} câu {i}", "2026-01-01", "2026-01-01") for i in range(200)],
            )
        old.close()

    for folder, note in killed("migrations", do_migrate, make, tmp_path, kills):
        left = Database(folder / "logs.db")
        applied = [migration.name for migration in MIGRATIONS.applied(left)]
        left.close()
        assert applied in (known[:3], known)
        do_migrate(folder)
        with log_of(folder) as log:
            assert len(find(log.file, Filter(search=WORD), 999)) == 200
        note("before" if applied != known else "after")
