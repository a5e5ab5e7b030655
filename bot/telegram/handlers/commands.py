"""/start, /help, /moi, and a kind word for what is no question."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from telegram import (
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Message,
    Update,
)
from telegram.constants import ChatType
from telegram.error import TelegramError
from telegram.ext import CallbackContext, ExtBot

from bot.access import Access
from bot.log.threads import Threads
from bot.quotas import QuestionQuota
from bot.telegram.formatting import ROLE_LINK, Part, linked_directive
from bot.telegram.membership import GROUPS, UnknownGroups, administers, rights_in
from bot.telegram.messages import command_of, person_id, question_in, texts_of, topic_of
from bot.telegram.sending import Target, send_parts
from bot.texts.texts import ENGLISH, VIETNAMESE, Texts
from retrieval.models import Audience, Source
from retrieval.text.vietnamese import fold

FACES: tuple[tuple[str | None, Texts], ...] = (
    (None, VIETNAMESE),
    ("vi", VIETNAMESE),
    ("en", ENGLISH),
)
"""Telegram's language code → sentences; None is for every client without a menu of its own."""
IN_GROUPS = frozenset(
    ["hoi", "ask", "vanban", "timkiem", "search", "moinhat", "newest", "moi", "new", "help"]
)
"""Commands in the menu of groups: what is about one person alone is not there."""
_log = logging.getLogger(__name__)


async def show_menus(bot: ExtBot[Any], admin_ids: frozenset[int]) -> None:
    """Fill the command menus; a menu that cannot be set hinders nothing."""
    for language, texts in FACES:
        for scope, commands in _menus(texts, admin_ids):
            try:
                await bot.set_my_commands(commands, scope=scope, language_code=language)
            except TelegramError as error:
                _log.warning("commands not set for %s: %s", scope.type, error)


def _menus(
    texts: Texts, admin_ids: frozenset[int]
) -> list[tuple[BotCommandScope, list[BotCommand]]]:
    everybody = _menu(texts.commands)
    more = [*_menu(texts.admin_commands), *everybody]
    in_groups = [command for command in everybody if command.command in IN_GROUPS]
    return [
        (BotCommandScopeAllPrivateChats(), everybody),
        (BotCommandScopeAllGroupChats(), in_groups),
        *((BotCommandScopeChat(admin), more) for admin in sorted(admin_ids)),
    ]


def _menu(commands: dict[str, str]) -> list[BotCommand]:
    return [BotCommand(name, words) for name, words in commands.items()]


Context = CallbackContext[Any, Any, Any, Any]


class Status:
    """The handler; `sources` may block, `model` is named as it is."""

    def __init__(
        self,
        access: Access,
        allowances: QuestionQuota,
        sources: Callable[[Audience], Sequence[Source]],
        model: str,
    ) -> None:
        self._access = access
        self._allowances = allowances
        self._sources = sources
        self._model = model

    async def tell(self, update: Update, context: Context) -> None:
        """Tell how the bot is doing, to those who may ask it."""
        message = update.message
        if message is None or not self._access.may_ask(message.chat_id, person_id(message)):
            return
        texts = texts_of(update)
        words = await asyncio.to_thread(self._words, message, texts)
        if message.chat.type in GROUPS:
            words += await self._here(message, context, texts)
        await send_parts(context.bot, Target.of(message), [Part(words)])

    def _words(self, message: Message, texts: Texts) -> str:
        author = person_id(message)
        unlimited = not self._allowances.limits.person or self._access.is_admin(author)
        return texts.status.format(
            sources=len(self._sources(self._access.audience(message.chat_id))),
            model=self._model,
            waiting=self._allowances.waiting(),
            asked=self._allowances.asked_by(author),
            limit=texts.unlimited if unlimited else self._allowances.limits.person,
        )

    async def _here(self, message: Message, context: Context, texts: Texts) -> str:
        try:
            rights = await rights_in(context.bot, message.chat_id)
        except TelegramError:
            return ""
        return f"\n\n{rights.told(texts)}"


@dataclass(frozen=True, slots=True)
class First:
    """What a first contact needs from elsewhere."""

    sources: Callable[[Audience], int]
    """How many sources there are; may block."""
    days: int
    """For how long is kept what people ask."""
    questions: Callable[[Audience], Awaitable[list[list[InlineKeyboardButton]]]]
    """Questions that are answered, as buttons."""
    directive: Callable[[Update, Context, str], Awaitable[None]]
    """Shows a directive that a link names."""
    role: Callable[[Update, Context, str], Awaitable[None]]
    """Gives the role that a link carries."""


