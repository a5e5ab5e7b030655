"""Twenty groups that talk, edit, vote and move, while connections break and the bot is killed.

In the end every question is answered exactly once, in its own place, and all of it is in the log.
`--messages` says for how long, `--seed` makes another day of it.
"""

from __future__ import annotations

import asyncio
import random
import re
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from botapi.messages import Said, Sent
from botapi.people import Person, Place
from botapi.refusals import Drop, too_many_requests
from botapi.server import BotApiServer
from command import ROOT
from sqlite_utils import Database

from bot.texts import VIETNAMESE

SPEED = 10.0
"""Seconds that pass in one, for both sides: a group's minute would make the test last ten."""
AT_ONCE = 40
"""Unanswered questions at which the people wait a little."""
NOT_KNOWN_YET = ("query is too old", "message is not modified", "group chat was upgraded")
"""What was done before a kill and not yet noted, and how Telegram tells of a move."""
NUMBER = re.compile(r"Đáp: câu (\d+)\.")


@dataclass
class Asked:
    """One question: what it reads now, and where it was asked."""

    number: int
    place: Place
    person: Person
    said: Said
    text: str
    editable: bool = True


@dataclass
class Town:
    """People in groups, and all that they asked; `chance` decides what happens next."""

    server: BotApiServer
    chance: random.Random
    people: list[Person]
    places: list[Place]
    asked: list[Asked] = field(default_factory=list)
    voted: set[int] = field(default_factory=set)
    pressed: set[int] = field(default_factory=set)

    def answers(self) -> dict[int, list[Sent]]:
        """Number of a question → the messages that answer it."""
        found: dict[int, list[Sent]] = {asked.number: [] for asked in self.asked}
        for sent in self.server.sent():
            for number in NUMBER.findall(sent.text):
                found[int(number)].append(sent)
        return found

    def unanswered(self) -> list[Asked]:
        answers = self.answers()
        return [asked for asked in self.asked if not answers[asked.number]]

    def speaks(self) -> None:
        """One message: mostly a question, sometimes chatter; then perhaps something else."""
        place, person = self.chance.choice(self.places), self.chance.choice(self.people)
        if self.chance.random() < 0.2:
            person.says(place, "chiều nay họp nhé")
        else:
            self._asks(place, person)
        roll = self.chance.random()
        if roll < 0.12:
            self._edits()
        elif roll < 0.24:
            self._votes()
        elif roll < 0.27:
            self._moves()
        elif roll < 0.37:
            self._breaks()

    def _asks(self, place: Place, person: Person) -> None:
        number = len(self.asked)
        text = f"câu {number}."
        said = person.says(place, f"/hoi {text}")
        self.asked.append(Asked(number, place, person, said, text))

    def _edits(self) -> None:
        recent = [asked for asked in self.asked[-60:] if asked.editable and not self.is_lost(asked)]
        if recent:
            asked = self.chance.choice(recent)
            asked.text = f"câu {asked.number}. sửa {self.chance.randrange(10**6)}"
            asked.person.edits(asked.said, f"/hoi {asked.text}")

    def _votes(self) -> None:
        fresh = [
            sent
            for answers in self.answers().values()
            for sent in answers
            if len(sent.buttons) == 3 and id(sent.json) not in self.voted
            and self.server.world.chats[sent.chat_id].migrated_to is None
        ]  # fmt: skip
        if fresh:
            sent = self.chance.choice(fresh)
            self.voted.add(id(sent.json))
            self.chance.choice(self.people).presses(sent, sent.buttons[1]["callback_data"])

    def _moves(self) -> None:
        """A group in which nothing is open becomes a supergroup; not an edit either, as an answer
        in the old group cannot be changed any more.
        """
        busy = {asked.place.id for asked in self.asked if not self.is_settled(asked)}
        quiet = [p for p in self.places if p.chat.type == "group" and p.id not in busy]
        if quiet:
            old = self.chance.choice(quiet)
            self.places[self.places.index(old)] = old.becomes_supergroup()
            for asked in self.asked:
                asked.editable = asked.editable and asked.place.id != old.id

    def _breaks(self) -> None:
        fault = self.chance.choice([too_many_requests(3), Drop(), Drop(after=True)])
        self.server.plant("sendMessage", fault)

    def offers(self, asked: Asked) -> list[Sent]:
        """Where the bot said that it does not know what became of its answer."""
        after_a_move = [s for s in self.server.sent() if f"“câu {asked.number}." in s.text]
        there = [*self.server.replies_to(asked.said), *after_a_move]
        return [sent for sent in there if VIETNAMESE.unsure in sent.text]

    def is_lost(self, asked: Asked) -> bool:
        return bool(self.offers(asked))

    def is_content(self) -> bool:
        """Whether all are answered; who was offered an answer and has none takes it."""
        unanswered = self.unanswered()
        for asked in unanswered:
            for sent in self.offers(asked):
                if id(sent.json) not in self.pressed:
                    self.pressed.add(id(sent.json))
                    asked.person.presses(sent, sent.buttons[0]["callback_data"])
        return not unanswered

    def reads_as_edited(self) -> bool:
        """Whether every answer is one to the latest edit of its question."""
        return all(map(self.is_settled, self.asked))

    def is_settled(self, asked: Asked) -> bool:
        answer = f"Đáp: {asked.text}\n"
        return self.is_lost(asked) or any(answer in sent.text for sent in self.server.sent())


@pytest.fixture
def town(server, request):
    chance = random.Random(request.config.getoption("--seed"))
    people = [server.person(f"Người {n}") for n in range(30)]
    places = [server.group(f"Nhóm {n}") for n in range(6)]
    places += [server.supergroup(f"Siêu nhóm {n}") for n in range(6)]
    for number in range(8):
        forum = server.supergroup(f"Diễn đàn {number}", forum=True)
        places += [forum.opens_topic(name, by=people[0]) for name in ("Một", "Hai")]
    server.clock.speed = SPEED
    return Town(server, chance, people, places)


@pytest.fixture
def start(server, tmp_path):
    """The bot as a process of its own."""

    @asynccontextmanager
    async def start() -> AsyncIterator[asyncio.subprocess.Process]:
        polls = server.api.polls
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "tests/bot/quick_bot.py"),
            *(server.base_url, server.token, str(tmp_path), str(SPEED)),
            cwd=ROOT,
            env={"PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}"},
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            await server.until(lambda: server.api.polls > polls, "the bot to listen")
            yield child
        finally:
            if child.returncode is None:
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
        child.terminate()
        assert await child.wait() == 0

    check_places(town)
    check_log(town, tmp_path)
    refused = Counter(refusal.description for refusal in server.unplanned)
    assert [words for words in refused if not any(known in words for known in NOT_KNOWN_YET)] == []
    server.api.refused.clear()


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
    database.close()
    known = {(row["chat_id"], row["message_id"]): row for row in rows}
    assert len(rows) == len(known) == len(town.asked)
    for asked in town.asked:
        row = known[asked.said.chat_id, asked.said.message_id]
        seen = (bool(row["finished_at"]), row["question"], row["error"] and town.is_lost(asked))
        assert seen in [(True, asked.text, None), (True, asked.text, True)], row
