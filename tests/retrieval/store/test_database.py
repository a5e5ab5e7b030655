from __future__ import annotations

import os
import resource
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from indexes import document, opened

from retrieval.embeddings.models import BuiltinEmbeddings
from retrieval.errors import IndexFault
from retrieval.index import Index
from retrieval.indexing.reload import reload
from retrieval.indexing.staging import stage
from retrieval.models import Document, Source
from retrieval.store.database import FORMAT, IndexDatabase, connect
from retrieval.store.reader import Snapshot
from retrieval.text.vietnamese import folded_terms


def test_sources_come_back_as_they_were_given(index, folder, embeddings):
    source = Source(
        "day-du", "a/day-du.md", "Đầy đủ", "Báo", date(2024, 6, 14), "https://vi.du", "Bản gốc"
    )
    folder.documents = {source.path: Document(source, "Một câu.")}
    reload(folder, index.ledger, index.store, embeddings)

    with index.ledger.snapshot() as snap:
        assert snap.sources() == [source]
        assert snap.source("day-du") == source
        assert snap.source("khac") is None
        with pytest.raises(KeyError):
            snap.text("khac")


def test_passages_and_sentences_are_slices_of_the_stored_text(full_index):
    with full_index.ledger.snapshot() as snap:
        ids = sorted(snap.passage_ids(), reverse=True)
        passages = snap.passages([*ids, 999])
        sentences = snap.sentences(ids)

        assert [p.id for p in passages] == ids
        assert len(sentences) == 4
        for piece in [*passages, *sentences]:
            assert piece.text == snap.text(piece.source_id)[piece.start : piece.end]
        third = sentences[2]
        assert snap.homes([third.id]) == {third.id: third.passage_id}
        assert snap.owners(ids) == {p.id: p.source_id for p in passages}
        assert snap.passage_count == 3


def test_what_is_staged_and_not_live_is_not_read_through(index, embeddings):
    """A first reload asks after each batch: it must not take the longer the more it has staged."""
    many = [document(f"{i}.md", "Bài", f"Có {i} đảng viên mới. " * 9) for i in range(9)]
    with index.ledger.writing() as writer:
        stage(many, writer, embeddings, 0)
    db = connect(index.ledger.path)
    steps: list[None] = []
    db.conn.set_progress_handler(lambda: steps.append(None), 1)

    assert Snapshot(db).dim == 0

    db.close()
    assert 0 < len(steps) < 9 * 9


def test_vectors_are_those_of_the_embedder(full_index, embeddings):
    with full_index.ledger.snapshot() as snap:
        sentences = snap.sentences(sorted(snap.passage_ids()))
        kept = snap.vectors([s.id for s in sentences])
        made = embeddings.embed_array([s.text for s in sentences])

        assert kept.dtype == np.float32
        assert np.allclose(np.sum(kept * made, axis=1), 1, atol=1e-3)
        assert snap.vectors([]).shape == (0, snap.dim)
        with pytest.raises(KeyError):
            snap.vectors([999])


def test_full_text_knows_words_without_their_diacritics(full_index):
    with full_index.ledger.snapshot() as snap:
        (found,) = snap.lexical(f'folded:"{folded_terms("Đảng viên")[-1]}"', 5)

        assert snap.passages([found[0]])[0].source_id == "ha-noi"
        assert snap.lexical('folded:"đảng"', 5) == []
        assert snap.frequencies(["dang", "luan", "xyz"]) == {"dang": 1, "luan": 1, "xyz": 0}


def test_snapshots_may_be_used_in_many_threads(full_index):
    def read(_):
        with full_index.ledger.snapshot() as snap:
            return len(snap.passages(sorted(snap.passage_ids())))

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(read, range(40))) == {3}


def test_opening_twice_keeps_what_is_there(full_index, tmp_path):
    again = IndexDatabase(tmp_path / "var")

    with again.snapshot() as snap:
        assert len(snap.sources()) == 3
    again.close()


def overwritten(path: Path, start: int, end: int) -> None:
    with path.open("r+b") as file:
        file.seek(start)
        file.write(b"\xa5" * (end - start))


