"""Periods as people type them: `7d`, `24h`, `2w`, or a day. Pure but for the time of day.

>>> since("2026-11-01", datetime(2026, 11, 21, tzinfo=UTC)).day
1
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from retrieval.errors import ChidanError

_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


class PeriodUnclear(ChidanError):
    """No period can be made of what was typed."""


def since(typed: str, at: datetime) -> datetime:
    """Return the begin of a period that ends `at`, in UTC; raises PeriodUnclear."""
    if match := re.fullmatch(r"(\d{1,5})([mhdw])", typed.strip().lower()):
        return at.astimezone(UTC) - timedelta(**{_UNITS[match[2]]: int(match[1])})
    try:
        return datetime.fromisoformat(typed.strip()).astimezone().astimezone(UTC)
    except ValueError:
        raise PeriodUnclear(
            f"Không hiểu khoảng thời gian “{typed}”; hãy viết như 7d, 24h, 2w hoặc 2026-11-01."
        ) from None
