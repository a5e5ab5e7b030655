"""What may answer a question, and its order: sentences scored, the best weighed.

Owns turning passages found into ranked candidates with a probability; pure. Leaves the features to
`features`, what speaks for an answer to `abstention`, the weights to `weights`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from retrieval.models import Passage, Sentence, Source
from retrieval.query.analysis import Question, Wanted
from retrieval.query.constraints import names_asked
from retrieval.ranking.features import READER, Floats, Found, features, other_year, words_around
from retrieval.ranking.lexical import Corpus, Weighed
from retrieval.ranking.signals import Ranked, evidence, signals
from retrieval.ranking.weights import Ranking
from retrieval.registry.lookup import NOTHING, Asked
from retrieval.text.dates import names_whole_year, part_of_year
from retrieval.text.prompt_injection import addresses_assistant
from retrieval.text.vietnamese import fold, terms_of

_OTHER_YEAR = 5.0
"""A sentence of other years than the question's, or of the whole year, comes after all others; so
does one that says nothing but the question's own words, and one of a quiz that does not tell."""
_STRANGER = 5.0
"""So does one of a source that bears no name asked about, where another source does."""
_LEAST_LOGIT = -5.0
"""A logit that is less says no less; units that are not read get it too."""
_AN_ORDER = 100.0
"""One that addresses the assistant comes after those."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may answer."""

    sentence: Sentence
    passage: Passage
    source: Source
    score: float


_OPTION = re.compile(r"(?:^|(?<=[.?!|] ))[ \t]*(\**)[ \t]*([A-D])[.)]\s", re.MULTILINE)
_OPTIONS = 3
"""Options from which a passage holds a quiz."""
_KEY = re.compile(r"\bđáp án(?: đúng)?(?: là)?\s*:?\s*[A-D]\b", re.IGNORECASE)


def is_of_quiz(unit: str, passage: str, after: str) -> bool:
    """Return True if `unit` is the question of a quiz in `passage`, or options of it, none in bold.

    `after` is what follows it there. Where the passage has a key ("Đáp án: B") nothing is told.

    >>> quiz = "Khi nào xong? A. Năm 2024. B. Năm 2026. **C. Năm 2025.**"
    >>> is_of_quiz("A. Năm 2024.", quiz, quiz[26:]), is_of_quiz("**C. Năm 2025.**", quiz, "")
    (True, False)
    """
    asks = unit.endswith("?") and _OPTION.match(after.lstrip()) is not None
    options = _OPTION.findall(unit) if _OPTION.match(unit) else []
    if not asks and (not options or any(bold for bold, _ in options)):
        return False
    letters = {letter for _, letter in _OPTION.findall(passage)}
    return len(letters) >= _OPTIONS and not _KEY.search(passage)


MOST_NEAR = 3
"""Sources that a refusal names."""


@dataclass(frozen=True, slots=True)
class Findings:
    """What search found: candidates best first, and how probable it is that the best answers."""

    question: Question
    candidates: tuple[Candidate, ...]
    probability: float
    stored: Mapping[str, str]
    """The stored text of each candidate's source, by source id."""
    asked: Asked = NOTHING
    missing: str = ""
    """What the question names and no source near it does, such as a place or a year."""
    evidence: Floats | None = None
    """What speaks for the best candidate, shape (len(SIGNALS),)."""
    is_empty: bool = False
    """True if there is nothing to search."""
    in_cell: bool = False
    """True if the best candidate is a row or labelled line that accounts for the question."""

    @property
    def near(self) -> tuple[Source, ...]:
        """The sources of the best candidates, best first, each once; at most `MOST_NEAR`."""
        sources = {candidate.source.id: candidate.source for candidate in self.candidates}
        return tuple(sources.values())[:MOST_NEAR]