DAMAGES = {
    "no database": lambda path: path.write_text("không phải cơ sở dữ liệu " * 100),
    "cut": lambda path: os.truncate(path, path.stat().st_size * 3 // 10),
    "pages overwritten": lambda path: overwritten(path, 4096, path.stat().st_size),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_ledger_is_put_aside_and_made_again(
    full_index, folder, embeddings, tmp_path, damage
):
    full_index.store.close()
    full_index.ledger.close()
    ledger = tmp_path / "var" / "index.db"
    with closing(connect(ledger)) as db:
        db.execute("pragma wal_checkpoint(truncate)")
    DAMAGES[damage](ledger)
    said: list[str] = []

    with opened(tmp_path / "var") as parts:
        index = Index(folder, parts.ledger, parts.store, embeddings)
        index.start(lambda done, total: None, said.append)
        with index.ledger.snapshot() as snap:
            assert len(snap.sources()) == 3
            assert index.store.ids(snap.edition) == snap.sentence_ids()

    assert "được cất sang index.db.damaged" in said[0]
    assert ledger.with_name("index.db.damaged").exists()
    with opened(tmp_path / "var") as parts:
        Index(folder, parts.ledger, parts.store, embeddings).start(lambda *_: None, said.append)
    assert len(said) == 1


def test_damage_that_a_running_bot_comes_upon_is_mended_by_its_next_reload(
    full_index, folder, embeddings, tmp_path
):
    with closing(connect(tmp_path / "var" / "index.db")) as db:
        db.execute("pragma wal_checkpoint(truncate)")
    full_index.ledger.close()
    overwritten(tmp_path / "var" / "index.db", 4096, (tmp_path / "var/index.db").stat().st_size)

    with pytest.raises(IndexFault, match="chidan reload"), full_index.ledger.snapshot() as snap:
        snap.sources()
    reload(folder, full_index.ledger, full_index.store, embeddings)

    with full_index.ledger.snapshot() as snap:
        assert len(snap.sources()) == 3


def test_metadata_alone_makes_a_new_version(full_index, folder, embeddings):
    folder.put(document("ha-noi.md", "Tên mới", "Năm 2024, Hà Nội kết nạp 11.144 đảng viên."))

    report = reload(folder, full_index.ledger, full_index.store, embeddings)

    assert report.changed == ("ha-noi.md",)
    with full_index.ledger.snapshot() as snap:
        assert snap.source("ha-noi").title == "Tên mới"


def test_a_state_directory_that_cannot_be_is_named(tmp_path):
    (tmp_path / "var").write_text("")

    with pytest.raises(IndexFault, match="STATE_DIR"):
        IndexDatabase(tmp_path / "var")


def test_a_full_disk_keeps_the_index_as_it_was(full_index, folder, embeddings):
    folder.put(document("moi.md", "Mới", "Một bài mới."))
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)

    class Filling(BuiltinEmbeddings):
        def embed_array(self, texts):
            resource.setrlimit(resource.RLIMIT_FSIZE, (4096, limits[1]))
            return super().embed_array(texts)

    try:
        with pytest.raises(IndexFault, match="kiểm tra đĩa"):
            reload(folder, full_index.ledger, full_index.store, Filling())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)

    with full_index.ledger.snapshot() as snap:
        assert len(snap.sources()) == 3
    assert reload(folder, full_index.ledger, full_index.store, embeddings).added == ("moi.md",)


def test_frequencies_follow_the_live_index(full_index, folder, embeddings):
    def count(term: str) -> int:
        with full_index.ledger.snapshot() as snap:
            return snap.frequencies([term])[term]

    assert count("dang") == count("dang") == 1
    folder.documents.pop("ha-noi.md")
    reload(folder, full_index.ledger, full_index.store, embeddings)

    assert count("dang") == 0
    with full_index.ledger.snapshot() as snap:
        assert snap.passage_count == 2


@pytest.mark.parametrize("number", [0, FORMAT - 1, FORMAT + 1])
def test_an_index_of_another_format_is_made_again_from_the_sources(
    full_index, folder, embeddings, tmp_path, number
):
    with full_index.ledger.writing() as writer:
        writer._db.execute("ALTER TABLE passages ADD COLUMN gone TEXT")
        writer._db.execute(f"PRAGMA user_version = {number}")
    full_index.store.close()
    full_index.ledger.close()

    with opened(tmp_path / "var") as index:
        with pytest.raises(IndexFault, match="chidan reload"), index.ledger.snapshot():
            pass
        report = reload(folder, index.ledger, index.store, embeddings)
        assert len(report.added) == 3
        assert index.ledger.renew() == ""
        with index.ledger.snapshot() as snap:
            assert index.store.ids(snap.edition) == snap.sentence_ids()
            vector = snap.vectors(sorted(snap.sentence_ids()))[0]
            assert len(index.store.search(snap.edition, vector, 9)) == 4
        with index.store._chroma() as client:
            assert len(client.list_collections()) == 1
    with opened(tmp_path / "var") as index, index.ledger.snapshot() as snap:
        assert len(snap.sources()) == 3


def test_a_start_says_that_it_makes_the_index_again(chidan, tmp_path):
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "hue.txt").write_text("Năm 2024, Huế mở sáu lớp bồi dưỡng cán bộ trẻ.")
    old = connect(tmp_path / "state" / "index.db")
    old.execute("CREATE TABLE _sqlite_migrations (name TEXT)")
    old.close()

    listed = chidan("sources")
    asked = chidan("ask", "Năm 2024 Huế mở mấy lớp bồi dưỡng?")

    assert (listed.returncode, "chidan reload" in listed.stderr) == (1, True)
    assert "phiên bản khác" in asked.stderr
    assert "sáu lớp" in asked.stdout


def test_texts_that_were_quoted_outlive_a_change_of_format(
    full_index, folder, embeddings, tmp_path
):
    words = "kết nạp 11.144 đảng viên"
    with full_index.ledger.snapshot() as snap:
        start = snap.text("ha-noi").index(words)
    folder.put(document("ha-noi.md", "Hà Nội năm 2024", "Năm 2024, Hà Nội kết nạp 9 đảng viên."))
    reload(folder, full_index.ledger, full_index.store, embeddings)
    with full_index.ledger.writing() as writer:
        writer._db.execute(f"PRAGMA user_version = {FORMAT - 1}")
    full_index.store.close()
    full_index.ledger.close()

    with opened(tmp_path / "var") as index:
        reload(folder, index.ledger, index.store, embeddings)

        with index.ledger.snapshot() as snap:
            assert snap.text_where("ha-noi", start, start + len(words), words)
            assert words not in snap.text("ha-noi")
            assert [one.is_live for one in snap.versions("ha-noi")] == [True, False, False]
