"""`chidan setup` against the Bot API server: token and administrator end up in `.env`, 0600."""

import asyncio
import os
import pty
import re
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest
from botapi.server import TOKEN, BotApiServer
from command import ROOT

from bot.cli.setup import bot_name, wait_for_sender, write_setting
from bot.settings import Settings


@pytest.fixture
async def telegram():
    async with BotApiServer() as server:
        yield server


def test_a_setting_is_written_once_and_only_its_owner_reads_it(tmp_path):
    path = tmp_path / ".env"
    (tmp_path / ".env.example").write_text("# Mã bot\nTELEGRAM_BOT_TOKEN=\nADMIN_IDS=\n")

    write_setting(path, "TELEGRAM_BOT_TOKEN", "1:a")
    write_setting(path, "TELEGRAM_BOT_TOKEN", "2:b")
    write_setting(path, "ADMIN_IDS", "7,8")

    assert path.read_text() == "# Mã bot\nTELEGRAM_BOT_TOKEN=2:b\nADMIN_IDS=7,8\n"
    assert path.stat().st_mode & 0o777 == 0o600
    read = Settings(_env_file=path)
    assert (read.telegram_bot_token.get_secret_value(), read.admin_ids) == ("2:b", {7, 8})


async def test_a_token_is_known_or_not(telegram):
    assert await asyncio.to_thread(bot_name, telegram.base_url, TOKEN) == "ChiDanBot"
    assert await asyncio.to_thread(bot_name, telegram.base_url, "1:x") is None


async def test_who_writes_to_the_bot_is_found_and_the_message_stays(telegram):
    lan = telegram.person("Lan")
    lan.writes("/start")

    for _ in range(2):
        found = await asyncio.to_thread(wait_for_sender, telegram.base_url, TOKEN, 5)
        assert (found.id, found.name) == (lan.user.id, "Lan")


def test_nobody_who_writes_is_nobody():
    assert wait_for_sender("http://127.0.0.1:9/bot", "1:x", 0.1) is None


def typed(answers: dict[str, str], environment: dict[str, str], folder: Path) -> str:
    """Run the command on a terminal, answering each prompt that holds a key of `answers`."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "bot.cli", "setup", "--file", "bot.env"],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        cwd=folder,
        env=environment,
        close_fds=True,
    )
    os.close(theirs)
    seen, rest, end = "", dict(answers), time.monotonic() + 60
    while time.monotonic() < end:
        if not select.select([ours], [], [], 0.1)[0]:
            continue
        try:
            seen += os.read(ours, 4096).decode(errors="replace")
        except OSError:
            break
        for asked in [key for key in rest if re.search(key, seen)]:
            os.write(ours, f"{rest.pop(asked)}\n".encode())
    process.wait(10)
    os.close(ours)
    return seen


async def test_the_whole_way_on_a_terminal(telegram, tmp_path):
    lan = telegram.person("Lan")
    lan.writes("/start")
    unset = {name.upper(): "" for name in Settings.model_fields}
    own = {"PYTHONPATH": str(ROOT), "TELEGRAM_BASE_URL": telegram.base_url}
    answers = {r"Token \(Enter": TOKEN, r"quản trị viên\?": "y"}

    seen = await asyncio.to_thread(typed, answers, os.environ | unset | own, tmp_path)

    assert "@ChiDanBot" in seen
    assert TOKEN not in seen
    read = Settings(_env_file=tmp_path / "bot.env")
    assert read.telegram_bot_token.get_secret_value() == TOKEN
    assert read.admin_ids == {lan.user.id}
