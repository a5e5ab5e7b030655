"""What each feature of ranking and each signal of refusing is worth: fitted again without it.

    python -m tests.benchmarks.ablations [--shared DIR]

Over the samples of `fit_ranking`, cross-validated over documents in FOLDS folds. Of a feature: the
share of questions whose best unit answers, and of which one of the best three does; of a signal:
the AUC of what has an answer, with the ranking as it is. What is lost without one is its gain: one
that gains nothing on our own and the training questions, nor on XQuAD, has no place in the table.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from retrieval.evaluation.losses import Array, fit_choice, fit_logistic, scale_of
from retrieval.evaluation.metrics import area
from retrieval.evaluation.ranking_fit import bounds_of, choices_of, signals_of, truth_of
from retrieval.evaluation.samples import FOLDS, Sample
from retrieval.ranking.features import FEATURES
from retrieval.ranking.reader import Reader
from retrieval.ranking.signals import SIGNALS
from retrieval.ranking.weights import Ranking, load_ranking
from tests.benchmarks.fit_ranking import L2, gathered, in_telling
from tests.benchmarks.quality_page import table
from tests.benchmarks.suites import CACHE, SHARED, XQUAD

HERE, THERE = "own and training", "XQuAD"
_BEST = 3
Figures = dict[str, float]
"""Shares by name."""


def features_table(samples: Sequence[Sample]) -> str:
    """Return what each feature gains, most on our own and the training questions first."""
    telling = [sample for sample in samples if sample.right.any()]
    whole = _weights(telling)
    return _table(
        FEATURES, _chosen(telling, whole), lambda f: _chosen(telling, _weights(telling, f, whole))
    )


def signals_table(samples: Sequence[Sample], ranking: Ranking) -> str:
    """Return what each signal gains."""
    known = signals_of(samples, ranking)
    own = [sample for sample, _ in known]
    rows = np.array([evidence for _, evidence in known], dtype=float)
    return _table(SIGNALS, _told(own, rows), lambda signal: _told(own, rows, signal))


def _weights(
    samples: Sequence[Sample], without: str = "", start: Sequence[Array] = ()
) -> list[Array]:
    """Return the weights of each fold; `start` are those with all features."""
    fitted = []
    for fold in range(FOLDS):
        choices, scale = choices_of([s for s in samples if s.fold != fold])
        begin = start[fold] * scale.deviation if start else None
        if begin is not None:
            begin[FEATURES.index(without)] = 0.0
        weights = fit_choice(choices, L2, bounds_of(FEATURES, without), begin)
        fitted.append(weights / scale.deviation)
    return fitted


def _chosen(samples: Sequence[Sample], weights: Sequence[Array]) -> Figures:
    """Return how often the best unit is a right one, and one of the best three."""
    held: dict[str, list[bool]] = {}
    for sample in samples:
        order = np.argsort(-(sample.rows @ weights[sample.fold]), kind="stable")[:_BEST]
        where = _where(sample)
        held.setdefault(f"first, {where}", []).append(bool(sample.right[order[0]]))
        held.setdefault(f"three, {where}", []).append(bool(sample.right[order].any()))
    return {name: float(np.mean(values)) for name, values in sorted(held.items())}


def _told(samples: Sequence[Sample], rows: Array, without: str = "") -> Figures:
    """Return the AUC of what has an answer."""
    folds = np.array([sample.fold for sample in samples])
    truth, says = truth_of(samples), np.array([in_telling(s) for s in samples])
    chance = np.zeros(len(samples))
    for fold in range(FOLDS):
        seen = folds != fold
        scale = scale_of(rows[seen])
        bounds = bounds_of(SIGNALS, without)
        weights, bias = fit_logistic(scale(rows[seen]), truth[seen], says[seen], L2, bounds)
        chance[~seen] = scale(rows[~seen]) @ weights + bias
    found = {}
    for where in (HERE, THERE):
        here = np.array([_where(sample) == where for sample in samples])
        yes, no = chance[here & (truth == 1)], chance[here & (truth == 0)]
        found[f"AUC, {where}"] = area(list(yes), list(no)) or 0.0
    return found


def _where(sample: Sample) -> str:
    return THERE if sample.suite == XQUAD else HERE


def _table(names: Sequence[str], whole: Figures, without: Callable[[str], Figures]) -> str:
    """Return the gains in points of a hundred, largest first."""
    gains = {}
    for name in names:
        rest = without(name)
        gains[name] = [100 * (whole[column] - rest[column]) for column in whole]
    order = sorted(gains, key=lambda name: -gains[name][0])
    rows = [[name, *(f"{gain:+.2f}" for gain in gains[name])] for name in order]
    return table(
        ["without it lost", *whole],
        [["all of them", *(f"{100 * v:.1f}" for v in whole.values())], *rows],
    )


def main() -> None:
    """Gather, fit again and again, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shared", type=Path, default=SHARED, help="folder of the other questions")
    samples = list(gathered(parser.parse_args().shared))
    print(f"{features_table(samples)}\n", flush=True)
    print(signals_table(samples, load_ranking(Reader.open(CACHE))))


if __name__ == "__main__":
    main()
