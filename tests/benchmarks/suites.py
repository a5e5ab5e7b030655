"""What answers are measured and fitted on: questions, each over documents of their own.

Owns which files these are. Ours are part of the repository; the others count where a folder
`shared` stands beside it. Some are asked in part, a fixed part, unless all is wanted.
"""

from __future__ import annotations

import tarfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

from retrieval.evaluation.cases import Case, load_cases, stripped
from retrieval.loading.folder import read_folder
from retrieval.models import Document

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared"
CACHE = ROOT / ".cache" / "eval"
OWN = "own questions over data/articles"
TYPED = "own questions as they are typed"
OFFICE, EVERYDAY, SEEDS = "office-dev", "everyday-dev", "seed-questions-dev"
CROWD = "office-dev beside 2,000 other pages"
TRAINING = "training"
XQUAD, XQUAD_BARE = "XQuAD-vi dev", "XQuAD-vi dev without diacritics"
HELD_DOCUMENTS, HELD_ARTICLES = 15, 50
"""Percent of training documents and of XQuAD articles that the reader is never trained on; a short
run asks about these alone."""


@dataclass(frozen=True, slots=True)
class Suite:
    """Questions, and the documents they are asked over."""

    name: str
    cases: tuple[Case, ...]
    documents: tuple[Document, ...]


def suites(
    shared: Path = SHARED, names: Sequence[str] = (), *, full: bool = False
) -> Iterator[Suite]:
    """Yield the suites at hand whose name holds one of `names`; raises CaseError, SourceError.

    In part, where they are large; all of them if `full`.
    """
    for name in (OWN, TYPED, OFFICE, CROWD, EVERYDAY, SEEDS, TRAINING, XQUAD, XQUAD_BARE):
        wanted = full or name not in (XQUAD_BARE, CROWD, TYPED)
        if names:
            wanted = any(part in name for part in names) and (full or name != CROWD)
        if wanted and (name in (OWN, TYPED) or shared.is_dir()):
            yield _suite(name, shared, full=full)


def documents_of(*folders: Path) -> tuple[Document, ...]:
    """Return the documents of `folders` that can be read."""
    found = (read for folder in folders for read in read_folder(folder))
    return tuple(read for read in found if isinstance(read, Document))


def is_held(home: str, percent: int) -> bool:
    """Return True for that share of documents or articles, by name: the same ones at all times."""
    return crc32(home.encode()) % 100 < percent


def _suite(name: str, shared: Path, *, full: bool) -> Suite:
    if name in (OWN, TYPED):
        file = "questions.jsonl" if name == OWN else "typed.jsonl"
        cases = load_cases(ROOT / "data" / "eval" / file).cases
        return Suite(name, cases, documents_of(ROOT / "data" / "articles"))
    if name == TRAINING:
        return _training(shared / "training", full=full)
    if name in (XQUAD, XQUAD_BARE):
        return _xquad(name, shared / "eval" / "xquad-vi-dev.json", full=full)
    folders = (
        [shared / "seeds"] if name in (EVERYDAY, SEEDS) else [shared / "corpus", shared / "seeds"]
    )
    if name == CROWD:
        folders.append(_unpacked(shared / "distractors.tar.xz"))
    cases = load_cases(shared / "eval" / f"{OFFICE if name == CROWD else name}.jsonl").cases
    return Suite(name, cases, documents_of(*folders))


def _unpacked(archive: Path) -> Path:
    """Return the folder of an archive's files, unpacked beside the vectors if it is not yet."""
    folder = CACHE / archive.name.partition(".")[0]
    if not folder.is_dir():
        with tarfile.open(archive) as files:
            files.extractall(CACHE, filter="data")
    return folder


def _training(folder: Path, *, full: bool) -> Suite:
    """Return the training questions; in part, those about documents held out, over these."""
    cases = load_cases(folder / "questions.jsonl").cases
    documents = documents_of(folder / "documents")
    if full:
        return Suite(TRAINING, cases, documents)
    kept = tuple(d for d in documents if is_held(d.source.path, HELD_DOCUMENTS))
    paths = {document.source.path for document in kept}
    about = tuple(case for case in cases if paths.intersection((*case.sources, case.near)))
    return Suite(TRAINING, about, kept)


def _xquad(name: str, path: Path, *, full: bool) -> Suite:
    """Return the questions of XQuAD over all of its articles; in part, of those held out."""
    loaded = load_cases(path)
    cases = loaded.cases if name == XQUAD else tuple(map(stripped, loaded.cases))
    articles = sorted({document.source.id[:4] for document in loaded.documents})
    kept = [article for article in articles if full or is_held(article, HELD_ARTICLES)]
    return Suite(name, tuple(c for c in cases if _article(c) in kept), loaded.documents)


def _article(case: Case) -> str:
    """Return the article that a SQuAD case is about: a001 of a001p002."""
    return (case.place.source_id if case.place else min(case.absent, default=""))[:4]
