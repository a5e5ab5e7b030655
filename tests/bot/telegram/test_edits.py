"""An edited question changes its own answer; nothing else that is edited does anything."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from scripted import QUOTE, found

from retrieval.models import Answer, Kind

LONG_AGO = datetime.now(UTC) - timedelta(minutes=16)


async def edited(server, reply, words):
    await server.until(lambda: words in reply.text, f"the answer to read “{words}”")


async def test_an_edited_question_changes_its_answer_and_the_log(server, bot):
    await bot.starts()
    hanoi, lan = server.group("Hà Nội"), server.person("Lan")
    asked = lan.says(hanoi, "/hoi bao nhiêu?")
    reply = await server.reply_to(asked)

    lan.edits(asked, "/hoi bao nhiêu đảng viên?")
    await edited(server, reply, "Về “bao nhiêu đảng viên?”")
    await server.reply_to(lan.says(hanoi, "/hoi còn gì nữa?"))

    assert len(server.replies_to(asked)) == 1
    assert [e.question for e in bot.log.latest(9)] == ["còn gì nữa?", "bao nhiêu đảng viên?"]
    assert reply.marked("blockquote") == [QUOTE.text]


async def test_an_edit_that_changes_no_word_of_the_question_does_nothing(server, bot):
    await bot.starts()
    lan = server.person("Lan")
    asked = lan.writes("bao nhiêu?")
    await server.reply_to(asked)

    lan.edits(asked, "bao nhiêu?")
    await server.reply_to(lan.writes("còn gì nữa?"))

    assert [question for question, _ in bot.assistant.asked] == [
        "bao nhiêu?",
        "còn gì nữa?",
    ]


async def test_a_question_edited_after_a_quarter_of_an_hour_keeps_its_answer(server, bot):
    lan = server.person("Lan")
    old = lan.writes("cũ")
    place = (old.update_id, old.chat_id, None, lan.user.id, "Lan", old.message_id)
    bot.log.finish(bot.log.record(*place, "cũ", LONG_AGO), found("cũ"))
    await bot.starts()

    lan.edits(old, "mới")
    await server.reply_to(lan.writes("còn gì nữa?"))

    assert [question for question, _ in bot.assistant.asked] == ["còn gì nữa?"]


async def test_edited_chatter_does_nothing_even_if_it_names_the_bot_now(server, bot):
    server.world.privacy = False
    await bot.starts()
    hanoi, lan = server.group("Hà Nội"), server.person("Lan")
    said = lan.says(hanoi, "chiều nay họp nhé")

    lan.edits(said, "chiều nay họp nhé @chidanbot")
    lan.edits(said, "/hoi chiều nay họp nhé")
    await server.reply_to(lan.says(hanoi, "/hoi bao nhiêu?"))

    assert len(server.sent(hanoi)) == 1


async def test_a_question_edited_while_it_is_answered_gets_only_the_answer_to_the_edit(server, bot):
    bot.assistant.held["lâu"] = asyncio.Event()
    await bot.starts()
    lan = server.person("Lan")
    asked = lan.writes("lâu")
    await server.until(lambda: bool(bot.assistant.asked))

    lan.edits(asked, "nhanh")
    await server.until(lambda: not server.world.updates, "the edit to be recorded")
    bot.assistant.held["lâu"].set()
    reply = await server.reply_to(asked)
    await server.reply_to(lan.writes("còn gì nữa?"))

    assert "Về “nhanh”" in reply.text
    assert len(server.replies_to(asked)) == 1


async def test_a_shorter_answer_to_the_edit_takes_the_parts_away_that_are_too_many(server, bot):
    long = replace(QUOTE, text="Các cấp ủy thực hiện nghiêm quy định. " * 300, highlights=())
    answers = {"dài": replace(found("dài"), quotes=(long,)), "ngắn": found("ngắn")}
    bot.assistant.says = lambda question: answers.get(question) or found(question)
    await bot.starts()
    lan = server.person("Lan")
    asked = lan.writes("dài")
    await server.until(lambda: len(server.replies_to(asked)) == 3)
    first, *others = server.replies_to(asked)

    lan.edits(asked, "ngắn")
    await edited(server, first, "Về “ngắn”")
    await server.until(lambda: len(lan.private.chat.deleted) == 2)
    assert lan.private.chat.deleted == {other.message_id for other in others}

    lan.edits(asked, "dài")
    await server.until(lambda: len(server.replies_to(asked)) == 5)


async def test_an_answer_that_somebody_deleted_is_given_anew_after_an_edit(server, bot):
    await bot.starts()
    hanoi, lan = server.group("Hà Nội"), server.person("Lan")
    asked = lan.says(hanoi, "/hoi bao nhiêu?")
    reply = await server.reply_to(asked)
    hanoi.chat.deleted.add(reply.message_id)

    lan.edits(asked, "/hoi bao nhiêu người?")
    await server.until(lambda: len(server.replies_to(asked)) == 2)

    assert [refusal.description for refusal in server.unplanned] == [
        "Bad Request: message to edit not found"
    ]
    server.api.refused.clear()


async def test_a_failure_is_made_good_by_an_edit(server, bot):
    def breaks(question):
        if question == "hỏng":
            raise RuntimeError("broken")
        return Answer(question, Kind.SMALLTALK, "Được rồi.")

    bot.assistant.says = breaks
    await bot.starts()
    lan = server.person("Lan")
    asked = lan.writes("hỏng")
    reply = await server.reply_to(asked)

    lan.edits(asked, "lành")
    await edited(server, reply, "Được rồi.")
    await bot.stops()

    assert (bot.log.latest(1)[0].error, bot.log.latest(1)[0].kind) == ("", Kind.SMALLTALK)


async def test_an_edit_that_was_recorded_but_not_answered_is_answered_at_the_next_start(
    server, bot
):
    await bot.starts()
    lan = server.person("Lan")
    asked = lan.writes("bao nhiêu?")
    reply = await server.reply_to(asked)
    await bot.stops()
    bot.log.revise(asked.chat_id, asked.message_id, "bao nhiêu người?", LONG_AGO)

    await bot.starts()
    await edited(server, reply, "Về “bao nhiêu người?”")

    assert len(server.replies_to(asked)) == 1
