"""What people do on this Telegram, in words that a test can be read in.

Everything said here ends in the world's state and, where Telegram would tell the bot, in an update.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from botapi.messages import Said, Sent
from botapi.texts import client_entities, units
from botapi.world import ANONYMOUS, CHANNEL_BOT, SERVICE, Chat, Json, Topic, User, World

RIGHTS = (
    "can_be_edited",
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
)


def membership(status: str, **more: Any) -> Json:
    """A chat member without its user, complete as the Bot API gives it."""
    if status == "administrator":
        return {"status": status, "is_anonymous": False, **dict.fromkeys(RIGHTS, True), **more}
    if status in {"creator", "kicked"}:
        extra = {"is_anonymous": False} if status == "creator" else {"until_date": 0}
        return {"status": status, **extra, **more}
    return {"status": status, **more}


@dataclass(frozen=True, slots=True)
class Place:
    """A chat, or one topic of it, as a place to speak in."""

    world: World
    chat: Chat
    topic: Topic | None = None

    @property
    def id(self) -> int:
        return self.chat.id

    def joined_by(self, person: Person, status: str = "member", **rights: Any) -> None:
        self.chat.members[person.user.id] = membership(status, **rights)

    def opens_topic(self, name: str, by: Person) -> Place:
        """A new forum topic; its first message is the service message that created it."""
        created = {"forum_topic_created": {"name": name, "icon_color": 7322096}}
        message = say(self.world, self.chat, by.user.json(), created)
        topic = Topic(message.message_id, name)
        self.chat.topics[topic.id] = topic
        root = self.chat.messages[topic.id]
        root |= {"message_thread_id": topic.id, "is_topic_message": True}
        return Place(self.world, self.chat, topic)

    def bot_becomes(self, status: str, by: Person, **rights: Any) -> None:
        """The bot is added, promoted, demoted or removed; it is told so."""
        bot = self.world.bot
        old = self.world.member(self.chat, bot.id)
        new = membership(status, **rights)
        self.chat.members[bot.id] = new
        change = {
            "chat": self.chat.json(),
            "from": by.user.json(),
            "date": int(self.world.clock.now()),
            "old_chat_member": {"user": bot.json(), **old},
            "new_chat_member": {"user": bot.json(), **new},
        }
        self.world.deliver("my_chat_member", change)

    def becomes_supergroup(self) -> Place:
        """The group moves to a supergroup with another id; both are told."""
        group = self.chat
        new = Chat(group.id - 10**12, "supergroup", group.title, members=dict(group.members))
        self.world.chats[new.id] = new
        someone = {"from": self.world.users[ANONYMOUS].json()}
        told = say(self.world, group, someone["from"], {"migrate_to_chat_id": new.id})
        group.told_of_move = told.update_id
        group.migrated_to = new.id
        say(self.world, new, someone["from"], {"migrate_from_chat_id": group.id})
        return Place(self.world, new)

    def anonymous_admin_says(self, text: str, **more: Any) -> Said:
        sender = {"sender_chat": self.chat.json()}
        anonymous = self.world.users[ANONYMOUS].json()
        return say(self.world, self.chat, anonymous, spoken(text, **sender, **more), self.topic)

    def channel_says(self, channel: Chat, text: str, **more: Any) -> Said:
        """A post in the name of a channel; with is_automatic_forward=True, a forwarded post."""
        forwarded = more.get("is_automatic_forward", False)
        author = self.world.users[SERVICE if forwarded else CHANNEL_BOT].json()
        content = spoken(text, sender_chat=channel.json(), **more)
        return say(self.world, self.chat, author, content, self.topic)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a Telegram account."""

    world: World
    user: User

    @property
    def private(self) -> Place:
        chat = self.world.chats.setdefault(self.user.id, Chat(self.user.id, "private"))
        return Place(self.world, chat)

    def writes(self, text: str, reply_to: Said | Sent | None = None, **more: Any) -> Said:
        """A message in the private chat with the bot."""
        return self.says(self.private, text, reply_to, **more)

    def says(
        self, place: Place, text: str, reply_to: Said | Sent | None = None, **more: Any
    ) -> Said:
        return self.sends(place, spoken(text, **more), reply_to)

    def sends(self, place: Place, content: Json, reply_to: Said | Sent | None = None) -> Said:
        """Anything: a photo, a sticker, a voice message, as the Bot API would show it."""
        if place.chat.is_group:
            place.chat.members.setdefault(self.user.id, membership("member"))
        answered = reply_to and place.chat.messages[reply_to.message_id]
        content = _answering(content, answered, place)
        return say(self.world, place.chat, self.user.json(), content, place.topic)

    def uploads(self, name: str, data: bytes, caption: str = "") -> Said:
        """A document in the private chat; a caption is a command."""
        file_id = f"up-{self.world.number()}"
        self.world.files[file_id] = (name, data)
        known = {"file_id": file_id, "file_unique_id": file_id, "file_size": len(data)}
        content: Json = {"document": {**known, "file_name": name}}
        if caption:
            content |= {"caption": caption, "caption_entities": client_entities(caption)}
        return self.sends(self.private, content)

    def edits(self, said: Said, text: str) -> int:
        """Changes a message; returns the update's number."""
        message = self.world.chats[said.chat_id].messages[said.message_id]
        message |= {**spoken(text), "edit_date": int(self.world.clock.now())}
        return self.world.deliver("edited_message", message)

    def presses(self, sent: Sent, data: str) -> str:
        """A button under a message of the bot; returns the query's number."""
        query = str(self.world.number())
        self.world.callbacks[query] = None
        press = {
            "id": query,
            "from": self.user.json(),
            "message": sent.json,
            "chat_instance": str(sent.chat_id),
            "data": data,
        }
        self.world.deliver("callback_query", press)
        return query

    def reacts(self, sent: Sent, emoji: Sequence[str]) -> int:
        """Puts reactions under a message in the place of earlier ones; the bot may be told so."""
        sent.json["reactions"] = list(emoji)
        change = {
            "chat": sent.json["chat"],
            "message_id": sent.message_id,
            "user": self.user.json(),
            "date": int(self.world.clock.now()),
            "old_reaction": [],
            "new_reaction": [{"type": "emoji", "emoji": one} for one in emoji],
        }
        return self.world.deliver("message_reaction", change)

    def asks_inline(self, text: str) -> str:
        query = str(self.world.number())
        self.world.inline[query] = None
        asked = {"id": query, "from": self.user.json(), "query": text, "offset": ""}
        self.world.deliver("inline_query", asked)
        return query


