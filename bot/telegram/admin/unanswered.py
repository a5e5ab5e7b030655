"""/chuatraloi: the questions without a good answer, and what an administrator does about them.

One group of alike questions a page. The assistant is asked again when a page is shown: what a new
source answers is said so, and can be sent to those who asked.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime
from typing import Any

from telegram import (
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    MessageEntity,
    Update,
)
from telegram.error import BadRequest, TelegramError
from telegram.ext import Application

from bot.assistant.assistant import Answering
from bot.log.exchanges import Conversations, Pending
from bot.log.moved_chats import Chats
from bot.log.official_answers import DeliveryState, OfficialAnswer, OfficialAnswers
from bot.log.remembered_answers import RememberedAnswers
from bot.log.unanswered import Group, Unanswered
from bot.telegram.admin.authorization import Administrators, Context, Order, in_private
from bot.telegram.button_press import answer, set_buttons
from bot.telegram.formatting import Part, repeated
from bot.telegram.keyboards import OUTSIDE, Action, Resolution, pack, to_resolve, without_exchange
from bot.telegram.sending import Target, change, send_parts
from bot.texts.answers import signature
from bot.texts.texts import ReviewTexts, texts_for
from retrieval.loading.drafts import Draft, markdown_of
from retrieval.models import QUOTES_ONLY, Kind

_CLOSES = {Resolution.IGNORE: "ignored", Resolution.DONE: "done"}
_log = logging.getLogger(__name__)


class Triage:
    """The handlers; the list is made off the event loop."""

    def __init__(
        self,
        administrators: Administrators,
        unanswered: Unanswered,
        official: OfficialAnswers,
        conversations: Conversations,
        chats: Chats,
        assistant: Answering,
        remembered: RememberedAnswers,
    ) -> None:
        self._administrators = administrators
        self._unanswered = unanswered
        self._official = official
        self._conversations = conversations
        self._chats = chats
        self._assistant = assistant
        self._remembered = remembered

    def waiting(self) -> int:
        """Return how many groups of alike questions wait; blocks."""
        return len(self._unanswered.groups())

    async def show(self, update: Update, context: Context) -> None:
        """Show the most asked of the open questions."""
        order = await self._administrators.order(update, context)
        if order:
            part, keys = await self._page(0, order.texts.review)
            await in_private(
                order, context, lambda to: send_parts(context.bot, to, [part], buttons=keys)
            )

    async def turn(self, update: Update, context: Context) -> None:
        """Show another group."""
        order = await self._administrators.press(update, int)
        if order and order.query:
            await answer(order.query)
            await self._show(order, context, order.fields[0])

    async def act(self, update: Update, context: Context) -> None:
        """Do to a group what the button says."""
        order = await self._administrators.press(update, int, str, int)
        if order is None or order.query is None:
            return
        number, deed, page = order.fields
        says = order.texts.review
        await answer(order.query)
        ids = await self._alike(number)
        if deed == Resolution.REPLY:
            await self._ask_for_answer(order, number)
        elif deed == Resolution.ADD:
            await send_parts(context.bot, order.target, [Part(says.how_to_add)])
        elif deed in _CLOSES:
            await self._close(order, ids, _CLOSES[deed])
            if page == OUTSIDE:
                left = without_exchange(order.message.reply_markup, number)
                await set_buttons(order.message, left)
            else:
                await self._show(order, context, page)
        elif deed == Resolution.SEND:
            reopened = await asyncio.to_thread(self._reopened, ids)
            for asked in reopened:
                await context.update_queue.put(asked)
            await self._close(order, ids, "done")
            words = says.sent.format(count=len(reopened))
            await send_parts(context.bot, order.target, [Part(words)])

    async def answered(self, official: OfficialAnswer, context: Context) -> None:
        """Deliver an administrator's answer to everybody who asked, and offer it as a source.

        Each step is noted once it is done: a kill in the moment between may repeat one message.
        """
        done = await self._serve(official, context)
        kept = await asyncio.to_thread(self._remembered.keep, official, list(done))
        subject = " ".join(map(str, list(done)[:20]))
        doer = official.person_id, official.person_name
        await self._administrators.note_later(*doer, "chuatraloi", subject, "answered")
        await self._offer(official, done, kept, context)
        await asyncio.to_thread(self._official.finish, official)

    async def resume(self, application: Application[Any, Any, Any, Any, Any, Any]) -> None:
        """Queue the answers that had not reached everybody when the process ended."""
        for official in await asyncio.to_thread(self._official.unfinished):
            await application.update_queue.put(official)

    async def _serve(self, official: OfficialAnswer, context: Context) -> DeliveryState:
        """Send an answer to those who have not had it; return whom it has reached."""
        waiting = await asyncio.to_thread(self._official.deliveries, official)
        if not waiting:
            ids = await self._alike(official.exchange_id)
            waiting = await asyncio.to_thread(self._official.begin, official, ids)
        for number, tried in waiting.items():
            if tried is None:
                reached = await self._deliver(context, number, official)
                await asyncio.to_thread(self._official.tried, official, number, reached=reached)
                waiting[number] = reached
        return waiting

    async def _offer(
        self, official: OfficialAnswer, done: DeliveryState, kept: int | None, context: Context
    ) -> None:
        """Send the answer back to who wrote it, as a file that can be a source."""
        question = await asyncio.to_thread(self._unanswered.question, official.exchange_id)
        says = texts_for(official.language).admin.review
        today = datetime.now().astimezone().date()
        draft = Draft(official.words, question, says.official_publisher, today)
        name = f"tra-loi-{official.exchange_id}.md"
        file = InputFile(markdown_of(draft).encode(), filename=name)
        reached = sum(map(bool, done.values()))
        missed = says.missed.format(count=len(done) - reached) if reached < len(done) else ""
        caption = says.delivered.format(count=reached, missed=missed)
        chat_id = self._chats.current(official.chat_id)
        keys = None
        if kept is not None:
            take = InlineKeyboardButton(says.withdraw, callback_data=pack(Action.KEEPING, kept, 0))
            keys = InlineKeyboardMarkup.from_button(take)
        await context.bot.send_document(chat_id, file, caption=caption, reply_markup=keys)

    def _reopened(self, ids: list[int]) -> list[Pending]:
        """Open the questions that can be answered where they were asked."""
        return [asked for asked in map(self._unanswered.reopen, ids) if asked]

    async def _deliver(self, context: Context, number: int, official: OfficialAnswer) -> bool:
        asked = await asyncio.to_thread(self._conversations.question, number)
        if asked is None or asked.message_id is None:
            return False
        today = datetime.now().astimezone().date()
        signed = signature(official.person_name, today, texts_for(asked.language))
        bold = MessageEntity(MessageEntity.BOLD, 0, len(signed.encode("utf-16-le")) // 2)
        part = Part(f"{signed}\n{official.words}"[:4000], (bold,))
        target = Target(asked.chat_id, asked.topic_id, asked.message_id)
        chat_id = self._chats.current(asked.chat_id)
        try:
            try:
                await send_parts(context.bot, target, [part])
            except BadRequest:  # the question is gone, or its group has moved
                again = f"“{repeated(asked.question)}”\n{part.text}"[:4000]
                await send_parts(context.bot, Target(chat_id), [Part(again)])
        except TelegramError as error:
            _log.warning("answer to question %s not delivered: %r", number, error)
            return False
        return True

    async def _ask_for_answer(self, order: Order, number: int) -> None:
        question = await asyncio.to_thread(self._unanswered.question, number)
        prompt = await order.message.chat.send_message(
            order.texts.review.answer_prompt.format(number=number, question=question[:1000]),
            reply_markup=ForceReply(selective=True),
        )
        place = prompt.chat_id, prompt.message_id
        await asyncio.to_thread(self._unanswered.ask_for_answer, number, *place)

    async def _close(self, order: Order, ids: list[int], state: str) -> None:
        await asyncio.to_thread(self._unanswered.close, ids, state, order.who.id)
        subject = " ".join(map(str, ids[:20]))
        await self._administrators.note(order, "chuatraloi", subject, state)

    async def _alike(self, number: int) -> list[int]:
        groups = await asyncio.to_thread(self._unanswered.groups)
        return next((group.ids for group in groups if number in group.ids), [number])

    async def _show(self, order: Order, context: Context, page: int) -> None:
        part, keys = await self._page(page, order.texts.review)
        await change(context.bot, order.message.chat_id, order.message.message_id, part, keys)

    async def _page(
        self, page: int, texts: ReviewTexts
    ) -> tuple[Part, InlineKeyboardMarkup | None]:
        groups = await asyncio.to_thread(self._unanswered.groups)
        if not groups:
            return Part(texts.all_answered), None
        page = max(min(page, len(groups) - 1), 0)
        again = await self._assistant.answer(groups[page].question, (), QUOTES_ONLY)
        solved = again.kind is Kind.ANSWER
        shown = _described(groups[page], page, len(groups), solved, texts)
        return shown, _keys(groups[page], page, len(groups), solved, texts)


def _described(group: Group, page: int, pages: int, solved: bool, texts: ReviewTexts) -> Part:
    when = datetime.fromisoformat(group.rows[0]["asked_at"]).astimezone()
    heading = texts.group.format(
        page=page + 1, pages=pages, times=len(group.rows), when=f"{when:%d/%m %H:%M}"
    )
    wordings = list(dict.fromkeys(row["question"] for row in group.rows))[:5]
    lines = [heading, *(f"• {wording[:500]}" for wording in wordings)]
    return Part("\n".join([*lines, texts.now_answered] if solved else lines))


def _keys(
    group: Group, page: int, pages: int, solved: bool, texts: ReviewTexts
) -> InlineKeyboardMarkup:
    deeds = to_resolve(group.ids[0], texts, page, solved=solved)
    turns = [("◀", page - 1)] if page else []
    turns += [("▶", page + 1)] if page + 1 < pages else []
    row = [
        InlineKeyboardButton(words, callback_data=pack(Action.UNANSWERED, to))
        for words, to in turns
    ]
    return InlineKeyboardMarkup([*deeds.inline_keyboard, *([row] if row else [])])
