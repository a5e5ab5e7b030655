"""What speaks for and against the best candidate of a question: signals for refusing.

Owns the signals, pure; their weights are in `ranking.json`, made by `make fit`, which turn them
into the probability that the best unit answers (logistic regression).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.ranking.features import FEATURES, Floats, counted_near, offers_near
from retrieval.ranking.lexical import Weighed
from retrieval.text.vietnamese import Terms

SIGNALS = (
    *FEATURES,
    "score",
    "score_lead",
    "score_lead_mean",
    "cos_gap",
    "match_gap",
    "cos_standing",
    "match_standing",
    "cover_best_three",
    "offers_best_three",
    "counted_best_three",
    "heaviest_missing",
    "unknown_words",
    "unknown_pairs",
    "unknown_names",
    "question_length",
    "attribute_missing",
    "reader_evidence",
)
_COS, _MATCH = FEATURES.index("cos_passage"), FEATURES.index("match_passage")
_MATCH_SENTENCE = FEATURES.index("match_sentence")


_FEW = 3


@dataclass(frozen=True, slots=True)
class Ranked:
    """All candidates of a question: features (n, FEATURES), scores (n,), passage of each (n,)."""

    rows: Floats
    scores: Floats
    passage_ids: Sequence[int]
    sentences: Sequence[Terms]
    passage: Terms
    evidence: float = 0.0
    """What the reader says of all candidates together, 0 where there is none."""
    """Of the best sentence's passage, with its context."""


def signals(asked: Weighed, ranked: Ranked, known: Callable[[str], bool]) -> Floats:
    """Return what speaks for the best candidate, shape (len(SIGNALS),)."""
    question = asked.question
    order = np.argsort(-ranked.scores)
    best = int(order[0])
    three = [ranked.sentences[i] for i in order[:3]]
    missing = [weight for t, weight in asked.content.items if t not in ranked.passage.folded]
    extra = [
        float(ranked.scores[best]),
        *_lead(ranked, best),
        _gap(ranked, best, _COS),
        _gap(ranked, best, _MATCH),
        _standing(ranked, best, _COS),
        _standing(ranked, best, _MATCH_SENTENCE),
        asked.content.within(*(part.folded for part in three)),
        max(offers_near(asked, part) for part in three),
        max(counted_near(question, part) for part in three),
        max(missing, default=0.0),
        _share(question.content, known),
        _share(question.content_pairs, known),
        _share(question.names, known),
        math.log1p(len(question.content)),
        _absent(question.attribute, three),
        ranked.evidence,
    ]
    return np.array([*ranked.rows[best], *extra], dtype=np.float32)


def evidence(logits: Iterable[Iterable[float]]) -> float:
    """Return the log of the sum of exp of all logits: how sure it is that anything answers.

    >>> round(evidence([[0.0, 0.0], [-50.0]]), 3)
    0.693
    """
    return float(np.logaddexp.reduce([logit for row in logits for logit in row] or [-np.inf]))


def _elsewhere(ranked: Ranked, best: int) -> NDArray[np.bool_]:
    """Which candidates stand in other passages than the best."""
    return np.array([p != ranked.passage_ids[best] for p in ranked.passage_ids])


def _lead(ranked: Ranked, best: int) -> tuple[float, float]:
    """How far the best is ahead of the best elsewhere, and of the mean of the ten best there."""
    others = np.sort(ranked.scores[_elsewhere(ranked, best)])[::-1][:10]
    if not len(others):
        return 0.0, 0.0
    here = float(ranked.scores[best])
    return here - float(others[0]), here - float(others.mean())


def _standing(ranked: Ranked, best: int, column: int) -> float:
    """How many standard deviations the best stands above the candidates of other passages."""
    others = ranked.rows[_elsewhere(ranked, best), column]
    if len(others) < _FEW:
        return 0.0
    return float((ranked.rows[best, column] - others.mean()) / (others.std() + 1e-3))


def _gap(ranked: Ranked, best: int, column: int) -> float:
    """How far the best passage is ahead of the mean of the others."""
    values = {p: float(ranked.rows[i, column]) for i, p in enumerate(ranked.passage_ids)}
    here = values.pop(ranked.passage_ids[best])
    others = sorted(values.values(), reverse=True)[:5]
    return here - sum(others) / len(others) if others else 0.0


def _share(terms: Sequence[str], known: Callable[[str], bool]) -> float:
    """The share of `terms` that the corpus does not know."""
    return sum(not known(t) for t in terms) / len(terms) if terms else 0.0


def _absent(attribute: Sequence[str], best: Sequence[Terms]) -> float:
    """The share of the words of the property asked for that none of the best units holds."""
    found = {word for part in best for word in attribute if word in part.folded}
    return 1 - len(found) / len(attribute) if attribute else 0.0
