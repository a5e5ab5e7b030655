"""Twenty groups that talk, edit, vote and move, while connections break and the bot is killed.

In the end every question is answered exactly once, in its own place, all of it is in the log, and
Telegram has refused nothing but what was planted (that is the `server` fixture's to see).
`--messages` says for how long, `--seed` makes another day of it, `--days` several.
"""

from __future__ import annotations

import asyncio
import random
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from processes import ROOT, Child
from sqlite_utils import Database
from town import Town

SPEED = 10.0
"""Seconds that pass in one, for both sides: a group's minute would make the test last ten."""
AT_ONCE = 40
"""Unanswered questions at which the people wait a little."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    first, days = (metafunc.config.getoption(name) for name in ("--seed", "--days"))
    metafunc.parametrize("seed", range(first, first + days))


@pytest.fixture
def town(server, seed):
    people = [server.person(f"Người {n}") for n in range(30)]
    places = [server.group(f"Nhóm {n}") for n in range(6)]
    places += [server.supergroup(f"Siêu nhóm {n}") for n in range(6)]
    for number in range(8):
        forum = server.supergroup(f"Diễn đàn {number}", forum=True)
        places += [forum.opens_topic(name, by=people[0]) for name in ("Một", "Hai")]
    server.clock.speed = SPEED
    return Town(server, random.Random(seed), people, places)


@pytest.fixture
def start(server, tmp_path):
    """The bot as a process of its own."""

    @asynccontextmanager
    async def start() -> AsyncIterator[Child]:
        polls = server.api.polls
        arguments = (server.base_url, server.token, str(tmp_path), str(SPEED))
        child = Child(
            str(ROOT / "tests/bot/quick_bot.py"), *arguments, environment={"PYTHONPATH": str(ROOT)}
        )
        try:
            await server.until(lambda: server.api.polls > polls, "the bot to listen")
            yield child
        finally:
            child.kill()
            await child.wait()

    return start


async def test_every_question_is_answered_exactly_once_in_its_own_place(
    server, town, start, request, tmp_path
):
    messages = request.config.getoption("--messages")
    thirds = [messages // 3, messages // 3, messages - 2 * (messages // 3)]
    for third in thirds[:2]:
        async with start() as child:
            await some_messages(town, third)
            child.kill()
            assert await child.wait() == -signal.SIGKILL
        # A minute until it is started again; what it had sent before does not count any more.
        server.clock.advance(61)
    async with start() as child:
        await some_messages(town, thirds[2])
        async with asyncio.timeout(300):
            await server.world.bell.until(town.is_content)
            await server.world.bell.until(town.reads_as_edited)
            await server.world.bell.until(lambda: not server.world.updates)
        child.terminate()
        assert await child.wait() == 0

    check_places(town)
    check_log(town, tmp_path)


async def some_messages(town, count):
    for _ in range(count):
        town.speaks()
        await town.server.until(lambda: len(town.unanswered()) < AT_ONCE, "room")
        await asyncio.sleep(0)


def check_places(town):
    answers = town.answers()
    doubled = {n: [s.text for s in sent] for n, sent in answers.items() if len(sent) != 1}
    assert doubled == {}
    for asked in town.asked:
        (sent,) = answers[asked.number]
        if sent.chat_id == asked.place.chat.migrated_to:
            assert f"“{asked.text}”" in sent.text
            continue
        topic = asked.place.topic
        where = (asked.place.id, topic and topic.id, asked.said.message_id)
        assert (sent.chat_id, sent.topic_id, sent.answered_id) == where


def check_log(town, tmp_path):
    database = Database(tmp_path / "logs.db")
    rows = list(database.query("select * from exchanges"))
    votes = list(database.query("select * from votes"))
    database.close()
    known = {(row["chat_id"], row["message_id"]): row for row in rows}
    assert len(rows) == len(known) == len(town.asked)
    numbers = {}
    for asked in town.asked:
        row = known[asked.said.chat_id, asked.said.message_id]
        seen = (bool(row["finished_at"]), row["question"], row["error"] and town.is_lost(asked))
        assert seen in [(True, asked.text, None), (True, asked.text, True)], row
        numbers[row["id"]] = asked.number
    cast = {(numbers[row["exchange_id"]], row["person_id"]): row["vote"] for row in votes}
    assert cast == town.votes
