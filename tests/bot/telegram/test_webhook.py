"""Updates that Telegram brings: only with the secret, on disk before they are taken."""

import asyncio
import json
from urllib.parse import urlsplit

import httpx
import pytest
from botapi.server import PATIENCE

from bot.settings import Settings, SettingsError, load_settings
from bot.telegram.client import webhook_of
from bot.telegram.webhook import Webhook

SECRET = "mot-bi-mat-dai-hon-16"  # noqa: S105 of nobody


@pytest.fixture
def webhook(port):
    return Webhook(f"http://127.0.0.1:{port}/telegram", SECRET, "127.0.0.1", port)


@pytest.fixture
async def call(webhook):
    """Call the webhook's server; returns status and text."""
    async with httpx.AsyncClient() as client:

        async def call(path, secret=None, **more):
            headers = {"X-Telegram-Bot-Api-Secret-Token": secret} if secret else {}
            url = f"http://127.0.0.1:{webhook.port}{path}"
            response = await client.request("POST" if more else "GET", url, headers=headers, **more)
            return response.status_code, response.text

        yield call


async def until_closed(port):
    """Wait until nobody listens there any more."""
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            return
        writer.close()


async def test_questions_that_are_brought_are_answered(server, bot, webhook):
    await bot.starts(webhook)
    forum, lan = server.supergroup("Hà Nội", forum=True), server.person("Lan")
    topic = forum.opens_topic("Kết nạp", by=lan)

    reply = await server.reply_to(lan.says(topic, "/hoi bao nhiêu?"))

    assert reply.topic_id == topic.topic.id
    assert (server.postman.refused, server.api.polls) == ([], 0)


async def test_what_comes_while_the_bot_is_away_is_answered_when_it_is_back(server, bot, webhook):
    await bot.starts(webhook)
    await bot.stops()
    asked = server.person("Lan").writes("bao nhiêu?")
    await bot.starts(webhook)

    await server.reply_to(asked)

    assert len(server.replies_to(asked)) == 1


async def test_without_the_secret_nothing_is_taken(server, bot, webhook, call):
    await bot.starts(webhook)
    lan = server.person("Lan")
    forged = {"update_id": 1, "message": lan.private.chat.json()}

    for secret in (None, "x" * 20):
        status, _ = await call("/telegram", secret, json=forged)
        assert status == 403
    await server.reply_to(lan.writes("bao nhiêu?"))

    assert [question for question, _ in bot.assistant.asked] == ["bao nhiêu?"]


@pytest.mark.parametrize("body", ["", "[]", "{", "null", '{"message": 5}', '{"update_id": "x"}'])
async def test_what_cannot_be_read_is_not_brought_again(server, bot, webhook, call, body, caplog):
    await bot.starts(webhook)

    status, _ = await call("/telegram", SECRET, content=body)

    assert status == 200
    await server.reply_to(server.person("Lan").writes("bao nhiêu?"))
    assert "Traceback" not in caplog.text


async def test_the_health_path_tells_a_proxy_whether_the_bot_is_at_work(bot, webhook, call):
    application = await bot.starts(webhook)
    assert await call("/health") == (200, "ok")
    assert (await call("/"))[0] == 404

    await application.stop()
    assert (await call("/health"))[0] == 503
    status, _ = await call("/telegram", SECRET, json={"update_id": 1})
    assert status == 503
    await application.start()


async def test_polling_again_takes_the_webhook_away(server, bot, webhook):
    await bot.starts(webhook)
    await bot.stops()
    await bot.starts()

    await server.reply_to(server.person("Lan").writes("bao nhiêu?"))

    assert server.world.webhook == {}


def test_settings_make_a_webhook():
    known = Settings(
        _env_file=None,
        webhook_url="https://example.org/telegram/",
        webhook_secret=SECRET,
        webhook_listen="[::1]:9000",
    )

    webhook = webhook_of(known)

    assert webhook == Webhook("https://example.org/telegram", SECRET, "::1", 9000)
    assert webhook.path == urlsplit(webhook.url).path == "/telegram"
    assert webhook_of(Settings(_env_file=None)) is None


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"WEBHOOK_SECRET": ""}, "WEBHOOK_SECRET"),
        ({"WEBHOOK_SECRET": "ngan"}, "WEBHOOK_SECRET"),
        ({"WEBHOOK_SECRET": "bí mật dài hơn mười sáu"}, "WEBHOOK_SECRET"),
        ({"WEBHOOK_LISTEN": "8080"}, "WEBHOOK_LISTEN"),
        ({"WEBHOOK_LISTEN": "localhost:http"}, "WEBHOOK_LISTEN"),
    ],
)
def test_a_webhook_that_cannot_be_is_refused_by_name(monkeypatch, changed, named):
    well = {"WEBHOOK_URL": "https://example.org/t", "WEBHOOK_SECRET": SECRET}
    for name, value in (well | changed).items():
        monkeypatch.setenv(name, value)

    with pytest.raises(SettingsError, match=named):
        load_settings()


async def test_no_update_is_taken_before_it_is_in_the_log(server, bot, webhook, call):
    await bot.starts(webhook)
    lan = server.person("Lan")
    server.world.webhook = {}
    said = lan.writes("bao nhiêu?")
    update = json.loads(json.dumps(server.world.updates[-1]))

    status, _ = await call("/telegram", SECRET, json=update)
    known = await asyncio.to_thread(bot.log.latest, 1)
    status_again, _ = await call("/telegram", SECRET, json=update)
    await server.reply_to(said)
    server.world.updates.clear()

    assert (status, status_again) == (200, 200)
    assert [exchange.question for exchange in known] == ["bao nhiêu?"]
    assert len(server.replies_to(said)) == 1


async def test_stopping_takes_no_more_and_lets_what_runs_finish(server, bot, webhook):
    bot.assistant.held["lâu"] = asyncio.Event()
    application = await bot.starts(webhook, grace=5)
    running, waiting = server.person("Lan").writes("lâu"), server.person("Minh")
    await server.until(lambda: bool(bot.assistant.asked))

    stopping = asyncio.create_task(bot.stops())
    await until_closed(webhook.port)
    late = waiting.writes("muộn")
    bot.assistant.held["lâu"].set()
    await stopping

    assert not application.running
    assert len(server.replies_to(running)) == 1
    assert server.replies_to(late) == []
    assert [e.question for e in bot.log.latest(9)] == ["lâu"]
    await bot.starts(webhook)
    await server.reply_to(late)
    assert len(server.replies_to(running)) == 1


async def test_asked_to_stop_the_process_ends_and_answers_at_the_next_start(
    server, process, webhook
):
    address = f"{webhook.url} {webhook.secret} {webhook.port}"
    asked = server.person("Lan").writes("bao nhiêu?")
    async with process("hold", address) as child:
        await server.until(lambda: bool(server.world.actions), "typing")
        child.terminate()
        async with asyncio.timeout(PATIENCE):
            assert await child.wait() == 0

    async with process("", address):
        await server.reply_to(asked)

    assert [reply.text for reply in server.replies_to(asked)] == ["Đáp: bao nhiêu?"]
