"""The bot and the commands as processes on one state folder."""

from __future__ import annotations

import os
import shutil
from contextlib import asynccontextmanager

import pytest
from processes import ROOT, Child

from bot.settings import Settings


@pytest.fixture
def chidan(server, tmp_path, engine):
    """Start `chidan`, as a shell does, with a bot's settings; killed at the end of the block."""
    shutil.copytree(engine, tmp_path / "state" / "engine", copy_function=os.link)
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "hue.txt").write_text("Năm 2024, Huế mở sáu lớp bồi dưỡng cán bộ trẻ.")
    unset = {name.upper(): "" for name in Settings.model_fields}
    own = {
        "STATE_DIR": str(tmp_path / "state"),
        "SOURCES_DIR": str(tmp_path / "sources"),
        "TELEGRAM_BOT_TOKEN": server.token,
        "TELEGRAM_BASE_URL": server.base_url,
        "PYTHONPATH": str(ROOT),
    }

    @asynccontextmanager
    async def start(*arguments):
        environment = os.environ | unset | own
        child = Child("bot.cli", *arguments, folder=tmp_path, environment=environment)
        try:
            yield child
        finally:
            child.kill()
            await child.wait()

    return start


async def ended(start, *arguments) -> tuple[int, str]:
    async with start(*arguments) as child:
        status = await child.wait()
        return status, (child.output + child.errors).decode()


async def test_two_bots_do_not_share_a_folder_and_reloads_outside_are_seen(
    server, chidan, tmp_path
):
    lan, copy = server.person("Lan"), tmp_path / "copy.db"
    async with chidan("run"):
        first = await server.reply_to(lan.writes("Năm 2024 Huế mở mấy lớp bồi dưỡng?"))
        await server.until(lambda: "sáu lớp" in first.text)

        status, said = await ended(chidan, "run")
        assert (status, len(said.splitlines())) == (1, 1)
        assert "Một bot khác (tiến trình" in said

        (tmp_path / "sources" / "vinh.txt").write_text("Năm 2024, Vinh mở chín lớp cảm tình Đảng.")
        assert (await ended(chidan, "reload"))[0] == 0
        asked = lan.writes("Năm 2024 Vinh mở mấy lớp cảm tình Đảng?")
        second = await server.reply_to(asked)
        await server.until(lambda: "chín lớp" in second.text)

        assert (await ended(chidan, "backup", str(copy)))[0] == 0
        status, said = await ended(chidan, "restore", "--replace", str(copy))
        assert (status, "Một bot khác" in said) == (1, True)
        assert len(server.replies_to(asked)) == 1

    # The lock of a killed bot is gone with it.
    assert (await ended(chidan, "restore", "--replace", str(copy)))[0] == 0
