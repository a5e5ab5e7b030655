"""What people say of answers: votes with reasons, and questions handed to the administrators."""

from __future__ import annotations

from enum import StrEnum

from bot.log.database import LogDatabase, clean_text, now


class Vote(StrEnum):
    """What a person thinks of an answer."""

    UP = "up"
    DOWN = "down"


class Reason(StrEnum):
    """Why an answer was no good; in the log as they stand here."""

    WRONG = "sai"
    INCOMPLETE = "thieu"
    SOURCE = "nguon"
    OTHER = "khac"


class Votes:
    """The votes of a log: one a person and answer, the last one counts."""

    def __init__(self, file: LogDatabase) -> None:
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

    def take_back(self, exchange_id: int, person_id: int) -> None:
        """Note that a person takes a vote without a reason back, as a reaction can be."""
        with self._file.writing() as db:
            db.table("votes").delete_where(
                "exchange_id = ? and person_id = ? and reason is null",
                [exchange_id, self._file.person(person_id)],
            )

    def explain(
        self,
        exchange_id: int,
        person_id: int,
        *,
        reason: Reason = Reason.OTHER,
        words: str | None = None,
    ) -> bool:
        """Note why an answer is no good, which is a 👎 too; False if just that is noted already."""
        said = clean_text(words) if words is not None else None
        who = self._file.person(person_id)
        with self._file.writing() as db:
            changed = db.execute(
                "insert into votes(exchange_id, person_id, vote, reason, words, voted_at)"
                " values (?1, ?2, ?3, ?4, ?5, ?6) on conflict(exchange_id, person_id) do update"
                " set vote = ?3, reason = ?4, words = coalesce(?5, words), voted_at = ?6"
                " where vote <> ?3 or reason is not ?4 or words is not coalesce(?5, words)"
                " returning 1",
                (exchange_id, who, Vote.DOWN, reason, said, now()),
            ).fetchall()
        return bool(changed)

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

    def about_to_ask(self, exchange_id: int, person_id: int, chat_id: int) -> None:
        """Note that a person is about to be asked for words, in a message without a number yet."""
        place, person = self._file.place(chat_id), self._file.person(person_id)
        row = {"chat_id": place, "person_id": person, "asked_at": now()}
        with self._file.writing() as db:
            db.table("asking").insert(row | {"exchange_id": exchange_id}, replace=True)

    def ask_for_words(
        self, exchange_id: int, person_id: int, chat_id: int, message_id: int
    ) -> None:
        """Note that a message asks a person for words about an answer."""
        place, person = self._file.place(chat_id), self._file.person(person_id)
        row = {"chat_id": place, "message_id": message_id, "exchange_id": exchange_id}
        with self._file.writing() as db:
            db.table("prompts").insert(row, replace=True)
            db.table("asking").delete_where("chat_id = ? and person_id = ?", [place, person])

    def asked_for_by(self, chat_id: int, message_id: int, person_id: int | None) -> int | None:
        """Return the exchange that a message asks for words about, None if it asks nothing.

        A message of the bot that is nobody's answer, to a person who was about to be asked when
        the process ended, is what asked.
        """
        place = self._file.place(chat_id)
        rows = self._file.rows(
            "select exchange_id from prompts where chat_id = ? and message_id = ?",
            *(place, message_id),
        )
        if not rows and person_id is not None:
            rows = self._file.rows(
                "select a.exchange_id from asking a where a.chat_id = ?4 and person_id = ?3"
                " and not exists (select 1 from replies r join exchanges e on e.id = r.exchange_id"
                " where e.chat_id = ?1 and r.message_id = ?2)",
                *(chat_id, message_id, self._file.person(person_id), place),
            )
        return rows[0]["exchange_id"] if rows else None
