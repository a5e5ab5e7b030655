"""What people say of answers: votes with reasons, and questions handed to the administrators."""

from __future__ import annotations

from bot.buttons import Reason, Vote
from bot.log_file import LogFile, clean_text, now


class Votes:
    """The votes of a log: one a person and answer, the last one counts."""

    def __init__(self, file: LogFile) -> None:
        self._file = file

    def cast(self, exchange_id: int, person_id: int, vote: Vote) -> None:
        """Note a vote; another vote takes the reason of the first away."""
        with self._file.writing() as db:
            db.execute(
                "insert into votes(exchange_id, person_id, vote, voted_at) values (?, ?, ?, ?)"
                " on conflict(exchange_id, person_id) do update set vote = excluded.vote,"
                " voted_at = excluded.voted_at, reason = null, words = null"
                " where vote <> excluded.vote",
                (exchange_id, self._file.person(person_id), vote, now()),
            ).close()

    def explain(
        self,
        exchange_id: int,
        person_id: int,
        *,
        reason: Reason = Reason.OTHER,
        words: str | None = None,
    ) -> None:
        """Note why an answer is no good; that is a 👎 too."""
        said = clean_text(words) if words is not None else None
        who = self._file.person(person_id)
        with self._file.writing() as db:
            db.execute(
                "insert into votes(exchange_id, person_id, vote, reason, words, voted_at)"
                " values (?1, ?2, ?3, ?4, ?5, ?6) on conflict(exchange_id, person_id) do update"
                " set vote = ?3, reason = ?4, words = coalesce(?5, words), voted_at = ?6",
                (exchange_id, who, Vote.DOWN, reason, said, now()),
            ).close()

    def hand_over(self, exchange_id: int, person_id: int) -> bool:
        """Put a question on the administrators' list; False if it stands there already."""
        with self._file.writing() as db:
            return bool(
                db.execute(
                    "insert into handovers(exchange_id, person_id, handed_at) values (?, ?, ?)"
                    " on conflict do nothing returning 1",
                    (exchange_id, self._file.person(person_id), now()),
                ).fetchall()
            )

    def ask_for_words(self, exchange_id: int, chat_id: int, message_id: int) -> None:
        """Note that a message asks for words about an answer."""
        with self._file.writing() as db:
            row = {"chat_id": chat_id, "message_id": message_id, "exchange_id": exchange_id}
            db.table("prompts").insert(row, replace=True)

    def asked_for_by(self, chat_id: int, message_id: int) -> int | None:
        """Return the exchange that a message asks for words about, None if it asks nothing."""
        rows = self._file.rows(
            "select exchange_id from prompts where chat_id = ? and message_id = ?",
            *(chat_id, message_id),
        )
        return rows[0]["exchange_id"] if rows else None
