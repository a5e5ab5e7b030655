"""The journal: which version took the place of which, reload by reload.

Owns: the tables `reloads` and `changes`: writing a line, and finding the last reload that can be
taken back. Leaves to others: making versions live (`writer`) and taking back (`rollback`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlite_utils import Database

KEPT_RELOADS = 10
"""Reloads that can be taken back."""
KEPT_TEXTS = 20
"""Texts of a source that are kept, besides those that can be taken back to: the newest ones.

Of older ones no more is known than that there was one; answers keep the words that they quoted.
"""


@dataclass(frozen=True, slots=True)
class Change:
    """A version that takes the place of another; None where there was or will be none."""

    source_id: str
    path: str
    old: int | None
    new: int | None

    def reversed(self) -> Change:
        """Return the change back."""
        return Change(self.source_id, self.path, self.new, self.old)


@dataclass(frozen=True, slots=True)
class Reload:
    """A reload as the journal knows it."""

    id: int
    finished_at: datetime
    changes: tuple[Change, ...]


def write_line(
    db: Database, generation: int, changes: Sequence[Change], undoes: int | None
) -> None:
    """Note the changes of a reload, or of its taking back."""
    row = {
        "generation": generation,
        "finished_at": datetime.now(UTC).isoformat(),
        "undoes": undoes,
    }
    reload_id = db.execute(
        "INSERT INTO reloads (generation, finished_at, undoes) "
        "VALUES (:generation, :finished_at, :undoes)",
        row,
    ).lastrowid
    db.conn.executemany(
        "INSERT INTO changes (reload_id, source_id, old_version, new_version) VALUES (?, ?, ?, ?)",
        [(reload_id, change.source_id, change.old, change.new) for change in changes],
    )


def last_reload(db: Database) -> Reload | None:
    """Return the newest of the last reloads that changed something and was not taken back.

    None if nothing at all was live before it: taking it back would leave an empty index.
    """
    row = db.execute(_LAST, (KEPT_RELOADS,)).fetchone()
    if row is None or not db.execute(_LIVE_BEFORE, {"id": row[0]}).fetchone()[0]:
        return None
    changes = db.execute(_CHANGES, (row[0],)).fetchall()
    moment = datetime.fromisoformat(row[1])
    return Reload(row[0], moment, tuple(Change(*change) for change in changes))


def added_since(db: Database, moment: datetime) -> set[str]:
    """Return the ids of the sources, live or not, that first came in since then."""
    return {row[0] for row in db.execute(_ADDED, (moment.astimezone(UTC).isoformat(),))}


def changed_since(db: Database, generation: int) -> set[str]:
    """Return the ids of the sources that reloads changed after that generation went live."""
    rows = db.execute(
        "SELECT DISTINCT c.source_id FROM changes c JOIN reloads r ON r.id = c.reload_id"
        " WHERE r.generation > ?",
        (generation,),
    )
    return {row[0] for row in rows}


def added_at(db: Database) -> dict[str, datetime]:
    """Return when each source, live or not, first came in."""
    rows = db.execute(
        "SELECT c.source_id, MIN(r.finished_at) FROM changes c JOIN reloads r ON r.id = c.reload_id"
        " GROUP BY c.source_id"
    ).fetchall()
    return {source: datetime.fromisoformat(moment) for source, moment in rows}


_ADDED = """
SELECT c.source_id FROM changes c JOIN reloads r ON r.id = c.reload_id
GROUP BY c.source_id HAVING MIN(r.finished_at) >= ?
"""
_LAST = """
SELECT id, finished_at FROM (
    SELECT id, finished_at FROM reloads WHERE undoes IS NULL ORDER BY id DESC LIMIT ?
) r
WHERE NOT EXISTS (SELECT 1 FROM reloads u WHERE u.undoes = r.id)
AND EXISTS (SELECT 1 FROM changes c WHERE c.reload_id = r.id)
ORDER BY id DESC LIMIT 1
"""
# A source was live before a reload if the reload replaced or removed it, or did not touch it.
_LIVE_BEFORE = """
SELECT EXISTS (SELECT 1 FROM changes WHERE reload_id = :id AND old_version IS NOT NULL)
OR EXISTS (SELECT 1 FROM sources s WHERE s.version_id IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM changes c WHERE c.reload_id = :id AND c.source_id = s.id))
"""
_CHANGES = """
SELECT c.source_id, s.path, c.old_version, c.new_version
FROM changes c JOIN sources s ON s.id = c.source_id WHERE c.reload_id = ? ORDER BY s.path
"""

_KEPT = f"SELECT id FROM reloads WHERE undoes IS NULL ORDER BY id DESC LIMIT {KEPT_RELOADS}"
# One subquery for each end of a change: asked for both at once, SQLite uses neither index.
_DROP_UNREACHABLE = (
    f"""CREATE TEMP TABLE doomed AS SELECT v.id FROM versions v WHERE v.split
    AND NOT EXISTS (SELECT 1 FROM sources s WHERE s.version_id = v.id)
    AND (v.epoch < (SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'epoch') OR NOT (
        EXISTS (SELECT 1 FROM changes c WHERE c.old_version = v.id AND c.reload_id IN ({_KEPT}))
        OR EXISTS (SELECT 1 FROM changes c WHERE c.new_version = v.id AND c.reload_id IN ({_KEPT}))
    ))""",
    """CREATE TEMP TABLE loose AS
    SELECT DISTINCT t.vector_id AS id FROM sentences t JOIN passages p ON p.id = t.passage_id
    WHERE p.version_id IN (SELECT id FROM doomed)""",
    "DELETE FROM passages WHERE version_id IN (SELECT id FROM doomed)",
    "DELETE FROM mentions WHERE version_id IN (SELECT id FROM doomed)",
    "DELETE FROM scopes WHERE version_id IN (SELECT id FROM doomed)",
    "DELETE FROM definitions WHERE version_id IN (SELECT id FROM doomed)",
    "DELETE FROM deeds WHERE version_id IN (SELECT id FROM doomed)",
    "DELETE FROM bands WHERE version_id IN (SELECT id FROM doomed)",
    """DELETE FROM near_duplicates WHERE version_id IN (SELECT id FROM doomed)
    OR other_id IN (SELECT id FROM doomed)""",
    "DELETE FROM official_fields WHERE version_id IN (SELECT id FROM doomed)",
    """DELETE FROM vectors WHERE id IN (SELECT id FROM loose)
    AND NOT EXISTS (SELECT 1 FROM sentences WHERE vector_id = vectors.id)""",
    "UPDATE versions SET split = 0 WHERE id IN (SELECT id FROM doomed)",
    """DELETE FROM versions WHERE id IN (SELECT id FROM doomed)
    AND NOT EXISTS (SELECT 1 FROM changes c WHERE c.old_version = versions.id)
    AND NOT EXISTS (SELECT 1 FROM changes c WHERE c.new_version = versions.id)""",
    f"""UPDATE versions SET text = '', left_out = '' WHERE id IN (SELECT id FROM (
    SELECT id, ROW_NUMBER() OVER (PARTITION BY source_id ORDER BY id DESC) AS place
    FROM versions WHERE NOT split) WHERE place > {KEPT_TEXTS}) AND text != ''""",
    "DROP TABLE loose",
    "DROP TABLE doomed",
)


def drop_unreachable(db: Database) -> None:
    """Drop the passages and vectors of versions that can no longer be taken back to.

    The texts of the newest `KEPT_TEXTS` of these stay.
    """
    with db.atomic():
        for statement in _DROP_UNREACHABLE:
            db.execute(statement)
