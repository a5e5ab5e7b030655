"""Dropping from the ledger what no reader and no way back can reach any more.

Owns: which versions keep their passages, their scope and their part of the register. Texts stay, so
that quotes in old logs keep their place; a version that was prepared and never went live goes
whole.
"""

from __future__ import annotations

from sqlite_utils import Database

from retrieval.journal import KEPT_RELOADS

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
    "DELETE FROM deeds WHERE version_id IN (SELECT id FROM doomed)",
    """DELETE FROM vectors WHERE id IN (SELECT id FROM loose)
    AND NOT EXISTS (SELECT 1 FROM sentences WHERE vector_id = vectors.id)""",
    "UPDATE versions SET split = 0 WHERE id IN (SELECT id FROM doomed)",
    """DELETE FROM versions WHERE id IN (SELECT id FROM doomed)
    AND NOT EXISTS (SELECT 1 FROM changes c WHERE c.old_version = versions.id)
    AND NOT EXISTS (SELECT 1 FROM changes c WHERE c.new_version = versions.id)""",
    "DROP TABLE loose",
    "DROP TABLE doomed",
)


def drop_unreachable(db: Database) -> None:
    """Drop the passages and vectors of versions that can no longer be taken back to."""
    with db.atomic():
        for statement in _DROP_UNREACHABLE:
            db.execute(statement)
