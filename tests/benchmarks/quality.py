"""How well questions are answered, stage by stage, compared with the committed figures.

    python -m tests.benchmarks.quality [--write] [--full] [--peers] [--shared DIR] [--suite NAME …]

Asks every suite at hand, through the assistant, and fails if a figure fell by more than TOLERANCE
below the one in docs/quality/figures.json. `--write` writes that file, the tables by kind beside it
and the section of docs/quality.md instead; `--full` asks all questions of the large suites, not a
fixed part of them, and those of an office once more beside 2,000 other pages; `--peers` adds what
others would show (needs the extra `bench`). Vectors are kept in .cache by content, so that a second
run makes none again.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby
from pathlib import Path

from bot.bootstrap import trying
from bot.cli.evaluate import markdown, stages_table
from bot.cli.output import ASKING, showing_progress
from retrieval.evaluation.metrics import Figures, Outcome, by_kind
from retrieval.evaluation.scratch_index import scratch_index
from retrieval.ranking.reader import Reader
from retrieval.ranking.weights import load_ranking
from tests.benchmarks.cached_embeddings import CachedEmbeddings, kept_embeddings
from tests.benchmarks.quality_page import summary, table
from tests.benchmarks.sections import put_section
from tests.benchmarks.suites import (
    CACHE,
    OFFICE,
    OWN,
    ROOT,
    SHARED,
    TRAINING,
    XQUAD,
    Suite,
    suites,
)

PAGE = ROOT / "docs" / "quality.md"
FIGURES, TABLES = (
    ROOT / "docs" / "quality" / "figures.json",
    ROOT / "docs" / "quality" / "tables.md",
)
TOLERANCE = 0.01
RISING = (
    *("hit_1", "hit_3", "shown_1", "shown_3", "source", "r_1", "r_5", "mrr"),
    *("verbatim", "auc", "balanced"),
)
FALLING = ("refused", "answered")

Results = dict[str, dict[str, Figures]]
"""Figures by suite and kind."""
Committed = dict[str, dict[str, dict[str, float | None]]]
"""The same by name, as they stand in the file."""


def measured(
    chosen: Iterable[Suite], embeddings: CachedEmbeddings
) -> Iterator[tuple[Suite, list[Outcome]]]:
    """Ask all questions of the suites; those that follow each other over the same documents share
    an index.
    """
    ranking = load_ranking(Reader.open(CACHE))
    for group in _sharing(chosen):
        with (
            scratch_index(group[0].documents, embeddings) as (ledger, store),
            trying(ledger, store, embeddings, ranking) as trial,
        ):
            for suite in group:
                print(f"{suite.name} …", file=sys.stderr)
                with showing_progress(sys.stderr, ASKING) as progress:
                    yield suite, trial.run(suite.cases, progress)


def _sharing(chosen: Iterable[Suite]) -> Iterator[list[Suite]]:
    for _, group in groupby(chosen, lambda suite: [d.text for d in suite.documents]):
        yield list(group)


def in_part(suite: Suite) -> Suite:
    """Return a suite with every second question where it is large: five minutes are for all."""
    large = suite.name in (TRAINING, XQUAD)
    return replace(suite, cases=suite.cases[::2]) if large else suite


def fallen(before: Committed, now: Results) -> list[str]:
    """Return what got worse than the committed figures by more than TOLERANCE."""
    faults = []
    for suite, rows in now.items():
        for kind, figures in before.get(suite, {}).items():
            new = rows[kind].rounded() if kind in rows else {}
            for name, then in figures.items():
                if then is not None and _worse(name, then, new.get(name)):
                    faults.append(f"{suite}, {kind}: {name} {then} → {new.get(name)}")
    return faults


def _worse(name: str, then: float, now: float | None) -> bool:
    if name not in RISING + FALLING:
        return False
    loss = 1.0 if now is None else then - now if name in RISING else now - then
    return loss > TOLERANCE + 1e-9


def compared(results: Results) -> Committed:
    """Return the figures that later runs are compared with."""
    names = ("n", *RISING, *FALLING, "quoted")
    return {
        suite: {kind: {k: f.rounded()[k] for k in names} for kind, f in rows.items()}
        for suite, rows in results.items()
    }


def main() -> None:
    """Measure, print, and compare or write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shared", type=Path, default=SHARED, help="folder of the other suites")
    parser.add_argument("--suite", action="append", help="only suites whose name holds this")
    parser.add_argument("--full", action="store_true", help="ask all questions of large suites")
    parser.add_argument("--peers", action="store_true", help="ask what others would show too")
    parser.add_argument("--write", action="store_true", help="write docs/quality.md")
    options = parser.parse_args()
    started = time.monotonic()
    found: dict[str, list[Outcome]] = {}
    peers: dict[str, str] = {}
    embeddings = kept_embeddings()
    chosen: Iterable[Suite] = suites(options.shared, options.suite or (), full=options.full)
    if not options.full:
        chosen = map(in_part, chosen)
    for suite, outcomes in measured(chosen, embeddings):
        found[suite.name] = outcomes
        print(f"{_tables(suite.name, outcomes)}\n", flush=True)
        if options.peers and suite.name in (OWN, OFFICE):
            peers[suite.name] = peers_table(suite, outcomes, embeddings)
            print(f"{peers[suite.name]}\n", flush=True)
    embeddings.close()
    print(f"{summary(found)}\n\n{time.monotonic() - started:.0f} s")
    results = {name: by_kind(outcomes) for name, outcomes in found.items()}
    if options.write:
        _write(found, compared(results))
        if peers:
            put_section(PAGE, "peers", "Beside what people would use instead", _told(peers))
        return
    before = json.loads(FIGURES.read_text(encoding="utf-8")) if FIGURES.is_file() else {}
    faults = [] if options.full else fallen(before, results)
    print(*faults, sep="\n")
    sys.exit(bool(faults))


def peers_table(suite: Suite, outcomes: list[Outcome], embeddings: CachedEmbeddings) -> str:
    """Return what this program and others show for a suite."""
    # Imported where it is asked for: it needs the extra `bench`.
    from tests.benchmarks.peer_answers import HEAD, compared

    rows = [
        [name, f"{first:.3f}", f"{three:.3f}", f"{shown:.0f}"]
        for name, first, three, shown in compared(suite, outcomes, embeddings)
    ]
    return table([suite.name, *HEAD], rows)


def _told(peers: dict[str, str]) -> str:
    how = "Irrespective of refusal, questions that lean on a turn before left out; same embedder."
    return "\n\n".join([*peers.values(), how])


def _tables(name: str, outcomes: list[Outcome]) -> str:
    return f"## {name}\n\n{stages_table(outcomes)}\n\n{markdown(by_kind(outcomes))}"


def _write(found: dict[str, list[Outcome]], figures: Committed) -> None:
    FIGURES.parent.mkdir(exist_ok=True)
    FIGURES.write_text(f"{json.dumps(figures, indent=1)}\n", encoding="utf-8")
    tables = "\n\n".join(_tables(name, outcomes) for name, outcomes in found.items())
    TABLES.write_text(f"# Answers by kind of question\n\n{tables}\n", encoding="utf-8")
    put_section(PAGE, "answers", "Answers", summary(found))


if __name__ == "__main__":
    main()
