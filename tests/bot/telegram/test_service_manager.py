"""What a service manager hears of the bot, over a real datagram socket."""

import asyncio
import socket

import pytest

from bot.telegram.health import reported, tell_service_manager


@pytest.fixture
def manager(tmp_path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(tmp_path / "notify"))
        listener.settimeout(5)
        yield listener


async def test_it_hears_that_the_bot_serves_lives_and_stops(manager):
    environment = {"NOTIFY_SOCKET": manager.getsockname(), "WATCHDOG_USEC": "40000"}

    async with reported(environment):
        heard = [(await asyncio.to_thread(manager.recv, 64)).decode() for _ in range(3)]

    assert heard == ["READY=1", "WATCHDOG=1", "WATCHDOG=1"]
    last = ""
    while last != "STOPPING=1":
        last = manager.recv(64).decode()


async def test_without_a_service_manager_nothing_is_said():
    async with reported({}):
        pass


def test_a_service_manager_that_is_gone_is_no_trouble(tmp_path):
    tell_service_manager(str(tmp_path / "nobody"), "READY=1")
