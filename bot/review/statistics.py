"""The log in figures: how much was asked, how much answered, how fast, by what, and what not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.log.database import LogDatabase, stamp

TOP = 10
"""Lines of a list of the most frequent."""


def answered(file: LogDatabase, since: datetime, until: datetime) -> dict[str, Any]:
    """Return `total` and `answered` of a period, as `figures` has them, and nothing else."""
    kinds = _kinds(file, (stamp(since), stamp(until)))
    return {"total": sum(kinds.values()), "answered": _share(kinds)}


def figures(file: LogDatabase, since: datetime, until: datetime) -> dict[str, Any]:
    """Return the figures of a period.

    `answered` is the share of questions (small talk and failures left out) that got an answer, None
    without questions; `days` one row a day and kind; times in milliseconds, None without answers.
    """
    period = stamp(since), stamp(until)
    kinds = _kinds(file, period)
    times = _times(file, period)
    return {
        "since": period[0],
        "until": period[1],
        "total": sum(kinds.values()),
        "kinds": kinds,
        "refusals": _refusals(file, period),
        "answered": _share(kinds),
        "people": file.number(
            f"select count(distinct person_id) from exchanges where {_IN}", *period
        ),
        "votes": _votes(file, period),
        "p50_ms": _quantile(times, 0.5),
        "p95_ms": _quantile(times, 0.95),
        "days": file.rows(_DAYS, *period),
        "sources": file.rows(_SOURCES, *period, TOP),
        "unanswered": file.rows(_UNANSWERED, *period, TOP),
    }


def use_of_sources(file: LogDatabase) -> dict[str, tuple[int, int]]:
    """Return of each quoted source: how many questions it answered, how many of these got a 👎."""
    rows = file.rows(
        "select q.source_id, count(distinct q.exchange_id) as answers,"
        " count(distinct v.exchange_id) as down from quotes q"
        " left join votes v on v.exchange_id = q.exchange_id and v.vote = 'down'"
        " group by q.source_id"
    )
    return {row["source_id"]: (row["answers"], row["down"]) for row in rows}


_IN_FULL = "(chat_id is not null or person_id is null)"
"""Not typed after @bot, where it may have been left half-way: see `inline.Typed`."""
_IN = "asked_at >= ? and asked_at < ?"
_KIND = "coalesce(kind, case when error is null then 'pending' else 'error' end)"
_DAYS = (
    f"select date(asked_at, 'localtime') as day, {_KIND} as kind, count(*) as questions"
    f" from exchanges where {_IN} group by day, kind order by day, kind"
)
_SOURCES = (
    "select q.source_id, max(q.title) as title, count(distinct q.exchange_id) as times"
    f" from quotes q join exchanges e on e.id = q.exchange_id where {_IN}"
    " group by q.source_id order by times desc, q.source_id limit ?"
)
_UNANSWERED = (
    "select min(question) as question, count(*) as times from exchanges"
    f" where kind = 'not_found' and question <> '' and {_IN_FULL} and {_IN}"
    " group by lower(trim(question, ' ?.!')) order by times desc, max(id) desc limit ?"
)


def _kinds(file: LogDatabase, period: tuple[str, str]) -> dict[str, int]:
    sql = f"select {_KIND} as kind, count(*) as n from exchanges where {_IN} group by 1"
    return {row["kind"]: row["n"] for row in file.rows(sql, *period)}


def _refusals(file: LogDatabase, period: tuple[str, str]) -> dict[str, int]:
    """Why questions were not answered, the most frequent reason first."""
    sql = (
        f"select refusal, count(*) as n from exchanges where refusal is not null and {_IN}"
        " group by refusal order by n desc, refusal"
    )
    return {row["refusal"]: row["n"] for row in file.rows(sql, *period)}


def _share(kinds: dict[str, int]) -> float | None:
    asked = kinds.get("answer", 0) + kinds.get("not_found", 0)
    return kinds.get("answer", 0) / asked if asked else None


def _votes(file: LogDatabase, period: tuple[str, str]) -> dict[str, int]:
    sql = "select vote, count(*) as n from votes where voted_at >= ? and voted_at < ? group by vote"
    return {"up": 0, "down": 0} | {row["vote"]: row["n"] for row in file.rows(sql, *period)}


def _times(file: LogDatabase, period: tuple[str, str]) -> list[float]:
    sql = f"select total_ms from exchanges where kind in ('answer', 'not_found') and {_IN}"
    rows = file.rows(f"{sql} and total_ms is not null order by total_ms", *period)
    return [row["total_ms"] for row in rows]


def _quantile(ordered: Sequence[float], share: float) -> float | None:
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)] if ordered else None
