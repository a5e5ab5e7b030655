"""/timkiem: plain search, the passages in which all the words stand, page by page.

A page's button carries its number alone: the words stand in the command that the list answers.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from telegram import InlineKeyboardMarkup, Update
from telegram.ext import CallbackContext

from bot.access import Access
from bot.telegram.button_press import pressed_by_asker
from bot.telegram.formatting import Part, compose_quotes
from bot.telegram.keyboards import Action, turns
from bot.telegram.messages import behind_command, person_id, texts_of
from bot.telegram.sending import Target, change, send_parts
from bot.texts.texts import Texts
from retrieval.models import Audience, Quote, Span
from retrieval.text.vietnamese import expanded, fold, folded_key, words

Context = CallbackContext[Any, Any, Any, Any]
Find = Callable[[str, Audience], Sequence[Quote]]
"""Words and whose eyes it is for → the passages with all of them, best first; may block."""
_A_PAGE = 4
_AROUND = 130
"""Characters shown on either side of the first word that was found."""


class Searching:
    """The handlers of /timkiem and its pages."""

    def __init__(self, access: Access, find: Find) -> None:
        self._access = access
        self._find = find

    async def command(self, update: Update, context: Context) -> None:
        """Show the first page of what holds the words after the command."""
        message = update.message
        if message is None or not self._access.may_ask(message.chat_id, person_id(message)):
            return
        asked, texts = behind_command(message), texts_of(update)
        part, keys = await asyncio.to_thread(self._page, asked, 0, message.chat_id, texts)
        await send_parts(context.bot, Target.of(message), [part], buttons=keys)

    async def turn(self, update: Update, context: Context) -> None:
        """Show another page."""
        pressed = await pressed_by_asker(update, self._access, int)
        if pressed is None:
            return
        message, (page,) = pressed
        asked = behind_command(message.reply_to_message)
        where = asked, page, message.chat_id
        part, keys = await asyncio.to_thread(self._page, *where, texts_of(update))
        await change(context.bot, message.chat_id, message.message_id, part, keys)

    def _page(
        self, asked: str, page: int, chat_id: int, texts: Texts
    ) -> tuple[Part, InlineKeyboardMarkup | None]:
        if not asked:
            return Part(texts.search_usage), None
        found = self._find(asked, self._access.audience(chat_id))
        if not found:
            return Part(texts.search_nothing.format(words=asked)), None
        pages = -(-len(found) // _A_PAGE)
        page = min(max(page, 0), pages - 1)
        heading = texts.search_found.format(words=asked, count=len(found))
        here = found[page * _A_PAGE : (page + 1) * _A_PAGE]
        part = compose_quotes(heading, [excerpt(quote, asked) for quote in here], texts)
        keys = turns(Action.SEARCH, page, pages)
        return part, InlineKeyboardMarkup.from_row(keys) if keys else None


def excerpt(quote: Quote, asked: str) -> tuple[Quote, Span]:
    """Return a passage with the words that were searched for marked, and the stretch around them.

    >>> from retrieval.models import Source
    >>> quote = Quote(Source("a", "a.md", "A"), 0, 22, "Chi bộ họp ngày mùng 5")
    >>> found, seen = excerpt(quote, "hop")
    >>> [found.text[span.start : span.end] for span in found.highlights], seen
    (['họp'], Span(start=0, end=22))
    """
    wanted = {folded_key(word) for word in expanded(asked)}
    marks = [word for word in words(quote.text) if fold(word.text) in wanted]
    first = marks[0].start if marks else 0
    start, end = max(0, first - _AROUND), min(len(quote.text), first + 2 * _AROUND)
    start = quote.text.find(" ", start, first) + 1 if start else 0
    end = quote.text.rfind(" ", first + 1, end) if end < len(quote.text) else end
    seen = Span(start, end if end > start else len(quote.text))
    return replace(quote, highlights=tuple(Span(word.start, word.end) for word in marks)), seen
