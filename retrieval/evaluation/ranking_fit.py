"""Fitting the weights of search to samples, and what they are worth on others. Pure.

Two models, both linear so that the weights can be read:
  - which candidate answers: a listwise softmax over the candidates of a question;
  - whether any does: logistic regression on what speaks for the best one.
What only speaks for an answer, or only against one, is bounded by sign. Leaves to others: gathering
samples (`samples`), the losses (`losses`), and what is done with the weights.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from retrieval.answering.abstention import decide
from retrieval.answering.quotes import select
from retrieval.evaluation.losses import (
    Array,
    Bounds,
    Choice,
    Scale,
    fit_choice,
    fit_logistic,
    scale_of,
)
from retrieval.evaluation.metrics import Outcome, Response, judged
from retrieval.evaluation.samples import FOLDS, Sample
from retrieval.models import Answer, Kind
from retrieval.ranking.candidates import Findings
from retrieval.ranking.features import FEATURES, Floats
from retrieval.ranking.signals import SIGNALS
from retrieval.ranking.weights import DIGITS, Ranking

_RISING = """
    cos_sentence cos_passage cos_mean match_sentence match_passage match_accented cover_sentence
    cover_near cover_passage cover_context pairs_sentence pairs_passage offers offers_number
    offers_date offers_person offers_near counts counts_list year_match score score_lead
    score_lead_mean cos_gap match_gap cos_standing match_standing cover_best_three
    offers_best_three counted_best_three cover_heading list_wanted numbered reader
    reader_evidence
"""
RISING = frozenset(_RISING.split())
"""What can only speak for an answer: without this, features that go together trade signs."""
_FALLING = """
    names_missing year_conflict deputy heaviest_missing unknown_words unknown_pairs unknown_names
    attribute_missing leaves_open numbered_other
"""
FALLING = frozenset(_FALLING.split())
"""What can only speak against one."""


def _one(sample: Sample) -> float:
    return 1.0


@dataclass(frozen=True, slots=True)
class Ridge:
    """How weights are held back, on the standard scale, and what each question counts."""

    features: float
    signals: float
    toward: Ranking | None = None
    """The weights toward which those fitted are held; None: 0, and the bias is free."""
    in_telling: Callable[[Sample], float] = _one
    """What it counts where answered questions are told from others."""


def fitted(samples: Sequence[Sample], ranking: Ranking, ridge: Ridge) -> Ranking:
    """Return `ranking` with features, signals and bias fitted to `samples`; all else as it is.

    What no sample tells anything about stays as it is too.
    """
    ranked = replace(ranking, features=_rounded(_features(samples, ranking, ridge)))
    telling = signals_of(samples, ranked)
    if not telling:
        return ranked
    rows = np.array([evidence for _, evidence in telling], dtype=float)
    own = [sample for sample, _ in telling]
    counts = np.array([ridge.in_telling(sample) for sample in own])
    scale = scale_of(rows)
    toward = None
    if (home := ridge.toward) is not None:
        signals = home.signals.astype(float)
        toward = np.append(signals * scale.deviation, home.bias + signals @ scale.mean)
    speaks, bias = fit_logistic(
        scale(rows), truth_of(own), counts, ridge.signals, bounds_of(SIGNALS), toward
    )
    speaks = speaks / scale.deviation
    bias = round(float(bias - speaks @ scale.mean), DIGITS)
    return replace(ranked, signals=_rounded(speaks), bias=bias)


def _features(samples: Sequence[Sample], ranking: Ranking, ridge: Ridge) -> Array:
    if not any(sample.right.any() for sample in samples):
        return ranking.features.astype(float)
    choices, scale = choices_of(samples)
    home = ridge.toward
    toward = None if home is None else home.features.astype(float) * scale.deviation
    weights = fit_choice(choices, ridge.features, bounds_of(FEATURES), toward=toward)
    raw: Array = weights / scale.deviation
    return raw


def _rounded(weights: Array) -> Floats:
    return np.array([round(float(weight), DIGITS) for weight in weights], dtype=np.float32)


def signals_of(samples: Iterable[Sample], ranking: Ranking) -> list[tuple[Sample, Floats]]:
    """Return the signals of each question that no veto refuses: of what is refused for a missing
    name or directive, the probability says nothing.
    """
    found = ((sample, sample.found(ranking)) for sample in samples)
    return [(s, f.evidence) for s, f in found if f.evidence is not None and not vetoed(f)]


def truth_of(samples: Iterable[Sample]) -> Array:
    """Return 1 for each question that has an answer, else 0."""
    return np.array([float(sample.case.answerable) for sample in samples])


def vetoed(findings: Findings) -> bool:
    """Return True if a question is refused whatever its probability."""
    return not decide(findings, threshold=0.0).answers


def choices_of(samples: Sequence[Sample]) -> tuple[list[Choice], Scale]:
    """Return the candidates of each question that has a right one, on a standard scale."""
    telling = [s for s in samples if s.right.any()]
    scale = scale_of(np.concatenate([s.rows for s in telling]).astype(float))
    return [Choice(scale(s.rows), s.right) for s in telling], scale


def bounds_of(names: Iterable[str], without: str = "") -> Bounds:
    """Return how each weight is bounded; that of `without` is 0."""
    return [
        (0, 0) if n == without else (0 if n in RISING else None, 0 if n in FALLING else None)
        for n in names
    ]


def cross_validated(
    samples: Sequence[Sample], fit: Callable[[Sequence[Sample]], Ranking]
) -> list[tuple[Sample, Outcome]]:
    """Return the outcome of each sample, with weights that `fit` made without its fold."""
    outcomes = []
    for fold in range(FOLDS):
        held = [sample for sample in samples if sample.fold == fold]
        if held:
            ranking = fit([sample for sample in samples if sample.fold != fold])
            outcomes += [(sample, outcome_of(sample, ranking)) for sample in held]
    return outcomes


def outcome_of(sample: Sample, ranking: Ranking) -> Outcome:
    """Return what comes of asking with other weights, judged."""
    findings = sample.found(ranking)
    quotes = select(findings, ranking)
    decision = decide(findings, ranking.threshold)
    kind = Kind.ANSWER if decision.answers and quotes else Kind.NOT_FOUND
    shown = quotes if kind is Kind.ANSWER else ()
    answer = Answer(sample.case.question, kind, quotes=shown, confidence=decision.probability)
    documents = {found.source.id: found.document for found in sample.pool.found}
    return judged(sample.case, Response(answer, quotes, findings.candidates), documents)
