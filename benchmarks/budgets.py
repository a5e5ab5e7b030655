"""The budgets of the design, each beside its figure.

Owns which figure answers which budget, and the share of the embedder in indexing. Leaves measuring
the sizes to `growth`.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.suites import ROOT, documents_of
from retrieval.embeddings import BuiltinEmbeddings
from retrieval.scratch import scratch_index

Row = tuple[str, str, str, str]
"""What is budgeted, the budget, the figure, whether it is kept."""


class _Timed(BuiltinEmbeddings):
    """The model, and how long it took in all."""

    seconds = 0.0

    def embed_array(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed as the model does."""
        started = time.perf_counter()
        vectors = super().embed_array(texts)
        self.seconds += time.perf_counter() - started
        return vectors


def budgets(sizes: Sequence[Mapping[str, Any]], folder: Path) -> list[Row]:
    """Return the rows; `sizes` are the figures of `growth`, smallest first."""
    first, last = sizes[0], sizes[-1]
    middle = min(sizes, key=lambda size: abs(size["passages"] - 10_000))
    ratio = middle["ms"]["all"]["p50"] / middle["ms"]["embed"]["p50"]
    growth = last["ms"]["all"]["p50"] / first["ms"]["all"]["p50"]
    share = _embedding_share(folder)
    at = f"{last['passages']:,} passages"
    return [
        row(f"a question to embedding it, {middle['passages']:,} passages", 2, ratio, " ×"),
        row(f"a question, {at}, to {first['passages']:,}", 1.5, growth, " ×"),
        row(f"cold `chidan ask`, {at}", 3, last["cold_ask_s"], " s"),
        row(f"of that, processor time, {at}", 3, last["cold_cpu_s"], " s"),
        row(f"reload, nothing changed, {last['files']:,} files", 2, last["unchanged_s"], " s"),
        row(f"reload, one file changed, {at}", 1, last["changed_s"], " s"),
        (
            "the embedder's share of indexing",
            "≥ 90 %",
            f"{share:.0%}",
            "yes" if share >= 0.9 else "no",
        ),
    ]


def row(what: str, most: float, figure: float, unit: str) -> Row:
    """Return the row of a figure that must not be above a budget."""
    return what, f"≤ {most:g}{unit}", f"{figure:.2f}{unit}", "yes" if figure <= most else "no"


def _embedding_share(folder: Path) -> float:
    documents = documents_of(ROOT / "data" / "articles")
    embeddings = _Timed(folder)
    embeddings.embed_query_array("")  # loads the model, which is not indexing
    started = time.perf_counter()
    with scratch_index(documents, embeddings):
        return embeddings.seconds / (time.perf_counter() - started)
