"""Search: from a question to ranked sentences of the live index.

Owns the order of steps: mend the question, find passages by nearest vectors and by words, keep the
dozen that look best on both counts, and score each of their sentences. Leaves the features to
`evidence`, the weights to `ranking`, what is quoted to `selecting`. Blocking; safe from threads.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace

import numpy as np

from retrieval.abstention import Ranked, signals
from retrieval.asked import NOTHING, Asked, asked_for
from retrieval.corpus import Corpus
from retrieval.documents import Passage, Quote, Sentence, Source
from retrieval.embeddings import ArrayEmbeddings
from retrieval.english import in_vietnamese, is_english
from retrieval.evidence import Floats, Found, context_of, features
from retrieval.overtaken import Overtaken, overtaken
from retrieval.question import Question, analyse
from retrieval.ranking import Ranking
from retrieval.repair import is_bare, repaired, spelling_of
from retrieval.snapshot import Snapshot
from retrieval.store import Store
from retrieval.terms import terms_of
from retrieval.timing import Stopwatch
from retrieval.vietnamese import fold, normalise, words

_DENSE_SENTENCES = 60
_LEXICAL_PASSAGES = 30
_PASSAGES_KEPT = 12
_BESIDE = 6
"""Passages kept for comparison, where only those that mention a directive may answer."""
_TEXTS_TO_SPELL_BY = 12


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may answer."""

    sentence: Sentence
    passage: Passage
    source: Source
    score: float


@dataclass(frozen=True, slots=True)
class Findings:
    """What search found: candidates best first, and how probable it is that the best answers."""

    question: Question
    candidates: tuple[Candidate, ...]
    probability: float
    stored: Mapping[str, str]
    """The stored text of each candidate's source, by source id."""
    asked: Asked = NOTHING


@dataclass(frozen=True, slots=True)
class Pool:
    """What may answer a question, before it is ranked."""

    question: Question
    vector: Floats
    found: Sequence[Found]
    corpus: Corpus
    stored: Mapping[str, str]
    asked: Asked = NOTHING

    @property
    def sentences(self) -> list[tuple[Sentence, Found]]:
        """All sentences, each with what it was found in."""
        return [(sentence, found) for found in self.found for sentence in found.sentences]

    def rows(self) -> Floats:
        """Return the features of `sentences`, shape (n, len(FEATURES))."""
        weight = self.corpus.weight
        return np.vstack([features(self.question, self.vector, f, weight) for f in self.found])

    def ranked(self, rows: Floats, scores: Floats) -> Ranked:
        """Return what `abstention` looks at."""
        sentences = self.sentences
        best = sentences[int(np.argmax(scores))][1]
        return Ranked(
            rows=rows,
            scores=scores,
            passage_ids=[found.passage.id for _, found in sentences],
            sentences=[terms_of(sentence.text) for sentence, _ in sentences],
            passage=terms_of(f"{best.passage.text} {context_of(best.source, best.passage)}"),
        )


class Search:
    """Search over what `snapshot` and `store` hold, with `embeddings` of the same model."""

    def __init__(
        self,
        snapshot: Callable[[], AbstractContextManager[Snapshot]],
        store: Store,
        embeddings: ArrayEmbeddings,
        ranking: Ranking,
    ) -> None:
        self._snapshot = snapshot
        self._store = store
        self._embeddings = embeddings
        self._ranking = ranking

    def find(self, text: str, watch: Stopwatch | None = None) -> Findings:
        """Return the candidates for the question `text`; raises IndexFault, EndpointError."""
        watch = watch or Stopwatch()
        pool = self.pool(text, watch)
        with watch("rank"):
            return ranked(pool, self._ranking)

    def overtaken(self, quote: Quote) -> Overtaken | None:
        """Return what a newer source says became of a directive that `quote` mentions."""
        with self._snapshot() as snap:
            return overtaken(snap, quote)

    def pool(self, text: str, watch: Stopwatch) -> Pool:
        """Return the sentences worth ranking; raises IndexFault, EndpointError."""
        with self._snapshot() as snap:
            corpus = Corpus(snap)
            with watch("mend"):
                typed = normalise(text)
                english = is_english(typed)
                question = analyse(in_vietnamese(typed) if english else _mended(typed, corpus))
            with watch("embed"):
                meant = typed if english else question.text
                vector = self._embeddings.embed_query_array(meant)
            with watch("dense"):
                dense = self._store.search(snap.edition, vector, _DENSE_SENTENCES)
            with watch("lexical"):
                lexical = corpus.lexical(question, _LEXICAL_PASSAGES)
                asked = asked_for(typed, question.folded, snap)
            with watch("fuse"):
                found = _kept(snap, vector, dense, lexical, asked.passages)
                corpus.learn([*question.terms, *question.names])
                stored = {f.source.id: snap.text(f.source.id) for f in found}
        return Pool(question, vector, found, corpus, stored, asked)


