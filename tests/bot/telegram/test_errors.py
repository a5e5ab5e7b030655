"""When Telegram itself is the trouble: one clear line for operators, and recovery."""

import pytest
from botapi.refusals import Refused, forbidden
from telegram.error import BadRequest, Forbidden, NetworkError, TelegramError

from bot.telegram.errors import explain

CONFLICT = Refused(409, "Conflict: terminated by other getUpdates request")


async def test_a_second_poller_is_named_and_the_bot_goes_on(server, bot, caplog):
    server.plant("getUpdates", CONFLICT, times=1)
    await bot.starts()

    await server.reply_to(server.person("Lan").writes("bao nhiêu?"))

    assert "tiến trình khác" in caplog.text
    assert "Traceback" not in caplog.text


async def test_a_server_that_is_down_for_a_while_is_named_and_the_bot_goes_on(server, bot, caplog):
    server.plant("getUpdates", Refused(502, "Bad Gateway"), times=1)
    await bot.starts()

    await server.reply_to(server.person("Lan").writes("bao nhiêu?"))

    assert "Mất kết nối tới Telegram" in caplog.text


async def test_a_wrong_token_is_said_without_the_token(server, process):
    server.token = "1:wrong"  # noqa: S105 a token of nobody

    async with process() as child:
        await child.wait()

    assert "Token của bot không đúng" in child.errors.decode()
    assert "1:wrong" not in child.errors.decode()
    server.api.refused.clear()


async def test_a_menu_that_cannot_be_set_does_not_keep_the_bot_from_starting(server, bot, caplog):
    server.plant("setMyCommands", forbidden("no"), times=6)
    await bot.starts()

    await server.reply_to(server.person("Lan").writes("bao nhiêu?"))

    assert "commands not set" in caplog.text


async def test_a_command_that_breaks_is_told_kindly(server, bot, caplog):
    bot.sources = 5
    await bot.starts()

    reply = await server.reply_to(server.person("Lan").writes("/nguon"))

    assert reply.text.startswith("Xin lỗi")
    assert "an update failed" in caplog.text


@pytest.mark.parametrize(
    "error", [Forbidden("x"), BadRequest("x"), NetworkError("x"), TelegramError("x")]
)
def test_every_error_of_telegram_has_its_line(error):
    assert len(explain(error).splitlines()) == 1
    assert "[" in explain(error)


async def test_a_network_that_is_gone_at_the_start_is_named_until_it_is_back(server, bot, process):
    server.plant("getMe", Refused(502, "Bad Gateway"), times=1)
    asked = server.person("Lan").writes("bao nhiêu?")

    async with process() as child:
        await server.reply_to(asked)
        child.terminate()
        await child.wait()

    said = child.errors.decode()
    assert "Chưa kết nối được tới Telegram" in said
    assert "Bot @ChiDanBot đã sẵn sàng" in said
    assert child.returncode == 0


async def test_a_token_that_is_revoked_while_running_is_named_and_may_come_back(
    server, bot, caplog
):
    await bot.starts()
    server.plant("getUpdates", Refused(401, "Unauthorized"), times=2)

    await server.reply_to(server.person("Lan").writes("bao nhiêu?"))
    await server.reply_to(server.person("Minh").writes("bao nhiêu?"))

    assert "Token của bot không đúng hoặc đã bị thu hồi" in caplog.text
    assert "Traceback" not in caplog.text
