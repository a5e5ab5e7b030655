"""Answers that are no longer right, and how far telling the chats that got them has come.

Owns the tables `corrections` (one decision of an administrator each), `corrected_quotes` (what
changed), `correction_deliveries` (who is told) and `correction_looks` (how far index and verdicts
have been looked through). Finding what changed is `bot.review.affected_answers`'s, words and
sending are `telegram.admin.corrections`'s. Methods may be called from any thread.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlite_utils import Database

from bot.log.database import LogDatabase, clean_text, insert, now
from retrieval.models import Edition


class Cause(StrEnum):
    """Why an answer is no longer right; in the log as they stand here."""

    CHANGED = "changed"
    """The quoted words no longer stand in the source; others may."""
    GONE = "gone"
    """The source was taken out."""
    RESTORED = "restored"
    """The quoted words stand again after the chat was told that they do not."""
    SUPERSEDED = "superseded"
    """A newer source says that a directive of the quote was replaced or amended."""
    WRONG = "wrong"
    """A reviewer judged so."""


TEXT_CAUSES = frozenset({Cause.CHANGED, Cause.GONE, Cause.RESTORED})
"""Those that are about what the quoted source says."""


class State(StrEnum):
    """How far a correction is; in the log as they stand here."""

    OPEN = "open"
    TELLING = "telling"
    TOLD = "told"
    SKIPPED = "skipped"


class Reached(StrEnum):
    """What became of telling one chat; in the log as they stand here."""

    WAITING = "waiting"
    TOLD = "told"
    UNSURE = "unsure"
    """The process ended, or the connection broke, while the message was leaving."""
    UNREACHABLE = "unreachable"
    """The chat is left or blocked, or its question was deleted."""


@dataclass(frozen=True, slots=True)
class CorrectedQuote:
    """What changed of one quote of an answer."""

    exchange_id: int
    rank: int
    """1 is the best quote."""
    cause: Cause
    title: str
    """Of the source that was quoted."""
    before: str
    """The words as the chat knows them; "" where it was told that there are none."""
    now: str
    """What stands instead; "" where nothing does."""
    now_title: str = ""
    """The source that says so, where it is another one."""
    source_id: str = ""
    """Of the source that was quoted, where it matters."""


@dataclass(frozen=True, slots=True)
class TouchedAnswer:
    """An answer with what changed of it."""

    exchange_id: int
    chat_id: int
    """As the log names it; a pseudonym, below `retention`'s bound, cannot be written to."""
    topic_id: int | None
    person_id: int | None
    person_name: str
    question: str
    asked_at: datetime
    language: str
    message_id: int
    """The last message of the answer."""
    quotes: tuple[CorrectedQuote, ...] = ()
    notes: tuple[str, ...] = ()
    """What reviewers wrote beside their verdicts: for administrators alone."""


@dataclass(frozen=True, slots=True)
class Correction:
    """What an administrator decides at once."""

    id: int
    state: State
    chat_id: int | None
    """Where the decision was made, until all are told."""
    message_id: int | None


@dataclass(frozen=True, slots=True)
class Look:
    """How far index and verdicts have been looked through."""

    edition: Edition
    verdicts_until: str
    """The stamp of the last verdict that was seen."""


_ANSWERS = """
select e.id as exchange_id, e.chat_id, e.topic_id, e.person_id, coalesce(p.name, '') as person_name,
    e.question, e.asked_at, e.language, max(r.message_id) as message_id
from exchanges e join replies r on r.exchange_id = e.id left join people p on p.id = e.person_id
where e.question <> '' and e.chat_id is not null
    and e.id in (select exchange_id from corrected_quotes where correction_id = ?)
group by e.id order by e.id
"""
# An answer that was given anew, to an edited question, has other quotes than those corrected.
_QUOTES = """
select c.exchange_id, c.rank, c.cause, coalesce(nullif(q.title, ''), q.path) as title,
    c.before, c.now, c.now_title, q.source_id
from corrected_quotes c join quotes q on q.exchange_id = c.exchange_id and q.rank = c.rank
    and q.text = c.quoted
where c.correction_id = ? order by c.exchange_id, c.rank
"""
_NOTES = """
select v.exchange_id, v.reviewer, v.note from verdicts v
join corrected_quotes c on c.exchange_id = v.exchange_id and c.cause = ?
where c.correction_id = ? and v.note <> '' order by v.decided_at
"""


