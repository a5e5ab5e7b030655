"""Search: from a question to ranked sentences of the live index.

Owns the order of steps: mend the question, find passages by nearest vectors and by words, keep the
dozen that look best on both counts, and score each of their sentences. Leaves the keeping to
`gathering`, the scoring to `pool`, what is quoted to `selecting`. Blocking; safe from threads.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

from retrieval.asked import asked_for
from retrieval.corpus import Corpus
from retrieval.documents import Quote
from retrieval.embeddings import ArrayEmbeddings
from retrieval.english import in_vietnamese, is_english, without_leftovers
from retrieval.gathering import fitting, fused, read
from retrieval.overtaken import Overtaken, overtaken
from retrieval.pool import Findings, Pool, ranked
from retrieval.question import analyse
from retrieval.ranking import Ranking
from retrieval.repair import is_bare, repaired, spelling_of
from retrieval.snapshot import Snapshot
from retrieval.store import Store
from retrieval.timing import Stopwatch
from retrieval.vietnamese import fold, normalise, words
from retrieval.weighing import weighed

_DENSE_SENTENCES = 60
_LEXICAL_PASSAGES = 30
_TEXTS_TO_SPELL_BY = 12


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
                meant = _translated(typed, corpus) if english else _mended(typed, corpus)
                question = analyse(meant)
            with watch("embed"):
                vector = self._embeddings.embed_query_array(typed if english else meant)
            with watch("dense"):
                dense = self._store.search(snap.edition, vector, _DENSE_SENTENCES)
            with watch("lexical"):
                lexical = corpus.lexical(question, _LEXICAL_PASSAGES)
                asked = asked_for(typed, question.folded, snap)
            with watch("fuse"):
                order = fused(snap, vector, dense, lexical, asked.passages)
                kept, missing = fitting(snap, question, order, asked.passages)
                found = read(snap, kept)
                stored = {f.source.id: snap.text(f.source.id) for f in found}
                corpus.learn([*question.terms, *question.names])
        asking = weighed(question, corpus.weight)
        return Pool(asking, vector, found, corpus, stored, asked, missing)


def _translated(text: str, corpus: Corpus) -> str:
    translated = in_vietnamese(text)
    corpus.learn(word.text.lower() for word in words(translated))
    return without_leftovers(translated, corpus.knows)


def _mended(text: str, corpus: Corpus) -> str:
    folded = [fold(w.text) for w in words(text) if w.text.isalpha()]
    corpus.learn(folded)
    if not is_bare(text) and all(corpus.knows(f) for f in folded):
        return text
    texts = [p.text for p in corpus.near(text, _TEXTS_TO_SPELL_BY)]
    return repaired(text, spelling_of(texts), corpus.knows)
