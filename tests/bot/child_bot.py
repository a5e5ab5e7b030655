"""Runs the bot in a process of its own, for tests that kill it.

Arguments: base URL, token, state folder, `hold` to stop thinking at each question, and address,
secret and port of a webhook.
"""

import asyncio
import sys
from pathlib import Path

from bot.app import build_application
from bot.conversations import Conversations
from bot.log_setup import set_up_logging
from bot.serving import run
from bot.settings import Settings
from bot.webhook import Webhook
from retrieval.documents import Answer, Kind


class Slow:
    def __init__(self, holds: bool) -> None:
        self.holds = holds

    async def answer(self, question, history=()):
        if self.holds:
            await asyncio.Event().wait()
        return Answer(question, Kind.SMALLTALK, f"Đáp: {question}")


def main(base_url: str, token: str, state: str, hold: str = "", address: str = "") -> None:
    set_up_logging(secrets=[token])
    settings = Settings(_env_file=None, telegram_bot_token=token, telegram_base_url=base_url)
    webhook = None
    if address:
        url, secret, port = address.split()
        webhook = Webhook(url, secret, "127.0.0.1", int(port))
    with Conversations(Path(state) / "logs.db") as log:
        application = build_application(settings, Slow(bool(hold)), log, sources=list)
        run(application, grace=0.1, webhook=webhook)


if __name__ == "__main__":
    main(*sys.argv[1:])
