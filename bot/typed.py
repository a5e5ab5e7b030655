"""What somebody types after @bot, as questions of the log.

A query comes at every few letters. What goes on from the one before, within a minute or two, is the
same question, grown: one line in the log and one of the person's allowance.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from telegram import User

from bot.allowances import TURNED_AWAY, Allowances, Limit
from bot.conversations import Conversations
from bot.log_file import clean_text, stamp

STILL_TYPING = timedelta(minutes=2)


class Typed:
    """Records inline queries; in the log they have a person and no chat."""

    def __init__(self, conversations: Conversations, allowances: Allowances) -> None:
        self.conversations = conversations
        self._allowances = allowances

    def take(self, update_id: int, person: User, text: str) -> int | None:
        """Return the exchange that a query is recorded as, None past the person's allowance."""
        before = self._goes_on_from(person.id, text)
        if before is not None:
            self._grow(before, text)
            return before
        exchange_id = self.conversations.record(
            *(update_id, None, None, person.id, person.full_name, None, text, datetime.now(UTC)),
            language=person.language_code or "",
        )
        if exchange_id is None or self._allowances.allows(person.id):
            return exchange_id
        self.conversations.fail(exchange_id, f"{TURNED_AWAY}: {Limit.PERSON}")
        return None

    def _goes_on_from(self, person_id: int, text: str) -> int | None:
        """Return the person's last query, if this one is that with more or fewer letters."""
        file = self.conversations.file
        rows = file.rows(
            "select id, question from exchanges where chat_id is null and person_id = ?"
            " and recorded_at >= ? and coalesce(error, '') not like ? order by id desc limit 1",
            *(file.person(person_id), stamp(datetime.now(UTC) - STILL_TYPING), f"{TURNED_AWAY}%"),
        )
        if not rows:
            return None
        known, said = rows[0]["question"], clean_text(text)
        return rows[0]["id"] if known.startswith(said) or said.startswith(known) else None

    def _grow(self, exchange_id: int, text: str) -> None:
        with self.conversations.file.writing() as db:
            db.execute(
                "update exchanges set question = ?, finished_at = null, error = null where id = ?",
                (clean_text(text), exchange_id),
            ).close()
