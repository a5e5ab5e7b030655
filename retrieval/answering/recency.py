"""Who held an office when: of several names in sources of several dates, the newest leads.

Owns finding holders of the office that a question asks for, and putting the newest first. Pure.
Only a name right beside the whole name of the office counts, so a deputy is never taken for the
head; a question that names a year is left as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from retrieval.answering.answer_span import holder_in, office_asked
from retrieval.answering.counts import Count, counts_in, levels_in, until
from retrieval.answering.quotes import answering_words
from retrieval.models import Quote, Remark, RemarkKind
from retrieval.query.analysis import Question, Wanted
from retrieval.ranking.candidates import Candidate, Findings
from retrieval.text.dates import dates_in
from retrieval.text.prompt_injection import addresses_assistant
from retrieval.text.vietnamese import fold, key, unaccented

_MOST_OLDER = 2


@dataclass(frozen=True, slots=True)
class Recount:
    """A figure that a source of that day gives."""

    count: Count
    day: date
    candidate: Candidate


def newest_figure_first(findings: Findings) -> tuple[Findings, tuple[Recount, ...]]:
    """Return the findings with the newest figure first, and the figures, newest first.

    Nothing moves, and nothing is returned, unless sources of different days give different figures.
    """
    found = _figures(findings)
    if len(found) < 2:
        return findings, ()
    newest = found[0].candidate
    rest = (c for c in findings.candidates if c.sentence.id != newest.sentence.id)
    return replace(findings, candidates=(newest, *rest)), found


def older_figures(figures: Sequence[Recount], question: Question) -> tuple[Quote, ...]:
    """Return the sentences that give the older figures, to be quoted."""
    return tuple(
        Quote(c.source, c.sentence.start, c.sentence.end, c.sentence.text,
              answering_words(question, c.sentence.text))
        for c in (figure.candidate for figure in figures[1:])
    )  # fmt: skip


def earlier_figures(figures: Sequence[Recount]) -> Remark | None:
    """Return the older figures with their days, None if there are none."""
    return _earlier([(figure.count.said, figure.day) for figure in figures[1:]])


def _figures(findings: Findings) -> tuple[Recount, ...]:
    """Return the figures of the thing that the best sentence counts, newest first."""
    question, candidates = findings.question, findings.candidates
    best = candidates[0] if candidates else None
    if best is None or best.source.date is None or question.wanted is not Wanted.NUMBER:
        return ()
    asked = [c for c in counts_in(best.sentence.text) if _answers(c, question)]
    if len(asked) != 1:
        return ()
    first = Recount(asked[0], best.source.date, best)
    others = [f for c in candidates[1:] for f in _recounts(first, c, findings)]
    return _in_order([first, *others])


def _recounts(first: Recount, other: Candidate, findings: Findings) -> Iterator[Recount]:
    day, text = other.source.date, other.sentence.text
    if day is None or other.source.id == first.candidate.source.id:
        return
    timed = bool(findings.question.years or [*dates_in(findings.question.text)])
    for count in counts_in(text):
        same_time = count.times == first.count.times
        if count.unit[:2] == first.count.unit[:2] and count.words == first.count.words and (
            (same_time and (count.times or count.standing))
            or (not timed and _comparable(first, count, text))
        ) and _same_place(first, count, other, findings):  # fmt: skip
            yield Recount(count, day, other)


def _comparable(first: Recount, count: Count, text: str) -> bool:
    """True if two figures of different times are of one kind: states, sums until then, years."""
    one, other = first.count, count
    if one.bounded or other.bounded:
        return False
    if one.standing and other.standing:
        return True
    if until(first.candidate.sentence.text) and until(text):
        return True
    return all(len(c.times) == 1 and len(c.times[0]) == len("2024") for c in (one, other))


def _same_place(first: Recount, count: Count, other: Candidate, findings: Findings) -> bool:
    """True if both say where, or both sources know only one place of the level that is meant."""
    if not count.unnamed:
        return count.placed
    mine, theirs = (
        levels_in(f"{c.source.title}\n{c.source.about}\n{findings.stored[c.source.id]}")
        for c in (first.candidate, other)
    )
    names = [(mine[level] - {""}, theirs[level] - {""}) for level in count.unnamed]
    return all(len(one) == 1 and one == two for one, two in names)


def _answers(count: Count, question: Question) -> bool:
    """True if the figure counts what the question asks for."""
    folded = {key(fold(word)) for word in count.unit}
    wanted = set(question.counted or question.content)
    return bool(folded & wanted)


def _in_order(found: Sequence[Recount]) -> tuple[Recount, ...]:
    """Return each figure once, newest first; nothing if one day has two of them."""
    latest: dict[str, Recount] = {}
    for figure in found:
        known = latest.get(figure.count.value)
        if known is None or figure.day > known.day:
            latest[figure.count.value] = figure
    order = sorted(latest.values(), key=lambda figure: figure.day, reverse=True)
    if len({figure.day for figure in order}) < len(order):
        return ()
    return tuple(order[: 1 + _MOST_OLDER])


_ASKS_HOLDER = re.compile(r"\b(?:ten|hien nay|hien tai|bay gio|duong nhiem|hien gio)\b")


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who holds the office, says a sentence of a source of that day."""

    name: str
    day: date
    """`date.min` for a source without a date."""
    candidate: Candidate


