"""The buttons under an answer: votes, reasons and words, passages, and the administrators' list."""

import asyncio
from dataclasses import replace

import pytest
from pressing import asks_why, button, votes
from scripted import QUOTE, SOURCE, STORED, found

from bot.texts.texts import ENGLISH, VIETNAMESE
from retrieval.models import Answer, Kind, StoredText


@pytest.fixture
def press(server):
    """Press a button as people do; returns what the person is shown."""

    async def press(person, sent, data):
        query = person.presses(sent, data)
        await server.until(lambda: server.world.callbacks[query] is not None, f"press of {data}")
        return server.world.callbacks[query].get("text", "")

    return press


async def test_a_vote_is_kept_and_can_be_changed(server, bot, answered, press):
    _, lan, reply = answered
    minh = server.person("Minh")

    assert await press(lan, reply, button(reply, "👍")) == VIETNAMESE.voted_up
    assert await press(minh, reply, button(reply, "👍")) == VIETNAMESE.voted_up
    assert await press(lan, reply, button(reply, "👎")) == VIETNAMESE.voted_down

    assert votes(bot) == [
        (lan.user.id, "down", None, None),
        (minh.user.id, "up", None, None),
    ]


async def test_a_bad_vote_is_asked_for_its_reason(server, bot, answered, press):
    _, lan, reply = answered
    usual = [b["text"] for b in reply.buttons]
    await press(lan, reply, button(reply, "👎"))
    await server.until(lambda: len(reply.buttons) == len(usual) + 4)

    told = await press(lan, reply, button(reply, VIETNAMESE.reasons["thieu"]))
    await server.until(lambda: [b["text"] for b in reply.buttons] == usual)

    assert told == VIETNAMESE.reason_kept.format(reason="Thiếu")
    assert votes(bot) == [(lan.user.id, "down", "thieu", None)]


async def test_words_about_an_answer_are_kept_and_are_no_question(server, bot, answered, press):
    hanoi, lan, reply = answered
    await press(lan, reply, button(reply, "👎"))
    await server.until(lambda: asks_why(reply))
    await press(lan, reply, button(reply, "Khác"))
    await server.until(lambda: len(server.sent(hanoi)) == 2)
    prompt = server.sent(hanoi)[1]
    assert server.world.asked_to_reply == [prompt.json]
    assert prompt.marked("text_mention") == ["Lan"]
    await server.until(lambda: not asks_why(reply))

    thanks = await server.reply_to(lan.says(hanoi, "Số này của năm ngoái.", reply_to=prompt))

    assert thanks.text == VIETNAMESE.words_kept
    assert votes(bot) == [(lan.user.id, "down", "khac", "Số này của năm ngoái.")]
    assert [question for question, _ in bot.assistant.asked] == ["bao nhiêu?"]


async def test_buttons_work_after_a_restart(server, bot, answered, press):
    _, lan, reply = answered
    await bot.stops()
    await bot.starts()

    assert await press(lan, reply, button(reply, "👍")) == VIETNAMESE.voted_up


async def test_a_button_never_waits_behind_an_answer(server, bot, answered, press):
    hanoi, lan, reply = answered
    bot.assistant.held["lâu"] = asyncio.Event()
    slow = lan.says(hanoi, "/hoi lâu")
    await server.until(lambda: len(bot.assistant.asked) == 2)

    assert await press(lan, reply, button(reply, "👍")) == VIETNAMESE.voted_up
    assert server.replies_to(slow) == []
    bot.assistant.held["lâu"].set()
    await server.reply_to(slow)


@pytest.mark.parametrize(
    "data",
    ["", "phieu", "phieu:1", "phieu:1:hay", "phieu:x:up", "phieu:1:up:2", "lydo:1:ăn",
     "lydo:1:gi", "nguon:1:9", "nguon:1:-1", "la:1", "phieu:99999999999999999999:up", "\ud800"],
)  # fmt: skip
async def test_forged_data_does_nothing_and_breaks_nothing(
    server, bot, answered, press, data, caplog
):
    _, lan, reply = answered

    told = await press(lan, reply, data.encode("utf-8", "replace").decode())

    assert told in {"", VIETNAMESE.expired}
    assert votes(bot) == []
    assert "Traceback" not in caplog.text


