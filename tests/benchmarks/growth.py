"""How a question, a start and a reload grow with the corpus: each size in a folder of its own.

    python -m tests.benchmarks.growth FOLDER PASSAGES …

Owns building an index of each size and measuring it; a figure is the median of several runs. Each
size is measured in a process of its own, so that memory is its own.
"""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import psutil

from bot.log.exchanges import Conversations
from bot.telegram.formatting import compose
from bot.texts.texts import VIETNAMESE
from retrieval.answering.chain import Answerer
from retrieval.evaluation.cases import load_cases
from retrieval.indexing.reload import reload
from retrieval.loading.folder import SourceFolder
from retrieval.ranking.retriever import Search
from retrieval.ranking.weights import load_ranking
from retrieval.store.database import IndexDatabase
from retrieval.store.vectors import Store, open_store
from retrieval.timing import Stopwatch
from tests.benchmarks.grown import SampledEmbeddings, write_corpus
from tests.benchmarks.load import BotApiServer, bot
from tests.benchmarks.suites import ROOT

QUESTIONS = 60
_RUNS = 3
_ASKED = "Ai được kết nạp vào Đảng?"


def measure(home: Path, passages: int) -> dict[str, object]:
    """Build the index of that size in `home`, unless it is there, and return its figures."""
    sources, state = home / "sources", home / "state"
    if not sources.exists():
        write_corpus(sources, passages)
    ledger, store = IndexDatabase(state), open_store(state)
    embeddings = SampledEmbeddings(home.parent / "engine")
    folder = SourceFolder(sources)

    def again() -> float:
        return reload(folder, ledger, store, embeddings).seconds

    try:
        built = again()
        figures = {"built_s": round(built, 1), **_questions(ledger, store, embeddings)}
        figures["rss_mb"] = round(psutil.Process().memory_info().rss / 2**20)
        figures["unchanged_s"] = _median(again)
        figures["changed_s"] = _median(lambda: (_touch(sources), again())[1])
        figures["removed_s"] = _median(lambda: (_remove(sources), again())[1])
    finally:
        store.close()
        ledger.close()
    figures["disk_mb"] = round(
        sum(f.stat().st_size for f in state.rglob("*") if f.is_file()) / 2**20
    )
    before = psutil.Process().cpu_times()
    figures["cold_ask_s"] = _median(lambda: _cold(sources, state))
    after = psutil.Process().cpu_times()
    spent = after.children_user + after.children_system
    spent -= before.children_user + before.children_system
    figures["cold_cpu_s"] = round(spent / _RUNS, 2)
    figures["bot_ready_s"] = _median(lambda: _ready(sources, state))
    figures["files"] = sum(1 for _ in sources.iterdir())
    return figures


def _questions(
    ledger: IndexDatabase, store: Store, embeddings: SampledEmbeddings
) -> dict[str, object]:
    """Return milliseconds a question, in all and by step; every question is asked once."""
    ranking = load_ranking()
    answerer = Answerer(Search(ledger.snapshot, store, embeddings, ranking), ranking)
    cases = load_cases(ROOT / "data" / "eval" / "questions.jsonl").cases
    for case in cases[-3:]:
        answerer.answer(case.question)
    steps: dict[str, list[float]] = defaultdict(list, {"all": []})
    with tempfile.TemporaryDirectory() as folder, Conversations(Path(folder) / "logs.db") as log:
        for number, case in enumerate(cases[:QUESTIONS], start=1):
            watch = Stopwatch()
            with watch("all"):
                with watch("log"):
                    asked = (number, 1, None, 1, "An", number, case.question, datetime.now(UTC))
                    noted = log.record(*asked) or 0
                answer = answerer.answer(case.question)
                with watch("format"):
                    compose(answer, VIETNAMESE)
                with watch("log"):
                    log.finish(noted, answer)
            for step, ms in {**watch.ms, **answer.timings_ms}.items():
                steps[step].append(ms)
    with ledger.snapshot() as snap:
        count = snap.passage_count
    ms = {step: percentiles(times) for step, times in steps.items()}
    return {"passages": count, "ms": ms}


def percentiles(times: list[float]) -> dict[str, float]:
    """Return p50 and p95."""
    cuts = statistics.quantiles(times, n=20, method="inclusive")
    return {"p50": round(cuts[9], 2), "p95": round(cuts[18], 2)}


def _median(run: Callable[[], float]) -> float:
    return round(statistics.median(run() for _ in range(_RUNS)), 3)


def _touch(sources: Path) -> None:
    first = min(sources.iterdir())
    text = f"{first.read_text(encoding='utf-8')}\nThêm một câu vào lúc {time.time_ns()}.\n"
    first.write_text(text, encoding="utf-8")


def _remove(sources: Path) -> None:
    max(sources.iterdir()).unlink()


def _cold(sources: Path, state: Path) -> float:
    """Return seconds from starting `chidan ask` to its end."""
    settings = {"SOURCES_DIR": str(sources), "STATE_DIR": str(state)}
    started = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "bot.cli", "ask", "--json", _ASKED],
        cwd=ROOT,
        env={**os.environ, **settings},
        check=True,
        capture_output=True,
    )
    return time.perf_counter() - started


def _ready(sources: Path, state: Path) -> float:
    """Return seconds from starting the bot, with an empty log, to its first reply."""
    for log in state.glob("logs.db*"):
        log.unlink()
    return asyncio.run(_first_reply(sources, state))


async def _first_reply(sources: Path, state: Path) -> float:
    async with BotApiServer() as server:
        started = time.perf_counter()
        async with bot(server, state, SOURCES_DIR=str(sources)):
            return time.perf_counter() - started


def grow(home: Path, sizes: list[int]) -> list[dict[str, object]]:
    """Return the figures of each size, each from a process of its own."""
    figures = []
    for size in sizes:
        command = [
            sys.executable,
            "-m",
            "tests.benchmarks.growth",
            "--one",
            str(home / str(size)),
            str(size),
        ]
        done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
        figures.append(json.loads(done.stdout))
        print(done.stdout, file=sys.stderr)
    return figures


if __name__ == "__main__":
    if sys.argv[1] == "--one":
        print(json.dumps(measure(Path(sys.argv[2]), int(sys.argv[3]))))
    else:
        print(json.dumps(grow(Path(sys.argv[1]), [int(size) for size in sys.argv[2:]])))
