"""Replies that do not arrive, or of which nobody knows: noted, offered again, never doubled."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from botapi.refusals import Drop, Garbage, Refused
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


AMBIGUOUS = [
    Drop(),
    Drop(after=True),
    Refused(502, "Bad Gateway"),
    Garbage(b"<html>504</html>", 504),
    Garbage(b"<html>504</html>", 504, after=True),
    Garbage(b"null", after=True),
    Garbage(b'{"ok":true', after=True),
]


def answers(server, asked):
    """The messages that read as the answer."""
    return [sent for sent in server.replies_to(asked) if QUOTE.text in sent.text]


@pytest.mark.parametrize("trouble", AMBIGUOUS, ids=repr)
@pytest.mark.parametrize("is_group", [False, True])
async def test_an_answer_whose_fate_is_unknown_is_not_sent_twice(
    server, whole_bot, monkeypatch, trouble, is_group
):
    monkeypatch.setattr("bot.telegram.handlers.questions.SETTLING", 0.01)
    await whole_bot.starts()
    lan, hanoi = server.person("Lan"), server.supergroup("Hà Nội")
    server.plant("sendMessage", trouble)

    asked = lan.says(hanoi, "/hoi bao nhiêu?") if is_group else lan.writes("bao nhiêu?")
    await server.until(lambda: bool(answers(server, asked)))
    arrived = getattr(trouble, "after", False)
    await server.until(lambda: len(server.replies_to(asked)) == 1 + arrived)
    await server.until(lambda: bool(whole_bot.log.latest(1)[0].error) == arrived)
    await whole_bot.stops()

    assert len(answers(server, asked)) == 1
    if arrived:
        offer = server.replies_to(asked)[1]
        assert offer.text == VIETNAMESE.unsure
        assert len(offer.buttons) == 1
    else:
        assert whole_bot.log.latest(1)[0].kind == Kind.ANSWER


async def test_an_outage_in_which_nothing_arrives_ends_with_one_answer(
    server, whole_bot, monkeypatch
):
    monkeypatch.setattr("bot.telegram.handlers.questions.SETTLING", 0.01)
    server.plant("sendMessage", Refused(502, "Bad Gateway"), times=5)
    server.plant("editMessageText", Refused(502, "Bad Gateway"), times=2)
    await whole_bot.starts()

    asked = server.person("Lan").writes("bao nhiêu?")
    await server.until(lambda: bool(answers(server, asked)))
    await server.until(lambda: whole_bot.log.latest(1)[0].kind == Kind.ANSWER)

    assert len(server.replies_to(asked)) == 1


async def test_a_message_of_somebody_else_between_leaves_it_to_the_person(server, whole_bot):
    await whole_bot.starts()
    lan, hanoi = server.person("Lan"), server.supergroup("Hà Nội")
    server.plant("sendMessage", Drop())
    asked = lan.says(hanoi, "/hoi bao nhiêu?")
    assert lan.says(hanoi, "chuyện riêng").update_id is None

    offer = await server.reply_to(asked)
    await server.until(lambda: bool(whole_bot.log.latest(1)[0].error))
    assert offer.text == VIETNAMESE.unsure
    query = lan.presses(offer, offer.buttons[0]["callback_data"])
    await server.until(lambda: QUOTE.text in offer.text, "the answer in the notice's place")
    again = lan.presses(offer, "lai:1")
    await server.until(lambda: server.world.callbacks[again] is not None)

    assert server.world.callbacks[query]["text"] == VIETNAMESE.sent_again
    assert len(server.replies_to(asked)) == 1


async def test_what_was_left_unanswered_is_answered_at_the_next_start_and_once(server, whole_bot):
    bot, lan = whole_bot, server.person("Lan")
    left, old, ancient = (lan.writes(words) for words in ("dở dang", "đã lâu", "xưa rồi"))
    for said, age in ((left, 1), (old, 11), (ancient, 25 * 60)):
        when = datetime.now(UTC) - timedelta(minutes=age)
        place = (said.update_id, said.chat_id, None, lan.user.id, "Lan", said.message_id)
        bot.log.record(*place, "hỏi", when)

    await bot.starts()
    await server.reply_to(left)
    offer = await server.reply_to(old)
    await server.until(lambda: bool(bot.log.latest(2)[1].error))
    await bot.stops()
    await bot.starts()
    await server.reply_to(lan.writes("mới"))

    assert len(answers(server, left)) == 1
    assert [reply.text for reply in server.replies_to(old)] == [VIETNAMESE.late]
    assert server.replies_to(ancient) == []
    lan.presses(offer, offer.buttons[0]["callback_data"])
    await server.until(lambda: QUOTE.text in offer.text, "the answer in the notice's place")


async def test_a_reply_that_was_leaving_when_the_process_died_comes_once(server, whole_bot):
    bot, lan = whole_bot, server.person("Lan")
    asked = lan.writes("đã gửi?")
    place = (asked.update_id, asked.chat_id, None, lan.user.id, "Lan", asked.message_id)
    Deliveries(bot.log).leaving(bot.log.record(*place, "đã gửi?", datetime.now(UTC)))

    await bot.starts()
    await server.until(lambda: bool(answers(server, asked)))
    await bot.stops()
    await bot.starts()
    await server.reply_to(lan.writes("mới"))

    assert len(server.replies_to(asked)) == 1
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
