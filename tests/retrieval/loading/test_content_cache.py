"""What was read of a file is kept by its content, and nothing depends on it being there."""

from __future__ import annotations

import os

import docx
import pytest

from retrieval.errors import SourceError
from retrieval.loading import content_cache
from retrieval.loading.content_cache import ContentCache, prune
from retrieval.loading.folder import SourceFolder
from retrieval.loading.worker import read_apart


@pytest.fixture
def data(tmp_path) -> bytes:
    made = docx.Document()
    made.add_paragraph("Chi bộ thôn Lâm trồng 390 cây quế ven suối trước ngày 12/11/2024.")
    made.save(str(tmp_path / "a.docx"))
    return (tmp_path / "a.docx").read_bytes()


@pytest.fixture
def reads(monkeypatch) -> list[str]:
    """What is read apart, by suffix."""
    seen: list[str] = []

    def read(data: bytes, suffix: str, **to_hear):
        seen.append(suffix)
        return read_apart(data, suffix, **to_hear)

    monkeypatch.setattr(content_cache, "read_apart", read)
    return seen


def test_the_same_bytes_are_read_once_under_any_name(tmp_path, data, reads):
    cache = ContentCache(tmp_path / "read")
    for name in ("mot.docx", "hai.docx"):
        (tmp_path / "nguon").mkdir(exist_ok=True)
        (tmp_path / "nguon" / name).write_bytes(data)
    folder = SourceFolder(tmp_path / "nguon", cache.read)
    folder.stamps()

    one, other = folder.read("mot.docx"), folder.read("hai.docx")

    assert reads == [".docx"]
    assert one.text == other.text == read_apart(data, ".docx").text
    assert one.source.id != other.source.id


def test_other_bytes_another_program_and_plain_text_are_read(tmp_path, data, reads, monkeypatch):
    cache = ContentCache(tmp_path / "read")
    cache.read(data, ".docx")
    cache.read("Họp chi bộ.".encode(), ".txt")
    monkeypatch.setattr(content_cache, "_program", lambda: b"another")
    cache.read(data, ".docx")

    assert reads == [".docx", ".txt", ".docx"]


def test_what_is_damaged_or_gone_is_read_again(tmp_path, data, reads):
    cache = ContentCache(tmp_path / "read")
    first = cache.read(data, ".docx")
    (kept,) = (tmp_path / "read").iterdir()
    for damage in (b"", b"rubbish", kept.read_bytes()[:40]):
        kept.write_bytes(damage)
        assert cache.read(data, ".docx") == first
    kept.unlink()

    assert cache.read(data, ".docx") == first
    assert len(reads) == 5


def test_what_cannot_be_read_is_not_kept(tmp_path, reads):
    cache = ContentCache(tmp_path / "read")
    for _ in range(2):
        with pytest.raises(SourceError):
            cache.read(b"PK\x03\x04 no archive", ".docx")

    assert len(reads) == 2
    assert not (tmp_path / "read").exists()


def test_what_was_used_longest_ago_goes_first(tmp_path):
    for age, name in enumerate(("new", "middle", "old")):
        (tmp_path / name).write_bytes(bytes(100))
        os.utime(tmp_path / name, (1e9 - age, 1e9 - age))

    prune(tmp_path, 200)

    assert sorted(path.name for path in tmp_path.iterdir()) == ["middle", "new"]
