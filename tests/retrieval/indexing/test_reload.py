from __future__ import annotations

import shutil

import pytest
from indexes import MemoryFolder, Opened, document, opened

from retrieval.embeddings.models import ArrayEmbeddings, BuiltinEmbeddings
from retrieval.errors import EndpointError, IndexBusy, ModelMismatch
from retrieval.indexing.reload import Report, reload
from retrieval.store.sync import heal


def run(
    index: Opened, folder: MemoryFolder, embeddings: ArrayEmbeddings, *, rebuild: bool = False
) -> Report:
    return reload(folder, index.ledger, index.store, embeddings, rebuild=rebuild)


def in_line(index: Opened) -> bool:
    """True if the store holds exactly the live vectors."""
    with index.ledger.snapshot() as snap:
        return snap.sentence_ids() == index.store.ids(snap.edition)


def test_what_a_first_reload_reports(index, folder, embeddings):
    calls = []

    report = reload(folder, index.ledger, index.store, embeddings, lambda *call: calls.append(call))

    assert report.added == ("bo-may.md", "can-bo.md", "ha-noi.md")
    assert report.embedded == 4
    assert (report.changed, report.removed, report.unchanged, report.unreadable) == ((),) * 4
    assert calls[-1] == (3, 3)
    assert in_line(index)


def test_nothing_is_read_or_embedded_when_nothing_changed(full_index, folder, embeddings):
    folder.reads.clear()
    with full_index.ledger.snapshot() as snap:
        before = snap.edition

    report = run(full_index, folder, embeddings)

    assert folder.reads == []
    assert report.unchanged == ("bo-may.md", "can-bo.md", "ha-noi.md")
    assert report.embedded == 0
    with full_index.ledger.snapshot() as snap:
        assert snap.edition == before


def test_a_changed_file_costs_its_new_texts_only(full_index, folder, embeddings):
    folder.put(document("can-bo.md", "Công tác cán bộ", "Cán bộ được luân chuyển. Có thêm mới."))

    report = run(full_index, folder, embeddings)

    assert report.changed == ("can-bo.md",)
    assert report.embedded == 1  # one of its two sentences
    assert in_line(full_index)
    with full_index.ledger.snapshot() as snap:
        assert snap.text("can-bo") == "Cán bộ được luân chuyển. Có thêm mới."
        assert snap.lexical("folded:them", 5)
        assert not snap.lexical("folded:soat", 5)


def test_a_removed_file_leaves_the_index_and_keeps_its_text(full_index, folder, embeddings):
    del folder.documents["ha-noi.md"]

    report = run(full_index, folder, embeddings)

    assert report.removed == ("ha-noi.md",)
    assert in_line(full_index)
    with full_index.ledger.snapshot() as snap:
        assert [s.id for s in snap.sources()] == ["bo-may", "can-bo"]
        assert snap.text_where("ha-noi", 10, 16, "Hà Nội").startswith("Năm 2024, Hà Nội")
        assert snap.text_where("ha-noi", 10, 16, "Hà Nam") is None


def test_a_file_touched_but_the_same_is_unchanged(full_index, folder, embeddings):
    folder.stamps = lambda: dict.fromkeys(folder.documents, "touched")

    report = run(full_index, folder, embeddings)

    assert len(report.unchanged) == 3
    assert len(folder.reads) == 3
    assert report.embedded == 0


def test_a_broken_file_is_named_each_time_and_stops_nothing(index, folder, embeddings):
    folder.broken["hong.pdf"] = "Tệp hỏng."

    first, second = run(index, folder, embeddings), run(index, folder, embeddings)

    assert first.unreadable == second.unreadable == (("hong.pdf", "Tệp hỏng."),)
    assert len(first.added) == len(second.unchanged) == 3
    assert folder.reads.count("hong.pdf") == 1


@pytest.mark.parametrize("rebuild", [False, True])
def test_what_was_indexed_of_a_file_now_broken_stays(full_index, folder, embeddings, rebuild):
    folder.broken["ha-noi.md"] = "Tệp hỏng."

    run(full_index, folder, embeddings, rebuild=rebuild)

    assert in_line(full_index)
    with full_index.ledger.snapshot() as snap:
        assert snap.text("ha-noi") == "Năm 2024, Hà Nội kết nạp 11.144 đảng viên."


def test_two_files_of_one_id_are_not_mixed(index, folder, embeddings):
    folder.documents["khac/ha-noi.md"] = document("ha-noi.md", "Khác", "Khác hẳn.")

    report = run(index, folder, embeddings)

    assert [path for path, _ in report.unreadable] == ["khac/ha-noi.md"]


