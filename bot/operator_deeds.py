"""What is done in the terminal, in the same log as what administrators do in Telegram.

Owns who that is: the operator's account on this machine. Leaves the log to `deeds`.
"""

from __future__ import annotations

import getpass
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bot.deeds import Deeds, Who
from bot.session import open_conversations
from bot.settings import Settings
from bot.streams import complain
from retrieval.errors import ChidanError

OPERATOR = -1
"""In the place of a Telegram id, none of which is negative."""
STOPPED = "Dừng giữa chừng."


@contextmanager
def noted(settings: Settings, deed: str, subject: str = "") -> Iterator[Callable[[str], None]]:
    """Note what the block does, once it is over; it is given what takes the outcome.

    A log that cannot be written is told, and hinders nothing.
    """
    outcome = STOPPED

    def ended(words: str) -> None:
        nonlocal outcome
        outcome = words

    try:
        yield ended
    except ChidanError as error:
        ended(str(error))
        raise
    finally:
        _note(settings, deed, subject, outcome)


def _note(settings: Settings, deed: str, subject: str, outcome: str) -> None:
    try:
        with open_conversations(settings) as log:
            name = f"{_account()} (dòng lệnh)" if log.file.names_people else ""
            Deeds(log.file).note(Who(OPERATOR, name), deed, subject, outcome)
    except ChidanError as error:
        complain(f"Việc này không ghi được vào nhật ký: {error}")


def _account() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "?"
