"""Between Telegram's updates and the handlers: what is asked is on disk before it is confirmed.

An update is confirmed to Telegram as soon as it is in the queue. So the queue itself records
questions, and what administrators answer; killed before that, or where the log cannot be written,
Telegram delivers again; after it, the log knows.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections import Counter, deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Lock

from telegram import Message, MessageReactionUpdated, ReactionTypeEmoji, Update, User

from bot.access import Access
from bot.log.exchanges import Conversations, Pending
from bot.log.moved_chats import Chats
from bot.log.official_answers import OfficialAnswer, OfficialAnswers
from bot.log.unanswered import asked_for_by
from bot.log.votes import Reason, Vote, Votes
from bot.quotas import TURNED_AWAY, QuestionQuota, TurnedAway
from bot.telegram.button_press import Press, Presses
from bot.telegram.health import UpdateHealth
from bot.telegram.keyboards import Action
from bot.telegram.messages import author_name, person_id, question_in, topic_of
from retrieval.errors import ChidanError

_log = logging.getLogger(__name__)


def official_answer(exchange_id: int, message: Message, author: User) -> OfficialAnswer:
    """Return what an administrator wrote in answer to a question, not written down yet."""
    said = message.text or message.caption or ""
    who = (author.id, author.full_name, author.language_code or "")
    return OfficialAnswer(0, exchange_id, message.chat_id, *who, said)


LIKES = frozenset("👍❤🔥👏🎉💯🙏🏆⚡👌🤝") | {"❤️", "❤‍🔥"}
DISLIKES = frozenset("👎💩🤮🤡😡")
"""Reactions that say what 👍 and 👎 say; others say nothing of the answer."""


MOST_EARLY = 500
"""Reactions kept that came before their message was known as part of an answer; most are to other
messages."""


class Ballots:
    """Takes the presses and the reactions that say something about an answer."""

    def __init__(self, presses: Presses, votes: Votes) -> None:
        self._presses = presses
        self._votes = votes
        self._early: deque[MessageReactionUpdated] = deque(maxlen=MOST_EARLY)
        self._early_lock = Lock()

    async def note(self, update: Update) -> None:
        """Note what a press says; one that says nothing, or is not in order, does nothing."""
        if update.message_reaction:
            await asyncio.to_thread(self._react, update.message_reaction)
        data = update.callback_query.data if update.callback_query else None
        if (data or "").partition(":")[0] in {Action.VOTE, Action.REASON}:
            await asyncio.to_thread(self._note, update)

    def arrived(self, message_id: int) -> None:
        """Note the reactions that came before the log knew a message as part of an answer. Blocks.

        A person sees an answer, and may react to it, a moment before Telegram has told the bot its
        number.
        """
        with self._early_lock:
            early = [r for r in self._early if r.message_id == message_id]
        for reaction in early:
            self._note_reaction(reaction)

    def _react(self, reaction: MessageReactionUpdated) -> None:
        # Kept before it is looked up: an answer that is logged in between finds it.
        with self._early_lock:
            self._early.append(reaction)
        self._note_reaction(reaction)

    def _note_reaction(self, reaction: MessageReactionUpdated) -> None:
        """Note what a person's reaction to an answer says: 👍 or 👎, or that it was taken back."""
        person = reaction.user
        asked = self._presses.answered_by(reaction.chat.id, reaction.message_id)
        if person is None or asked is None or not self._presses.may_press(reaction.chat.id, person):
            return
        with self._early_lock, suppress(ValueError):
            self._early.remove(reaction)
        said = {r.emoji for r in reaction.new_reaction if isinstance(r, ReactionTypeEmoji)}
        if said & DISLIKES:
            self._votes.cast(asked.id, person.id, Vote.DOWN)
        elif said & LIKES:
            self._votes.cast(asked.id, person.id, Vote.UP)
        elif not reaction.new_reaction:
            self._votes.take_back(asked.id, person.id)

    def _note(self, update: Update) -> None:
        press = self._presses.find(update, str)
        if not isinstance(press, Press):
            return
        about, said = (press.asked.id, press.person_id), press.fields[0]
        if press.action == Action.VOTE and said in set(Vote):
            self._votes.cast(*about, Vote(said))
        elif press.action == Action.REASON and said in set(Reason):
            self._votes.explain(*about, reason=Reason(said))


Known = Callable[[object], Awaitable[object | None]]
EDITABLE_FOR = timedelta(minutes=15)
"""A question edited later than that keeps its answer."""


@dataclass(frozen=True, slots=True)
class Words:
    """What somebody wrote about an answer, asked to."""

    exchange_id: int
    message: Message
    update: Update

    @property
    def chat_id(self) -> int:
        """The chat in whose order it stands."""
        return self.message.chat_id


class NotRecorded(ChidanError):
    """An update could not be written to the log; it is not to be confirmed to Telegram."""


ATTEMPTS = 5
"""How often an update may fail for a reason that is not the log's: then it is left out, so that one
that nobody can take does not keep the others away for ever."""


