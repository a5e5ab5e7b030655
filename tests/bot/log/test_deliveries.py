"""Replies that do not arrive, or of which nobody knows: noted, offered again, never doubled."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from botapi.refusals import Drop
from scripted import QUOTE

from bot.log.deliveries import Deliveries
from bot.texts.texts import VIETNAMESE
from retrieval.models import Kind


async def test_a_deleted_question_is_not_answered_and_the_log_says_why(server, bot):
    bot.assistant.held["lâu"] = asyncio.Event()
    await bot.starts()
    lan = server.person("Lan")
    asked = lan.writes("lâu")
    await server.until(lambda: bool(bot.assistant.asked))

    lan.private.chat.deleted.add(asked.message_id)
    bot.assistant.held["lâu"].set()
    await server.until(lambda: bool(server.unplanned))
    await bot.stops()

    assert server.replies_to(asked) == []
    assert "replied not found" in bot.log.latest(1)[0].error
    server.api.refused.clear()


async def test_a_person_who_blocks_the_bot_is_noted_without_a_stack_trace(server, bot, caplog):
    await bot.starts()
    lan = server.person("Lan")
    lan.user.blocked_the_bot = True
    lan.writes("bao nhiêu?")

    await server.until(lambda: any(r.method == "sendmessage" for r in server.unplanned))
    await bot.stops()

    assert "Forbidden" in bot.log.latest(1)[0].error
    assert "Traceback" not in caplog.text
    server.api.refused.clear()


async def test_a_broken_connection_loses_no_answer(server, bot):
    server.plant("sendMessage", Drop(), times=1)
    await bot.starts()

    asked = server.person("Lan").writes("bao nhiêu?")
    await server.reply_to(asked)
    await bot.stops()

    assert len(server.replies_to(asked)) == 1
    assert bot.log.latest(1)[0].kind == Kind.ANSWER


async def test_a_reply_whose_confirmation_was_lost_is_not_sent_twice_but_offered(server, bot):
    server.plant("sendMessage", Drop(after=True), times=1)
    await bot.starts()

    asked = server.person("Lan").writes("bao nhiêu?")
    await server.until(lambda: len(server.replies_to(asked)) == 2)
    answer, offer = server.replies_to(asked)
    await bot.stops()

    assert QUOTE.text in answer.text
    assert offer.text == VIETNAMESE.unsure
    assert bot.log.latest(1)[0].error


async def test_what_was_left_unanswered_is_answered_at_the_next_start_and_once(server, bot):
    lan = server.person("Lan")
    left, old = lan.writes("dở dang"), lan.writes("đã lâu")
    for said, age in ((left, 1), (old, 11)):
        when = datetime.now(UTC) - timedelta(minutes=age)
        place = (said.update_id, said.chat_id, None, lan.user.id, "Lan", said.message_id)
        bot.log.record(*place, "hỏi", when)

    await bot.starts()
    await server.reply_to(left)
    await server.reply_to(lan.writes("mới"))

    assert len(server.replies_to(left)) == 1
    assert server.replies_to(old) == []


async def left_while_its_reply_was_leaving(bot, lan):
    asked = lan.writes("đã gửi?")
    place = (asked.update_id, asked.chat_id, None, lan.user.id, "Lan", asked.message_id)
    exchange = bot.log.record(*place, "đã gửi?", datetime.now(UTC))
    Deliveries(bot.log).leaving(exchange)
    return asked


async def test_a_reply_that_was_leaving_when_the_process_died_is_offered_again_once(server, bot):
    lan = server.person("Lan")
    asked = await left_while_its_reply_was_leaving(bot, lan)

    await bot.starts()
    offer = await server.reply_to(asked)
    await bot.stops()
    await bot.starts()
    await server.reply_to(lan.writes("mới"))

    assert offer.text == VIETNAMESE.unsure
    assert [reply.text for reply in server.replies_to(asked)] == [offer.text]
    assert "reply was leaving" in bot.log.latest(2)[1].error


async def test_a_reply_that_did_not_arrive_comes_at_a_press_and_once(server, bot):
    lan = server.person("Lan")
    asked = await left_while_its_reply_was_leaving(bot, lan)
    await bot.starts()
    offer = await server.reply_to(asked)
    (button,) = offer.buttons

    first = lan.presses(offer, button["callback_data"])
    await server.until(lambda: len(server.replies_to(asked)) == 2)
    second = lan.presses(offer, button["callback_data"])
    await server.until(lambda: bool(server.world.callbacks[second]))
    await server.reply_to(lan.writes("mới"))

    assert server.world.callbacks[first]["text"] == VIETNAMESE.sent_again
    assert len(server.replies_to(asked)) == 2
    assert offer.buttons == []
    assert bot.log.latest(2)[1].kind == Kind.ANSWER


def closes_the_topic(place):
    place.topic.closed = True


def mutes_the_bot(place):
    place.chat.muted = True


def removes_the_bot(place):
    place.chat.members[place.world.bot.id] = {"status": "kicked", "until_date": 0}


@pytest.mark.parametrize("trouble", [closes_the_topic, mutes_the_bot, removes_the_bot])
async def test_a_place_that_lets_nothing_through_any_more_is_noted(server, bot, caplog, trouble):
    bot.assistant.held["lâu"] = asyncio.Event()
    await bot.starts()
    forum, lan = server.supergroup("Hà Nội", forum=True), server.person("Lan")
    topic = forum.opens_topic("Kết nạp", by=lan)
    asked = lan.says(topic, "/hoi lâu")
    await server.until(lambda: bool(bot.assistant.asked))

    trouble(topic)
    bot.assistant.held["lâu"].set()
    await server.until(lambda: any(r.method == "sendmessage" for r in server.unplanned))
    await bot.stops()

    assert server.replies_to(asked) == []
    assert bot.log.latest(1)[0].error
    assert "Traceback" not in caplog.text
    server.api.refused.clear()
