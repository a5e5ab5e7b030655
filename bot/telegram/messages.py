"""When the bot is meant, and what it is asked. Pure; whether the person may ask is access.py's.

In a private chat every text is a question, a forwarded one too. In a group: `/hoi` and `/ask`, a
mention of the bot as an entity, and a reply to one of its messages. A group's ordinary chatter is
none of its business, nor are other bots' messages, forwarded posts, and replies that Telegram makes
up in topics.
"""

from __future__ import annotations

import re

from telegram import Message, MessageEntity, Update, User
from telegram.constants import ChatID, ChatType

from bot.texts.texts import Texts, texts_for

_LONGEST_ARGUMENT, _WITH_ARGUMENT = 100, 2
COMMANDS = frozenset({"hoi", "ask"})
_ACCOUNTS_OF_PEOPLE = frozenset({ChatID.ANONYMOUS_ADMIN, ChatID.FAKE_CHANNEL})
"""Bots in whose name people write: anonymous administrators, and channels in groups."""


def texts_of(update: Update) -> Texts:
    """Return the sentences for whoever caused an update, by the language of their client."""
    person = update.effective_user
    return texts_for(person.language_code if person else None)


def question_in(message: Message, me: User) -> str | None:
    """Return the question that a message puts to the bot, "" for an empty one, None for none."""
    if not _written_by_a_person(message, me):
        return None
    if command := command_of(message):
        name, addressee = command
        ours = name in COMMANDS and addressee in {"", (me.username or "").lower()}
        return _question(message, me, skip=_command_entity(message)) if ours else None
    if message.chat.type == ChatType.PRIVATE:
        return _question(message, me) or None
    if message.forward_origin:
        return None
    meant = bool(_mentions(message, me)) or _answers(message, me)
    return _question(message, me) if meant and _text(message) else None


def behind_command(message: Message | None) -> str:
    """Return the words after the command that a message begins with, in short."""
    words = ((message and message.text) or "").split(maxsplit=1)
    return " ".join(words[1].split())[:_LONGEST_ARGUMENT] if len(words) == _WITH_ARGUMENT else ""


def command_of(message: Message) -> tuple[str, str] | None:
    """Return name and addressee, lower case, of the command that a message begins with."""
    entity = _command_entity(message)
    if entity is None:
        return None
    name, _, addressee = _piece(message, entity)[1:].lower().partition("@")
    return name, addressee


def _written_by_a_person(message: Message, me: User) -> bool:
    author = message.from_user
    if author is None or message.is_automatic_forward:
        return False
    if message.via_bot and message.via_bot.id == me.id:
        return False
    return not author.is_bot or author.id in _ACCOUNTS_OF_PEOPLE


def _text(message: Message) -> str:
    return message.text or message.caption or ""


def _entities(message: Message) -> tuple[MessageEntity, ...]:
    return message.entities if message.text else message.caption_entities


def _piece(message: Message, entity: MessageEntity) -> str:
    raw = _text(message).encode("utf-16-le")
    return raw[2 * entity.offset : 2 * (entity.offset + entity.length)].decode("utf-16-le")


def _command_entity(message: Message) -> MessageEntity | None:
    at_the_start = (
        entity
        for entity in _entities(message)
        if entity.type == MessageEntity.BOT_COMMAND and entity.offset == 0
    )
    return next(at_the_start, None)


def _mentions(message: Message, me: User) -> list[MessageEntity]:
    def is_me(entity: MessageEntity) -> bool:
        if entity.type == MessageEntity.TEXT_MENTION:
            return entity.user is not None and entity.user.id == me.id
        handle = f"@{me.username}".lower()
        return entity.type == MessageEntity.MENTION and _piece(message, entity).lower() == handle

    return [entity for entity in _entities(message) if is_me(entity)]


def _answers(message: Message, me: User) -> bool:
    """Whether it answers a message of the bot; a topic's first message is answered by all in it."""
    answered = message.reply_to_message
    if answered is None or answered.from_user is None or answered.from_user.id != me.id:
        return False
    is_root = message.is_topic_message and answered.message_id == message.message_thread_id
    return not is_root and bool(_text(answered))


def _question(message: Message, me: User, skip: MessageEntity | None = None) -> str:
    """Return the text without command and mentions; if empty, what was marked or answered."""
    raw = _text(message).encode("utf-16-le")
    leave_out = [*_mentions(message, me), *([skip] if skip else [])]
    for entity in sorted(leave_out, key=lambda entity: -entity.offset):
        start, end = 2 * entity.offset, 2 * (entity.offset + entity.length)
        raw = raw[:start] + " ".encode("utf-16-le") + raw[end:]
    words = re.sub(r"[^\S\n]+", " ", raw.decode("utf-16-le")).strip()
    if not words.strip(",:;. "):
        return _asked_by_another(message)
    return words.lstrip(",:;. ") if leave_out else words


def _asked_by_another(message: Message) -> str:
    """Return what is marked of the answered message, else a person's whole text; "" for nothing.

    Of a message of another chat (an external reply) Telegram shows what is marked and nothing else.
    """
    if message.quote and message.quote.text.strip():
        return message.quote.text.strip()
    answered = message.reply_to_message
    if answered is None or answered.from_user is None or answered.from_user.is_bot:
        return ""
    return _text(answered).strip()


def person_id(message: Message) -> int | None:
    """Return who wrote it: a person, or the chat in whose name somebody wrote."""
    author = message.sender_chat or message.from_user
    return author.id if author else None


def topic_of(message: Message) -> int | None:
    """Return the forum topic of a message; other threads and "General" need none to answer in."""
    return message.message_thread_id if message.is_topic_message else None


def author_name(message: Message) -> str:
    """Return the name of who wrote it."""
    if message.sender_chat:
        return message.sender_chat.effective_name or ""
    return message.from_user.full_name if message.from_user else ""
