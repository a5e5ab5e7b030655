"""A bot that does not go deaf: whatever getUpdates answers, and while the log cannot be written."""

import asyncio
import sqlite3
import time
from contextlib import closing, contextmanager

import pytest
from botapi.refusals import Garbage, Refused, too_many_requests

from bot.cli import doctor
from bot.telegram.health import DEAF_AFTER, LOOK_EVERY, UpdateHealth, last_beat
from bot.telegram.inbox import ATTEMPTS
from bot.telegram.webhook import Webhook

SECRET = "mot-bi-mat-dai-hon-16"  # noqa: S105 of nobody
TROUBLES = [
    Refused(404, "Not Found"),
    Refused(401, "Unauthorized"),
    Refused(403, "Forbidden: bot was blocked"),
    Refused(400, "Bad Request: wrong offset"),
    Refused(409, "Conflict: terminated by other getUpdates request"),
    Refused(413, "Request Entity Too Large"),
    Refused(500, "Internal Server Error"),
    Refused(504, "Gateway Timeout"),
    too_many_requests(1),
    Garbage(b""),
    Garbage(b"null"),
    Garbage(b"[]"),
    Garbage(b"<html>502</html>", 502),
    Garbage(b"<html>nginx</html>"),
    Garbage(b"[" * 100_000),
    Garbage(b"\xff\xfe{"),
    Garbage(b'{"ok":true,"result":null}'),
    Garbage(b'{"ok":true,"result":{"update_id":5}}'),
    Garbage(b'{"ok":true,"result":[null,5,"x",{}]}'),
    Garbage(b'{"ok":true,"result":[{"update_id":"9"},{"update_id":true}]}'),
    Garbage(b'{"ok":true,"result":[{"update_id":99999999999999999999}]}'),
    Garbage(b'{"ok":true,"result":[{"update_id":7,"message"'),
    Garbage(b"", 302),
]


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch):
    monkeypatch.setattr("bot.telegram.client.LONGEST_PAUSE", 0.02)


async def test_it_hears_again_whatever_getupdates_answers(server, whole_bot, caplog):
    lan = server.person("Lan")
    server.plant("getUpdates", TROUBLES[0], times=2)
    await whole_bot.starts()

    for number, trouble in enumerate(TROUBLES):
        server.plant("getUpdates", trouble, times=2)
        asked = lan.writes(f"câu {number}?")
        await server.until(lambda said=asked: bool(server.replies_to(said)), repr(trouble))

    assert "Traceback" not in caplog.text


@contextmanager
def locked(bot, monkeypatch):
    """The log, locked by somebody else for longer than the bot waits; `rollback` unlocks it."""
    monkeypatch.setattr("bot.log.database.BUSY_MS", 1)
    bot.log.file._db.execute("pragma busy_timeout = 1").close()
    with closing(sqlite3.connect(bot.state_dir / "logs.db", isolation_level=None)) as db:
        db.execute("begin immediate")
        yield db


async def test_an_update_that_cannot_be_recorded_comes_again(
    server, whole_bot, monkeypatch, caplog
):
    await whole_bot.starts()
    lan, minh = server.person("Lan"), server.person("Minh")
    first = await server.reply_to(lan.writes("câu trước?"))
    with locked(whole_bot, monkeypatch) as db:
        polls = server.api.polls
        asked = minh.writes("bao nhiêu?")
        voted = lan.presses(first, first.buttons[1]["callback_data"])
        await server.until(lambda: server.api.polls > polls + 5, "it to ask again")
        assert not server.world.has_taken(asked.update_id)
        assert server.replies_to(asked) == []
        db.execute("rollback")

    await server.reply_to(asked)
    await server.until(lambda: server.world.callbacks[voted] is not None, "the vote")
    await server.until(lambda: not server.world.updates, "all to be confirmed")

    assert len(server.replies_to(asked)) == 1
    assert len(whole_bot.log.file.rows("select * from votes")) == 1
    assert len([line for line in caplog.messages if "Không ghi được nhật ký" in line]) == 1


