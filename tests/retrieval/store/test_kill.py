"""Killed while Chroma writes its files, the index comes back by itself."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
from indexes import MemoryFolder, document, opened
from kills import killed

from retrieval.indexing.reload import reload
from retrieval.store.sync import heal

SENTENCES = 1300
"""More than Chroma keeps in memory before it writes its files of HNSW."""


class Scattered:
    """Vectors without a model: what they mean is not tested here."""

    name = "scattered"

    def embed_array(self, texts):
        made = [np.random.default_rng(abs(hash(text))).normal(size=32) for text in texts]
        vectors = np.asarray(made, np.float32)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def folder_of(year: int) -> MemoryFolder:
    lines = [f"Năm {year}, tổ số {i} mở {i + 3} lớp học." for i in range(SENTENCES)]
    texts = ["\n\n".join(lines[at : at + 100]) for at in range(0, SENTENCES, 100)]
    return MemoryFolder(*(document(f"{i}.md", f"Bài {i}", text) for i, text in enumerate(texts)))


def do_reload(folder: Path) -> None:
    with opened(folder) as index:
        reload(folder_of(2025), index.ledger, index.store, Scattered())


def test_the_index_is_before_or_after_and_can_be_searched(tmp_path, request):
    kills = request.config.getoption("--kills")
    start = tmp_path / "start"
    with opened(start) as index:
        reload(folder_of(2024), index.ledger, index.store, Scattered())

    def make(folder: Path) -> None:
        shutil.copytree(start, folder)

    for folder, note in killed("reload over HNSW files", do_reload, make, tmp_path, kills):
        damaged: list[str] = []
        with opened(folder) as index:
            heal(index.ledger, index.store, damaged.append)
            with index.ledger.snapshot() as snap:
                wanted = sorted(snap.sentence_ids())
                vectors = snap.vectors(wanted)
                assert index.store.ids(snap.edition) == set(wanted)
                hits = [index.store.search(snap.edition, v, 1)[0] for v in vectors[::50]]
                assert np.mean([cosine > 0.99 for _, cosine in hits]) > 0.9
        note("filled anew" if damaged else "whole")
        do_reload(folder)
