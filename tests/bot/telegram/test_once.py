"""Updates that come again, requests whose answer is lost, two people at once: done once, refused
by nobody (the `server` fixture sees to that)."""

import asyncio

import pytest
from botapi.messages import Sent
from botapi.refusals import Drop
from pressing import asks_why, button, votes

from bot.texts.texts import VIETNAMESE


async def until_answered(server, *queries):
    for query in queries:
        await server.until(lambda query=query: server.world.callbacks[query] is not None, query)


async def until_taken(server):
    await server.until(lambda: not server.world.updates, "the updates to be confirmed")


async def test_a_press_that_comes_again_counts_once_and_is_answered_once(server, bot, answered):
    _, lan, reply = answered
    down = button(reply, "👎")
    query = lan.presses(reply, down)
    update = server.world.updates[-1]
    await until_answered(server, query)
    await server.until(lambda: asks_why(reply))
    before = len(server.api.refused)

    server.world.updates.append(update | {"update_id": update["update_id"] + 1})
    await until_answered(server, lan.presses(reply, button(reply, "👍")))
    await until_taken(server)
    await bot.stops()

    assert len(server.api.refused) == before
    assert votes(bot) == [(lan.user.id, "up", None, None)]


async def test_of_two_who_press_at_once_each_counts(server, bot, answered):
    _, lan, reply = answered
    minh, down = server.person("Minh"), button(reply, "👎")

    queries = [person.presses(reply, down) for person in (lan, minh)]
    await until_answered(server, *queries)
    await server.until(lambda: asks_why(reply))
    await bot.stops()

    assert votes(bot) == [(lan.user.id, "down", None, None), (minh.user.id, "down", None, None)]


async def test_the_last_of_one_persons_presses_counts(server, bot, answered):
    _, lan, reply = answered
    keys = [button(reply, words) for words in "👍👎👍👎👍"]

    await until_answered(server, *[lan.presses(reply, key) for key in keys])
    await bot.stops()

    assert votes(bot) == [(lan.user.id, "up", None, None)]


@pytest.mark.parametrize("after", [False, True])
async def test_a_change_of_an_answer_whose_confirmation_is_lost_is_made(
    server, bot, answered, after
):
    hanoi, lan, reply = answered
    asked = next(iter(hanoi.chat.messages.values()))
    server.plant("editMessageText", Drop(after=after))

    said = Sent(asked)
    lan.edits(said, "/hoi bao nhiêu đảng viên?")
    await server.until(lambda: "bao nhiêu đảng viên?" in reply.text)
    await server.until(lambda: [b["text"] for b in reply.buttons][:3] == ["📚 Nguồn", "👍", "👎"])
    await bot.stops()

    assert len(server.sent(hanoi)) == 1


@pytest.mark.parametrize("after", [False, True])
async def test_buttons_whose_confirmation_is_lost_are_changed(server, bot, answered, after):
    _, lan, reply = answered
    server.plant("editMessageReplyMarkup", Drop(after=after))

    lan.presses(reply, button(reply, "👎"))
    await server.until(lambda: asks_why(reply))
    await bot.stops()

    assert [b["text"] for b in reply.buttons][:3] == ["📚 Nguồn", "👍", "👎"]


async def test_a_change_under_way_when_the_process_died_is_made_at_the_next_start(
    server, bot, answered
):
    _, lan, reply = answered
    await bot.stops()
    with bot.log.file.writing() as db:
        db.execute("update replies set digest = ''").close()

    await bot.starts()
    lan.presses(reply, button(reply, "👎"))
    await server.until(lambda: asks_why(reply))


async def test_a_press_whose_answer_is_lost_counts(server, bot, answered):
    _, lan, reply = answered
    server.plant("answerCallbackQuery", Drop(after=True))

    lan.presses(reply, button(reply, "👎"))
    await server.until(lambda: asks_why(reply))
    await bot.stops()

    assert votes(bot) == [(lan.user.id, "down", None, None)]


async def test_words_to_a_prompt_that_was_never_noted_are_kept(server, bot, answered):
    hanoi, lan, reply = answered
    lan.presses(reply, button(reply, "👎"))
    await server.until(lambda: asks_why(reply))
    # The prompt arrives, the word of that does not: as if killed in between.
    server.plant("sendMessage", Drop(after=True))
    lan.presses(reply, button(reply, "Khác"))
    await server.until(lambda: len(server.sent(hanoi)) == 2)
    await until_taken(server)
    await bot.stops()
    await bot.starts()

    prompt = server.sent(hanoi)[1]
    thanks = await server.reply_to(lan.says(hanoi, "Số của năm ngoái.", reply_to=prompt))

    assert thanks.text == VIETNAMESE.words_kept
    assert votes(bot) == [(lan.user.id, "down", "khac", "Số của năm ngoái.")]
    assert [question for question, _ in bot.assistant.asked] == ["bao nhiêu?"]


async def test_buttons_of_a_group_that_has_moved_count_and_show(server, bot, answered):
    hanoi, lan, reply = answered
    new = hanoi.becomes_supergroup()
    await until_taken(server)

    queries = [lan.presses(reply, button(reply, words)) for words in ("👍", "Nguồn")]
    await until_answered(server, *queries)
    await server.until(lambda: len(server.sent(new)) == 1)
    await asyncio.to_thread(lambda: None)

    assert votes(bot) == [(lan.user.id, "up", None, None)]
