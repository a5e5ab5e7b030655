"""Fit the weights of search: makes `retrieval/ranking.json`, and tells how good the method is.

    python -m tests.benchmarks.fit_ranking [--shared DIR] [--dry]

Two models, both linear so that the file can be read:
  - which candidate answers: a listwise softmax over the candidates of a question;
  - whether any does: logistic regression on what speaks for the best one.
Both are fitted twice: with the reader, on questions about documents that it was not trained on, and
for where it cannot run. The tables printed are cross-validated over documents, in FOLDS folds; the
threshold is the cross-validated probability that WRONGLY_REFUSED of the answerable questions of a
suite do not reach, the least of all suites. The file is then fitted on everything. Features and
signals are taken as `retrieval` names them. Deterministic.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from bot.assistant.routing import as_searched
from bot.cli.evaluate import markdown
from retrieval.embeddings.models import ArrayEmbeddings
from retrieval.evaluation.cases import EASY, HARD, PRESENT
from retrieval.evaluation.metrics import Outcome, by_kind, summarised
from retrieval.evaluation.ranking_fit import Ridge, cross_validated, fitted
from retrieval.evaluation.samples import Gatherer, Sample
from retrieval.evaluation.scratch_index import scratch_index
from retrieval.ranking.features import FEATURES, READER
from retrieval.ranking.reader import Reader
from retrieval.ranking.signals import SIGNALS
from retrieval.ranking.weights import (
    DIGITS,
    WITH_READER,
    WITHOUT_READER,
    Ranking,
    load_ranking,
    weights_of,
)
from tests.benchmarks.cached_embeddings import kept_embeddings
from tests.benchmarks.exact_search import exact_search
from tests.benchmarks.quality_page import table
from tests.benchmarks.sections import put_section
from tests.benchmarks.suites import (
    CACHE,
    OWN,
    ROOT,
    SHARED,
    TRAINING,
    TYPED,
    XQUAD,
    XQUAD_BARE,
    Suite,
    suites,
)

PAGE = ROOT / "docs" / "quality.md"
TARGET = ROOT / "retrieval" / "ranking" / "ranking.json"
L2 = 10.0
SAYS_L2 = 100.0
"""How weights of features and of signals are held back. Signals must hold on questions of another
kind than they were fitted on: fitted without one of the suites and asked about that one, log loss
is .417 with 10, .414 with 30, .416 with 100, .425 with 300, and XQuAD's AUC .961, .964, .967, .970.
"""
SAYS = {(XQUAD, PRESENT): 0.2, (XQUAD, EASY): 0.16, (XQUAD, HARD): 0.2}
TYPED_SAYS, OTHER_SAYS = 2.0, 1.0
"""What a question counts where answered ones are told from others; SAYS goes first. XQuAD's are
many: at twice as much the AUC of the training questions falls from .848 to .840. Those typed as
in chats are few: counted twice, their log loss falls from .269 to .258, held out, and that of the
training questions rises from .390 to .391; three times tells them from others no better.
"""
WRONGLY_REFUSED = 0.10
"""The share of a suite's answerable questions that the threshold may refuse, in no suite more."""
QUOTED_ABOVE, JOINED_ABOVE, SOFTENED_BY = 2.27e-3, 3e-4, 1.6
"""What a quote beside a sure best is worth (its chance over a power of its length), and the chance
a character of a neighbour in it; chances are those of scores divided by SOFTENED_BY. Chosen on our
own and the training questions and XQuAD, cross-validated, at less than 500 characters an answer of
an office: docs/quality.md.
"""


def in_telling(sample: Sample) -> float:
    """Return what a question counts where answered ones are told from others."""
    usual = TYPED_SAYS if sample.suite == TYPED else OTHER_SAYS
    return SAYS.get((sample.suite, sample.case.kind), usual)


RIDGE = Ridge(L2, SAYS_L2, in_telling=in_telling)
NOTHING = Ranking(
    features=np.zeros(len(FEATURES), dtype=np.float32),
    signals=np.zeros(len(SIGNALS), dtype=np.float32),
    bias=0.0,
    threshold=0.5,
    quoted_above=QUOTED_ABOVE,
    joined_above=JOINED_ABOVE,
    softened_by=SOFTENED_BY,
)
"""What is fitted before anything is."""


def fit(samples: Sequence[Sample]) -> Ranking:
    """Return weights fitted to `samples`; the threshold is 0.5."""
    return fitted(samples, NOTHING, RIDGE)


