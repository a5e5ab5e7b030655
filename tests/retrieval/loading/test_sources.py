"""Folders of real files: what becomes a source, under which id, and nothing else."""

import os
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from written import SENTENCE, documents, reasons

from retrieval.errors import SourceError
from retrieval.loading.folder import list_files, read_folder, read_manifests, source_id


def test_links_are_followed_only_inside_the_folder(tmp_path):
    folder = tmp_path / "sources"
    folder.mkdir()
    (tmp_path / "secret.txt").write_text(SENTENCE, encoding="utf-8")
    (folder / "a.txt").write_text(SENTENCE, encoding="utf-8")
    (folder / "inside.txt").symlink_to("a.txt")
    (folder / "outside.txt").symlink_to("../secret.txt")
    (folder / "folder").symlink_to("..", target_is_directory=True)
    (folder / "nowhere.txt").symlink_to("gone.txt")
    os.mkfifo(folder / "pipe.txt")

    assert documents(folder).keys() == {"a.txt", "inside.txt"}
    assert "ngoài" in reasons(folder)["outside.txt"]
    assert "ngoài" in reasons(folder)["folder"]
    assert "liên kết hỏng" in reasons(folder)["nowhere.txt"]
    assert "pipe.txt" in reasons(folder)


def test_hidden_files_readme_and_manifests_are_no_sources(tmp_path):
    (tmp_path / ".git").mkdir()
    for name in (".a.txt", ".git/b.txt", "README.md", "~$c.docx"):
        (tmp_path / name).write_text(SENTENCE, encoding="utf-8")
    (tmp_path / "sources.yaml").write_text("{}", encoding="utf-8")

    assert list(read_folder(tmp_path)) == []


def test_a_name_that_is_not_utf8_is_named_readably(tmp_path):
    (tmp_path / os.fsdecode(b"\xff.txt")).write_text(SENTENCE, encoding="utf-8")
    assert list(reasons(tmp_path)) == ["\ufffd.txt"]


def test_a_missing_folder_is_an_error_and_not_an_empty_one(tmp_path):
    with pytest.raises(SourceError, match="Không có thư mục"):
        list_files(tmp_path / "gone")


def test_files_come_in_the_order_of_their_paths(tmp_path):
    (tmp_path / "b").mkdir()
    for name in ("c.txt", "b/z.txt", "a.txt"):
        (tmp_path / name).write_text(SENTENCE, encoding="utf-8")
    assert [f.path for f in list_files(tmp_path)] == ["a.txt", "b/z.txt", "c.txt"]
    assert read_manifests(tmp_path) == ({}, [])


def test_ids_are_readable_stable_and_tell_paths_apart():
    assert source_id("a/Hội nghị 2024.md").startswith("hoi-nghi-2024-")
    assert source_id("a/x.md") != source_id("b/x.md")
    nfd = unicodedata.normalize("NFD", "Hội nghị.md")
    assert source_id(nfd) == source_id("Hội nghị.md")


@given(st.text(min_size=1))
def test_any_path_has_an_id_of_plain_letters(path):
    assert re.fullmatch(r"[a-z0-9]([a-z0-9-]{0,31})-[0-9a-f]{6}", source_id(path))
