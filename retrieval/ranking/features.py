"""What speaks for a sentence as the answer to a question: one row of features for each candidate.

Owns the features and nothing else: the weights are in `ranking.json`, made by
`tests/benchmarks/fit_ranking.py`; which sentences are candidates is for `retriever` to say. Pure.
No feature depends on the size of the corpus, so weights fitted on a small one hold on a large one.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from retrieval.directives.grammar import KIND_WRITTEN
from retrieval.models import Document, Passage, Sentence, Source
from retrieval.query.analysis import SPELLED_NUMBERS, Question, Wanted, asks_percent
from retrieval.ranking.lexical import Weighed, Weighted
from retrieval.text.dates import is_year, tells_time, years_alone, years_in
from retrieval.text.names import in_names, office_pairs, publisher_name
from retrieval.text.numbers import numbered_in, numbers_of
from retrieval.text.vietnamese import Terms, fold, terms_of

_DEPUTY = "pho"
_BEFORE, _AFTER = 14, 9
"""How many syllables around a number or name say what it is."""
_CLOSE = 4
_REASON = re.compile(r"\b(?:vì|do|bởi|để|nhằm|nhờ|nên|khiến|dẫn đến|nguyên nhân|lý do)\b")
_PERCENT = re.compile(r"\d ?%|phần trăm")
_TITLE = re.compile(r"[“\"«][^“”\"«»]{12,}[”\"»]")
"""A name in quotation marks: a word that is only set apart is shorter."""
_DOCUMENT = re.compile(rf"\d+-[A-ZĐ]{{2,}}|(?i:{KIND_WRITTEN}|văn bản) (?:số )?\d")
_ORDINAL = re.compile(r"\bthu (?:may|bao nhieu)\b")
_NAMED_BY = "ngày tháng năm quý thứ khóa khoá điều khoản kỳ kì đoạn"
_NAMING = frozenset((word,) for word in _NAMED_BY.split())
_NUMBERING = frozenset(
    (kind, "số")
    for kind in ("định", "thị", "quyết", "luận", "dẫn", "hoạch", "báo", "văn", "lệnh", "trình")
)
"""What stands before a number that is a name: "tháng 6", "Quyết định số 71"."""
_SPELLED_NUMBER = re.compile(
    r"\b(?:một|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười|trăm|nghìn|ngàn|triệu|tỷ|tỉ|nửa|đôi)\b"
)


def offers(question: Question, text: str, part: Terms) -> float:
    """Return how far `text`, whose terms are `part`, holds what `question` wants, 0 to 1."""
    match question.wanted:
        case Wanted.NUMBER if asks_percent(question):
            return float(bool(_PERCENT.search(text.lower())))
        case Wanted.NUMBER:
            if any(_offered(question, part)):
                return 1.0
            return 0.5 * bool(_SPELLED_NUMBER.search(text.lower()))
        case Wanted.DATE:
            return float(any(_offered(question, part)) and tells_time(text))
        case Wanted.PERSON | Wanted.PLACE:
            return float(any(_offered(question, part)))
        case Wanted.REASON:
            return float(bool(_REASON.search(text.lower())))
        case Wanted.DOCUMENT:
            return float(bool(_DOCUMENT.search(text)))
        case Wanted.TITLE:
            return float(bool(_TITLE.search(text)))
        case _:
            return 0.0


def offers_near(asked: Weighed, part: Terms) -> float:
    """Return the most of the question, by weight, that stands close to one thing offered."""
    offered = (i for i, fits in enumerate(_offered(asked.question, part)) if fits)
    close = (part.sequence[max(i - _BEFORE, 0) : i + _AFTER] for i in offered)
    return max(map(asked.content.within, close), default=0.0)


def counts(question: Question, part: Terms) -> float:
    """Return how far the text gives a number of just what the question counts, 0 to 1."""
    wanted = question.counted
    best = 0.0
    for i in range(len(part.sequence) - 1) if wanted else ():
        number = part.sequence[i][0].isdigit() or part.sequence[i] in SPELLED_NUMBERS
        if number and part.sequence[i + 1] == wanted[0]:
            best = max(best, 1.0 if part.sequence[i + 1 : i + 1 + len(wanted)] == wanted else 0.5)
    return best


def counted_near(question: Question, part: Terms) -> float:
    """Return 1 if a number stands close before what the question counts, or nothing is counted."""
    if question.wanted is not Wanted.NUMBER or not question.counted:
        return 1.0
    places = [i for i, word in enumerate(part.sequence) if word == question.counted[0]]
    before = (part.sequence[max(i - _CLOSE, 0) : i] for i in places)
    return float(any(w[0].isdigit() or w in SPELLED_NUMBERS for close in before for w in close))


def other_year(question: Question, text: str) -> bool:
    """Return True if `text` names years, and none that the question names.

    The figure of a year is not that of a period: "2020 – 2025" does not name 2025 there.
    """
    if not question.years:
        return False
    alone = question.wanted is Wanted.NUMBER and set(years_alone(question.text))
    years = set(years_alone(text) if alone else years_in(text))
    return bool(years) and years.isdisjoint(question.years)


def deputy(question: Question, part: Terms) -> float:
    """Return 1 if the text has only the deputy of the office that the question asks for."""
    if question.wanted is not Wanted.PERSON or _DEPUTY in question.folded:
        return 0.0
    known = office_pairs()
    asked = (pair for pair in question.content_pairs if tuple(pair.split("_")) in known)
    office = next(asked, "")
    neighbours = itertools.pairwise(part.sequence)
    places = [i for i, pair in enumerate(neighbours) if "_".join(pair) == office]
    deputies = [i for i in places if i and part.sequence[i - 1] == _DEPUTY]
    return float(bool(places) and len(deputies) == len(places))


@lru_cache(maxsize=8192)
def _quantities(spelled: tuple[str, ...]) -> tuple[bool, ...]:
    """Which syllables are numbers that count something: no date, no year, no number of a document.

    >>> from retrieval.text.vietnamese import terms_of
    >>> words = terms_of("Sáng 16/12/2024, 13 nơi nêu Chỉ thị số 35, giai đoạn 2022-2026.").spelled
    >>> list(itertools.compress(words, _quantities(words)))
    ['13']
    """
    words = [word.lower() for word in spelled]
    marks: list[bool] = []
    for i, word in enumerate(words):
        before = tuple(words[max(i - 2, 0) : i])
        named = before[-1:] in _NAMING or before in _NUMBERING
        dated = len(words) > i + 2 and words[i + 1].isdigit() and is_year(words[i + 2])
        after = before[-1] if before and before[-1][0].isdigit() and not marks[-1] else ""
        goes_on = after and (not is_year(after) or is_year(word))
        marks.append(word[0].isdigit() and not (named or dated or goes_on))
    return tuple(marks)


@lru_cache(maxsize=1024)
def _asks_ordinal(question: str) -> bool:
    return bool(_ORDINAL.search(fold(question)))


def _offered(question: Question, part: Terms) -> list[bool]:
    """Which syllables are numbers or names of the kind that is wanted, and new."""
    fits: Sequence[bool]
    match question.wanted:
        case Wanted.NUMBER if not _asks_ordinal(question.text):
            fits = _quantities(part.spelled)
        case Wanted.NUMBER | Wanted.DATE:
            fits = [word[0].isdigit() for word in part.spelled]
        case Wanted.PERSON:
            fits = in_names(part.spelled)
        case Wanted.PLACE:
            fits = [i > 0 and word[0].isupper() for i, word in enumerate(part.spelled)]
        case _:
            return []
    return [fit and t not in question.folded for fit, t in zip(fits, part.sequence, strict=True)]


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
    "cover_heading",
    "is_list",
    "list_wanted",
    "leaves_open",
    "length",
    "numbered",
    "numbered_other",
    "reader",
)
READER = FEATURES.index("reader")
"""The column that the reader fills in where there is one, 0 where there is none."""

LISTED = (Wanted.LIST, Wanted.WAY)
"""Kinds of question that a list answers as a whole."""
_CLOSING = "*_”\"'’») "
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


def words_around(source: Source, passage: Passage) -> str:
    """Return the words that stand around a passage without being in it: title, heading, date."""
    day = f"ngày {source.date.day}/{source.date.month}/{source.date.year}" if source.date else ""
    who = publisher_name(source.publisher)
    return f"{source.title}. {source.about}. {passage.heading}. {who}. {day}"


def features(asked: Weighed, vector: Floats, found: Found) -> Floats:
    """Return the features of each sentence of `found`, shape (sentences, len(FEATURES))."""
    question = asked.question
    context = terms_of(words_around(found.source, found.passage))
    parts = [terms_of(sentence.text) for sentence in found.sentences]
    whole = terms_of(found.passage.text)
    above = terms_of(f"{found.source.title}. {found.passage.heading}")
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
        heading=asked.content.within(above.folded),
        above=above,
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
    heading: float
    above: Terms
    """The title and the heading."""


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
        around.heading,
        *_form(question, text),
        *_numbered(question, part, around.above),
        0.0,
    ]


def _form(question: Question, text: str) -> tuple[float, float, float, float]:
    """Whether the unit is a list, one that is asked for, one that says nothing yet; its length."""
    is_list = float("\n" in text)
    wanted = is_list * (question.wanted in LISTED)
    leaves_open = float(text.rstrip(_CLOSING)[-1:] in (":", "?"))
    return is_list, wanted, leaves_open, math.log1p(len(text))


def _numbered(question: Question, part: Terms, above: Terms) -> tuple[float, float]:
    """Whether the unit, or else what it stands under, bears a number asked about or only others."""
    for asked in _numbers_asked(question.spelled, question.folded):
        for terms in (part, above):
            if numbers := numbers_of(asked.kind, terms.spelled, terms.sequence):
                return (1.0, 0.0) if asked.number in numbers else (0.0, 1.0)
    return 0.0, 0.0


_numbers_asked = lru_cache(maxsize=256)(numbered_in)


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
