"""Answers that administrators gave, kept for whoever asks the same later.

Owns the tables `remembered`, `remembered_questions` (each wording of what was asked) and
`remembered_sources` (what stood beside the question then). An answer is given until it is
withdrawn, and rests while one of these sources is not what it was: then an administrator is to look
at it again. The same is meant strictly (`retrieval.query.duplicates`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlite_utils import Database

from bot.log.database import LogDatabase, clean_text, now
from bot.log.exchanges import audience_of
from bot.log.official_answers import OfficialAnswer
from bot.log.unanswered import Embed, Likeness
from retrieval.models import PUBLIC, Audience, OfficialReply
from retrieval.query.expressions import in_figures

Fingerprint = Callable[[str], str]
"""Id of a source → a name of what it says now, "" where there is no such source."""
_MOST_QUESTIONS = 2000
"""The newest wordings are compared; a comparison takes some 50 µs."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """An answer as administrators see it."""

    id: int
    question: str
    words: str
    author: str
    written_at: datetime
    times: int
    """How often it was given to later questions."""
    is_resting: bool
    """A source that stood beside the question is not what it was."""


class RememberedAnswers:
    """Those of a log. Methods block and may be called from any thread."""

    def __init__(self, file: LogDatabase, embed: Embed, fingerprint: Fingerprint) -> None:
        self._file = file
        self._alike = Likeness(embed, _MOST_QUESTIONS)
        self._fingerprint = fingerprint

    def keep(self, answer: OfficialAnswer, exchange_ids: Sequence[int]) -> int | None:
        """Keep an answer with the questions that it answers; return its id, None if known."""
        found = self._file.rows(
            "select id, coalesce(nullif(standalone, ''), question) as text, asked_at, kind,"
            " nearest_source_id, audience from exchanges where id in"
            " (select value from json_each(?)) and question <> ''",
            str(list(exchange_ids)),
        )
        audience = next((row["audience"] for row in found if row["id"] == answer.exchange_id), None)
        # A wording is shown beside the answer: none from where more is seen.
        given = audience_of(audience)
        rows = [row for row in found if audience_of(row["audience"]).within(given)]
        sources = self._beside(answer.exchange_id)
        prints = {source: self._fingerprint(source) for source in sources}
        with self._file.writing() as db:
            made = db.execute(
                "insert into remembered(official_id, words, author, person_id, written_at,"
                " audience) values (?, ?, ?, ?, ?, ?) on conflict do nothing returning id",
                (
                    *(answer.id, clean_text(answer.words), clean_text(answer.person_name)),
                    *(self._file.person(answer.person_id), now(), audience),
                ),
            ).fetchall()
            if not made:
                return None
            known = int(made[0][0])
            db.table("remembered_questions").insert_all(
                {"answer_id": known, "exchange_id": row["id"], "question": _in_figures(row)}
                for row in rows
            )
            _rest_on(db, known, prints)
        return known

    def find(self, question: str, today: date, audience: Audience = PUBLIC) -> OfficialReply | None:
        """Return the latest answer to the same question that `audience` may have, None for none.

        That is one given to a question whose audience saw no more.
        """
        asked = in_figures(question, today)
        rows = self._file.rows(
            "select r.id, r.words, r.author, r.written_at, r.audience, q.question"
            " from remembered_questions q join remembered r on r.id = q.answer_id"
            " where r.withdrawn_at is null"
            " order by r.id desc, q.id limit ?",
            _MOST_QUESTIONS,
        )
        for row in rows:
            if not audience_of(row["audience"]).within(audience):
                continue
            if self._alike(asked, row["question"]) and not self._is_resting(row["id"]):
                day = datetime.fromisoformat(row["written_at"]).astimezone().date()
                said = row["words"], row["author"], day
                return OfficialReply(row["id"], row["question"], *said)
        return None

    def all(self) -> list[Remembered]:
        """Return the answers that are given, the latest first."""
        rows = self._file.rows(
            "select r.id, r.words, r.author, r.written_at, coalesce((select question from"
            " remembered_questions where answer_id = r.id order by id limit 1), '') as question,"
            " (select count(*) from exchanges where remembered_id = r.id) as times"
            " from remembered r where r.withdrawn_at is null order by r.id desc"
        )
        return [
            Remembered(
                **row | {"written_at": datetime.fromisoformat(row["written_at"])},
                is_resting=self._is_resting(row["id"]),
            )
            for row in rows
        ]

    def withdraw(self, answer_id: int, person_id: int) -> bool:
        """Give an answer no more; False if it was withdrawn before."""
        with self._file.writing() as db:
            return bool(
                db.execute(
                    "update remembered set withdrawn_at = ?, withdrawn_by = ? where id = ?"
                    " and withdrawn_at is null returning 1",
                    (now(), self._file.person(person_id), answer_id),
                ).fetchall()
            )

    def confirm(self, answer_id: int) -> None:
        """Let an answer rest on its sources as they are now."""
        rows = self._file.rows(
            "select source_id from remembered_sources where answer_id = ?", answer_id
        )
        known = {row["source_id"]: self._fingerprint(row["source_id"]) for row in rows}
        with self._file.writing() as db:
            db.table("remembered_sources").delete_where("answer_id = ?", [answer_id])
            _rest_on(db, answer_id, {source: told for source, told in known.items() if told})

    def _beside(self, exchange_id: int) -> list[str]:
        """Return the sources that were quoted for a question, else the one that came nearest."""
        quoted = self._file.rows(
            "select distinct source_id from quotes where exchange_id = ?", exchange_id
        )
        if quoted:
            return [row["source_id"] for row in quoted]
        rows = self._file.rows(
            "select nearest_source_id as source from exchanges where id = ?"
            " and nearest_source_id is not null",
            exchange_id,
        )
        return [row["source"] for row in rows]

    def _is_resting(self, answer_id: int) -> bool:
        rows = self._file.rows(
            "select source_id, fingerprint from remembered_sources where answer_id = ?", answer_id
        )
        return any(self._fingerprint(row["source_id"]) != row["fingerprint"] for row in rows)


def _in_figures(row: dict[str, str]) -> str:
    """Return a question as it is compared: its times told from the day it was asked."""
    return in_figures(row["text"], datetime.fromisoformat(row["asked_at"]).astimezone().date())


def _rest_on(db: Database, answer_id: int, prints: dict[str, str]) -> None:
    db.table("remembered_sources").insert_all(
        {"answer_id": answer_id, "source_id": source, "fingerprint": told}
        for source, told in prints.items()
    )
