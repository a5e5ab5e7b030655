"""Sources that hold the same text or nearly: a page and its print version, a draft and the final.

Owns the tables `bands` and `near_duplicates`: when a version is staged, what shares a band of its
signature (`text.minhash`) is compared shingle by shingle, and what is alike is kept as a pair.
Pairs are of versions, so they follow every switch of versions, back and forth. Of several copies
the best is quoted, and the others are named under the quote.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import replace
from itertools import chain

from sqlite_utils import Database

from retrieval.loading.official_head import OfficialHead
from retrieval.models import Document, Quote, Source
from retrieval.store.reader import Snapshot
from retrieval.text.minhash import bands, likeness, minhash_signature, shingles

NEARLY = 0.8
"""The share of the shorter text's shingles from which two texts are nearly the same."""
_LEAST_OF_LONGER = 0.55
"""The share of the longer text's that the shorter must have: a passage is no copy of a book."""
_MOST_COMPARED = 50


def keep_bands(
    db: Database, version_id: int, document: Document, head: OfficialHead | None
) -> None:
    """Write the bands of a version, and with which earlier ones it is nearly the same."""
    mine = shingles(document.text)
    found = bands(minhash_signature(mine))
    near: defaultdict[str, Counter[int]] = defaultdict(Counter)
    for band in found:
        for collection, other in db.execute(
            """SELECT v.collection, b.version_id FROM bands b JOIN versions v ON v.id = b.version_id
            WHERE b.band = ? AND v.source_id != ?""",
            (band, document.source.id),
        ):
            near[collection][other] += 1
    number = head.number if head else ""
    # So many of each collection: what one holds is no reason that a copy in another is missed.
    compared = [one.most_common(_MOST_COMPARED) for one in near.values()]
    for other, _ in chain.from_iterable(compared):
        text, theirs = db.execute(_OTHER, (other,)).fetchone()
        if number and theirs and number != theirs:
            continue  # Two documents of one form are two.
        runs = shingles(text)
        alike = likeness(mine, runs)
        if alike >= NEARLY and len(runs & mine) >= _LEAST_OF_LONGER * max(len(mine), len(runs)):
            db.execute(
                "INSERT INTO near_duplicates VALUES (?, ?, ?), (?, ?, ?)",
                (version_id, other, alike, other, version_id, alike),
            ).close()
    db.conn.executemany(
        "INSERT INTO bands VALUES (?, ?)", [(band, version_id) for band in dict.fromkeys(found)]
    )


def group_of(snap: Snapshot, source_id: str) -> list[Source]:
    """Return a live source with those that hold nearly the same, the best copy first.

    The text of an official document goes before what a site makes of it, then the newest.
    """
    found = snap.rows(_GROUP, source_id)
    if len(found) < 2:
        return []
    sources = snap.documents(row[0] for row in found)
    newest = sorted(found, key=lambda row: row[2] or "", reverse=True)
    return [sources[row[0]].source for row in sorted(newest, key=lambda row: not row[1])]


def copies(snap: Snapshot, source_id: str) -> list[Source]:
    """Return the other live sources that hold nearly what this one holds, the best copy first."""
    return [source for source in group_of(snap, source_id) if source.id != source_id]


def groups(snap: Snapshot) -> list[list[Source]]:
    """Return the live sources that are nearly the same, group by group, in the order of paths."""
    pairs = snap.rows(_PAIRS)
    home: dict[str, set[str]] = {}
    for one, other in pairs:
        together = home.setdefault(one, {one}) | home.setdefault(other, {other})
        home.update(dict.fromkeys(together, together))
    sources = {source.id: source for source in snap.sources() if source.id in home}
    seen: dict[frozenset[str], None] = dict.fromkeys(frozenset(home[one]) for one in sources)
    return [_in_order(group, sources.values()) for group in seen]


def _in_order(group: frozenset[str], sources: Iterable[Source]) -> list[Source]:
    return [source for source in sources if source.id in group]


_OTHER = """
SELECT v.text, (SELECT value FROM official_fields f
    WHERE f.version_id = v.id AND f.field = 'number' LIMIT 1) FROM versions v WHERE v.id = ?
"""
# Of a chain of copies all are found: a draft, the final, and the page that prints it.
_GROUP = """
WITH RECURSIVE near(id) AS (
    SELECT version_id FROM sources WHERE id = ? AND version_id IS NOT NULL
    UNION SELECT n.other_id FROM near JOIN near_duplicates n ON n.version_id = near.id
    JOIN sources s ON s.version_id = n.other_id
)
SELECT s.id, EXISTS (SELECT 1 FROM official_fields f WHERE f.version_id = near.id), v.date
FROM near JOIN sources s ON s.version_id = near.id JOIN versions v ON v.id = near.id
"""
_PAIRS = """
SELECT one.id, other.id FROM near_duplicates n JOIN sources one ON one.version_id = n.version_id
JOIN sources other ON other.version_id = n.other_id WHERE one.id < other.id ORDER BY one.path
"""


def in_best_copy(snap: Snapshot, quote: Quote) -> tuple[Quote, str]:
    """Return `quote` from the best source that holds its words, and the text of that source.

    The others that hold them are added to `also`. ("" for the text where there are no copies.)
    """
    holding = []
    for source in group_of(snap, quote.source.id):
        text = snap.text(source.id)
        at = quote.start if source.id == quote.source.id else text.find(quote.text)
        if at >= 0:
            holding.append((source, at, text))
    if len(holding) < 2:
        return quote, ""
    best, at, text = holding[0]
    others = [source for source, _, _ in holding[1:]]
    known = {source.id for source in (best, *others)}
    also = (*others, *(source for source in quote.also if source.id not in known))
    moved = replace(quote, source=best, start=at, end=at + len(quote.text), also=also)
    return moved, text
