"""Drafts: texts from the web or from a chat, on their way into the folder of sources.

Owns: reading them by content and not by name, and writing them as Markdown that a person can read
and that reads back as the same words. Leaves to others: formats (`formats`), fetching (`web`),
archives (`archives`) and the index.
"""

from __future__ import annotations

import contextlib
import os
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import yaml

from retrieval.errors import SourceError
from retrieval.loading.formats import suffix_of
from retrieval.loading.metadata import Description
from retrieval.loading.pdf import OnPage
from retrieval.loading.worker import read_apart
from retrieval.text.vietnamese import fold

_SPECIAL = re.compile(r"[\\`*\[\]<]|(?<![^\W_])_|_(?![^\W_])|&(?=#?\w+;)")
_ITEM = re.compile(r"(?:- |\d{1,9}[.)] )[^\W\d_]")
_MARK = re.compile(r"([-+#>~=|]|\d{1,9}(?=[.)]))(.?)")


@dataclass(frozen=True, slots=True)
class Draft:
    """A source to be."""

    text: str
    title: str
    publisher: str = ""
    date: date | None = None
    url: str = ""
    about: str = ""
    read_by_machine: bool = False
    left_out: tuple[str, ...] = ()
    """Lines of the file that are not in the text."""
    kept: float = 1.0
    """The share of the file's words that is in the text, 0 to 1."""
    warnings: tuple[str, ...] = ()
    """What is odd about the file though it can be read, in sentences for people."""


def draft_of(
    data: bytes,
    name: str,
    *,
    url: str = "",
    is_html: bool = False,
    on_page: OnPage = lambda done, total: None,
) -> Draft:
    """Return the source in `data`, which came from `url` or as a file called `name`.

    Raises SourceError.
    """
    suffix = suffix_of(data, "" if url else name, is_html=is_html)
    content = read_apart(data, suffix, on_page=on_page)
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    known = content.front.completed_by(content.found)
    fallback = Description(title=_title_of(name), publisher=host)
    whole = replace(known.completed_by(fallback), url=url or known.url)
    about = {f.name: getattr(whole, f.name) for f in fields(whole)}
    draft = Draft(content.text, **about, left_out=content.left_out, kept=content.kept)
    return replace(draft, warnings=content.warnings)


def save(draft: Draft, root: Path, inside: str = "") -> str:
    """Write the draft to a folder below `root`, under a name of its own; return its path there.

    Raises SourceError.

    The file appears whole or not at all.
    """
    words, folder = markdown_of(draft).encode(), root / inside
    try:
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".", suffix=".md") as file:
            file.write(words)
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).chmod(0o644)
            name = _linked(Path(file.name), folder, _stem(draft))
            return f"{inside}/{name}" if inside else name
    except OSError as error:
        raise SourceError(
            f"Không ghi được vào SOURCES_DIR {folder} ({error.strerror}). Chưa thêm gì; "
            "hãy kiểm tra quyền ghi và dung lượng đĩa."
        ) from error


def place_file(data: bytes, name: str, folder: Path, before: str = "") -> str:
    """Write a file below `folder`, in the place of `before` or under a free name; return its path.

    The file appears whole or not at all. Raises SourceError.
    """
    suffix = Path(name).suffix
    stem = Path(name).stem.lstrip(".~$") or "nguon"
    try:
        with tempfile.NamedTemporaryFile(
            dir=folder, prefix=".", suffix=suffix, delete=False
        ) as file:
            half = Path(file.name)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        try:
            half.chmod(0o644)
            if before and (folder / before).resolve().is_relative_to(folder.resolve()):
                half.replace(folder / before)
                return before
            return _linked(half, folder, stem, suffix)
        finally:
            half.unlink(missing_ok=True)
    except OSError as error:
        raise SourceError(
            f"Không ghi được vào SOURCES_DIR {folder} ({error.strerror}). Chưa thêm gì."
        ) from error


def rewrite(draft: Draft, folder: Path, path: str) -> None:
    """Put the draft in the place of a Markdown file below `folder`, at once. Raises SourceError."""
    file = folder / path
    if not file.resolve().is_relative_to(folder.resolve()) or file.suffix != ".md":
        raise SourceError(f"Tệp {path} không do /them viết, nên không ghi đè.")
    half = file.with_name(f".{file.name}.new")
    try:
        with half.open("wb") as new:
            new.write(markdown_of(draft).encode())
            new.flush()
            os.fsync(new.fileno())
        half.replace(file)
    except OSError as error:
        half.unlink(missing_ok=True)
        raise SourceError(f"Không ghi được tệp {path} ({error.strerror}).") from error


def remove(path: str, folder: Path) -> None:
    """Delete the file of a source; raises SourceError."""
    file = folder / path
    if not file.resolve().is_relative_to(folder.resolve()):
        raise SourceError("Tệp nằm ngoài SOURCES_DIR, không xoá.")
    try:
        file.unlink(missing_ok=True)
    except OSError as error:
        raise SourceError(f"Không xoá được tệp {path} ({error.strerror}).") from error


def markdown_of(draft: Draft) -> str:
    """Return the draft as Markdown under front matter."""
    about = {f.name: getattr(draft, f.name) for f in fields(Description)}
    said = {name: value for name, value in about.items() if value}
    front = yaml.safe_dump(said, allow_unicode=True, sort_keys=False, width=10_000)
    return f"---\n{front}---\n\n{escaped(draft.text)}\n"


def escaped(text: str) -> str:
    """Return plain words as Markdown that says just them, a paragraph for each line."""
    return "\n\n".join(_escaped_line(line) for line in text.split("\n") if line.strip())


def _escaped_line(line: str) -> str:
    line = _SPECIAL.sub(r"\\\g<0>", line)
    return line if _ITEM.match(line) else _MARK.sub(_escaped_mark, line, count=1)


def _escaped_mark(match: re.Match[str]) -> str:
    if match.start():
        return match[0]
    mark, after = match.groups()
    return f"{mark}\\{after}" if mark.isdigit() else f"\\{mark}{after}"


def _linked(file: Path, folder: Path, stem: str, suffix: str = ".md") -> str:
    """Give the file the first name that is free."""
    for name in _names(stem, suffix):
        with contextlib.suppress(FileExistsError):
            (folder / name).hardlink_to(file)
            return name
    raise AssertionError("names never end")


def _names(stem: str, suffix: str) -> Iterator[str]:
    yield f"{stem}{suffix}"
    number = 2
    while True:
        yield f"{stem}-{number}{suffix}"
        number += 1


def _stem(draft: Draft) -> str:
    """A safe name that sorts by date: "2024-06-14-hoi-nghi-toan-quoc"."""
    words = re.sub(r"[^a-z0-9]+", "-", fold(draft.title))[:60].strip("-") or "nguon"
    return f"{draft.date.isoformat()}-{words}" if draft.date else words


def _title_of(name: str) -> str:
    words = Path(name.replace("\\", "/")).stem.replace("_", " ").strip()
    return words or "Không có tiêu đề"
