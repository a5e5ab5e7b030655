"""What answers are measured and fitted on: questions, each over documents of their own.

Owns which files these are. Ours are part of the repository; the others count where a folder
`shared` stands beside it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from retrieval.evaluation.cases import Case, load_cases, retold, stripped
from retrieval.loading.folder import read_folder
from retrieval.models import Document

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared"
OWN = "own questions over data/articles"
XQUAD, XQUAD_BARE = "XQuAD-vi dev", "XQuAD-vi dev without diacritics"
CROSSED = "own questions over the originals"
SEEDS, RETOLD = "seed questions over the originals", "seed questions over data/articles"


@dataclass(frozen=True, slots=True)
class Suite:
    """Questions, and the documents they are asked over."""

    name: str
    cases: tuple[Case, ...]
    documents: tuple[Document, ...]


def suites(shared: Path = SHARED) -> Iterator[Suite]:
    """Yield the suites that are at hand; raises CaseError, SourceError."""
    articles = documents_of(ROOT / "data" / "articles")
    yield Suite(OWN, load_cases(ROOT / "data" / "eval" / "questions.jsonl").cases, articles)
    if not shared.is_dir():
        return
    xquad = load_cases(shared / "eval" / "xquad-vi-dev.json")
    yield Suite(XQUAD, xquad.cases, xquad.documents)
    yield Suite(XQUAD_BARE, tuple(map(stripped, xquad.cases)), xquad.documents)
    seeds = documents_of(shared / "seeds")
    cases = load_cases(shared / "eval" / "seed-questions-dev.jsonl").cases
    yield Suite(SEEDS, cases, seeds)
    yield Suite(RETOLD, retold(cases, seeds), articles)


def training_suites(shared: Path = SHARED) -> list[Suite]:
    """Return all suites, and our own questions over the originals."""
    found = {suite.name: suite for suite in suites(shared)}
    if SEEDS in found:
        own = found[OWN]
        cases = retold(own.cases, own.documents)
        found[CROSSED] = Suite(CROSSED, cases, found[SEEDS].documents)
    return list(found.values())


def documents_of(folder: Path) -> tuple[Document, ...]:
    """Return the documents of `folder` that can be read."""
    return tuple(read for read in read_folder(folder) if isinstance(read, Document))