class Inbox(asyncio.Queue[object]):
    """PTB's update queue; what `receive` makes of an update goes in, nothing for None."""

    def __init__(self, receive: Known, health: UpdateHealth | None = None) -> None:
        super().__init__()
        self.health = health or UpdateHealth()
        self._receive = receive
        self._failures: Counter[int] = Counter()

    async def put(self, item: object) -> None:
        """Put in an update, a question instead of it, or nothing; raises NotRecorded."""
        number = item.update_id if isinstance(item, Update) else 0
        try:
            received = await self._receive(item)
        except Exception as error:
            self._failures[number] += 1
            if _is_of_the_log(error) or self._failures[number] < ATTEMPTS:
                raise NotRecorded(f"Không ghi được nhật ký: {error}") from error
            _log.exception("update %s cannot be taken and is left out", number)
            received = None
        self._failures.pop(number, None)
        if received is not None:
            await super().put(received)


def _is_of_the_log(error: Exception) -> bool:
    """Whether the file or its disk is the trouble, not the update."""
    return isinstance(error, OSError | sqlite3.OperationalError) or (
        type(error) is sqlite3.DatabaseError
    )


class Receiver:
    """Turns updates that put a question into recorded questions, and asked-for words into Words.

    Votes and a group's move are noted here too: what comes after it is looked at in its light.
    """

    def __init__(
        self,
        conversations: Conversations,
        chats: Chats,
        access: Access,
        allowances: QuestionQuota,
        votes: Votes,
        ballots: Ballots,
        me: Callable[[], User],
    ) -> None:
        self._conversations = conversations
        self._chats = chats
        self._access = access
        self._allowances = allowances
        self._votes = votes
        self._ballots = ballots
        self._me = me
        self._official = OfficialAnswers(conversations.file)

    async def receive(self, item: object) -> object | None:
        """Return the recorded question, None if it was recorded before, else the item itself."""
        message = item.message or item.edited_message if isinstance(item, Update) else None
        if not isinstance(item, Update):
            return item
        if message is None:
            await self._ballots.note(item)
            return item
        if message.migrate_to_chat_id or message.migrate_from_chat_id:
            await asyncio.to_thread(self._note_move, message)
            return None
        question = question_in(message, self._me())
        if not question or not self._access.may_ask(message.chat_id, person_id(message)):
            return item
        if item.edited_message:
            return await asyncio.to_thread(self._revise, message, question)
        return await asyncio.to_thread(self._take, item, message, question)

    async def pressed(self, update_id: int, message: Message, question: str) -> object | None:
        """Record a question that was put by a press; `message` is where it can be answered."""
        return await asyncio.to_thread(self._record, update_id, message, question)

    def _note_move(self, message: Message) -> None:
        old = message.migrate_from_chat_id or message.chat_id
        self._chats.moved(old, message.migrate_to_chat_id or message.chat_id)

    def _take(self, update: Update, message: Message, question: str) -> object | None:
        answered = message.reply_to_message
        if answered:
            place = message.chat_id, answered.message_id
            wanted, author = asked_for_by(self._conversations.file, *place), message.from_user
            if wanted is not None and author and self._access.is_admin(person_id(message)):
                return self._official.note(
                    official_answer(wanted, message, author), message.message_id
                )
            about = self._asked_for(message, answered)
            if about is not None:
                words = Words(about, message, update)
                return words if self._is_noted(words) else None
        return self._record(update.update_id, message, question)

    def _asked_for(self, message: Message, answered: Message) -> int | None:
        """Return the exchange about which somebody writes, asked to; None if nobody asked."""
        author, me = message.from_user, self._me()
        if author is None or answered.from_user is None or answered.from_user.id != me.id:
            return None
        return self._votes.asked_for_by(message.chat_id, answered.message_id, author.id)

    def _is_noted(self, words: Words) -> bool:
        """Note what somebody wrote about an answer; False if that was done before."""
        author, message = words.message.from_user, words.message
        said = message.text or message.caption or ""
        return author is not None and self._votes.explain(words.exchange_id, author.id, words=said)

    def _revise(self, message: Message, question: str) -> Pending | None:
        since = datetime.now(UTC) - EDITABLE_FOR
        return self._conversations.revise(message.chat_id, message.message_id, question, since)

    def _record(
        self, update_id: int, message: Message, question: str
    ) -> Pending | TurnedAway | None:
        answered = message.reply_to_message
        exchange_id = self._conversations.record(
            update_id=update_id,
            chat_id=message.chat_id,
            topic_id=topic_of(message),
            person_id=person_id(message),
            person_name=author_name(message),
            message_id=message.message_id,
            question=question,
            asked_at=message.date,
            answers=answered.message_id if answered else None,
            language=(message.from_user and message.from_user.language_code) or "",
        )
        asked = exchange_id and self._conversations.question(exchange_id)
        if not asked:
            return None
        if limit := self._allowances.exceeded_by(asked):
            self._conversations.fail(asked.id, f"{TURNED_AWAY}: {limit}")
            return TurnedAway(asked, limit)
        return asked
