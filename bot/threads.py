"""Which question follows which: a thread leads from each exchange to the one before it.

A reply follows what it replies to, even when somebody else asked that; another question follows
the person's last in the same chat and topic. `/moi` cuts the second, never the first.
"""

from __future__ import annotations

from sqlite_utils import Database

from bot.log_file import LogFile
from retrieval.documents import Kind, Turn

DEEPEST = 20
"""How far back a thread is followed, small talk and failures included."""
HERE = "(chat_id is ?1 or chat_id in (select old_id from moved_chats where new_id = ?1))"


def thread_of(
    db: Database,
    chat_id: int | None,
    topic_id: int | None,
    person_id: int | None,
    answers: int | None,
) -> int | None:
    """Return the exchange that a new question follows, None where nothing came before."""
    rows = db.execute(
        "select e.id from exchanges e where e.chat_id = ?1 and (e.message_id = ?2 or e.id in"
        " (select exchange_id from replies where message_id = ?2)) order by e.id desc limit 1",
        (chat_id, answers),
    ).fetchall()
    if not rows and chat_id is not None:
        rows = db.execute(
            f"select id from exchanges where {HERE} and topic_id is ?2 and person_id is ?3"
            " and not forgotten order by id desc limit 1",
            (chat_id, topic_id, person_id),
        ).fetchall()
    return int(rows[0][0]) if rows else None


class Threads:
    """The threads of a log."""

    def __init__(self, file: LogFile) -> None:
        self._file = file

    def before(self, exchange_id: int, limit: int = 5) -> list[Turn]:
        """Return what an exchange follows, oldest first; greetings and failures left out.

        The turns are as `plain.remembered` makes them.
        """
        rows = self._file.rows(
            "with recursive thread(id, depth) as (select parent_id, 1 from exchanges where id = ?1"
            " union select e.parent_id, depth + 1 from thread join exchanges e on e.id = thread.id"
            " where depth < ?2)"
            " select coalesce(nullif(standalone, ''), question) as question, answer || coalesce("
            "(select ' “' || text || '”' from quotes where exchange_id = e.id and rank = 1), '')"
            " as answer from thread join exchanges e on e.id = thread.id"
            " where kind in (?3, ?4) and error is null order by depth limit ?5",
            *(exchange_id, DEEPEST, Kind.ANSWER, Kind.NOT_FOUND, limit),
        )
        return [Turn(row["question"], row["answer"]) for row in reversed(rows)]

    def forget(self, chat_id: int, topic_id: int | None, person_id: int | None) -> None:
        """Let the person's next question in this place follow nothing."""
        known = None if person_id is None else self._file.person(person_id)
        with self._file.writing() as db:
            db.execute(
                f"update exchanges set forgotten = 1 where {HERE} and topic_id is ?2"
                " and person_id is ?3 and not forgotten",
                (chat_id, topic_id, known),
            ).close()

    def forget_everybody(self, chat_id: int, topic_id: int | None) -> None:
        """Let the next question of anybody in this place follow nothing."""
        with self._file.writing() as db:
            db.execute(
                f"update exchanges set forgotten = 1 where {HERE} and topic_id is ?2"
                " and not forgotten",
                (chat_id, topic_id),
            ).close()