def unread(sample: Sample) -> Sample:
    """Return a sample as it is where there is no reader."""
    rows = sample.rows.copy()
    rows[:, READER] = 0.0
    return replace(sample, pool=replace(sample.pool, logits=()), rows=rows)


def threshold_of(suites_: Iterable[Sequence[Outcome]]) -> float:
    """Return the probability that WRONGLY_REFUSED of the answerable of a suite do not reach, the
    least of all suites.
    """
    able = (sorted(o.confidence for o in own if o.case.answerable) for own in suites_)
    return round(min(one[int(WRONGLY_REFUSED * len(one))] for one in able), DIGITS)


def judged_by_suite(samples: Sequence[Sample]) -> dict[str, list[Outcome]]:
    """Return the outcomes by suite, each case judged with weights that have not seen its fold."""
    outcomes: dict[str, list[Outcome]] = {}
    for sample, outcome in cross_validated(samples, fit):
        outcomes.setdefault(sample.suite, []).append(outcome)
    return outcomes


def tables(outcomes: dict[str, list[Outcome]]) -> str:
    """Return the figures, by suite and kind."""
    parts = (f"### {suite}\n\n{markdown(by_kind(own))}" for suite, own in outcomes.items())
    return "\n\n".join(parts)


def cross_table(outcomes: Mapping[str, Mapping[str, Sequence[Outcome]]]) -> str:
    """Return the cross-validated figures of each set of weights, by suite."""
    rows = []
    for name, suites_ in outcomes.items():
        for suite, own in suites_.items():
            found = summarised(own)
            shares = (
                "–" if v is None else f"{v:.3f}" for v in (found.hit_1, found.hit_3, found.auc)
            )
            rows.append([f"{suite}, {name.replace('_', ' ')}", *shares])
    return table(["", "first", "one of three", "AUC"], rows)


def main() -> None:
    """Gather, cross-validate, print, fit on everything, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shared", type=Path, default=SHARED, help="folder of the other questions")
    parser.add_argument("--dry", action="store_true", help="write nothing")
    options = parser.parse_args()
    written, outcomes = fit_sets(list(gathered(options.shared)))
    for name, own in outcomes.items():
        print(f"## {name}\n\n{tables(own)}\n", flush=True)
    if not options.dry:
        write(written, outcomes)


def fit_sets(
    samples: Sequence[Sample],
) -> tuple[dict[str, Any], dict[str, dict[str, list[Outcome]]]]:
    """Return both sets of weights, and the cross-validated outcomes of each by suite."""
    sets = {WITHOUT_READER: [unread(sample) for sample in samples]}
    if any(sample.pool.logits for sample in samples):
        sets[WITH_READER] = list(samples)
    written = json.loads(TARGET.read_text(encoding="utf-8"))
    outcomes = {}
    for name, own in sets.items():
        outcomes[name] = judged_by_suite(own)
        threshold = threshold_of(outcomes[name].values())
        written[name] = {**weights_of(fit(own)), "threshold": threshold}
    return written, outcomes


def write(written: dict[str, Any], outcomes: Mapping[str, Mapping[str, Sequence[Outcome]]]) -> None:
    """Write the weights, and what they are worth."""
    TARGET.write_text(f"{json.dumps(written, indent=2)}\n", encoding="utf-8")
    how = "First and one of three irrespective of refusal; folds are documents; `make fit`."
    put_section(PAGE, "fit", "Cross-validated", f"{cross_table(outcomes)}\n\n{how}")


def gathered(
    shared: Path, names: Sequence[str] = (OWN, TYPED, TRAINING, XQUAD)
) -> Iterator[Sample]:
    """Yield the samples: questions that the reader was not trained on, and our own."""
    embeddings = kept_embeddings()
    asked = (s for s in suites(shared, names) if s.name != XQUAD_BARE)
    yield from gather(asked, embeddings, load_ranking(Reader.open(CACHE)))
    embeddings.close()


def gather(
    asked: Iterable[Suite], embeddings: ArrayEmbeddings, ranking: Ranking
) -> Iterator[Sample]:
    """Yield the samples of suites, each over an index of its own."""
    for suite in asked:
        with scratch_index(suite.documents, embeddings) as (ledger, _):
            store = exact_search(ledger)
            gatherer = Gatherer(ledger, store, embeddings, ranking, as_searched)
            yield from gatherer.samples(suite.name, suite.cases)


if __name__ == "__main__":
    main()
