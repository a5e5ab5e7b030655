"""`chidan doctor`: every check there is, over a state folder whether a bot runs on it or not.

The checks themselves are `bot.upkeep`'s.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from bot.settings import Settings
from bot.upkeep.checks import (
    Finding,
    checks_of_machine,
    checks_of_search,
    checks_of_sources,
    reader,
    scans,
)
from bot.upkeep.connections import chat_model_servers, telegram_of
from bot.upkeep.schedule import finding_of_backups
from retrieval.errors import ChidanError


def findings(settings: Settings) -> Iterator[Finding]:
    """Check everything that can go wrong outside the program, cheapest first."""
    yield from checks_of_machine(settings)
    yield finding_of_backups(settings, datetime.now(UTC))
    yield scans()
    yield reader(settings)
    yield from index_of(settings)
    yield telegram_of(settings)
    yield updates(settings.state_dir)
    yield from chat_model_servers(settings)


def index_of(settings: Settings) -> Iterator[Finding]:
    """Check embeddings, ledger and vector store against each other and against the sources."""
    from bot.bootstrap import open_index

    try:
        with open_index(settings) as index:
            yield from checks_of_search(index)
            yield from checks_of_sources(index)
    except ChidanError as error:
        yield Finding(False, str(error), "Chạy `chidan reload`.")


def updates(state_dir: Path) -> Finding:
    """Do Telegram's updates reach the log of the bot that runs here?"""
    from bot.telegram.health import last_beat

    beat = last_beat(state_dir)
    if beat is None:
        return Finding(True, "Bot chưa chạy trên STATE_DIR này.")
    if beat.is_deaf:
        when = f"{beat.well_until.astimezone():%H:%M:%S %d/%m/%Y}"
        return Finding(
            False,
            f"Bot đang chạy nhưng không nhận hoặc không ghi được cập nhật nào từ {when}.",
            "Xem dòng nhật ký cuối của bot: mạng tới Telegram, token, hay đĩa đầy. Sửa xong bot tự"
            " nhận tiếp, không câu nào mất; nếu bot vẫn im thì khởi động lại.",
        )
    return Finding(True, "Bot đang chạy và nhận được cập nhật từ Telegram.")
