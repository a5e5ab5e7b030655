"""How many SQL statements on `logs.db` one question of a group takes.

Run `python -m tests.benchmarks.log_statements`. The bot of `build_application` answers in a group
over the tests' Bot API server; the question after a few others is counted, from its update to its
answer: reads, `begin` and `commit` too, but not what triggers run.
"""

from __future__ import annotations

import asyncio
import re
import sys
import tempfile
from collections import Counter
from itertools import groupby
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from botapi.server import BotApiServer  # noqa: E402 - the tests' own packages stand beside this one
from scripted import SOURCE, Scripted  # noqa: E402

from bot.log.database import Readers  # noqa: E402
from bot.log.exchanges import Conversations  # noqa: E402
from bot.settings import Settings  # noqa: E402
from bot.telegram.application import build_application  # noqa: E402
from bot.telegram.lifecycle import serving  # noqa: E402

BEFORE = 3
"""Questions before the one that is counted."""


class Statements(Readers):
    """Readers whose statements are counted, as are those of the connection that writes."""

    def __init__(self, readers: Readers, said: list[str]) -> None:
        super().__init__(readers._path)
        self._said = said

    def _connect(self):
        db = super()._connect()
        db.conn.set_trace_callback(self._said.append)
        return db


async def statements(folder: Path) -> list[str]:
    """Return the statements of one question of a group, in order."""
    said: list[str] = []
    async with BotApiServer() as server:
        settings = Settings(
            _env_file=None,
            state_dir=folder,
            telegram_bot_token=server.token,
            telegram_base_url=server.base_url,
        )
        with Conversations(folder / "logs.db") as log:
            log.file._readers = Statements(log.file._readers, said)
            log.file._db.conn.set_trace_callback(said.append)
            application = build_application(settings, Scripted(), log, sources=lambda _: [SOURCE])
            async with serving(application, grace=1.0):
                group, lan = server.group("Hà Nội"), server.person("Lan")
                for number in range(BEFORE):
                    await _asks(server, lan, group, f"/hoi câu {number}?")
                said.clear()
                await _asks(server, lan, group, "/hoi câu cuối?")
                # What SQLite runs itself, for full text, is told as a comment; what a trigger runs,
                # under the words of the statement that set it off.
                own = (one for one in said if not one.startswith("--"))
                return [one for one, _ in groupby(own)]


async def _asks(server: BotApiServer, person, group, question: str) -> None:
    await server.reply_to(person.says(group, question))
    await asyncio.sleep(0.5)  # what follows the answer into the log


def main() -> None:
    """Print the number, and the statements by what they do."""
    with tempfile.TemporaryDirectory() as folder:
        said = asyncio.run(statements(Path(folder)))
    print(f"{len(said)} statements on logs.db for one question of a group")
    kinds = Counter(re.sub(r"\s+", " ", re.sub(r"'[^']*'|-?\d+", "?", one))[:90] for one in said)
    for kind, count in kinds.most_common():
        print(f"{count:4} {kind}")


if __name__ == "__main__":
    main()
