"""The plot of `docs/performance.md`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure


def draw_growth(sizes: Sequence[Mapping[str, Any]], path: Path) -> None:
    """Draw what a question, a start and a reload cost at each size of the corpus."""
    passages = [size["passages"] for size in sizes]
    figure = Figure(figsize=(9, 3.4), layout="constrained")
    asked, kept = figure.subplots(1, 2)
    for share, style in (("p50", "-o"), ("p95", "--o")):
        whole = [size["ms"]["all"][share] for size in sizes]
        asked.plot(passages, whole, style, label=f"a question, {share}")
    embedded = [size["ms"]["embed"]["p50"] for size in sizes]
    asked.plot(passages, embedded, ":o", label="of that, embedding it, p50")
    asked.set(xscale="log", ylim=(0, None), xlabel="passages", ylabel="milliseconds")
    for name, label in (
        ("cold_ask_s", "cold chidan ask"),
        ("bot_ready_s", "the bot, to its first reply"),
        ("unchanged_s", "reload, nothing changed"),
        ("changed_s", "reload, one file changed"),
        ("removed_s", "reload, one file removed"),
    ):
        kept.plot(passages, [size[name] for size in sizes], "-o", label=label)
    kept.set(xscale="log", yscale="log", xlabel="passages", ylabel="seconds")
    for part in (asked, kept):
        part.grid(alpha=0.3)
        part.legend(fontsize=8)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=120)