def spoken(text: str, entities: Sequence[Json] = (), **more: Any) -> Json:
    """A text with the entities that the person's client finds or makes."""
    found = sorted([*client_entities(text), *entities], key=lambda entity: entity["offset"])
    return {"text": text, **({"entities": found} if found else {}), **more}


def naming(text: str, name: str, user: User) -> Json:
    """The entity of a mention by name, for people and bots without @name."""
    offset = units(text[: text.index(name)])
    return {"type": "text_mention", "offset": offset, "length": units(name), "user": user.json()}


def _answering(content: Json, answered: Json | None, place: Place) -> Json:
    if answered is None and place.topic:
        # In a topic every message without a reply is shown as a reply to the topic's root.
        answered = place.chat.messages[place.topic.id]
    if answered is None:
        return content
    plain = {key: value for key, value in answered.items() if key != "reply_to_message"}
    return {**content, "reply_to_message": plain}


def say(world: World, chat: Chat, author: Json, content: Json, topic: Topic | None = None) -> Said:
    """Puts a message of a person into a chat and tells the bot, where it may know."""
    in_topic = {"message_thread_id": topic.id, "is_topic_message": True} if topic else {}
    message = world.add_message(chat, {"from": author, **in_topic, **content})
    seen = world.bot_sees(chat, message)
    update_id = world.deliver("message", message) if seen else None
    return Said(chat.id, message["message_id"], update_id)