def test_content_that_returns_takes_its_old_version(full_index, folder, embeddings):
    original = folder.documents["ha-noi.md"]
    folder.put(document("ha-noi.md", "Hà Nội", "Bài viết đã được thay bằng một bài khác hẳn."))
    run(full_index, folder, embeddings)
    folder.put(original)

    report = run(full_index, folder, embeddings)

    assert report.changed == ("ha-noi.md",)
    assert report.embedded == 0
    assert in_line(full_index)


def test_old_versions_lose_their_vectors_and_keep_their_text(full_index, folder, embeddings):
    for i in range(12):
        folder.put(document("ha-noi.md", "Hà Nội", f"Bài viết đã được thay lần thứ {i} rồi."))
        run(full_index, folder, embeddings)

    with full_index.ledger.writing() as writer:
        db = writer._db
        assert db.execute("SELECT count(*) FROM versions").fetchone()[0] == 3 + 12
        assert db.execute("SELECT count(*) FROM versions WHERE split").fetchone()[0] == 3 + 10
        assert db.execute("SELECT count(*) FROM vectors").fetchone()[0] == 4 + 10


def test_another_model_is_refused_with_the_command_that_mends_it(full_index, folder):
    class Other(BuiltinEmbeddings):
        def __init__(self) -> None:
            super().__init__()
            self.name = "endpoint:khac"

    with pytest.raises(ModelMismatch, match="chidan reload --rebuild"):
        run(full_index, folder, Other())

    report = run(full_index, folder, Other(), rebuild=True)

    assert len(report.unchanged) == 3
    assert report.embedded == 4
    assert in_line(full_index)
    with full_index.ledger.snapshot() as snap:
        assert snap.model == "endpoint:khac"
        assert snap.edition.epoch == 1


def test_an_embedder_that_fails_half_way_changes_nothing(full_index, folder, embeddings):
    class Failing(BuiltinEmbeddings):
        def embed_array(self, texts):
            raise EndpointError("Máy chủ hỏng.")

    folder.put(document("moi.md", "Mới", "Một bài mới."))
    with pytest.raises(EndpointError):
        run(full_index, folder, Failing())

    with full_index.ledger.snapshot() as snap:
        assert len(snap.sources()) == 3
    assert heal(full_index.ledger, full_index.store) == 0
    assert run(full_index, folder, embeddings).added == ("moi.md",)


def test_a_reload_told_to_stop_changes_nothing_and_loses_no_work(index, folder, embeddings):
    calls = []

    def stop(done: int, total: int) -> None:
        calls.append(done)
        if len(calls) == 3:
            raise IndexBusy("Thôi.")

    for i in range(70):
        folder.put(document(f"{i}.md", str(i), f"Câu thứ {i} của bài."))
    with pytest.raises(IndexBusy, match="Thôi"):
        reload(folder, index.ledger, index.store, embeddings, stop)

    assert calls == [0, 0, 0]
    with index.ledger.snapshot() as snap:
        assert snap.sources() == []
    assert run(index, folder, embeddings).embedded == 74 - 64


def test_a_second_writer_is_told_who_is_writing(full_index, folder, embeddings):
    with full_index.ledger.writing() as writer:
        writer.note(3, 8)
        with pytest.raises(IndexBusy, match=r"tiến trình \d+ từ .* đã xong 3/8 tệp"):
            run(full_index, folder, embeddings)


def test_a_reader_finishes_on_the_version_it_began_with(full_index, folder, embeddings):
    with full_index.ledger.snapshot() as snap:
        del folder.documents["ha-noi.md"]
        run(full_index, folder, embeddings)
        assert snap.text("ha-noi").startswith("Năm 2024")
        assert len(snap.sources()) == 3
    with full_index.ledger.snapshot() as snap:
        assert len(snap.sources()) == 2


def test_a_deleted_store_is_rebuilt_from_the_ledger(full_index, tmp_path):
    full_index.store.close()
    shutil.rmtree(tmp_path / "var" / "chroma")

    assert heal(full_index.ledger, full_index.store) == 4
    assert heal(full_index.ledger, full_index.store) == 0
    assert in_line(full_index)


def test_a_store_of_another_ledger_is_not_believed(full_index, folder, embeddings, tmp_path):
    full_index.ledger.close()
    for file in (tmp_path / "var").glob("index.db*"):
        file.unlink()

    with opened(tmp_path / "var") as anew:
        run(anew, folder, embeddings)
        assert in_line(anew)
