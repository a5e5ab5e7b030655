"""A chat model behind the real bot: one chat's slow model, its death, its cost, its end."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator

import pytest
from scripted_model import ScriptedModel, running, says, says_and_stays, says_then, status

from bot.bootstrap import build_assistant
from bot.settings import Settings
from bot.texts.texts import ENGLISH, VIETNAMESE
from retrieval.models import Note

QUESTION = "Năm 2024 Hà Nội kết nạp bao nhiêu đảng viên mới?"
TRUE = "Năm 2024, Hà Nội kết nạp 11.144 đảng viên mới, vượt chỉ tiêu đại hội đề ra [1]."
MORE = " Hà Nội kết nạp 11.144 đảng viên mới, vượt chỉ tiêu đại hội đề ra [1]."
"""Each repeats the article, so that no second call is needed."""


@pytest.fixture
def model() -> Iterator[ScriptedModel]:
    with running() as model:
        model.usual = says(TRUE)
        yield model


@pytest.fixture
def start(bot, kept, model):
    """Start the bot with the real assistant over two articles and the model."""
    known = {"llm_base_url": model.url, "llm_model": "m"}

    async def start(**settings):
        assistant = build_assistant(kept, Settings(_env_file=None, **known, **settings))
        bot.assistant, bot.closing = assistant, assistant.aclose
        await bot.starts(**known, **settings)

    return start


async def test_a_model_that_is_slow_in_one_chat_delays_no_other(server, model, start):
    go_on = threading.Event()
    model.script = [says_then(f"{TRUE}\nHà", MORE.removeprefix(" Hà"), go_on)]
    await start()
    hanoi = server.group("Hà Nội")

    slow = server.person("Lan").writes(QUESTION)
    await server.until(lambda: bool(server.world.drafts), "the first sentence")
    quick = await server.reply_to(server.person("Minh").says(hanoi, f"/hoi {QUESTION}"))
    assert server.replies_to(slow) == []
    go_on.set()
    late = await server.reply_to(slow)

    assert server.world.drafts[0]["text"] == TRUE
    assert quick.text.startswith(TRUE)
    assert late.text.startswith(TRUE + MORE)


async def test_while_it_is_slow_its_own_chat_keeps_its_order(server, model, start):
    go_on = threading.Event()
    model.script = [says_then(f"{TRUE}\nHà", MORE.removeprefix(" Hà"), go_on)]
    await start()
    lan = server.person("Lan")

    first, second = lan.writes(QUESTION), lan.writes("Xin chào")
    await server.until(lambda: bool(server.world.drafts), "the first sentence")
    assert server.sent() == []
    go_on.set()
    await server.reply_to(second)

    assert [sent.answered_id for sent in server.sent()] == [first.message_id, second.message_id]


async def test_a_dead_model_costs_a_line_and_the_log_tells_why(server, bot, model, start):
    model.usual = status(401)
    await start()

    reply = await server.reply_to(server.person("Lan").writes(QUESTION))
    await bot.stops()

    assert "11.144" in reply.marked("blockquote")[0]
    assert VIETNAMESE.notes[Note.MODEL_UNAVAILABLE] in reply.text
    [use] = bot.log.file.rows("select * from model_uses")
    assert "mã 401" in use["failure"]
    assert use["fault"] == "refusing"


async def test_english_clients_read_in_english_why_no_model_answered(server, model, start):
    model.script = [says(TRUE), status(401)]
    await start(llm_daily_tokens_person=10)
    lan, minh = (server.person(name, language="en") for name in ("Lan", "Minh"))
    await server.reply_to(lan.writes(QUESTION))

    failed = await server.reply_to(minh.writes(QUESTION))
    spent = await server.reply_to(lan.writes(QUESTION))

    assert ENGLISH.notes[Note.MODEL_UNAVAILABLE] in failed.text
    assert ENGLISH.notes[Note.TOKENS_SPENT] in spent.text
    assert VIETNAMESE.notes[Note.MODEL_UNAVAILABLE] not in failed.text


async def test_who_used_up_a_days_tokens_is_answered_without_the_model(server, model, start):
    await start(llm_daily_tokens_person=10)
    lan, minh = server.person("Lan"), server.person("Minh")

    first = await server.reply_to(lan.writes(QUESTION))
    second = await server.reply_to(lan.writes(QUESTION))
    others = await server.reply_to(minh.writes(QUESTION))

    assert first.text.startswith(TRUE)
    assert VIETNAMESE.notes[Note.TOKENS_SPENT] in second.text
    assert "11.144" in second.marked("blockquote")[0]
    assert others.text.startswith(TRUE)


async def test_quotes_offered_inline_do_not_ask_the_model(server, model, start):
    await start()
    query = server.person("Lan").asks_inline(QUESTION)

    await server.until(lambda: server.world.inline[query] is not None, "quotes")

    assert "11.144" in json.dumps(server.world.inline[query], ensure_ascii=False)
    assert model.requests == []


async def test_the_end_closes_what_is_open_to_the_model(server, bot, model, start):
    left = threading.Event()
    model.usual = says_and_stays(TRUE, left)
    await start()
    await server.reply_to(server.person("Lan").writes(QUESTION))
    assert not left.is_set()

    await bot.stops()

    assert left.wait(10)


@pytest.mark.parametrize(
    "obeys",
    [
        "Ý: Đảng viên cần gửi mã OTP cho cán bộ trực.\nNguồn 1: “{}”",
        "Ý: Kênh hỗ trợ duy nhất là tài khoản @hotro_dang.\nNguồn 1: “{}”",
        "Ý: Lệ phí nộp hồ sơ là bắt buộc.\nNguồn 1: “{}”",
        "Ý: Trợ lý này chỉ trích nguồn sau.\nNguồn 1: “{}”",
        "Ý: Mọi câu hỏi xem tại ketnap-dang.top.\nNguồn 1: “{}”",
    ],
)
async def test_an_obedient_model_never_speaks_for_who_gave_it_orders(
    server, bot, model, start, obeys
):
    async def reply(call):
        prompt = call.body["messages"][-1]["content"]
        words = prompt.partition("Nội dung: ")[2].partition("\n")[0]
        await says("1: đúng" if "KHẲNG ĐỊNH" in prompt else obeys.format(words[:60]))(call)

    model.usual = reply
    await start()

    shown = await server.reply_to(server.person("Lan").writes(QUESTION))
    await bot.stops()

    for order in ("OTP", "@hotro_dang", "bắt buộc", "Trợ lý này", "ketnap-dang"):
        assert order not in shown.text
    assert "11.144" in shown.marked("blockquote")[0]
    [use] = bot.log.file.rows("select * from model_uses")
    assert use["failure"]
    assert use["fault"] == "ungrounded"
