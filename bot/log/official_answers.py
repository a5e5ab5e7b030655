"""What administrators answer to open questions: on disk until it has reached everybody who asked.

Owns the table `official_answers`. While an answer waits, it holds the numbers under which Telegram
knows who wrote it and where; once finished, only that this message was seen to, for updates that
come again. Sending is `telegram.admin.unanswered`'s, reviewed questions are `unanswered`'s.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlite_utils import Database

from bot.log.database import LogDatabase, clean_text, now
from bot.log.unanswered import reviewed

DeliveryState = dict[int, bool | None]
"""Exchange → whether the answer has reached who asked; None: not tried yet."""


@dataclass(frozen=True, slots=True)
class OfficialAnswer:
    """What an administrator wrote in answer to a question, asked to."""

    id: int
    exchange_id: int
    chat_id: int
    """Where it was written."""
    person_id: int
    person_name: str
    language: str
    words: str


class OfficialAnswers:
    """Those of a log. Methods may be called from any thread."""

    def __init__(self, file: LogDatabase) -> None:
        self._file = file

    def note(self, written: OfficialAnswer, message_id: int) -> OfficialAnswer | None:
        """Write down an answer and return it with its id; None if the message is known."""
        named = clean_text(written.person_name) if self._file.names_people else ""
        place = self._file.place(written.chat_id), message_id
        who = (written.chat_id, written.person_id, named, written.language)
        row = (written.exchange_id, *who, clean_text(written.words))
        with self._file.writing() as db:
            new = db.execute(
                "insert into official_answers(place, message_id, exchange_id, chat_id, person_id,"
                " person_name, language, words, written_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?)"
                " on conflict do nothing returning id",
                (*place, *row, now()),
            ).fetchall()
        return OfficialAnswer(new[0][0], *row) if new else None

    def unfinished(self) -> list[OfficialAnswer]:
        """Return what has not been delivered in full, oldest first."""
        rows = self._file.rows(
            "select id, exchange_id, chat_id, person_id, person_name, language, words"
            " from official_answers where finished_at is null order by id"
        )
        return [OfficialAnswer(**row) for row in rows]

    def deliveries(self, answer: OfficialAnswer) -> DeliveryState:
        """Return how far it has got; empty before `begin`."""
        with self._file.reading() as db:
            return _deliveries(db, answer.id)

    def begin(self, answer: OfficialAnswer, ids: Sequence[int]) -> DeliveryState:
        """Note whose questions it answers; empty if it was deleted meanwhile."""
        waiting = json.dumps(dict.fromkeys(map(str, ids)))
        with self._file.writing() as db:
            db.execute(
                "update official_answers set deliveries = ? where id = ?", (waiting, answer.id)
            ).close()
            return _deliveries(db, answer.id)

    def tried(self, answer: OfficialAnswer, exchange_id: int, *, reached: bool) -> None:
        """Note one delivery and take its question off the list, both or neither."""
        with self._file.writing() as db:
            db.execute(
                "update official_answers set deliveries = json_set(deliveries, ?, json(?))"
                " where id = ?",
                (f'$."{exchange_id}"', json.dumps(reached), answer.id),
            ).close()
            who = self._file.person(answer.person_id)
            reviewed(db, [exchange_id], "answered", who, answer.words)

    def finish(self, answer: OfficialAnswer) -> None:
        """Keep no more than that this message was seen to."""
        with self._file.writing() as db:
            db.execute(
                "update official_answers set finished_at = ?, chat_id = null, person_id = null,"
                " person_name = '', language = '', words = '' where id = ?",
                (now(), answer.id),
            ).close()
        if not self._file.names_people:
            self._file.empty_wal()


def _deliveries(db: Database, answer_id: int) -> DeliveryState:
    sql = "select deliveries from official_answers where id = ?"
    found = db.execute(sql, (answer_id,)).fetchone()
    return {int(number): done for number, done in json.loads(found[0]).items()} if found else {}
