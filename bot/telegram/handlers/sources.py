"""/nguon and /xoanguon: what the store holds, searched and paged, and taking a source out.

Owns the list and the question before a deletion. A page's button carries its number alone: the
words that were searched for stand in the command that the list answers.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Message, Update

from bot.access import Access
from bot.telegram.admin.authorization import Administrators, Context, Duty, Order
from bot.telegram.admin.reload import Admin
from bot.telegram.button_press import answer, pressed_by_asker
from bot.telegram.formatting import Part, citation, compose_list
from bot.telegram.keyboards import Action, pack, turns
from bot.telegram.messages import behind_command, person_id, texts_of
from bot.telegram.sending import Target, change, send_parts
from bot.texts.texts import AdminTexts
from retrieval.loading.drafts import remove
from retrieval.models import EVERYTHING, Audience, Source
from retrieval.text.vietnamese import fold, normalise

_A_PAGE = 15
_LONGEST_LINE = 120
_WORDS = re.compile(r"[^\W_]+")
View = tuple[Part, InlineKeyboardMarkup | None]


class Library:
    """The handlers of the list; `sources`, `troubles` and `held` block."""

    def __init__(
        self,
        access: Access,
        sources: Callable[[Audience], Sequence[Source]],
        troubles: Callable[[], Sequence[tuple[str, str]]] = tuple,
        held: Callable[[], Collection[str]] = frozenset,
        record: Callable[[], Mapping[str, Record]] = dict,
        has_collections: Callable[[], bool] = bool,
    ) -> None:
        self._has_collections = has_collections
        self._access = access
        self._sources = sources
        self._troubles = troubles
        self._held = held
        self._record = record

    async def show(self, update: Update, context: Context) -> None:
        """List the sources, or those in which all of the words after the command stand."""
        query, message = update.callback_query, update.message
        if query is not None and isinstance(query.message, Message):
            await answer(query)
            message = query.message if self._access.is_admin(query.from_user.id) else None
        elif message and not self._access.may_ask(message.chat_id, person_id(message)):
            message = None
        if message is None:
            return
        asked = behind_command(update.message)
        view = await asyncio.to_thread(self._page, asked, 0, message.chat_id, update)
        await send_parts(context.bot, Target.of(message), [view[0]], buttons=view[1])

    async def turn(self, update: Update, context: Context) -> None:
        """Show another page."""
        pressed = await pressed_by_asker(update, self._access, int)
        if pressed is None:
            return
        message, (page,) = pressed
        asked = behind_command(message.reply_to_message)
        part, keys = await asyncio.to_thread(self._page, asked, page, message.chat_id, update)
        await change(context.bot, message.chat_id, message.message_id, part, keys)

    def _page(self, asked: str, page: int, chat_id: int, update: Update) -> View:
        texts = texts_of(update)
        person = update.effective_user
        for_admin = person is not None and self._access.is_admin(person.id)
        audience = self._access.audience(chat_id)
        # What is no source is told in an administrator's own chat alone, where all is seen.
        for_admin = for_admin and (audience == EVERYTHING or not self._has_collections())
        held_mark = texts.admin.held_mark if for_admin else None
        entries = self._entries(held_mark, audience, texts.admin)
        wanted = fold(normalise(asked)).split()
        found = [entry for entry in entries if entry.has(wanted)]
        lines = [f"{n}. {entry.line(for_admin=for_admin)}" for n, entry in enumerate(found, 1)]
        if not lines:
            none = texts.no_sources_like.format(words=asked) if asked else texts.no_sources
            return Part(none), None
        pages = -(-len(lines) // _A_PAGE)
        page = min(max(page, 0), pages - 1)
        heading = texts.sources.format(count=sum(entry.is_source for entry in found))
        if pages > 1:
            heading = f"{heading.removesuffix(':')} ({page + 1}/{pages}):"
        part = compose_list(heading, lines[page * _A_PAGE : (page + 1) * _A_PAGE])[0]
        return part, _turns(page, pages)

    def _entries(
        self, held_mark: str | None, audience: Audience, texts: AdminTexts
    ) -> list[_Entry]:
        """Return the sources; for administrators also what is no source.

        `held_mark` marks what an undone reload holds back; None for everybody else.
        """
        sources = self._sources(audience)
        if held_mark is None:
            return [_entry(source) for source in sources]
        held, record = set(self._held()), self._record()
        out = sorted(held.difference(source.path for source in sources))
        return [
            *(
                _entry(
                    s,
                    held_mark if s.path in held else "",
                    (
                        texts.source_named.format(id=s.id, path=s.path[:_LONGEST_LINE]),
                        record.get(s.id, Record()).said(texts),
                    ),
                )
                for s in sources
            ),
            *(_Entry(path, "", held_mark, is_source=False) for path in out),
            *(
                _Entry(f"⚠ {path}", reason, "", (reason[:_LONGEST_LINE],), is_source=False)
                for path, reason in self._troubles()
            ),
        ]


@dataclass(frozen=True, slots=True)
class Record:
    """What became of a source so far."""

    added_at: datetime | None = None
    answers: int = 0
    """How many questions were answered from it."""
    down: int = 0
    """How many of these answers got a 👎."""

    def said(self, texts: AdminTexts) -> str:
        """Return it in one line, in a language."""
        age = texts.source_age_unknown
        if self.added_at:
            days = (datetime.now(UTC) - self.added_at).days
            age = texts.source_age.format(days=days) if days else texts.source_age_today
        return texts.source_record.format(age=age, answers=self.answers, down=self.down)


@dataclass(frozen=True, slots=True)
class _Entry:
    """A line of the list, and what administrators see below it."""

    said: str
    more: str
    """What it is found by too."""
    mark: str = ""
    below: tuple[str, ...] = ()
    is_source: bool = True

    def has(self, wanted: Sequence[str]) -> bool:
        """Return whether each folded word stands in it, whole; a part of an id or path may."""
        said = fold(normalise(f"{self.said} {self.more} {self.mark}"))
        words = set(_WORDS.findall(said))
        return all(word in words if word.isalpha() else word in said for word in wanted)

    def line(self, *, for_admin: bool) -> str:
        below = filter(None, (*self.below, self.mark)) if for_admin else ()
        return "".join([self.said[:_LONGEST_LINE], *(f"\n    {one}" for one in below)])


def _entry(source: Source, mark: str = "", below: tuple[str, ...] = ()) -> _Entry:
    return _Entry(citation(source), f"{source.id} {source.path}", mark, below)


class Deleting:
    """The handlers of /xoanguon; `admin` reloads afterwards."""

    def __init__(
        self,
        administrators: Administrators,
        admin: Admin,
        sources: Callable[[Audience], Sequence[Source]],
        folder: Path,
    ) -> None:
        self._administrators = administrators
        self._admin = admin
        self._sources = sources
        self._folder = folder

    async def command(self, update: Update, context: Context) -> None:
        """Ask whether the source of that id shall go, or the only one with those words."""
        order = await self._administrators.order(update, context, Duty.SOURCES)
        if order is None:
            return
        source = await asyncio.to_thread(self._meant, order)
        if source is None:
            await send_parts(context.bot, order.target, [Part(order.texts.delete_usage)])
            return
        words = order.texts.delete_question.format(title=citation(source), path=source.path)
        keys = [
            InlineKeyboardButton(
                order.texts.delete, callback_data=pack(Action.DELETE_SOURCE, source.id)
            ),
            InlineKeyboardButton(order.texts.leave, callback_data=pack(Action.DELETE_SOURCE, "0")),
        ]
        await send_parts(
            context.bot, order.target, [Part(words)], buttons=InlineKeyboardMarkup.from_row(keys)
        )

    async def confirmed(self, update: Update, context: Context) -> None:
        """Delete the file and reload, or leave it."""
        order = await self._administrators.press(update, str, duty=Duty.SOURCES)
        if order is None or order.query is None:
            return
        await answer(order.query)
        source = await asyncio.to_thread(self._source, order.fields[0], order)
        words = order.texts.left
        if source:
            words = await asyncio.to_thread(self._deleted, source, order)
            await self._administrators.note(order, "xoanguon", source.path, words)
        message = order.message
        await change(context.bot, message.chat_id, message.message_id, Part(words), None)
        if source:
            self._admin.background.start(self._admin.reload_for(order, context.bot))

    def _meant(self, order: Order) -> Source | None:
        wanted = fold(normalise(order.arguments)).split()
        if one := self._source(order.arguments, order):
            return one
        found = [source for source in self._managed(order) if _entry(source).has(wanted)]
        return found[0] if wanted and len(found) == 1 else None

    def _source(self, source_id: str, order: Order) -> Source | None:
        return next((s for s in self._managed(order) if s.id == source_id), None)

    def _managed(self, order: Order) -> Iterator[Source]:
        """Yield the sources about which whoever gave the order decides."""
        sources = self._sources(order.audience)
        return (source for source in sources if order.rights.manages(source.collection))

    def _deleted(self, source: Source, order: Order) -> str:
        try:
            remove(source.path, self._folder)
        except Exception as error:
            return order.reason(error)
        return order.texts.deleted.format(path=source.path)


def _turns(page: int, pages: int) -> InlineKeyboardMarkup | None:
    keys = turns(Action.SOURCES, page, pages)
    return InlineKeyboardMarkup.from_row(keys) if keys else None
