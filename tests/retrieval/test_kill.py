"""A reload killed at any moment leaves the index as it was before, or as it is after."""

from __future__ import annotations

import multiprocessing
import os
import random
import shutil
import signal
import sys
from pathlib import Path

import pytest
from indexes import MemoryFolder, Opened, document, opened

from retrieval.embeddings import BuiltinEmbeddings
from retrieval.indexing import reload
from retrieval.mirror import heal

MOMENTS = 10
OURS = os.sep + "retrieval" + os.sep

before = MemoryFolder(
    document("giu.md", "Giữ", "Bài này được giữ nguyên. Nó có hai câu."),
    document("doi.md", "Đổi", "Bài này sẽ được thay. Câu này ở lại."),
    document("bo.md", "Bỏ", "Bài này sẽ bị bỏ đi."),
)
after = MemoryFolder(
    document("giu.md", "Giữ", "Bài này được giữ nguyên. Nó có hai câu."),
    document("doi.md", "Đổi", "Bài này đã được thay. Câu này ở lại."),
    document("moi.md", "Mới", "Bài này vừa được thêm."),
)


def reload_until(state_dir: Path, moment: int) -> None:
    """Reload `after` in a process that kills itself at the call of that number from our code."""
    calls = 0

    def count(frame, event, argument):
        nonlocal calls
        if OURS in frame.f_code.co_filename and event in {"call", "c_call"}:
            calls += 1
            if calls == moment:
                os.kill(os.getpid(), signal.SIGKILL)

    with opened(state_dir) as index:
        sys.setprofile(count)
        reload(after, index.ledger, index.store, BuiltinEmbeddings())
        sys.setprofile(None)
    (state_dir / "calls").write_text(str(calls))


def run(state_dir: Path, moment: int) -> int | None:
    """Return the exit code of a process that reloads until that moment."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["retrieval.indexing"])
    process = context.Process(target=reload_until, args=(state_dir, moment))
    process.start()
    process.join()
    return process.exitcode


def texts(index: Opened) -> dict[str, str]:
    with index.ledger.snapshot() as snap:
        return {source.id: snap.text(source.id) for source in snap.sources()}


def answers(index: Opened, embeddings: BuiltinEmbeddings) -> list[list[str]]:
    """What is found, by vectors and by words."""
    with index.ledger.snapshot() as snap:
        vectors = [embeddings.embed_query_array(q) for q in ("Bài nào được thay?", "bài mới")]
        hits = [index.store.search(snap.edition, vector, 9) for vector in vectors]
        found = [[s.text for s in snap.sentences_by_id([i for i, _ in hit])] for hit in hits]
        words = [snap.lexical(match, 9) for match in ("folded:bai", "folded:moi", "folded:bi")]
        return found + [[p.text for p in snap.passages([i for i, _ in hit])] for hit in words]


def rows(index: Opened) -> dict[str, int]:
    tables = ("sources", "versions", "passages", "sentences", "vectors", "passages_fts", "files")
    with index.ledger.writing() as writer:
        return {table: writer._db[table].count for table in tables}


@pytest.fixture(scope="module")
def start(tmp_path_factory, embeddings) -> Path:
    """The index of `before`."""
    start = tmp_path_factory.mktemp("start")
    with opened(start) as index:
        reload(before, index.ledger, index.store, embeddings)
    return start


@pytest.fixture(scope="module")
def clean(start, tmp_path_factory) -> tuple[Path, int]:
    """The index after a reload that nobody disturbed, and how many calls that took."""
    clean = tmp_path_factory.mktemp("clean")
    shutil.copytree(start, clean, dirs_exist_ok=True)
    assert run(clean, 0) == 0
    return clean, int((clean / "calls").read_text())


@pytest.mark.parametrize("part", range(MOMENTS))
def test_a_reload_killed_anywhere_is_before_or_after(part, start, clean, tmp_path, embeddings):
    undisturbed, calls = clean
    moment = int((part + random.Random(part).random()) / MOMENTS * calls) + 1
    shutil.copytree(start, tmp_path, dirs_exist_ok=True)

    assert run(tmp_path, moment) == -signal.SIGKILL

    with opened(tmp_path) as index, opened(undisturbed) as expected:
        heal(index.ledger, index.store)
        known = texts(index)
        assert known in (
            {d.source.id: d.text for d in before.documents.values()},
            {d.source.id: d.text for d in after.documents.values()},
        )
        with index.ledger.snapshot() as snap:
            assert snap.sentence_ids() == index.store.ids(snap.edition)

        reload(after, index.ledger, index.store, embeddings)
        assert texts(index) == texts(expected)
        assert answers(index, embeddings) == answers(expected, embeddings)
        assert rows(index) == rows(expected)
        assert heal(index.ledger, index.store) == 0