def ranked(pool: Pool, ranking: Ranking) -> Findings:
    """Return the sentences of `pool` ranked, with the probability that the best answers."""
    question, corpus = pool.question, pool.corpus
    if not pool.found or not question.folded:
        return Findings(question, (), 0.0, pool.stored, pool.asked)
    rows = pool.rows()
    pool, rows = _in_question(pool, rows, ranking.scores(rows))
    scores, sentences = ranking.scores(rows), pool.sentences
    order = np.argsort(-scores, kind="stable")
    evidence = signals(question, pool.ranked(rows, scores), corpus.weight, corpus.knows)
    probability = 0.0 if pool.asked.in_vain else ranking.probability(evidence)
    candidates = tuple(
        Candidate(sentence, found.passage, found.source, float(scores[i]))
        for i in order
        for sentence, found in (sentences[i],)
        if not pool.asked.passages or found.passage.id in pool.asked.passages
    )
    return Findings(question, candidates, probability, pool.stored, pool.asked)


def _in_question(pool: Pool, rows: Floats, scores: Floats) -> tuple[Pool, Floats]:
    """Leave out passages that look better than all that mention the directive asked for."""
    wanted = pool.asked.passages
    places = [found.passage.id for _, found in pool.sentences]
    best = max((s for s, p in zip(scores, places, strict=True) if p in wanted), default=None)
    if best is None:
        return pool, rows
    gone = {p for s, p in zip(scores, places, strict=True) if p not in wanted and s >= best}
    found = [f for f in pool.found if f.passage.id not in gone]
    return replace(pool, found=found), rows[[p not in gone for p in places]]


def _mended(text: str, corpus: Corpus) -> str:
    folded = [fold(w.text) for w in words(text) if w.text.isalpha()]
    corpus.learn(folded)
    if not is_bare(text) and all(corpus.knows(f) for f in folded):
        return text
    texts = [p.text for p in corpus.near(text, _TEXTS_TO_SPELL_BY)]
    return repaired(text, spelling_of(texts), corpus.knows)


def _kept(
    snap: Snapshot,
    vector: Floats,
    dense: Sequence[tuple[int, float]],
    lexical: Sequence[tuple[int, float]],
    about: frozenset[int],
) -> list[Found]:
    """Return the passages best by nearest sentence and by words together, best first.

    If passages are wanted (`about`), these come first.
    """
    near = [s.passage_id for s in snap.sentences_by_id([i for i, _ in dense])]
    worded = [passage for passage, _ in lexical]
    passages = snap.passages(list(dict.fromkeys([*near, *worded, *sorted(about)])))
    if not passages:
        return []
    sources = {s: snap.document(s).source for s in {p.source_id for p in passages}}
    sentences = snap.sentences([p.id for p in passages])
    vectors = snap.vectors([s.id for s in sentences])
    found = [_found(p, sources[p.source_id], sentences, vectors) for p in passages]
    by_words = dict(lexical)
    fused = _standard([float((f.vectors @ vector).max()) for f in found]) + _standard(
        [by_words.get(f.passage.id, 0.0) for f in found]
    )
    order = [found[i] for i in np.argsort(-fused, kind="stable")]
    wanted = [f for f in order if f.passage.id in about][:_PASSAGES_KEPT]
    others = [f for f in order if f.passage.id not in about]
    return [*wanted, *others[: _BESIDE if wanted else _PASSAGES_KEPT]]


def _found(
    passage: Passage, source: Source, sentences: Sequence[Sentence], vectors: Floats
) -> Found:
    own = [i for i, s in enumerate(sentences) if s.passage_id == passage.id]
    return Found(passage, source, tuple(sentences[i] for i in own), vectors[own])


def _standard(values: Sequence[float]) -> Floats:
    array = np.array(values, dtype=np.float32)
    standard: Floats = (array - array.mean()) / (array.std() + 1e-6)
    return standard
