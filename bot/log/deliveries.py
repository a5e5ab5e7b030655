"""How far the reply to each question has got: about to leave, arrived, or nobody knows.

A process killed between "it leaves" and "it arrived" cannot tell, nor can one whose connection
broke in between. Such a reply is not sent again: a notice says so, and offers it. Message ids of a
chat only grow; so where every id between question and notice is known to be another message's, the
reply certainly did not arrive, and the notice becomes the answer by an edit, which can be repeated.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from weakref import WeakValueDictionary

from sqlite_utils import Database

from bot.log.database import insert, now, stamp, update
from bot.log.exchanges import Conversations, Pending

_READS_ANEW = "on conflict(exchange_id, message_id) do update set digest = excluded.digest"


@dataclass(frozen=True, slots=True)
class Watch:
    """Told of each message of a reply: when it leaves or certainly did not, and what it reads."""

    step: Callable[[bool], Awaitable[None]]
    """(it leaves), or (False) that it certainly did not arrive"""
    arrived: Callable[[int, str], Awaitable[None]]
    """(message id, digest of what it reads), once sent"""
    reads: Callable[[int, str], Awaitable[None]]
    """The same, before it is changed (with a digest that lacks what is unknown) and after."""


@dataclass(frozen=True, slots=True)
class Unsure:
    """A question whose reply was leaving when the process ended."""

    asked: Pending

    @property
    def chat_id(self) -> int:
        """The chat in whose order it stands."""
        return self.asked.chat_id


@dataclass(frozen=True, slots=True)
class Late:
    """A question that was left unanswered too long to be answered without being asked for."""

    asked: Pending

    @property
    def chat_id(self) -> int:
        """The chat in whose order it stands."""
        return self.asked.chat_id


NOTICED = "stopped while the reply was leaving"
LATE = "left unanswered at a start"
"""Errors of questions whose answer is offered by a button."""
_WIDEST_GAP = 100
"""Messages between a question and the notice about it that are looked up."""


class Deliveries:
    """The replies of a log, message by message.

    `after_arrival` is told the id of a message once the log knows it as part of a reply; it may
    block.
    """

    def __init__(
        self,
        conversations: Conversations,
        after_arrival: Callable[[int], object] = lambda message_id: None,
    ) -> None:
        self._conversations = conversations
        self._file = conversations.file
        self._after_arrival = after_arrival
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    def leaving(self, exchange_id: int, leaves: bool = True) -> None:
        """Note that a message leaves now, or (False) that it certainly did not arrive."""
        with self._file.writing() as db:
            moment = now() if leaves else None
            update(db, "exchanges", exchange_id, {"sending_at": moment})

    def arrived(self, exchange_id: int, message_id: int, digest: str) -> None:
        """Note that a message of the reply has arrived, and what it reads."""
        row = {"exchange_id": exchange_id, "message_id": message_id, "digest": digest}
        with self._file.writing() as db:
            insert(db, "replies", [row], new=_READS_ANEW)
            update(db, "exchanges", exchange_id, {"sending_at": None})
        self._after_arrival(message_id)

    def reads(self, exchange_id: int, message_id: int, digest: str) -> None:
        """Note what a message of the reply reads, as far as known (see `telegram.sending`)."""
        with self._file.writing() as db:
            db.execute(
                "update replies set digest = ? where exchange_id = ? and message_id = ?",
                (digest, exchange_id, message_id),
            ).close()

    def watch(self, exchange_id: int) -> Watch:
        """Return what notes how far the reply gets."""

        async def step(leaving: bool) -> None:
            await asyncio.to_thread(self.leaving, exchange_id, leaving)

        async def arrived(message_id: int, digest: str) -> None:
            await asyncio.to_thread(self.arrived, exchange_id, message_id, digest)

        async def reads(message_id: int, digest: str) -> None:
            await asyncio.to_thread(self.reads, exchange_id, message_id, digest)

        return Watch(step, arrived, reads)

    def alone_with(self, exchange_id: int) -> asyncio.Lock:
        """Return the lock of whoever sends or changes the reply, until it is in the log."""
        return self._locks.setdefault(exchange_id, asyncio.Lock())

    def messages(self, exchange_id: int) -> dict[int, str]:
        """Return the messages of the reply with what they read, in the order of sending."""
        rows = self._file.rows(
            "select message_id, digest from replies where exchange_id = ? order by rowid",
            exchange_id,
        )
        return {row["message_id"]: row["digest"] for row in rows}

    def is_current(self, asked: Pending) -> bool:
        """Return whether a question still reads as it did, unanswered."""
        return bool(
            self._file.rows(
                "select 1 from exchanges where id = ? and revision = ? and finished_at is null",
                *(asked.id, asked.revision),
            )
        )

    def is_leaving(self, exchange_id: int) -> bool:
        """Return whether a message of the reply left and may have arrived, or not."""
        sql = "select 1 from exchanges where id = ? and sending_at is not null"
        return bool(self._file.rows(sql, exchange_id))

    def unsure(self) -> list[Pending]:
        """Return the questions whose reply was leaving when the process ended, oldest first."""
        rows = self._file.rows(
            "select id from exchanges where finished_at is null and sending_at is not null"
            " and chat_id is not null order by id"
        )
        found = [self._conversations.question(row["id"]) for row in rows]
        return [asked for asked in found if asked]

    def late(self, after: timedelta, until: timedelta) -> list[Pending]:
        """Return the questions left unanswered for longer than `after`, oldest first.

        Those of before `until` are closed without a word.
        """
        moment = datetime.now(UTC)
        left = "finished_at is null and sending_at is null and chat_id is not null"
        asked_at = "coalesce(edited_at, asked_at)"
        with self._file.writing() as db:
            db.execute(
                f"update exchanges set finished_at = ?, error = ? where {left} and {asked_at} < ?",
                (now(), LATE, stamp(moment - until)),
            ).close()
        rows = self._file.rows(
            f"select id from exchanges where {left} and {asked_at} < ? order by id",
            stamp(moment - after),
        )
        found = [self._conversations.question(row["id"]) for row in rows]
        return [asked for asked in found if asked]

    def noticed(self, asked: Pending, error: str, message_id: int, digest: str) -> bool:
        """Note the message that tells of a reply that may not have arrived, as part of the reply.

        Returns True if the reply certainly did not arrive: then the question is open again. Else it
        is closed with `error`, and a press can open it.
        """
        row = {"exchange_id": asked.id, "message_id": message_id, "digest": digest}
        with self._file.writing() as db:
            insert(db, "replies", [row], new=_READS_ANEW)
            is_certain = error == NOTICED and self._knows_all_between(db, asked, message_id)
            closing: dict[str, object] = {"error": error, "finished_at": now()}
            changed = {"sending_at": None} if is_certain else closing
            update(db, "exchanges", asked.id, changed)
        return is_certain

    def _knows_all_between(self, db: Database, asked: Pending, message_id: int) -> bool:
        """Whether each id between question and notice is a known question's or reply's."""
        if asked.message_id is None or not 0 < message_id - asked.message_id <= _WIDEST_GAP:
            return False
        sql = (
            "select count(*) from (select message_id from exchanges where chat_id = ?1"
            " and message_id > ?2 and message_id < ?3 union select r.message_id from replies r"
            " join exchanges e on e.id = r.exchange_id where e.chat_id = ?1 and r.message_id > ?2"
            " and r.message_id < ?3)"
        )
        (known,) = db.execute(sql, (asked.chat_id, asked.message_id, message_id)).fetchone()
        return bool(known == message_id - asked.message_id - 1)

    def reopen(self, exchange_id: int) -> Pending | None:
        """Open a question again whose reply did not arrive; None if it is answered or unknown."""
        with self._file.writing() as db:
            rows = db.execute(
                "update exchanges set finished_at = null, error = null, sending_at = null,"
                " revision = revision + 1 where id = ? and (sending_at is not null or error = ?)"
                " returning id",
                (exchange_id, LATE),
            ).fetchall()
        return self._conversations.question(exchange_id) if rows else None
