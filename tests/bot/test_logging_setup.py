"""Logging: the token never shows, whichever way it comes."""

import logging
from collections.abc import Iterator

import httpx
import pytest

from bot.logging_setup import MASK, set_up_logging

TOKEN = "123456789:" + "Aa1_-" * 7


@pytest.fixture(autouse=True)
def _logging_put_back() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


def test_the_token_is_masked_in_arguments_and_tracebacks(capsys):
    set_up_logging(secrets=["short:one"])

    try:
        int(f"https://api.telegram.org/bot{TOKEN}/getMe")
    except ValueError:
        logging.getLogger("bot.x").exception("gọi %s và short:one", f"/bot{TOKEN}/getMe")

    shown = capsys.readouterr().err
    assert TOKEN not in shown
    assert "short:one" not in shown
    assert shown.count(MASK) == 3
    assert "getMe" in shown


def test_requests_are_not_logged(capsys):
    set_up_logging()

    transport = httpx.MockTransport(lambda request: httpx.Response(200))
    with httpx.Client(transport=transport) as client:
        client.get(f"http://localhost/bot{TOKEN}/getMe")
    logging.getLogger("bot.x").info("sẵn sàng")

    assert [line.split(": ")[1] for line in capsys.readouterr().err.splitlines()] == ["sẵn sàng"]
