"""What a reload costs: an index of generated sources, and then a file more, less or another.

    python -m tests.benchmarks.reloading [SOURCES [FILES]]

Owns the steps and the share of the embedder in each. Sentences of the large index get sampled
vectors; what one changed file and `share` embed, the real model does. Seconds of processor time
stand beside those of the clock, for machines that do other things as well.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrieval.embeddings.models import ArrayEmbeddings, BuiltinEmbeddings
from retrieval.indexing.reload import reload
from retrieval.loading.folder import SourceFolder
from retrieval.registry.catalogue import Catalogue
from retrieval.store.database import IndexDatabase
from retrieval.store.vectors import Store, open_store
from tests.benchmarks.budgets import Row, row
from tests.benchmarks.grown import SampledEmbeddings, write_corpus

SOURCES, FILES = 2000, 10_000
_AN_HOUR = 3600
COLUMNS = ("step", "seconds", "of the processor", "of these not embedding")
_SECTIONS = 4
_LEAST_SHARE = 0.9
_SHARED = 150
"""Sources of which every sentence is embedded by the real model."""


@dataclass(frozen=True, slots=True)
class Step:
    """Seconds of one step: of the clock and of the processor, and the embedder's among each."""

    name: str
    clock: float
    processor: float
    embedder_clock: float
    embedder_processor: float

    @property
    def rest(self) -> float:
        """Processor time that is not the embedder's."""
        return self.processor - self.embedder_processor


class TimedEmbeddings(ArrayEmbeddings):
    """An embedder, and how long it took since the last look."""

    def __init__(self, embeddings: ArrayEmbeddings) -> None:
        self._embeddings = embeddings
        self.name = embeddings.name
        self.clock = self.processor = 0.0

    def embed_array(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed, watched."""
        clock, processor = time.perf_counter(), time.process_time()
        vectors = self._embeddings.embed_array(texts)
        self.clock += time.perf_counter() - clock
        self.processor += time.process_time() - processor
        return vectors

    def embed_query_array(self, text: str) -> NDArray[np.float32]:
        """Embed a question."""
        return self._embeddings.embed_query_array(text)


def measure(home: Path, sources: int = SOURCES, files: int = FILES) -> list[Step]:
    """Return the steps over `sources` sources, and a reload of `files` files without any change."""
    sampled = SampledEmbeddings(home / "engine")
    steps = [_whole(home / "shared", BuiltinEmbeddings(home / "engine"))]
    with _Index(home / "sources", sources, sampled) as index:
        steps.append(index.step(f"{sources:,} sources, first time, vectors sampled"))
        steps.append(index.step("nothing changed"))
        for name, change in _CHANGES.items():
            change(index.folder)
            steps.append(index.step(name))
        steps.append(index.timed("the first list of directives", index.catalogue.all))
        steps.append(index.timed("one directive", lambda: index.catalogue.find("05-CT/TW")))
    with _Index(home / "files", files, sampled, sections=1) as many:
        many.step("first")
        steps.append(many.step(f"nothing changed, {files:,} files"))
    return steps


def _whole(home: Path, embeddings: BuiltinEmbeddings) -> Step:
    """Index sources with every sentence embedded for good, after all is loaded."""
    embeddings.embed_query_array("")
    with _Index(home / "loading", 1, embeddings) as index:
        index.step("")
    with _Index(home / "all", _SHARED, embeddings) as index:
        return index.step(f"{_SHARED} sources, first time, by the real model")


class _Index:
    """An index over generated files in `home`."""

    def __init__(
        self, home: Path, sources: int, embeddings: ArrayEmbeddings, sections: int = _SECTIONS
    ) -> None:
        self.folder = home / "sources"
        write_corpus(self.folder, sources * sections, sections_a_file=sections)
        before = time.time() - _AN_HOUR
        for file in self.folder.iterdir():
            os.utime(file, (before, before))  # else it would be read again
        self._ledger: IndexDatabase = IndexDatabase(home / "state")
        self._store: Store = open_store(home / "state")
        self._embeddings = TimedEmbeddings(embeddings)
        self.catalogue = Catalogue(self._ledger.snapshot)

    def __enter__(self) -> _Index:
        return self

    def __exit__(self, *_: object) -> None:
        self._store.close()
        self._ledger.close()

    def step(self, name: str) -> Step:
        """Reload, timed."""
        parts = SourceFolder(self.folder), self._ledger, self._store, self._embeddings
        return self.timed(name, lambda: reload(*parts))

    def timed(self, name: str, work: Callable[[], object]) -> Step:
        """Do it, timed."""
        self._embeddings.clock = self._embeddings.processor = 0.0
        clock, processor = time.perf_counter(), time.process_time()
        work()
        clock, processor = time.perf_counter() - clock, time.process_time() - processor
        return Step(name, clock, processor, self._embeddings.clock, self._embeddings.processor)


def _change(folder: Path) -> None:
    first = min(folder.iterdir())
    first.write_text(f"{first.read_text(encoding='utf-8')}\nThêm một câu ở cuối bài.\n", "utf-8")


def _add(folder: Path) -> None:
    text = "---\ntitle: Bài mới\n---\n\nMột bài mới. Nó nhắc tới Chỉ thị số 05-CT/TW.\n"
    (folder / "moi.md").write_text(text, encoding="utf-8")


_CHANGES: dict[str, Callable[[Path], None]] = {
    "one source changed": _change,
    "one source added": _add,
    "one source removed": lambda folder: max(folder.glob("van-ban-*")).unlink(),
}


def table(steps: Sequence[Step]) -> list[tuple[str, ...]]:
    """Return the rows under COLUMNS."""
    return [
        (s.name, *(f"{seconds:.2f}" for seconds in (s.clock, s.processor, s.rest))) for s in steps
    ]


def budgets(steps: Sequence[Step]) -> list[Row]:
    """Return what the design allows beside what was measured, in processor time."""
    whole, unchanged = steps[0], steps[-1]
    share = whole.embedder_processor / whole.processor
    kept = "yes" if share >= _LEAST_SHARE else "no"
    return [
        row(f"{unchanged.name}, processor time", 2, unchanged.processor, " s"),
        *(
            row(f"{step.name}, beside embedding", 1, step.rest, " s")
            for step in steps
            if step.name in _CHANGES
        ),
        ("the embedder's share of indexing", f"≥ {_LEAST_SHARE:.0%}", f"{share:.0%}", kept),
    ]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="chidan-reload-") as scratch:
        for row in table(measure(Path(scratch), *map(int, sys.argv[1:]))):
            print("\t".join(row))
