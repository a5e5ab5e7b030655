"""Search: from a question to ranked sentences of the live index.

Owns the order of steps: mend the question, find passages by nearest vectors and by words (both at
once), fuse the two (a sum of z-scores), leave out sources that speak of other places and times,
keep the dozen that look best on both counts, and score each of their sentences. Only what is kept
is read whole: most of what is found never is. Leaves the two searches to `store.vectors` and
`lexical`, the scoring to `candidates`, what is quoted to `answering.quotes`. Blocking; safe from
threads.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from copy import copy
from datetime import date
from itertools import islice
from typing import Self

import numpy as np

from retrieval.embeddings.models import ArrayEmbeddings
from retrieval.models import PUBLIC, Audience, Edition, Quote
from retrieval.query.analysis import Question
from retrieval.query.constraints import conflict, named_by
from retrieval.query.spelling import is_bare
from retrieval.query.translation import is_english
from retrieval.query.understanding import meaning, naming_directives
from retrieval.ranking.candidates import Findings, Pool, ranked
from retrieval.ranking.features import Floats, Found
from retrieval.ranking.lexical import Corpus, weighed
from retrieval.ranking.weights import Ranking
from retrieval.registry.lookup import asked_for
from retrieval.registry.official_documents import StatedFields, stated_in
from retrieval.registry.supersession import Overtaken, overtaken
from retrieval.store.mentions import kept_scope
from retrieval.store.near_duplicates import in_best_copy
from retrieval.store.reader import Snapshot
from retrieval.store.vectors import Store
from retrieval.text.names import publisher_name
from retrieval.text.topics import topics_of
from retrieval.text.vietnamese import normalise
from retrieval.timing import Stopwatch

_KEPT = 12
_BESIDE = 6
"""Passages kept for comparison, where only those that mention a directive may answer."""


def fused(
    snap: Snapshot,
    vector: Floats,
    dense: Sequence[tuple[int, float]],
    lexical: Sequence[tuple[int, float]],
    about: Collection[int],
) -> dict[int, str]:
    """Return the passages found, and those `about`; best by vectors and words together first.

    `dense` holds (sentence id, cosine), `lexical` (passage id, BM25), best first: of these the
    first _LEXICAL_PASSAGES are found, the others tell what words say of what vectors found. Each
    passage stands with the id of its source.
    """
    homes = snap.homes([sentence for sentence, _ in dense])
    near: dict[int, float] = {}
    for sentence, cosine in dense:
        if sentence in homes:
            near.setdefault(homes[sentence], cosine)
    worded = dict(lexical)
    others = (*(p for p, _ in lexical[:_LEXICAL_PASSAGES]), *sorted(about))
    sources = snap.owners([*near, *(p for p in others if p not in near)])
    if not sources:
        return {}
    near |= snap.nearest(vector, [p for p in sources if p not in near])
    scores = _standard([near[p] for p in sources]) + _standard([worded.get(p, 0) for p in sources])
    passages = list(sources)
    return {passages[i]: sources[passages[i]] for i in np.argsort(-scores, kind="stable")}


def fitting(
    snap: Snapshot, question: Question, found: Mapping[int, str], about: Collection[int]
) -> tuple[list[int], str]:
    """Return the best passages of sources that speak of the places and times asked about.

    Those `about` a directive asked for come first, with some others to compare. If no source fits,
    the best of all, and what none of them speaks of.
    """
    named = named_by(question)
    strange: dict[str, str] = {}

    def fits(passage: int) -> bool:
        source = found[passage]
        if source not in strange:
            strange[source] = conflict(named, kept_scope(snap, source)) if named else ""
        return not strange[source]

    meant = [passage for passage in found if passage in about] or list(found)
    any_fits = any(map(fits, meant))
    missing = "" if any_fits or not found else strange[found[meant[0]]]

    def chosen(*, mentioning: bool) -> Iterator[int]:
        among = (passage for passage in found if (passage in about) is mentioning)
        return (passage for passage in among if fits(passage) or not any_fits)

    wanted = list(islice(chosen(mentioning=True), _KEPT))
    return [*wanted, *islice(chosen(mentioning=False), _BESIDE if wanted else _KEPT)], missing


def read_passages(snap: Snapshot, ids: Sequence[int]) -> list[Found]:
    """Return the passages of those ids with all that is weighed, in the order of `ids`."""
    passages = snap.passages(ids)
    documents = snap.documents({p.source_id for p in passages})
    sentences = snap.sentences(ids)
    vectors = snap.vectors([s.id for s in sentences])
    own: dict[int, list[int]] = {p.id: [] for p in passages}
    for i, sentence in enumerate(sentences):
        own[sentence.passage_id].append(i)
    return [
        Found(p, documents[p.source_id], tuple(sentences[i] for i in rows), vectors[rows])
        for p, rows in zip(passages, own.values(), strict=True)
    ]


def _standard(values: Sequence[float]) -> Floats:
    array = np.array(values, dtype=np.float32)
    standard: Floats = (array - array.mean()) / (array.std() + 1e-6)
    return standard


Nearest = tuple[Floats, list[tuple[int, float]]]
"""The vector of a question, and (id, cosine) of the sentences nearest to it, nearest first."""

_DENSE_SENTENCES = 100
_PASSAGES_READ = 6
"""Passages that the reader reads, best first: they hold 97 of 100 answers that all twelve hold."""
_LEXICAL_PASSAGES, _LEXICAL_SCORED = 50, 300
_AT_ONCE = 2
"""Questions whose vectors are looked for at once; others wait."""


class Search:
    """Search over what `snapshot` and `store` hold, with `embeddings` of the same model.

    It finds what is public; `within` gives it another audience. "Năm ngoái" is told from `today`,
    by default the day of the clock.
    """

    def __init__(
        self,
        snapshot: Callable[[Audience], AbstractContextManager[Snapshot]],
        store: Store,
        embeddings: ArrayEmbeddings,
        ranking: Ranking,
        today: date | None = None,
    ) -> None:
        self._today = today
        self._audience = PUBLIC
        self._topics: tuple[Edition, tuple[str, ...]] | None = None
        self._snapshot = snapshot
        self._store = store
        self._embeddings = embeddings
        self._ranking = ranking
        self._beside = ThreadPoolExecutor(_AT_ONCE, "vectors")

    def within(self, audience: Audience) -> Self:
        """Return the same search for `audience`: whatever it may not see is not there."""
        if audience == self._audience:
            return self
        other = copy(self)
        other._audience, other._topics = audience, None
        return other

    def find(self, text: str, watch: Stopwatch | None = None) -> Findings:
        """Return the candidates for the question `text`; raises IndexFault, EndpointError."""
        watch = watch or Stopwatch()
        pool = self.pool(text, watch)
        with watch("rank"):
            return ranked(pool, self._ranking)

    def overtaken(self, quote: Quote) -> Overtaken | None:
        """Return what a newer source says became of a directive that `quote` mentions."""
        with self._snapshot(self._audience) as snap:
            return overtaken(snap, quote)

    def topics(self) -> tuple[str, ...]:
        """Return what the live sources are about, in a few words off their titles."""
        with self._snapshot(self._audience) as snap:
            edition = snap.edition
            if self._topics is None or self._topics[0] != edition:
                self._topics = edition, topics_of(source.title for source in snap.sources())
            return self._topics[1]

    def stated(self, text: str) -> StatedFields | None:
        """Return what official documents say of themselves, if `text` asks for no more."""
        with self._snapshot(self._audience) as snap:
            return stated_in(snap, text)

    def best_copies(
        self, quotes: Sequence[Quote], stored: Mapping[str, str]
    ) -> tuple[tuple[Quote, ...], dict[str, str]]:
        """Return the quotes, each from the best copy of its source, and the texts they stand in."""
        moved, texts = [], dict(stored)
        with self._snapshot(self._audience) as snap:
            for quote in quotes:
                best, text = in_best_copy(snap, quote)
                moved.append(best)
                texts |= {best.source.id: text} if text else {}
        return tuple(moved), texts

    def pool(self, text: str, watch: Stopwatch) -> Pool:
        """Return the sentences worth ranking; raises IndexFault, EndpointError."""
        with self._snapshot(self._audience) as snap:
            corpus = Corpus(snap, self._today)
            typed = normalise(text)
            question, nearest = _understood(typed, corpus, self._look(snap, watch), watch)
            with watch("lexical"):
                telling = corpus.telling(question)
                lexical = corpus.lexical(telling, _LEXICAL_SCORED)
                asked = asked_for(naming_directives(question, typed, corpus), telling, snap)
            vector, dense = nearest.result()
            with watch("fuse"):
                order = fused(snap, vector, dense, lexical, asked.passages)
                kept, missing = fitting(snap, question, order, asked.passages)
                found = read_passages(snap, kept)
                corpus.learn([*question.terms, *question.names])
        asking = weighed(question, corpus.weight)
        logits = self._read(question, found, watch)
        return Pool(asking, vector, found, corpus, asked, missing, logits)

    def _read(
        self, question: Question, found: Sequence[Found], watch: Stopwatch
    ) -> tuple[tuple[float, ...], ...]:
        """Return what the reader says of the units of each passage, nothing where there is none."""
        if (reader := self._ranking.reader) is None:
            return ()
        # Imported where there is one: with it comes ONNX Runtime.
        from retrieval.ranking.reader import UNREAD, ReadingPassage, context_of

        with watch("read"):
            passages = [
                ReadingPassage(
                    context_of(
                        f.source.title,
                        publisher_name(f.source.publisher),
                        f.source.date,
                        f.passage.heading,
                    ),
                    tuple(sentence.text for sentence in f.sentences),
                )
                for f in found[:_PASSAGES_READ]
            ]
            logits = reader.read(question.text, passages)
            unread = ([UNREAD] * len(f.sentences) for f in found[_PASSAGES_READ:])
            return tuple(map(tuple, (*logits, *unread)))

    def _look(self, snap: Snapshot, watch: Stopwatch) -> Callable[[str], Future[Nearest]]:
        """Return what looks beside everything else for what is near a text."""
        where = snap.edition, snap.parts
        return lambda text: self._beside.submit(self._nearest, text, *where, watch)

    def _nearest(
        self, text: str, edition: Edition, parts: Sequence[str], watch: Stopwatch
    ) -> Nearest:
        with watch("embed"):
            vector = self._embeddings.embed_query_array(text)
        with watch("dense"):
            return vector, self._store.search(edition, vector, _DENSE_SENTENCES, parts)


def _understood(
    typed: str, corpus: Corpus, look: Callable[[str], Future[Nearest]], watch: Stopwatch
) -> tuple[Question, Future[Nearest]]:
    """Return the question that is meant, while `look` is already looking for what is near it.

    What has diacritics hardly ever needs mending, so that looking need not wait for that.
    """
    english = is_english(typed)
    nearest = None if english or is_bare(typed) else look(typed)
    with watch("mend"):
        found = meaning(typed, corpus)
        question = found.question
    if nearest is None or found.text != typed:
        nearest = look(found.text)
    return question, nearest
