"""Measure how many words of scraped files can be searched, and what is left out of them.

    python -m tests.benchmarks.kept_words [FOLDER | ARCHIVE.tar.xz …] [--sample N] [--lines N]

Without arguments the corpus and 300 pages of the distractors beside the project are read; where
these are absent, nothing is measured. Printed for each: files, the share of their words kept, files
under 80 % and 70 % with their first lost line, and with `--lines` a sample of what was left out.
Exit status 1 if less than 97 % of the words are kept, or if a file is under 70 % without a line
that says what was left out of it.
"""

from __future__ import annotations

import argparse
import random
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from retrieval.loading.folder import Unreadable, read_folder
from retrieval.models import MUCH_LOST, Document
from tests.benchmarks.suites import SHARED

_GOAL, _LEAST = 0.97, 0.7
_SUFFIXES = (".md", ".txt")


def main() -> int:
    """Measure and print; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("places", nargs="*", type=Path)
    parser.add_argument("--sample", type=int, default=300)
    parser.add_argument("--lines", type=int, default=0)
    options = parser.parse_args()
    places = options.places or [SHARED / "corpus", SHARED / "distractors.tar.xz"]
    there = [place for place in places if place.exists()]
    if not there:
        sys.stdout.write("nothing to measure: no such folder or archive\n")
        return 0
    return max(_measured(place, options.sample, options.lines) for place in there)


def _measured(place: Path, sample: int, lines: int) -> int:
    with _folder(place, sample) as folder:
        read = list(read_folder(folder))
    documents = [d for d in read if isinstance(d, Document) and d.source.path.endswith(_SUFFIXES)]
    words = [len(document.text.split()) for document in documents]
    whole = sum(n / document.kept for n, document in zip(words, documents, strict=True))
    share = sum(words) / whole if whole else 1.0
    lossy = sorted((d for d in documents if d.kept < MUCH_LOST), key=lambda d: d.kept)
    unread = sum(isinstance(one, Unreadable) for one in read)
    sys.stdout.write(f"{place.name}: {len(documents)} files, {share:.2%} of the words kept; ")
    sys.stdout.write(f"{len(lossy)} under {MUCH_LOST:.0%}, {unread} unreadable\n")
    for document in lossy:
        first = next(iter(document.left_out), "")
        sys.stdout.write(f"  {document.kept:.0%} {document.source.path}: {first[:90]}\n")
    everything = [line for document in documents for line in document.left_out]
    for line in random.Random(1).sample(everything, min(lines, len(everything))):
        sys.stdout.write(f"    - {line[:110]}\n")
    silent = any(d.kept < _LEAST and not d.left_out for d in documents)
    return int(share < _GOAL or silent)


@contextmanager
def _folder(place: Path, sample: int) -> Iterator[Path]:
    """Give the folder, or one with a sample of an archive's files."""
    if place.is_dir():
        yield place
        return
    with tempfile.TemporaryDirectory() as home, tarfile.open(place) as archive:
        files = [member for member in archive.getmembers() if member.isfile()]
        chosen = random.Random(1).sample(files, min(sample, len(files)))
        archive.extractall(home, members=chosen, filter="data")
        yield Path(home)


if __name__ == "__main__":
    sys.exit(main())
