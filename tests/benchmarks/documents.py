"""Whether documents read the same in every format: sentences, offsets, and answers from them.

    python -m tests.benchmarks.documents [--shared DIR] [--first N] [--no-answers] [--lines N]
        [--questions N]

Each document of the folder `shared` beside the project is written again as Markdown, HTML, DOCX and
PDF (`tests/rewritten.py`) and read. Printed for each format: the share of the sentences that both
readings have, and the documents with the lowest. The questions of office-dev are asked over the
DOCX and the PDF files too. Exit status 1 if a format has less than 99 % of the sentences, if an
offset is wrong, if a document is taken for garbled text, or if a format's answers are more than two
points below those over the originals.
"""

from __future__ import annotations

import argparse
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from retrieval.errors import SourceError
from retrieval.evaluation.metrics import by_kind
from retrieval.loading.legibility import is_garbled
from retrieval.loading.worker import read_apart
from retrieval.models import Document
from retrieval.text.sentences import split_sentences
from retrieval.text.splitter import split_passages
from tests.benchmarks.cached_embeddings import kept_embeddings
from tests.benchmarks.quality import measured
from tests.benchmarks.suites import OFFICE, SHARED, Suite, documents_of, suites
from tests.rewritten import WRITERS

_SAME, _POINTS = 0.99, 0.02
_ASKED = (".docx", ".pdf")


def main() -> int:
    """Measure and print; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shared", type=Path, default=SHARED)
    parser.add_argument("--first", type=int, default=None, help="only so many documents")
    parser.add_argument("--lines", type=int, default=0, help="print so many lost sentences")
    parser.add_argument("--no-answers", action="store_true")
    parser.add_argument("--questions", type=int, default=None, help="ask every so many-th only")
    options = parser.parse_args()
    if not options.shared.is_dir():
        sys.stdout.write(f"skipped: no folder {options.shared} with documents to read\n")
        return 0
    originals = documents_of(options.shared / "corpus", options.shared / "seeds")[: options.first]
    alarms = [document.source.path for document in originals if is_garbled(document.text)]
    sys.stdout.write(f"taken for garbled: {len(alarms)} of {len(originals)} {alarms}\n")
    status, versions = int(bool(alarms)), {}
    for suffix in WRITERS:
        read = [_again(document, suffix) for document in originals]
        versions[suffix] = read
        status |= _compared(suffix, originals, read, options.lines)
    if not options.no_answers:
        status |= _asked(
            options.shared, options.questions, {suffix: versions[suffix] for suffix in _ASKED}
        )
    return status


def _again(document: Document, suffix: str) -> Document:
    """The document as it is read from a file of another format."""
    try:
        text = read_apart(WRITERS[suffix](document.text), suffix).text
    except SourceError as fault:
        sys.stdout.write(f"  {document.source.path}{suffix}: {fault}\n")
        text = ""
    return replace(document, text=text)


def _compared(
    suffix: str, originals: Sequence[Document], read: Sequence[Document], lines: int
) -> int:
    both = total = 0
    shares: list[tuple[float, str]] = []
    lost: list[str] = []
    for document, version in zip(originals, read, strict=True):
        gone = [*_missing(document.text, version.text), *_missing(version.text, document.text)]
        count = len(split_sentences(document.text)) + len(split_sentences(version.text))
        both, total = both + count - len(gone), total + count
        shares.append((1 - len(gone) / max(1, count), document.source.path))
        lost += gone
    wrong = [version.source.path for version in read if not _offsets_hold(version.text)]
    sys.stdout.write(f"{suffix}: {both / total:.2%} of {total} sentences, offsets wrong: {wrong}\n")
    for share, path in sorted(shares)[:5]:
        sys.stdout.write(f"  {share:.1%} {path}\n")
    for sentence in lost[:lines]:
        sys.stdout.write(f"    {sentence[:150]}\n")
    return int(both < _SAME * total or bool(wrong))


def _missing(text: str, other: str) -> Iterator[str]:
    """Yield the sentences of `text` that `other` does not hold; blanks and bullets do not count."""
    held = _bare(other)
    for span in split_sentences(text):
        if _bare(text[span.start : span.end]) not in held:
            yield text[span.start : span.end]


def _bare(words: str) -> str:
    return "".join(letter for letter in words if not letter.isspace() and letter not in "-•*")


def _offsets_hold(text: str) -> bool:
    """True if sentences and passages are stretches of a text in its normal form."""
    sentences = split_sentences(text)
    pieces = split_passages(text, sentences)
    inside = (text[span.start : span.end].strip() for span in sentences)
    whole = all(piece.start == sentences[piece.first].start for piece in pieces)
    return unicodedata.is_normalized("NFC", text) and all(inside) and whole


def _asked(shared: Path, step: int | None, versions: dict[str, list[Document]]) -> int:
    """Ask office-dev over the originals and each version; print shares and compare."""
    (suite,) = suites(shared, (OFFICE,))
    suite = replace(suite, cases=suite.cases[::step])
    chosen = [suite]
    chosen += [Suite(f"{OFFICE}{suffix}", suite.cases, tuple(r)) for suffix, r in versions.items()]
    shown: dict[str, float] = {}
    embeddings = kept_embeddings()
    for asked, outcomes in measured(chosen, embeddings):
        figures = by_kind(outcomes)["total"]
        shown[asked.name] = figures.shown_3 or 0.0
        sys.stdout.write(f"{asked.name}: {figures.rounded()}\n")
    embeddings.close()
    return int(any(share < shown[OFFICE] - _POINTS for share in shown.values()))


if __name__ == "__main__":
    sys.exit(main())
