"""Runs the bot in a process of its own, answering at once, in a time that runs faster.

Arguments: base URL, token, state folder, and how many seconds pass in one.
"""

import asyncio
import sys
import time
from pathlib import Path

from scripted import QUOTE

from bot.log.exchanges import Conversations
from bot.logging_setup import set_up_logging
from bot.settings import Settings
from bot.telegram.application import build_application
from bot.telegram.lifecycle import run
from bot.telegram.rate_limiter import RateLimiter
from retrieval.models import Answer, Kind

WINDOW = 90.0
"""Seconds kept between the first and the 21st message of a group: time that runs fast, runs
unevenly."""


class Quick:
    async def answer(self, question, history=(), options=None):
        return Answer(question, Kind.ANSWER, f"Đáp: {question}", (QUOTE,))


def main(base_url: str, token: str, state: str, speed: str) -> None:
    faster = float(speed)
    set_up_logging(secrets=[token])
    settings = Settings(
        _env_file=None,
        telegram_bot_token=token,
        telegram_base_url=base_url,
        state_dir=state,
        questions_per_person=0,
        questions_per_chat=0,
    )
    pacing = RateLimiter(
        lambda: time.monotonic() * faster,
        lambda seconds: asyncio.sleep(seconds / faster),
        group_window=WINDOW,
    )
    with Conversations(Path(state) / "logs.db") as log:
        application = build_application(settings, Quick(), log, sources=lambda _: [], pacing=pacing)
        run(application, grace=0.1)


if __name__ == "__main__":
    main(*sys.argv[1:])
