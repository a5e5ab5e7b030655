"""The folder of sources: which files are in it, which of them can be read, and as what.

Owns: walking SOURCES_DIR, the manifest `sources.yaml` of each folder, ids, and turning one file
into a Document. What cannot be read is named with its reason and never stops the others. Leaves to
others: formats, cleaning, metadata, and what changed since last time (`indexing.reload`).
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import stat
import time
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

from retrieval.errors import SourceError
from retrieval.loading.collections import MISPLACED, SETTINGS, read_collections
from retrieval.loading.formats import MAX_BYTES, Content, suffix_of
from retrieval.loading.metadata import description_of, unknown_fields
from retrieval.loading.pdf import OnPage
from retrieval.loading.worker import read_apart
from retrieval.loading.yaml_subset import Value, parsed
from retrieval.models import Document, Source, SourceCollection
from retrieval.text.vietnamese import fold

MANIFEST = "sources.yaml"
_SHAPE = "sources.yaml phải có dạng “tên tệp:” rồi các mục title, publisher, date."
ReadContent = Callable[[bytes, str], Content]
"""Reads the bytes of a file with that suffix; raises SourceError."""
OnPageOf = Callable[[str, int, int], None]
"""Hears of which file, by path, which page is read by machine, and of how many."""


class ReadPages(Protocol):
    """As ReadContent; tells of the pages that it reads by machine, from any thread."""

    def __call__(self, data: bytes, suffix: str, *, on_page: OnPage) -> Content:
        """Read the bytes of a file with that suffix; raises SourceError."""


_NOT_SOURCES = frozenset({MANIFEST, "readme.md"})


@dataclass(frozen=True, slots=True)
class FileStat:
    """A file that may be a source. A folder's manifest counts towards each of its files."""

    path: str
    """POSIX path below the folder of sources."""
    size: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file that cannot become a source, and why, in words for people."""

    path: str
    reason: str


def source_id(path: str) -> str:
    """A stable, short, readable name: "hoi-nghi-2024-1a2b3c" for "a/Hội nghị 2024.md"."""
    path = unicodedata.normalize("NFC", path)
    stem = re.sub(r"[^a-z0-9]+", "-", fold(path.rpartition("/")[2].rpartition(".")[0]))
    digest = hashlib.sha256(path.encode("utf-8", "surrogateescape")).hexdigest()
    return f"{stem.strip('-')[:32].strip('-') or 'nguon'}-{digest[:6]}"


def list_files(folder: Path) -> list[FileStat]:
    """Everything below `folder` that is or should be a source, in order, without opening a file."""
    if not folder.is_dir():
        raise SourceError(f"Không có thư mục nguồn {folder}.")
    found: list[FileStat] = []
    for top, folders, names in os.walk(
        folder, onerror=lambda fault: found.append(_lost(fault, folder))
    ):
        # Plain strings: with a path for each of 5,000 files this takes three times as long.
        manifest = _stat(f"{top}/{MANIFEST}")
        since = manifest.st_mtime_ns if manifest else 0
        inside = Path(top).relative_to(folder).parts
        links = [name for name in folders if Path(top, name).is_symlink()]
        found.extend(
            FileStat("/".join([*inside, name]), info.st_size, max(info.st_mtime_ns, since))
            for name in [*names, *links]
            if not _is_beside_sources(name, len(inside)) and (info := _stat(f"{top}/{name}"))
        )
    return sorted((f for f in found if not _is_hidden(f.path)), key=lambda f: f.path)


def read_folder(folder: Path) -> Iterator[Document | Unreadable]:
    """Every source below `folder` in the order of paths, and every file that cannot be one."""
    entries, unreadable = read_manifests(folder)
    yield from unreadable
    for file in list_files(folder):
        try:
            yield read_file(folder / file.path, folder, entries.get(file.path, {}))
        except SourceError as fault:
            yield Unreadable(printable(file.path), str(fault))


def read_manifests(folder: Path) -> tuple[dict[str, Mapping[str, Value]], list[Unreadable]]:
    """The manifests' entries by the path of the file they describe, and the broken manifests."""
    entries: dict[str, Mapping[str, Value]] = {}
    unreadable: list[Unreadable] = []
    for manifest in sorted(folder.rglob(MANIFEST)):
        place = manifest.parent.relative_to(folder)
        if _is_hidden((place / MANIFEST).as_posix()):
            continue
        try:
            table = _manifest(manifest, folder)
        except SourceError as fault:
            unreadable.append(Unreadable((place / MANIFEST).as_posix(), str(fault)))
            continue
        entries |= {(place / name).as_posix(): entry for name, entry in table.items()}
        if gone := [name for name in table if not _is_there(manifest.parent, name)]:
            names = ", ".join(name[:60] for name in gone[:5])
            reason = f"Nêu tên tệp không có: {names}. Các mục khác vẫn dùng."
            unreadable.append(Unreadable((place / MANIFEST).as_posix(), reason))
    return entries, unreadable


def read_file(
    path: Path, root: Path, described: Mapping[str, Value], read: ReadContent = read_apart
) -> Document:
    """The file as a Document; `described` is its manifest entry. Raises SourceError."""
    relative = path.relative_to(root).as_posix()
    if relative != printable(relative):
        raise SourceError("Tên tệp không phải UTF-8: hãy đổi tên tệp.")
    return _document(read(_bytes(path, root), path.suffix.lower()), relative, described)


def read_alone(data: bytes, name: str) -> Document:
    """What a file of that name in no folder holds. Raises SourceError."""
    return _document(read_apart(data, suffix_of(data, name)), printable(name), {})


