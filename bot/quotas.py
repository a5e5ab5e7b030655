"""How many questions an hour, and how many at once; what is past that is turned away, and logged.

Counted from the log, so that a restart forgets nothing. Administrators are exempt.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from bot.access import Access
from bot.log.database import LogDatabase, stamp
from bot.log.exchanges import Pending
from bot.log.threads import HERE
from bot.settings import Settings
from retrieval.models import AnswerOptions, Note, Show

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


class TokenQuota:
    """Compares the tokens in the log with the limits."""

    def __init__(self, file: LogDatabase, limits: TokenLimits) -> None:
        self._file = file
        self._limits = limits

    def options(
        self, chat_id: int | None, person_id: int | None, show: Show | None = None
    ) -> AnswerOptions:
        """Return how a question of this person in this chat is answered."""
        if self._is_spent(chat_id, person_id):
            return AnswerOptions(show, without_model=True, note=Note.TOKENS_SPENT)
        return AnswerOptions(show)

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


HOUR = timedelta(hours=1)
WORTH_WAITING = timedelta(minutes=10)
"""What is unanswered longer than this is not waiting any more."""
TURNED_AWAY = "turned away"
"""How the error of such an exchange begins in the log."""


class Limit(StrEnum):
    """What a question was turned away by."""

    PERSON = "person"
    CHAT = "chat"
    BUSY = "busy"


@dataclass(frozen=True, slots=True)
class TurnedAway:
    """A question past a limit, recorded and closed."""

    asked: Pending
    limit: Limit

    @property
    def chat_id(self) -> int:
        """The chat in whose order it stands."""
        return self.asked.chat_id


@dataclass(frozen=True, slots=True)
class Limits:
    """Questions an hour and questions waiting; 0 is without limit."""

    person: int = 0
    chat: int = 0
    waiting: int = 0


class QuestionQuota:
    """Compares what the log counts with the limits."""

    def __init__(self, file: LogDatabase, limits: Limits, access: Access) -> None:
        self._file = file
        self._access = access
        self.limits = limits

    def exceeded_by(self, asked: Pending) -> Limit | None:
        """Return the limit that a recorded question is past, None if it may be answered."""
        if asked.person_id in {self._file.person(admin) for admin in self._access.admin_ids}:
            return None
        limits = self.limits
        if limits.waiting and self.waiting() > limits.waiting:
            return Limit.BUSY
        if limits.person and self._asked_by(asked.person_id) > limits.person:
            return Limit.PERSON
        if limits.chat and self._asked_in(asked.chat_id) > limits.chat:
            return Limit.CHAT
        return None

    def allows(self, person_id: int) -> bool:
        """Return whether a person is within the allowance, with all that is recorded of theirs."""
        limit = self.limits.person
        return not limit or self._access.is_admin(person_id) or self.asked_by(person_id) <= limit

    def waiting(self) -> int:
        """Return how many questions are unanswered."""
        return self._file.number(
            "select count(*) from exchanges where finished_at is null and asked_at >= ?",
            _ago(WORTH_WAITING),
        )

    def asked_by(self, person_id: int | None) -> int:
        """Return how many questions of a person were taken in the last hour."""
        return self._asked_by(None if person_id is None else self._file.person(person_id))

    def _asked_by(self, person_id: int | None) -> int:
        return self._file.number(
            f"select count(*) from exchanges where person_id is ? and asked_at >= ? and {_TAKEN}",
            person_id,
            _ago(HOUR),
        )

    def _asked_in(self, chat_id: int) -> int:
        return self._file.number(
            f"select count(*) from exchanges where {HERE} and asked_at >= ?2 and {_TAKEN}",
            chat_id,
            _ago(HOUR),
        )


_TAKEN = f"coalesce(error, '') not like '{TURNED_AWAY}%'"


def _ago(age: timedelta) -> str:
    return stamp(datetime.now(UTC) - age)
