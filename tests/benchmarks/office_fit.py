"""What an office gains by fitting to its own cases, and how far weights are to be held back.

    python -m tests.benchmarks.office_fit [--shared DIR]

The documents of half of the folds are the office's: weights are fitted without them, as those that
are shipped. Of the questions about them, so many are drawn as cases of a log; on the rest, which
nobody has fitted to, the weights fitted to the drawn ones are compared with those that are shipped.
Printed are the questions won, summed over the draws, whether or not `chidan fit` would take the
weights, and how often it would.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from zlib import crc32

from retrieval.evaluation.own_fit import Tally, compared_on, fit_to_office, tally, usable
from retrieval.evaluation.ranking_fit import cross_validated, outcome_of
from retrieval.evaluation.samples import FOLDS, Sample
from retrieval.ranking.weights import Ranking
from tests.benchmarks.fit_ranking import fit, gathered, judged_by_suite, threshold_of
from tests.benchmarks.quality_page import table
from tests.benchmarks.suites import OWN, SHARED, TRAINING

DRAWS = 5
SIZES = (60, 150)
STRENGTHS = (30.0, 100.0, 300.0, 1000.0)


def shipped_without(samples: Sequence[Sample]) -> Ranking:
    """Return weights fitted to `samples` as those that are shipped are."""
    return replace(fit(samples), threshold=threshold_of(judged_by_suite(samples).values()))


def drawn(office: Sequence[Sample], size: int, seed: int) -> tuple[list[Sample], list[Sample]]:
    """Return `size` of the questions with folds of their own, and the others."""
    order = list(office)
    random.Random(seed).shuffle(order)
    return [_refolded(sample) for sample in order[:size]], order[size:]


def _refolded(sample: Sample) -> Sample:
    """Spread an office's documents over all folds."""
    case = sample.case
    home = min(case.sources, default="") or case.near or case.question
    return replace(sample, fold=crc32(f"office {home}".encode()) % FOLDS)


def gains(
    office: Sequence[Sample], shipped: Ranking, size: int, strength: float
) -> tuple[list[int], int]:
    """Return the questions won on what was not drawn, summed over DRAWS, and how often taken."""
    won, taken = [0, 0, 0, 0], 0
    for seed in range(DRAWS):
        own, rest = drawn(office, size, seed)

        def refit(samples: Sequence[Sample]) -> Ranking:
            return fit_to_office(samples, shipped, shipped, strength)

        seen = tally(outcome_of(sample, shipped) for sample in own)
        unseen = tally(outcome for _, outcome in cross_validated(own, refit))
        taken += bool(unseen.better_than(seen)) and not unseen.worse_than(seen)
        found = compared_on(rest, shipped, refit(own))
        won = [a + b for a, b in zip(won, _difference(found.before, found.after), strict=True)]
    return won, taken


def _difference(before: Tally, after: Tally) -> list[int]:
    return [
        after.first - before.first,
        after.three - before.three,
        before.wrongly_refused - after.wrongly_refused,
        after.rightly_refused - before.rightly_refused,
    ]


def main() -> None:
    """Gather, fit as shipped, draw, fit again, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shared", type=Path, default=SHARED, help="folder of the other questions")
    samples = list(gathered(parser.parse_args().shared, (OWN, TRAINING)))
    office = usable(s for s in samples if s.suite == TRAINING and s.fold >= FOLDS // 2)
    shipped = shipped_without([s for s in samples if s.suite == OWN or s.fold < FOLDS // 2])
    rows = []
    for size in SIZES:
        for strength in STRENGTHS:
            won, taken = gains(office, shipped, size, strength)
            rows.append([f"{size}, {strength:.0f}", *(f"{n:+}" for n in won), f"{taken}/{DRAWS}"])
    print(f"{len(office)} questions of the office, {DRAWS} draws\n")
    heads = ["cases, strength", "first", "one of three", "answered", "rightly refused", "taken"]
    print(table(heads, rows))


if __name__ == "__main__":
    main()
