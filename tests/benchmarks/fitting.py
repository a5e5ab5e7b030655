"""The two models behind `ranking.json`, fitted: which candidate answers, and whether any does.

Owns the losses; scipy minimises them. Pure and deterministic: L-BFGS-B from zero.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

Array = NDArray[np.float64]
Bounds = Sequence[tuple[float | None, float | None]]
"""The least and the greatest that each weight may be."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The candidates of one question: features (n, d), and which of them answer (n,)."""

    rows: Array
    right: NDArray[np.bool_]
    weight: float


@dataclass(frozen=True, slots=True)
class Scale:
    """How features become standard: (x - mean) / deviation."""

    mean: Array
    deviation: Array

    def __call__(self, rows: Array) -> Array:
        """Return standard rows."""
        standard: Array = (rows - self.mean) / self.deviation
        return standard


def scale_of(rows: Array) -> Scale:
    """Return the scale on which `rows` (n, d) have mean 0 and deviation 1."""
    return Scale(rows.mean(axis=0), rows.std(axis=0) + 1e-6)


def fit_choice(
    choices: Sequence[Choice], l2: float, bounds: Bounds, start: Array | None = None
) -> Array:
    """Return weights (d,) of a listwise softmax: the right candidates are to get all of it.

    It begins at `start`, or at 0; the loss is convex, so that this only saves time.
    """

    def loss(weights: Array) -> tuple[float, Array]:
        total, gradient = 0.5 * l2 * float(weights @ weights), l2 * weights
        for choice in choices:
            scores = choice.rows @ weights
            chance = np.exp(scores - scores.max())
            chance /= chance.sum()
            right = chance[choice.right].sum() + 1e-12
            total -= choice.weight * float(np.log(right))
            pull = np.where(choice.right, chance / right, 0.0) - chance
            gradient = gradient - choice.weight * (choice.rows.T @ pull)
        return total, gradient

    return _minimum(loss, bounds, start)


def fit_logistic(
    rows: Array, truth: Array, weights: Array, l2: float, bounds: Bounds
) -> tuple[Array, float]:
    """Return the weights (d,) and bias of a logistic regression; the bias is not held back."""
    held = np.append(np.full(rows.shape[1], l2), 0.0)
    rows = np.hstack([rows, np.ones((len(rows), 1))])

    def loss(fitted: Array) -> tuple[float, Array]:
        logits = rows @ fitted
        total = float(weights @ np.logaddexp(0, -logits * (2 * truth - 1)))
        chance = 0.5 * (1 + np.tanh(logits / 2))
        gradient = rows.T @ (weights * (chance - truth)) + held * fitted
        return total + 0.5 * float(held @ (fitted * fitted)), gradient

    fitted = _minimum(loss, [*bounds, (None, None)])
    return fitted[:-1], float(fitted[-1])


def _minimum(
    loss: Callable[[Array], tuple[float, Array]], bounds: Bounds, start: Array | None = None
) -> Array:
    start = np.zeros(len(bounds)) if start is None else start
    found = minimize(
        loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 500}
    )
    weights: Array = found.x
    return weights
