"""Runs the bot in a process of its own, for tests that kill it.

Arguments: base URL, token, state folder, and `hold` to stop thinking at each question.
"""

import asyncio
import sys
from pathlib import Path

from bot.app import build_application
from bot.conversations import Conversations
from bot.log_setup import set_up_logging
from bot.serving import run
from bot.settings import Settings
from retrieval.documents import Answer, Kind


class Slow:
    def __init__(self, holds: bool) -> None:
        self.holds = holds

    async def answer(self, question, history=()):
        if self.holds:
            await asyncio.Event().wait()
        return Answer(question, Kind.SMALLTALK, f"Đáp: {question}")


def main(base_url: str, token: str, state: str, *hold: str) -> None:
    set_up_logging(secrets=[token])
    settings = Settings(_env_file=None, telegram_bot_token=token, telegram_base_url=base_url)
    with Conversations(Path(state) / "logs.db") as log:
        application = build_application(settings, Slow(bool(hold)), log, sources=list)
        run(application, grace=0.1)


if __name__ == "__main__":
    main(*sys.argv[1:])