def newest_first(findings: Findings) -> tuple[Findings, tuple[Holder, ...]]:
    """Return the findings with the newest holder first, then the others; and who these are.

    Nobody is returned unless sources of different days name different holders. Where all name one,
    the newest source that does leads: another sentence tells of somebody else.
    """
    office = _office(findings)
    found = list(_holders(findings.candidates, office)) if office else []
    latest: dict[str, Holder] = {}
    for holder in found:
        known = latest.get(unaccented(holder.name))
        if known is None or holder.day > known.day:
            latest[unaccented(holder.name)] = holder
    order = sorted(latest.values(), key=lambda holder: holder.day, reverse=True)
    if not order or (len(order) > 1 and order[0].day == order[1].day):
        return findings, ()
    if len(order) > 1:
        order = [holder for holder in order if holder.day > date.min]
    first = [holder.candidate for holder in order]
    ids = {candidate.sentence.id for candidate in first}
    rest = (c for c in findings.candidates if c.sentence.id not in ids)
    moved = replace(findings, candidates=(*first, *rest))
    return moved, tuple(order) if len(order) > 1 else ()


def earlier(holders: Sequence[Holder], quotes: Sequence[Quote]) -> Remark | None:
    """Return the older holders whose quotes are shown, with their days, None without any."""
    return _earlier(
        [
            (h.name, h.day)
            for h in holders[1:]
            if any(q.source.date == h.day and h.name in q.text for q in quotes)
        ]
    )


def _earlier(dated: Sequence[tuple[str, date]]) -> Remark | None:
    if not dated:
        return None
    subjects, days = zip(*dated, strict=True)
    return Remark(RemarkKind.EARLIER, subjects, days)


def _office(findings: Findings) -> str:
    """Return the office that is asked for, in letters without diacritics; nothing if none is."""
    question = findings.question
    plain = unaccented(question.text)
    asks = question.wanted is Wanted.PERSON or _ASKS_HOLDER.search(plain.lower())
    if not asks or question.years:
        return ""
    return office_asked(question)


def _holders(candidates: Sequence[Candidate], office: str) -> Iterator[Holder]:
    """Yield who holds the office, by the sentences that say so."""
    for candidate in candidates:
        text, day = candidate.sentence.text, candidate.source.date
        if (name := holder_in(office, text)) and not addresses_assistant(text):
            yield Holder(text[name.start : name.end], day or date.min, candidate)
