"""Row-level security of the index: what an audience may not see is not there.

Owns the collections that an index knows (in `meta`), which of them an audience may see, and the
views that stand in the place of `sources` and `versions` on a connection for such a reader: every
query through them, of whatever module, finds rows of those collections alone. Full text and vectors
are kept apart by collection (`lexical`, `vectors`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import astuple

from sqlite_utils import Database

from retrieval.models import Audience, SourceCollection

_VIEWS = (
    "CREATE TEMP TABLE IF NOT EXISTS seen (collection TEXT PRIMARY KEY) WITHOUT ROWID",
    *(
        f"""CREATE TEMP VIEW IF NOT EXISTS {table} AS SELECT * FROM main.{table}
        WHERE collection IN (SELECT collection FROM temp.seen)"""
        for table in ("sources", "versions")
    ),
)


def collections_kept(collections: Sequence[SourceCollection]) -> str:
    """Return collections as they are kept in `meta`."""
    return json.dumps([astuple(one) for one in collections], ensure_ascii=False)


def collections_of(meta: Mapping[str, str]) -> tuple[SourceCollection, ...]:
    """Return the collections that an index knows, by name of folder."""
    return tuple(SourceCollection(*one) for one in json.loads(meta.get("collections", "[]")))


def parts_seen(collections: Sequence[SourceCollection], audience: Audience) -> list[str]:
    """Return the ids of what `audience` sees, "" for what belongs to no collection first.

    >>> outer = SourceCollection("b-2", "b", "B", public=True)
    >>> parts_seen([SourceCollection("a-1", "a", "A"), outer], Audience())
    ['', 'b-2']
    """
    seen = (one.id for one in collections if one.public or audience.sees(one.id))
    return ["", *sorted(seen)]


def hides_any(db: Database, audience: Audience) -> bool:
    """Return whether there is any collection that `audience` may not see."""
    if audience.collections is None:
        return False
    known = _known(db)
    return len(parts_seen(known, audience)) <= len(known)


def restrict(db: Database, audience: Audience) -> None:
    """Let a connection see what `audience` may see, as of the transaction that is open."""
    for statement in _VIEWS:
        db.execute(statement).close()
    db.execute("DELETE FROM temp.seen").close()
    db.conn.executemany(
        "INSERT INTO temp.seen VALUES (?)", [(part,) for part in parts_seen(_known(db), audience)]
    )


def _known(db: Database) -> tuple[SourceCollection, ...]:
    rows = db.execute("SELECT key, value FROM meta WHERE key = 'collections'").fetchall()
    return collections_of(dict(rows))
