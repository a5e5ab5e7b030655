"""Orders of administrators: who gives one, in which language, and the note of what became of it.

Owns which role is needed for what (`Duty`), that nobody else is obeyed: others are told so in
private, and not at all in groups; that every command is noted, by whoever may give it; and that
what shows the log goes into the administrator's private chat.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from telegram import CallbackQuery, Message, Update, User
from telegram.constants import ChatType
from telegram.error import BadRequest, Forbidden
from telegram.ext import CallbackContext

from bot.access import Access, GrantedRights
from bot.log.audit import AuditLog, Who
from bot.telegram.button_press import answer
from bot.telegram.errors import Redactor
from bot.telegram.formatting import Part
from bot.telegram.keyboards import unpack
from bot.telegram.messages import command_of, person_id, texts_of
from bot.telegram.sending import Target, send_parts
from bot.texts.texts import AdminTexts
from retrieval.errors import ChidanError
from retrieval.models import PUBLIC, Audience

Context = CallbackContext[Any, Any, Any, Any]
_log = logging.getLogger(__name__)
_LONGEST_NOTED = 200


class Duty(StrEnum):
    """What an order is about → which of `GrantedRights` whoever gives it must have."""

    ALL = "decides"
    """Everything else: administrators of everything."""
    SOURCES = "manages_any"
    """Sources, and who is a member: also administrators of a collection, for theirs."""
    ADD = "is_given_any"
    """Handing in documents: whoever was given anything; where they go to is looked at then."""
    REVIEW = "reviews"
    """Reading the log: also reviewers, as far as they may see."""

    def is_open_to(self, rights: GrantedRights) -> bool:
        """Return whether somebody with these rights is obeyed."""
        return bool(getattr(rights, self.value))


@dataclass(frozen=True, slots=True)
class Order:
    """A command of an administrator, or a button that one pressed."""

    who: Who
    message: Message
    """The command, or the message with the button."""
    texts: AdminTexts
    arguments: str = ""
    """What stands behind the command."""
    query: CallbackQuery | None = None
    fields: tuple[Any, ...] = ()
    """What the button carries."""
    redact: Redactor = field(default_factory=Redactor)
    rights: GrantedRights = field(default_factory=GrantedRights)
    """Of whoever gives it."""
    audience: Audience = PUBLIC
    """What may be told where the answer goes: in a group what the group may see."""

    def reason(self, error: Exception) -> str:
        """Return why something failed, fit for a chat; what nobody foresaw goes to the log."""
        if isinstance(error, ChidanError):
            return self.redact(error)
        _log.error("an order failed", exc_info=error)
        return self.texts.unforeseen

    @property
    def target(self) -> Target:
        """Where the answer goes."""
        return Target.of(self.message)


class Administrators:
    """Whoever decides about anything, and the log of what they do."""

    def __init__(self, access: Access, deeds: AuditLog, redact: Redactor) -> None:
        self._access = access
        self._deeds = deeds
        self._redact = redact

    def includes(self, message: Message) -> bool:
        """Return whether an administrator wrote the message."""
        return self._access.is_admin(person_id(message))

    async def order(self, update: Update, context: Context, duty: Duty = Duty.ALL) -> Order | None:
        """Return the order that a message or a job's button is; others are told: not for them."""
        if update.callback_query:
            order = await self.press(update, str, duty=duty)
            if order and order.query:
                await answer(order.query)
            return order
        message = update.message
        if message is None:
            return None
        texts = texts_of(update)
        rights = await asyncio.to_thread(self._access.rights, person_id(message))
        if message.from_user is None or not duty.is_open_to(rights):
            if message.chat.type == ChatType.PRIVATE:
                await send_parts(context.bot, Target.of(message), [Part(texts.admins_only)])
            return None
        words = (message.text or message.caption or "").split(maxsplit=1)
        who = self._who(message.from_user)
        arguments = "".join(words[1:]).strip()
        seen = await asyncio.to_thread(self._seen, message, rights)
        order = Order(who, message, texts.admin, arguments, None, (), self._redact, rights, seen)
        if command := command_of(message):
            await self.note(order, f"/{command[0]}", arguments[:_LONGEST_NOTED], "")
        return order

    async def press(
        self, update: Update, *kinds: type[int] | type[str], duty: Duty = Duty.ALL
    ) -> Order | None:
        """Return the order that a pressed button is; any other press is answered here."""
        query = update.callback_query
        if query is None:
            return None
        fields = unpack(query.data, *kinds)
        if fields is None or not isinstance(query.message, Message):
            await answer(query)
            return None
        texts = texts_of(update)
        rights = await asyncio.to_thread(self._access.rights, query.from_user.id)
        if not duty.is_open_to(rights):
            await answer(query, texts.admins_only)
            return None
        who = self._who(query.from_user)
        seen = await asyncio.to_thread(self._seen, query.message, rights)
        return Order(who, query.message, texts.admin, "", query, fields, self._redact, rights, seen)

    async def note(self, order: Order, deed: str, subject: str = "", outcome: str = "") -> None:
        """Note in the log what was done, and how it ended."""
        await asyncio.to_thread(self._deeds.note, order.who, deed, subject, outcome)

    async def note_later(
        self, person_id: int, name: str, deed: str, subject: str, outcome: str
    ) -> None:
        """Note a deed whose order came in earlier, perhaps before a restart."""
        who = self._deeds.doer(person_id, name)
        await asyncio.to_thread(self._deeds.note, who, deed, subject, outcome)

    def _seen(self, message: Message, rights: GrantedRights) -> Audience:
        if message.chat.type == ChatType.PRIVATE:
            return rights.audience
        return self._access.audience(message.chat_id)

    def _who(self, person: User) -> Who:
        return self._deeds.doer(person.id, person.full_name)


async def in_private(
    order: Order, context: Context, send: Callable[[Target], Awaitable[object]]
) -> None:
    """Send what an order asks for into the administrator's private chat.

    Where that cannot be, say so in the group.
    """
    private = order.message.chat.type == ChatType.PRIVATE
    try:
        await send(order.target if private else Target(order.who.id))
    except (BadRequest, Forbidden):
        if private:
            raise
        words = order.texts.review.cannot_write.format(username=context.bot.username)
        await send_parts(context.bot, order.target, [Part(words)])
