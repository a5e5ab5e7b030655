"""Questions that found no answer or a bad one, alike ones together, until somebody deals with them.

Alike are questions that `retrieval.query.duplicates` takes for the same: an answer to one goes out
to whoever asked another.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from sqlite_utils import Database

from bot.log.database import LogDatabase, clean_text, now, stamp
from bot.log.exchanges import Pending
from retrieval.embeddings.models import Vectors
from retrieval.query.duplicates import difference

Embed = Callable[[Sequence[str]], Vectors]
LOOKED_AT = timedelta(days=90)
MOST = 300
"""The newest so many are looked at."""


@dataclass(frozen=True, slots=True)
class Group:
    """Questions that are alike, newest first."""

    rows: tuple[dict[str, Any], ...]

    @property
    def ids(self) -> list[int]:
        """The exchanges."""
        return [row["id"] for row in self.rows]

    @property
    def question(self) -> str:
        """How it was asked last, in full."""
        return str(self.rows[0]["text"])


class Unanswered:
    """The open questions of a log."""

    def __init__(self, file: LogDatabase, embed: Embed) -> None:
        self._file = file
        self._alike = Likeness(embed)

    def groups(self, since: datetime | None = None) -> list[Group]:
        """Return the open questions, most asked first; those asked `since` then, if given."""
        first = max(since or datetime.now(UTC) - LOOKED_AT, datetime.now(UTC) - LOOKED_AT)
        rows = self._file.rows(
            "select id, question, coalesce(nullif(standalone, ''), question) as text, asked_at"
            " from exchanges e where asked_at >= ? and question <> '' and error is null"
            " and (chat_id is not null or person_id is null)"  # not half-typed: see inline.py
            " and (kind = 'not_found' or (finished_at is not null and id in"
            " (select exchange_id from votes where vote = 'down'"
            " union select exchange_id from handovers)))"
            " and not exists (select 1 from reviews where exchange_id = e.id)"
            " order by id desc limit ?",
            *(stamp(first), MOST),
        )
        groups: list[list[dict[str, Any]]] = []
        for row in rows:
            alike = (group for group in groups if self._alike(group[0]["text"], row["text"]))
            if group := next(alike, None):
                group.append(row)
            else:
                groups.append([row])
        return sorted((Group(tuple(group)) for group in groups), key=lambda g: -len(g.rows))

    def question(self, exchange_id: int) -> str:
        """Return how it was asked, also where nobody can be answered; "" if it is gone."""
        rows = self._file.rows("select question from exchanges where id = ?", exchange_id)
        return str(rows[0]["question"]) if rows else ""

    def close(self, ids: Sequence[int], state: str, person_id: int) -> None:
        """Take questions off the list: `ignored` or `done`."""
        with self._file.writing() as db:
            reviewed(db, ids, state, self._file.person(person_id))

    def ask_for_answer(self, exchange_id: int, chat_id: int, message_id: int) -> None:
        """Note that a message asks an administrator for an answer."""
        place = {"chat_id": self._file.place(chat_id), "message_id": message_id}
        row = place | {"exchange_id": exchange_id}
        with self._file.writing() as db:
            db.table("answer_prompts").insert(row, replace=True)

    def reopen(self, exchange_id: int) -> Pending | None:
        """Open an exchange of a chat, to be answered by a new message; None if it cannot be."""
        with self._file.writing() as db:
            found = db.execute(
                "update exchanges set finished_at = null, sending_at = null,"
                " revision = revision + 1 where id = ? and chat_id is not null"
                " and message_id is not null and finished_at is not null"
                " returning id, update_id, chat_id, topic_id, person_id, message_id, question,"
                " asked_at, revision, language",
                (exchange_id,),
            ).fetchall()
            db.table("replies").delete_where("exchange_id = ?", [exchange_id])
        if not found:
            return None
        fields = list(found[0])
        fields[7] = datetime.fromisoformat(fields[7])
        return Pending(*fields)


class Likeness:
    """Whether two questions ask the same; vectors are made where words do not tell, and kept."""

    def __init__(self, embed: Embed, most: int = 1000) -> None:
        self._embed = embed
        self._most = most
        self._vectors: dict[str, Vectors] = {}

    def __call__(self, one: str, other: str) -> bool:
        """Return whether an answer to one question is an answer to the other. May block."""
        return difference(one, other, lambda: self._cosine(one, other)) is None

    def _cosine(self, one: str, other: str) -> float:
        if len(self._vectors) > self._most:
            self._vectors.clear()
        new = [text for text in (one, other) if text not in self._vectors]
        if new:
            self._vectors |= dict(zip(new, self._embed(new), strict=True))
        return float(np.dot(self._vectors[one], self._vectors[other]))


def reviewed(db: Database, ids: Sequence[int], state: str, person: int, said: str = "") -> None:
    """Note what became of questions, and who (as the log knows people) saw to it."""
    row = {"state": state, "person_id": person, "reviewed_at": now(), "words": clean_text(said)}
    db.table("reviews").insert_all([row | {"exchange_id": number} for number in ids], replace=True)


def asked_for_by(file: LogDatabase, chat_id: int, message_id: int) -> int | None:
    """Return the exchange whose answer a message asks an administrator for."""
    rows = file.rows(
        "select exchange_id from answer_prompts where chat_id = ? and message_id = ?",
        *(file.place(chat_id), message_id),
    )
    return rows[0]["exchange_id"] if rows else None
