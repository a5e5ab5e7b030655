"""Pages that were added by address, fetched again: what changed is shown, to be taken or left.

Owns the loop, its politeness (one page at a time, a pause between two of one host, never an address
that was not checked as `/them` checks it), the proposals with their buttons, and "still right" on a
source's card. What is proposed waits in the log, through restarts.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import ExtBot

from bot.log.confirmations import Confirmations
from bot.log.followed import FollowedPage, FollowedPages, PageProposal, ProposalKind
from bot.telegram.admin.announcements import Announcements, View
from bot.telegram.admin.authorization import Administrators, Context, Order
from bot.telegram.admin.reload import Admin, Keeper
from bot.telegram.button_press import answer
from bot.telegram.formatting import Part, compose_list
from bot.telegram.keyboards import Action, pack, shortened, turns
from bot.telegram.sending import change
from bot.texts.texts import AdminTexts
from retrieval.errors import SourceError
from retrieval.loading.drafts import Draft, draft_of, rewrite
from retrieval.loading.web import NO_VALIDATORS, PageGone, Validators, fetch
from retrieval.models import EVERYTHING, Source
from retrieval.text.revisions import revisions, words_key

LOOK_EVERY = 3600.0
"""Seconds between two looks for pages that are due."""
_A_ROUND = 50
"""Pages fetched in one look at most."""
_MOST_TOLD = 10
"""Messages of proposals in one round: after months away there may be hundreds."""
_AGAIN_AFTER_FAILURE = timedelta(days=1)
_ROOM = 2800
"""Characters of changes that one page of a proposal shows."""
_LONGEST_SENTENCE = 400
_log = logging.getLogger(__name__)


class ProposalDeed(StrEnum):
    """What is done with a proposal; values stay, as old buttons carry them."""

    TAKE = "lay"
    LEAVE = "bo"
    SHOW = "xem"


def digest_of_words(text: str) -> str:
    """Return a name of the words of a text."""
    return hashlib.sha256(words_key(text).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Fetching:
    """How pages are fetched."""

    open_hosts: Collection[str]
    proxy: str | None
    pause: float = 5.0
    """Seconds between two requests to one host."""


class Fetcher:
    """Fetches one page after another, politely; for all loops of a bot."""

    def __init__(self, how: Fetching) -> None:
        self._how = how
        self._alone = asyncio.Lock()
        self._last_host = ""

    async def draft(self, url: str, known: Validators = NO_VALIDATORS) -> tuple[Draft, Validators]:
        """Return what is at an address; raises SourceError, of which PageGone and Unchanged."""
        data, name, is_html, validators = await self.data(url, known)
        draft = await asyncio.to_thread(draft_of, data, name, url=url, is_html=is_html)
        return draft, validators

    async def data(
        self, url: str, known: Validators = NO_VALIDATORS
    ) -> tuple[bytes, str, bool, Validators]:
        """Return bytes, name, whether it is called a web page; raises the same."""
        async with self._alone:
            host = urlsplit(url).hostname or ""
            if host == self._last_host:
                await asyncio.sleep(self._how.pause)
            self._last_host = host
            page = await fetch(url, self._how.open_hosts, proxy=self._how.proxy, known=known)
        if page.is_same:
            raise Unchanged("Trang không đổi.")
        name = unquote(PurePosixPath(urlsplit(page.url).path).name)
        return page.data, name, page.is_html, page.validators


class Unchanged(SourceError):
    """The server says that a page is as it was."""


class PageWatch:
    """The handlers and the loop; log and index are read off the event loop."""

    def __init__(
        self,
        administrators: Administrators,
        announcements: Announcements,
        admin: Admin,
        keeper: Keeper,
        pages: FollowedPages,
        confirmations: Confirmations,
        fetcher: Fetcher,
        folder: Path,
        every: timedelta,
        clock: Callable[[], datetime],
    ) -> None:
        self._administrators = administrators
        self._announcements = announcements
        self._admin = admin
        self._keeper = keeper
        self._pages = pages
        self._confirmations = confirmations
        self._fetcher = fetcher
        self._folder = folder
        self._every = every
        self._clock = clock

    def follow(self, draft: Draft, path: str) -> None:
        """Have the page of a source that was just added fetched again later; blocks."""
        if draft.url:
            due = self._clock() + self._every
            self._pages.follow(path, draft.url, digest_of_words(draft.text), due)

    async def round(self, bot: ExtBot[Any]) -> None:
        """Fetch the pages that are due, and show what changed to the administrators."""
        if self._every:
            for page in await asyncio.to_thread(self._pages.due, self._clock(), _A_ROUND):
                await self._look(page)
        await self.announce(bot)

    async def announce(self, bot: ExtBot[Any]) -> None:
        """Show the administrators what is proposed and was not shown yet, so many in one round."""
        told = 0
        for proposal in await asyncio.to_thread(self._pages.proposals):

            async def compose(texts: AdminTexts, proposal: PageProposal = proposal) -> View:
                return await asyncio.to_thread(self._view, proposal, 0, texts)

            told += await self._announcements.once(bot, f"page proposal {proposal.id}", compose)
            if told >= _MOST_TOLD:
                break

    async def pressed(self, update: Update, context: Context) -> None:
        """Show another page of the changes, take them, or leave the source as it is."""
        order = await self._administrators.press(update, int, str, int)
        if order is None or order.query is None:
            return
        number, deed, page = order.fields
        says, place = order.texts.following, (order.message.chat_id, order.message.message_id)
        proposal = await asyncio.to_thread(self._pages.proposal, number)
        if proposal is None:
            await answer(order.query, says["decided"])
            await change(context.bot, *place, Part(says["decided"]), None)
            return
        if deed == ProposalDeed.SHOW:
            await answer(order.query)
            part, keys = await asyncio.to_thread(self._view, proposal, page, order.texts)
            await change(context.bot, *place, part, keys)
            return
        taken = deed == ProposalDeed.TAKE and proposal.kind is ProposalKind.CHANGED
        await answer(order.query)
        words = await asyncio.to_thread(self._decided, order, proposal, taken=taken)
        await self._administrators.note(order, "theodoi", proposal.path, words)
        await change(context.bot, *place, Part(words), None)
        if taken:
            self._admin.background.start(self._admin.reload_for(order, context.bot))

    async def confirm(self, update: Update, context: Context) -> None:
        """Note that a source is still right."""
        order = await self._administrators.press(update, str)
        if order is None or order.query is None:
            return
        sources = await asyncio.to_thread(self._keeper.sources, EVERYTHING)
        source = next((one for one in sources if one.id == order.fields[0]), None)
        if source is None:
            await answer(order.query, order.texts.following["source_gone"])
            return
        await asyncio.to_thread(
            self._confirmations.confirm, source.path, self._clock(), order.who.id
        )
        await self._administrators.note(order, "xacnhan", source.path)
        words = order.texts.following["confirmed"].format(title=source.name)
        await answer(order.query, words[:200])

    async def _look(self, page: FollowedPage) -> None:
        """Fetch one page and note what became of it."""
        source = await asyncio.to_thread(self._source, page.path)
        if source is None:
            await asyncio.to_thread(self._pages.forget, page.path)
            return
        now = self._clock()
        due = now + self._every
        try:
            draft, validators = await self._fetcher.draft(page.url, page.validators)
        except Unchanged:
            found = replace(page, is_gone=False, failures=0)
            if not page.differs:
                await asyncio.to_thread(self._confirmations.confirm, page.path, now)
        except PageGone:
            found = replace(page, is_gone=True, failures=0, validators=NO_VALIDATORS)
            if not page.is_gone:
                gone = (ProposalKind.GONE, page.path, page.url, "", now)
                await asyncio.to_thread(self._pages.propose, *gone)
        except SourceError as error:
            _log.info("page %s cannot be fetched again: %s", page.url, error)
            found = replace(page, failures=page.failures + 1)
            due = now + min(_AGAIN_AFTER_FAILURE, self._every)
        else:
            digest = digest_of_words(draft.text)
            found = replace(page, validators=validators, digest=digest, is_gone=False, failures=0)
            differs = await asyncio.to_thread(self._compare, page, source, draft, digest, now)
            found = replace(found, differs=differs)
        await asyncio.to_thread(self._pages.fetched, found, due)

    def _compare(
        self, page: FollowedPage, source: Source, draft: Draft, digest: str, now: datetime
    ) -> bool:
        """Return whether a page says something else than its source; propose what is new."""
        if digest == page.digest and not page.differs:
            differs = False  # as when it was added, whatever was mended in the file since
        else:
            differs = bool(revisions(self._keeper.text(source.id, EVERYTHING), draft.text))
        if differs and digest != page.digest:
            changed = ProposalKind.CHANGED
            self._pages.propose(changed, page.path, page.url, draft.text, now)
        if not differs:
            self._pages.withdraw(page.path)
            self._confirmations.confirm(page.path, now)
        return differs

    def _decided(self, order: Order, proposal: PageProposal, *, taken: bool) -> str:
        """Write the file where it is taken; return what became of it, in words. Blocks."""
        says = order.texts.following
        source = self._source(proposal.path)
        if source is None:
            self._pages.forget(proposal.path)
            return says["source_gone"]
        if taken:
            try:
                rewrite(_revised(source, proposal.text), self._folder, proposal.path)
            except Exception as error:
                return order.texts.not_added.format(reason=order.reason(error))
        if not self._pages.decide(proposal, taken=taken):
            return says["decided"]
        return says["taken" if taken else "left"].format(title=source.name)

    def _view(self, proposal: PageProposal, page: int, texts: AdminTexts) -> View:
        """Return a page of a proposal, with what can be done about it; blocks."""
        says = texts.following
        source = self._source(proposal.path)
        if source is None:
            return Part(says["source_gone"]), None
        title, url = shortened(source.name, _LONGEST_SENTENCE), proposal.url[:300]
        if proposal.kind is ProposalKind.GONE:
            delete = _key(texts.delete, pack(Action.DELETE_SOURCE, source.id))
            leave = _proposal_key(says["keep"], proposal.id, ProposalDeed.LEAVE)
            words = says["gone"].format(title=title, url=url)
            return Part(words), InlineKeyboardMarkup.from_row([delete, leave])
        pages = change_pages(self._keeper.text(source.id, EVERYTHING), proposal.text)
        page = max(min(page, len(pages) - 1), 0)
        heading = says["changed"].format(title=title, url=url, page=page + 1, pages=len(pages))
        rows = [
            turns(Action.PROPOSAL, page, len(pages), proposal.id, ProposalDeed.SHOW),
            [
                _proposal_key(says["take"], proposal.id, ProposalDeed.TAKE),
                _proposal_key(says["leave"], proposal.id, ProposalDeed.LEAVE),
            ],
        ]
        part = compose_list(heading, pages[page])[0]
        return part, InlineKeyboardMarkup([row for row in rows if row])

    def _source(self, path: str) -> Source | None:
        return next((one for one in self._keeper.sources(EVERYTHING) if one.path == path), None)


def change_pages(old: str, new: str) -> list[list[str]]:
    """Return what changed between two texts as lines, "− …" and "+ …", so many a page.

    >>> change_pages("Một. Hai.", "Một. Ba.")
    [['', '− Hai.', '+ Ba.']]
    """
    pages: list[list[str]] = [[]]
    room = _ROOM
    for revision in revisions(old, new):
        marked = [*(("−", one) for one in revision.old), *(("+", one) for one in revision.new)]
        lines = [f"{sign} {shortened(one, _LONGEST_SENTENCE)}" for sign, one in marked]
        for line in ["", *lines]:
            if len(line) + 1 > room and pages[-1]:
                pages.append([])
                room = _ROOM
            pages[-1].append(line)
            room -= len(line) + 1
    return pages


def _revised(source: Source, text: str) -> Draft:
    """Return a source with another text; what describes it stays, as somebody may have set it."""
    return Draft(
        text,
        source.title,
        source.publisher,
        source.date,
        source.url,
        source.about,
        source.read_by_machine,
    )


def _proposal_key(words: str, number: int, deed: ProposalDeed) -> InlineKeyboardButton:
    return _key(words, pack(Action.PROPOSAL, number, deed, 0))


def _key(words: str, data: str) -> InlineKeyboardButton:
    return InlineKeyboardButton(words, callback_data=data)
