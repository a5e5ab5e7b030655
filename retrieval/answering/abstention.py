"""Is the question answered at all? What speaks for and against the best evidence.

Owns the signals, pure; their weights are in `ranking.json`, made by `benchmarks/fit_ranking.py`,
which turn them into the probability that the best sentence answers (logistic regression).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.query.analysis import Question, Wanted
from retrieval.query.constraints import named_by
from retrieval.ranking.features import FEATURES, Floats, counted_near, offers_near
from retrieval.ranking.term_weights import Weighed
from retrieval.text.names import in_names
from retrieval.text.scope import places_in
from retrieval.text.terms import Terms, terms_of
from retrieval.text.vietnamese import fold

_HEADS = frozenset(
    tuple(head.split())
    for head in (
        *("bi thu", "chu tich", "truong ban", "chanh van", "chu nhiem", "bo truong"),
        *("giam doc", "vu truong", "truong doan"),
    )
)
_BODY_WORDS = "ban tinh thanh hoi uy quan huyen dang mat quoc phong trung doan xa phuong dai"
_BODIES = frozenset(_BODY_WORDS.split())
"""How the name of the body goes on after the office."""
_DEPUTY = ("pho",)
_BEFORE, _AFTER = 14, 14
"""How many syllables off an office its holder is named."""
_ASKS_DAY = re.compile(r"\b(?:ngay|hom) (?:nao|may|bao nhieu)\b|ngay thang nam nao")
_DAY = re.compile(r"\d{1,2}[/-]\d{1,2}|\bngay (?:mung )?\d{1,2}|\d{1,2} thang \d")
_RANK = re.compile(r"\b(?:dung|xep|hang)(?: (?:thu|hang|vi tri))* (nhat|nhi|ba|tu|dau|\d+)\b")
_RANKS = {"nhat": "1", "dau": "1", "nhi": "2", "ba": "3", "tu": "4"}
_OF_COUNTRY = re.compile(r"(?:thu \S+|dau|nhat)(?: (?:cua|trong))? (?:ca nuoc|toan quoc)")
_COUNTRY = re.compile(r"\b(?:ca nuoc|toan quoc)\b")


def wanting(question: Question, best: Sequence[str]) -> str:
    """Return what `question` asks for and none of the `best` sentences offers; "" if nothing.

    >>> from retrieval.query.analysis import analyse
    >>> wanting(analyse("Bí thư Tỉnh ủy là ai?"), ["Phó Bí thư Tỉnh ủy Lê An dự."])
    'Bí thư Tỉnh ủy'
    """
    return (
        _day(question, best)
        or _rank(question, best[0])
        or _figure(question, best[0])
        or (_holder(question, best) if question.wanted is Wanted.PERSON else "")
    )


def _day(question: Question, best: Sequence[str]) -> str:
    asked = _ASKS_DAY.search(fold(question.text))
    return "ngày nào" if asked and not any(_DAY.search(fold(t)) for t in best) else ""


def _rank(question: Question, best: str) -> str:
    """Return the rank asked about, if the best sentence tells another."""
    asked = _RANK.search(fold(question.text))
    told = {_RANKS.get(rank, rank) for rank in _RANK.findall(fold(best))}
    other = asked and told and _RANKS.get(asked[1], asked[1]) not in told
    return question.text[asked.start() : asked.end()] if asked and other else ""


def _figure(question: Question, best: str) -> str:
    """Return the place whose figure is asked for, if the best sentence has the country's."""
    asked = named_by(question).places if question.wanted is Wanted.NUMBER else ()
    whole = _COUNTRY.search(_OF_COUNTRY.sub("", fold(best)))
    return asked[0] if asked and whole and not places_in(best).intersection(asked) else ""


def _holder(question: Question, best: Sequence[str]) -> str:
    """Return the office asked about, if no sentence names who holds it in the place asked about."""
    start, office = _office(question)
    asked = named_by(question).places
    deputy = question.folded[max(start - 1, 0) : start] == _DEPUTY
    for text in best:
        there = places_in(text)
        elsewhere = asked and there and there.isdisjoint(asked)
        if not office or (not elsewhere and _names_holder(text, office, deputy=deputy)):
            return ""
    return " ".join(question.spelled[start : start + len(office)])


