"""Asking back which of two meanings is meant, and complaints about the answer before."""

import pytest
from pressing import button, votes
from scripted import found

from bot.texts.texts import VIETNAMESE
from retrieval.models import Answer, Kind, SmallTalk

CHOICES = ("Cán bộ xã có bao nhiêu người?", "Chi bộ xã có bao nhiêu người?")


def says(question):
    if question.startswith("cb"):
        return Answer(question, Kind.CLARIFY, choices=CHOICES)
    if question.startswith("sai"):
        return Answer(question, Kind.SMALLTALK, small_talk=SmallTalk.COMPLAINT)
    return found(question)


@pytest.fixture(autouse=True)
async def scripted(bot):
    bot.assistant.says = says
    await bot.starts()


async def test_a_choice_is_asked_in_the_name_of_who_pressed(server, bot):
    lan = server.person("Lan")
    reply = await server.reply_to(lan.writes("cb xã có bn người?"))
    assert [b["text"] for b in reply.buttons] == [f"{n}. {c}" for n, c in enumerate(CHOICES, 1)]
    assert all(choice in reply.text for choice in CHOICES)

    lan.presses(reply, reply.buttons[1]["callback_data"])
    await server.until(lambda: len(server.sent()) == 2, "the answer to the choice")

    asked = bot.log.file.rows("select question, person_id from exchanges order by id")
    assert [tuple(row.values()) for row in asked] == [
        ("cb xã có bn người?", lan.user.id),
        (CHOICES[1], lan.user.id),
    ]
    await server.until(lambda: not reply.buttons, "the buttons gone")


async def test_a_choice_that_is_not_offered_asks_nothing(server, bot):
    lan = server.person("Lan")
    reply = await server.reply_to(lan.writes("cb xã có bn người?"))

    query = lan.presses(reply, "chon:1:7")
    await server.until(lambda: server.world.callbacks[query] is not None)

    assert bot.log.file.number("select count(*) from exchanges") == 1


async def test_a_complaint_is_a_vote_with_its_words_and_offers_a_person(server, bot):
    lan = server.person("Lan")
    await server.reply_to(lan.writes("Bao nhiêu đảng viên?"))

    reply = await server.reply_to(lan.writes("sai rồi, số này cũ"))

    assert reply.text == VIETNAMESE.complaint_noted
    assert votes(bot) == [(lan.user.id, "down", "khac", "sai rồi, số này cũ")]
    query = lan.presses(reply, button(reply, VIETNAMESE.hand_over))
    await server.until(lambda: server.world.callbacks[query] is not None)
    handed = bot.log.file.rows("select exchange_id from handovers")
    assert [row["exchange_id"] for row in handed] == [1]


async def test_a_complaint_about_nothing_is_answered_in_words(server, bot):
    reply = await server.reply_to(server.person("Lan").writes("sai rồi"))

    assert reply.text == VIETNAMESE.small_talk[SmallTalk.COMPLAINT]
    assert votes(bot) == []
