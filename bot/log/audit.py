"""What administrators did: who, when, what and how it ended, in the log."""

from __future__ import annotations

from dataclasses import dataclass

from bot.log.database import LogDatabase, clean_text, now


@dataclass(frozen=True, slots=True)
class Who:
    """An administrator: Telegram id, and name where names are kept."""

    id: int
    name: str

    def __str__(self) -> str:
        return f"{self.name or 'quản trị viên'} (Telegram)"


class AuditLog:
    """The deeds of a log."""

    def __init__(self, file: LogDatabase) -> None:
        self._file = file

    def doer(self, person_id: int, name: str) -> Who:
        """Return who gives an order; nameless where the log holds pseudonyms."""
        return Who(person_id, name if self._file.names_people else "")

    def note(self, who: Who, deed: str, subject: str = "", outcome: str = "") -> None:
        """Note a deed: a command's name, what it was done to, and how it ended."""
        row = {
            "done_at": now(),
            "person_id": self._file.person(who.id),
            "person_name": clean_text(who.name),
            "deed": deed,
            "subject": clean_text(subject),
            "outcome": clean_text(outcome),
        }
        with self._file.writing() as db:
            db.table("deeds").insert(row)
