"""Fit the weights of search: makes `retrieval/ranking.json`, and tells how good the method is.

    python -m tests.benchmarks.fit_ranking [--shared DIR] [--dry]

Two models, both linear so that the file can be read:
  - which candidate answers: a listwise softmax over the candidates of a question;
  - whether any does: logistic regression on what speaks for the best one.
Both are fitted twice: with the reader, on questions about documents that it was not trained on, and
for where it cannot run. The tables printed are cross-validated over documents, in FOLDS folds; the
threshold is the cross-validated probability that WRONGLY_REFUSED of the answerable questions do not
reach. The file is then fitted on everything. Features and signals are taken as `retrieval` names
them. Deterministic.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from bot.cli.evaluate import markdown
from retrieval.answering.abstention import decide
from retrieval.answering.quotes import select
from retrieval.embeddings.models import BuiltinEmbeddings
from retrieval.evaluation.cases import EASY, HARD, PRESENT
from retrieval.evaluation.metrics import Outcome, Response, by_kind, judged, summarised
from retrieval.models import Answer, Kind
from retrieval.ranking.candidates import Findings
from retrieval.ranking.features import FEATURES, READER, Floats
from retrieval.ranking.reader import Reader
from retrieval.ranking.signals import SIGNALS
from retrieval.ranking.weights import (
    WITH_READER,
    WITHOUT_READER,
    Ranking,
    load_ranking,
    ranking_from,
)
from tests.benchmarks.cached_embeddings import CachedEmbeddings
from tests.benchmarks.fitting import (
    Array,
    Bounds,
    Choice,
    Scale,
    fit_choice,
    fit_logistic,
    scale_of,
)
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
    suites,
)
from tests.benchmarks.training import FOLDS, Sample, gather

PAGE = ROOT / "docs" / "quality.md"
TARGET = ROOT / "retrieval" / "ranking" / "ranking.json"
L2 = 10.0
SAYS_L2 = 100.0
"""How weights of features and of signals are held back. Signals must hold on questions of another
kind than they were fitted on: fitted without one of the suites and asked about that one, log loss
is .417 with 10, .414 with 30, .416 with 100, .425 with 300, and XQuAD's AUC .961, .964, .967, .970.
"""
OTHER_CHOICE = 1.0
"""What a question counts that is not of XQuAD, where the candidates are ranked."""
SAYS = {(XQUAD, PRESENT): 0.4, (XQUAD, EASY): 0.32, (XQUAD, HARD): 0.4}
OTHER_SAYS = 1.0
"""What a question counts where answered ones are told from others; SAYS goes first."""
_RISING = """
    cos_sentence cos_passage cos_mean match_sentence match_passage match_accented cover_sentence
    cover_near cover_passage cover_context pairs_sentence pairs_passage offers offers_number
    offers_date offers_person offers_near counts counts_list year_match score score_lead
    score_lead_mean cos_gap match_gap cos_standing match_standing cover_best_three
    offers_best_three counted_best_three cover_heading list_wanted numbered reader
    reader_evidence
"""
RISING = frozenset(_RISING.split())
"""What can only speak for an answer: without this, features that go together trade signs."""
_FALLING = """
    names_missing year_conflict deputy heaviest_missing unknown_words unknown_pairs unknown_names
    attribute_missing leaves_open numbered_other
