"""Which answers of the log are no longer right: what index and reviewers say now of what was told.

Owns comparing. Looks through what has changed since the last look alone; the first look only notes
where it stands, so that answers of years ago are not brought up. Blocking.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from itertools import groupby
from typing import Any, Protocol

from bot.log.corrections import TEXT_CAUSES, Cause, CorrectedQuote, Corrections, Look
from bot.log.database import LogDatabase
from bot.log.exchanges import audience_of
from bot.log.verdicts import Verdict
from retrieval.models import EVERYTHING, Audience, Edition, Quote, Source
from retrieval.registry.supersession import Overtaken
from retrieval.text.revisions import nearest_stretch, stands, words_key
from retrieval.text.sentences import split_sentences

_WRONG = (Verdict.WRONG_QUOTE, Verdict.SHOULD_REFUSE)
_Found = tuple[CorrectedQuote, str]
"""What changed, and the words that were quoted."""
_Row = dict[str, Any]
# What the chat has seen: three quotes, and those that the text above them cites.
_SEEN = """
select q.exchange_id, q.rank, q.source_id, q.path, q.title, q.date, q.start, q."end", q.text,
    e.finished_at, e.audience
from quotes q join exchanges e on e.id = q.exchange_id
where e.kind = 'answer' and e.error is null and e.question <> '' and e.chat_id is not null
    and q.text <> '' and (q.rank <= 3 or instr(e.answer, '[' || q.rank || ']'))
    and exists (select 1 from replies where exchange_id = e.id)
