"""What reviewers read of the log: exchanges by what they look for, and one with all its evidence.

Owns the questions put to `logs.db`; how a list looks is `cli.output`'s and `export`'s, figures
are `statistics`'s."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol

from bot.log.database import stamp
from bot.log.exchanges import audience_kept
from retrieval.errors import ChidanError
from retrieval.models import EVERYTHING, Audience
from retrieval.text.vietnamese import fold, normalise, words

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


KINDS = ("answer", "not_found", "smalltalk", "clarify", "error", "pending")
"""What a filter can ask for: the kinds of answers, failures, and what is unanswered yet."""
Row = dict[str, Any]

_OUTCOME = (
    "case when e.error is not null then 'error' when e.finished_at is null then 'pending'"
    " else e.kind end"
)
_COLUMNS = (
    "e.id, e.asked_at, e.chat_id, e.topic_id, e.person_id, coalesce(p.name, '') as person,"
    " e.question, coalesce(e.standalone, '') as standalone, coalesce(e.answer, '') as answer,"
    f" {_OUTCOME} as kind, coalesce(e.refusal, '') as refusal, coalesce(e.error, '') as error,"
    " e.confidence, e.total_ms,"
    " (select count(*) from quotes where exchange_id = e.id) as quotes,"
    " (select count(*) from votes where exchange_id = e.id and vote = 'up') as up,"
    " (select count(*) from votes where exchange_id = e.id and vote = 'down') as down"
)
_FROM = "from exchanges e left join people p on p.id = e.person_id"


class Readable(Protocol):
    """A log to read from: bot.log.database.LogDatabase, or a connection of Datasette's."""

    def rows(self, sql: str, *values: object) -> list[dict[str, Any]]:
        """Return what a query finds."""

    def number(self, sql: str, *values: object) -> int:
        """Return the one number that a query finds."""


