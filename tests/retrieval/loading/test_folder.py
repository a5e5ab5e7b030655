from __future__ import annotations

import os
import time

import pytest

from retrieval.errors import SourceError
from retrieval.indexing.reload import reload
from retrieval.loading.folder import SourceFolder

OLD = time.time() - 3600


@pytest.fixture
def root(tmp_path):
    """Two articles in a folder, written an hour ago."""
    root = tmp_path / "articles"
    (root / "a").mkdir(parents=True)
    (root / "một.md").write_text("# Bài một\n\nMột câu về công tác cán bộ của Đảng.\n")
    (root / "a" / "hai.txt").write_text("Một câu khác về kết nạp đảng viên mới.\n")
    for path in root.rglob("*.*"):
        os.utime(path, (OLD, OLD))
    return root


def test_files_become_sources_and_are_not_read_again(index, root, embeddings):
    folder = SourceFolder(root)

    first = reload(folder, index.ledger, index.store, embeddings)
    again = reload(folder, index.ledger, index.store, embeddings)

    assert first.added == ("a/hai.txt", "một.md")
    assert again.unchanged == ("a/hai.txt", "một.md")
    with index.ledger.snapshot() as snap:
        assert {s.path for s in snap.sources()} == {"a/hai.txt", "một.md"}


def test_a_file_just_written_is_not_believed_to_be_settled(root):
    (root / "mới.md").write_text("Một câu.")
    folder = SourceFolder(root)

    before, after = folder.stamps(), folder.stamps()

    assert before["mới.md"] != after["mới.md"]
    assert before["một.md"] == after["một.md"]


def test_a_manifest_describes_files_and_is_named_when_broken(index, root, embeddings):
    manifest = root / "sources.yaml"
    manifest.write_text("một.md:\n  title: Tên trong bảng\n")
    reload(SourceFolder(root), index.ledger, index.store, embeddings)
    with index.ledger.snapshot() as snap:
        assert "Tên trong bảng" in {s.title for s in snap.sources()}

    manifest.write_text("[")
    report = reload(SourceFolder(root), index.ledger, index.store, embeddings)

    assert [path for path, _ in report.unreadable] == ["sources.yaml"]
    assert report.changed == ("một.md",)


def test_a_folder_that_is_not_there_empties_nothing(index, root, embeddings, tmp_path):
    reload(SourceFolder(root), index.ledger, index.store, embeddings)

    with pytest.raises(SourceError, match="khong-co"):
        reload(SourceFolder(tmp_path / "khong-co"), index.ledger, index.store, embeddings)

    with index.ledger.snapshot() as snap:
        assert len(snap.sources()) == 2
