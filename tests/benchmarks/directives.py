"""How well references to directives are recognised: precision and recall on a hand-labelled file.

    python -m tests.benchmarks.directives [--seeds FOLDER] [--write]

`data/eval/directives.jsonl` holds sentences of our own with their labels, and labels of texts that
are not part of the repository, by file name and offset; these count where the folder is given.
`--write` puts the table into docs/quality.md.
"""

from __future__ import annotations

import argparse
import json
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from retrieval.directives.recognition import Reference, find_references
from tests.benchmarks.sections import put_section

LABELS = Path("data/eval/directives.jsonl")
IDENTITY = ("start", "end", "kind", "number", "suffix", "series", "term", "issued")
AROUND = ("issuer", "subject", "place")
Label = Mapping[str, Any]


@dataclass(slots=True)
class Score:
    """Counts over all texts; `around` counts right and all of what stands around a reference."""

    labelled: int = 0
    found: int = 0
    right: int = 0
    around_right: int = 0
    around: int = 0

    @property
    def precision(self) -> float:
        """The share of what was found that is labelled so."""
        return self.right / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        """The share of the labels that was found."""
        return self.right / self.labelled if self.labelled else 0.0


def labelled_texts(seeds: Path | None) -> Iterator[tuple[str, list[Label]]]:
    """Yield each text that is at hand with its labels."""
    for line in LABELS.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if "text" in row:
            yield row["text"], row["references"]
        elif seeds is not None:
            text = (seeds / row["file"]).read_text(encoding="utf-8")
            yield unicodedata.normalize("NFC", text), row["references"]


def score(text: str, labels: list[Label], total: Score, faults: list[str]) -> None:
    """Hold what is recognised in `text` against the labels; what differs is put into `faults`."""
    found = {identity(r): r for r in find_references(text)}
    wanted = {tuple(label.get(name, "") for name in IDENTITY): label for label in labels}
    total.found, total.labelled = total.found + len(found), total.labelled + len(wanted)
    total.right += len(found.keys() & wanted.keys())
    for key in wanted.keys() ^ found.keys():
        sign = "thiếu" if key in wanted else "thừa"
        faults.append(f"{sign}: {text[key[0] : key[1]]!r} {key[2:]}")
    for key in wanted.keys() & found.keys():
        for name in AROUND:
            right = around(found[key], name) == said(text, wanted[key], name)
            total.around, total.around_right = total.around + 1, total.around_right + right
            if not right:
                faults.append(f"{name}: {text[key[0] : key[1]]!r} → {around(found[key], name)!r}")


def identity(reference: Reference) -> tuple[Any, ...]:
    """Return what must be right: where it stands, and which directive it is."""
    return tuple(getattr(reference, name) for name in IDENTITY)


def around(reference: Reference, name: str) -> str:
    """Return issuer, subject or place of a reference as text."""
    return str(getattr(reference, name))


def said(text: str, label: Label, name: str) -> str:
    """Return what the label says of issuer, subject or place."""
    value = label.get(name, "")
    if name == "place" and value:
        words = zip(("Điều", "khoản", "điểm"), value, strict=True)
        return ", ".join(f"{what} {which}" for what, which in words if which)
    return text[slice(*value)] if isinstance(value, list) else value


def measure(seeds: Path | None) -> tuple[Score, list[str]]:
    """Return the score over all labelled texts at hand, and what was not right."""
    total, faults = Score(), list[str]()
    for text, labels in labelled_texts(seeds):
        score(text, labels, total, faults)
    return total, faults


def table(total: Score) -> str:
    """Return the section of docs/quality.md."""
    return (
        "| references labelled | precision | recall | issuer, subject, article right |\n"
        "|---|---|---|---|\n"
        f"| {total.labelled} | {total.precision:.3f} | {total.recall:.3f} "
        f"| {total.around_right / max(total.around, 1):.3f} |\n\n"
        "A reference counts as right if its span, kind, number, suffix, term and date all are.\n"
        "`python -m tests.benchmarks.directives` measures it on `data/eval/directives.jsonl`.\n"
    )


def main() -> None:
    """Measure, print what is wrong, and write the table if asked to."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=Path, help="folder of the labelled texts named by file")
    parser.add_argument("--write", action="store_true", help="put the table into docs/quality.md")
    options = parser.parse_args()
    total, faults = measure(options.seeds)
    print(*faults, table(total), sep="\n")
    if options.write:
        put_section(Path("docs/quality.md"), "directives", "References to directives", table(total))


if __name__ == "__main__":
    main()
