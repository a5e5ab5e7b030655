"""Answers of administrators that are given again: looked through, withdrawn, confirmed."""

from __future__ import annotations

import asyncio

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update

from bot.log.remembered_answers import Remembered, RememberedAnswers
from bot.telegram.admin.authorization import Administrators, Context, in_private
from bot.telegram.button_press import answer, set_buttons
from bot.telegram.formatting import Part
from bot.telegram.keyboards import Action, pack, without
from bot.telegram.sending import change, send_parts
from bot.texts.texts import ReviewTexts

_LONGEST = 2500
"""Characters of an answer that are shown."""
WITHDRAW, CONFIRM = 0, 1


class RememberedPages:
    """The handlers; the log is read off the event loop."""

    def __init__(self, administrators: Administrators, remembered: RememberedAnswers) -> None:
        self._administrators = administrators
        self._remembered = remembered

    async def show(self, update: Update, context: Context) -> None:
        """Show the latest of the remembered answers."""
        order = await self._administrators.order(update, context)
        if order is None:
            return
        known = await asyncio.to_thread(self._remembered.all)
        part, keys = page_of(known, 0, order.texts.review)
        await in_private(
            order, context, lambda to: send_parts(context.bot, to, [part], buttons=keys)
        )

    async def turn(self, update: Update, context: Context) -> None:
        """Show one remembered answer in the place of what the message showed."""
        order = await self._administrators.press(update, int)
        if order is None or order.query is None:
            return
        await answer(order.query)
        known = await asyncio.to_thread(self._remembered.all)
        part, keys = page_of(known, order.fields[0], order.texts.review)
        message = order.message
        await change(context.bot, message.chat_id, message.message_id, part, keys)

    async def decide(self, update: Update, context: Context) -> None:
        """Withdraw an answer, or let it rest on its sources as they are now."""
        order = await self._administrators.press(update, int, int)
        if order is None or order.query is None:
            return
        number, deed = order.fields
        says = order.texts.review
        if deed == CONFIRM:
            await asyncio.to_thread(self._remembered.confirm, number)
            words = says.confirmed
        else:
            first = await asyncio.to_thread(self._remembered.withdraw, number, order.who.id)
            words = says.withdrawn if first else says.withdrawn_already
        await answer(order.query, words)
        await self._administrators.note(order, "ghinho", str(number), words)
        await set_buttons(order.message, without(order.message.reply_markup, Action.KEEPING))


def page_of(
    known: list[Remembered], page: int, texts: ReviewTexts
) -> tuple[Part, InlineKeyboardMarkup | None]:
    """Return one of the answers that are given, with what can be done about it."""
    if not known:
        return Part(texts.remembered_none), None
    page = max(min(page, len(known) - 1), 0)
    one = known[page]
    words = texts.remembered.format(
        page=page + 1,
        pages=len(known),
        author=one.author or texts.entry.nobody,
        day=f"{one.written_at.astimezone():%d/%m/%Y}",
        times=one.times,
        resting=texts.resting if one.is_resting else "",
        question=one.question[:300],
        words=one.words[:_LONGEST],
    )
    deeds = [(texts.withdraw, pack(Action.KEEPING, one.id, WITHDRAW))]
    if one.is_resting:
        deeds.append((texts.still_right, pack(Action.KEEPING, one.id, CONFIRM)))
    turns = [("◀", page - 1)] if page else []
    turns += [("▶", page + 1)] if page + 1 < len(known) else []
    rows = [deeds, [(label, pack(Action.REMEMBERED, to)) for label, to in turns]]
    return Part(words), InlineKeyboardMarkup(
        [
            [InlineKeyboardButton(label, callback_data=data) for label, data in row]
            for row in rows
            if row
        ]
    )
