"""How the code is cut, and how much of it one question runs through: `python -m … .modules`.

Counts files, their median length and the modules that exactly one other imports; then a bot with
the real index over `data/articles` answers in a group over the tests' Bot API server, and the
modules that ran between the update and the answer are counted (a warm bot; imports do not count).
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import threading
from collections import Counter
from pathlib import Path
from types import FrameType

import grimp

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from botapi.server import BotApiServer  # noqa: E402 - the tests' own packages stand beside this one

from bot.bootstrap import open_session  # noqa: E402
from bot.settings import Settings  # noqa: E402
from bot.telegram.application import application_of  # noqa: E402
from bot.telegram.lifecycle import serving  # noqa: E402

PACKAGES = ("bot", "retrieval", "prompts")
BEFORE = ("Năm 2023 có bao nhiêu đảng viên mới?", "Ai chủ trì hội nghị?")
QUESTION = "Năm 2024 Hà Nội kết nạp bao nhiêu đảng viên?"


class Touched:
    """The modules of ours in which a function is called while `records`."""

    def __init__(self) -> None:
        self.records = False
        self.modules: set[str] = set()

    def __call__(self, frame: FrameType, event: str, arg: object) -> None:
        if self.records and event == "call":
            name = frame.f_globals.get("__name__", "")
            if name.partition(".")[0] in PACKAGES:
                self.modules.add(name)


async def touched_by_one_question(folder: Path) -> set[str]:
    """Return the modules that run for one question of a group."""
    touched = Touched()
    threading.setprofile(touched)
    sys.setprofile(touched)
    async with BotApiServer() as server:
        settings = Settings(
            _env_file=None,
            state_dir=folder,
            sources_dir=ROOT / "data" / "articles",
            telegram_bot_token=server.token,
            telegram_base_url=server.base_url,
        )
        with open_session(settings) as session:
            session.index.reload()
            async with serving(application_of(session), grace=1.0):
                group, lan = server.group("Hà Nội"), server.person("Lan")
                for number, question in enumerate((*BEFORE, QUESTION)):
                    touched.records = number == len(BEFORE)
                    await server.reply_to(lan.says(group, f"/hoi {question}"))
                    await asyncio.sleep(0.5)  # what follows the answer into the log
                touched.records = False
    return touched.modules


def main() -> None:
    """Print the figures."""
    lengths = [
        len(path.read_text(encoding="utf-8").splitlines())
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        if path.name != "__init__.py"
    ]
    graph = grimp.build_graph(*PACKAGES, cache_dir=None)
    importers = {name: graph.find_modules_that_directly_import(name) for name in graph.modules}
    alone = [name for name, others in importers.items() if len(others) == 1]
    print(f"{len(lengths)} files, median {statistics.median(lengths):.0f} lines")
    print(f"{len(alone)} modules that exactly one other imports")
    with tempfile.TemporaryDirectory() as folder:
        touched = asyncio.run(touched_by_one_question(Path(folder)))
    print(f"{len(touched)} modules for one question of a group")
    for package, count in Counter(name.rpartition(".")[0] for name in touched).most_common():
        print(f"{count:4} {package}")


if __name__ == "__main__":
    main()
