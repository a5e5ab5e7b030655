"""/vaitro: roles and collections, given and taken in Telegram.

Owns the list of who has what, the buttons that give and take, and links of one use. Who may give
what is `bot.access`'s, where it stands `bot.log.rights`'; every change is noted in the audit log.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Message, Update
from telegram.constants import ChatType
from telegram.error import TelegramError
from telegram.ext import ExtBot

from bot.access import Access, Grant, GrantedRights, Role
from bot.log.rights import VALID_FOR, GivenRole, RightsLog
from bot.telegram.admin.authorization import Administrators, Context, Duty, Order, in_private
from bot.telegram.button_press import answer
from bot.telegram.formatting import ROLE_LINK, Part, compose_list
from bot.telegram.keyboards import Action, pack, shortened
from bot.telegram.messages import texts_of
from bot.telegram.sending import Target, change, send_parts
from bot.texts.texts import AdminTexts
from retrieval.models import SourceCollection

_LETTERS = {"a": Role.ADMINISTRATOR, "r": Role.REVIEWER, "m": Role.MEMBER}
"""Roles as buttons carry them."""
_NONE = "0"
"""In the place of a collection, where a role is of none in particular."""
_LONGEST_BUTTON = 60
_MOST_SHOWN = 20
_MOST_NAMES = 1000
"""Names that are remembered between a command and the button under its answer."""
Collections = Callable[[], Sequence[SourceCollection]]
"""The collections there are; may block."""
_View = tuple[list[Part], InlineKeyboardMarkup | None]


@dataclass(frozen=True, slots=True)
class _Subject:
    """Who is given something: a person, a group, or (0) whoever opens a link."""

    id: int
    name: str


class Roles:
    """The handlers; `changed` hears after each change."""

    def __init__(
        self,
        administrators: Administrators,
        access: Access,
        rights: RightsLog,
        collections: Collections,
        changed: Callable[[ExtBot[None]], Awaitable[None]],
    ) -> None:
        self._administrators = administrators
        self._access = access
        self._rights = rights
        self._collections = collections
        self._changed = changed
        self._names: dict[int, str] = {}

    async def command(self, update: Update, context: Context) -> None:
        """Show what can be given to whoever is replied to, to this group, or by a link."""
        order = await self._administrators.order(update, context, Duty.SOURCES)
        if order is None:
            return
        subject = _subject(order.message)
        if len(self._names) >= _MOST_NAMES:
            self._names.clear()
        self._names[subject.id] = subject.name
        parts, keys = await asyncio.to_thread(self._shown, subject, order)
        await in_private(
            order, context, lambda to: send_parts(context.bot, to, parts, buttons=keys)
        )

    async def give(self, update: Update, context: Context) -> None:
        """Give a role, or make a link that gives it."""
        if (pressed := await self._pressed(update)) is None:
            return
        order, subject_id, grant = pressed
        if subject_id == 0:
            await self._link(order, grant, context)
            return
        subject = _Subject(subject_id, await self._name(context.bot, subject_id))
        new = await asyncio.to_thread(
            self._rights.give, subject.id, subject.name, grant, order.who.id
        )
        if new:
            await self._noted(order, "give", subject, grant, context)
        await self._redraw(order, subject, context)

    async def take(self, update: Update, context: Context) -> None:
        """Take a role."""
        if (pressed := await self._pressed(update)) is None:
            return
        order, subject_id, grant = pressed
        subject = _Subject(subject_id, await self._name(context.bot, subject_id))
        if await asyncio.to_thread(self._rights.take, subject.id, grant):
            await self._noted(order, "take", subject, grant, context)
        await self._redraw(order, subject, context)

    async def accept(self, update: Update, context: Context, payload: str) -> None:
        """Give what a link gives to the first who opens it."""
        message, texts = update.message, texts_of(update).admin
        if message is None or message.from_user is None or message.chat.type != ChatType.PRIVATE:
            return
        person = message.from_user
        found = await asyncio.to_thread(self._rights.redeem, payload.removeprefix(ROLE_LINK))
        words = texts.roles["link_dead"]
        if found:
            grant, by = found
            name = await asyncio.to_thread(self._named, grant, texts)
            await asyncio.to_thread(self._rights.give, person.id, person.full_name, grant, by)
            await self._administrators.note_later(
                person.id, person.full_name, "vaitro", f"{person.id}: {_kept(grant)}", "link"
            )
            words = texts.roles["welcome"].format(role=name)
            await self._changed(context.bot)
        await send_parts(context.bot, Target.of(message), [Part(words)])

    async def _pressed(self, update: Update) -> tuple[Order, int, Grant] | None:
        """Return whose role of what a press is about, which is answered; None where it may not be
        given or taken by who pressed.
        """
        order = await self._administrators.press(update, int, str, str, duty=Duty.SOURCES)
        if order is None or order.query is None:
            return None
        subject_id, grant = order.fields[0], _grant(*order.fields[1:])
        if grant is None or not order.rights.may_give(grant):
            await answer(order.query, order.texts.roles["not_yours"])
            return None
        await answer(order.query)
        return order, subject_id, grant

    async def _name(self, bot: ExtBot[None], subject: int) -> str:
        """Return what a person or a group is called, "" where nobody knows."""
        if subject > 0:
            known = self._names.get(subject, "")
            return known or await asyncio.to_thread(self._rights.name, subject)
        try:
            return (await bot.get_chat(subject)).title or ""
        except TelegramError:
            return ""

    async def _link(self, order: Order, grant: Grant, context: Context) -> None:
        word = await asyncio.to_thread(self._rights.invite, grant, order.who.id)
        await self._administrators.note(order, "vaitro", f"link: {_kept(grant)}", "made")
        link = f"https://t.me/{context.bot.username}?start={ROLE_LINK}{word}"
        hours = round(VALID_FOR.total_seconds() / 3600)
        role = await asyncio.to_thread(self._named, grant, order.texts)
        words = order.texts.roles["link"].format(role=role, link=link, hours=hours)
        await in_private(order, context, lambda to: send_parts(context.bot, to, [Part(words)]))

    async def _noted(
        self, order: Order, deed: str, subject: _Subject, grant: Grant, context: Context
    ) -> None:
        what = f"{subject.id}: {_kept(grant)}"
        await self._administrators.note(order, "vaitro", what, deed)
        await self._changed(context.bot)
        if deed == "give" and subject.id > 0:
            role = await asyncio.to_thread(self._named, grant, order.texts)
            words = order.texts.roles["welcome"].format(role=role)
            try:
                await send_parts(context.bot, Target(subject.id), [Part(words)])
            except TelegramError:
                """Who has never written to the bot cannot be written to."""

    async def _redraw(self, order: Order, subject: _Subject, context: Context) -> None:
        parts, keys = await asyncio.to_thread(self._shown, subject, order)
        message = order.message
        await change(context.bot, message.chat_id, message.message_id, parts[0], keys)

    def _shown(self, subject: _Subject, order: Order) -> _View:
        """Return what somebody has and can be given; for 0 what everybody has, and links."""
        texts, known = order.texts, self._collections()
        given = [one for one in self._rights.all() if order.rights.may_give(one.grant)]
        mine = [one for one in given if subject.id in {0, one.subject}][:_MOST_SHOWN]
        says = texts.roles
        heading = (
            says["all"].format(count=len(given))
            if subject.id == 0
            else says["of"].format(name=subject.name or subject.id)
        )
        has = self._access.granted([subject.id]) if subject.id else frozenset()
        rows = [
            [
                _button(
                    says["take"].format(what=self._line(one, subject, texts)),
                    Action.TAKE_ROLE,
                    one.subject,
                    one.grant,
                )
            ]
            for one in mine
        ]
        label = says["make_link"] if subject.id == 0 else says["give"]
        rows += [
            [
                _button(
                    label.format(role=self._named(grant, texts)),
                    Action.GIVE_ROLE,
                    subject.id,
                    grant,
                )
            ]
            for grant in _possible(order.rights, known, is_group=subject.id < 0)
            if grant not in has
        ]
        lines = [self._line(one, subject, texts, when=True) for one in mine]
        more = [says["usage"]] if subject.id == 0 else []
        parts = compose_list(heading, [*lines, *more])
        return parts[:1], InlineKeyboardMarkup(rows) if rows else None

    def _line(
        self, one: GivenRole, about: _Subject, texts: AdminTexts, *, when: bool = False
    ) -> str:
        role = self._named(one.grant, texts)
        who = "" if about.id else f"{one.name or one.subject}: "
        if not when:
            return f"{who}{role}"
        by = one.given_by or texts.roles["console"]
        day = f"{one.given_at.astimezone():%d/%m/%Y}"
        return f"{who}{role} · {texts.roles['given'].format(by=by, day=day)}"

    def _named(self, grant: Grant, texts: AdminTexts) -> str:
        """Return what a role is called, with the title of its collection."""
        name = texts.roles[grant.role]
        if not grant.collection:
            return name
        titles = {one.id: one.title for one in self._collections()}
        return f"{name} “{titles.get(grant.collection, grant.collection)}”"


def _subject(message: Message) -> _Subject:
    """Return who is meant: whose message is replied to, else the group, else nobody yet."""
    replied = message.reply_to_message
    if replied and replied.from_user and not replied.from_user.is_bot and not replied.sender_chat:
        return _Subject(replied.from_user.id, replied.from_user.full_name)
    if message.chat.type != ChatType.PRIVATE:
        return _Subject(message.chat_id, message.chat.title or "")
    return _Subject(0, "")


def _possible(
    rights: GrantedRights, collections: Sequence[SourceCollection], *, is_group: bool
) -> Iterator[Grant]:
    """Yield what somebody with `rights` can give to a person, or to a group."""
    inner = [one.id for one in collections if not one.public]
    grants = [Grant(Role.MEMBER, one) for one in inner]
    if not is_group:
        grants += [Grant(Role.REVIEWER), Grant(Role.ADMINISTRATOR)]
        grants += [Grant(Role.ADMINISTRATOR, one.id) for one in collections]
    return (grant for grant in grants if rights.may_give(grant))


def _button(words: str, action: Action, subject: int, grant: Grant) -> InlineKeyboardButton:
    letter = next(letter for letter, role in _LETTERS.items() if role is grant.role)
    data = pack(action, subject, letter, grant.collection or _NONE)
    return InlineKeyboardButton(shortened(words, _LONGEST_BUTTON), callback_data=data)


def _grant(letter: str, collection: str) -> Grant | None:
    """Return what a button means, None if it is forged."""
    role = _LETTERS.get(letter)
    return Grant(role, "" if collection == _NONE else collection) if role else None


def _kept(grant: Grant) -> str:
    """Return a grant as the audit log has it.

    >>> _kept(Grant(Role.MEMBER, "noi-bo-1a2b3c")), _kept(Grant(Role.REVIEWER))
    ('member noi-bo-1a2b3c', 'reviewer')
    """
    return f"{grant.role} {grant.collection}".strip()
