"""How good answers are: one outcome for each case, figures over many. Pure.

Owns judging and metrics. Asking is `runner`'s, reading cases is `cases`'.

A figure is None where nothing can be counted. Shares are 0 to 1:
  hit@1, hit@3    what is required stands in the first quote, in the first three together; counted
                  on the best quotes whether or not they are shown
  shown@1, @3     the same, and they are shown: refusals count as misses
  source          the best quote is from the right source
  R@1, R@5, MRR   where the first right passage stands (SQuAD: the right paragraph)
  verbatim        quotes that stand in the stored text to the character
  AUC             how well the confidence tells answerable from not: the chance that it is higher
  balanced        mean of the shares of answerable that are answered, and of others refused
  refused         answerable, but refused;   answered: not answerable, but answered
  chars, quoted   characters of the best quote of answerable questions; of all quotes of an answer
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np

from retrieval.answering.quotes import verified
from retrieval.evaluation.cases import SMALL_TALK, Case
from retrieval.evaluation.stages import NOWHERE, QUOTES_COUNTED, Stages, held_at, said, stages_of
from retrieval.models import Answer, Document, Kind, Quote
from retrieval.ranking.candidates import Candidate

PASSAGES_COUNTED = 5


@dataclass(frozen=True, slots=True)
class Response:
    """What came of asking: the answer, and what it was chosen from."""

    answer: Answer
    quotes: tuple[Quote, ...] = ()
    """The best quotes, shown or not."""
    candidates: tuple[Candidate, ...] = ()
    ms: float = 0.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """One case, judged."""

    case: Case
    kind: Kind
    confidence: float
    hit_1: bool
    hit_3: bool
    source: bool | None
    """Whether the best quote is from the right source; None where there is none to cite."""
    rank: int
    """Where the first right passage stands among passages, from 1; 0 where it does not."""
    quotes: int
    verbatim: int
    """How many of the quotes shown are."""
    best: str
    """The best quote."""
    ms: float
    quoted: int = 0
    """Characters of the quotes shown."""
    stages: Stages = NOWHERE

    @property
    def answered(self) -> bool:
        """True if quotes were shown."""
        return self.kind is Kind.ANSWER

    @property
    def fault(self) -> str:
        """What is wrong with it, empty if nothing is."""
        if not self.case.answerable:
            return "answered" if self.answered else ""
        if not self.hit_3:
            return "missed"
        return "" if self.answered else "refused"


@dataclass(frozen=True, slots=True)
class Figures:
    """Figures over cases; see the module for each."""

    n: int
    hit_1: float | None
    hit_3: float | None
    shown_1: float | None
    shown_3: float | None
    source: float | None
    r_1: float | None
    r_5: float | None
    mrr: float | None
    verbatim: float | None
    auc: float | None
    balanced: float | None
    refused: float | None
    answered: float | None
    p50_ms: float | None
    p95_ms: float | None
    chars: float | None
    quoted: float | None

    def rounded(self) -> dict[str, float | None]:
        """Return the figures by name, three digits behind the point, times and lengths whole."""
        values = {f.name: getattr(self, f.name) for f in fields(self)}
        whole = {"n", "p50_ms", "p95_ms", "chars", "quoted"}
        return {
            k: v if v is None else round(v, None if k in whole else 3) for k, v in values.items()
        }


def judged(case: Case, given: Response, documents: Mapping[str, Document]) -> Outcome:
    """Hold what was given against the case; `documents` are those of the index by source id."""
    best, shown = given.quotes[:QUOTES_COUNTED], given.answer.quotes
    stored = {key: document.text for key, document in documents.items()}
    return Outcome(
        case=case,
        kind=given.answer.kind,
        confidence=given.answer.confidence,
        hit_1=held_at(case, best[:1]),
        hit_3=held_at(case, best),
        source=bool(best) and case.cites(best[0].source) if case.place or case.sources else None,
        rank=_rank(case, given.candidates),
        quotes=len(shown),
        verbatim=sum(verified(q, stored.get(q.source.id, "")) for q in shown),
        best=best[0].text if best else "",
        ms=given.ms,
        quoted=sum(len(quote.text) for quote in shown),
        stages=stages_of(case, given, documents),
    )


def _rank(case: Case, candidates: Iterable[Candidate]) -> int:
    seen: dict[int | str, None] = {}
    for candidate in candidates:
        own = candidate.source.id if case.place else candidate.passage.id
        if own in seen:
            continue
        seen[own] = None
        if case.cites(candidate.source) and (case.place or said(case, candidate.passage.text) == 1):
            return len(seen)
    return 0


def by_kind(outcomes: Sequence[Outcome]) -> dict[str, Figures]:
    """Return the figures of each kind in the order met, and of all under "total".

    A kind of one sort alone is told from all cases of the other sort.
    """
    serious = [o for o in outcomes if o.case.kind != SMALL_TALK]
    kinds = dict.fromkeys(o.case.kind for o in outcomes)
    rows = {}
    for kind in kinds:
        own = [o for o in outcomes if o.case.kind == kind]
        rows[kind] = summarised(own, () if kind == SMALL_TALK else serious)
    return rows | {"total": summarised(outcomes, serious)}


def summarised(outcomes: Sequence[Outcome], against: Sequence[Outcome] = ()) -> Figures:
    """Return the figures over `outcomes`; those not answerable are told from the answerable.

    Which are answerable is looked for in `against`, where `outcomes` hold none.
    """
    able = [o for o in outcomes if o.case.answerable]
    unable = [o for o in outcomes if not o.case.answerable and o.case.kind != SMALL_TALK]
    present = able or [o for o in against if o.case.answerable]
    shown = [o for o in outcomes if o.answered]
    quotes = sum(o.quotes for o in shown)
    # What exists for no other question is read slowly, so it is not timed.
    times = [o.ms for o in outcomes if o.ms and not o.case.absent]
    return Figures(
        n=len(outcomes),
        hit_1=_mean(o.hit_1 for o in able),
        hit_3=_mean(o.hit_3 for o in able),
        shown_1=_mean(o.hit_1 and o.answered for o in able),
        shown_3=_mean(o.hit_3 and o.answered for o in able),
        source=_mean(o.source for o in able if o.source is not None),
        r_1=_mean(o.rank == 1 for o in able),
        r_5=_mean(0 < o.rank <= PASSAGES_COUNTED for o in able),
        mrr=_mean(1 / o.rank if o.rank else 0 for o in able),
        verbatim=sum(o.verbatim for o in shown) / quotes if quotes else None,
        auc=area([o.confidence for o in present], [o.confidence for o in unable]),
        balanced=_balanced(present, unable),
        refused=_mean(not o.answered for o in able),
        answered=_mean(o.answered for o in outcomes if not o.case.answerable),
        p50_ms=float(np.percentile(times, 50)) if times else None,
        p95_ms=float(np.percentile(times, 95)) if times else None,
        chars=_mean(len(o.best) for o in able if o.best),
        quoted=_mean(o.quoted for o in shown),
    )


def area(higher: Sequence[float], lower: Sequence[float]) -> float | None:
    """Return the area under the ROC curve: how often `higher` is above `lower`, ties half.

    >>> area([0.9, 0.5], [0.1, 0.5])
    0.875
    """
    if not higher or not lower:
        return None
    ordered = np.sort(np.array(lower))
    below = np.searchsorted(ordered, higher, "left") + np.searchsorted(ordered, higher, "right")
    return float(below.mean() / 2 / len(lower))


def _balanced(present: Sequence[Outcome], absent: Sequence[Outcome]) -> float | None:
    answered, refused = _mean(o.answered for o in present), _mean(not o.answered for o in absent)
    return (answered + refused) / 2 if answered is not None and refused is not None else None


def _mean(values: Iterable[float | None]) -> float | None:
    kept = [float(v) for v in values if v is not None]
    return sum(kept) / len(kept) if kept else None


def worst(outcomes: Iterable[Outcome], most: int = 8) -> Iterator[Outcome]:
    """Yield what went wrong, most wrong first in each of: answered, missed, refused."""
    faulty = [o for o in outcomes if o.fault]
    for fault, sign in (("answered", -1), ("missed", -1), ("refused", 1)):
        own = [o for o in faulty if o.fault == fault]
        yield from sorted(own, key=lambda o: sign * o.confidence)[:most]
