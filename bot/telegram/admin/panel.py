"""/quantri: one message with a button to each job of an administrator."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from enum import StrEnum

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update

from bot.telegram.admin.authorization import Administrators, Context, in_private
from bot.telegram.button_press import answer
from bot.telegram.formatting import Part
from bot.telegram.keyboards import Action, pack, unpack
from bot.telegram.sending import send_parts


class Job(StrEnum):
    """What an administrator does; values stay, as old buttons carry them."""

    UNANSWERED = "chuatraloi"
    REMEMBERED = "ghinho"
    SOURCES = "nguon"
    ADD = "them"
    RELOAD = "reload"
    ROLL_BACK = "hoantac"
    LOG = "nhatky"
    CORRECTIONS = "dinhchinh"
    STATS = "thongke"
    EXPORT = "xuat"
    WEEK = "tuan"
    HEALTH = "suckhoe"
    ROLES = "vaitro"


Start = Callable[[Update, Context], Awaitable[None]]
"""Begins a job, as its command does."""
_IN_A_ROW = 2


class Panel:
    """The handlers; `state` reads what stands at the top, and may block."""

    def __init__(
        self,
        administrators: Administrators,
        jobs: Mapping[Job, Start],
        state: Callable[[], Mapping[str, int]],
    ) -> None:
        self._administrators = administrators
        self._jobs = jobs
        self._state = state

    async def show(self, update: Update, context: Context) -> None:
        """Show all jobs, and how much there is to do."""
        order = await self._administrators.order(update, context)
        if order is None:
            return
        texts = order.texts
        state = await asyncio.to_thread(self._state)
        buttons = [
            InlineKeyboardButton(
                texts.jobs[job].format(**state), callback_data=pack(Action.PANEL, job)
            )
            for job in self._jobs
        ]
        rows = [buttons[i : i + _IN_A_ROW] for i in range(0, len(buttons), _IN_A_ROW)]
        part, keys = Part(texts.panel.format(**state)), InlineKeyboardMarkup(rows)
        await in_private(
            order, context, lambda to: send_parts(context.bot, to, [part], buttons=keys)
        )

    async def pressed(self, update: Update, context: Context) -> None:
        """Begin the job that was pressed; who may is each job's own business."""
        query = update.callback_query
        fields = unpack(query.data, str) if query else None
        if query is None:
            return
        if fields is None or fields[0] not in {*Job} & {*self._jobs}:
            await answer(query)
            return
        await self._jobs[Job(fields[0])](update, context)
