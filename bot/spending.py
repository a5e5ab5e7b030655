"""How much of the model a person, a chat and all together may use in a day.

Counted from the log, so that a restart forgets nothing. Past an allowance questions are answered
without the model, with a line that says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.log_file import LogFile, stamp
from bot.settings import Settings
from bot.texts import Texts
from retrieval.manner import Manner, Show

DAY = timedelta(hours=24)
_SPENT = (
    "select coalesce(sum(prompt_tokens + completion_tokens), 0) from model_uses m"
    " join exchanges e on e.id = m.exchange_id where used_at >= ?"
)


@dataclass(frozen=True, slots=True)
class TokenLimits:
    """Tokens in 24 hours; 0 is without limit."""

    person: int = 0
    chat: int = 0
    total: int = 0

    @classmethod
    def of(cls, settings: Settings) -> TokenLimits:
        """Return the limits that are set."""
        return cls(
            settings.llm_daily_tokens_person,
            settings.llm_daily_tokens_chat,
            settings.llm_daily_tokens_total,
        )


class Spending:
    """Compares the tokens in the log with the limits."""

    def __init__(self, file: LogFile, limits: TokenLimits) -> None:
        self._file = file
        self._limits = limits

    def manner(
        self, chat_id: int | None, person_id: int | None, texts: Texts, show: Show | None = None
    ) -> Manner:
        """Return how a question of this person in this chat is answered."""
        spent = self._is_spent(chat_id, person_id)
        return Manner(show, texts.tokens_spent if spent else None)

    def _is_spent(self, chat_id: int | None, person_id: int | None) -> bool:
        since = stamp(datetime.now(UTC) - DAY)
        limits = self._limits
        return (
            bool(limits.total and self._file.number(_SPENT, since) >= limits.total)
            or self._past(limits.chat, "chat_id", chat_id, since)
            or self._past(limits.person, "person_id", person_id, since)
        )

    def _past(self, limit: int, column: str, number: int | None, since: str) -> bool:
        if not limit or number is None:
            return False
        where = f"{_SPENT} and e.{column} = ?"
        return self._file.number(where, since, number) >= limit
