"""What is wrong with the bot: kept until each administrator has heard of it and of its end.

A trouble is told once, and once more when it is over, whatever restarts come between. Who could not
be reached meanwhile hears of both at once.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.log.database import LogDatabase, clean_text, insert, stamp


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that is wrong: what kind of thing, which one, and what is to be said of it."""

    kind: str
    subject: str = ""
    facts: Mapping[str, str] = field(default_factory=dict, compare=False)
    """What fills the sentence of this kind."""
    has_end: bool = field(default=True, compare=False)
    """Whether its end is told: not of what merely happened."""


@dataclass(frozen=True, slots=True)
class TroubleNotice:
    """What one administrator has yet to hear."""

    begun: tuple[dict[str, Any], ...] = ()
    over: tuple[dict[str, Any], ...] = ()
    """Rows of the table, with `facts` read."""

    def __bool__(self) -> bool:
        return bool(self.begun or self.over)


class TroubleLog:
    """The troubles of a log."""

    def __init__(self, file: LogDatabase) -> None:
        self._file = file

    def note(
        self,
        admins: Iterable[int],
        current: Collection[Trouble],
        kinds: Collection[str],
        moment: datetime,
    ) -> None:
        """Note what is wrong now among these kinds; what was and is no longer has ended."""
        people, when = [self._file.person(admin) for admin in admins], stamp(moment)
        rows = [
            {
                "person_id": person,
                "kind": trouble.kind,
                "subject": clean_text(trouble.subject),
                "told_of": json.dumps(dict(trouble.facts), ensure_ascii=False),
                "began_at": when,
                "ended_at": None if trouble.has_end else "",
            }
            for person in people
            for trouble in current
        ]
        keys = [[row["person_id"], row["kind"], row["subject"]] for row in rows]
        with self._file.writing() as db:
            insert(
                db,
                "troubles",
                rows,
                new="on conflict do update set ended_at = null where ended_at > ''",
            )
            gone = (
                "kind in (select value from json_each(?1)) and not exists (select 1 from"
                " json_each(?2) k where k.value ->> 0 = person_id and k.value ->> 1 = kind"
                " and k.value ->> 2 = subject)"
            )
            told = json.dumps([*kinds]), json.dumps(keys)
            db.execute(f"delete from troubles where ended_at = '' and {gone}", told).close()
            db.execute(
                f"update troubles set ended_at = ?3 where ended_at is null and {gone}",
                (*told, when),
            ).close()
            db.execute(
                "delete from troubles where person_id not in (select value from json_each(?))",
                (json.dumps(people),),
            ).close()

    def take(self, admin: int, moment: datetime) -> TroubleNotice:
        """Return what an administrator has yet to hear, and note it as told."""
        person = self._file.person(admin)
        with self._file.writing() as db:
            begun = _rows(
                db.execute(
                    "update troubles set told_at = ? where person_id = ? and told_at is null"
                    " and coalesce(ended_at, '') = '' returning *",
                    (stamp(moment), person),
                )
            )
            over = _rows(
                db.execute(
                    "delete from troubles where person_id = ? and ended_at > '' returning *",
                    (person,),
                )
            )
        return TroubleNotice(begun, over)

    def put_back(self, notice: TroubleNotice) -> None:
        """Note that a notice was not given after all."""
        with self._file.writing() as db:
            for row in notice.begun:
                db.execute(
                    "update troubles set told_at = null where person_id = ? and kind = ?"
                    " and subject = ?",
                    (row["person_id"], row["kind"], row["subject"]),
                ).close()
            rows = [
                {name: value for name, value in row.items() if name != "facts"}
                for row in notice.over
            ]
            insert(db, "troubles", rows, new="on conflict do nothing")

    def standing(self, kind: str) -> bool:
        """Return whether anybody has been told, or is to be told, of such a trouble."""
        sql = "select exists(select 1 from troubles where kind = ? and ended_at is null)"
        return self._file.number(sql, kind) > 0


def _rows(cursor: Any) -> tuple[dict[str, Any], ...]:
    names = [column[0] for column in cursor.description]
    found = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    for row in found:
        row["facts"] = json.loads(row["told_of"])
    return tuple(sorted(found, key=lambda row: (row["kind"], row["subject"])))
