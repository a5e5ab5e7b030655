"""The two models behind `ranking.json`, fitted: which candidate answers, and whether any does.

Owns the losses, with weights held back toward given ones (ridge); scipy, which the product does
without elsewhere, minimises them. Pure and deterministic: L-BFGS-B.
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


@dataclass(frozen=True, slots=True)
class Scale:
    """How features become standard: (x - mean) / deviation."""

    mean: Array
    deviation: Array

    def __call__(self, rows: NDArray[np.floating]) -> Array:
        """Return standard rows."""
        standard: Array = (rows - self.mean) / self.deviation
        return standard


def scale_of(rows: Array) -> Scale:
    """Return the scale on which `rows` (n, d) have mean 0 and deviation 1."""
    return Scale(rows.mean(axis=0), rows.std(axis=0) + 1e-6)


def fit_choice(
    choices: Sequence[Choice],
    l2: float,
    bounds: Bounds,
    start: Array | None = None,
    toward: Array | None = None,
) -> Array:
    """Return weights (d,) of a listwise softmax: the right candidates are to get all of it.

    They are held back toward `toward`, or 0. It begins at `start`, or there; the loss is convex, so
    that this only saves time.
    """
    home = np.zeros(len(bounds)) if toward is None else toward

    def loss(weights: Array) -> tuple[float, Array]:
        away = weights - home
        total, gradient = 0.5 * l2 * float(away @ away), l2 * away
        for choice in choices:
            scores = choice.rows @ weights
            chance = np.exp(scores - scores.max())
            chance /= chance.sum()
            right = chance[choice.right].sum() + 1e-12
            total -= float(np.log(right))
            pull = np.where(choice.right, chance / right, 0.0) - chance
            gradient = gradient - choice.rows.T @ pull
        return total, gradient

    return _minimum(loss, bounds, home if start is None else start)


def fit_logistic(
    rows: Array,
    truth: Array,
    weights: Array,
    l2: float,
    bounds: Bounds,
    toward: Array | None = None,
) -> tuple[Array, float]:
    """Return the weights (d,) and bias of a logistic regression.

    They are held back toward `toward`, weights and bias (d + 1,); without it the weights toward 0,
    and the bias is not.
    """
    width = rows.shape[1]
    held = np.append(np.full(width, l2), 0.0 if toward is None else l2)
    home = np.zeros(width + 1) if toward is None else toward
    rows = np.hstack([rows, np.ones((len(rows), 1))])

    def loss(fitted: Array) -> tuple[float, Array]:
        logits = rows @ fitted
        total = float(weights @ np.logaddexp(0, -logits * (2 * truth - 1)))
        chance = 0.5 * (1 + np.tanh(logits / 2))
        away = fitted - home
        gradient = rows.T @ (weights * (chance - truth)) + held * away
        return total + 0.5 * float(held @ (away * away)), gradient

    fitted = _minimum(loss, [*bounds, (None, None)], home)
    return fitted[:-1], float(fitted[-1])


def _minimum(loss: Callable[[Array], tuple[float, Array]], bounds: Bounds, start: Array) -> Array:
    found = minimize(
        loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 500}
    )
    weights: Array = found.x
    return weights