"""


class Indexed(Protocol):
    """What is asked of the index: retrieval.index.Index."""

    def edition(self) -> Edition:
        """Return which state of the index is live."""

    def changed_since(self, seen: Edition) -> set[str] | None:
        """Return the ids of the sources that changed since; None if the index was made anew."""

    def text(self, source_id: str, audience: Audience = ...) -> str:
        """Return the stored text of a source, "" where there is no such source."""

    def numbers_overtaken_by(self, source_ids: Collection[str]) -> set[str]:
        """Return the numbers of the directives that these sources call replaced or amended."""

    def newly_overtaken(
        self, quote: Quote, asked: datetime, audience: Audience = ...
    ) -> Overtaken | None:
        """Return what became of a directive of a quote, unknown when it was asked for."""


def look(file: LogDatabase, corrections: Corrections, index: Indexed) -> int | None:
    """Find the answers touched since the last look; return the new correction, None for none."""
    edition, last = index.edition(), corrections.last_look()
    verdicts = file.rows("select coalesce(max(decided_at), '') as until from verdicts")
    seen = Look(edition, verdicts[0]["until"])
    if last is None:
        return corrections.looked(seen)
    changed = _changed(file, index, last.edition, edition)
    pending = corrections.pending_quotes()
    if not changed and not pending and seen.verdicts_until <= last.verdicts_until:
        return None
    by_text, stale = _by_text(file, corrections.told(), pending, index, changed)
    stale += _taken_back(file, pending)
    new = [
        *by_text,
        *_by_supersession(file, index, changed),
        *_by_verdict(file, index, last.verdicts_until, corrections.found_wrong()),
    ]
    return corrections.looked(seen, new, stale)


def _changed(file: LogDatabase, index: Indexed, seen: Edition, live: Edition) -> set[str]:
    if (seen.uid, seen.generation) == (live.uid, live.generation):
        return set()
    changed = index.changed_since(seen)
    if changed is None:
        return {row["source_id"] for row in file.rows("select distinct source_id from quotes")}
    return changed


def _by_text(
    file: LogDatabase,
    told: Mapping[tuple[int, int], str],
    pending: Sequence[CorrectedQuote],
    index: Indexed,
    changed: Collection[str],
) -> tuple[list[_Found], list[CorrectedQuote]]:
    """Return what no longer stands in sources that changed, and what of `pending` is not so."""
    waiting = {(p.exchange_id, p.rank): p for p in pending if p.cause in TEXT_CAUSES}
    rows = file.rows(
        f"{_SEEN} and q.source_id in (select value from json_each(?)) order by q.source_id",
        json.dumps(list(changed)),
    )
    # Whoever got a quote may have it corrected: the texts are looked at as they are.
    texts = {source: index.text(source, EVERYTHING) for source in changed} if rows else {}
    keys = {source: words_key(text) for source, text in texts.items()}
    visible = cache(lambda source, kept: bool(index.text(source, audience_of(kept))))
    # Many answers quote the same.
    stands_now = cache(
        lambda source, quoted, known: _stands_now(source, quoted, known, texts, keys)
    )
    found: list[_Found] = []
    stale: list[CorrectedQuote] = []
    for source, quoted in groupby(rows, lambda row: str(row["source_id"])):
        for row in quoted:
            if texts[source] and not visible(source, row["audience"]):
                continue  # it is no longer for the eyes of that chat
            place = row["exchange_id"], row["rank"]
            before = told.get(place, row["text"])
            now = stands_now(source, row["text"], before)
            waits = waiting.get(place)
            if waits and (waits.before, waits.now) != (before, now):
                stale.append(waits)
            if now == before:
                continue
            cause = Cause.CHANGED if texts[source] else Cause.GONE
            cause = Cause.RESTORED if now == row["text"] else cause
            found.append((_corrected(row, cause, before, now), row["text"]))
    return found, stale


def _stands_now(
    source_id: str, quoted: str, known: str, texts: Mapping[str, str], keys: Mapping[str, str]
) -> str:
    """Return what of a source stands now for words that were quoted, "" where nothing does.

    The file of a source that is gone may only have been moved: then its words stand in another one
    that changed with it.
    """
    text = texts[source_id]
    if not text:
        moved = any(stands(quoted, other) for other in keys.values())
        return quoted if moved else ""
    for words in (quoted, known):
        if words and stands(words, keys[source_id]):
            return words
    span = nearest_stretch(known or quoted, text)
    return text[span.start : span.end] if span else ""


def _by_supersession(
    file: LogDatabase, index: Indexed, changed: Collection[str]
) -> Iterator[_Found]:
    """Yield the best quotes that speak of a directive which a changed source calls replaced."""
    numbers = index.numbers_overtaken_by(changed) if changed else ()
    for number in sorted(numbers):
        rows = file.rows(
            f"{_SEEN} and q.rank = 1 and e.id in"
            " (select exchange_id from directives where name like '%' || ? || '%')",
            number,
        )
        for row in rows:
            day = date.fromisoformat(row["date"]) if row["date"] else None
            source = Source(row["source_id"], row["path"], row["title"], date=day)
            quote = Quote(source, row["start"], row["end"], row["text"])
            asked, seen = datetime.fromisoformat(row["finished_at"]), audience_of(row["audience"])
            news = index.newly_overtaken(quote, asked, seen)
            if news and news.quote.source.id in changed:
                said, by = news.quote.text, news.quote.source.name
                yield _corrected(row, Cause.SUPERSEDED, row["text"], said, by), row["text"]


def _by_verdict(
    file: LogDatabase, index: Indexed, since: str, known: Collection[int]
) -> Iterator[_Found]:
    """Yield the best quotes of answers that reviewers judged wrong since then, but those known."""
    verdicts = file.rows(
        "select exchange_id, max(must) as must from verdicts where decided_at > ?"
        " and verdict in (select value from json_each(?)) group by exchange_id",
        *(since, json.dumps(_WRONG)),
    )
    for verdict in verdicts:
        if verdict["exchange_id"] in known:
            continue
        rows = file.rows(f"{_SEEN} and q.rank = 1 and e.id = ?", verdict["exchange_id"])
        for row in rows:
            seen = audience_of(row["audience"])
            right = _sentence_with(verdict["must"], index.text(row["source_id"], seen))
            yield _corrected(row, Cause.WRONG, row["text"], right), row["text"]


def _sentence_with(words: str, text: str) -> str:
    """Return the first sentence that holds some words, "" where none does or none are given."""
    if not words_key(words).strip():
        return ""
    spans = split_sentences(text)
    found = (
        text[s.start : s.end] for s in spans if stands(words, words_key(text[s.start : s.end]))
    )
    return next(found, "")


def _taken_back(file: LogDatabase, pending: Sequence[CorrectedQuote]) -> list[CorrectedQuote]:
    """Return what was found for a verdict that is not given any more."""
    rows = file.rows(
        "select exchange_id from verdicts where verdict in (select value from json_each(?))",
        json.dumps(_WRONG),
    )
    wrong = {row["exchange_id"] for row in rows}
    return [p for p in pending if p.cause is Cause.WRONG and p.exchange_id not in wrong]


def _corrected(row: _Row, cause: Cause, before: str, now: str, by: str = "") -> CorrectedQuote:
    place = row["exchange_id"], row["rank"]
    return CorrectedQuote(*place, cause, row["title"], before, now, by)
