"""What people and groups were given: roles and collections, by whom and when; links of one use.

Owns the tables `grants`, `invitations` and `page_users`. People stand in them as everywhere in the
log. Who may give what is `bot.access`'s; what was given and taken stands in `log.audit` too, and
there for good.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.access import Grant, Role
from bot.log.database import LogDatabase, clean_text, now, stamp
from bot.log.retention import NOBODY

VALID_FOR = timedelta(days=1)
"""How long a link waits for the one who uses it."""


@dataclass(frozen=True, slots=True)
class GivenRole:
    """A grant as administrators see it."""

    subject: int
    """Telegram's id of the person, as the log has it, or of the group."""
    name: str
    """Of the person or group when it was given; "" where names are not kept."""
    grant: Grant
    given_by: str
    """The name of who gave it, as far as it is known."""
    given_at: datetime


class RightsLog:
    """The grants of a log. Methods block and may be called from any thread."""

    def __init__(self, file: LogDatabase) -> None:
        self._file = file

    def of(self, subjects: Iterable[int]) -> frozenset[Grant]:
        """Return what people or groups of these ids were given."""
        known = [self._file.place(subject) for subject in subjects]
        rows = self._file.rows(
            "select role, collection from grants where subject in (select value from json_each(?))",
            str(known),
        )
        return frozenset(Grant(Role(row["role"]), row["collection"]) for row in rows)

    def all(self) -> list[GivenRole]:
        """Return everything that is given now, the latest first."""
        rows = self._file.rows(
            "select g.subject, g.name, g.role, g.collection, g.given_at,"
            " coalesce(p.name, '') as giver from grants g left join people p on p.id = g.given_by"
            " order by g.given_at desc, g.subject, g.role"
        )
        return [
            GivenRole(
                row["subject"],
                row["name"],
                Grant(Role(row["role"]), row["collection"]),
                row["giver"],
                datetime.fromisoformat(row["given_at"]),
            )
            for row in rows
        ]

    def name(self, person_id: int) -> str:
        """Return the name of a person who has written to the bot, "" where none is kept."""
        rows = self._file.rows("select name from people where id = ?", self._file.person(person_id))
        return str(rows[0]["name"]) if rows else ""

    def give(self, subject: int, name: str, grant: Grant, by: int = NOBODY) -> bool:
        """Give a role, in the name of a person or of the command line; False if given before."""
        shown = name if subject < 0 or self._file.names_people else ""
        with self._file.writing() as db:
            return bool(
                db.execute(
                    "insert into grants(subject, name, role, collection, given_by, given_at)"
                    " values (?, ?, ?, ?, ?, ?) on conflict do nothing returning 1",
                    (
                        *(self._file.place(subject), clean_text(shown), grant.role),
                        *(grant.collection, self._file.place(by), now()),
                    ),
                ).fetchall()
            )

    def take(self, subject: int, grant: Grant) -> bool:
        """Take a role; False if it was not given. `subject` may be as the log has it."""
        with self._file.writing() as db:
            return bool(
                db.execute(
                    "delete from grants where subject in (?, ?) and role = ? and collection = ?"
                    " returning 1",
                    (subject, self._file.place(subject), grant.role, grant.collection),
                ).fetchall()
            )

    def page_users(self) -> list[tuple[str, str]]:
        """Return what reviewers of the log's pages may see: (user, id of a collection)."""
        rows = self._file.rows("select user, collection from page_users order by user, collection")
        return [(row["user"], row["collection"]) for row in rows]

    def give_page_user(self, user: str, collection: str) -> bool:
        """Let a user of the log's pages see a collection; False if given before."""
        with self._file.writing() as db:
            return bool(
                db.execute(
                    "insert into page_users values (?, ?, ?) on conflict do nothing returning 1",
                    (user, collection, now()),
                ).fetchall()
            )

    def take_page_user(self, user: str, collection: str) -> bool:
        """Let a user of the log's pages see a collection no more; False if not given."""
        with self._file.writing() as db:
            return bool(
                db.execute(
                    "delete from page_users where user = ? and collection = ? returning 1",
                    (user, collection),
                ).fetchall()
            )

    def invite(self, grant: Grant, by: int) -> str:
        """Return a word that gives the role to the first who brings it within `VALID_FOR`."""
        word = secrets.token_urlsafe(24)
        row = {
            "digest": _digest(word),
            "role": grant.role,
            "collection": grant.collection,
            "made_by": self._file.place(by),
            "expires_at": stamp(datetime.now(UTC) + VALID_FOR),
        }
        with self._file.writing() as db:
            db.table("invitations").insert(row)
        return word

    def redeem(self, word: str) -> tuple[Grant, int] | None:
        """Return what a link gives, and who made it; None where it is used, too old or no link."""
        with self._file.writing() as db:
            rows = db.execute(
                "update invitations set used_at = ? where digest = ? and used_at is null"
                " and expires_at > ? returning role, collection, made_by",
                (now(), _digest(word), stamp(datetime.now(UTC))),
            ).fetchall()
        return next(((Grant(Role(role), where), by) for role, where, by in rows), None)


def _digest(word: str) -> str:
    return hashlib.sha256(word.encode()).hexdigest()
