"""What a source is called: front matter, then the manifest, then the text itself."""

import os
from datetime import date

import pytest
from written import SENTENCE, documents, reasons

from retrieval.loading.folder import list_files


def test_front_matter_goes_before_the_manifest_and_the_manifest_before_the_text(tmp_path):
    (tmp_path / "a.txt").write_text(f"---\ntitle: Một\n---\n{SENTENCE}", encoding="utf-8")
    (tmp_path / "sources.yaml").write_text(
        "a.txt: {title: Hai, publisher: Báo B, date: 5/3/2024, url: 'https://b.vn/1', about: Gốc}",
        encoding="utf-8",
    )
    source = documents(tmp_path)["a.txt"].source

    assert (source.title, source.publisher, source.date) == ("Một", "Báo B", date(2024, 3, 5))
    assert (source.url, source.about) == ("https://b.vn/1", "Gốc")


def test_a_manifest_describes_the_files_of_its_own_folder(tmp_path):
    (tmp_path / "sub").mkdir()
    for name in ("a.txt", "sub/a.txt"):
        (tmp_path / name).write_text(SENTENCE, encoding="utf-8")
    (tmp_path / "sub/sources.yaml").write_text("a.txt: {title: Tên}", encoding="utf-8")

    found = documents(tmp_path)

    assert found["sub/a.txt"].source.title == "Tên"
    assert found["a.txt"].source.title == SENTENCE.rstrip(".")


@pytest.mark.parametrize(
    "broken", ["a.txt: [", "- một\n- hai", "a.txt: chữ", "\udcff", "a: &a [*a]"]
)
def test_a_broken_manifest_is_named_and_the_files_are_read(tmp_path, broken):
    (tmp_path / "sources.yaml").write_bytes(broken.encode("utf-8", "surrogateescape"))
    (tmp_path / "a.txt").write_text(SENTENCE, encoding="utf-8")

    assert documents(tmp_path).keys() == {"a.txt"}
    assert reasons(tmp_path).keys() == {"sources.yaml"}


def test_a_manifest_counts_towards_the_state_of_its_files(tmp_path):
    (tmp_path / "a.txt").write_text(SENTENCE, encoding="utf-8")
    before = list_files(tmp_path)
    (tmp_path / "sources.yaml").write_text("a.txt: {title: Tên}", encoding="utf-8")
    os.utime(tmp_path / "sources.yaml", ns=(0, before[0].mtime_ns + 1))

    assert [f.path for f in list_files(tmp_path)] == ["a.txt"]
    assert list_files(tmp_path) != before