"""
FALLING = frozenset(_FALLING.split())
"""What can only speak against one."""
WRONGLY_REFUSED = 0.075
"""The share of answerable questions, those of XQuAD aside, that the threshold may refuse."""
QUOTED_ABOVE, JOINED_ABOVE, SOFTENED_BY = 4e-4, 3.2e-4, 1.6
"""Chances a character at which a quote stands beside the best, and a neighbour in it; chances are
those of scores divided by SOFTENED_BY. Chosen on the training questions and XQuAD, cross-validated,
at less than 500 characters an answer of an office: docs/quality.md.
"""
_DIGITS = 4


def fitted(samples: Sequence[Sample]) -> dict[str, Any]:
    """Return a set of weights fitted to `samples`; the threshold is 0.5."""
    file = _file(_ranking_weights(samples), np.zeros(len(SIGNALS)), 0.0)
    telling = evidence_of(samples, ranking_from(file))
    rows = np.array([evidence for _, evidence in telling], dtype=float)
    scale = scale_of(rows)
    own = [sample for sample, _ in telling]
    speaks, bias = fit_logistic(
        scale(rows), truth_of(own), says_of(own), SAYS_L2, bounds_of(SIGNALS)
    )
    speaks = speaks / scale.deviation
    return {
        **file,
        "signals": _named(SIGNALS, speaks),
        "bias": round(float(bias - speaks @ scale.mean), _DIGITS),
    }


def evidence_of(samples: Iterable[Sample], ranking: Ranking) -> list[tuple[Sample, Floats]]:
    """Return the signals of each question that no veto refuses: of what is refused for a missing
    name or directive, the probability says nothing.
    """
    found = ((sample, sample.found(ranking)) for sample in samples)
    return [(s, f.evidence) for s, f in found if f.evidence is not None and not vetoed(f)]


def truth_of(samples: Iterable[Sample]) -> Array:
    """Return 1 for each question that has an answer, else 0."""
    return np.array([float(sample.case.answerable) for sample in samples])


def says_of(samples: Iterable[Sample]) -> Array:
    """Return what each question counts where answered ones are told from others."""
    return np.array([SAYS.get((s.suite, s.case.kind), OTHER_SAYS) for s in samples])


def unread(sample: Sample) -> Sample:
    """Return a sample as it is where there is no reader."""
    rows = sample.rows.copy()
    rows[:, READER] = 0.0
    return replace(sample, pool=replace(sample.pool, logits=()), rows=rows)


def threshold_of(outcomes: Iterable[Outcome]) -> float:
    """Return the probability that WRONGLY_REFUSED of the answerable do not reach."""
    able = sorted(o.confidence for o in outcomes if o.case.answerable and not o.case.place)
    return round(able[int(WRONGLY_REFUSED * len(able))], _DIGITS)


def vetoed(findings: Findings) -> bool:
    """Return True if a question is refused whatever its probability."""
    return not decide(findings, threshold=0.0).answers


def _file(features: Iterable[float], signals: Iterable[float], bias: float) -> dict[str, Any]:
    return {
        "features": _named(FEATURES, features),
        "signals": _named(SIGNALS, signals),
        "bias": round(bias, _DIGITS),
        "threshold": 0.5,
        "quoted_above": QUOTED_ABOVE,
        "joined_above": JOINED_ABOVE,
        "softened_by": SOFTENED_BY,
    }


def _ranking_weights(samples: Sequence[Sample]) -> Any:
    choices, scale = choices_of(samples)
    return fit_choice(choices, L2, bounds_of(FEATURES)) / scale.deviation


def choices_of(samples: Sequence[Sample]) -> tuple[list[Choice], Scale]:
    """Return the candidates of each question that has a right one, on a standard scale."""
    telling = [s for s in samples if s.right.any()]
    scale = scale_of(np.concatenate([s.rows for s in telling]).astype(float))
    choices = [
        Choice(scale(s.rows), s.right, 1.0 if s.suite == XQUAD else OTHER_CHOICE) for s in telling
    ]
    return choices, scale


def bounds_of(names: Iterable[str], without: str = "") -> Bounds:
    """Return how each weight is bounded; that of `without` is 0."""
    return [
        (0, 0) if n == without else (0 if n in RISING else None, 0 if n in FALLING else None)
        for n in names
    ]


def _named(names: Sequence[str], values: Iterable[float]) -> dict[str, float]:
    return {n: round(float(v), _DIGITS) for n, v in zip(names, values, strict=True)}


def cross_validated(samples: Sequence[Sample]) -> dict[str, list[Outcome]]:
    """Return the outcomes by suite, each case judged with weights that have not seen its fold."""
    outcomes: dict[str, list[Outcome]] = {}
    for fold in range(FOLDS):
        ranking = ranking_from(fitted([s for s in samples if s.fold != fold]))
        for sample in samples:
            if sample.fold == fold:
                outcomes.setdefault(sample.suite, []).append(_outcome(sample, ranking))
    return outcomes


def _outcome(sample: Sample, ranking: Ranking) -> Outcome:
    findings = sample.found(ranking)
    quotes = select(findings, ranking)
    decision = decide(findings, ranking.threshold)
    kind = Kind.ANSWER if decision.answers and quotes else Kind.NOT_FOUND
    shown = quotes if kind is Kind.ANSWER else ()
    answer = Answer(sample.case.question, kind, quotes=shown, confidence=decision.probability)
    documents = {found.source.id: found.document for found in sample.pool.found}
    return judged(sample.case, Response(answer, quotes, findings.candidates), documents)


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
        outcomes[name] = cross_validated(own)
        threshold = threshold_of(o for suite in outcomes[name].values() for o in suite)
        written[name] = {**fitted(own), "threshold": threshold}
    return written, outcomes


def write(written: dict[str, Any], outcomes: Mapping[str, Mapping[str, Sequence[Outcome]]]) -> None:
    """Write the weights, and what they are worth."""
    TARGET.write_text(f"{json.dumps(written, indent=2)}\n", encoding="utf-8")
    how = "First and one of three irrespective of refusal; folds are documents; `make fit`."
    put_section(PAGE, "fit", "Cross-validated", f"{cross_table(outcomes)}\n\n{how}")


def gathered(shared: Path) -> Iterator[Sample]:
    """Yield the samples: questions that the reader was not trained on, and our own."""
    embeddings = CachedEmbeddings(BuiltinEmbeddings(CACHE), CACHE / "vectors.db")
    asked = (s for s in suites(shared, (OWN, TYPED, TRAINING, XQUAD)) if s.name != XQUAD_BARE)
    yield from gather(asked, embeddings, load_ranking(Reader.open(CACHE)))
    embeddings.close()


if __name__ == "__main__":
    main()
