"""Which question follows which: a thread leads from each exchange to the one before it.

A reply follows what it replies to, even when somebody else asked that; another question follows
the person's last in the same chat and topic. `/moi` cuts the second, never the first.
"""

from __future__ import annotations

from sqlite_utils import Database

from bot.log.database import LogDatabase
from retrieval.models import Kind, Turn

DEEPEST = 20
"""How far back a thread is followed, small talk and failures included."""
HERE = "(chat_id is ?1 or chat_id in (select old_id from moved_chats where new_id = ?1))"


_ANSWERED = (
    "select id from exchanges where chat_id = ?1 and message_id = ?2 union all"
    " select e.id from replies r cross join exchanges e on e.id = r.exchange_id"
    " where r.message_id = ?2 and e.chat_id = ?1 order by 1 desc limit 1"
)
# Equal columns only: then the index has the newest first, in a log of any size.
_LAST = (
    "select id from exchanges where chat_id = ?1 and topic_id is ?2 and person_id is ?3"
    " and not forgotten order by id desc limit 1"
)


def thread_of(
    db: Database,
    chat_id: int | None,
    topic_id: int | None,
    person_id: int | None,
    answers: int | None,
) -> int | None:
    """Return the exchange that a new question follows, None where nothing came before."""
    if chat_id is None:
        return None
    if answers is not None and (found := _newest(db, _ANSWERED, chat_id, answers)):
        return found
    former = db.execute("select old_id from moved_chats where new_id = ?", (chat_id,)).fetchall()
    places = (chat_id, *(row[0] for row in former))
    return (
        max((_newest(db, _LAST, place, topic_id, person_id) for place in places), default=0) or None
    )


def _newest(db: Database, sql: str, *values: object) -> int:
    rows = db.execute(sql, values).fetchall()
    return int(rows[0][0]) if rows else 0


class Threads:
    """The threads of a log."""

    def __init__(self, file: LogDatabase) -> None:
        self._file = file

    def before(self, exchange_id: int, limit: int = 5) -> list[Turn]:
        """Return what an exchange follows, oldest first; greetings and failures left out.

        The turns are as `texts.answers.remembered` makes them.
        """
        rows = self._file.rows(
            "with recursive thread(id, depth) as (select parent_id, 1 from exchanges where id = ?1"
            " union select e.parent_id, depth + 1 from thread join exchanges e on e.id = thread.id"
            " where depth < ?2)"
            " select coalesce(nullif(standalone, ''), question) as question, answer || coalesce("
            "(select ' “' || text || '”' from quotes where exchange_id = e.id and rank = 1), '')"
            " as answer, (select title from quotes where exchange_id = e.id and rank = 1) as title"
            " from thread join exchanges e on e.id = thread.id"
            " where kind in (?3, ?4) and error is null order by depth limit ?5",
            *(exchange_id, DEEPEST, Kind.ANSWER, Kind.NOT_FOUND, limit),
        )
        return [Turn(row["question"], row["answer"], row["title"] or "") for row in reversed(rows)]

    def answered_before(self, exchange_id: int) -> int | None:
        """Return the last exchange before this one in its thread that answered or refused."""
        rows = self._file.rows(
            "with recursive thread(id, depth) as (select parent_id, 1 from exchanges where id = ?1"
            " union select e.parent_id, depth + 1 from thread join exchanges e on e.id = thread.id"
            " where depth < ?2)"
            " select e.id from thread join exchanges e on e.id = thread.id"
            " where kind in (?3, ?4) and error is null order by depth limit 1",
            *(exchange_id, DEEPEST, Kind.ANSWER, Kind.NOT_FOUND),
        )
        return int(rows[0]["id"]) if rows else None

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
