"""What collections cost a question: the same corpus without any, and filed into collections.

    python -m tests.benchmarks.audiences FOLDER PASSAGES

Owns two indexes of the same files, made once in FOLDER: one that knows of no collection, and a
copy of it in which the folder with a tenth of the files is internal. Questions are asked in turn,
with the reader as the bot asks them: over the one, and over the other for the public, for a member
and for those who see everything. A figure is the median of all questions, in milliseconds.
"""

from __future__ import annotations

import json
import shutil
import statistics
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from retrieval.answering.chain import Answerer
from retrieval.evaluation.cases import load_cases
from retrieval.indexing.reload import reload
from retrieval.loading.collections import collection_id
from retrieval.loading.folder import SourceFolder
from retrieval.models import EVERYTHING, PUBLIC, Audience
from retrieval.ranking.reader import open_reader
from retrieval.ranking.retriever import Search
from retrieval.ranking.weights import load_ranking
from retrieval.store.database import IndexDatabase
from retrieval.store.vectors import open_store
from retrieval.timing import Stopwatch
from tests.benchmarks.grown import SampledEmbeddings, write_corpus
from tests.benchmarks.suites import ROOT

INNER = "noi-bo"
QUESTIONS = 60
_EACH = 10
"""Every so many files one is internal."""
_ROUNDS = 3


@contextmanager
def _asked(home: Path, audience: Audience) -> Iterator[Answerer]:
    """Open what answers an audience over the index of `home`, made where it is missing."""
    ledger, store = IndexDatabase(home / "state"), open_store(home / "state")
    embeddings = SampledEmbeddings(home.parent / "engine")
    try:
        reload(SourceFolder(home / "sources"), ledger, store, embeddings)
        ranking = load_ranking(open_reader(home.parent / "engine"))
        search = Search(ledger.snapshot, store, embeddings, ranking)
        yield Answerer(search, ranking).within(audience)
    finally:
        store.close()
        ledger.close()


def _file_away(sources: Path) -> None:
    """Move each tenth file into a folder."""
    inner = sources / INNER
    inner.mkdir()
    for file in sorted(sources.glob("*.*"))[::_EACH]:
        file.rename(inner / file.name)


def measure(home: Path, passages: int) -> dict[str, dict[str, float]]:
    """Return milliseconds a question by who asks: p50 and p95, and p50 against no collection."""
    plain, filed = home / "plain", home / "filed"
    if not (plain / "sources" / INNER).exists():
        write_corpus(plain / "sources", passages)
        _file_away(plain / "sources")
    if not filed.exists():
        with _asked(plain, PUBLIC):
            """Made, so that it can be copied."""
        shutil.copytree(plain, filed)
        settings = filed / "sources" / INNER / "collection.yaml"
        settings.write_text("title: Nội bộ\n", encoding="utf-8")
    member = Audience(frozenset({collection_id(INNER)}))
    cases = load_cases(ROOT / "data" / "eval" / "questions.jsonl").cases[:QUESTIONS]
    times: defaultdict[str, list[float]] = defaultdict(list)
    with (
        _asked(plain, PUBLIC) as none,
        _asked(filed, PUBLIC) as public,
        _asked(filed, member) as given,
        _asked(filed, EVERYTHING) as everything,
    ):
        who = {"none": none, "public": public, "member": given, "everything": everything}
        for turn in range(_ROUNDS + 1):
            for case in cases:
                # In turn, so that a busy machine is as busy for all of them.
                for name, answerer in who.items():
                    watch = Stopwatch()
                    with watch("all"):
                        answerer.answer(case.question)
                    if turn:
                        times[name].append(watch.ms["all"])
    base = statistics.median(times["none"])
    return {
        name: {
            "p50": round(statistics.median(ms), 2),
            "p95": round(statistics.quantiles(ms, n=20, method="inclusive")[18], 2),
            "of_none": round(statistics.median(ms) / base, 3),
        }
        for name, ms in times.items()
    }


if __name__ == "__main__":
    print(json.dumps(measure(Path(sys.argv[1]), int(sys.argv[2])), indent=1))
