"""What was read of files, kept by their content: the same bytes are read once.

Owns a folder with a file for each content, under a key of the bytes, the suffix and the program
that reads. What could not be read is not kept: it may become readable. A file that cannot be used
is read again; the folder may be deleted at any time. Safe from threads and processes: files are
written beside their place and put into it.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import shutil
import tempfile
from contextlib import suppress
from functools import cache
from importlib.metadata import distributions
from pathlib import Path

from retrieval.loading.formats import Content
from retrieval.loading.pdf import OnPage
from retrieval.loading.worker import content_of, read_apart, said_of

MOST_BYTES = 256 * 1024**2
"""Of the folder; what was used longest ago goes first."""
_BETWEEN_LOOKS = 200
"""Files written between two looks at the size of the folder."""
_QUICK = frozenset({".txt", ".md"})
"""What is read faster than looked up."""
_ROOT = Path(__file__).parents[2]


class ContentCache:
    """A folder of what was read; made with the first file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._written = 0

    def read(
        self, data: bytes, suffix: str, *, on_page: OnPage = lambda done, total: None
    ) -> Content:
        """Return what `read_apart` makes of a file, or made of it. Raises SourceError."""
        if suffix in _QUICK:
            return read_apart(data, suffix, on_page=on_page)
        path = self._folder / f"{_key(data, suffix)}.json.gz"
        if (kept := _kept(path)) is not None:
            return kept
        content = read_apart(data, suffix, on_page=on_page)
        with suppress(OSError):  # A full disk keeps nobody from reading.
            self._keep(path, content)
        return content

    def _keep(self, path: Path, content: Content) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=self._folder, delete=False) as file:
            try:
                file.write(gzip.compress(json.dumps(said_of(content)).encode(), 1))
                file.close()
                Path(file.name).replace(path)
            except BaseException:
                Path(file.name).unlink(missing_ok=True)
                raise
        self._written += 1
        if self._written % _BETWEEN_LOOKS == 0:
            prune(self._folder, MOST_BYTES)


def prune(folder: Path, most_bytes: int) -> None:
    """Delete the files used longest ago until no more than `most_bytes` are left."""
    found = []
    for path in folder.iterdir():
        with suppress(OSError):
            info = path.stat()
            found.append((info.st_mtime, info.st_size, path))
    left = sum(size for _, size, _ in found)
    for _, size, path in sorted(found):
        if left <= most_bytes:
            return
        path.unlink(missing_ok=True)
        left -= size


def _kept(path: Path) -> Content | None:
    try:
        content = content_of(json.loads(gzip.decompress(path.read_bytes())))
    except FileNotFoundError:
        return None
    except (OSError, EOFError, ValueError, KeyError, TypeError):
        with suppress(OSError):
            path.unlink()
        return None
    with suppress(OSError):
        os.utime(path)
    return content


def _key(data: bytes, suffix: str) -> str:
    return hashlib.sha256(b"\0".join((_program(), suffix.encode(), data))).hexdigest()


@cache
def _program() -> bytes:
    """Return a hash of all that decides what is read of a file."""
    digest = hashlib.sha256()
    folders = [_ROOT / "retrieval" / name for name in ("loading", "directives", "text")]
    files = (path for folder in (*folders, _ROOT / "data") for path in folder.glob("*.*"))
    for path in sorted(files):
        if path.suffix in {".py", ".tsv", ".txt"}:
            digest.update(path.read_bytes())
    versions = sorted(f"{one.name} {one.version}" for one in distributions())
    tools = [f"{name} {shutil.which(name)}" for name in ("tesseract", "soffice", "libreoffice")]
    digest.update("\n".join([*versions, *tools]).encode())
    return digest.digest()
