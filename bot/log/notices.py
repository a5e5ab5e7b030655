"""What has been said to whom, so that no notice becomes noise; also after a restart."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.log.database import LogDatabase, now, stamp


class Notices:
    """The notices of a log."""

    def __init__(self, file: LogDatabase) -> None:
        self._file = file

    def is_due(self, about: int, kind: str, said: str = "", every: timedelta | None = None) -> bool:
        """Return whether to give a notice, and note it as given.

        It is due when it never was given, when it says something new, or when `every` has passed.
        """
        again_before = stamp(datetime.now(UTC) - every) if every else ""
        with self._file.writing() as db:
            changed = db.execute(
                "insert into notices(about, kind, said, told_at) values (?1, ?2, ?3, ?4)"
                " on conflict(about, kind) do update set said = ?3, told_at = ?4"
                " where said <> ?3 or told_at < ?5 returning 1",
                (self._file.place(about), kind, said, now(), again_before),
            ).fetchall()
        return bool(changed)

    def take_back(self, about: int, kind: str) -> None:
        """Note that a notice was not given after all."""
        with self._file.writing() as db:
            db.table("notices").delete_where(
                "about = ? and kind = ?", [self._file.place(about), kind]
            )
