"""Measure what reading knows of a document: title, publisher, date, number, issuer and signer.

    python -m tests.benchmarks.metadata [TABLE FOLDER] [--wrong]

The table has a line for each file of the folder: its name and the right values, tab by tab, empty
where the file does not say. Without arguments that of the folder `shared` beside the project is
taken; where it is absent, nothing is measured. Printed for each column: the share of files whose
value is right, and the share where a value is given and it is another; with `--wrong` the values.
Exit status 1 if title, publisher or date are right in less than 90 % or wrong in more than 2 %.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Mapping
from pathlib import Path

from retrieval.loading.folder import read_file
from retrieval.loading.official_head import read_head
from retrieval.models import Document
from retrieval.text.vietnamese import key, spelled
from tests.benchmarks.suites import SHARED

_COLUMNS = ("title", "publisher", "date", "number", "issuer", "signer")
_HELD = ("title", "publisher", "date")
_LEAST_RIGHT, _MOST_WRONG = 0.9, 0.02


def main() -> int:
    """Measure and print; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("table", nargs="?", type=Path, default=SHARED / "eval/metadata-dev.tsv")
    parser.add_argument("folder", nargs="?", type=Path, default=SHARED / "corpus")
    parser.add_argument("--wrong", action="store_true")
    options = parser.parse_args()
    if not options.table.exists():
        sys.stdout.write("nothing to measure: no such table\n")
        return 0
    with options.table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    found = [_values(read_file(options.folder / row["file"], options.folder, {})) for row in rows]
    failed = 0
    for column in _COLUMNS:
        pairs = [(row, values[column]) for row, values in zip(rows, found, strict=True)]
        missed = [(row, value) for row, value in pairs if not _alike(row[column], value)]
        wrong = [(row, value) for row, value in missed if value]
        right, share = 1 - len(missed) / len(rows), len(wrong) / len(rows)
        failed |= column in _HELD and (right < _LEAST_RIGHT or share > _MOST_WRONG)
        sys.stdout.write(f"{column:9} right {right:.3f}  wrong {share:.3f}  of {len(rows)}\n")
        for row, value in missed if options.wrong else ():
            sys.stdout.write(f"    {row['file']}\n      {row[column]!r}\n      {value!r}\n")
    return int(failed)


def _values(document: Document) -> Mapping[str, str]:
    source, head = document.source, read_head(document.text)
    return {
        "title": source.title,
        "publisher": source.publisher,
        "date": source.date.isoformat() if source.date else "",
        "number": head.number if head else "",
        "issuer": head.issuer if head else "",
        "signer": head.signer if head else "",
    }


def _alike(right: str, found: str) -> bool:
    """Return True if two values are the same words, however tones and capitals are written."""
    return list(map(key, spelled(right))) == list(map(key, spelled(found)))


if __name__ == "__main__":
    sys.exit(main())
