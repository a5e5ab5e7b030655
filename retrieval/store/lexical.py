"""Full text: by which words a passage is found.

Owns: the rows of `passages_fts`, one for each live passage, and such a table for each collection;
BM25 over several of them, with the statistics of all of them together. Leaves to others: what a
word is (`vietnamese`), and when a version goes live (`writer`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from math import log

import numpy as np
from numpy.typing import NDArray
from sqlite_utils import Database

from retrieval.embeddings.models import lexical_input
from retrieval.models import Edition
from retrieval.text.vietnamese import folded_terms

_ALL_COUNTED = 100_000
"""Passages of an index in which every term is counted."""
_FEW = 2_000
"""Passages that hold a term up to which it is counted in any index."""
_BANDS, _WIDTH = 16, 1024


Known = dict[tuple[Edition, str, str], int]
"""What was learnt before, by the state of the index, the collection and the term."""


def table_of(part: str) -> str:
    """Return the full-text table of a collection, "" of what belongs to none.

    Beside it stand what tells its terms (`…_terms`) and where each stands (`…_places`).
    """
    return f"passages_fts_{part.replace('-', '_')}" if part else "passages_fts"


class Frequencies:
    """How frequent terms are in an index of so many live passages; what is learnt is `known`."""

    def __init__(
        self, db: Database, edition: Edition, passages: int, known: Known, part: str = ""
    ) -> None:
        self._db = db
        self._part = part
        self._table = table_of(part)
        self._edition = edition
        self._passages = passages
        self._known = known

    def of(self, term: str) -> int:
        """Return in how many passages the folded `term` stands, 0 if in none."""
        here = (self._edition, self._part, term)
        if here not in self._known:
            self._known[here] = self._counted(term)
        return self._known[here]

    def _counted(self, term: str) -> int:
        if self._passages <= _ALL_COUNTED:
            return self._number(
                f"SELECT coalesce(max(doc), 0) FROM {self._table}_terms WHERE term = ?", term
            )
        match = f'"{term}"'
        counted = self._number(
            f"""SELECT count(*) FROM
            (SELECT 1 FROM {self._table} WHERE {self._table} MATCH ? LIMIT ?)""",
            match,
            _FEW,
        )
        return counted if counted < _FEW else max(self._estimated(match), _FEW)

    def _estimated(self, match: str) -> int:
        bands, inside = self._sample
        held = self._number(
            f"""SELECT count(*) FROM json_each(?) band CROSS JOIN {self._table} f
            WHERE {self._table} MATCH ? AND f.rowid BETWEEN band.value AND band.value + ?""",
            bands,
            match,
            _WIDTH - 1,
        )
        return round(held / inside * self._passages) if inside else 0

    @cached_property
    def _sample(self) -> tuple[str, int]:
        """The first ids of the bands, and how many live passages stand in all of them."""
        last = self._number(f"SELECT max(id) FROM {self._table}_docsize")
        bands = json.dumps([last * i // _BANDS for i in range(_BANDS)])
        inside = self._number(
            f"""SELECT count(*) FROM json_each(?) band CROSS JOIN {self._table}_docsize d
            WHERE d.id BETWEEN band.value AND band.value + ?""",
            bands,
            _WIDTH - 1,
        )
        return bands, inside

    def _number(self, sql: str, *values: object) -> int:
        number: int = self._db.execute(sql, values).fetchone()[0]
        return number


def create_words(db: Database, part: str = "") -> None:
    """Create the full text of a collection, where there is none."""
    table = table_of(part)
    db.execute(
        f"""CREATE VIRTUAL TABLE IF NOT EXISTS {table} USING fts5(
        folded, tokenize = "unicode61 remove_diacritics 0 tokenchars '_'")"""
    ).close()
    for name, kind in (("terms", "row"), ("places", "instance")):
        db.execute(
            f"""CREATE VIRTUAL TABLE IF NOT EXISTS {table}_{name}
            USING fts5vocab({table}, '{kind}')"""
        ).close()


def add_words(db: Database, version_id: int, part: str = "") -> None:
    """Let the passages of a version be found, in the collection that it belongs to."""
    if part:
        create_words(db, part)
    db.conn.executemany(
        f"INSERT INTO {table_of(part)} (rowid, folded) VALUES (?, ?)",
        _rows(db, version_id),
    )


def drop_words(db: Database, version_id: int, part: str = "") -> None:
    """Let them be found no more."""
    db.execute(
        f"""DELETE FROM {table_of(part)}
        WHERE rowid IN (SELECT id FROM passages WHERE version_id = ?)""",
        (version_id,),
    )


def best_by_words(
    db: Database, parts: Sequence[str], match: str, limit: int
) -> list[tuple[int, float]]:
    """Return (passage id, BM25, higher better) for an FTS5 query, best first, equals by id.

    Of several collections, the statistics are those of all of them together (global ones, as of a
    search over shards), so that the scores are those of one table that holds them all.
    """
    if len(parts) == 1:
        table = table_of(parts[0])
        rows = db.execute(
            f"""SELECT rowid, -bm25({table}) AS score FROM {table}
            WHERE {table} MATCH ? ORDER BY score DESC, rowid LIMIT ?""",
            (match, limit),
        ).fetchall()
        return [(row[0], row[1]) for row in rows]
    found = _Shards(db, [table_of(part) for part in parts]).scored(match)
    return sorted(found, key=lambda hit: (-hit[1], hit[0]))[:limit]


_K1, _B = 1.2, 0.75
_LEAST_RARITY = 1e-6
"""FTS5's: of a term that stands in more than half of the passages."""
_TERM = re.compile(r'"([^"]*)"|(?<=[:\s])(\w+)(?=\s*$)')


