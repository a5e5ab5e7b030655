"""/dinhchinh: answers that are no longer right; the administrator decides whether chats are told.

Owns the list, the decision and the telling: each chat by a reply to its answer, at most once. That
a message leaves is on disk before it does; where a kill or a broken connection leaves open whether
it arrived, it is not sent again by itself, and the administrator is told of how many that is so.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.error import BadRequest, ChatMigrated, Forbidden, TelegramError
from telegram.ext import ExtBot

from bot.access import Access
from bot.log.corrections import (
    Cause,
    CorrectedQuote,
    Correction,
    Corrections,
    Reached,
    TouchedAnswer,
)
from bot.log.database import LogDatabase
from bot.log.deliveries import Watch
from bot.log.exchanges import language_of
from bot.log.moved_chats import Chats
from bot.log.retention import is_pseudonym
from bot.review.affected_answers import Indexed, look
from bot.telegram.admin.announcements import Announcements, View
from bot.telegram.admin.authorization import Administrators, Context, in_private
from bot.telegram.background import Background
from bot.telegram.button_press import answer
from bot.telegram.formatting import Part, compose_correction, compose_list, repeated
from bot.telegram.keyboards import Action, pack, shortened, turns
from bot.telegram.rate_limiter import may_have_arrived
from bot.telegram.sending import Target, change, follow, send_parts
from bot.texts.texts import AdminTexts, texts_for

LOOK_EVERY = 60.0
"""Seconds between two looks for answers that are no longer right."""
_A_PAGE = 4
_LONGEST_SHOWN = 200
"""Characters of a question or quote in the list."""
_log = logging.getLogger(__name__)


class CorrectionDeed(StrEnum):
    """What an administrator does with a correction; values stay, as old buttons carry them."""

    TELL = "bao"
    SKIP = "boqua"
    AGAIN = "lai"


class Correcting:
    """The handlers and the loop; log and index are read off the event loop."""

    def __init__(
        self,
        administrators: Administrators,
        announcements: Announcements,
        background: Background,
        file: LogDatabase,
        chats: Chats,
        access: Access,
        index: Indexed,
    ) -> None:
        self._administrators = administrators
        self._announcements = announcements
        self._background = background
        self._file = file
        self._chats = chats
        self._access = access
        self._index = index
        self._corrections = Corrections(file)
        self._alone = asyncio.Lock()
        self._began = False
        self._titles: dict[int, str] = {}

    async def round(self, bot: ExtBot[Any]) -> None:
        """Look for touched answers, show what is new to administrators, go on telling chats."""
        async with self._alone:
            if not self._began:
                await asyncio.to_thread(self._corrections.interrupted)
                self._began = True
            await asyncio.to_thread(self._look)
            for correction in await asyncio.to_thread(self._corrections.open_ids):

                async def compose(texts: AdminTexts, correction: int = correction) -> View:
                    return await self._page(bot, correction, 0, texts)

                await self._announcements.once(bot, f"correction {correction}", compose)
            for telling in await asyncio.to_thread(self._corrections.telling):
                await self._tell(bot, telling)

    async def show(self, update: Update, context: Context) -> None:
        """Show what nobody has decided on to the administrator who asks."""
        order = await self._administrators.order(update, context)
        if order is None:
            return
        await asyncio.to_thread(self._look)
        waiting = await asyncio.to_thread(self._corrections.open_ids)
        pages = [await self._page(context.bot, one, 0, order.texts) for one in waiting[:_A_PAGE]]
        pages = pages or [(Part(order.texts.corrections["none"]), None)]

        async def send(to: Target) -> None:
            for part, keys in pages:
                await send_parts(context.bot, to, [part], buttons=keys)

        await in_private(order, context, send)

    async def turn(self, update: Update, context: Context) -> None:
        """Show another page of the answers."""
        order = await self._administrators.press(update, int, int)
        if order is None or order.query is None:
            return
        await answer(order.query)
        correction, page = order.fields
        part, keys = await self._page(context.bot, correction, page, order.texts)
        message = order.message
        await change(context.bot, message.chat_id, message.message_id, part, keys)

    async def decide(self, update: Update, context: Context) -> None:
        """Have the chats told, or leave it; the first decision counts."""
        order = await self._administrators.press(update, int, str)
        if order is None or order.query is None:
            return
        correction, deed = order.fields
        says, place = order.texts.corrections, (order.message.chat_id, order.message.message_id)
        if deed == CorrectionDeed.AGAIN:
            done = await asyncio.to_thread(self._corrections.tell_again, correction, *place)
        else:
            await asyncio.to_thread(self._look)
            done = await asyncio.to_thread(
                self._corrections.decide,
                correction,
                tell=deed == CorrectionDeed.TELL,
                chat_id=place[0],
                message_id=place[1],
            )
        await answer(order.query, "" if done else says["decided"])
        words = (
            says["skipped" if deed == CorrectionDeed.SKIP else "telling"]
            if done
            else says["decided"]
        )
        await change(context.bot, *place, Part(words.format(id=correction)), None)
        if done:
            await self._administrators.note(order, "dinhchinh", str(correction), deed)
            self._background.start(self.round(context.bot))

    def waiting(self) -> int:
        """Return how many corrections nobody has decided on; blocks."""
        return len(self._corrections.open_ids())

    def _look(self) -> None:
        look(self._file, self._corrections, self._index)

    async def _page(self, bot: ExtBot[Any], correction: int, page: int, texts: AdminTexts) -> View:
        """Return the answers of a correction, so many a page, and what can be done about them."""
        says = texts.corrections
        touched = await asyncio.to_thread(self._corrections.answers, correction)
        if not touched:
            return Part(says["none"]), None
        pages = -(-len(touched) // _A_PAGE)
        page = max(min(page, pages - 1), 0)
        first = page * _A_PAGE
        lines = [
            line
            for number, one in enumerate(touched[first : first + _A_PAGE], first + 1)
            for line in _described(number, one, await self._name(bot, one, texts), texts)
        ]
        places = len({one.chat_id for one in touched})
        heading = says["heading"].format(
            id=correction, count=len(touched), places=places, page=page + 1, pages=pages
        )
        tell = InlineKeyboardButton(
            says["tell"], callback_data=pack(Action.CORRECTION, correction, CorrectionDeed.TELL)
        )
        skip = InlineKeyboardButton(
            says["skip"], callback_data=pack(Action.CORRECTION, correction, CorrectionDeed.SKIP)
        )
        is_open = correction in await asyncio.to_thread(self._corrections.open_ids)
        deeds = [tell, skip] if is_open else []
        rows = [turns(Action.CORRECTION_PAGE, page, pages, correction), deeds]
        return compose_list(heading, lines)[0], InlineKeyboardMarkup([r for r in rows if r])

    async def _name(self, bot: ExtBot[Any], one: TouchedAnswer, texts: AdminTexts) -> str:
        """Return how a chat is called: a group by its title, a private one by its person."""
        nobody = texts.review.entry.nobody
        if one.chat_id >= 0 or is_pseudonym(one.chat_id):
            return one.person_name or nobody
        if one.chat_id not in self._titles:
            try:
                chat = await follow(self._chats, one.chat_id, bot.get_chat)
            except TelegramError as error:
                _log.info("chat %s cannot be looked at: %s", one.chat_id, error.message)
                return texts.review.entry.chat.format(id=one.chat_id)
            self._titles[one.chat_id] = chat.effective_name or nobody
        return self._titles[one.chat_id]

    async def _tell(self, bot: ExtBot[Any], correction: Correction) -> None:
        """Tell every chat that is still to be told: one after another in a chat, chats together."""
        waiting = await asyncio.to_thread(self._corrections.waiting, correction.id)
        touched = await asyncio.to_thread(self._corrections.answers, correction.id)
        by_chat: defaultdict[int, list[TouchedAnswer]] = defaultdict(list)
        for one in touched:
            if one.exchange_id in waiting:
                by_chat[one.chat_id].append(one)
        for lost in waiting - {one.exchange_id for one in touched}:  # deleted, or answered anew
            await self._tried(correction.id, lost, Reached.UNREACHABLE)
        await asyncio.gather(
            *(self._tell_chat(bot, correction.id, answers) for answers in by_chat.values())
        )
        if not await asyncio.to_thread(self._corrections.waiting, correction.id):
            await self._sum_up(bot, correction)
            await asyncio.to_thread(self._corrections.finish, correction.id)

    async def _tell_chat(
        self, bot: ExtBot[Any], correction: int, answers: Sequence[TouchedAnswer]
    ) -> None:
        for one in answers:
            chat = self._chats.current(one.chat_id)
            if is_pseudonym(one.chat_id) or not self._access.may_ask(chat, one.person_id):
                reached = Reached.UNREACHABLE
            else:
                reached = await self._reached(bot, correction, one)
            await self._tried(correction, one.exchange_id, reached)

    async def _reached(self, bot: ExtBot[Any], correction: int, one: TouchedAnswer) -> Reached:
        """Send one correction and return what became of it."""
        texts = texts_for(one.language)
        says = texts.correction
        heading = says["head"].format(day=f"{one.asked_at.astimezone():%d/%m/%Y}")
        about = f"{heading}\n{says['about'].format(question=repeated(one.question))}"

        async def step(leaves: bool) -> None:
            await asyncio.to_thread(self._corrections.leaving, correction, one.exchange_id, leaves)

        async def nothing(message_id: int, digest: str) -> None:
            """What the message reads is of no interest: it is never changed."""

        watch = Watch(step, nothing, nothing)
        there = Target(one.chat_id, one.topic_id, one.message_id)
        quotes = await asyncio.to_thread(self._as_seen, one)
        try:
            try:
                part = compose_correction(heading, quotes, texts)
                await send_parts(bot, there, [part], watch=watch)
            except (BadRequest, ChatMigrated):  # the answer is gone, or its group has moved
                part = compose_correction(about, quotes, texts)

                async def send(chat_id: int) -> None:
                    await send_parts(bot, Target(chat_id), [part], watch=watch)

                await follow(self._chats, one.chat_id, send)
        except (BadRequest, Forbidden) as error:
            _log.info("chat %s not told of a correction: %s", one.chat_id, error.message)
            return Reached.UNREACHABLE
        except TelegramError as error:
            _log.warning("chat %s not told of a correction: %r", one.chat_id, error)
            return Reached.UNSURE if may_have_arrived(error) else Reached.WAITING
        return Reached.TOLD

    def _as_seen(self, one: TouchedAnswer) -> list[CorrectedQuote]:
        """Return what changed as its chat may see it: a source that it may not is gone. Blocks."""
        audience = self._access.audience(self._chats.current(one.chat_id))
        return [
            quote
            if self._index.text(quote.source_id, audience)
            else replace(quote, cause=Cause.GONE, now="")
            for quote in one.quotes
        ]

    async def _tried(self, correction: int, exchange_id: int, reached: Reached) -> None:
        await asyncio.to_thread(self._corrections.tried, correction, exchange_id, reached)

    async def _sum_up(self, bot: ExtBot[Any], correction: Correction) -> None:
        """Put into the message that was decided on how many were told; again does nothing."""
        if correction.chat_id is None or correction.message_id is None:
            return
        reached = await asyncio.to_thread(self._corrections.reached, correction.id)
        language = await asyncio.to_thread(language_of, self._file, correction.chat_id)
        says = texts_for(language).admin.corrections
        counts = {state: reached.get(state, 0) for state in Reached}
        words, keys = says["told"].format(id=correction.id, **counts), None
        if counts[Reached.UNSURE]:
            words += says["unsure"].format(**counts)
            again = pack(Action.CORRECTION, correction.id, CorrectionDeed.AGAIN)
            keys = InlineKeyboardMarkup.from_button(
                InlineKeyboardButton(says["again"], callback_data=again)
            )
        try:
            await change(bot, correction.chat_id, correction.message_id, Part(words), keys)
        except TelegramError as error:
            _log.warning("correction %s not summed up: %r", correction.id, error)


def _described(number: int, one: TouchedAnswer, name: str, texts: AdminTexts) -> list[str]:
    says = texts.corrections
    question = shortened(repeated(one.question), _LONGEST_SHOWN)
    day = f"{one.asked_at.astimezone():%d/%m/%Y}"
    lines = [says["entry"].format(number=number, day=day, chat=name, question=question)]
    for quote in one.quotes:
        lines += _changed(quote, says)
    return [*lines, *(f"   ✎ {shortened(note, _LONGEST_SHOWN)}" for note in one.notes[:3])]


def _changed(quote: CorrectedQuote, says: Mapping[str, str]) -> list[str]:
    title, by = shortened(quote.title, _LONGEST_SHOWN), shortened(quote.now_title, _LONGEST_SHOWN)
    lines = [f"   {says[quote.cause].format(title=title, by=by)}"]
    if quote.before:
        lines.append(f"   {says['before']} “{shortened(quote.before, _LONGEST_SHOWN)}”")
    if quote.now:
        lines.append(f"   {says['now']} “{shortened(quote.now, _LONGEST_SHOWN)}”")
    elif quote.cause in {Cause.CHANGED, Cause.GONE}:
        lines.append(f"   {says['now']} {says['removed']}")
    return lines
