"""`chidan doctor`: every check there is, over a state folder whether a bot runs on it or not.

The checks are those of `bot.maintenance`, imported where they run: `--help` needs none.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.output import FAILED, WELL

if TYPE_CHECKING:
    from bot.maintenance.checks import Finding
    from bot.settings import Settings


@click.command()
def doctor() -> int:
    """Kiểm tra cấu hình, chỉ mục, mô hình và kết nối; nói rõ cần làm gì."""
    from bot.settings import load_settings

    status = WELL
    for finding in findings(load_settings()):
        click.echo(f"{'✓' if finding.well else '✗'} {finding.found}")
        if not finding.well:
            click.echo(f"  → {finding.remedy}")
            status = FAILED
    return status


def findings(settings: Settings) -> Iterator[Finding]:
    """Check everything that can go wrong outside the program, cheapest first."""
    from bot.maintenance.backups import finding_of_backups
    from bot.maintenance.checks import checks_of_machine, reader, scans, weights
    from bot.maintenance.connections import chat_model_servers, telegram_of

    yield from checks_of_machine(settings)
    yield finding_of_backups(settings, datetime.now(UTC))
    yield scans()
    yield reader(settings)
    yield weights(settings)
    yield from index_of(settings)
    yield telegram_of(settings)
    yield updates(settings.state_dir)
    yield from chat_model_servers(settings)


def index_of(settings: Settings) -> Iterator[Finding]:
    """Check embeddings, ledger and vector store against each other and against the sources."""
    from bot.bootstrap import open_index
    from bot.maintenance.checks import Finding, checks_of_search, checks_of_sources
    from retrieval.errors import ChidanError

    try:
        with open_index(settings, to_look=True) as index:
            yield from checks_of_search(index)
            yield from checks_of_sources(index)
    except ChidanError as error:
        yield Finding(False, str(error), "Chạy `chidan reload`.")


def updates(state_dir: Path) -> Finding:
    """Do Telegram's updates reach the log of the bot that runs here?"""
    from bot.maintenance.checks import Finding
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
