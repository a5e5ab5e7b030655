from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from chroma_server import chroma_server
from indexes import opened
from ports import free_port

from retrieval.errors import IndexFault
from retrieval.indexing.reload import reload
from retrieval.models import Edition
from retrieval.store.sync import heal
from retrieval.store.vectors import Store, open_store

EDITION = Edition("thu", 0, 1)
BASIS = np.eye(4, dtype=np.float32)


@pytest.fixture
def store(tmp_path) -> Iterator[Store]:
    store = open_store(tmp_path)
    yield store
    store.close()


@pytest.fixture(scope="module")
def chroma_url(tmp_path_factory) -> Iterator[str]:
    """A real Chroma server."""
    folder = tmp_path_factory.mktemp("chroma")
    with free_port() as port, chroma_server(folder, port) as server:
        yield server.url


def test_hits_are_ids_with_cosines_nearest_first(store):
    store.add(EDITION, [7, 8, 9], BASIS[:3])
    vector = np.array([0.6, 0.8, 0, 0], dtype=np.float32)

    hits = store.search(EDITION, vector, 2)

    assert [i for i, _ in hits] == [8, 7]
    assert [cosine for _, cosine in hits] == pytest.approx([0.8, 0.6])
    assert store.search(Edition("khac", 0, 1), vector, 2) == []


def test_adding_again_replaces_and_deleting_the_unknown_is_no_fault(store):
    store.add(EDITION, [1, 2], BASIS[:2])
    store.add(EDITION, [2], BASIS[2:3])
    store.delete(EDITION, [1, 99])

    assert store.ids(EDITION) == {2}
    assert store.search(EDITION, BASIS[2], 5) == [(2, pytest.approx(1.0))]


def test_many_vectors_go_in_several_calls(store):
    vectors = np.random.default_rng(0).normal(size=(1200, 4)).astype(np.float32)

    store.add(EDITION, range(1200), vectors)

    assert store.ids(EDITION) == set(range(1200))


def test_epochs_are_apart_until_the_old_one_is_dropped(store):
    later = Edition("thu", 1, 1)
    store.add(EDITION, [1], BASIS[:1])
    store.add(later, [2], np.ones((1, 8), np.float32))
    store.drop_other_epochs(later)

    assert store.ids(later) == {2}
    assert store.ids(EDITION) == set()


def test_a_reader_sees_what_another_process_wrote(full_index, tmp_path):
    with full_index.ledger.snapshot() as snap:
        edition = snap.edition
        vector = snap.vectors(sorted(snap.sentence_ids()))[0]
    assert len(full_index.store.search(edition, vector, 9)) == 4

    script = f"""
import numpy as np
from pathlib import Path
from retrieval.models import Edition
from retrieval.store.vectors import open_store
edition = Edition({edition.uid!r}, 0, 1)
store = open_store(Path({str(tmp_path / "var")!r}))
store.begin(edition)
store.add(edition, [77], -np.full((1, 384), 384 ** -0.5, np.float32))
store.finish(Edition({edition.uid!r}, 0, 2))
store.close()
"""
    subprocess.run([sys.executable, "-c", script], check=True, cwd=Path(__file__).parents[3])

    later = Edition(edition.uid, 0, 2)
    opposite = -np.full(384, 384**-0.5, np.float32)
    assert full_index.store.search(later, opposite, 1) == [(77, pytest.approx(1.0))]


def test_a_server_that_is_not_there_is_named(tmp_path):
    store = open_store(tmp_path, "http://127.0.0.1:9")

    with pytest.raises(IndexFault, match=r"127\.0\.0\.1:9"):
        store.search(EDITION, BASIS[0], 1)


def test_an_index_on_a_chroma_server(tmp_path, folder, embeddings, chroma_url):
    with opened(tmp_path / "var", chroma_url) as index:
        reload(folder, index.ledger, index.store, embeddings)
        folder.documents.pop("ha-noi.md")
        reload(folder, index.ledger, index.store, embeddings)
        with index.ledger.snapshot() as snap:
            vector = embeddings.embed_query_array("Cán bộ luân chuyển thế nào?")
            (best, _), *_ = index.store.search(snap.edition, vector, 5)
            said = {s.id: s.text for s in snap.sentences([*snap.homes([best]).values()])}
            assert said[best] == "Cán bộ được luân chuyển."
            assert snap.sentence_ids() == index.store.ids(snap.edition)
        assert not (tmp_path / "var" / "chroma").exists()


def test_ledgers_share_a_server_without_meeting(tmp_path, folder, embeddings, chroma_url):
    with opened(tmp_path / "a", chroma_url) as a, opened(tmp_path / "b", chroma_url) as b:
        reload(folder, a.ledger, a.store, embeddings)
        folder.documents.pop("ha-noi.md")
        reload(folder, b.ledger, b.store, embeddings)

        assert heal(a.ledger, a.store) == heal(b.ledger, b.store) == 0
        with a.ledger.snapshot() as snap:
            assert len(a.store.ids(snap.edition)) == 4


def test_a_store_deleted_while_open_is_a_fault_and_then_heals(full_index, tmp_path):
    with full_index.ledger.snapshot() as snap:
        edition = snap.edition
        vector = snap.vectors(sorted(snap.sentence_ids()))[0]
    shutil.rmtree(tmp_path / "var" / "chroma")
    full_index.store.close()

    assert heal(full_index.ledger, full_index.store) == 4
    assert len(full_index.store.search(edition, vector, 9)) == 4


_EARLIER = """
import sys
from pathlib import Path

import numpy as np

from retrieval.models import Edition
from retrieval.store import vectors

vectors._SEEN = {"hnsw": {"ef_search": 10}}
vectors._CONFIGURATION = {"hnsw": {"space": "ip", "ef_search": 10}}
store = vectors.open_store(Path(sys.argv[1]))
store.add(Edition("thu", 0, 1), [7, 8], np.eye(4, dtype=np.float32)[:2])
store.close()
"""


def test_a_store_made_by_an_earlier_version_is_searched_as_widely_as_a_new_one(tmp_path):
    subprocess.run([sys.executable, "-c", _EARLIER, tmp_path], check=True)

    store = open_store(tmp_path)
    hits = store.search(EDITION, BASIS[1], 1)
    store.close()

    assert hits == [(8, pytest.approx(1.0))]
    with sqlite3.connect(tmp_path / "chroma" / "chroma.sqlite3") as database:
        (kept,) = database.execute("SELECT * FROM collections").fetchall()
    assert '"ef_search":400' in str(kept).replace(" ", "")
