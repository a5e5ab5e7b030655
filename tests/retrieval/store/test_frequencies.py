"""How frequent terms are, counted and estimated, over a full-text index of our shape."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlite_utils import Database

from retrieval.models import Edition
from retrieval.store.lexical import Frequencies, create_words

PASSAGES = 120_000


@pytest.fixture(scope="module")
def index() -> Iterator[Database]:
    """Every passage holds "dang", each third "chi_bo", each tenth of the last half "hue"."""
    db = Database(memory=True)
    create_words(db)
    held = (("chi_bo", lambda i: i % 3 == 0), ("hue", lambda i: 2 * i > PASSAGES and i % 10 == 0))
    rows = (
        (i, " ".join(["dang", *(word for word, here in held if here(i)), f"so{i % 50_000}"]))
        for i in range(1, PASSAGES + 1)
    )
    db.conn.executemany("INSERT INTO passages_fts (rowid, folded) VALUES (?, ?)", rows)
    yield db
    db.close()


def frequencies(index: Database, passages: int) -> Frequencies:
    return Frequencies(index, Edition("", 0, 0), passages, {})


def test_a_small_index_is_counted(index: Database) -> None:
    counted = frequencies(index, 100_000)

    assert counted.of("dang") == PASSAGES
    assert counted.of("chi_bo") == PASSAGES / 3
    assert counted.of("hue") == 6_000
    assert counted.of("khong") == 0


def test_in_a_large_one_common_terms_are_estimated_wherever_they_stand(index: Database) -> None:
    estimated = frequencies(index, PASSAGES)

    assert estimated.of("dang") == PASSAGES
    assert estimated.of("chi_bo") == pytest.approx(PASSAGES / 3, rel=0.02)
    assert estimated.of("hue") == pytest.approx(6_000, rel=0.1)


def test_rare_terms_are_counted_in_any(index: Database) -> None:
    estimated = frequencies(index, PASSAGES)

    assert [estimated.of(term) for term in ("so7", "so30000", "khong")] == [3, 2, 0]


def test_a_large_one_without_most_of_its_passages_is_no_fault(index: Database) -> None:
    with index.conn:
        index.execute("SAVEPOINT emptied")
        index.execute("DELETE FROM passages_fts WHERE rowid > 2")

        assert frequencies(index, PASSAGES).of("dang") == 2

        index.execute("ROLLBACK TO emptied")
