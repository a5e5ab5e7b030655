"""/reload and /hoantac: the index in line with the files, and back again."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import ExtBot

from bot.telegram.admin.authorization import Administrators, Context, Order
from bot.telegram.background import PACE, Background, work
from bot.telegram.button_press import answer, set_buttons
from bot.telegram.formatting import Part, compose_list
from bot.telegram.keyboards import Action, pack
from bot.telegram.sending import change, send_parts
from bot.texts.texts import AdminTexts
from retrieval.indexing.reload import Progress, Report
from retrieval.models import (
    Audience,
    Edition,
    Loss,
    Quote,
    Source,
    SourceCollection,
    collection_at,
)
from retrieval.ranking.near_duplicates import Twin
from retrieval.registry.supersession import Overtaken
from retrieval.store.audiences import parts_seen
from retrieval.store.history import Reload

_log = logging.getLogger(__name__)
SHOWN = 20
"""Files named in the chat; all of them are in `chidan reload`."""
ORDER_SHOWN = 200
"""Characters of a flagged sentence that are shown."""


class Keeper(Protocol):
    """Who keeps the index: bot.bootstrap.Index."""

    def reload(self, progress: Progress, *, who: str, force: bool = False) -> Report:
        """Bring the index in line with the files; `force` forgets what was taken back."""

    def roll_back(self, expected: int | None, who: str) -> Report:
        """Take that reload back."""

    def last_reload(self) -> Reload | None:
        """Return the last reload that can be taken back."""

    def collections(self) -> tuple[SourceCollection, ...]:
        """Return the collections there are, by name of folder."""

    def sources(self, audience: Audience = ...) -> list[Source]:
        """Return what is indexed."""

    def text(self, source_id: str, audience: Audience = ...) -> str:
        """Return the stored text of a source, "" where there is none."""

    def edition(self) -> Edition:
        """Return which state of the index is live."""

    def passages_with(self, words: str, audience: Audience = ...) -> list[Quote]:
        """Return the passages in which all words stand."""

    def added_at(self) -> dict[str, datetime]:
        """Return when each source first came in."""

    def fingerprint(self, source_id: str) -> str:
        """Return a name of what a source says now, "" where there is none."""

    def twins(self, text: str, audience: Audience = ...) -> list[Twin]:
        """Return the sources that are the same or nearly."""

    def added_since(self, moment: datetime, audience: Audience = ...) -> list[Source]:
        """Return the sources that first came in since then."""

    def read_at(self, source_ids: Collection[str]) -> dict[str, datetime]:
        """Return when the present text of sources was read first."""

    def changed_since(self, seen: Edition) -> set[str] | None:
        """Return the ids of the sources that changed since; None if the index was made anew."""

    def numbers_overtaken_by(self, source_ids: Collection[str]) -> set[str]:
        """Return the numbers of the directives that these sources call replaced or amended."""

    def newly_overtaken(
        self, quote: Quote, asked: datetime, audience: Audience = ...
    ) -> Overtaken | None:
        """Return what became of a directive of a quote, unknown when it was asked for."""

    def troubles(self) -> list[tuple[str, str]]:
        """Return the files that are no sources, and why."""

    def held(self) -> set[str]:
        """Return the paths that stay as they were before a reload was taken back."""


def part_of(report: Report, is_told: Callable[[str], bool]) -> Report:
    """Return what of a reload is about paths that may be told."""

    def paths(named: Sequence[str]) -> tuple[str, ...]:
        return tuple(filter(is_told, named))

    def about(said: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
        return tuple(one for one in said if is_told(one[0]))

    return replace(
        report,
        added=paths(report.added),
        changed=paths(report.changed),
        removed=paths(report.removed),
        unchanged=paths(report.unchanged),
        held=paths(report.held),
        unreadable=about(report.unreadable),
        flagged=about(report.flagged),
        warnings=about(report.warnings),
        losses=tuple(loss for loss in report.losses if is_told(loss.path)),
        duplicates=tuple(group for group in report.duplicates if all(map(is_told, group))),
    )


class Admin:
    """The handlers; `keeper` blocks."""

    def __init__(
        self,
        administrators: Administrators,
        keeper: Keeper,
        background: Background,
        pace: float = PACE,
        reloaded: Callable[[ExtBot[None]], Awaitable[None]] | None = None,
    ) -> None:
        self._administrators = administrators
        self._keeper = keeper
        self.background = background
        self._pace = pace
        self._reloaded = reloaded

    async def reload(self, update: Update, context: Context) -> None:
        """Reload the sources and say what changed, beside everything else in the chat."""
        if order := await self._administrators.order(update, context):
            self.background.start(self.reload_for(order, context.bot))

    async def reload_for(self, order: Order, bot: ExtBot[None], *, force: bool = False) -> None:
        """Reload, the progress in a message that becomes the summary."""
        texts = order.texts
        message_id, outcome = await work(
            bot,
            order.target,
            lambda progress: self._keeper.reload(progress, who=str(order.who), force=force),
            texts.reloading,
            texts.reloading_far,
            self._pace,
        )
        if isinstance(outcome, Exception):
            _log.warning("reload refused: %s", outcome)
            parts = [Part(texts.reload_failed.format(reason=order.reason(outcome)))]
        else:
            collections = await asyncio.to_thread(self._keeper.collections)
            seen = parts_seen(collections, order.audience)
            outcome = part_of(outcome, lambda path: collection_at(path, collections) in seen)
            unreadable = tuple((path, order.redact(why)) for path, why in outcome.unreadable)
            parts = reload_summary(replace(outcome, unreadable=unreadable), texts)
        await self._administrators.note(order, "reload", "--force" if force else "", parts[0].text)
        await send_parts(bot, order.target, parts, there={message_id: ""})
        if self._reloaded:
            await self._reloaded(bot)

    async def back(self, update: Update, context: Context) -> None:
        """Ask whether the last reload shall be taken back, saying what that means."""
        order = await self._administrators.order(update, context)
        if order is None:
            return
        last = await asyncio.to_thread(self._keeper.last_reload)
        if last is None:
            await send_parts(context.bot, order.target, [Part(order.texts.nothing_to_undo)])
            return
        words = _question(last, order.texts)
        keys = [
            InlineKeyboardButton(order.texts.undo, callback_data=pack(Action.ROLL_BACK, last.id)),
            InlineKeyboardButton(order.texts.leave, callback_data=pack(Action.ROLL_BACK, 0)),
        ]
        await send_parts(
            context.bot, order.target, words, buttons=InlineKeyboardMarkup.from_row(keys)
        )

    async def confirmed(self, update: Update, context: Context) -> None:
        """Take it back, or leave it."""
        order = await self._administrators.press(update, int)
        if order is None or order.query is None:
            return
        await answer(order.query)
        words, keys = order.texts.left, None
        if order.fields[0]:
            words, done = await asyncio.to_thread(self._taken_back, order, order.fields[0])
            await self._administrators.note(order, "hoantac", str(order.fields[0]), words)
            again = InlineKeyboardButton(order.texts.redo, callback_data=pack(Action.RELOAD_AGAIN))
            keys = InlineKeyboardMarkup.from_button(again) if done else None
        message = order.message
        await change(context.bot, message.chat_id, message.message_id, Part(words), keys)

    async def again(self, update: Update, context: Context) -> None:
        """Follow the files after all."""
        order = await self._administrators.press(update)
        if order is None or order.query is None:
            return
        await answer(order.query)
        await set_buttons(order.message, None)
        self.background.start(self.reload_for(order, context.bot, force=True))

    def _taken_back(self, order: Order, reload_id: int) -> tuple[str, bool]:
        try:
            report = self._keeper.roll_back(reload_id, str(order.who))
        except Exception as error:
            return order.texts.undo_failed.format(reason=order.reason(error)), False
        return order.texts.undone.format(**report_counts(report, order.texts)), True


def reload_summary(report: Report, texts: AdminTexts) -> list[Part]:
    """Return what a reload did: counts, names and reasons."""
    lines = [
        f"{sign} {path}"
        for sign, paths in (("+", report.added), ("±", report.changed), ("−", report.removed))
        for path in paths[:SHOWN]
    ]
    if report.held:
        lines.append(texts.held.format(count=len(report.held)))
    if report.unreadable:
        lines.append(texts.unreadable.format(count=len(report.unreadable)))
        lines += [f"• {path}: {reason}" for path, reason in report.unreadable[:SHOWN]]
        lines += ["…"] if len(report.unreadable) > SHOWN else []
    if report.flagged:
        lines.append(texts.flagged.format(count=len(report.flagged)))
        lines += [f"• {path}: “{order[:ORDER_SHOWN]}”" for path, order in report.flagged[:SHOWN]]
    lines += [f"⚠ {path}: {odd}" for path, odd in report.warnings[:SHOWN]]
    lines += [
        f"⧉ {texts.duplicates.format(paths=', '.join(group[:SHOWN]))}"
        for group in report.duplicates[:SHOWN]
    ]
    if report.losses:
        lines.append(texts.lossy.format(count=len(report.losses)))
        lines += [f"• {x.path}: {lost_words(x, texts)}" for x in report.losses[:SHOWN]]
    return compose_list(texts.reloaded.format(**report_counts(report, texts)), lines)


def lost_words(loss: Loss, texts: AdminTexts) -> str:
    """Return what was kept of a file, and from where on not."""
    return texts.kept_share.format(share=loss.kept, line=loss.first[:ORDER_SHOWN])


def report_counts(report: Report, texts: AdminTexts) -> dict[str, int | str]:
    """Return the numbers of a report by the names that the sentences use."""
    return {
        "seconds": f"{report.seconds:.1f}".replace(".", texts.decimal_mark),
        "added": len(report.added),
        "changed": len(report.changed),
        "removed": len(report.removed),
        "unchanged": len(report.unchanged),
    }


def _question(last: Reload, texts: AdminTexts) -> list[Part]:
    signs = {(True, False): "−", (False, True): "+", (True, True): "±"}
    lines = [f"{signs[bool(c.new), bool(c.old)]} {c.path}" for c in last.changes]
    more = ["…"] if len(lines) > SHOWN else []
    when = last.finished_at.astimezone()
    heading = texts.undo_question.format(when=f"{when:%H:%M %d/%m/%Y}", count=len(lines))
    return compose_list(heading, [*lines[:SHOWN], *more])
