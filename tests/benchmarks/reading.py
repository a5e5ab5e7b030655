"""How fast documents are read, format by format, and a folder of them indexed.

    python -m tests.benchmarks --only reading [--quick]
    python -m tests.benchmarks.reading [FILES]

Generated documents are written in every format (`tests/rewritten.py`); with the folder `shared`
beside the project its documents are taken instead. A page is 2,000 characters. Reading is timed in
this process; the reload of the mixed folder reads in worker processes, as ever, and embeds every
sentence with the real model.
"""

from __future__ import annotations

import itertools
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.cli.output import showing_progress
from retrieval.embeddings.models import BuiltinEmbeddings
from retrieval.indexing.reload import reload
from retrieval.loading.folder import SourceFolder
from retrieval.loading.formats import read_bytes
from retrieval.store.database import IndexDatabase
from retrieval.store.vectors import open_store
from tests.benchmarks.grown import write_corpus
from tests.benchmarks.reloading import TimedEmbeddings
from tests.benchmarks.suites import SHARED, documents_of
from tests.rewritten import OTHER_WRITERS, WRITERS

FILES, QUICK_FILES = 2000, 40
COLUMNS = ("format", "files", "KB a file", "MB a second", "pages a second")
INDEXING = (
    *("files", "seconds", "files a second", "MB a second", "pages a second", "share of embedding"),
)
_PAGE = 2000
_TIMED = 30
"""Documents of each format that are timed."""
_WRITERS: dict[str, Callable[[str], bytes]] = {
    ".txt": str.encode,
    **WRITERS,
    **OTHER_WRITERS,
}


@dataclass(frozen=True, slots=True)
class Speed:
    """What reading the files of one format took."""

    suffix: str
    files: int
    size: int
    """Bytes."""
    pages: float
    seconds: float

    @property
    def row(self) -> list[str]:
        """Its line of the table."""
        return [
            self.suffix,
            str(self.files),
            f"{self.size / self.files / 1024:.0f}",
            f"{self.size / 1e6 / self.seconds:.2f}",
            f"{self.pages / self.seconds:.0f}",
        ]


def speeds(texts: Sequence[str]) -> Iterator[Speed]:
    """Yield how fast the first texts are read from each format; parsers are imported before."""
    for suffix, write in _WRITERS.items():
        files = [write(text) for text in texts[:_TIMED]]
        path = Path(f"a{suffix}")
        read_bytes(files[0], path)
        started = time.process_time()
        read = [read_bytes(data, path) for data in files]
        seconds = time.process_time() - started
        pages = sum(len(content.text) for content in read) / _PAGE
        yield Speed(suffix, len(files), sum(map(len, files)), pages, seconds)


def indexed(texts: Sequence[str], count: int) -> list[str]:
    """Return the line of the table for a first reload of `count` mixed files."""
    with tempfile.TemporaryDirectory(prefix="chidan-reading-") as folder:
        home = Path(folder)
        (home / "sources").mkdir()
        size = pages = 0.0
        mixed = zip(range(count), itertools.cycle(texts), itertools.cycle(_WRITERS), strict=False)
        for n, text, suffix in mixed:
            data = _WRITERS[suffix](f"Bản {n}.\n{text}")
            size, pages = size + len(data), pages + len(text) / _PAGE
            (home / "sources" / f"{n}{suffix}").write_bytes(data)
        embeddings = TimedEmbeddings(BuiltinEmbeddings(home / "engine"))
        ledger, store = IndexDatabase(home / "state"), open_store(home / "state")
        started = time.perf_counter()
        with showing_progress(sys.stderr) as progress:
            reload(SourceFolder(home / "sources"), ledger, store, embeddings, progress)
        seconds = time.perf_counter() - started
        store.close()
        ledger.close()
    share = embeddings.clock / seconds
    figures = (seconds, count / seconds, size / 1e6 / seconds, pages / seconds)
    return [str(count), *(f"{figure:.1f}" for figure in figures), f"{share:.0%}"]


def texts() -> list[str]:
    """Return the stored texts that are written in each format."""
    if (SHARED / "corpus").is_dir():
        return [document.text for document in documents_of(SHARED / "corpus")]
    with tempfile.TemporaryDirectory(prefix="chidan-grown-") as folder:
        write_corpus(Path(folder), 4 * _TIMED, sections_a_file=4)
        return [document.text for document in documents_of(Path(folder))]


def main() -> None:
    """Print both tables, the folder of as many files as the first argument says."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else FILES
    documents = texts()
    for row in (COLUMNS, *(speed.row for speed in speeds(documents))):
        sys.stdout.write(f"| {' | '.join(row)} |\n")
    for line in (INDEXING, indexed(documents, count)):
        sys.stdout.write(f"| {' | '.join(line)} |\n")


if __name__ == "__main__":
    main()
