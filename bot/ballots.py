"""Votes and their reasons, in the log before Telegram hears that the press arrived.

What the person is shown then is `feedback.py`'s; the order of two presses is that in which they
came.
"""

from __future__ import annotations

import asyncio

from telegram import Update

from bot.buttons import REASON, VOTE, Reason, Vote
from bot.presses import Press, Presses
from bot.votes import Votes


class Ballots:
    """Takes the presses that say something about an answer."""

    def __init__(self, presses: Presses, votes: Votes) -> None:
        self._presses = presses
        self._votes = votes

    async def note(self, update: Update) -> None:
        """Note what a press says; one that says nothing, or is not in order, does nothing."""
        data = update.callback_query.data if update.callback_query else None
        if (data or "").partition(":")[0] in {VOTE, REASON}:
            await asyncio.to_thread(self._note, update)

    def _note(self, update: Update) -> None:
        press = self._presses.find(update, str)
        if not isinstance(press, Press):
            return
        about, said = (press.asked.id, press.person_id), press.fields[0]
        if press.action == VOTE and said in set(Vote):
            self._votes.cast(*about, Vote(said))
        elif press.action == REASON and said in set(Reason):
            self._votes.explain(*about, reason=Reason(said))