EVERYBODY = frozenset({"nhom", "ca nhom", "group", "all"})
"""What stands behind /moi (/new) to start anew for everybody in a chat or topic, folded."""


class Commands:
    """The commands that everybody has."""

    def __init__(
        self,
        access: Access,
        threads: Threads,
        unknown: UnknownGroups,
        first: First,
    ) -> None:
        self._access = access
        self._threads = threads
        self._unknown = unknown
        self._first = first

    async def start(self, update: Update, context: Context) -> None:
        """Say what the bot is and what it keeps, with questions to begin with; or follow a link."""
        payload = " ".join(context.args or ())
        if payload.startswith(ROLE_LINK):
            await self._first.role(update, context, payload)
            return
        message = self._allowed(update)
        if message is None:
            return
        if named := linked_directive(payload):
            await self._first.directive(update, context, named)
            return
        texts, first = texts_of(update), self._first
        audience = await asyncio.to_thread(self._access.audience, message.chat_id)
        keys = await first.questions(audience)
        count = await asyncio.to_thread(first.sources, audience)
        words = texts.start.format(sources=count, days=first.days)
        if keys:
            words = f"{words}\n\n{texts.start_examples}"
        markup = InlineKeyboardMarkup(keys) if keys else None
        await send_parts(context.bot, Target.of(message), [Part(words)], buttons=markup)

    async def help(self, update: Update, context: Context) -> None:
        """Say how to ask; to administrators, what else they can do."""
        if message := self._allowed(update):
            texts = texts_of(update)
            words = _help(texts, context)
            if self._access.is_admin(person_id(message)):
                words += f"\n{texts.admin_help}"
            await _reply(context, message, [Part(words)])

    async def forget(self, update: Update, context: Context) -> None:
        """Let the person's next question here follow nothing; everybody's, if an administrator of
        the chat says so.
        """
        message, texts = self._allowed(update), texts_of(update)
        if message is None:
            return
        place, words = (message.chat_id, topic_of(message)), texts.forgotten
        if fold(" ".join(context.args or ())) not in EVERYBODY:
            await asyncio.to_thread(self._threads.forget, *place, person_id(message))
        elif await self._decides(message, context):
            await asyncio.to_thread(self._threads.forget_everybody, *place)
            words = texts.group.forgotten
        else:
            words = texts.group.chat_admins_only
        await _reply(context, message, [Part(words)])

    async def _decides(self, message: Message, context: Context) -> bool:
        """Whether who wrote this decides about its chat."""
        if self._access.is_admin(person_id(message)):
            return True
        return await administers(context.bot, message)

    async def otherwise(self, update: Update, context: Context) -> None:
        """Say a kind word where a person would expect one, otherwise nothing."""
        message = update.message
        if message and question_in(message, context.bot.bot) is not None:
            await self._unknown.asks(message, context.bot, texts_of(update))
        words = message and self._kind_word(message, context, texts_of(update))
        if message and words:
            await _reply(context, message, [Part(words)])

    def _kind_word(self, message: Message, context: Context, texts: Texts) -> str | None:
        if message.from_user is None:
            return None
        private = message.chat.type == ChatType.PRIVATE
        if not self._access.may_ask(message.chat_id, person_id(message)):
            return texts.not_allowed.format(chat_id=message.chat_id) if private else None
        if question_in(message, context.bot.bot) == "":
            return texts.empty_question
        if not private or _is_service(message):
            return None
        return texts.unknown_command if command_of(message) else _instead(message, texts)

    def _allowed(self, update: Update) -> Message | None:
        """Return the message of a command whose writer may have an answer."""
        message = update.message
        if message is None or not self._access.may_ask(message.chat_id, person_id(message)):
            return None
        return message


def _help(texts: Texts, context: Context) -> str:
    """How to ask; typing after the bot's name only where its owner has switched that on."""
    inline = texts.inline_help if context.bot.bot.supports_inline_queries else ""
    ways, _, rest = texts.help.partition("\n\n")
    ways = f"{ways}\n{inline}" if inline else ways
    return f"{ways}\n\n{rest}".format(username=context.bot.username)


def _instead(message: Message, texts: Texts) -> str:
    """Return what to do instead of sending this kind of message."""
    if message.voice or message.audio or message.video_note:
        return texts.instead_of_voice
    if message.photo:
        return texts.instead_of_photo
    if message.document:
        return texts.instead_of_file
    return texts.only_text


def _is_service(message: Message) -> bool:
    """Whether Telegram wrote it (somebody joined, a message was pinned) rather than a person."""
    return message.effective_attachment is None and not message.text


async def _reply(context: Context, message: Message, parts: Sequence[Part]) -> None:
    await send_parts(context.bot, Target.of(message), parts)
