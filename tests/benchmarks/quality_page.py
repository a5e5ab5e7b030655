"""What docs/quality.md says of answers: one table a topic, over all suites. Pure.

Owns the choice of figures, the curve of refusing, and which misses are named: by a fixed rule, by
id and kind alone, since the texts of most suites are not ours to print.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from zlib import crc32

from bot.cli.evaluate import STAGES
from retrieval.evaluation.cases import SMALL_TALK
from retrieval.evaluation.metrics import Outcome, summarised
from retrieval.evaluation.stages import stage_counts

MISSES = 30
_WRONGLY_REFUSED = (0.02, 0.04, 0.06, 0.08, 0.10, 0.15)
_ENOUGH = 20
"""Questions without an answer that a suite must have for its curve to be drawn."""

Found = Mapping[str, Sequence[Outcome]]
"""Outcomes by suite."""


def summary(found: Found) -> str:
    """Return the tables of the page."""
    parts = {
        "Questions whose answer came as far as each stage": stages(found),
        "All kinds together; refusals count as misses in the first two": totals(found),
        "Refused of what has no answer, at a share of wrongly refused": curves(found),
        f"{MISSES} misses (smallest CRC-32 of their ids first)": misses(found),
    }
    return "\n\n".join(f"**{title}**\n\n{table}" for title, table in parts.items() if table)


def stages(found: Found) -> str:
    """Return how many answers came as far as each stage, by suite."""
    counts = {name: stage_counts(o.stages for o in outcomes) for name, outcomes in found.items()}
    rows = [[name, *(str(row[stage]) for stage in STAGES)] for name, row in counts.items()]
    return table(["", *STAGES], rows)


def totals(found: Found) -> str:
    """Return the figures that count, by suite."""
    rows = []
    for name, outcomes in found.items():
        asked = [o for o in outcomes if o.case.kind != SMALL_TALK]
        all_ = summarised(asked)
        refused = None if all_.answered is None else 1 - all_.answered
        shares = (all_.shown_1, all_.shown_3, all_.refused, refused, all_.auc)
        quoted = "–" if all_.quoted is None else f"{all_.quoted:.0f}"
        time = "–" if all_.p50_ms is None else f"{all_.p50_ms:.0f}"
        able = sum(o.case.answerable for o in asked)
        rows.append([name, str(able), str(len(asked) - able), *map(_share, shares), quoted, time])
    head = ["", "answerable", "others", "first", "one of three", "wrongly refused"]
    return table([*head, "refused of others", "AUC", "characters quoted", "p50 ms"], rows)


def curves(found: Found) -> str:
    """Return, by suite, what share of the unanswerable is refused at each share of the others."""
    rows = []
    for name, outcomes in found.items():
        able = sorted(o.confidence for o in outcomes if o.case.answerable)
        absent = [o.confidence for o in outcomes if _is_absent(o)]
        if not able or len(absent) < _ENOUGH:
            continue
        least = [able[int(share * len(able))] for share in _WRONGLY_REFUSED]
        rows.append([name, *(_share(_below(absent, value)) for value in least)])
    return table(["", *(f"{share:.0%}" for share in _WRONGLY_REFUSED)], rows) if rows else ""


def misses(found: Found) -> str:
    """Return the first MISSES of what went wrong in a fixed order, by suite and what went wrong."""
    wrong = [(name, o) for name, outcomes in found.items() for o in outcomes if fault(o)]
    wrong.sort(key=lambda miss: (crc32(miss[1].case.id.encode()), miss[0]))
    lines: dict[tuple[str, str], list[str]] = {}
    for name, outcome in wrong[:MISSES]:
        lines.setdefault((name, fault(outcome)), []).append(
            f"{outcome.case.id} ({outcome.case.kind})"
        )
    return table(["", "", ""], [[*key, ", ".join(ids)] for key, ids in sorted(lines.items())])


def fault(outcome: Outcome) -> str:
    """Return the stage at which the answer was lost, or that a question was answered in vain."""
    if not outcome.case.answerable:
        return "answered" if outcome.answered and outcome.case.kind != SMALL_TALK else ""
    if outcome.hit_1:
        return "" if outcome.answered else "refused"
    if outcome.hit_3:
        return "second or third" if outcome.answered else "refused"
    return "in a unit, not quoted" if outcome.stages.unit else "in no unit"


def _is_absent(outcome: Outcome) -> bool:
    return not outcome.case.answerable and outcome.case.kind != SMALL_TALK


def _below(values: Sequence[float], least: float) -> float:
    return sum(value < least for value in values) / len(values)


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table of Markdown, figures to the right."""
    lines = [head, ["---", *["--:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
