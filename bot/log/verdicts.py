"""What reviewers judged of answers: one verdict a reviewer and exchange, the last one counts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bot.log.database import LogDatabase, clean_text, now

LONGEST = 2000
"""Characters that are kept of a note, and of the words that must be quoted."""


class Verdict(StrEnum):
    """What a reviewer says of an answer; in the log as they stand here."""

    RIGHT = "right"
    INCOMPLETE = "incomplete"
    WRONG_QUOTE = "wrong_quote"
    SHOULD_REFUSE = "should_refuse"
    SHOULD_ANSWER = "should_answer"


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict with its reasons."""

    verdict: Verdict
    note: str = ""
    must: str = ""
    """Words that the quotes of a right answer hold."""


class Verdicts:
    """The verdicts of a log."""

    def __init__(self, file: LogDatabase) -> None:
        self._file = file

    def give(self, exchange_id: int, reviewer: str, judgement: Judgement) -> bool:
        """Note a verdict in the place of the reviewer's former one; False: no such exchange.

        An exchange that has lost its text cannot be judged any more.
        """
        note, must = (clean_text(text)[:LONGEST] for text in (judgement.note, judgement.must))
        with self._file.writing() as db:
            return (
                db.execute(
                    "insert into verdicts(exchange_id, reviewer, verdict, note, must, decided_at)"
                    " select id, ?2, ?3, ?4, ?5, ?6 from exchanges where id = ?1 and question <> ''"
                    " on conflict(exchange_id, reviewer) do update set verdict = excluded.verdict,"
                    " note = excluded.note, must = excluded.must, decided_at = excluded.decided_at"
                    " returning 1",
                    (exchange_id, reviewer, judgement.verdict, note, must, now()),
                ).fetchall()
                != []
            )

    def withdraw(self, exchange_id: int, reviewer: str) -> None:
        """Take a reviewer's verdict back."""
        with self._file.writing() as db:
            db.table("verdicts").delete_where(
                "exchange_id = ? and reviewer = ?", [exchange_id, reviewer]
            )

    def latest(self) -> list[dict[str, Any]]:
        """Return the last verdict on each exchange that still has its text, oldest first."""
        return self._file.rows(
            "select v.*, max(v.decided_at) as last from verdicts v"
            " join exchanges e on e.id = v.exchange_id and e.question <> ''"
            " group by v.exchange_id order by v.exchange_id"
        )