class ReadConnection:
    """A connection to a database, to be read as a log file is."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def rows(self, sql: str, *values: object) -> list[dict[str, Any]]:
        """Return what a query finds."""
        found = self._connection.execute(sql, values)
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found]

    def number(self, sql: str, *values: object) -> int:
        """Return the one number that a query finds."""
        return int(self._connection.execute(sql, values).fetchone()[0] or 0)


class SourceState(StrEnum):
    """What has become of the source of a quote since the answer."""

    SAME = "same"
    CHANGED = "changed"
    """The words do not stand there any more; the text that was quoted is kept."""
    GONE = "gone"


def with_standings(exchange: Row, index: Readable) -> Row:
    """Return an exchange whose quotes tell, as `standing`, what became of their sources since."""
    quoted = [quote | {"standing": _standing(quote, index)} for quote in exchange["quoted"]]
    return exchange | {"quoted": quoted}


def _standing(quote: Row, index: Readable) -> SourceState:
    live = "from sources s join versions v on v.id = s.version_id where s.id = ?"
    if not index.number(f"select count(*) {live}", quote["source_id"]):
        return SourceState.GONE
    here = "and substr(v.text, ?, ?) = ?"
    length = quote["end"] - quote["start"]
    place = quote["start"] + 1, length, quote["text"]
    same = index.number(f"select count(*) {live} {here}", quote["source_id"], *place)
    return SourceState.SAME if same else SourceState.CHANGED


@dataclass(frozen=True, slots=True)
class Filter:
    """Which exchanges; what is None does not matter."""

    since: datetime | None = None
    until: datetime | None = None
    chat: int | None = None
    kind: str | None = None
    """One of KINDS."""
    vote: str | None = None
    """`up` or `down`: those with at least one such vote."""
    refusal: str | None = None
    """A reason: retrieval.models.RefusalReason."""
    source: str | None = None
    """The id of a source that was quoted, or was nearest."""
    verdict: str | None = None
    """bot.log.verdicts.Verdict, or `none`: nobody has judged it."""
    search: str | None = None
    """Words that all stand in question, answer or quotes, with or without diacritics."""
    audience: Audience = EVERYTHING
    """Of whoever reads: answers for eyes that see more are left out."""


def find(file: Readable, wanted: Filter, limit: int = -1, offset: int = 0) -> list[Row]:
    """Return exchanges, newest first: columns as in `_COLUMNS`, times in UTC."""
    where, values = _where(wanted)
    sql = f"select {_COLUMNS} {_FROM} where {where} order by e.id desc limit ? offset ?"
    return file.rows(sql, *values, limit, offset)


_EVIDENCE: Mapping[str, str] = {
    "quoted": "select exchange_id, rank, text, publisher, date, title, path, url, source_id,"
    ' start, "end" from quotes where exchange_id in ({}) order by exchange_id, rank',
    "voted": "select v.exchange_id, v.vote, v.reason, v.words, v.voted_at,"
    " coalesce(p.name, '') as person from votes v left join people p on p.id = v.person_id"
    " where v.exchange_id in ({}) order by v.exchange_id, v.voted_at",
    "verdicts": "select exchange_id, reviewer, verdict, note, must, decided_at from verdicts"
    " where exchange_id in ({}) order by exchange_id, decided_at",
}
"""What belongs to an exchange, as a list of rows each."""
_BATCH = 500
"""Exchanges whose evidence is asked for at once."""


def with_evidence(file: Readable, rows: Sequence[Row]) -> list[Row]:
    """Return exchanges of `find` with their `quoted`, `voted` and `verdicts`."""
    held: dict[int, Row] = {row["id"]: row | {name: [] for name in _EVIDENCE} for row in rows}
    ids = list(held)
    for at in range(0, len(ids), _BATCH):
        some = ids[at : at + _BATCH]
        for name, sql in _EVIDENCE.items():
            for found in file.rows(sql.format(", ".join("?" * len(some))), *some):
                held[found.pop("exchange_id")][name].append(found)
    return list(held.values())


def count(file: Readable, wanted: Filter) -> int:
    """Return how many exchanges there are of a kind."""
    where, values = _where(wanted)
    return file.number(f"select count(*) from exchanges e where {where}", *values)


def entry(file: Readable, exchange_id: int, audience: Audience = EVERYTHING) -> Row | None:
    """Return one exchange, None if unknown, or for eyes that see more than `audience`.

    With `quoted`, `votes`, `verdicts`, `handed_over` and `model`.
    """
    condition, values = seen_by(audience)
    rows = file.rows(
        f"select {_COLUMNS}, e.finished_at, e.edited_at, e.nearest_source_id, e.timings_ms,"
        " coalesce(e.understood, '') as understood"
        f" {_FROM} where e.id = ? and {condition}",
        *(exchange_id, *values),
    )
    if not rows:
        return None
    return rows[0] | {
        "quoted": file.rows(
            "select * from quotes where exchange_id = ? order by rank", exchange_id
        ),
        "votes": file.rows(
            "select v.*, coalesce(p.name, '') as person from votes v"
            " left join people p on p.id = v.person_id where exchange_id = ?",
            exchange_id,
        ),
        "verdicts": file.rows(
            "select * from verdicts where exchange_id = ? order by decided_at", exchange_id
        ),
        "handed_over": bool(
            file.number("select count(*) from handovers where exchange_id = ?", exchange_id)
        ),
        "model": _model_uses(file, exchange_id),
    }


def match(typed: str) -> str:
    """Return the FTS5 query for words that people typed.

    >>> match('Đảng viên "mới"')
    '"dang" "vien" "moi"'
    """
    return " ".join(f'"{fold(word.text)}"' for word in words(normalise(typed)))


def _model_uses(file: Readable, exchange_id: int) -> list[Row]:
    known = file.number("select count(*) from sqlite_master where name = 'model_uses'")
    if not known:
        return []
    return file.rows("select * from model_uses where exchange_id = ? order by id", exchange_id)


_SEEN = """not exists (select 1 from json_each(coalesce(e.audience, '[]'))
    where value not in (select value from json_each(?)))"""


def seen_by(audience: Audience) -> tuple[str, list[str]]:
    """Return the condition under which `audience` may see an exchange `e`, and its values."""
    return ("1", []) if audience == EVERYTHING else (_SEEN, [audience_kept(audience) or "[]"])


def _where(wanted: Filter) -> tuple[str, list[object]]:
    clauses = dict(_clauses(wanted))
    condition, seen = seen_by(wanted.audience)
    return " and ".join([condition, *clauses]), [*seen, *clauses.values()]


def _clauses(wanted: Filter) -> Iterator[tuple[str, object]]:
    if wanted.since:
        yield "e.asked_at >= ?", stamp(wanted.since)
    if wanted.until:
        yield "e.asked_at < ?", stamp(wanted.until)
    if wanted.chat is not None:
        yield "e.chat_id is ?", wanted.chat
    if wanted.kind:
        yield f"{_OUTCOME} = ?", wanted.kind
    if wanted.vote:
        yield "e.id in (select exchange_id from votes where vote = ?)", wanted.vote
    if wanted.refusal:
        yield "e.refusal = ?", wanted.refusal
    if wanted.source:
        known = "select source_id from quotes where exchange_id = e.id"
        yield f"? in ({known} union select e.nearest_source_id)", wanted.source
    if wanted.verdict:
        latest = (
            "coalesce((select verdict from verdicts where exchange_id = e.id"
            " order by decided_at desc limit 1), 'none')"
        )
        yield f"{latest} = ?", wanted.verdict
    if wanted.search:
        found = "e.id in (select rowid from exchanges_fts where exchanges_fts match ?)"
        yield found, match(wanted.search) or '""'
