"""/theodoi: feeds and a synchronised folder, what they bring, to be taken or left.

Owns the command, the loop and the lists of new items. A feed is fetched as `/them` fetches, never
from an address that was not checked; a folder must lie below SYNC_DIR. What waits for a decision,
and what was decided, stands in the log, through restarts.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import ExtBot

from bot.log.confirmations import Confirmations
from bot.log.followed import FollowedPages, ProposalKind
from bot.log.subscriptions import SubscribedItem, Subscription, Subscriptions
from bot.telegram.admin.announcements import Announcements, View
from bot.telegram.admin.authorization import Administrators, Context, Order, in_private
from bot.telegram.admin.followed_pages import Fetcher, PageWatch, ProposalDeed, Unchanged
from bot.telegram.admin.reload import Admin, Keeper, reload_summary
from bot.telegram.button_press import answer
from bot.telegram.formatting import Part, compose_list
from bot.telegram.keyboards import Action, is_field, pack, shortened, turns
from bot.telegram.sending import change, send_parts
from bot.texts.texts import AdminTexts
from retrieval.errors import ChidanError, SourceError
from retrieval.indexing.reload import Report
from retrieval.loading.drafts import place_file, save
from retrieval.loading.feeds import FeedItem, SubscriptionRule, parse_feed, rule_of
from retrieval.loading.folder import file_content, list_files, printable
from retrieval.loading.formats import SUFFIXES
from retrieval.loading.web import NO_VALIDATORS, Validators
from retrieval.models import EVERYTHING, Source

LOOK_EVERY = 3600.0
"""Seconds between two looks for what is due."""
_FEED_EVERY, _FOLDER_EVERY = timedelta(hours=6), timedelta(hours=1)
_AGAIN_AFTER_FAILURE = timedelta(days=1)
_A_PAGE = 5
_LONGEST_TITLE = 160
_MOST_SUBSCRIPTIONS, _MOST_FILES, _MOST_OLD = 50, 2000, 5
_Refused = tuple[SubscribedItem, str]
"""An item that could not be taken, and why."""
_log = logging.getLogger(__name__)


class ItemDeed(StrEnum):
    """What is done with new items; values stay, as old buttons carry them."""

    SHOW = "xem"
    TAKE = "lay"
    LEAVE = "bo"
    TAKE_ALL = "layhet"
    LEAVE_ALL = "bohet"


class Following:
    """The handlers and the loop; log, index and folders are read off the event loop."""

    def __init__(
        self,
        administrators: Administrators,
        announcements: Announcements,
        admin: Admin,
        keeper: Keeper,
        subscriptions: Subscriptions,
        pages: FollowedPages,
        watch: PageWatch,
        confirmations: Confirmations,
        fetcher: Fetcher,
        folder: Path,
        synced: Path | None,
        longest: timedelta,
        clock: Callable[[], datetime],
    ) -> None:
        self._administrators = administrators
        self._announcements = announcements
        self._admin = admin
        self._keeper = keeper
        self._subscriptions = subscriptions
        self._pages = pages
        self._watch = watch
        self._confirmations = confirmations
        self._fetcher = fetcher
        self._folder = folder
        self._synced = synced
        self._longest = longest
        self._clock = clock
        self._began = False

    async def command(self, update: Update, context: Context) -> None:
        """Follow what stands behind the command, or tell what is followed."""
        order = await self._administrators.order(update, context)
        if order is None:
            return
        if order.arguments:
            self._admin.background.start(self._follow(order, context.bot))
            return
        part, keys = await asyncio.to_thread(self._overview, order.texts)
        await in_private(
            order, context, lambda to: send_parts(context.bot, to, [part], buttons=keys)
        )

    async def unfollow(self, update: Update, context: Context) -> None:
        """Follow a feed or folder no longer."""
        order = await self._administrators.press(update, int)
        if order is None or order.query is None:
            return
        gone = await asyncio.to_thread(self._subscriptions.remove, order.fields[0])
        says = order.texts.subscriptions
        await answer(order.query, says["unfollowed" if gone else "unknown"])
        if gone:
            await self._administrators.note(order, "theodoi", str(order.fields[0]), "bỏ")
        part, keys = await asyncio.to_thread(self._overview, order.texts)
        await change(context.bot, order.message.chat_id, order.message.message_id, part, keys)

    async def pressed(self, update: Update, context: Context) -> None:
        """Show another page of new items, take or leave one or all."""
        order = await self._administrators.press(update, int, str, int)
        if order is None or order.query is None:
            return
        number, deed, which = order.fields
        await answer(order.query)
        place = (order.message.chat_id, order.message.message_id)
        items = await asyncio.to_thread(self._subscriptions.open_items, number)
        is_all = deed in {ItemDeed.TAKE_ALL, ItemDeed.LEAVE_ALL}
        ids = [one.id for one in items] if is_all else [which]
        taken: list[SubscribedItem] = []
        if deed in {ItemDeed.TAKE, ItemDeed.TAKE_ALL}:
            taken = await asyncio.to_thread(self._subscriptions.begin, ids)
        elif deed in {ItemDeed.LEAVE, ItemDeed.LEAVE_ALL}:
            await asyncio.to_thread(self._subscriptions.leave, ids)
        page = which if deed == ItemDeed.SHOW else 0
        part, keys = await asyncio.to_thread(self._items, number, page, order.texts)
        await change(context.bot, *place, part, keys)
        if taken:
            self._admin.background.start(self._take_for(order, context.bot, number, taken))

    async def round(self, bot: ExtBot[Any]) -> None:
        """Look at the feeds and folders that are due, and show what is new."""
        if not self._began:
            sources = await asyncio.to_thread(self._keeper.sources, EVERYTHING)
            urls = {source.url for source in sources}
            await asyncio.to_thread(self._subscriptions.interrupted, urls)
            self._began = True
        for one in await asyncio.to_thread(self._subscriptions.due, self._clock()):
            if await self._look(one):
                await self._watch.announce(bot)
        for one in await asyncio.to_thread(self._subscriptions.all):
            await self._offer(bot, one)

    async def _offer(self, bot: ExtBot[Any], one: Subscription) -> None:
        """Take new items where the rule says so, and show administrators the others."""
        items = await asyncio.to_thread(self._subscriptions.open_items, one.id)
        if not items:
            return
        # By the newest of all, so that what waits on is not shown again after each decision.
        kind = f"items {one.id} {await asyncio.to_thread(self._subscriptions.newest, one.id)}"
        if one.rule.automatic:
            ids = [item.id for item in items]
            begun = await asyncio.to_thread(self._subscriptions.begin, ids)
            done, refused = await self._take(one.id, begun)
            report = await self._reload() if done else None

            async def told(texts: AdminTexts) -> View:
                part = _summary(one, done, refused, texts)
                reloaded = reload_summary(report, texts)[0].text if report else ""
                return Part(f"{part.text}\n\n{reloaded}".strip()[:4000]), None

            await self._announcements.once(bot, kind, told)
            # Said once: what cannot be taken is not tried again by itself.
            await asyncio.to_thread(self._subscriptions.leave, [item.id for item, _ in refused])
            return

        async def offered(texts: AdminTexts) -> View:
            return await asyncio.to_thread(self._items, one.id, 0, texts)

        await self._announcements.once(bot, kind, offered)

    async def _follow(self, order: Order, bot: ExtBot[None]) -> None:
        """Look at a feed or folder for the first time, and follow it."""
        says = order.texts.subscriptions
        address, _, rule = order.arguments.partition("|")
        address = address.strip()
        try:
            await asyncio.to_thread(self._make_sure_of_room)
            wanted = rule_of(rule)
            title, items, validators = await self._read(address)
        except Exception as error:
            words = says["refused"].format(reason=order.reason(error))
            await send_parts(bot, order.target, [Part(words)])
            return
        fitting = await asyncio.to_thread(self._fitting, wanted, items)
        now = self._clock()
        number = await asyncio.to_thread(self._subscriptions.add, address, title, wanted, now)
        one = await asyncio.to_thread(self._subscriptions.one, number)
        if one is None:
            return
        due = now + (_FEED_EVERY if one.is_feed else _FOLDER_EVERY)
        await asyncio.to_thread(self._subscriptions.looked, one, fitting, validators, due)
        await self._administrators.note(order, "theodoi", address, rule.strip())
        words = says["followed"].format(
            title=title,
            rule=_in_words(wanted, order.texts),
            count=len(items),
            fitting=len(fitting),
        )
        await send_parts(bot, order.target, [Part(words)])
        await self._offer(bot, one)

    def _make_sure_of_room(self) -> None:
        """Raise SourceError where enough is followed."""
        if (count := len(self._subscriptions.all())) >= _MOST_SUBSCRIPTIONS:
            raise SourceError(f"Đã theo dõi {count} nơi, hãy bỏ bớt.")

    async def _read(
        self, address: str, known: Validators = NO_VALIDATORS
    ) -> tuple[str, Sequence[FeedItem], Validators]:
        """Return title, items and validators of a feed or folder; raises SourceError."""
        if address.lower().startswith(("http://", "https://")):
            data, _, _, validators = await self._fetcher.data(address, known)
            feed = await asyncio.to_thread(parse_feed, data, address)
            return feed.title, feed.items, validators
        items = await asyncio.to_thread(self._files, address)
        return address, items, NO_VALIDATORS

    async def _look(self, one: Subscription) -> bool:
        """Note what is new; return whether anything that was taken from a folder is lost."""
        now = self._clock()
        due = now + (_FEED_EVERY if one.is_feed else _FOLDER_EVERY)
        validators = one.validators
        items: Sequence[FeedItem] = ()
        try:
            _, items, validators = await self._read(one.address, one.validators)
        except Unchanged:
            pass
        except SourceError as error:
            _log.warning("%s cannot be looked at: %s", one.address, error)
            failed = now + (_AGAIN_AFTER_FAILURE if one.is_feed else _FOLDER_EVERY)
            await asyncio.to_thread(self._subscriptions.failed, one, failed)
            return False
        fitting = await asyncio.to_thread(self._fitting, one.rule, items)
        await asyncio.to_thread(self._subscriptions.looked, one, fitting, validators, due)
        if one.is_feed or not items:  # an empty folder is one that is not connected
            return False
        return await asyncio.to_thread(self._note_lost, one, items)

    def _fitting(self, rule: SubscriptionRule, items: Sequence[FeedItem]) -> list[FeedItem]:
        """Return the items that a rule wants and that are no sources yet; blocks."""
        known = {source.url for source in self._keeper.sources(EVERYTHING) if source.url}
        return [item for item in items if rule.takes(item) and item.url not in known]

    def _note_lost(self, one: Subscription, items: Sequence[FeedItem]) -> bool:
        """Propose to take out what was taken from a folder and is no longer there; blocks."""
        lost = self._subscriptions.lost(one.id, {item.key for item in items})
        for key, path in lost:
            address = f"{one.address}/{key}"
            self._pages.propose(ProposalKind.GONE, path, address, "", self._clock())
        return bool(lost)

    def _files(self, address: str) -> list[FeedItem]:
        """Return the files of a folder below SYNC_DIR that could be sources; raises SourceError."""
        root = self._below(address)
        files = [f for f in list_files(root) if PurePosixPath(f.path).suffix.lower() in SUFFIXES]
        return [
            FeedItem(
                printable(f.path),
                PurePosixPath(printable(f.path)).stem,
                kind=PurePosixPath(f.path).suffix.lower()[1:],
                stamp=f"{f.size} {f.mtime_ns}",
            )
            for f in files[:_MOST_FILES]
        ]

    def _below(self, address: str) -> Path:
        """Return the folder that is meant; raises SourceError for any outside SYNC_DIR."""
        if self._synced is None:
            raise SourceError(
                "Muốn theo dõi thư mục thì đặt SYNC_DIR; còn nguồn tin RSS, Atom thì ghi địa chỉ"
                " bắt đầu bằng http:// hoặc https://."
            )
        folder = (self._synced / address).resolve()
        if not folder.is_relative_to(self._synced.resolve()) or not folder.is_dir():
            raise SourceError(f"Không có thư mục “{address[:100]}” trong SYNC_DIR.")
        return folder

    async def _take_for(
        self, order: Order, bot: ExtBot[None], number: int, items: Sequence[SubscribedItem]
    ) -> None:
        """Make sources of items, say what became of them, and bring the index in line."""
        one = await asyncio.to_thread(self._subscriptions.one, number)
        if one is None:
            return
        done, refused = await self._take(number, items)
        paths = ", ".join(done)
        await self._administrators.note(order, "theodoi", paths[:500], one.address)
        await send_parts(bot, order.target, [_summary(one, done, refused, order.texts)])
        if refused:  # they wait again
            message = order.message
            part, keys = await asyncio.to_thread(self._items, number, 0, order.texts)
            await change(bot, message.chat_id, message.message_id, part, keys)
        if done:
            await self._admin.reload_for(order, bot)

    async def _take(
        self, number: int, items: Sequence[SubscribedItem]
    ) -> tuple[list[str], list[_Refused]]:
        """Return the files that items became, and the others with the reason."""
        done: list[str] = []
        refused: list[_Refused] = []
        for item in items:
            try:
                path = await self._source_of(number, item)
            except SourceError as error:
                refused.append((item, str(error)))
                await asyncio.to_thread(self._subscriptions.put_back, item)
            else:
                done.append(path)
                await asyncio.to_thread(self._subscriptions.taken, item, path)
        return done, refused

    async def _source_of(self, number: int, item: SubscribedItem) -> str:
        """Write what an item leads to below SOURCES_DIR; return its path. Raises SourceError."""
        if item.url:
            draft, _ = await self._fetcher.draft(item.url)
            path = await asyncio.to_thread(save, draft, self._folder)
            await asyncio.to_thread(self._watch.follow, draft, path)
            return path
        return await asyncio.to_thread(self._copied, number, item)

    def _copied(self, number: int, item: SubscribedItem) -> str:
        one = self._subscriptions.one(number)
        if one is None:
            raise SourceError("Thư mục này không còn được theo dõi.")
        data = file_content(item.key, self._below(one.address))
        before = self._subscriptions.path_of(number, item.key)
        return place_file(data, PurePosixPath(item.key).name, self._folder, before)

    async def _reload(self) -> Report | None:
        """Bring the index in line; None where that failed: the next reload will do."""
        try:
            return await asyncio.to_thread(
                self._keeper.reload, lambda done, total: None, who="/theodoi"
            )
        except ChidanError as error:
            _log.warning("not reloaded after new items: %s", error)
            return None

    def _overview(self, texts: AdminTexts) -> View:
        """Return what is followed and which sources have grown old; blocks."""
        says = texts.subscriptions
        followed = self._subscriptions.all()
        lines = [
            f"{n}. {shortened(one.title, _LONGEST_TITLE)} – {_in_words(one.rule, texts)}"
            + (f" ⚠ {says['failing']}" if one.failures else "")
            for n, one in enumerate(followed, 1)
        ]
        lines += ["", says["pages"].format(**self._pages.counts())]
        old = self._old()
        lines += [says["old"].format(count=len(old))] if old else []
        rows = [
            [_key(says["unfollow"].format(number=n), pack(Action.UNFOLLOW, one.id))]
            for n, one in enumerate(followed, 1)
        ]
        rows += [
            [_key(says["waiting"].format(number=n), _data(one.id, ItemDeed.SHOW, 0))]
            for n, one in enumerate(followed, 1)
            if self._subscriptions.open_items(one.id)
        ]
        rows += [
            [
                _key(
                    f"± {shortened(it.path, 40)}",
                    pack(Action.PROPOSAL, it.id, ProposalDeed.SHOW, 0),
                )
            ]
            for it in self._pages.proposals()[:_MOST_OLD]
        ]
        rows += [
            [_key(f"⏳ {shortened(one.name, 40)}", pack(Action.NEAR, one.id, 0))]
            for one in old[:_MOST_OLD]
            if is_field(one.id)
        ]
        part = compose_list(says["overview"], lines)[0]
        return part, InlineKeyboardMarkup(rows) if rows else None

    def _old(self) -> list[Source]:
        if not self._longest:
            return []
        sources = self._keeper.sources(EVERYTHING)
        return self._confirmations.older_than(self._clock() - self._longest, sources)

    def _items(self, number: int, page: int, texts: AdminTexts) -> View:
        """Return a page of new items with what can be done about them; blocks."""
        says = texts.subscriptions
        one, items = self._subscriptions.one(number), self._subscriptions.open_items(number)
        if one is None or not items:
            return Part(says["nothing_left"]), None
        pages = -(-len(items) // _A_PAGE)
        page = max(min(page, pages - 1), 0)
        here = list(enumerate(items, 1))[page * _A_PAGE : (page + 1) * _A_PAGE]
        lines = []
        for n, item in here:
            lines.append(f"{n}. {shortened(item.title, _LONGEST_TITLE)}")
            lines.append(f"   {(item.url or item.key)[:200]}")
        title = shortened(one.title, _LONGEST_TITLE)
        heading = says["new"].format(title=title, count=len(items), page=page + 1, pages=pages)
        rows = [
            [
                _key(says["take"].format(number=n), _data(number, ItemDeed.TAKE, item.id)),
                _key(says["leave"].format(number=n), _data(number, ItemDeed.LEAVE, item.id)),
            ]
            for n, item in here
        ]
        rows.append(turns(Action.NEW_ITEMS, page, pages, number, ItemDeed.SHOW))
        rows.append(
            [
                _key(says["take_all"], _data(number, ItemDeed.TAKE_ALL, 0)),
                _key(says["leave_all"], _data(number, ItemDeed.LEAVE_ALL, 0)),
            ]
        )
        part = compose_list(heading, lines)[0]
        return part, InlineKeyboardMarkup([row for row in rows if row])


def _summary(
    one: Subscription,
    done: Sequence[str],
    refused: Sequence[_Refused],
    texts: AdminTexts,
) -> Part:
    title = shortened(one.title, _LONGEST_TITLE)
    lines = [f"+ {path}" for path in done[:20]]
    lines += [f"✗ {shortened(x.title, _LONGEST_TITLE)}: {why}" for x, why in refused[:20]]
    heading = texts.subscriptions["taken"].format(title=title, count=len(done))
    return compose_list(heading, lines)[0]


def _in_words(rule: SubscriptionRule, texts: AdminTexts) -> str:
    says = texts.subscriptions
    listed = (("words", rule.words), ("hosts", rule.hosts), ("kinds", rule.kinds))
    parts = [f"{says[name]}: {', '.join(values)}" for name, values in listed if values]
    parts += [says["automatic"] if rule.automatic else says["asked"]]
    return "; ".join(parts)


def _data(number: int, deed: ItemDeed, which: int) -> str:
    return pack(Action.NEW_ITEMS, number, deed, which)


def _key(words: str, data: str) -> InlineKeyboardButton:
    return InlineKeyboardButton(words, callback_data=data)
