"""What official documents say of themselves: their number, date, signer, recipients.

Owns the table `official_fields`: a row for each thing that the form of a version's text says, with
the stretch that says it. Written when a version is staged; what is read off a text is for
`loading.official_head`. `indexing.staging._FORMAT` must be raised when that changes.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection

from sqlite_utils import Database

from retrieval.loading.official_head import OfficialHead
from retrieval.models import OfficialField, Stated
from retrieval.store.reader import Snapshot


def keep_fields(db: Database, version_id: int, head: OfficialHead | None) -> None:
    """Write what the form of a version says of it; nothing where it has no such form."""
    if head:
        db.conn.executemany(
            "INSERT INTO official_fields VALUES (?, ?, ?, ?, ?)",
            [(version_id, one.field.value, one.value, one.start, one.end) for one in head.stated],
        )


def stated(snap: Snapshot, source_id: str) -> tuple[Stated, ...]:
    """Return what a live source says of itself, in the order of its fields; () if nothing."""
    rows = snap.rows(
        """SELECT f.field, f.value, f.start, f."end" FROM sources s
        JOIN official_fields f ON f.version_id = s.version_id WHERE s.id = ? ORDER BY f.rowid""",
        source_id,
    )
    return tuple(Stated(OfficialField(field), *said) for field, *said in rows)


def values(
    snap: Snapshot, fields: Collection[OfficialField]
) -> dict[str, list[tuple[OfficialField, str]]]:
    """Return the values of `fields` of each live source that has any, by its id."""
    found: defaultdict[str, list[tuple[OfficialField, str]]] = defaultdict(list)
    for source, field, value in snap.rows(
        """SELECT s.id, f.field, f.value FROM official_fields f
        JOIN sources s ON s.version_id = f.version_id
        WHERE f.field IN (SELECT value FROM json_each(?)) ORDER BY s.path, f.rowid""",
        json.dumps([field.value for field in fields]),
    ):
        found[source].append((OfficialField(field), value))
    return dict(found)
