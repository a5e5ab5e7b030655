"""Runs the bot in a process of its own, for tests that kill it.

Arguments: base URL, token, state folder, `hold` to stop thinking at each question, address, secret
and port of a webhook, and the id of an administrator, who then has /chuatraloi.
"""

import asyncio
import sys
from pathlib import Path

from bot.log.exchanges import Conversations
from bot.logging_setup import set_up_logging
from bot.settings import Settings
from bot.telegram.application import build_application
from bot.telegram.lifecycle import run
from bot.telegram.webhook import Webhook
from retrieval.embeddings.models import BuiltinEmbeddings
from retrieval.models import Answer, Kind


class Slow:
    def __init__(self, holds: bool) -> None:
        self.holds = holds

    async def answer(self, question, history=(), options=None):
        if self.holds:
            await asyncio.Event().wait()
        return Answer(question, Kind.SMALLTALK, f"Đáp: {question}")


def main(
    base_url: str, token: str, state: str, hold: str = "", address: str = "", admin: str = ""
) -> None:
    set_up_logging(secrets=[token])
    known = {"telegram_bot_token": token, "telegram_base_url": base_url, "state_dir": state}
    settings = Settings(_env_file=None, **known, admin_ids=[int(admin)] if admin else [])
    embed = BuiltinEmbeddings().embed_array if admin else None
    webhook = None
    if address:
        url, secret, port = address.split()
        webhook = Webhook(url, secret, "127.0.0.1", int(port))
    with Conversations(Path(state) / "logs.db") as log:
        application = build_application(
            settings, Slow(bool(hold)), log, sources=lambda _: [], embed=embed
        )
        run(application, grace=0.1, webhook=webhook)


if __name__ == "__main__":
    main(*sys.argv[1:])
