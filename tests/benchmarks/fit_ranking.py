"""Fit the weights of search: makes `retrieval/ranking.json`, and tells how good the method is.

    python -m tests.benchmarks.fit_ranking [--shared DIR] [--dry]

Two models, both linear so that the file can be read:
  - which candidate answers: a listwise softmax over the candidates of a question;
  - whether any does: logistic regression on what speaks for the best one.
The tables printed are cross-validated: XQuAD by article, the other questions by their words, with
both models fitted without the fold that they are judged on. The file is then fitted on everything.
Features and signals are taken as `retrieval` names them. Deterministic.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bot.cli.evaluate import markdown
from retrieval.answering.abstention import SIGNALS
from retrieval.answering.quotes import select
from retrieval.embeddings.models import BuiltinEmbeddings
from retrieval.evaluation.cases import EASY, HARD, PRESENT
from retrieval.evaluation.metrics import Outcome, Response, by_kind, judged
from retrieval.models import Answer, Kind
from retrieval.ranking.features import FEATURES
from retrieval.ranking.weights import Ranking, load_ranking, ranking_from
from tests.benchmarks.fitting import Bounds, Choice, fit_choice, fit_logistic, scale_of
from tests.benchmarks.sections import put_section
from tests.benchmarks.suites import OWN, ROOT, SHARED, TRAINING, XQUAD, XQUAD_BARE, suites
from tests.benchmarks.training import FOLDS, Sample, gather

TARGET = ROOT / "retrieval" / "ranking.json"
L2 = 10.0
OTHER_CHOICE = 1.0
"""What a question counts that is not of XQuAD, where the candidates are ranked."""
SAYS = {(XQUAD, PRESENT): 0.6, (XQUAD_BARE, PRESENT): 0.4, (XQUAD, EASY): 0.5, (XQUAD, HARD): 0.6}
OTHER_SAYS = 1.0
"""What a question counts where answered ones are told from others; SAYS goes first."""
_RISING = """
    cos_sentence cos_passage cos_mean match_sentence match_passage match_accented cover_sentence
    cover_near cover_passage cover_context pairs_sentence pairs_passage offers offers_number
    offers_date offers_person offers_near counts counts_list year_match score score_lead
    score_lead_mean cos_gap match_gap cos_standing match_standing cover_best_three
    offers_best_three counted_best_three
"""
RISING = frozenset(_RISING.split())
"""What can only speak for an answer: without this, features that go together trade signs."""
_FALLING = """
    names_missing year_conflict deputy heaviest_missing unknown_words unknown_pairs unknown_names
"""
FALLING = frozenset(_FALLING.split())
"""What can only speak against one."""
THRESHOLD = 0.5
MERGE_WITHIN = 1.8
PAGE = ROOT / "docs" / "quality.md"
ABOUT = (
    f"By `make fit`: {FOLDS} folds, XQuAD by article, other questions by their words; both models "
    "are fitted without the fold that they are judged on."
)
_DIGITS = 4


def fitted(samples: Sequence[Sample]) -> dict[str, Any]:
    """Return the content of `ranking.json` fitted to `samples`."""
    weights = _ranking_weights(samples)
    file = _file(weights, np.zeros(len(SIGNALS)), 0.0)
    found = [(sample, sample.found(ranking_from(file))) for sample in samples]
    # What is refused for a missing name or directive is no matter of probability.
    telling = [(s, f.evidence) for s, f in found if f.evidence is not None and not f.in_vain]
    rows = np.array([evidence for _, evidence in telling], dtype=float)
    scale = scale_of(rows)
    truth = np.array([float(sample.case.answerable) for sample, _ in telling])
    says = np.array([SAYS.get((s.suite, s.case.kind), OTHER_SAYS) for s, _ in telling])
    speaks, bias = fit_logistic(scale(rows), truth, says, L2, _bounds(SIGNALS))
    speaks = speaks / scale.deviation
    return _file(weights, speaks, float(bias - speaks @ scale.mean))


def _file(features: Iterable[float], signals: Iterable[float], bias: float) -> dict[str, Any]:
    return {
        "features": _named(FEATURES, features),
        "signals": _named(SIGNALS, signals),
        "bias": round(bias, _DIGITS),
        "threshold": THRESHOLD,
        "merge_within": MERGE_WITHIN,
    }


def _ranking_weights(samples: Sequence[Sample]) -> Any:
    # Questions without diacritics are mended before they are ranked: they teach nothing new here.
    telling = [s for s in samples if s.right.any() and s.suite != XQUAD_BARE]
    scale = scale_of(np.concatenate([s.rows for s in telling]).astype(float))
    choices = [
        Choice(scale(s.rows), s.right, 1.0 if s.suite == XQUAD else OTHER_CHOICE) for s in telling
    ]
    return fit_choice(choices, L2, _bounds(FEATURES)) / scale.deviation


def _bounds(names: Iterable[str]) -> Bounds:
    return [(0 if n in RISING else None, 0 if n in FALLING else None) for n in names]


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
    quotes = select(findings, ranking.merge_within)
    sure = findings.probability >= ranking.threshold
    kind = Kind.ANSWER if sure and quotes else Kind.NOT_FOUND
    shown = quotes if kind is Kind.ANSWER else ()
    answer = Answer(sample.case.question, kind, "", shown, confidence=findings.probability)
    return judged(sample.case, Response(answer, quotes, findings.candidates), findings.stored)


def tables(outcomes: dict[str, list[Outcome]]) -> str:
    """Return the figures; what is absent is told from questions with and without diacritics."""
    parts = []
    for suite, own in outcomes.items():
        absent = [o for o in outcomes.get(XQUAD, []) if not o.case.answerable]
        rows = by_kind([*own, *absent] if suite == XQUAD_BARE else own)
        parts.append(f"### {suite}\n\n{markdown(rows)}")
    return "\n\n".join(parts)


def main() -> None:
    """Gather, cross-validate, print, fit on everything, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shared", type=Path, default=SHARED, help="folder of the other questions")
    parser.add_argument("--dry", action="store_true", help="write nothing")
    options = parser.parse_args()
    chosen = list(suites(options.shared, (OWN, TRAINING, XQUAD), full=True))
    samples = list(gather(chosen, BuiltinEmbeddings(), load_ranking()))
    validated = tables(cross_validated(samples))
    print(validated)
    if not options.dry:
        put_section(PAGE, "cross-validation", "Answers, cross-validated", f"{ABOUT}\n\n{validated}")
        text = json.dumps(fitted(samples), indent=2)
        TARGET.write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