class _Shards:
    """BM25 over several tables as SQLite's `bm25()` computes it over one (sqlite.org/fts5.html).

    Every term of a query is one token.
    """

    def __init__(self, db: Database, tables: Sequence[str]) -> None:
        self._db = db
        self._tables = tables
        sums = [self._sums(table) for table in tables]
        self._passages = sum(passages for passages, _ in sums)
        self._length = sum(tokens for _, tokens in sums) / max(1, self._passages)

    def scored(self, match: str) -> list[tuple[int, float]]:
        """Return the (passage id, score) of all passages that match, in no order."""
        hits = [self._hits(table, match) for table in self._tables]
        ids = np.concatenate([ids for ids, _ in hits])
        sizes = np.concatenate([sizes for _, sizes in hits])
        norm = _K1 * (1.0 - _B + _B * sizes / self._length)
        scores = np.zeros(len(ids))
        for term in (quoted or bare for quoted, bare in _TERM.findall(match)) if len(ids) else ():
            places = [self._places(table, term) for table in self._tables]
            holding = sum(len(held) for held, _ in places)
            rarity = self._rarity(holding)
            counts = np.concatenate(
                [_looked_up(own, *held) for (own, _), held in zip(hits, places, strict=True)]
            )
            scores += rarity * ((counts * (_K1 + 1.0)) / (counts + norm))
        return list(zip(ids.tolist(), scores.tolist(), strict=True))

    def _rarity(self, holding: int) -> float:
        rarity = log((self._passages - holding + 0.5) / (holding + 0.5))
        return rarity if rarity > 0 else _LEAST_RARITY

    def _hits(self, table: str, match: str) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return the ids of the passages that match, ascending, and how many tokens each has."""
        # In two strings: a row of Python's for each of thousands of hits takes thrice as long.
        ids, sizes = self._db.execute(
            f"""SELECT group_concat(id), group_concat(hex(sz)) FROM (
                SELECT d.id, d.sz FROM {table} f JOIN {table}_docsize d ON d.id = f.rowid
                WHERE {table} MATCH ? ORDER BY f.rowid)""",
            (match,),
        ).fetchone()
        packed = sizes.split(",") if sizes else []
        known = {each: _varints(bytes.fromhex(each))[0] for each in set(packed)}
        return _numbers(ids), np.array([known[each] for each in packed], np.float64)

    def _places(self, table: str, term: str) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return the passages that hold a term, ascending, and how often each does."""
        (docs,) = self._db.execute(
            f"SELECT group_concat(doc) FROM {table}_places WHERE term = ?", (term,)
        ).fetchone()
        held, times = np.unique(_numbers(docs), return_counts=True)
        return held, times.astype(np.float64)

    def _sums(self, table: str) -> tuple[int, int]:
        """Return how many passages a table holds, and how many tokens in all of them."""
        (kept,) = self._db.execute(f"SELECT block FROM {table}_data WHERE id = 1").fetchone()
        passages, tokens, *_ = [*_varints(kept), 0, 0]
        return passages, tokens


def _numbers(listed: str | None) -> NDArray[np.int64]:
    """Return the numbers of a list as SQLite joins them, none for None."""
    return np.fromstring(listed or "", np.int64, sep=",")


def _looked_up(
    wanted: NDArray[np.int64], keys: NDArray[np.int64], values: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the value of each of `wanted` among the ascending `keys`, 0 where it is none."""
    if not len(keys):
        return np.zeros(len(wanted))
    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    found: NDArray[np.float64] = np.where(keys[at] == wanted, values[at], 0.0)
    return found


def _varints(packed: bytes) -> list[int]:
    """Return the numbers that SQLite has packed: big-endian, seven bits a byte.

    >>> _varints(bytes([5, 0x81, 0x00]))
    [5, 128]
    """
    numbers, number = [], 0
    for byte in packed:
        number = number << 7 | byte & 0x7F
        if byte < 0x80:
            numbers.append(number)
            number = 0
    return numbers


def _rows(db: Database, version_id: int) -> Iterator[tuple[int, str]]:
    title, text = db.execute(
        "SELECT title, text FROM versions WHERE id = ?", (version_id,)
    ).fetchone()
    rows = db.execute(
        'SELECT id, start, "end", heading FROM passages WHERE version_id = ?', (version_id,)
    ).fetchall()
    for id_, start, end, heading in rows:
        yield id_, " ".join(folded_terms(lexical_input(title, heading, text[start:end])))
