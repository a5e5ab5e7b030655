"""Answers of a model grow in private chats; groups get one message."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from scripted import found

from retrieval.models import Answer, AnswerOptions, GrowingAnswer, Turn


class Writing:
    """An assistant that shows half an answer and waits before it gives the whole."""

    def __init__(self) -> None:
        self.watched: list[bool] = []
        self.go_on = asyncio.Event()

    async def answer(
        self, question: str, history: Sequence[Turn], options: AnswerOptions
    ) -> Answer:
        self.watched.append(options.show is not None)
        if options.show:
            await options.show(GrowingAnswer("Một câu đã kiểm."))
            await self.go_on.wait()
        return found(question)


@pytest.fixture
def writing(bot) -> Writing:
    bot.assistant = Writing()
    return bot.assistant


MODEL = {"llm_base_url": "http://127.0.0.1:9/v1"}


async def test_a_private_answer_grows_as_a_draft_then_comes_as_a_message(server, bot, writing):
    await bot.starts(**MODEL)
    asked = server.person("Lan").writes("bao nhiêu?")

    await server.until(lambda: bool(server.world.drafts))
    assert server.replies_to(asked) == []
    writing.go_on.set()
    reply = await server.reply_to(asked)

    assert server.world.drafts[0]["text"] == "Một câu đã kiểm."
    assert "11.144" in reply.text
    assert len(server.replies_to(asked)) == 1


async def test_where_there_are_no_drafts_one_message_grows_into_the_reply(server, bot, writing):
    server.world.knows_drafts = False
    await bot.starts(**MODEL)
    asked = server.person("Lan").writes("bao nhiêu?")

    growing = await server.reply_to(asked)
    assert growing.text == "Một câu đã kiểm."
    writing.go_on.set()
    await server.until(lambda: "11.144" in server.replies_to(asked)[0].text)

    assert len(server.replies_to(asked)) == 1
    [refused] = server.api.refused
    assert refused.code == 404
    server.api.refused.clear()


async def test_a_group_gets_one_message(server, bot, writing):
    await bot.starts(**MODEL)
    group = server.group("Nhóm")

    asked = server.person("Lan").says(group, "/hoi bao nhiêu?")
    await server.reply_to(asked)

    assert writing.watched == [False]
    assert server.world.drafts == []
    assert len(server.replies_to(asked)) == 1
