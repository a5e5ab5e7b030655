"""Speed of a large log: every canned query and chart, /thongke, and writing while it is exported.

    python -m tests.benchmarks.log_reading [EXCHANGES]

Owns measuring; `python -m tests.benchmarks --only log` writes it into docs/performance.md.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.log.exchanges import Conversations
from bot.review.charts import chart
from bot.review.export import as_csv
from bot.review.queries import Filter, find
from bot.review.statistics import answered, figures
from bot.review.web import build_pages
from bot.texts.texts import VIETNAMESE
from retrieval.models import Answer, Kind
from tests.benchmarks.made_up_log import make_up

ASKED = {"tu": "dang vien", "ngay": "30", "van_ban": "35-CT/TW"}
ASKED |= {"ket_qua": "not_found", "phieu": "", "cuoc": "-1001", "nguoi": "Lan"}
BUDGET = 500
"""Milliseconds for a query, a chart or /thongke."""
_RUNS = 3
_WRITES = 200
_PERIOD = timedelta(days=30)
Row = tuple[str, float]


def measure(state_dir: Path, count: int) -> tuple[list[Row], list[Row]]:
    """Make up a log of `count` exchanges; return milliseconds of reading and of writing it."""
    make_up(state_dir / "logs.db", count)
    with Conversations(state_dir / "logs.db") as log:
        read = [*asyncio.run(_pages(state_dir)), *_thongke(log)]
        return read, _writing(log)


async def _pages(state_dir: Path) -> list[Row]:
    pages = build_pages(state_dir)
    await pages.invoke_startup()
    logs = pages.get_database("logs")
    queries = {name: q["sql"] for name, q in pages.metadata("queries", database="logs").items()}
    board = pages.plugin_config("datasette-dashboards")["tong-quan"]
    queries |= {f"chart {name}": c["query"] for name, c in board["charts"].items()}
    rows = []
    for name, sql in queries.items():
        spent = []
        for _ in range(_RUNS):
            start = time.perf_counter()
            await logs.execute_fn(lambda db, sql=sql: db.execute(sql, ASKED).fetchall())
            spent.append((time.perf_counter() - start) * 1000)
        rows.append((name, statistics.median(spent)))
    return rows


def _thongke(log: Conversations) -> list[Row]:
    now = datetime.now(UTC)
    last = now.astimezone().date()
    first = last - _PERIOD + timedelta(days=1)
    told = figures(log.file, now - _PERIOD, now)

    def told_and_before() -> None:
        figures(log.file, now - _PERIOD, now)
        answered(log.file, now - 2 * _PERIOD, now - _PERIOD)

    counted = _median(told_and_before)
    drawn = _median(lambda: chart(told, first, last, VIETNAMESE.admin.review))
    return [
        ("/thongke, figures of two periods", counted),
        ("/thongke, the chart", drawn),
        ("/thongke, all of it", counted + drawn),
    ]


def _writing(log: Conversations) -> list[Row]:
    """Write exchanges alone, and again while a thread exports the whole log over and over."""
    done = threading.Event()
    exports = []

    def export() -> None:
        while not done.is_set():
            start = time.perf_counter()
            as_csv(find(log.file, Filter()))
            exports.append((time.perf_counter() - start) * 1000)

    alone = _written(log)
    reader = threading.Thread(target=export)
    reader.start()
    beside = _written(log)
    done.set()
    reader.join()
    return [
        *((f"an exchange, {name}", ms) for name, ms in alone),
        *((f"an exchange while the log is exported, {name}", ms) for name, ms in beside),
        ("one export of it all", statistics.median(exports)),
    ]


def _written(log: Conversations) -> list[Row]:
    spent = []
    for _ in range(_WRITES):
        start = time.perf_counter()
        question = "Có bao nhiêu đảng viên?"
        asked = log.record(None, -1, None, 1, "Lan", 1, question, datetime.now(UTC))
        if asked is not None:
            log.finish(asked, Answer(question, Kind.NOT_FOUND, "Các nguồn không nói tới."))
        spent.append((time.perf_counter() - start) * 1000)
    spent.sort()
    return [("p50", spent[_WRITES // 2]), ("p95", spent[_WRITES * 95 // 100]), ("max", spent[-1])]


def _median(work: Callable[[], object]) -> float:
    spent = []
    for _ in range(_RUNS):
        start = time.perf_counter()
        work()
        spent.append((time.perf_counter() - start) * 1000)
    return statistics.median(spent)


def main() -> None:
    """Print both lists."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    with tempfile.TemporaryDirectory() as folder:
        read, written = measure(Path(folder), count)
    print(f"{count} exchanges, milliseconds")
    for name, ms in (*read, *written):
        print(f"{ms:8.1f}  {name}")


if __name__ == "__main__":
    main()
