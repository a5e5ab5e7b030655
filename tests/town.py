"""A town that talks to the bot: people in groups, all that they ask and press, and what breaks.

Chance decides what happens; what must have come of it in the end is known here.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field

from botapi.messages import Said, Sent
from botapi.people import Person, Place
from botapi.refusals import Drop, too_many_requests
from botapi.server import BotApiServer

from bot.texts.texts import VIETNAMESE

NUMBER = re.compile(r"Đáp: câu (\d+)\.")
BREAKS = {
    "sendMessage": 6,
    "editMessageText": 3,
    "editMessageReplyMarkup": 2,
    "answerCallbackQuery": 2,
    "getUpdates": 1,
}
"""Methods that go wrong, and how often beside each other."""


@dataclass
class Asked:
    """One question: what it reads now, and where it was asked."""

    number: int
    place: Place
    person: Person
    said: Said
    text: str
    editable: bool = True


@dataclass(repr=False)
class Town:
    """People in groups, and all that they asked; `chance` decides what happens next."""

    server: BotApiServer
    chance: random.Random
    people: list[Person]
    places: list[Place]
    asked: list[Asked] = field(default_factory=list)
    votes: dict[tuple[int, int], str] = field(default_factory=dict)
    """(number of a question, person) → the last vote."""
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
            self._vote()
        elif roll < 0.27:
            self._moves()
        elif roll < 0.40:
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

    def _vote(self) -> None:
        """A few people press what they think of one of the latest answers, some change it."""
        chats = self.server.world.chats
        latest = [
            (number, sent)
            for number, answers in list(self.answers().items())[-60:]
            for sent in answers
            if len(sent.buttons) >= 3 and chats[sent.chat_id].migrated_to is None
        ]
        if not latest:
            return
        number, sent = self.chance.choice(latest)
        for person in self.chance.choices(self.people, k=self.chance.randint(1, 3)):
            key = sent.buttons[self.chance.choice([1, 2])]["callback_data"]
            person.presses(sent, key)
            self.votes[number, person.user.id] = key.rpartition(":")[2]

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
        (method,) = self.chance.choices(list(BREAKS), list(BREAKS.values()))
        self.server.plant(method, fault)

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
