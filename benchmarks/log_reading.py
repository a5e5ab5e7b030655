"""Speed of a large log: every canned query, every chart, /thongke's figures, and writing.

python -m benchmarks.log_reading [EXCHANGES]
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.made_up_log import make_up
from bot.conversations import Conversations
from bot.figures import figures
from bot.log_pages import build_pages

ASKED = {"tu": "dang vien", "ngay": "30", "van_ban": "35-CT/TW"}


async def measure(state_dir: Path) -> dict[str, float]:
    """Return milliseconds by name, the second of two runs."""
    pages = build_pages(state_dir)
    await pages.invoke_startup()
    logs = pages.get_database("logs")
    queries = {name: q["sql"] for name, q in pages.metadata("queries", database="logs").items()}
    board = pages.plugin_config("datasette-dashboards")["tong-quan"]
    queries |= {f"chart {name}": c["query"] for name, c in board["charts"].items()}
    spent = {}
    for name, sql in queries.items():
        for _ in range(2):
            start = time.perf_counter()
            await logs.execute_fn(lambda db, sql=sql: db.execute(sql, ASKED).fetchall())
            spent[name] = (time.perf_counter() - start) * 1000
    return spent | _of_the_bot(state_dir / "logs.db")


def _of_the_bot(path: Path) -> dict[str, float]:
    spent = {}
    now = datetime.now(UTC)
    with Conversations(path) as log:
        start = time.perf_counter()
        figures(log.file, now - timedelta(days=30), now)
        spent["figures of /thongke"] = (time.perf_counter() - start) * 1000
        start = time.perf_counter()
        log.record(None, -1, None, 1, "Lan", 1, "Có bao nhiêu đảng viên?", now)
        spent["recording a question"] = (time.perf_counter() - start) * 1000
    return spent


def main() -> None:
    """Print a table."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    with tempfile.TemporaryDirectory() as folder:
        make_up(Path(folder) / "logs.db", count)
        print(f"{count} exchanges, milliseconds")
        for name, ms in asyncio.run(measure(Path(folder))).items():
            print(f"{ms:8.1f}  {name}")


if __name__ == "__main__":
    main()
