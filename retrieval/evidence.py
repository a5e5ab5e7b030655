"""What speaks for a sentence as the answer to a question: one row of features for each candidate.

Owns the features and nothing else: the weights are in `ranking.json`, made by
`benchmarks/fit_ranking.py`; which sentences are candidates is for `search` to say. Pure.
No feature depends on the size of the corpus, so weights fitted on a small one hold on a large one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.documents import Document, Passage, Sentence, Source
from retrieval.offers import counts, deputy, offers, offers_near
from retrieval.question import Question, Wanted, years_in
from retrieval.terms import Terms, joined, terms_of
from retrieval.weighing import Weighed, Weighted

Floats = NDArray[np.float32]

FEATURES = (
    "cos_sentence",
    "cos_previous",
    "cos_passage",
    "cos_mean",
    "match_sentence",
    "match_previous",
    "match_passage",
    "match_accented",
    "cover_sentence",
    "cover_near",
    "cover_passage",
    "cover_context",
    "pairs_sentence",
    "pairs_passage",
    "offers",
    "offers_number",
    "offers_date",
    "offers_person",
    "offers_near",
    "counts",
    "counts_list",
    "deputy",
    "novelty",
    "names_missing",
    "year_match",
    "year_conflict",
)

_K1, _B, _USUAL_LENGTH = 1.2, 0.75, {"sentence": 28.0, "passage": 140.0}


@dataclass(frozen=True, slots=True)
class Found:
    """A passage that search found: its sentences with their vectors, shape (n, dim)."""

    passage: Passage
    document: Document
    """What it stands in."""
    sentences: tuple[Sentence, ...]
    vectors: Floats

    @property
    def source(self) -> Source:
        """The source of the document."""
        return self.document.source


def context_of(source: Source, passage: Passage) -> str:
    """Return the words that stand around a passage without being in it: title, heading, date."""
    day = f"ngày {source.date.day}/{source.date.month}/{source.date.year}" if source.date else ""
    return f"{source.title}. {source.about}. {passage.heading}. {source.publisher}. {day}"


def features(asked: Weighed, vector: Floats, found: Found) -> Floats:
    """Return the features of each sentence of `found`, shape (sentences, len(FEATURES))."""
    question = asked.question
    context = terms_of(context_of(found.source, found.passage))
    parts = [terms_of(sentence.text) for sentence in found.sentences]
    whole = joined(parts)
    cosines = found.vectors @ vector
    mean = found.vectors.mean(axis=0)
    matches = [_match(asked.terms, part, "sentence") for part in parts]
    around = _Around(
        passage=(
            float(cosines.max()),
            float(mean @ vector / (np.linalg.norm(mean) + 1e-9)),
            _match(asked.terms, whole, "passage"),
            asked.content.within(whole.folded),
            asked.content.within(whole.folded, context.folded),
            asked.pairs.within(whole.folded),
        ),
        names_missing=_missing(question.names, (whole, context)),
        years=frozenset(years_in(found.passage.text) if question.years else ()),
        source_year=str(found.source.date.year) if found.source.date else "",
    )
    rows = []
    for i, (sentence, part) in enumerate(zip(found.sentences, parts, strict=True)):
        before = max(i - 1, 0)
        rows.append(
            _row(
                asked,
                sentence.text,
                part,
                around,
                cosines=(float(cosines[i]), float(cosines[before])),
                matches=(matches[i], matches[before]),
                near=parts[before : i + 2],
            )
        )
    return np.array(rows, dtype=np.float32)


@dataclass(frozen=True, slots=True)
class _Around:
    passage: tuple[float, float, float, float, float, float]
    names_missing: float
    years: frozenset[str]
    source_year: str


def _row(
    asked: Weighed,
    text: str,
    part: Terms,
    around: _Around,
    *,
    cosines: tuple[float, float],
    matches: tuple[float, float],
    near: Sequence[Terms],
) -> list[float]:
    question = asked.question
    counted = counts(question, part)
    cos_max, cos_mean, match_passage, cover_passage, cover_context, pairs_passage = around.passage
    offered = offers(question, text, part)
    return [
        *cosines,
        cos_max,
        cos_mean,
        *matches,
        match_passage,
        asked.accented.within(part.accented),
        asked.content.within(part.folded),
        asked.content.within(*(p.folded for p in near)),
        cover_passage,
        cover_context,
        asked.pairs.within(part.folded),
        pairs_passage,
        offered,
        offered * (question.wanted is Wanted.NUMBER),
        offered * (question.wanted is Wanted.DATE),
        offered * (question.wanted is Wanted.PERSON),
        offers_near(asked, part),
        counted,
        counted * (question.wanted is Wanted.LIST),
        deputy(question, part),
        math.log1p(len(set(part.sequence).difference(question.folded))),
        around.names_missing,
        *_years(question, text, around),
    ]


def _match(terms: Weighted, part: Terms, unit: str) -> float:
    """BM25 over folded terms and pairs, as a share of what a perfect match would score."""
    length = 1 - _B + _B * part.length / _USUAL_LENGTH[unit]
    score = 0.0
    for term, weight in terms.items:
        if count := part.folded.get(term):
            score += weight * count * (_K1 + 1) / (count + _K1 * length)
    return score / terms.total if terms.total else 0.0


def _missing(names: Sequence[str], parts: Sequence[Terms]) -> float:
    absent = sum(1 for name in names if not any(name in p.folded for p in parts))
    return absent / len(names) if names else 0.0


def _years(question: Question, text: str, around: _Around) -> tuple[float, float]:
    if not question.years:
        return 0.0, 0.0
    here = frozenset(years_in(text))
    for years, value in ((here, 1.0), (around.years, 0.7)):
        if years.intersection(question.years):
            return value, 0.0
    return (0.5, 0.0) if around.source_year in question.years else (0.0, 1.0)
