"""Reactions to answers are votes where the bot may see them."""

from botapi.refusals import Late
from pressing import votes


async def test_a_reaction_is_a_vote_and_can_be_taken_back(server, bot, answered):
    _, lan, reply = answered
    noted = "select 1 from replies where message_id = ?"
    await server.until(lambda: bot.log.file.rows(noted, reply.message_id), "the reply in the log")
    for emoji, kept in (
        (["🔥"], [(lan.user.id, "up", None, None)]),
        (["👎"], [(lan.user.id, "down", None, None)]),
        (["🤔"], [(lan.user.id, "down", None, None)]),
        ([], []),
    ):
        lan.reacts(reply, emoji)
        await server.until(lambda kept=kept: votes(bot) == kept, f"{emoji}")


async def test_a_reaction_to_what_is_no_answer_says_nothing(server, bot, answered):
    hanoi, lan, _ = answered
    told = await server.reply_to(lan.says(hanoi, "/help"))

    lan.reacts(told, ["👎"])
    await server.reply_to(lan.says(hanoi, "/help"))

    assert votes(bot) == []


async def test_a_reaction_before_the_bot_knows_its_answer_arrived_is_a_vote(server, bot):
    await bot.starts()
    hanoi, lan = server.group("Hà Nội"), server.person("Lan")
    late = Late()
    server.plant("sendMessage", late)
    reply = await server.reply_to(lan.says(hanoi, "/hoi bao nhiêu?"))

    taken = lan.reacts(reply, ["👎"])
    await server.until(lambda: server.world.has_taken(taken), "the reaction at the bot")
    before = votes(bot)
    late.told.set()
    await server.until(lambda: bool(votes(bot)), "the vote")

    assert before == []
    assert votes(bot) == [(lan.user.id, "down", None, None)]
