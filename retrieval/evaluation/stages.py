"""Where an answer is lost on the way from the stored text to the first quote. Pure.

Each stage is a yes or no for one question: how far down its answer was still there.

    asked      answerable, and asked without a turn before it
    stored     the stored text of a right document holds all that is required
    document   a right document is among the passages that search kept
    together   its passages that search kept hold all that is required, together
    passage    one passage does
    unit       one unit (a sentence, a list, a row) does
    three      the best three quotes do, shown or not
    first      the best quote does
    shown      the best three quotes do, and the question was not refused
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from typing import TYPE_CHECKING
from unicodedata import normalize

from retrieval.evaluation.cases import Case
from retrieval.models import Document, Kind, Quote, Span

if TYPE_CHECKING:
    from retrieval.evaluation.metrics import Response

QUOTES_COUNTED = 3


@dataclass(frozen=True, slots=True)
class Stages:
    """How far the answer to one question came; see the module."""

    asked: bool = False
    stored: bool = False
    document: bool = False
    together: bool = False
    passage: bool = False
    unit: bool = False
    three: bool = False
    first: bool = False
    shown: bool = False


NOWHERE = Stages()
"""Of a question that has no answer or leans on a turn before it."""


def stages_of(case: Case, given: Response, documents: Mapping[str, Document]) -> Stages:
    """Return how far the answer to `case` came; `documents` are those of the index by source id."""
    if not case.answerable or case.history:
        return NOWHERE
    right = [c for c in given.candidates if case.cites(c.source)]
    passages = {c.passage.id: c.passage for c in right}
    own = [d for d in documents.values() if case.cites(d.source)]
    spans = [(p.source_id, Span(p.start, p.end), p.text) for p in passages.values()]
    units = [(c.source.id, Span(c.sentence.start, c.sentence.end), c.sentence.text) for c in right]
    best = given.quotes[:QUOTES_COUNTED]
    three = held_at(case, best)
    return Stages(
        asked=True,
        stored=any(_holds(case, d.source.id, Span(0, len(d.text)), d.text) for d in own),
        document=bool(passages),
        together=_together(case, spans),
        passage=any(_holds(case, *span) for span in spans),
        unit=any(_holds(case, *unit) for unit in units),
        three=three,
        first=held_at(case, best[:1]),
        shown=three and given.answer.kind is Kind.ANSWER,
    )


def stage_counts(stages: Iterable[Stages]) -> dict[str, int]:
    """Return how many answers came as far as each stage, by its name."""
    names = [field.name for field in fields(Stages)]
    columns = zip(*(astuple(one) for one in stages), strict=True)
    return dict(zip(names, map(sum, columns), strict=False)) or dict.fromkeys(names, 0)


def held_at(case: Case, quotes: Sequence[Quote]) -> bool:
    """Return True if the quotes together hold what the case requires."""
    if case.place:
        return any(_holds(case, q.source.id, Span(q.start, q.end), q.text) for q in quotes)
    return said(case, "\n".join(q.text for q in quotes)) == 1


def said(case: Case, text: str) -> float:
    """Return which share of the groups of required words `text` holds; case does not matter."""
    plain = _plain(text)
    held = sum(any(_plain(words) in plain for words in group) for group in case.must)
    return held / len(case.must) if case.must else 0.0


def _holds(case: Case, source_id: str, span: Span, text: str) -> bool:
    if place := case.place:
        return source_id == place.source_id and span.start <= place.start < span.end
    return said(case, text) == 1


def _together(case: Case, spans: Sequence[tuple[str, Span, str]]) -> bool:
    if case.place:
        return any(_holds(case, *span) for span in spans)
    own: dict[str, list[str]] = {}
    for source_id, _, text in spans:
        own.setdefault(source_id, []).append(text)
    return any(said(case, "\n".join(texts)) == 1 for texts in own.values())


def _plain(text: str) -> str:
    return " ".join(normalize("NFC", text).lower().split())
