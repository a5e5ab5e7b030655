"""/them: an administrator hands in an address or a document, looks at it, and adds it.

Owns the way from the command to files in SOURCES_DIR. What waits for a yes is kept in memory, by
the message that shows it: after a restart the button says so.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from telegram import (
    Document,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Message,
    MessageEntity,
    PhotoSize,
    Update,
)
from telegram.error import TelegramError
from telegram.ext import ExtBot

from bot.telegram.admin.authorization import Administrators, Context, Duty, Order
from bot.telegram.admin.reload import ORDER_SHOWN, Admin, Keeper, lost_words
from bot.telegram.button_press import answer
from bot.telegram.formatting import Part, compose_list
from bot.telegram.keyboards import Action, pack
from bot.telegram.messages import texts_of
from bot.telegram.sending import change, send_parts
from bot.texts.texts import VIETNAMESE, AdminTexts
from retrieval.errors import SourceError
from retrieval.loading.archives import unpacked_documents
from retrieval.loading.drafts import Draft, draft_of, save
from retrieval.loading.formats import MAX_BYTES
from retrieval.loading.metadata import first_date
from retrieval.loading.pdf import OnPage
from retrieval.loading.web import fetch
from retrieval.models import MUCH_LOST, Loss, SourceCollection
from retrieval.ranking.near_duplicates import SAME, Twin
from retrieval.text.prompt_injection import orders_in

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Submission:
    """What was handed in; at least one draft."""

    drafts: tuple[Draft, ...]
    refused: tuple[tuple[str, str], ...] = ()
    """Names of other documents in the archive, and why they are none."""


async def from_address(url: str, open_hosts: Collection[str], proxy: str | None) -> Submission:
    """Return what is at `url` as drafts; raises SourceError."""
    page = await fetch(url, open_hosts, proxy=proxy)
    name = unquote(PurePosixPath(urlsplit(page.url).path).name)
    return await asyncio.to_thread(_drafts, page.data, name, page.url, page.is_html)


async def from_document(document: Document | PhotoSize, on_page: OnPage) -> Submission:
    """Return what was sent, a file or a photo, as drafts; raises SourceError.

    `on_page` hears, in another thread, of each page that is read by machine.
    """
    data = await downloaded(document)
    name = "" if isinstance(document, PhotoSize) else document.file_name or ""
    return await asyncio.to_thread(_drafts, data, name, on_page=on_page)


async def downloaded(document: Document | PhotoSize) -> bytes:
    """Return the file that was sent; raises SourceError."""
    if (document.file_size or 0) > MAX_BYTES:
        raise SourceError(f"Tệp lớn hơn {MAX_BYTES // 2**20} MB.")
    try:
        file = await document.get_file()
        return bytes(await file.download_as_bytearray())
    except TelegramError as error:
        _log.warning("document not downloaded: %s", error)
        raise SourceError(f"Không tải được tệp từ Telegram ({error.message}).") from error


async def from_addresses(
    urls: Sequence[str], open_hosts: Collection[str], proxy: str | None
) -> Submission:
    """Return what is at several addresses as one submission; raises SourceError where all fail."""
    drafts: list[Draft] = []
    refused: list[tuple[str, str]] = []
    for url in urls:
        try:
            found = await from_address(url, open_hosts, proxy)
        except SourceError as error:
            refused.append((url[:100], str(error)))
        else:
            drafts += found.drafts
            refused += found.refused
    if not drafts:
        raise SourceError("; ".join(reason for _, reason in refused[:3]))
    return Submission(tuple(drafts), tuple(refused))


def addresses_in(message: Message) -> list[str]:
    """Return the web addresses in a message, each once, in order."""
    kinds: list[str | None] = [MessageEntity.URL, MessageEntity.TEXT_LINK]
    found = {**message.parse_entities(kinds), **message.parse_caption_entities(kinds)}
    inside = sorted(found.items(), key=lambda item: item[0].offset)
    return list(dict.fromkeys(entity.url or words for entity, words in inside))


def _drafts(
    data: bytes,
    name: str,
    url: str = "",
    is_html: bool = False,
    on_page: OnPage = lambda done, total: None,
) -> Submission:
    drafts: list[Draft] = []
    refused: list[tuple[str, str]] = []
    for inner, content in unpacked_documents(data, name):
        try:
            drafts.append(draft_of(content, inner, url=url, is_html=is_html, on_page=on_page))
        except SourceError as error:
            refused.append((inner, str(error)))
    if not drafts:
        raise SourceError("; ".join(f"{inner}: {reason}" for inner, reason in refused[:3]))
    return Submission(tuple(drafts), tuple(refused))


MOST_LINKS = 10
"""Addresses that one message may hand in."""
_MOST_WAITING = 100
_SHOWN = 500
"""Characters of a text that are shown."""
_PROGRESS_SECONDS = 3.0
_Reading = Callable[[OnPage], Awaitable[Submission]]
_Place = tuple[int, int]
"""Chat and message."""


@dataclass(frozen=True, slots=True)
class _Shelf:
    """A folder below SOURCES_DIR to which somebody may add, and its button."""

    label: str
    folder: str


class _Choice(StrEnum):
    YES = "co"
    EDIT = "sua"
    NO = "bo"


class Adding:
    """The handlers; `admin` reloads afterwards."""

    def __init__(
        self,
        administrators: Administrators,
        admin: Admin,
        keeper: Keeper,
        folder: Path,
        open_hosts: Collection[str],
        proxy: str | None = None,
        follow: Callable[[Draft, str], None] = lambda draft, path: None,
    ) -> None:
        self._administrators = administrators
        self._admin = admin
        self._keeper = keeper
        self._folder = folder
        self._open_hosts = open_hosts
        self._proxy = proxy
        self._follow = follow
        self._waiting: dict[_Place, Submission] = {}

    async def command(self, update: Update, context: Context) -> None:
        """Take in what is handed in, beside everything else in the chat."""
        order = await self._administrators.order(update, context, Duty.ADD)
        if order is None:
            return
        if not await asyncio.to_thread(self._shelves, order):
            await send_parts(context.bot, order.target, [Part(texts_of(update).admins_only)])
            return
        answered = order.message.reply_to_message
        place = (order.message.chat_id, answered.message_id) if answered else (0, 0)
        if place in self._waiting:
            await self._edit(order, place, context.bot)
        else:
            self._admin.background.start(self._take(order, context.bot))

    async def pressed(self, update: Update, context: Context) -> None:
        """Add what the message shows, tell how to edit it, or drop it."""
        order = await self._administrators.press(update, str, duty=Duty.ADD)
        if order is None or order.query is None:
            return
        place = (order.message.chat_id, order.message.message_id)
        found = self._waiting.get(place)
        await answer(order.query, "" if found else order.texts.draft_gone)
        if found is None:
            return
        shelf = (await asyncio.to_thread(self._shelves, order)).get(order.fields[0])
        if shelf:
            del self._waiting[place]
            self._admin.background.start(self._add(order, found, shelf.folder, context.bot))
            return
        match order.fields[0]:
            case _Choice.EDIT:
                await send_parts(context.bot, order.target, [_how_to_edit(found, order.texts)])
            case _Choice.NO:
                del self._waiting[place]
                await change(context.bot, *place, Part(order.texts.draft_dropped), None)

    async def _take(self, order: Order, bot: ExtBot[None]) -> None:
        texts, read = order.texts, self._handed_in(order)
        if read is None:
            await send_parts(bot, order.target, [Part(texts.add_usage)])
            return
        (message_id,) = await send_parts(bot, order.target, [Part(texts.draft_reading)])
        keys = None
        try:
            found = await self._read(read, (order.message.chat_id, message_id), texts, bot)
            parts, keys = await self._shown(found, order), await self._keys(found, order)
        except Exception as error:
            parts = [Part(texts.not_added.format(reason=order.reason(error)))]
        ids = await send_parts(bot, order.target, parts, there={message_id: ""}, buttons=keys)
        if keys:
            self._wait((order.message.chat_id, ids[-1]), found)

    async def _read(
        self, read: _Reading, place: _Place, texts: AdminTexts, bot: ExtBot[None]
    ) -> Submission:
        """Return what `read` finds, while the message at `place` tells which page is read."""
        told, heard = (0, 0), (0, 0)

        def on_page(done: int, total: int) -> None:
            nonlocal heard
            heard = (done, total)

        reading = asyncio.ensure_future(read(on_page))
        while not reading.done():
            await asyncio.wait({reading}, timeout=_PROGRESS_SECONDS)
            if heard != told and not reading.done():
                told = heard
                words = texts.draft_reading_page.format(page=told[0], pages=told[1])
                await change(bot, *place, Part(words), None)
        return await reading

    def _handed_in(self, order: Order) -> _Reading | None:
        """Return what reads that which the command means; None if it means nothing."""
        messages = [order.message, order.message.reply_to_message]
        for message in filter(None, messages):
            if sent := message.document or (message.photo[-1] if message.photo else None):
                return partial(from_document, sent)
            if urls := addresses_in(message):
                return self._from(urls[:MOST_LINKS])
        typed = [word for word in order.arguments.split() if "." in word or "://" in word]
        if typed or order.arguments:
            urls = (typed or order.arguments.split()[:1])[:MOST_LINKS]
            return self._from(urls)
        return None

    def _from(self, urls: Sequence[str]) -> _Reading:
        return lambda on_page: from_addresses(urls, self._open_hosts, self._proxy)

    async def _edit(self, order: Order, place: _Place, bot: ExtBot[None]) -> None:
        """Take title, day and publisher from a reply to the draft."""
        found = self._waiting[place]
        if len(found.drafts) == 1 and order.arguments:
            found = replace(found, drafts=(_edited(found.drafts[0], order.arguments),))
            self._waiting[place] = found
        parts, keys = await self._shown(found, order), await self._keys(found, order)
        await change(bot, *place, parts[-1], keys)
        await send_parts(bot, order.target, [Part(order.texts.draft_edited)])

    async def _add(self, order: Order, found: Submission, inside: str, bot: ExtBot[None]) -> None:
        """Write the files to a folder and bring the index in line."""
        place = (order.message.chat_id, order.message.message_id)
        try:
            paths = await asyncio.to_thread(self._saved, found.drafts, inside)
        except Exception as error:
            self._wait(place, found)
            words = order.texts.not_added.format(reason=order.reason(error))
            await self._administrators.note(order, "them", found.drafts[0].title, words)
            await send_parts(bot, order.target, [Part(words)])
            return
        await self._administrators.note(order, "them", ", ".join(paths), found.drafts[0].url)
        words = order.texts.draft_saved.format(paths="\n".join(paths))
        await change(bot, *place, Part(words[:4000]), None)
        await self._admin.reload_for(order, bot)

    def _saved(self, drafts: Sequence[Draft], inside: str) -> list[str]:
        paths = []
        for draft in drafts:
            paths.append(save(draft, self._folder, inside))
            self._follow(draft, paths[-1])
        return paths

    async def _shown(self, found: Submission, order: Order) -> list[Part]:
        texts = order.texts
        seen = order.audience
        twins = [await asyncio.to_thread(self._keeper.twins, d.text, seen) for d in found.drafts]
        lines = [
            line
            for draft, alike in zip(found.drafts, twins, strict=True)
            for line in _described(draft, alike, texts, whole=len(found.drafts) == 1)
        ]
        lines += [f"✗ {name}: {order.redact(reason)}" for name, reason in found.refused]
        return compose_list(texts.draft_heading.format(count=len(found.drafts)), lines)

    def _shelves(self, order: Order) -> dict[str, _Shelf]:
        """Return where whoever gave the order may add, by what the button carries."""
        texts, rights = order.texts, order.rights
        places: list[SourceCollection | None] = [None, *self._keeper.collections()]
        return {
            f"v.{one.id}" if one else _Choice.YES.value: _Shelf(
                texts.draft_add_to.format(title=one.title) if one else texts.draft_add,
                one.folder if one else "",
            )
            for one in places
            if rights.may_add_to(one)
        }

    async def _keys(self, found: Submission, order: Order) -> InlineKeyboardMarkup:
        texts, one = order.texts, len(found.drafts) == 1
        shelves = await asyncio.to_thread(self._shelves, order)
        places = [(shelf.label, what) for what, shelf in shelves.items()]
        edit = [(texts.draft_edit, _Choice.EDIT.value)] if one else []
        first = [*places[:1], *edit, (texts.draft_drop, _Choice.NO.value)]
        rows = [first, *([other] for other in places[1:])]
        return InlineKeyboardMarkup(
            [
                [
                    InlineKeyboardButton(label, callback_data=pack(Action.ADD_SOURCE, what))
                    for label, what in row
                ]
                for row in rows
            ]
        )

    def _wait(self, place: _Place, found: Submission) -> None:
        self._waiting[place] = found
        while len(self._waiting) > _MOST_WAITING:
            del self._waiting[next(iter(self._waiting))]


def _described(draft: Draft, twins: Sequence[Twin], texts: AdminTexts, *, whole: bool) -> list[str]:
    day = f"{draft.date:%d/%m/%Y}" if draft.date else texts.draft_no_date
    by_machine = f" ({VIETNAMESE.read_by_machine})" if draft.read_by_machine else ""
    lines = [
        f"• {draft.title}{by_machine}",
        f"  {draft.publisher or texts.draft_no_publisher} · {day}",
    ]
    if draft.url:
        lines.append(f"  {draft.url[:300]}")
    lines += [f"⚠ {warning}" for warning in draft.warnings]
    if draft.kept < MUCH_LOST:
        lines.append(f"⚠ {lost_words(Loss(draft.title, draft.kept, draft.left_out[0]), texts)}")
    for twin in twins[:3]:
        words = texts.draft_same if twin.likeness >= SAME else texts.draft_nearly
        lines.append(f"⚠ {words.format(share=twin.likeness, title=twin.source.name)}")
    if suspicious := orders_in(draft.text):
        lines.append(f"⚠ {texts.flagged.format(count=len(suspicious))}")
        lines += [f"  “{sentence[:ORDER_SHOWN]}”" for sentence in suspicious[:3]]
    if whole:
        more = "…" if len(draft.text) > _SHOWN else ""
        lines += ["", draft.text[:_SHOWN] + more]
    return lines


def _edited(draft: Draft, words: str) -> Draft:
    """Return the draft with "title | day | publisher"; what is empty or "-" stays."""
    title, day, publisher = ([x.strip() for x in words.split("|")] + ["", ""])[:3]
    return replace(
        draft,
        title=draft.title if title in {"", "-"} else " ".join(title.split())[:300],
        date=first_date(day) or draft.date,
        publisher=draft.publisher if publisher in {"", "-"} else " ".join(publisher.split())[:200],
    )


def _how_to_edit(found: Submission, texts: AdminTexts) -> Part:
    draft = found.drafts[0]
    day = f"{draft.date:%d/%m/%Y}" if draft.date else "14/6/2024"
    example = f"/them {draft.title} | {day} | {draft.publisher or '-'}"
    return Part(texts.draft_edit_how.format(example=example))
