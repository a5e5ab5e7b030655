"""The log: every question from receipt on, with its answer, quotes and times, in `logs.db`.

Owns writing exchanges and reading what the bot itself needs of them: what is unanswered, what was
said before. The tables are `migrations`'s; votes are `votes`'s; what reviewers read is not
here. Times are UTC. Methods may be called from any thread.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from bot.log.database import LogDatabase, clean_text, insert, now, stamp, update
from bot.log.retention import is_deleted
from bot.log.threads import thread_of
from bot.texts.answers import lead
from retrieval.directives.recognition import name_of
from retrieval.directives.resolution import references_in
from retrieval.models import EVERYTHING, Answer, Audience, Kind, ModelUse, Quote


def answer_row(answer: Answer) -> dict[str, object]:
    """Return the columns of `exchanges` that an answer fills."""
    spent = answer.timings_ms
    return {
        "finished_at": now(),
        "standalone": answer.standalone,
        "understood": _understood(answer),
        "kind": answer.kind,
        "answer": lead(answer),
        "refusal": answer.refusal.reason if answer.refusal else None,
        "nearest_source_id": answer.nearest.id if answer.nearest else None,
        "remembered_id": answer.official.id if answer.official else None,
        "audience": audience_kept(answer.audience),
        "confidence": answer.confidence,
        "total_ms": spent.get("total", sum(spent.values())),
        "timings_ms": json.dumps(dict(spent)),
        "error": None,
    }


def audience_kept(audience: Audience) -> str | None:
    """Return an audience as it stands in the log, None for what is public.

    >>> audience_kept(Audience(frozenset({"b-2", "a-1"}))), audience_kept(Audience(None))
    ('["a-1", "b-2"]', '["*"]')
    """
    if audience.collections is None:
        return '["*"]'
    return json.dumps(sorted(audience.collections)) if audience.collections else None


def audience_of(kept: str | None) -> Audience:
    """Return the audience that stands in the log."""
    collections = json.loads(kept or "[]")
    return EVERYTHING if "*" in collections else Audience(frozenset(collections))


def _understood(answer: Answer) -> str | None:
    """Return how a question was read, as `migrations.m021_understood` has it; None if as typed."""
    if not (answer.steps or answer.choices):
        return None
    read = {"steps": answer.steps, "choices": answer.choices}
    return clean_text(json.dumps(read, ensure_ascii=False))


def quote_row(exchange_id: int, rank: int, quote: Quote) -> dict[str, object]:
    """Return the row of `quotes` for a quote of an answer; the best has rank 1."""
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


def directive_rows(exchange_id: int, answer: Answer) -> list[dict[str, object]]:
    """Return the rows of `directives`: those that the question or its quotes speak of, by name."""
    said = [answer.question, answer.standalone, *(quote.text for quote in answer.quotes)]
    names = dict.fromkeys(name_of(reference) for reference in references_in("\n".join(said)))
    return [{"exchange_id": exchange_id, "name": name} for name in names]


def model_row(exchange_id: int, use: ModelUse, ms: float | None) -> dict[str, object]:
    """Return the row of `model_uses` for one question put to the model."""
    dropped = [
        {"sentence": sentence, "reason": drop.reason, "subject": drop.subject}
        for sentence, drop in use.dropped
    ]
    return {
        "exchange_id": exchange_id,
        "used_at": now(),
        "model": use.name,
        "raw": clean_text(use.raw),
        "dropped": clean_text(json.dumps(dropped, ensure_ascii=False)),
        "prompt_tokens": use.prompt_tokens,
        "completion_tokens": use.completion_tokens,
        "ms": ms,
        "judging_tokens": use.judging_tokens,
        "failure": use.failure,
        "fault": use.fault or "",
    }


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
    revision: int = 0
    """How often it was edited."""
    language: str = ""
    """Of the person's client, as Telegram tells it."""