async def test_an_update_that_nobody_can_take_does_not_keep_the_others_away(
    server, whole_bot, monkeypatch, caplog
):
    tries = []
    record = whole_bot.log.record

    def breaks(*args, **kwargs):
        if "hỏng" in kwargs["question"]:
            tries.append(1)
            raise ValueError("unheard of")
        return record(*args, **kwargs)

    monkeypatch.setattr(whole_bot.log, "record", breaks)
    await whole_bot.starts()
    broken = server.person("Lan").writes("hỏng?")

    await server.reply_to(server.person("Minh").writes("bao nhiêu?"))

    assert server.world.has_taken(broken.update_id)
    assert len(tries) == ATTEMPTS
    assert "is left out" in caplog.text


async def test_a_webhook_is_told_to_bring_again_what_was_not_recorded(
    server, whole_bot, port, monkeypatch
):
    hook = Webhook(f"http://127.0.0.1:{port}/telegram", SECRET, "127.0.0.1", port)
    await whole_bot.starts(hook)
    with locked(whole_bot, monkeypatch) as db:
        asked = server.person("Lan").writes("bao nhiêu?")
        await server.until(lambda: bool(server.postman.refused), "a refusal")
        db.execute("rollback")

    await server.reply_to(asked)

    assert set(server.postman.refused) == {503}
    assert len(server.replies_to(asked)) == 1


async def test_doctor_and_the_log_tell_of_a_bot_that_is_deaf(
    server, whole_bot, monkeypatch, caplog
):
    monkeypatch.setattr("bot.telegram.application.LOOK_EVERY", 0.05)
    folder = whole_bot.state_dir
    assert doctor.updates(folder).found == "Bot chưa chạy trên STATE_DIR này."
    hearing = (await whole_bot.starts()).update_queue.health
    await server.until(lambda: last_beat(folder) is not None, "a beat")
    assert doctor.updates(folder).well

    server.plant("getUpdates", Refused(502, "Bad Gateway"), times=10**6)
    server.person("Lan").writes("bao nhiêu?")  # which ends the request that is being held
    await server.until(lambda: "Mất kết nối tới Telegram" in caplog.text, "the failure")
    hearing._now = lambda: time.monotonic() + DEAF_AFTER + LOOK_EVERY + 1
    await server.until(lambda: not doctor.updates(folder).well, "the doctor")
    await server.until(lambda: "chidan doctor" in caplog.text, "the log")
    for fault in server.api.faults.planted:
        fault.times = 0
    await server.until(lambda: doctor.updates(folder).well, "the doctor")

    assert caplog.text.count("Đã hơn 2 phút") == 1
    assert caplog.text.count("Mất kết nối tới Telegram") == 1
    await whole_bot.stops()
    assert last_beat(folder) is None


def test_silence_is_no_trouble_where_telegram_brings_the_updates(caplog):
    now = [0.0]
    seen = UpdateHealth(lambda: now[0])
    now[0] = 500.0
    assert not seen.is_deaf
    seen.failed("NotRecorded", "disk full")
    now[0] = 619.0
    assert not seen.is_deaf
    now[0] = 621.0
    for _ in range(3):
        seen.failed("NotRecorded", "disk full")
        seen.look()
    assert seen.is_deaf
    assert len(caplog.messages) == 2
    seen.received()
    assert not seen.is_deaf

    seen.polls()
    now[0] = 800.0
    assert seen.is_deaf


async def test_the_health_path_tells_a_proxy_of_a_bot_that_cannot_record(server, whole_bot, port):
    hook = Webhook(f"http://127.0.0.1:{port}/telegram", SECRET, "127.0.0.1", port)
    application = await whole_bot.starts(hook)
    now = [0.0]
    application.update_queue.health._now = lambda: now[0]
    application.update_queue.health.failed("NotRecorded", "disk full")

    async def status():
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /health HTTP/1.0\r\n\r\n")
        answer = await reader.read()
        writer.close()
        return answer

    assert b" 200 " in await status()
    now[0] = 121.0
    told = await status()
    assert b" 503 " in told
    assert b"no update fetched or recorded for 121 s" in told
