"""When somebody last saw that a source still says what is true: by its text, its page or a person.

Owns the table `confirmations`. A source counts as confirmed when its present text was first read,
when its page was fetched and said the same, and when an administrator said so; whichever was last.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

from bot.log.database import LogDatabase, stamp
from retrieval.models import Source

ReadAt = Callable[[Collection[str]], Mapping[str, datetime]]
"""Ids of sources → when the present text of each was read first."""


class Confirmations:
    """Those of a log. Methods block and may be called from any thread."""

    def __init__(self, file: LogDatabase, read_at: ReadAt) -> None:
        self._file = file
        self._read_at = read_at

    def confirm(self, path: str, moment: datetime, person_id: int | None = None) -> None:
        """Note that a source was seen to be right; `person_id` None: by its page."""
        person = None if person_id is None else self._file.person(person_id)
        with self._file.writing() as db:
            db.execute(
                "insert into confirmations(path, confirmed_at, person_id) values (?, ?, ?)"
                " on conflict(path) do update set confirmed_at = excluded.confirmed_at,"
                " person_id = excluded.person_id",
                (path, stamp(moment), person),
            ).close()

    def last(self, sources: Sequence[Source]) -> dict[str, datetime]:
        """Return id → when each live source was confirmed last."""
        read = self._read_at([source.id for source in sources])
        rows = self._file.rows(
            "select path, confirmed_at from confirmations"
            " where path in (select value from json_each(?))",
            json.dumps([source.path for source in sources]),
        )
        said = {row["path"]: datetime.fromisoformat(row["confirmed_at"]) for row in rows}
        return {
            source.id: max(read[source.id], said.get(source.path, read[source.id]))
            for source in sources
            if source.id in read
        }

    def older_than(self, moment: datetime, sources: Sequence[Source]) -> list[Source]:
        """Return the sources that were confirmed last before a moment, the longest ago first."""
        last = self.last(sources)
        old = [source for source in sources if source.id in last and last[source.id] < moment]
        return sorted(old, key=lambda source: last[source.id])
