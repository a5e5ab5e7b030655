"""How many claims of a model are shown: `make eval-claims` (ARGS="--set PREFIX" for another set).

Reads PREFIX.jsonl (question, passages, claim, evidence), PREFIX-labels.tsv (true, computed, caveat,
refusal, or false with its kind) and PREFIX-judge.tsv (what a judge said who saw claim and evidence
only: its word stands where the second call would be asked). Reports the local check alone, with
the judge, and the judge alone, holds them against FLOORS and fails if one is missed. `--write` puts
the report into docs/quality.md.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from retrieval.generation.output_parser import claims_in_prose
from retrieval.grounding.checks import Checked, Standing, check
from retrieval.grounding.evidence import Claimed, Given
from retrieval.models import Passage, Sentence, Source
from retrieval.text.sentences import split_sentences
from tests.benchmarks.sections import put_section
from tests.benchmarks.suites import ROOT, SHARED

DEV = SHARED / "eval/model-claims-dev"
PAGE = ROOT / "docs" / "quality.md"
_INTRODUCTION = """
Each claim brings the words of a passage that carry it. It is checked to the letter against them;
what does not nearly repeat them is judged by a second call. Below, 124 sentences of a capable model
with its evidence; in the place of the second call stands the word of a capable judge. Local alone:
nobody judges, and only what stands almost word for word in one sentence of its evidence, with the
same qualifiers, is shown. Ten answers side by side: [with-model.md](quality/with-model.md).
"""
LITERAL = ("number", "date", "name", "document", "unit", "year")
"""Kinds of lies about figures, dates, names and document numbers."""


@dataclass(frozen=True, slots=True)
class Case:
    """A claim with its label, how the checks left it, and the judge's word; None if not asked."""

    id: str
    label: str
    kind: str
    checked: Checked
    judged: bool | None

    @property
    def shown_alone(self) -> bool:
        """Whether it is shown where nobody judges."""
        return self.checked.standing is Standing.SHOWN or self.checked.is_plausible

    @property
    def shown_judged(self) -> bool:
        """Whether it is shown after the second call."""
        if self.checked.standing is Standing.OPEN:
            return bool(self.judged)
        return self.checked.standing is Standing.SHOWN


def read(prefix: Path) -> Iterator[Case]:
    """Yield the cases of a set."""
    labels = _table(Path(f"{prefix}-labels.tsv"), "id")
    verdicts = _table(Path(f"{prefix}-judge.tsv"), "id")
    for line in Path(f"{prefix}.jsonl").read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        label, verdict = labels[entry["id"]], verdicts.get(entry["id"])
        given = {p["n"]: _given(p) for p in entry["passages"]}
        yield Case(
            entry["id"],
            label["label"],
            label["kind"] or "",
            check(_claimed(entry), given, entry["question"]),
            None if verdict is None else verdict["borne_out"] == "true",
        )


def _claimed(entry: Mapping[str, Any]) -> Claimed:
    """Return the claim as it would have come: its words without citations, and its evidence."""
    text = " ".join(claimed.text for claimed in claims_in_prose(entry["claim"]))
    evidence = tuple((e["n"], e["text"]) for e in entry["evidence"])
    return Claimed(entry["claim"], text, evidence)


def _given(entry: Mapping[str, Any]) -> Given:
    number, text = entry["n"], entry["text"]
    day = date.fromisoformat(entry["date"]) if entry["date"] else None
    source = Source(str(number), "", entry["title"], entry["publisher"] or "", day)
    sentences = tuple(
        Sentence(n, number, source.id, span.start, span.end, text[span.start : span.end])
        for n, span in enumerate(split_sentences(text))
    )
    passage = Passage(number, source.id, 0, len(text), text, entry["heading"] or "")
    return Given(number, source, passage, sentences)


def _table(path: Path, by: str) -> dict[str, dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return {row[by]: row for row in csv.DictReader(file, delimiter="\t")}


@dataclass(frozen=True, slots=True)
class Floor:
    """A share that must not be passed, in one of the two ways of checking."""

    what: str
    least: float
    most: float
    alone: bool = False
    """Whether it is of the local check alone."""


FLOORS = (
    Floor("true", 0.93, 1.0),
    Floor("computed", 0.9, 1.0),
    Floor("caveat", 0.9, 1.0),
    Floor("refusal", 0.9, 1.0),
    Floor("false", 0.0, 0.35, alone=True),
    Floor("false", 0.0, 0.03),
    Floor("literal", 0.0, 0.0, alone=True),
    Floor("literal", 0.0, 0.0),
)


def missed(cases: Sequence[Case]) -> list[str]:
    """Return the floors that do not hold."""
    faults = []
    for floor in FLOORS:
        group = [c for c in cases if floor.what in (c.label, _literal(c))]
        shown = [c.shown_alone if floor.alone else c.shown_judged for c in group]
        share = sum(shown) / len(shown) if shown else floor.least
        if not floor.least <= share <= floor.most:
            way = "local alone" if floor.alone else "with the judge"
            faults.append(f"missed: {floor.what}, {way}: {share:.2f}")
    return faults


def _literal(case: Case) -> str:
    return "literal" if case.label == "false" and case.kind in LITERAL else ""


def report(cases: Sequence[Case]) -> str:
    """Return the shares shown, by label and for false claims by kind, as a Markdown table."""
    lines = ["| | claims | local alone | with the judge | judge alone |", "|---|---|---|---|---|"]
    groups = [(label, [c for c in cases if c.label == label]) for label in _LABELS]
    false = [c for c in cases if c.label == "false"]
    groups += [
        (f"false: {kind}", [c for c in false if c.kind == kind])
        for kind in sorted({c.kind for c in false})
    ]
    groups.append(("false figures, dates, names", [c for c in false if c.kind in LITERAL]))
    for name, group in groups:
        if group:
            alone, judged = (
                _share(c.shown_alone for c in group),
                _share(c.shown_judged for c in group),
            )
            asked = [c for c in group if c.judged is not None]
            judge = _share(bool(c.judged) for c in asked) if asked else "–"
            lines.append(f"| {name} | {len(group)} | {alone} | {judged} | {judge} |")
    lost = Counter(c.checked.drop.reason for c in cases if c.label != "false" and c.checked.drop)
    asked_of_judge = sum(c.checked.standing is Standing.OPEN for c in cases)
    lines += ["", f"second call asked of {asked_of_judge} of {len(cases)} claims"]
    lines += [
        f"dropped though not false: {count} × {reason}" for reason, count in lost.most_common()
    ]
    return "\n".join(lines)


_LABELS = ("true", "computed", "caveat", "refusal", "false")


def _share(shown: Iterator[bool]) -> str:
    told = list(shown)
    return f"{sum(told) / len(told):.2f} ({sum(told)})"


def main() -> None:
    """Print the report, or say that the set is not there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--set", type=Path, default=DEV, help="path and beginning of the files")
    parser.add_argument("--write", action="store_true", help="write it into docs/quality.md")
    options = parser.parse_args()
    prefix = options.set
    if not Path(f"{prefix}.jsonl").exists():
        print(f"skipped: {prefix}.jsonl is not there")
        return
    cases = list(read(prefix))
    print(report(cases))
    if options.write:
        put_section(PAGE, "claims", "Claims of a model", f"{_INTRODUCTION}\n{report(cases)}")
    faults = missed(cases) or ["all floors hold"]
    print(*faults, sep="\n")
    sys.exit(bool(missed(cases)))


if __name__ == "__main__":
    main()
