"""`chidan fit`: the weights of search fitted to what an office has reviewed, if that is better.

Owns which cases are taken, over what they are asked, and keeping the weights; fitting and comparing
are `retrieval.evaluation.own_fit`'s. The index is only read. SciPy is needed here alone.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from bot.assistant.routing import as_searched
from bot.bootstrap import build_embeddings, open_conversations, open_index, weights_in_force
from bot.review.cases import Collected, reviewed_cases
from bot.settings import PROJECT, Settings
from retrieval.errors import CaseError, ChidanError, IndexFault
from retrieval.evaluation.cases import Case, load_cases
from retrieval.evaluation.scratch_index import scratch_index
from retrieval.indexing.reload import Progress
from retrieval.loading.folder import read_folder
from retrieval.models import EVERYTHING, Document
from retrieval.ranking.own_weights import InForce, OwnWeights, base_of, keep_own
from retrieval.ranking.weights import Ranking, weights_of
from retrieval.store.database import IndexDatabase
from retrieval.store.vectors import Store

if TYPE_CHECKING:
    from retrieval.embeddings.models import ArrayEmbeddings
    from retrieval.evaluation.own_fit import Comparison
    from retrieval.evaluation.samples import Sample

GUARD_QUESTIONS = PROJECT / "data" / "eval" / "questions.jsonl"
GUARD_SOURCES = PROJECT / "data" / "articles"
"""What comes with the program: over these sources these questions must not be answered worse."""
Showing = Callable[[], AbstractContextManager[Progress]]
"""Opens a display of how far a round of questions is."""


class FitFault(ChidanError):
    """Weights cannot be fitted here; the message says what is missing."""


class FitVerdict(StrEnum):
    """What came of a fit."""

    TOO_FEW = "too_few"
    """Questions, so that nothing was fitted."""
    NOT_BETTER = "not_better"
    """Nothing is better, or something is worse, on the office's own questions."""
    WORSE_ELSEWHERE = "worse_elsewhere"
    """Something is worse on the guard questions."""
    BETTER = "better"


@dataclass(frozen=True, slots=True)
class FitCases:
    """The cases that there are; numbers of questions."""

    reviewed: int
    """Of the log."""
    given: int
    """Of files."""
    unclear: int
    """Reviewed exchanges whose verdict does not tell what would have been right."""
    lost: int
    """Have an answer, but it was not found in the index."""
    answerable: int
    """Different questions that can be used and have an answer."""
    unanswerable: int


@dataclass(frozen=True, slots=True)
class FitResult:
    """What came of a fit, and why."""

    cases: FitCases
    verdict: FitVerdict
    own: Comparison | None = None
    """On the office's own questions, each asked of weights that have not seen it."""
    guard: Comparison | None = None
    """On the guard questions; None if they did not matter any more."""
    weights: OwnWeights | None = None
    """What is better."""


def fit_own(
    settings: Settings, files: Sequence[Path], showing: Showing, *, keep: bool
) -> FitResult:
    """Fit weights to the reviewed exchanges of the log and the cases of `files`.

    If they are better, they are put in force at the next start, but only to `keep`. Raises
    FitFault, CaseError, IndexFault, EndpointError, and as `open_conversations`.
    """
    if find_spec("scipy") is None:
        raise FitFault(
            "Khớp trọng số cần thêm SciPy (khoảng 35 MB), không đi kèm chương trình. Cài bằng: "
            f"{sys.executable} -m pip install 'scipy>=1.17'"
        )
    from retrieval.evaluation.own_fit import (
        LEAST_ANSWERABLE,
        LEAST_UNANSWERABLE,
        compared,
        compared_on,
        fit_to_office,
        usable,
    )

    cases, collected = _cases(settings, files)
    with open_index(settings, to_look=True) as index:
        embeddings = index.embeddings.name
        weights = weights_in_force(settings, embeddings)
        samples = _samples(index.ledger, index.store, index.embeddings, weights, cases, showing)
    known = usable(samples)
    counted = _counted(cases, collected, samples, known)
    if counted.answerable < LEAST_ANSWERABLE or counted.unanswerable < LEAST_UNANSWERABLE:
        return FitResult(counted, FitVerdict.TOO_FEW)
    own = compared(known, weights.ranking, weights.shipped)
    if own.worse or not own.better:
        return FitResult(counted, FitVerdict.NOT_BETTER, own)
    new = fit_to_office(known, weights.ranking, weights.shipped)
    guard = compared_on(_guard(settings, weights, showing), weights.ranking, new)
    if guard.worse:
        return FitResult(counted, FitVerdict.WORSE_ELSEWHERE, own, guard)
    made = _made(new, weights, embeddings, counted)
    if keep:
        keep_own(settings.state_dir, made)
    return FitResult(counted, FitVerdict.BETTER, own, guard, made)


def _cases(settings: Settings, files: Sequence[Path]) -> tuple[list[Case], Collected]:
    with open_conversations(settings) as log:
        reviewed, collected = reviewed_cases(log.file)
    cases = list(reviewed)
    for file in files:
        loaded = load_cases(file)
        if loaded.documents:
            raise CaseError(f"{file.name} có tài liệu riêng (dạng SQuAD), không dùng ở đây được.")
        cases += loaded.cases
    return cases, collected


def _samples(
    ledger: IndexDatabase,
    store: Store,
    embeddings: ArrayEmbeddings,
    weights: InForce,
    cases: Sequence[Case],
    showing: Showing,
) -> list[Sample]:
    """Ask all cases, as `chidan eval` does."""
    from retrieval.evaluation.samples import Gatherer

    with ledger.snapshot(EVERYTHING) as snap:
        if not snap.sources():
            raise IndexFault("Chỉ mục đang trống. Chạy: chidan reload")
    gatherer = Gatherer(ledger, store, embeddings, weights.ranking, as_searched)
    with showing() as progress:
        return list(gatherer.samples("", cases, progress))


def _guard(settings: Settings, weights: InForce, showing: Showing) -> list[Sample]:
    embeddings = build_embeddings(settings)
    cases = load_cases(GUARD_QUESTIONS).cases
    documents = [read for read in read_folder(GUARD_SOURCES) if isinstance(read, Document)]
    try:
        with scratch_index(documents, embeddings) as (ledger, store):
            return _samples(ledger, store, embeddings, weights, cases, showing)
    finally:
        embeddings.close()


def _counted(
    cases: Sequence[Case], collected: Collected, samples: Sequence[Sample], known: Sequence[Sample]
) -> FitCases:
    single = (case for case in cases if as_searched(case.question, case.history))
    answerable = sum(case.answerable for case in single)
    found = sum(bool(sample.right.any()) for sample in samples)
    able = sum(sample.case.answerable for sample in known)
    reviewed = len(collected.added)
    return FitCases(
        reviewed=reviewed,
        given=len(cases) - reviewed,
        unclear=len(collected.unclear),
        lost=answerable - found,
        answerable=able,
        unanswerable=len(known) - able,
    )


def _made(new: Ranking, weights: InForce, embeddings: str, counted: FitCases) -> OwnWeights:
    """Return weights with what is to be known of them."""
    told = weights_of(new)
    return OwnWeights(
        fitted_at=datetime.now(UTC).replace(microsecond=0),
        answerable=counted.answerable,
        unanswerable=counted.unanswerable,
        program=version("chidan"),
        base=base_of(weights.shipped, embeddings),
        features=told["features"],
        signals=told["signals"],
        bias=told["bias"],
        threshold=told["threshold"],
        before=weights.own,
    )
