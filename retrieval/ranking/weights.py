"""The fitted weights: from features to scores, from signals to a probability.

Owns reading `ranking.json` and applying it; `make fit` makes the file. It holds two sets of
weights: for ranking with the reader, and for where the reader cannot run.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any, Protocol

import numpy as np

from retrieval.ranking.features import FEATURES, Floats
from retrieval.ranking.signals import SIGNALS

WITH_READER, WITHOUT_READER = "with_reader", "without_reader"
DIGITS = 4
"""To which weights are rounded."""


class UnitReader(Protocol):
    """What reads units together with a question, such as `reader.Reader`."""

    def read(self, question: str, passages: Sequence[Any]) -> list[list[float]]:
        """Return a logit for each unit of each passage."""
        ...


@dataclass(frozen=True, slots=True)
class Ranking:
    """Weights in the order of FEATURES and SIGNALS, and the thresholds that go with them."""

    features: Floats
    signals: Floats
    bias: float
    threshold: float
    """The least probability at which a question counts as answered."""
    quoted_above: float
    """The least worth at which a quote stands beside a sure best: chance over a power of length."""
    joined_above: float
    """The least chance to answer, a character, at which a neighbour stands in the same quote."""
    softened_by: float
    """What scores are divided by before they become these chances: more than 1 evens them out."""
    reader: UnitReader | None = None
    """What fills in the features of reading; None where it cannot run."""

    def scores(self, rows: Floats) -> Floats:
        """Return the score of each candidate, shape (n,), from features (n, len(FEATURES))."""
        return rows @ self.features

    def probability(self, signals: Floats) -> float:
        """Return the probability that the best candidate answers."""
        return 1 / (1 + math.exp(-float(signals @ self.signals) - self.bias))


def load_ranking(reader: UnitReader | None = None) -> Ranking:
    """Return the weights that the program ships with, those for `reader` if there is one."""
    text = resources.files(__package__).joinpath("ranking.json").read_text(encoding="utf-8")
    return ranking_from(json.loads(text)[WITH_READER if reader else WITHOUT_READER], reader)


def ranking_from(data: Mapping[str, Any], reader: UnitReader | None = None) -> Ranking:
    """Return the weights in `data`; raises KeyError if one is missing."""
    features, signals = data["features"], data["signals"]
    return Ranking(
        features=np.array([features[name] for name in FEATURES], dtype=np.float32),
        signals=np.array([signals[name] for name in SIGNALS], dtype=np.float32),
        bias=data["bias"],
        threshold=data["threshold"],
        quoted_above=data["quoted_above"],
        joined_above=data["joined_above"],
        softened_by=data["softened_by"],
        reader=reader,
    )


def weights_of(ranking: Ranking) -> dict[str, Any]:
    """Return the weights as `ranking_from` takes them."""
    return {
        "features": _named(FEATURES, ranking.features),
        "signals": _named(SIGNALS, ranking.signals),
        "bias": ranking.bias,
        "threshold": ranking.threshold,
        "quoted_above": ranking.quoted_above,
        "joined_above": ranking.joined_above,
        "softened_by": ranking.softened_by,
    }


def _named(names: Sequence[str], weights: Floats) -> dict[str, float]:
    return {n: round(float(w), DIGITS) for n, w in zip(names, weights, strict=True)}