_PENDING = (
    "id, update_id, chat_id, topic_id, person_id, message_id, question, asked_at, revision,"
    " language"
)


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

    def __init__(self, path: Path, pseudonym: Callable[[int], int] | None = None) -> None:
        """Open the log and bring its tables up to date; raises LogFault, LogTooNew.

        With `pseudonym`, people are logged under what it makes of their ids, and without names.
        """
        self.file = LogDatabase(path, pseudonym)

    def close(self) -> None:
        """Close the file; no other method may be called afterwards."""
        self.file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

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
        *,
        answers: int | None = None,
        language: str = "",
    ) -> int | None:
        """Note a question before work on it starts; return its id.

        Returns None when the update is known already: then there is nothing to do.
        A question from the terminal has neither update, chat nor person. `answers` is the message
        that it replies to: it continues that one's thread, else the person's last in this place.
        """
        if person_id is not None:
            person_id = self.file.person(person_id)
            person_name = person_name if self.file.names_people else ""
        place = (update_id, chat_id, topic_id, person_id, message_id)
        said = (clean_text(question), stamp(asked_at), now(), language)
        with self.file.writing() as db:
            if person_id is not None:
                db.execute(
                    "insert into people(id, name) values (?, ?)"
                    " on conflict(id) do update set name = excluded.name",
                    (person_id, clean_text(person_name)),
                )
            parent = thread_of(db, chat_id, topic_id, person_id, answers)
            inserted = db.execute(
                "insert into exchanges(update_id, chat_id, topic_id, person_id, message_id,"
                " question, asked_at, recorded_at, language, parent_id)"
                " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                " on conflict(update_id) do nothing returning id",
                (*place, *said, parent),
            ).fetchall()
        return int(inserted[0][0]) if inserted else None

    def revise(
        self, chat_id: int, message_id: int, question: str, since: datetime
    ) -> Pending | None:
        """Put an edited question in the place of the first, to be answered anew.

        Returns None when that message is no question asked after `since`, or says the same.
        """
        changed = (clean_text(question), now(), chat_id, message_id, stamp(since))
        with self.file.writing() as db:
            rows = db.execute(
                "update exchanges set question = ?, edited_at = ?, revision = revision + 1,"
                " finished_at = null, error = null where chat_id = ? and message_id = ?"
                " and asked_at >= ? and question <> ?"
                " and coalesce(error, '') not like 'turned away%' returning id",
                (*changed, clean_text(question)),
            ).fetchall()
        return self.question(int(rows[0][0])) if rows else None

    def question(self, exchange_id: int) -> Pending | None:
        """Return the question of an exchange of a chat, None if there is no such one."""
        rows = self.file.rows(
            f"select {_PENDING} from exchanges where id = ? and chat_id is not null", exchange_id
        )
        return _pending(rows[0]) if rows else None

    def answered_by(self, chat_id: int, message_id: int) -> Pending | None:
        """Return the question of a chat that a message was sent in answer to, None for others."""
        rows = self.file.rows(
            "select e.id from replies r join exchanges e on e.id = r.exchange_id"
            " where r.message_id = ? and e.chat_id = ? order by e.id desc limit 1",
            *(message_id, chat_id),
        )
        return self.question(rows[0]["id"]) if rows else None

    def choices(self, exchange_id: int) -> list[str]:
        """Return the questions that an answer asked somebody to choose from, none of most."""
        rows = self.file.rows("select understood from exchanges where id = ?", exchange_id)
        read = json.loads(rows[0]["understood"] or "{}") if rows else {}
        return list(read.get("choices", ()))

    def finish(
        self,
        exchange_id: int,
        answer: Answer,
        reply_ids: Sequence[int] = (),
        revision: int | None = None,
    ) -> None:
        """Write the answer, its quotes and the messages it went out as; again replaces them.

        An answer to another `revision` than the latest leaves the exchange open. One that was
        deleted while its answer was made or sent stays deleted.
        """
        quotes = [quote_row(exchange_id, rank, q) for rank, q in enumerate(answer.quotes, 1)]
        directives = directive_rows(exchange_id, answer)
        replies = [{"exchange_id": exchange_id, "message_id": reply} for reply in reply_ids]
        with self.file.writing() as db:
            if is_deleted(db, exchange_id):
                db.table("replies").delete_where("exchange_id = ?", [exchange_id])
                return
            update(db, "exchanges", exchange_id, answer_row(answer))
            for table, rows in (("quotes", quotes), ("directives", directives)):
                db.execute(f"delete from {table} where exchange_id = ?", (exchange_id,)).close()
                insert(db, table, rows)
            db.execute(
                "delete from replies where exchange_id = ?"
                " and message_id not in (select value from json_each(?))",
                (exchange_id, json.dumps(list(reply_ids))),
            ).close()
            insert(db, "replies", replies, new="on conflict do nothing")
            if answer.model:
                spent = answer.timings_ms.get("model")
                insert(db, "model_uses", [model_row(exchange_id, answer.model, spent)])
            if revision is not None:
                db.execute(
                    "update exchanges set finished_at = null where id = ? and revision <> ?",
                    (exchange_id, revision),
                ).close()

    def fail(self, exchange_id: int, error: str, revision: int | None = None) -> None:
        """Close an exchange that could not be answered, with the reason for the log.

        An exchange that was edited since `revision` stays open.
        """
        with self.file.writing() as db:
            db.execute(
                "update exchanges set error = ?, finished_at = ? where id = ?"
                " and revision = coalesce(?, revision)",
                (error, now(), exchange_id, revision),
            ).close()

    def pending(self, max_age: timedelta) -> list[Pending]:
        """Return the chat questions without an end, none older than `max_age`, oldest first.

        Left out are those whose reply was on its way when the process ended: nobody can tell
        whether it arrived (see `deliveries`).
        """
        rows = self.file.rows(
            f"select {_PENDING} from exchanges where finished_at is null and sending_at is null"
            " and chat_id is not null and coalesce(edited_at, asked_at) >= ?"
            " order by asked_at, id",
            stamp(datetime.now(UTC) - max_age),
        )
        return [_pending(row) for row in rows]

    def latest(self, n: int) -> list[Exchange]:
        """Return the last `n` exchanges, newest first."""
        rows = self.file.rows(
            "select e.id, asked_at, chat_id, name as person_name, question, standalone, kind,"
            " answer, error, (select count(*) from quotes where exchange_id = e.id) as quotes"
            " from exchanges e left join people p on p.id = e.person_id"
            " order by e.id desc limit ?",
            n,
        )
        return [_exchange(row) for row in rows]


def language_of(file: LogDatabase, person_id: int) -> str:
    """Return the language in which a person asked last, "" for whoever never did."""
    rows = file.rows(
        "select language from exchanges where person_id = ? order by asked_at desc limit 1",
        file.person(person_id),
    )
    return str(rows[0]["language"]) if rows else ""


def _pending(row: dict[str, Any]) -> Pending:
    return Pending(**{**row, "asked_at": _moment(row["asked_at"])})


def _exchange(row: dict[str, Any]) -> Exchange:
    texts = ("person_name", "standalone", "answer", "error")
    cleaned = row | {name: row[name] or "" for name in texts}
    kind = Kind(row["kind"]) if row["kind"] else None
    return Exchange(**cleaned | {"asked_at": _moment(row["asked_at"]), "kind": kind})


def _moment(stamp: str) -> datetime:
    return datetime.fromisoformat(stamp)
