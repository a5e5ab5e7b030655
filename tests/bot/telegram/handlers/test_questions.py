"""Questions in chats, answered by the real Application over HTTP."""

import asyncio
from dataclasses import replace

from scripted import QUOTE, found

from bot.texts.texts import VIETNAMESE


async def test_a_private_question_gets_a_quoted_reply(server, bot):
    await bot.starts()
    lan = server.person("Lan")

    asked = lan.writes("Năm 2024 kết nạp bao nhiêu đảng viên?")
    reply = await server.reply_to(asked)

    assert reply.chat_id == lan.user.id
    assert reply.marked("blockquote") == ["Năm 2024, toàn Đảng bộ kết nạp 11.144 đảng viên."]
    assert reply.marked("bold") == ["11.144"]
    assert "Tạp chí · 26/12/2024 · Hội nghị tổng kết năm 2024" in reply.text
    assert reply.links() == ["https://example.org/bai-mot"]


async def test_in_a_topic_every_answer_stays_in_it(server, bot):
    await bot.starts()
    forum, lan = server.supergroup("Hà Nội", forum=True), server.person("Lan")
    topic = forum.opens_topic("Kết nạp", by=lan)

    reply = await server.reply_to(lan.says(topic, "/hoi bao nhiêu đảng viên?"))

    assert reply.topic_id == topic.topic.id
    assert {action["message_thread_id"] for action in server.world.actions} == {topic.topic.id}


async def test_ordinary_chatter_gets_no_word(server, bot):
    server.world.privacy = False
    await bot.starts()
    hanoi, lan = server.group("Hà Nội"), server.person("Lan")

    lan.says(hanoi, "Chào cả nhà, chiều nay họp nhé?")
    lan.says(hanoi, "@NguoiKhac bao nhiêu?")
    lan.says(hanoi, "/hoi@OtherBot bao nhiêu đảng viên?")
    await server.reply_to(lan.says(hanoi, "@chidanbot bao nhiêu đảng viên?"))

    assert [asked for asked, _ in bot.assistant.asked] == ["bao nhiêu đảng viên?"]
    assert len(server.sent(hanoi)) == 1


async def test_a_reply_to_an_answer_is_a_question_with_the_turn_before(server, bot):
    await bot.starts()
    hanoi, lan = server.group("Hà Nội"), server.person("Lan")
    first = await server.reply_to(lan.says(hanoi, "/hoi bao nhiêu?"))

    await server.reply_to(lan.says(hanoi, "Còn năm 2023?", reply_to=first))

    question, history = bot.assistant.asked[-1]
    assert question == "Còn năm 2023?"
    assert [turn.question for turn in history] == ["bao nhiêu?"]


async def test_typing_is_shown_while_the_bot_works(server, bot):
    bot.assistant.held["lâu"] = asyncio.Event()
    await bot.starts()
    asked = server.person("Lan").writes("lâu")

    await server.until(lambda: bool(server.world.actions), "typing")
    assert server.sent() == []
    bot.assistant.held["lâu"].set()

    await server.reply_to(asked)


async def test_chats_do_not_wait_for_each_other_but_one_chat_keeps_its_order(server, bot):
    bot.assistant.held["lâu"] = asyncio.Event()
    await bot.starts()
    lan, minh = server.person("Lan"), server.person("Minh")
    slow, next_one = lan.writes("lâu"), lan.writes("nhanh")

    await server.reply_to(minh.writes("Xin hỏi"))
    assert [question for question, _ in bot.assistant.asked] == ["lâu", "Xin hỏi"]
    bot.assistant.held["lâu"].set()
    await server.reply_to(next_one)

    order = [sent.answered_id for sent in server.sent(lan.private)]
    assert order == [slow.message_id, next_one.message_id]


async def test_an_update_that_comes_twice_is_answered_once(server, bot):
    await bot.starts()
    lan = server.person("Lan")
    asked = lan.writes("bao nhiêu?")
    await server.reply_to(asked)

    server.delivers_again(asked)
    await server.reply_to(lan.writes("còn gì nữa?"))

    assert len(server.replies_to(asked)) == 1
    assert [e.question for e in bot.log.latest(9)] == ["còn gì nữa?", "bao nhiêu?"]


async def test_an_answer_that_breaks_is_told_kindly_and_logged(server, bot, caplog):
    def breaks(question):
        raise RuntimeError("/etc/secret is broken")

    bot.assistant.says = breaks
    await bot.starts()

    reply = await server.reply_to(server.person("Lan").writes("bao nhiêu?"))
    await bot.stops()

    assert reply.text == VIETNAMESE.failed
    assert "secret" in bot.log.latest(1)[0].error
    assert "question 1 failed" in caplog.text


async def test_questions_outside_the_allowed_chats_are_not_answered(server, bot):
    hanoi, lan, chief = server.group("Hà Nội"), server.person("Lan"), server.person("Chị Hoa")
    hue = server.group("Huế")
    await bot.starts(allowed_chat_ids=[hanoi.id], admin_ids=[chief.user.id])

    outside = lan.says(hue, "/hoi bao nhiêu?")
    refused = await server.reply_to(lan.writes("bao nhiêu?"))
    await server.reply_to(chief.says(hue, "/hoi bao nhiêu?"))
    await server.reply_to(lan.says(hanoi, "/hoi bao nhiêu?"))

    assert server.replies_to(outside) == []
    assert str(lan.user.id) in refused.text
    assert len(bot.assistant.asked) == 2


async def test_fifty_chats_that_ask_at_once_are_all_answered(server, bot):
    await bot.starts()
    groups = [server.group(f"Nhóm {n}") for n in range(50)]
    asked = [server.person(f"Người {n}").says(g, "/hoi hỏi?") for n, g in enumerate(groups)]

    for said in asked:
        await server.reply_to(said)

    assert [len(server.sent(group)) for group in groups] == [1] * 50


async def test_a_long_answer_comes_in_parts_all_in_the_topic(server, bot):
    long = replace(QUOTE, text="Các cấp ủy thực hiện nghiêm quy định. " * 300, highlights=())
    bot.assistant.says = lambda question: replace(found(question), quotes=(long,))
    await bot.starts()
    forum, lan = server.supergroup("Hà Nội", forum=True), server.person("Lan")
    topic = forum.opens_topic("Kết nạp", by=lan)

    asked = lan.says(topic, "/hoi bao nhiêu?")
    await server.until(lambda: len(server.replies_to(asked)) == 3)

    assert {sent.topic_id for sent in server.replies_to(asked)} == {topic.topic.id}


async def test_an_anonymous_administrator_and_a_channel_are_answered(server, bot):
    await bot.starts()
    hanoi = server.supergroup("Hà Nội")

    await server.reply_to(hanoi.anonymous_admin_says("/hoi bao nhiêu?"))
    await server.reply_to(hanoi.channel_says(server.channel("Đoàn"), "/hoi bao nhiêu?"))

    assert [e.person_name for e in bot.log.latest(2)] == ["Đoàn", "Hà Nội"]