class Corrections:
    """Those of a log."""

    def __init__(self, file: LogDatabase) -> None:
        self._file = file

    def last_look(self) -> Look | None:
        """Return how far the last look came, None before the first."""
        rows = self._file.rows("select * from correction_looks")
        if not rows:
            return None
        row = rows[0]
        return Look(Edition(row["uid"], 0, row["generation"]), row["verdicts_until"])

    def looked(
        self,
        look: Look,
        found: Sequence[tuple[CorrectedQuote, str]] = (),
        stale: Collection[CorrectedQuote] = (),
    ) -> int | None:
        """Note a look, what it found, each with the words that were quoted, and what no longer is.

        Returns the new correction, None if nothing is new. What was found before is not again.
        """
        with self._file.writing() as db:
            _drop(db, stale)
            db.execute(
                "insert into correction_looks(id, uid, generation, verdicts_until)"
                " values (1, ?, ?, ?) on conflict(id) do update set uid = excluded.uid,"
                " generation = excluded.generation, verdicts_until = excluded.verdicts_until",
                (look.edition.uid, look.edition.generation, look.verdicts_until),
            ).close()
            if not found:
                return None
            correction = db.execute(
                "insert into corrections(found_at, state) values (?, ?) returning id",
                (now(), State.OPEN),
            ).fetchone()[0]
            rows = [_row(correction, one, quoted) for one, quoted in found]
            insert(db, "corrected_quotes", rows, new="on conflict do nothing")
            counted = "select count(*) from corrected_quotes where correction_id = ?"
            if not db.execute(counted, (correction,)).fetchone()[0]:
                db.table("corrections").delete(correction)
                return None
        return int(correction)

    def all(self) -> list[Correction]:
        """Return every correction, newest first."""
        rows = self._file.rows(
            "select id, state, chat_id, message_id from corrections order by id desc"
        )
        return [Correction(**row | {"state": State(row["state"])}) for row in rows]

    def open_ids(self) -> list[int]:
        """Return the corrections that nobody has decided on, oldest first."""
        rows = self._file.rows("select id from corrections where state = ? order by id", State.OPEN)
        return [row["id"] for row in rows]

    def telling(self) -> list[Correction]:
        """Return the corrections that chats are still being told of."""
        rows = self._file.rows(
            "select id, state, chat_id, message_id from corrections where state = ? order by id",
            State.TELLING,
        )
        return [Correction(**row | {"state": State(row["state"])}) for row in rows]

    def answers(self, correction: int) -> list[TouchedAnswer]:
        """Return the answers that a correction is about and that still have their text."""
        quotes: dict[int, list[CorrectedQuote]] = {}
        with self._file.reading() as db:
            for row in _rows(db, _QUOTES, correction):
                one = CorrectedQuote(**row | {"cause": Cause(row["cause"])})
                quotes.setdefault(one.exchange_id, []).append(one)
            answers = _rows(db, _ANSWERS, correction)
            notes: dict[int, list[str]] = {}
            for row in _rows(db, _NOTES, Cause.WRONG, correction):
                notes.setdefault(row["exchange_id"], []).append(f"{row['reviewer']}: {row['note']}")
        return [
            TouchedAnswer(
                **row | {"asked_at": datetime.fromisoformat(row["asked_at"])},
                quotes=tuple(quotes[row["exchange_id"]]),
                notes=tuple(notes.get(row["exchange_id"], ())),
            )
            for row in answers
            if row["exchange_id"] in quotes
        ]

    def pending_quotes(self) -> list[CorrectedQuote]:
        """Return what changed, of corrections that nobody has decided on."""
        rows = self._file.rows(
            "select c.exchange_id, c.rank, c.cause, '' as title, c.before, c.now, c.now_title"
            " from corrected_quotes c join corrections k on k.id = c.correction_id"
            " where k.state = ?",
            State.OPEN,
        )
        return [CorrectedQuote(**row | {"cause": Cause(row["cause"])}) for row in rows]

    def found_wrong(self) -> set[int]:
        """Return the answers that were brought up because a reviewer judged them wrong."""
        rows = self._file.rows(
            "select exchange_id from corrected_quotes where cause = ?", Cause.WRONG
        )
        return {row["exchange_id"] for row in rows}

    def told(self) -> dict[tuple[int, int], str]:
        """Return (exchange, rank) → what its chat was told last about the words of the source."""
        rows = self._file.rows(
            "select c.exchange_id, c.rank, c.now from corrected_quotes c"
            " join correction_deliveries d on d.correction_id = c.correction_id"
            " and d.exchange_id = c.exchange_id and d.reached = ?"
            " where c.cause in (select value from json_each(?)) order by c.correction_id",
            *(Reached.TOLD, json.dumps(sorted(TEXT_CAUSES))),
        )
        return {(row["exchange_id"], row["rank"]): row["now"] for row in rows}

    def decide(self, correction: int, *, tell: bool, chat_id: int, message_id: int) -> bool:
        """Note an administrator's decision; False if there was one before."""
        state = State.TELLING if tell else State.SKIPPED
        place = (chat_id, message_id) if tell else (None, None)
        with self._file.writing() as db:
            decided = db.execute(
                "update corrections set state = ?, decided_at = ?, chat_id = ?, message_id = ?"
                " where id = ? and state = ? returning 1",
                (state, now(), *place, correction, State.OPEN),
            ).fetchall()
            if decided and tell:
                db.execute(
                    "insert into correction_deliveries(correction_id, exchange_id, reached)"
                    " select distinct correction_id, exchange_id, ? from corrected_quotes"
                    " where correction_id = ?",
                    (Reached.WAITING, correction),
                ).close()
        return bool(decided)

    def tell_again(self, correction: int, chat_id: int, message_id: int) -> bool:
        """Open the deliveries that nobody knows the end of; False where there are none."""
        with self._file.writing() as db:
            again = db.execute(
                "update correction_deliveries set reached = ?, sending_at = null"
                " where correction_id = ? and reached = ? returning 1",
                (Reached.WAITING, correction, Reached.UNSURE),
            ).fetchall()
            if again:
                db.execute(
                    "update corrections set state = ?, chat_id = ?, message_id = ? where id = ?",
                    (State.TELLING, chat_id, message_id, correction),
                ).close()
        return bool(again)

    def interrupted(self) -> None:
        """Note, at a start, that what was leaving when the process ended may have arrived."""
        with self._file.writing() as db:
            db.execute(
                "update correction_deliveries set reached = ? where reached = ?"
                " and sending_at is not null",
                (Reached.UNSURE, Reached.WAITING),
            ).close()

    def waiting(self, correction: int) -> set[int]:
        """Return the exchanges whose chats are still to be told."""
        rows = self._file.rows(
            "select exchange_id from correction_deliveries where correction_id = ?"
            " and reached = ? and sending_at is null",
            *(correction, Reached.WAITING),
        )
        return {row["exchange_id"] for row in rows}

    def leaving(self, correction: int, exchange_id: int, leaves: bool = True) -> None:
        """Note that a message leaves now, or (False) that it certainly did not arrive."""
        self._deliver(correction, exchange_id, sending_at=now() if leaves else None)

    def tried(self, correction: int, exchange_id: int, reached: Reached) -> None:
        """Note what became of telling one chat."""
        self._deliver(correction, exchange_id, reached=reached, sending_at=None)

    def reached(self, correction: int) -> dict[Reached, int]:
        """Return how many chats were told, how many could not be, and of how many nobody knows."""
        rows = self._file.rows(
            "select reached, count(*) as count from correction_deliveries where correction_id = ?"
            " group by reached",
            correction,
        )
        return {Reached(row["reached"]): row["count"] for row in rows}

    def finish(self, correction: int) -> None:
        """Note that all were told or cannot be."""
        with self._file.writing() as db:
            db.execute(
                "update corrections set state = ?, chat_id = null, message_id = null where id = ?",
                (State.TOLD, correction),
            ).close()

    def _deliver(self, correction: int, exchange_id: int, **columns: object) -> None:
        sets = ", ".join(f"{name} = ?" for name in columns)
        with self._file.writing() as db:
            db.execute(
                f"update correction_deliveries set {sets}"
                " where correction_id = ? and exchange_id = ?",
                (*columns.values(), correction, exchange_id),
            ).close()


def _row(correction: int, one: CorrectedQuote, quoted: str) -> dict[str, object]:
    return {
        "correction_id": correction,
        "exchange_id": one.exchange_id,
        "rank": one.rank,
        "cause": one.cause,
        "quoted": quoted,
        "before": one.before,
        "now": clean_text(one.now),
        "now_title": clean_text(one.now_title),
    }


def _rows(db: Database, sql: str, *values: object) -> list[dict[str, Any]]:
    found = db.execute(sql, values)
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found]


def _drop(db: Database, stale: Collection[CorrectedQuote]) -> None:
    """Take out what is no longer so, and decisions about nothing."""
    for one in stale:
        db.execute(
            "delete from corrected_quotes where exchange_id = ? and rank = ? and cause = ?"
            " and before = ? and now = ? and correction_id in"
            " (select id from corrections where state = ?)",
            (one.exchange_id, one.rank, one.cause, one.before, one.now, State.OPEN),
        ).close()
    db.execute(
        "delete from corrections where state = ?"
        " and id not in (select correction_id from corrected_quotes)",
        (State.OPEN,),
    ).close()
