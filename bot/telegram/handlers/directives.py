"""/vanban: the directives that sources speak of, page by page, and all that is said of one.

What a button carries is all there is to know (a page, or a directive and a page), so buttons work
after a restart; a directive of which more has become known since is asked for anew.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, Protocol

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Message, Update
from telegram.ext import CallbackContext

from bot.access import Access
from bot.telegram.button_press import pressed_by_asker
from bot.telegram.formatting import Part, compose, compose_list
from bot.telegram.keyboards import Action, pack, turns
from bot.telegram.messages import person_id, texts_of
from bot.telegram.sending import Target, change, send_parts
from bot.texts.directives import by_kind_and_year, directive_counts, facts, listed
from bot.texts.texts import Texts
from retrieval.directives.recognition import full_name
from retrieval.directives.resolution import Directive
from retrieval.models import Answer, Audience, Kind, Quote

_A_PAGE = 10
_QUOTES_A_PAGE = 4
_LONGEST_PAGE = 2400
"""Characters of quotes on a page, so that one message holds them with their sources."""

Context = CallbackContext[Any, Any, Any, Any]
View = tuple[Part, InlineKeyboardMarkup | None]


class Known(Protocol):
    """What knows the directives: retrieval.registry.catalogue.Catalogue; both may block."""

    def all(self, audience: Audience = ...) -> list[Directive]:
        """Return all directives that the audience may know of."""
        ...

    def find(self, query: str, audience: Audience = ...) -> list[Directive]:
        """Return those that a query may mean."""
        ...


class Directives:
    """The handlers of /vanban and its buttons."""

    def __init__(self, access: Access, known: Known) -> None:
        self._access = access
        self._known = known

    async def command(self, update: Update, context: Context) -> None:
        """List the directives, or show the one that is named."""
        message = update.message
        if message is None or not self._access.may_ask(message.chat_id, person_id(message)):
            return
        await self.named(update, context, " ".join(context.args or ()))

    async def named(self, update: Update, context: Context, query: str) -> None:
        """Answer a message with the directive that `query` names, or with the list for ""."""
        if update.message is None:
            return
        chat_id = update.message.chat_id
        part, keys = await asyncio.to_thread(self._asked, query, chat_id, texts_of(update))
        await send_parts(context.bot, Target.of(update.message), [part], buttons=keys)

    async def turn(self, update: Update, context: Context) -> None:
        """Show another page of the list."""
        if pressed := await pressed_by_asker(update, self._access, int):
            message, (page,) = pressed
            chat_id = message.chat_id
            view = await asyncio.to_thread(self._list, page, chat_id, texts_of(update))
            await _shown(message, context, view)

    async def show(self, update: Update, context: Context) -> None:
        """Show a page of one directive."""
        if pressed := await pressed_by_asker(update, self._access, str, int):
            message, (key, page) = pressed
            where = key, page, message.chat_id
            view = await asyncio.to_thread(self._page_of, *where, texts_of(update))
            await _shown(message, context, view)

    def _asked(self, query: str, chat_id: int, texts: Texts) -> View:
        if not query:
            return self._list(0, chat_id, texts)
        found = self._known.find(query, self._access.audience(chat_id))
        if not found:
            return Part(texts.directive_unknown.format(query=query[:200])), None
        if len(found) == 1:
            return _one(found[0], 0, texts)
        heading = texts.directive_which.format(query=query[:200], count=len(found))
        return _chosen_from(heading, found[:_A_PAGE], 0), _keys(found[:_A_PAGE], 0)

    def _list(self, page: int, chat_id: int, texts: Texts) -> View:
        known = self._known.all(self._access.audience(chat_id))
        if not known:
            return Part(texts.no_directives), None
        pages = -(-len(known) // _A_PAGE)
        page = min(max(page, 0), pages - 1)
        first = page * _A_PAGE
        here = known[first : first + _A_PAGE]
        heading = texts.directives.format(
            count=len(known), kinds=by_kind_and_year(known), page=page + 1, pages=pages
        )
        row = turns(Action.DIRECTIVES, page, pages)
        return _chosen_from(heading, here, first), _keys(here, first, row)

    def _page_of(self, key: str, page: int, chat_id: int, texts: Texts) -> View:
        known = self._known.all(self._access.audience(chat_id))
        one = next((d for d in known if d.key == key), None)
        return _one(one, page, texts) if one else (Part(texts.directive_gone), None)


def _chosen_from(heading: str, here: Sequence[Directive], first: int) -> Part:
    lines = [f"{n}. {listed(one)}" for n, one in enumerate(here, first + 1)]
    return compose_list(heading, lines)[0]


def _one(directive: Directive, page: int, texts: Texts) -> View:
    """Return a page of what sources say of a directive, oldest first."""
    pages = _pages(directive)
    page = min(max(page, 0), len(pages) - 1)
    if page:
        name = full_name(directive.reference)
        lead = texts.directive_page.format(name=name, page=page + 1, pages=len(pages))
    else:
        lead = "\n".join([*facts(directive), "", f"{directive_counts(directive)}:"])
    part = compose(Answer("", Kind.ANSWER, lead, tuple(pages[page])), texts, most=_QUOTES_A_PAGE)[0]
    row = turns(Action.DIRECTIVE, page, len(pages), directive.key)
    return part, InlineKeyboardMarkup([row]) if row else None


def _pages(directive: Directive) -> list[list[Quote]]:
    """Return the sentences that mention it, as many a page as a message holds."""
    pages: list[list[Quote]] = [[]]
    for quote in dict.fromkeys(mention.quote for mention in directive.mentions):
        length = sum(len(q.text) for q in (*pages[-1], quote))
        if pages[-1] and (len(pages[-1]) == _QUOTES_A_PAGE or length > _LONGEST_PAGE):
            pages.append([])
        pages[-1].append(quote)
    return pages


def _keys(
    here: Sequence[Directive], first: int, row: Sequence[InlineKeyboardButton] = ()
) -> InlineKeyboardMarkup:
    numbers = [
        InlineKeyboardButton(str(n), callback_data=pack(Action.DIRECTIVE, one.key, 0))
        for n, one in enumerate(here, first + 1)
    ]
    rows = [numbers[i : i + 5] for i in range(0, len(numbers), 5)]
    return InlineKeyboardMarkup([*rows, *([row] if row else [])])


async def _shown(message: Message, context: Context, view: View) -> None:
    part, keys = view
    await change(context.bot, message.chat_id, message.message_id, part, keys)