def _document(content: Content, relative: str, described: Mapping[str, Value]) -> Document:
    said = content.front.completed_by(description_of(described))
    named = said.completed_by(content.found)
    source = Source(
        id=source_id(relative),
        path=relative,
        title=named.title,
        publisher=named.publisher,
        date=named.date,
        url=named.url,
        about=named.about,
        read_by_machine=named.read_by_machine,
    )
    warnings = content.warnings
    if odd := unknown_fields(described):
        names = ", ".join(name[:40] for name in odd[:5])
        warnings += (f"{MANIFEST} có mục không dùng đến: {names}.",)
    return Document(source, content.text, content.left_out, content.kept, warnings)


def _is_there(folder: Path, name: str) -> bool:
    return "\0" not in name and len(name) < 1000 and _stat(f"{folder}/{name}") is not None


def printable(path: str) -> str:
    """`path` with bytes that are not UTF-8 replaced, so that it can be shown and stored."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _is_beside_sources(name: str, depth: int) -> bool:
    """Return True for a file that says something of others, in a folder so deep."""
    name = name.lower()
    return name in _NOT_SOURCES or (name in SETTINGS and depth == 1)


def _is_hidden(path: str) -> bool:
    return any(part.startswith((".", "~$")) for part in path.split("/"))


def _stat(path: str) -> os.stat_result | None:
    """What `path` leads to, or the link itself where it leads nowhere; None if it is gone."""
    for look in (os.stat, os.lstat):
        with contextlib.suppress(OSError):
            return look(path)
    return None


def _lost(fault: OSError, folder: Path) -> FileStat:
    """A subfolder that may not be entered, listed so that it is named as unreadable."""
    return FileStat(Path(os.fsdecode(fault.filename)).relative_to(folder).as_posix(), 0, 0)


def _bytes(path: Path, root: Path) -> bytes:
    """The content of a regular file inside `root` of at most MAX_BYTES; else SourceError."""
    try:
        real = path.resolve(strict=True)
        if not real.is_relative_to(root.resolve()):
            raise SourceError("Liên kết trỏ ra ngoài thư mục nguồn, không đọc.")
        info = real.stat()
        if not stat.S_ISREG(info.st_mode):
            raise SourceError("Không phải là tệp đọc được (thư mục, thiết bị hoặc không có quyền).")
        if info.st_size > MAX_BYTES:
            raise SourceError(f"Tệp lớn hơn {MAX_BYTES // 2**20} MB.")
        with real.open("rb") as file:
            return file.read(MAX_BYTES)
    except (OSError, RuntimeError) as fault:
        raise SourceError("Không mở được tệp (liên kết hỏng hoặc không có quyền đọc).") from fault


def file_content(path: str, root: Path) -> bytes:
    """Return the content of a file below `root`; raises SourceError."""
    return _bytes(root / path, root)


def _manifest(path: Path, root: Path) -> dict[str, Mapping[str, Value]]:
    try:
        table = parsed(_bytes(path, root).decode("utf-8-sig")) or {}
    except (SourceError, UnicodeDecodeError) as fault:
        why = str(fault) if isinstance(fault, SourceError) else "không phải UTF-8."
        raise SourceError(
            f"Bảng mô tả sources.yaml {why[:1].lower()}{why[1:]} Các tệp vẫn được đọc."
        ) from fault
    if not isinstance(table, dict):
        raise SourceError(_SHAPE)
    wrong = [name for name, entry in table.items() if not isinstance(entry, dict)]
    if wrong:
        raise SourceError(f"{_SHAPE} Mục “{wrong[0][:60]}” không có dạng ấy.")
    return {name: entry for name, entry in table.items() if isinstance(entry, dict)}


_SETTLED_NS = 2_000_000_000
"""A file younger than this may still change without its time changing: it is read next time too."""


class SourceFolder:
    """The files below `root`, as they are when `stamps` is called."""

    def __init__(
        self,
        root: Path,
        read: ReadPages = read_apart,
        on_page: OnPageOf = lambda path, done, total: None,
    ) -> None:
        self._root = root
        self._read = read
        self._on_page = on_page
        self._names: dict[str, str] = {}
        self._described: Mapping[str, Mapping[str, Value]] = {}
        self._broken: dict[str, str] = {}
        self._collections: tuple[SourceCollection, ...] = ()

    def stamps(self) -> dict[str, str]:
        """Return a stamp for each file, by path; raises SourceError if there is no folder."""
        files = list_files(self._root)
        self._described, broken = read_manifests(self._root)
        self._names = {printable(file.path): file.path for file in files}
        self._broken = {printable(fault.path): fault.reason for fault in broken}
        self._collections, wrong = read_collections(self._root)
        self._broken |= {printable(path): reason for path, reason in wrong.items()}
        now = time.time_ns()
        stamps = {}
        for file in files:
            settled = file.mtime_ns < now - _SETTLED_NS
            stamps[printable(file.path)] = f"{file.size} {file.mtime_ns}" + (
                "" if settled else f" {now}"
            )
        return stamps | dict.fromkeys(self._broken, str(now))

    def collections(self) -> tuple[SourceCollection, ...]:
        """Return the collections as they were when `stamps` was called last."""
        return self._collections

    def read(self, path: str) -> Document:
        """Return the document at `path`; raises SourceError."""
        if path in self._broken:
            raise SourceError(self._broken[path])
        if path.rpartition("/")[2].lower() in SETTINGS:
            raise SourceError(MISPLACED)
        name = self._names[path]
        read = partial(self._read, on_page=partial(self._on_page, path))
        return read_file(self._root / name, self._root, self._described.get(name, {}), read)
