"""👍, 👎 with its reasons and words, "hand over to the administrators", and "send it again"."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from telegram import ForceReply, InlineKeyboardMarkup, MessageEntity, Update, User
from telegram.error import TelegramError
from telegram.ext import CallbackContext, ExtBot

from bot.access import Access
from bot.log.deliveries import Deliveries
from bot.log.votes import Reason, Vote, Votes
from bot.telegram.button_press import Press, Presses, answer
from bot.telegram.formatting import Part, repeated
from bot.telegram.inbox import Words
from bot.telegram.keyboards import OUTSIDE, Action, to_resolve, with_reasons, without
from bot.telegram.messages import texts_of, topic_of
from bot.telegram.sending import Target, send_parts, show_buttons
from bot.texts.texts import texts_for

Context = CallbackContext[Any, Any, Any, Any]
_log = logging.getLogger(__name__)


class Feedback:
    """The handlers of the buttons under answers."""

    def __init__(
        self, presses: Presses, votes: Votes, deliveries: Deliveries, access: Access
    ) -> None:
        self._presses = presses
        self._votes = votes
        self._deliveries = deliveries
        self._access = access

    async def vote(self, update: Update, context: Context) -> None:
        """Thank for a vote, noted already (`inbox.Ballots`); a 👎 is asked for its reason."""
        press = await self._presses.read(update, str)
        if press is None:
            return
        if press.fields[0] not in set(Vote):
            await answer(press.query)
            return
        down = press.fields[0] == Vote.DOWN
        await answer(press.query, press.texts.voted_down if down else press.texts.voted_up)
        keys = press.message.reply_markup
        if down:
            keys = with_reasons(keys, press.asked.id, texts_for(press.asked.language))
        else:
            keys = without(keys, Action.REASON)
        await self._show(context.bot, press, keys)

    async def reason(self, update: Update, context: Context) -> None:
        """Thank for the reason of a 👎, noted already; "other" is asked for words."""
        press = await self._presses.read(update, str)
        if press is None:
            return
        if press.fields[0] not in set(Reason):
            await answer(press.query)
            return
        reason = Reason(press.fields[0])
        if reason is Reason.OTHER:
            about = press.asked.id, press.person_id, press.message.chat_id
            await asyncio.to_thread(self._votes.about_to_ask, *about)
        words = press.texts.reasons[reason].rstrip("…")
        is_first = await answer(press.query, press.texts.reason_kept.format(reason=words))
        if reason is Reason.OTHER and is_first:
            await self._ask_for_words(press)
        await self._show(context.bot, press, without(press.message.reply_markup, Action.REASON))

    async def words(self, words: Words, context: Context) -> None:
        """Thank for what somebody wrote about an answer; it is noted already."""
        thanks = Part(texts_of(words.update).words_kept)
        await send_parts(context.bot, Target.of(words.message), [thanks])

    async def hand_over(self, update: Update, context: Context) -> None:
        """Put a question before the administrators: without an answer, or with one that is none."""
        press = await self._presses.read(update)
        if press is None:
            return
        new = await asyncio.to_thread(self._votes.hand_over, press.asked.id, press.person_id)
        texts = press.texts
        await answer(press.query, texts.handed_over if new else texts.handed_over_already)
        keys = without(press.message.reply_markup, Action.HAND_OVER)
        await self._show(context.bot, press, keys)
        if new:
            await self._tell_admins(context.bot, press)

    async def send_again(self, update: Update, context: Context) -> None:
        """Answer a question again whose answer did not arrive."""
        press = await self._presses.read(update)
        if press is None:
            return
        asked = await asyncio.to_thread(self._deliveries.reopen, press.asked.id)
        await answer(press.query, press.texts.sent_again if asked else "")
        if asked:
            await context.update_queue.put(asked)

    async def _show(
        self, bot: ExtBot[Any], press: Press, keys: InlineKeyboardMarkup | None
    ) -> None:
        """Put buttons under the answer; that it cannot be done hinders nothing."""
        number, message = press.asked.id, press.message
        try:
            async with self._deliveries.alone_with(number):
                replies = await asyncio.to_thread(self._deliveries.messages, number)
                known = replies.get(message.message_id)
                if known is not None:
                    place = message.chat_id, message.message_id
                    await show_buttons(bot, place, known, keys, self._deliveries.watch(number))
        except TelegramError as error:
            _log.info("buttons not changed: %s", error.message)

    async def _ask_for_words(self, press: Press) -> None:
        chat, message = press.message.chat, press.message
        part = _naming(press.query.from_user, press.texts.tell_more)
        prompt = await chat.send_message(
            part.text,
            entities=part.entities,
            message_thread_id=topic_of(message),
            reply_to_message_id=message.message_id,
            reply_markup=ForceReply(selective=True),
        )
        place = chat.id, prompt.message_id
        await asyncio.to_thread(self._votes.ask_for_words, press.asked.id, press.person_id, *place)

    async def _tell_admins(self, bot: ExtBot[Any], press: Press) -> None:
        name = repeated(press.query.from_user.full_name)
        keys = to_resolve(press.asked.id, texts_for("vi").admin.review, OUTSIDE)
        for admin in sorted(self._access.admin_ids):
            words = texts_for("vi").for_admins.format(
                name=name, number=press.asked.id, question=repeated(press.asked.question, 3500)
            )
            try:
                await send_parts(bot, Target(admin), [Part(words[:4000])], buttons=keys)
            except TelegramError as error:
                _log.warning("administrator %s not told: %s", admin, error.message)


def _naming(person: User, sentence: str) -> Part:
    """Return a sentence that names a person so that their client notices."""
    called = repeated(person.full_name)
    text = sentence.format(name=called)
    at = sentence.index("{name}")
    name = MessageEntity(MessageEntity.TEXT_MENTION, at, len(called), user=person)
    return Part(text, tuple(MessageEntity.adjust_message_entities_to_utf_16(text, [name])))
