"""How alike must a sentence and its support be? The thresholds of grounding, measured.

    python -m tests.benchmarks.thresholds [--cases N] [--write]

Sentences of a liar (see `sayings`) are judged by the thresholds alone, without the checks of
letters, at every combination of VALUES. Chosen on the fitting half is what, with all checks, shows
fewest lies, then keeps most truths; among equals what by itself shows fewest lies, then the
strictest. The reporting half, of other sources, seeds and words, tells what that is worth.
`--write` puts the figures into docs/quality.md. Fails if others than those in use are chosen.
"""

from __future__ import annotations

import argparse
import itertools
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrieval.generation.output_parser import sentences_of
from retrieval.grounding.checks import MEASURED, Kept, Thresholds, bearing_of, judge
from retrieval.grounding.claims import Claimed
from retrieval.grounding.support import Given
from tests.benchmarks.liar import Questioned, articles_of
from tests.benchmarks.sayings import Said
from tests.benchmarks.sections import put_section
from tests.benchmarks.wording import Half

ROOT = Path(__file__).parents[2]
CASES = 80
_APART = 10_000
"""Seeds begin here, so that they are none of the liar's."""
VALUES = {
    "coverage": (0.0, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85),
    "sure": (0.8, 0.85, 0.9, 0.95, 1.0),
    "similarity": (0.0, 0.88, 0.92, 0.94, 0.95, 0.96, 0.97, 0.98),
}


@dataclass(frozen=True)
class Likenesses:
    """How alike sentences and their support are, one row for each sentence."""

    rows: NDArray[np.float64]
    """Shape (n, 3): the least share of one passage, the share of all, the cosine."""
    true: NDArray[np.bool_]
    other: NDArray[np.bool_]
    """Whether all other checks let it pass."""

    def allowed(self, least: Thresholds) -> NDArray[np.bool_]:
        """Return which sentences the thresholds alone let pass."""
        each, share, near = self.rows.T
        alike = (share >= least.sure) | (near >= least.similarity)
        return (each >= least.of_each) & (share >= least.coverage) & alike

    def alone(self, least: Thresholds) -> tuple[int, float]:
        """Return how many lies the thresholds alone let pass, and the share of truths."""
        allowed = self.allowed(least)
        return int(allowed[~self.true].sum()), float(allowed[self.true].mean())

    def by_all(self, least: Thresholds) -> tuple[int, float]:
        """Return how many lies pass all checks, and the share of truths."""
        allowed = self.allowed(least) & self.other
        return int(allowed[~self.true].sum()), float(allowed[self.true].mean())


def collected(half: Half, cases: int) -> Likenesses:
    """Let the liar speak about the sources of one half, and measure what it says."""
    rows, true, other = [], [], []
    with articles_of(half) as articles:
        for _, given, sayings in map(articles.case, range(_APART, _APART + cases)):
            for said, claimed in _judgeable(sayings, given):
                rows.append(_likeness(claimed, given, articles))
                true.append(said.sort.is_true)
                passes = judge(claimed, given, lambda one, two: 1.0, Thresholds(0, 0, 0, 0))
                other.append(isinstance(passes, Kept))
    return Likenesses(np.array(rows), np.array(true), np.array(other))


def _judgeable(sayings: list[Said], given: Mapping[int, Given]) -> list[tuple[Said, Claimed]]:
    """Return what cites passages that there are."""
    claims = ((said, claimed) for said in sayings for claimed in sentences_of(said.written))
    return [(said, c) for said, c in claims if c.cited and all(n in given for n in c.cited)]


def _likeness(
    claimed: Claimed, given: Mapping[int, Given], articles: Questioned
) -> tuple[float, float, float]:
    bearing = bearing_of(claimed, given)
    one, other = articles.embeddings.embed_array([claimed.text, bearing.together or "."])
    return min(map(bearing.share_of, bearing.support)), bearing.share, float(one @ other)


def chosen(fitting: Likenesses) -> Thresholds:
    """Return the best combination of VALUES."""
    every = (
        Thresholds(**dict(zip(VALUES, combination, strict=True)))
        for combination in itertools.product(*VALUES.values())
    )

    def worth(least: Thresholds) -> tuple[float, ...]:
        lies, kept = fitting.by_all(least)
        return lies, -kept, fitting.alone(least)[0], *(-value for value in asdict(least).values())

    return min(every, key=worth)


def table(fitting: Likenesses, reporting: Likenesses, best: Thresholds) -> str:
    """Return the section of docs/quality.md."""
    rows = []
    for name, values in VALUES.items():
        for value in values:
            least = replace(best, **{name: value})
            shown = f"**{value:.2f}**" if least == best else f"{value:.2f}"
            measured = (fitting.alone, reporting.alone, reporting.by_all)
            found = [way(least) for way in measured]
            figures = " | ".join(f"{lies} | {kept:.1%}" for lies, kept in found)
            rows.append(f"| {name} | {shown} | {figures} |")
    sizes = " and ".join(
        f"{(~half.true).sum()} lies and {half.true.sum()} truths of the {name} half"
        for name, half in (("fitting", fitting), ("reporting", reporting))
    )
    return "\n".join(
        [
            "What each threshold of `retrieval/judging.py` does by itself, without the checks of",
            f"letters, over {sizes}, while the others stay as chosen (bold).",
            "",
            "| threshold | value | fitting: lies shown | truths kept | reporting: lies shown "
            "| truths kept | with all checks: lies shown | truths kept |",
            "|---|--:|--:|--:|--:|--:|--:|--:|",
            *rows,
            "",
            "Chosen on the fitting half is what shows fewest lies and keeps most truths with all",
            "checks; among equals, what shows fewest lies by itself. Most lies differ from the",
            "source in a word or two: these are for the checks of letters. What the thresholds add",
            "on top is little here; they stand against what no generator has thought of.",
            "`python -m tests.benchmarks.thresholds --write` measures it.",
        ]
    )


def main() -> None:
    """Measure, print, and write if asked to."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--cases", type=int, default=CASES)
    parser.add_argument("--write", action="store_true", help="put the figures into docs/quality.md")
    arguments = parser.parse_args()
    fitting, reporting = (collected(half, arguments.cases) for half in Half)
    best = chosen(fitting)
    body = table(fitting, reporting, best)
    print(body)
    if arguments.write:
        page = ROOT / "docs" / "quality.md"
        put_section(page, "thresholds", "Thresholds of verification", body)
    raise SystemExit(f"chosen: {best}" if best != MEASURED else 0)


if __name__ == "__main__":
    main()
