"""The file of the log: nobody who reads holds up who writes."""

import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from scripted import found

from bot.log.exchanges import Conversations
from bot.log.retention import forget
from bot.review.queries import Filter, find

PATIENCE = 30
"""Seconds after which a wait that should not be one is a failure."""


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Conversations]:
    with Conversations(tmp_path / "logs.db") as log:
        for number in range(3):
            ask(log, f"câu {number}")
        yield log


def ask(log: Conversations, question: str) -> int:
    exchange = log.record(None, -5, None, 7, "Lan", 1, question, datetime.now(UTC))
    assert exchange is not None
    log.finish(exchange, found(question))
    return exchange


@pytest.fixture
def reader(log):
    """Somebody in the middle of reading the log, until the event is set; and what was read."""
    begun, done = threading.Event(), threading.Event()

    def read() -> list[str]:
        with log.file.reading() as db:
            rows = db.execute("select question from exchanges order by id")
            first = rows.fetchone()
            begun.set()
            assert done.wait(PATIENCE)
            return [row[0] for row in (first, *rows.fetchall())]

    with ThreadPoolExecutor() as pool:
        reading = pool.submit(read)
        assert begun.wait(PATIENCE)
        yield done, reading
        done.set()


def test_an_exchange_is_written_while_somebody_reads(log, reader):
    done, reading = reader
    with ThreadPoolExecutor() as pool:
        assert pool.submit(ask, log, "trong lúc đọc").result(PATIENCE) == 4

    assert not reading.done()
    assert len(find(log.file, Filter())) == 4, "another reader sees it at once"
    done.set()
    assert reading.result(PATIENCE) == ["câu 0", "câu 1", "câu 2"]


def test_many_read_at_once(log):
    together = threading.Barrier(8, timeout=PATIENCE)

    def read() -> int:
        with log.file.reading() as db:
            together.wait()
            return db.execute("select count(*) from exchanges").fetchone()[0]

    with ThreadPoolExecutor(8) as pool:
        counted = [pool.submit(read) for _ in range(8)]
        assert [each.result(PATIENCE) for each in counted] == [3] * 8


def test_readers_cannot_write(log):
    with pytest.raises(sqlite3.OperationalError, match="readonly"), log.file.reading() as db:
        db.execute("delete from exchanges")

    assert len(find(log.file, Filter())) == 3


def test_cleaning_up_waits_for_readers_and_writing_does_not(log, reader):
    done, _ = reader
    with ThreadPoolExecutor() as pool:
        ask(log, "ghi đè trang đang đọc")
        assert log.file.empty_wal(patience=0) is False
        cleaning = pool.submit(forget, log.file, 7)
        assert pool.submit(ask, log, "trong lúc dọn").result(PATIENCE) == 5
        assert not cleaning.done()
        done.set()
        assert cleaning.result(PATIENCE) >= 4
    assert log.file.empty_wal() is True
