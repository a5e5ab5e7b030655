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

from retrieval.documents import Quote
from retrieval.injection import addresses_assistant
from retrieval.pool import Candidate, Findings
from retrieval.question import Wanted
from retrieval.spellings import bare

_ASKING = re.compile(
    r"\b(?:la ai|ai la|la nguoi nao|nguoi nao la|ten (?:la )?gi|do ai|hien nay|hien tai|ai giu chuc"
    r"|(?:cho hoi|dong chi|ong|ba|ai|nao|vay|the|a)(?=\W|$))",
    re.IGNORECASE,
)
_SHORTEST_OFFICE = 3
_NAME = r"(?:[A-Z]\w+\s){1,4}[A-Z]\w+"


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who holds the office, says a sentence of a source of that day."""

    name: str
    day: date
    candidate: Candidate


def newest_first(findings: Findings) -> tuple[Findings, tuple[Holder, ...]]:
    """Return the findings with the newest holder first, then the others; and who these are.

    Nothing moves, and nobody is returned, unless sources of different days name different holders.
    """
    office = _office(findings)
    latest: dict[str, Holder] = {}
    for holder in _holders(findings.candidates, office) if office else ():
        known = latest.get(bare(holder.name))
        if known is None or holder.day > known.day:
            latest[bare(holder.name)] = holder
    order = sorted(latest.values(), key=lambda holder: holder.day, reverse=True)
    if len(order) < 2 or order[0].day == order[1].day:
        return findings, ()
    first = [holder.candidate for holder in order]
    ids = {candidate.sentence.id for candidate in first}
    rest = (c for c in findings.candidates if c.sentence.id not in ids)
    return replace(findings, candidates=(*first, *rest)), tuple(order)


def earlier(holders: Sequence[Holder], quotes: Sequence[Quote]) -> str:
    """Return the sentence that dates the older holders whose quotes are shown."""
    shown = [
        f"{h.name} (ngày {h.day.day}/{h.day.month}/{h.day.year})"
        for h in holders[1:]
        if any(q.source.date == h.day and h.name in q.text for q in quotes)
    ]
    return f"Nguồn cũ hơn nêu: {', '.join(shown)}." if shown else ""


def _office(findings: Findings) -> str:
    """Return the office that is asked for, in letters without diacritics; nothing if none is."""
    question = findings.question
    if question.wanted is not Wanted.PERSON or question.years:
        return ""
    words = re.sub(r"[^\w\s]", " ", _ASKING.sub(" ", bare(question.text))).split()
    return " ".join(words) if len(words) >= _SHORTEST_OFFICE else ""


def _holders(candidates: Sequence[Candidate], office: str) -> Iterator[Holder]:
    written = re.escape(office).replace(r"\ ", r"\s+")
    beside = re.compile(
        rf"(?<!Pho )(?<!pho )\b(?i:{written})(?:\s+nam\s+\d{{4}})?\s+(?P<after>{_NAME})"
        rf"|(?P<before>{_NAME}),\s+(?i:{written})(?!\w)"
    )
    for candidate in candidates:
        match, day = beside.search(bare(candidate.sentence.text)), candidate.source.date
        if match and day and not addresses_assistant(candidate.sentence.text):
            group = "after" if match["after"] else "before"
            yield Holder(candidate.sentence.text[slice(*match.span(group))], day, candidate)
