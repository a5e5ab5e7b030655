"""How much memory one more bot on a machine takes: `python -m tests.benchmarks.several_bots`.

Starts bots as processes, each with a state folder of its own over data/articles, against a Bot API
server on loopback, and reads their memory from the kernel: RSS counts what bots share each time,
PSS (proportional set size) shares it out, USS is what is a bot's own alone.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

from botapi.server import BotApiServer

from tests.benchmarks.suites import ROOT

BOTS = 2
SECONDS = 300.0
"""The longest that a bot may take to be ready."""
QUESTION = "Năm 2024 Hà Nội kết nạp bao nhiêu đảng viên?"


def memory(pid: int) -> dict[str, float]:
    """Return RSS, PSS and USS of a process in MB."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8").splitlines()[1:]
    kilobytes = {line.split(":")[0]: int(line.split()[1]) for line in lines}
    own = kilobytes["Private_Clean"] + kilobytes["Private_Dirty"]
    return {"RSS": kilobytes["Rss"] / 1e3, "PSS": kilobytes["Pss"] / 1e3, "USS": own / 1e3}


def _started(env: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "bot.cli", "run"], env=env)


async def measured(count: int) -> list[dict[str, float]]:
    """Return the memory of so many bots that have each answered a question."""
    bots: list[subprocess.Popen[bytes]] = []
    with tempfile.TemporaryDirectory() as folder:
        try:
            for number in range(count):
                async with BotApiServer() as server:
                    env = os.environ | {
                        "TELEGRAM_BOT_TOKEN": server.token,
                        "TELEGRAM_BASE_URL": server.base_url,
                        "STATE_DIR": f"{folder}/{number}",
                        "SOURCES_DIR": str(ROOT / "data" / "articles"),
                    }
                    bots.append(_started(env))
                    async with asyncio.timeout(SECONDS):
                        asked = server.person("Lan").writes(QUESTION)
                        await server.world.bell.until(partial(server.replies_to, asked))
            return [memory(bot.pid) for bot in bots]
        finally:
            for bot in bots:
                bot.terminate()
            for bot in bots:
                bot.wait()


def main() -> None:
    """Print the memory of one bot alone and of several."""
    for count in (1, BOTS):
        for found in asyncio.run(measured(count)):
            print(f"{count} bots:", ", ".join(f"{name} {mb:.0f} MB" for name, mb in found.items()))


if __name__ == "__main__":
    main()
