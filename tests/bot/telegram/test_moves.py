"""A group that becomes a supergroup takes its history, its settings and its rights along."""

import asyncio

from scripted import found


async def test_history_and_permission_go_along(server, bot):
    hanoi, lan = server.group("Hà Nội"), server.person("Lan")
    await bot.starts(allowed_chat_ids=[hanoi.id])
    await server.reply_to(lan.says(hanoi, "/hoi bao nhiêu?"))
    await server.reply_to(lan.says(hanoi, "/help"))  # a chat is served in order: all is logged

    new = hanoi.becomes_supergroup()
    await server.reply_to(lan.says(new, "/hoi Còn năm 2023?"))

    question, history = bot.assistant.asked[-1]
    assert question == "Còn năm 2023?"
    assert [turn.question for turn in history] == ["bao nhiêu?"]


async def test_a_move_is_still_known_after_a_restart(server, bot):
    hanoi, lan = server.group("Hà Nội"), server.person("Lan")
    await bot.starts(allowed_chat_ids=[hanoi.id])
    new = hanoi.becomes_supergroup()
    await server.reply_to(lan.says(new, "/hoi bao nhiêu?"))
    await bot.stops()

    await bot.starts(allowed_chat_ids=[hanoi.id])

    await server.reply_to(lan.says(new, "/hoi Còn năm 2023?"))


async def test_a_question_asked_before_the_move_is_answered_after_it(server, bot):
    bot.assistant.held["lâu"] = asyncio.Event()
    await bot.starts()
    hanoi, lan = server.group("Hà Nội"), server.person("Lan")
    lan.says(hanoi, "/hoi lâu")
    await server.until(lambda: bool(bot.assistant.asked))

    new = hanoi.becomes_supergroup()
    bot.assistant.held["lâu"].set()
    await server.until(lambda: bool(server.sent(new)))

    (reply,) = server.sent(new)
    assert "“lâu”" in reply.text.splitlines()[0]
    assert found("lâu").lead in reply.text


async def test_a_move_that_only_a_refusal_tells_of_is_followed(server, bot):
    await bot.starts()
    bot.assistant.held["lâu"] = asyncio.Event()
    hanoi, lan = server.group("Hà Nội"), server.person("Lan")
    lan.says(hanoi, "/hoi lâu")
    await server.until(lambda: bool(bot.assistant.asked))

    server.world.allowed_updates = ["nothing"]
    new = hanoi.becomes_supergroup()
    bot.assistant.held["lâu"].set()
    await server.until(lambda: bool(server.sent(new)))

    assert "upgraded" in server.unplanned[0].description
    server.api.refused.clear()
