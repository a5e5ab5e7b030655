"""What exists on this Telegram: people, chats, members, topics, messages, updates, time."""

from __future__ import annotations

import asyncio
import copy
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from botapi.texts import cut

Json = dict[str, Any]
ANONYMOUS = 1087968824
CHANNEL_BOT = 136817688
SERVICE = 777000
LOOK = 0.05
"""Seconds after which those who wait look again though nothing has rung."""


@dataclass(slots=True)
class Clock:
    """Seconds since 1970; a test moves it forward, or makes it run faster."""

    ahead: float = 0.0
    speed: float = 1.0
    born: float = field(default_factory=time.time)

    def now(self) -> float:
        return self.born + (time.time() - self.born) * self.speed + self.ahead

    def advance(self, seconds: float) -> None:
        self.ahead += seconds


@dataclass(slots=True)
class Bell:
    """Rings when something has happened, so that those who wait look again.

    They look without it too, now and then: what the bot does without a call rings no bell.
    """

    listening: set[asyncio.Event] = field(default_factory=set)

    def ring(self) -> None:
        for event in self.listening:
            event.set()

    async def until(self, happened: Callable[[], bool]) -> None:
        while not happened():
            rung = asyncio.Event()
            self.listening.add(rung)
            try:
                async with asyncio.timeout(LOOK):
                    await rung.wait()
            except TimeoutError:
                continue
            finally:
                self.listening.discard(rung)


@dataclass(slots=True)
class User:
    id: int
    first_name: str
    username: str = ""
    is_bot: bool = False
    language_code: str = "vi"
    blocked_the_bot: bool = False

    def json(self) -> Json:
        known = {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name}
        if self.username:
            known["username"] = self.username
        return known if self.is_bot else {**known, "language_code": self.language_code}


@dataclass(slots=True)
class Topic:
    id: int
    name: str
    closed: bool = False


@dataclass(slots=True, repr=False)
class Chat:
    id: int
    type: str
    title: str = ""
    is_forum: bool = False
    members: dict[int, Json] = field(default_factory=dict)
    topics: dict[int, Topic] = field(default_factory=dict)
    messages: dict[int, Json] = field(default_factory=dict)
    deleted: set[int] = field(default_factory=set)
    sends: deque[float] = field(default_factory=deque)
    migrated_to: int | None = None
    told_of_move: int | None = None
    """The number of the update that tells the bot of it."""
    muted: bool = False
    last_bot: int | None = None
    next_id: int = 1

    def json(self, person: User | None = None) -> Json:
        if self.type == "private" and person:
            return {"id": self.id, "type": "private", "first_name": person.first_name}
        known: Json = {"id": self.id, "type": self.type, "title": self.title}
        return {**known, "is_forum": True} if self.is_forum else known

    @property
    def is_group(self) -> bool:
        return self.type in {"group", "supergroup"}


@dataclass(slots=True, repr=False)
class World:
    """One bot's Telegram. Everything happens in one event loop, so nothing is locked.

    Without a repr: a test that fails would show all of it, for each of a thousand messages.
    """

    bot: User
    privacy: bool = True
    clock: Clock = field(default_factory=Clock)
    bell: Bell = field(default_factory=Bell)
    users: dict[int, User] = field(default_factory=dict)
    chats: dict[int, Chat] = field(default_factory=dict)
    updates: deque[Json] = field(default_factory=deque)
    allowed_updates: list[str] = field(default_factory=list)
    commands: dict[str, list[Json]] = field(default_factory=dict)
    callbacks: dict[str, Json | None] = field(default_factory=dict)
    inline: dict[str, Json | None] = field(default_factory=dict)
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    sent: list[Json] = field(default_factory=list)
    actions: list[Json] = field(default_factory=list)
    drafts: list[Json] = field(default_factory=list)
    knows_drafts: bool = True
    """Older servers know no message drafts."""
    asked_to_reply: list[Json] = field(default_factory=list)
    webhook: Json = field(default_factory=dict)
    next_update: int = 1000
    next_number: int = 1

    def number(self) -> int:
        self.next_number += 1
        return self.next_number

    def member(self, chat: Chat, user_id: int) -> Json:
        return chat.members.get(user_id, {"status": "left"})

    def add_message(self, chat: Chat, message: Json) -> Json:
        """Gives the message its id, date and chat, and keeps it."""
        message_id = chat.next_id
        chat.next_id += 1
        whole = {
            "message_id": message_id,
            "date": int(self.clock.now()),
            "chat": chat.json(self.users.get(chat.id)),
            **message,
        }
        chat.messages[message_id] = whole
        return whole

    def deliver(self, kind: str, content: Json) -> int:
        """Queues an update for the bot; returns its number."""
        update_id = self.next_update
        self.next_update += 1
        if self.wanted(kind):
            self.updates.append({"update_id": update_id, kind: copy.deepcopy(content)})
            self.bell.ring()
        return update_id

    def has_taken(self, update_id: int | None) -> bool:
        """Whether the bot has confirmed an update."""
        return update_id not in {update["update_id"] for update in self.updates}

    def wanted(self, kind: str) -> bool:
        if self.allowed_updates:
            return kind in self.allowed_updates
        return kind not in {"chat_member", "message_reaction", "message_reaction_count"}

    def bot_sees(self, chat: Chat, message: Json) -> bool:
        """Telegram's privacy mode: commands for the bot, replies to it, service messages."""
        if not chat.is_group:
            return True
        status = self.member(chat, self.bot.id)["status"]
        if status in {"left", "kicked"}:
            return False
        if not self.privacy or status == "administrator" or is_service(message):
            return True
        replied = message.get("reply_to_message", {}).get("from", {}).get("id")
        return replied == self.bot.id or any(self._commands_for_bot(chat, message))

    def _commands_for_bot(self, chat: Chat, message: Json) -> Iterator[bool]:
        text = message.get("text") or message.get("caption") or ""
        for entity in message.get("entities") or message.get("caption_entities") or []:
            if entity["type"] == "bot_command":
                name = cut(text, entity["offset"], entity["length"]).partition("@")[2]
                # A bare command reaches a bot unless another bot was the last to speak.
                yield (
                    name.lower() == self.bot.username.lower()
                    if name
                    else (chat.last_bot in {None, self.bot.id})
                )


def is_service(message: Json) -> bool:
    return not {"text", "caption", "photo", "document", "voice", "sticker", "contact"} & set(
        message
    )