@dataclass(frozen=True, slots=True)
class Pool:
    """What may answer a question, before it is ranked."""

    weighed: Weighed
    vector: Floats
    found: Sequence[Found]
    corpus: Corpus
    asked: Asked = NOTHING
    missing: str = ""
    logits: tuple[tuple[float, ...], ...] = ()
    """What the reader says of the units of each of `found`; empty where there is none."""

    @property
    def stored(self) -> dict[str, str]:
        """The stored text of each source, by source id."""
        return {found.source.id: found.document.text for found in self.found}

    @property
    def question(self) -> Question:
        """What is asked."""
        return self.weighed.question

    @property
    def sentences(self) -> list[tuple[Sentence, Found]]:
        """All sentences, each with what it was found in."""
        return [(sentence, found) for found in self.found for sentence in found.sentences]

    def rows(self) -> Floats:
        """Return the features of `sentences`, shape (n, len(FEATURES))."""
        rows = np.vstack([features(self.weighed, self.vector, f) for f in self.found])
        if self.logits:
            read = np.concatenate([np.array(row) for row in self.logits])
            rows[:, READER] = np.maximum(read, _LEAST_LOGIT)
        return rows

    def scores(self, rows: Floats, ranking: Ranking) -> Floats:
        """Return the score of each of `sentences`, shape (n,)."""
        texts = [sentence.text for sentence, _ in self.sentences]
        strange = np.array([other_year(self.question, text) for text in texts])
        strange |= self._of_whole_years(texts) | self._nothing_new(texts) | self._of_quiz()
        orders = np.array([addresses_assistant(text) for text in texts])
        scores = ranking.scores(rows) - _OTHER_YEAR * strange - _AN_ORDER * orders
        return (scores - _STRANGER * self._strangers()).astype(np.float32)

    def _of_whole_years(self, texts: Sequence[str]) -> NDArray[np.bool_]:
        """Return which texts have a year's figure, if that of a part is asked for and told here."""
        asked = self.question.wanted is Wanted.NUMBER and part_of_year(fold(self.question.text))
        folded = [fold(text) for text in texts] if asked else []
        told = any(part_of_year(text) for text in folded)
        return np.array([told and names_whole_year(text) for text in folded or texts], dtype=bool)

    def _nothing_new(self, texts: Sequence[str]) -> NDArray[np.bool_]:
        """Return which texts have no word that the question lacks: a title, a bare name."""
        said = frozenset(self.question.folded)
        confirms = self.question.wanted is Wanted.YES_NO
        told = (not confirms and said.issuperset(terms_of(text).sequence) for text in texts)
        return np.fromiter(told, dtype=bool)

    def _of_quiz(self) -> NDArray[np.bool_]:
        """Return which of `sentences` ask or offer in a quiz, and are not marked as right."""
        placed = ((s, f.passage, s.end - f.passage.start) for s, f in self.sentences)
        return np.array([is_of_quiz(s.text, p.text, p.text[end:]) for s, p, end in placed])

    def _strangers(self) -> NDArray[np.bool_]:
        """Return of which of `sentences` the source names nobody asked about, if another does."""
        asked = names_asked(self.question)
        told = {f.source.id: f"{f.source.title}\n{f.document.text}" for f in self.found if asked}
        bearing = {
            source for source, text in told.items() if any(n.stands_in(fold(text)) for n in asked)
        }
        return np.array([bool(bearing) and f.source.id not in bearing for _, f in self.sentences])

    def ranked(self, rows: Floats, scores: Floats) -> Ranked:
        """Return what `abstention` looks at."""
        sentences = self.sentences
        best = sentences[int(np.argmax(scores))][1]
        return Ranked(
            rows=rows,
            scores=scores,
            passage_ids=[found.passage.id for _, found in sentences],
            sentences=[terms_of(sentence.text) for sentence, _ in sentences],
            passage=terms_of(f"{best.passage.text} {words_around(best.source, best.passage)}"),
            evidence=max(evidence(self.logits), _LEAST_LOGIT) if self.logits else 0.0,
        )


def ranked(pool: Pool, ranking: Ranking, rows: Floats | None = None) -> Findings:
    """Return the sentences of `pool` ranked, with the probability that the best answers.

    `rows` are the features of the pool, if they are known already.
    """
    question = pool.question
    if not pool.found or not question.folded:
        empty = pool.corpus.is_empty
        return Findings(question, (), 0.0, pool.stored, pool.asked, is_empty=empty)
    rows = pool.rows() if rows is None else rows
    scores = pool.scores(rows, ranking)
    if pool.asked.passages:
        pool, rows = _in_question(pool, rows, scores)
        scores = pool.scores(rows, ranking)
    sentences = pool.sentences
    order = np.argsort(-scores, kind="stable")
    evidence = signals(pool.weighed, pool.ranked(rows, scores), pool.corpus.knows)
    candidates = tuple(
        Candidate(sentence, found.passage, found.source, float(scores[i]))
        for i in order
        for sentence, found in (sentences[i],)
        if not pool.asked.passages or found.passage.id in pool.asked.passages
    )
    if pool.asked.in_full and candidates:
        candidates = _in_order(candidates)
    return Findings(
        question,
        candidates,
        ranking.probability(evidence),
        pool.stored,
        pool.asked,
        pool.missing,
        evidence,
    )


def _in_order(candidates: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
    """Return the candidates of the best one's source as they stand there."""
    first = candidates[0].source.id
    whole = (candidate for candidate in candidates if candidate.source.id == first)
    return tuple(sorted(whole, key=lambda candidate: candidate.sentence.start))


def _in_question(pool: Pool, rows: Floats, scores: Floats) -> tuple[Pool, Floats]:
    """Leave out passages that look better than all that mention the directive asked for."""
    wanted = pool.asked.passages
    places = [found.passage.id for _, found in pool.sentences]
    best = max((s for s, p in zip(scores, places, strict=True) if p in wanted), default=None)
    if best is None:
        return pool, rows
    gone = {p for s, p in zip(scores, places, strict=True) if p not in wanted and s >= best}
    kept = [i for i, f in enumerate(pool.found) if f.passage.id not in gone]
    found = [pool.found[i] for i in kept]
    logits = tuple(pool.logits[i] for i in kept if pool.logits)
    return replace(pool, found=found, logits=logits), rows[[p not in gone for p in places]]