def _office(question: Question) -> tuple[int, tuple[str, ...]]:
    """Where the first office with its body stands in the question, and its folded words."""
    folded = question.folded
    for i in range(len(folded) - 3):
        if folded[i : i + 2] in _HEADS and folded[i + 2] in _BODIES:
            longer = folded[i + 2 : i + 4] == ("uy", "ban")
            return i, folded[i : i + (6 if longer else 4)]
    return 0, ()


def _names_holder(text: str, office: tuple[str, ...], *, deputy: bool) -> bool:
    """True if somebody is named close to `office`, and is not its deputy."""
    terms = terms_of(text)
    words, names = terms.sequence, in_names(terms.spelled)
    return any(
        words[i : i + len(office)] == office
        and (deputy or words[max(i - 1, 0) : i] != _DEPUTY)
        and any(names[max(i - _BEFORE, 0) : i + len(office) + _AFTER])
        for i in range(len(words))
    )


SIGNALS = (
    *FEATURES,
    "score",
    "score_lead",
    "score_lead_mean",
    "cos_gap",
    "match_gap",
    "cos_standing",
    "match_standing",
    "cover_best_three",
    "offers_best_three",
    "counted_best_three",
    "heaviest_missing",
    "unknown_words",
    "unknown_pairs",
    "unknown_names",
    "question_length",
)
_COS, _MATCH = FEATURES.index("cos_passage"), FEATURES.index("match_passage")
_MATCH_SENTENCE = FEATURES.index("match_sentence")


_FEW = 3


@dataclass(frozen=True, slots=True)
class Ranked:
    """All candidates of a question: features (n, FEATURES), scores (n,), passage of each (n,)."""

    rows: Floats
    scores: Floats
    passage_ids: Sequence[int]
    sentences: Sequence[Terms]
    passage: Terms
    """Of the best sentence's passage, with its context."""


def signals(asked: Weighed, ranked: Ranked, known: Callable[[str], bool]) -> Floats:
    """Return what speaks for the best candidate, shape (len(SIGNALS),)."""
    question = asked.question
    order = np.argsort(-ranked.scores)
    best = int(order[0])
    three = [ranked.sentences[i] for i in order[:3]]
    missing = [weight for t, weight in asked.content.items if t not in ranked.passage.folded]
    extra = [
        float(ranked.scores[best]),
        *_lead(ranked, best),
        _gap(ranked, best, _COS),
        _gap(ranked, best, _MATCH),
        _standing(ranked, best, _COS),
        _standing(ranked, best, _MATCH_SENTENCE),
        asked.content.within(*(part.folded for part in three)),
        max(offers_near(asked, part) for part in three),
        max(counted_near(question, part) for part in three),
        max(missing, default=0.0),
        _share(question.content, known),
        _share(question.content_pairs, known),
        _share(question.names, known),
        math.log1p(len(question.content)),
    ]
    return np.array([*ranked.rows[best], *extra], dtype=np.float32)


def _elsewhere(ranked: Ranked, best: int) -> NDArray[np.bool_]:
    """Which candidates stand in other passages than the best."""
    return np.array([p != ranked.passage_ids[best] for p in ranked.passage_ids])


def _lead(ranked: Ranked, best: int) -> tuple[float, float]:
    """How far the best is ahead of the best elsewhere, and of the mean of the ten best there."""
    others = np.sort(ranked.scores[_elsewhere(ranked, best)])[::-1][:10]
    if not len(others):
        return 0.0, 0.0
    here = float(ranked.scores[best])
    return here - float(others[0]), here - float(others.mean())


def _standing(ranked: Ranked, best: int, column: int) -> float:
    """How many standard deviations the best stands above the candidates of other passages."""
    others = ranked.rows[_elsewhere(ranked, best), column]
    if len(others) < _FEW:
        return 0.0
    return float((ranked.rows[best, column] - others.mean()) / (others.std() + 1e-3))


def _gap(ranked: Ranked, best: int, column: int) -> float:
    """How far the best passage is ahead of the mean of the others."""
    values = {p: float(ranked.rows[i, column]) for i, p in enumerate(ranked.passage_ids)}
    here = values.pop(ranked.passage_ids[best])
    others = sorted(values.values(), reverse=True)[:5]
    return here - sum(others) / len(others) if others else 0.0


def _share(terms: Sequence[str], known: Callable[[str], bool]) -> float:
    """The share of `terms` that the corpus does not know."""
    return sum(not known(t) for t in terms) / len(terms) if terms else 0.0
