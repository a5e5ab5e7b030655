"""The log: every question from receipt on, with its answer, quotes and times, in `logs.db`.

Owns writing exchanges and reading what the bot itself needs of them: what is unanswered, what was
said before. The tables are `migrations.py`'s; what reviewers read is not here. Times are UTC.
One connection behind a lock (recording takes 1.5 ms; 21 with a connection for each call), so
methods may be called from any thread.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Any, Self

from sqlite_utils import Database

from bot.migrations import open_log
from retrieval.documents import Answer, Kind, Quote, Turn


@dataclass(frozen=True, slots=True)
class Pending:
    """A question that was received and has neither answer nor error yet."""

    id: int
    update_id: int | None
    chat_id: int
    topic_id: int | None
    person_id: int | None
    message_id: int | None
    question: str
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class Exchange:
    """One line of the log. `kind` is None while unanswered and after an error."""

    id: int
    asked_at: datetime
    chat_id: int | None
    """None: asked in the terminal."""
    person_name: str
    question: str
    standalone: str
    kind: Kind | None
    answer: str
    error: str
    quotes: int
    """How many."""


class Conversations:
    """The log in the file `path`, made where it is missing."""

    def __init__(self, path: Path) -> None:
        """Open the log and bring its tables up to date; raises LogFault, LogTooNew."""
        self._lock = Lock()
        self._db = open_log(path)

    def close(self) -> None:
        """Close the file; no other method may be called afterwards."""
        with self._lock:
            self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @contextmanager
    def _writing(self) -> Iterator[Database]:
        """One transaction, alone on the connection; the write lock is taken at its start."""
        with self._lock:
            self._db.execute("begin immediate")
            try:
                yield self._db
            except BaseException:
                self._db.rollback()
                raise
            self._db.commit()

    def _rows(self, sql: str, *values: object) -> list[dict[str, Any]]:
        with self._lock:
            return list(self._db.query(sql, values))

    def record(
        self,
        update_id: int | None,
        chat_id: int | None,
        topic_id: int | None,
        person_id: int | None,
        person_name: str,
        message_id: int | None,
        question: str,
        asked_at: datetime,
    ) -> int | None:
        """Note a question before work on it starts; return its id.

        Returns None when the update is known already: then there is nothing to do.
        A question from the terminal has neither update, chat nor person.
        """
        place = (update_id, chat_id, topic_id, person_id, message_id)
        said = (_text(question), _stamp(asked_at), _stamp(datetime.now(UTC)))
        with self._writing() as db:
            if person_id is not None:
                db.execute(
                    "insert into people(id, name) values (?, ?)"
                    " on conflict(id) do update set name = excluded.name",
                    (person_id, _text(person_name)),
                )
            inserted = db.execute(
                "insert into exchanges(update_id, chat_id, topic_id, person_id, message_id,"
                " question, asked_at, recorded_at) values (?, ?, ?, ?, ?, ?, ?, ?)"
                " on conflict(update_id) do nothing returning id",
                place + said,
            ).fetchall()
        return int(inserted[0][0]) if inserted else None

    def finish(self, exchange_id: int, answer: Answer, reply_ids: Sequence[int] = ()) -> None:
        """Write the answer, its quotes and the messages it went out as; again replaces them."""
        quotes = [_quote_row(exchange_id, rank, q) for rank, q in enumerate(answer.quotes, 1)]
        replies = [{"exchange_id": exchange_id, "message_id": reply} for reply in reply_ids]
        with self._writing() as db:
            db.table("exchanges").update(exchange_id, _answer_row(answer))
            for table, rows in (("quotes", quotes), ("replies", replies)):
                db.table(table).delete_where("exchange_id = ?", [exchange_id])
                db.table(table).insert_all(rows)

    def sending(self, exchange_id: int, leaving: bool) -> None:
        """Note that the reply leaves now, or (False) that it certainly did not arrive."""
        moment = _stamp(datetime.now(UTC)) if leaving else None
        with self._writing() as db:
            db.table("exchanges").update(exchange_id, {"sending_at": moment})

    def fail(self, exchange_id: int, error: str) -> None:
        """Close an exchange that could not be answered, with the reason for the log."""
        now = _stamp(datetime.now(UTC))
        with self._writing() as db:
            db.table("exchanges").update(exchange_id, {"error": error, "finished_at": now})

    def pending(self, max_age: timedelta) -> list[Pending]:
        """Return the chat questions without an end, none older than `max_age`, oldest first.

        Left out are those whose reply was on its way when the process ended: nobody can tell
        whether it arrived, and none shall be answered twice.
        """
        rows = self._rows(
            "select id, update_id, chat_id, topic_id, person_id, message_id, question, asked_at"
            " from exchanges where finished_at is null and sending_at is null"
            " and chat_id is not null and asked_at >= ?"
            " order by asked_at, id",
            _stamp(datetime.now(UTC) - max_age),
        )
        return [Pending(**{**row, "asked_at": _moment(row["asked_at"])}) for row in rows]

    def history(
        self, chat_id: int, topic_id: int | None, person_id: int | None, limit: int = 5
    ) -> list[Turn]:
        """Return what this person asked last in this place, oldest first; greetings left out.

        The turns are as `plain.remembered` makes them.
        """
        rows = self._rows(
            "select coalesce(nullif(standalone, ''), question) as question, answer || coalesce("
            "(select ' “' || text || '”' from quotes where exchange_id = e.id and rank = 1), '')"
            " as answer from exchanges e where chat_id is ? and topic_id is ? and person_id is ?"
            " and kind in (?, ?)"
            " order by id desc limit ?",
            *(chat_id, topic_id, person_id, Kind.ANSWER, Kind.NOT_FOUND, limit),
        )
        return [Turn(row["question"], row["answer"]) for row in reversed(rows)]

    def latest(self, n: int) -> list[Exchange]:
        """Return the last `n` exchanges, newest first."""
        rows = self._rows(
            "select e.id, asked_at, chat_id, name as person_name, question, standalone, kind,"
            " answer, error, (select count(*) from quotes where exchange_id = e.id) as quotes"
            " from exchanges e left join people p on p.id = e.person_id"
            " order by e.id desc limit ?",
            n,
        )
        return [_exchange(row) for row in rows]


def _exchange(row: dict[str, Any]) -> Exchange:
    texts = ("person_name", "standalone", "answer", "error")
    cleaned = row | {name: row[name] or "" for name in texts}
    kind = Kind(row["kind"]) if row["kind"] else None
    return Exchange(**cleaned | {"asked_at": _moment(row["asked_at"]), "kind": kind})


def _answer_row(answer: Answer) -> dict[str, object]:
    spent = answer.timings_ms
    return {
        "finished_at": _stamp(datetime.now(UTC)),
        "standalone": answer.standalone,
        "kind": answer.kind,
        "answer": answer.lead,
        "nearest_source_id": answer.nearest.id if answer.nearest else None,
        "confidence": answer.confidence,
        "total_ms": spent.get("total", sum(spent.values())),
        "timings_ms": json.dumps(dict(spent)),
        "error": None,
    }


def _quote_row(exchange_id: int, rank: int, quote: Quote) -> dict[str, object]:
    source = quote.source
    return {
        "exchange_id": exchange_id,
        "rank": rank,
        "source_id": source.id,
        "path": source.path,
        "title": source.title,
        "publisher": source.publisher,
        "date": source.date.isoformat() if source.date else None,
        "url": source.url,
        "start": quote.start,
        "end": quote.end,
        "text": quote.text,
    }


def _text(typed: str) -> str:
    """Replace halves of characters, which messages can hold and SQLite cannot."""
    return typed.encode("utf-8", "replace").decode("utf-8")


def _stamp(moment: datetime) -> str:
    """Write a time so that the order of the texts is the order of the times."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")


def _moment(stamp: str) -> datetime:
    return datetime.fromisoformat(stamp)
