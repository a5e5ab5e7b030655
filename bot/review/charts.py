"""The chart of /thongke: a period's questions by outcome, and the share answered. Draws only."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

from bot.texts.texts import ReviewTexts

COLOURS = {
    "answer": "#2a9d8f",
    "not_found": "#e9a23b",
    "smalltalk": "#8fa3bf",
    "clarify": "#b9a3cf",
    "error": "#b5121b",
    "pending": "#bbbbbb",
}
_INCHES, _DPI = (9.0, 11.0), 120
"""1080 × 1320 pixels: a phone's width, letters that are read on it."""

_MARGINS = {"left": 0.09, "right": 0.97, "top": 0.95, "bottom": 0.05, "hspace": 0.22}


def chart(figures: dict[str, Any], first: date, last: date, texts: ReviewTexts) -> bytes:
    """Return a PNG of the days from `first` to `last`; `figures` as `statistics` has them."""
    # A second that only this command needs; no pyplot, whose state threads would share.
    from matplotlib import rc_context
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    with rc_context({"font.family": "DejaVu Sans", "font.size": 17}):
        figure = Figure(figsize=_INCHES, dpi=_DPI)
        FigureCanvasAgg(figure)
        # Fixed margins: working them out would draw everything twice.
        above, below = figure.subplots(2, 1, height_ratios=[3, 2], gridspec_kw=_MARGINS)
        _draw_outcomes(above, figures["days"], days, texts)
        _draw_share(below, figures["days"], days, texts)
        out = io.BytesIO()
        figure.savefig(out, format="png")
    return out.getvalue()


def _draw_outcomes(
    axes: Any, rows: list[dict[str, Any]], days: list[date], texts: ReviewTexts
) -> None:
    counts = {(row["day"], row["kind"]): row["questions"] for row in rows}
    bottom = [0] * len(days)
    for kind, colour in COLOURS.items():
        heights = [counts.get((day.isoformat(), kind), 0) for day in days]
        if any(heights):
            axes.bar(
                range(len(days)),
                heights,
                bottom=bottom,
                color=colour,
                label=texts.entry.outcomes[kind],
                width=0.85,
            )
            bottom = [a + b for a, b in zip(bottom, heights, strict=True)]
    axes.set_title(texts.chart_questions, fontweight="bold")
    axes.set_ylim(0, max(*bottom, 1) * 1.3)
    axes.yaxis.get_major_locator().set_params(integer=True)
    if any(bottom):
        axes.legend(ncols=2, loc="upper left", fontsize=15, frameon=False)
    _dates(axes, days)


def _draw_share(
    axes: Any, rows: list[dict[str, Any]], days: list[date], texts: ReviewTexts
) -> None:
    counts = {(row["day"], row["kind"]): row["questions"] for row in rows}
    shown, shares = [], []
    for number, day in enumerate(days):
        found, missed = (counts.get((day.isoformat(), k), 0) for k in ("answer", "not_found"))
        if found + missed:
            shown.append(number)
            shares.append(100 * found / (found + missed))
    axes.plot(shown, shares, color=COLOURS["answer"], marker="o", linewidth=2.5)
    axes.set_title(texts.chart_share, fontweight="bold")
    axes.set_ylim(0, 105)
    _dates(axes, days)


def _dates(axes: Any, days: list[date]) -> None:
    ticks = range(len(days) - 1, -1, -max(len(days) // 5, 1))
    axes.set_xticks(ticks, [f"{days[tick].day}/{days[tick].month}" for tick in ticks])
    axes.set_xlim(-1, len(days))
    axes.grid(axis="y", alpha=0.3)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
