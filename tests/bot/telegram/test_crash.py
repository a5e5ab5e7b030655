"""Killed with SIGKILL at any moment: no question is lost, none is answered twice."""

from botapi.refusals import too_many_requests


def answers_to(server, asked):
    """The answers, without the word that one may have arrived already."""
    return [reply for reply in server.replies_to(asked) if reply.text.startswith("Đáp: ")]


async def test_a_question_that_it_was_thinking_about_is_answered_after_the_start(server, process):
    lan = server.person("Lan")
    asked = lan.writes("bao nhiêu?")
    async with process("hold"):
        await server.until(lambda: bool(server.world.actions), "typing")
        await server.until(lambda: not server.world.updates, "the update to be confirmed")

    async with process():
        reply = await server.reply_to(asked)
        await server.reply_to(lan.writes("còn gì nữa?"))

    assert reply.text == "Đáp: bao nhiêu?"
    assert len(answers_to(server, asked)) == 1


async def test_a_question_that_telegram_had_refused_to_pass_on_is_not_lost(server, process):
    lan = server.person("Lan")
    server.plant("sendMessage", too_many_requests(600))
    asked = lan.writes("bao nhiêu?")
    async with process():
        await server.until(lambda: bool(server.api.refused), "the planted 429")
        # Once the bot has answered somebody else, it has noted the refusal.
        await server.reply_to(server.person("Minh").writes("bao nhiêu?"))
        await server.until(lambda: not server.world.updates, "the update to be confirmed")

    async with process():
        await server.reply_to(asked)
        await server.reply_to(lan.writes("còn gì nữa?"))

    assert len(answers_to(server, asked)) == 1


async def test_an_update_that_was_recorded_but_not_confirmed_is_answered_once(server, process):
    lan = server.person("Lan")
    asked = lan.writes("bao nhiêu?")
    async with process():
        await server.reply_to(asked)
        await server.until(lambda: not server.world.updates, "the update to be confirmed")

    server.delivers_again(asked)
    async with process():
        await server.reply_to(lan.writes("còn gì nữa?"))

    assert len(answers_to(server, asked)) == 1


async def test_asked_to_stop_while_thinking_it_stops_and_answers_at_the_next_start(server, process):
    asked = server.person("Lan").writes("bao nhiêu?")
    async with process("hold") as child:
        await server.until(lambda: bool(server.world.actions), "typing")
        child.terminate()
        assert await child.wait() == 0

    async with process():
        await server.reply_to(asked)
        await server.reply_to(server.person("Minh").writes("còn gì nữa?"))

    assert len(answers_to(server, asked)) == 1