async def test_an_exchange_of_another_chat_cannot_be_voted_on(server, bot, answered, press):
    _, _, reply = answered
    minh = server.person("Minh")
    own = await server.reply_to(minh.writes("gì?"))

    assert await press(minh, own, button(reply, "👍")) == ""
    assert votes(bot) == []


async def test_people_who_may_not_ask_may_not_vote(server, bot, press):
    lan, minh = server.person("Lan"), server.person("Minh")
    await bot.starts(allowed_chat_ids=[lan.user.id])
    reply = await server.reply_to(lan.writes("gì?"))
    await bot.stops()
    await bot.starts(allowed_chat_ids=[minh.user.id])

    assert await press(lan, reply, button(reply, "👍")) == ""
    assert votes(bot) == []


async def test_what_is_gone_from_the_log_is_said_to_be_old(server, bot, answered, press):
    _, lan, reply = answered

    assert await press(lan, reply, "phieu:4711:up") == VIETNAMESE.expired


async def test_the_passages_around_the_quotes_are_paged_with_the_quote_marked(server, bot, press):
    second = replace(QUOTE, start=49, end=len(STORED), text=STORED[49:], highlights=())
    bot.assistant.says = lambda question: replace(found(question), quotes=(QUOTE, second))
    bot.stored = lambda *quoted: StoredText(STORED) if quoted[0] == SOURCE.id else None
    await bot.starts()
    forum, lan = server.supergroup("Hà Nội", forum=True), server.person("Lan")
    topic = forum.opens_topic("Kết nạp", by=lan)
    reply = await server.reply_to(lan.says(topic, "/hoi bao nhiêu?"))

    await press(lan, reply, button(reply, "Nguồn"))
    await server.until(lambda: len(server.sent(forum)) == 2)
    page = server.sent(forum)[1]
    assert page.text.endswith(STORED)
    assert page.marked("bold") == [QUOTE.text]
    assert page.links() == [SOURCE.url]
    assert (page.topic_id, page.answered_id) == (topic.topic.id, reply.message_id)

    await press(lan, page, button(page, "▶"))
    await server.until(lambda: page.marked("bold") == [second.text])
    await press(lan, page, button(page, "◀"))
    await server.until(lambda: page.marked("bold") == [QUOTE.text])
    assert len(server.sent(forum)) == 2


async def test_a_passage_that_is_gone_from_the_store_is_shown_as_it_was_quoted(
    server, bot, answered, press
):
    hanoi, lan, reply = answered
    await press(lan, reply, button(reply, "Nguồn"))
    await server.until(lambda: len(server.sent(hanoi)) == 2)

    page = server.sent(hanoi)[1]
    assert page.marked("bold") == [QUOTE.text]
    assert VIETNAMESE.passage_gone in page.text


async def test_a_question_without_an_answer_is_handed_to_the_administrators_once(
    server, bot, press
):
    bot.assistant.says = lambda question: Answer(question, Kind.NOT_FOUND, "Không tìm thấy.")
    hoa, lan = server.person("Hoa"), server.person("Lan")
    assert hoa.private.id == hoa.user.id
    await bot.starts(admin_ids=[hoa.user.id])
    hanoi = server.group("Hà Nội")
    reply = await server.reply_to(lan.says(hanoi, "/hoi điều gì?"))
    hand_over = button(reply, VIETNAMESE.hand_over)

    assert await press(lan, reply, hand_over) == VIETNAMESE.handed_over
    await server.until(lambda: bool(server.sent(hoa.private)))
    assert await press(lan, reply, hand_over) == VIETNAMESE.handed_over_already

    assert "điều gì?" in server.sent(hoa.private)[0].text
    assert reply.buttons == []
    rows = bot.log.file.rows("select exchange_id, person_id from handovers")
    assert [tuple(row.values()) for row in rows] == [(1, lan.user.id)]


async def test_who_presses_is_spoken_to_in_their_language(server, bot, answered, press):
    _, _, reply = answered
    ann = server.person("Ann", language="en")

    assert await press(ann, reply, button(reply, "👍")) == ENGLISH.voted_up


async def test_small_talk_has_no_buttons(server, bot):
    bot.assistant.says = lambda question: Answer(question, Kind.SMALLTALK, "Chào bạn.")
    await bot.starts()

    assert (await server.reply_to(server.person("Lan").writes("chào"))).buttons == []
