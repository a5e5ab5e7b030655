"""The index as one object: the sources, and the three things that make them searchable.

Owns what front ends do with an index: bring it in line with the sources, take that back, look
things up for an audience (where none is said, what is public). Blocking; safe from threads.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from retrieval.embeddings.models import ArrayEmbeddings
from retrieval.errors import IndexBusy, IndexFault, SourceError
from retrieval.indexing.reload import Progress, Report, reload
from retrieval.indexing.rollback import held, roll_back
from retrieval.loading.folder import SourceFolder
from retrieval.models import (
    EVERYTHING,
    PUBLIC,
    Audience,
    Edition,
    Quote,
    Source,
    SourceCollection,
    Stated,
    StoredText,
)
from retrieval.ranking.near_duplicates import Twin, twins
from retrieval.ranking.retriever import Search
from retrieval.ranking.weights import Ranking, load_ranking
from retrieval.registry.supersession import Overtaken, newly_overtaken, numbers_overtaken_by
from retrieval.store.database import IndexDatabase
from retrieval.store.history import Reload
from retrieval.store.official import stated
from retrieval.store.sync import heal
from retrieval.store.vectors import Store
from retrieval.text.vietnamese import expanded, folded_key, normalise

if TYPE_CHECKING:
    from retrieval.ranking.directive_retriever import DirectiveRetriever


@dataclass(frozen=True, slots=True)
class Index:
    """The sources, and the three things that make them searchable."""

    folder: SourceFolder
    ledger: IndexDatabase
    store: Store
    embeddings: ArrayEmbeddings

    def search(self, ranking: Ranking) -> Search:
        """Return the search over what is live and public, weighing as `ranking` says."""
        return Search(self.ledger.snapshot, self.store, self.embeddings, ranking)

    def retriever(self, k: int = 6, audience: Audience = PUBLIC) -> DirectiveRetriever:
        """Return the search as a LangChain retriever of at most `k` passages."""
        from retrieval.ranking.directive_retriever import DirectiveRetriever

        return DirectiveRetriever(search=self.search(load_ranking()).within(audience), k=k)

    def reload(
        self,
        progress: Progress = lambda done, total: None,
        *,
        rebuild: bool = False,
        force: bool = False,
        who: str = "",
    ) -> Report:
        """Bring the index in line with the sources; raises as `reload`."""
        parts = (self.folder, self.ledger, self.store, self.embeddings)
        return reload(*parts, progress, rebuild=rebuild, force=force, who=who)

    def roll_back(self, expected: int | None = None, who: str = "") -> Report:
        """Take the last reload back; raises as `retrieval.indexing.rollback.roll_back`."""
        return roll_back(self.ledger, self.store, expected, who=who)

    def last_reload(self) -> Reload | None:
        """Return the last reload that can be taken back."""
        with self.ledger.snapshot() as snap:
            return snap.last_reload()

    def stored(
        self, source_id: str, start: int, end: int, words: str, audience: Audience = PUBLIC
    ) -> StoredText | None:
        """Return the text of a source, as it is or was, in which `words` stand there."""
        with self.ledger.snapshot(audience) as snap:
            text = snap.text_where(source_id, start, end, words)
            is_live = snap.source(source_id) is not None and snap.text(source_id) == text
        return None if text is None else StoredText(text, is_live)

    def text(self, source_id: str, audience: Audience = PUBLIC) -> str:
        """Return the stored text of a source, "" where there is no such source."""
        with self.ledger.snapshot(audience) as snap:
            return snap.text(source_id) if snap.source(source_id) else ""

    def edition(self) -> Edition:
        """Return which state of the index is live."""
        with self.ledger.snapshot() as snap:
            return snap.edition

    def added_at(self) -> dict[str, datetime]:
        """Return when each source first came in, as far as that is remembered."""
        with self.ledger.snapshot(EVERYTHING) as snap:
            return snap.added_at()

    def passages_with(
        self, words: str, audience: Audience = PUBLIC, limit: int = 200
    ) -> list[Quote]:
        """Return the passages in which all of `words` stand, diacritics aside, best first."""
        terms = dict.fromkeys(folded_key(word) for word in expanded(normalise(words)))
        if not terms:
            return []
        match = " AND ".join(f'"{term}"' for term in terms)
        with self.ledger.snapshot(audience) as snap:
            hits = snap.lexical(f"folded : ({match})", limit)
            found = snap.passages([passage for passage, _ in hits])
            known = {source.id: source for source in snap.sources()}
        return [Quote(known[p.source_id], p.start, p.end, p.text) for p in found]

    def read_at(self, source_ids: Collection[str]) -> dict[str, datetime]:
        """Return when the present text of sources was read first."""
        with self.ledger.snapshot(EVERYTHING) as snap:
            return snap.read_at(source_ids)

    def changed_since(self, seen: Edition) -> set[str] | None:
        """Return the ids of the sources that changed since; None if the index was made anew."""
        with self.ledger.snapshot(EVERYTHING) as snap:
            known = seen.uid == snap.edition.uid
            return snap.changed_since(seen.generation) if known else None

    def numbers_overtaken_by(self, source_ids: Collection[str]) -> set[str]:
        """Return the numbers of the directives that these sources call replaced or amended."""
        with self.ledger.snapshot(EVERYTHING) as snap:
            return numbers_overtaken_by(snap, source_ids)

    def newly_overtaken(
        self, quote: Quote, asked: datetime, audience: Audience = PUBLIC
    ) -> Overtaken | None:
        """Return what became of a directive of a quote, unknown when it was asked for."""
        with self.ledger.snapshot(audience) as snap:
            return newly_overtaken(snap, quote, asked)

    def stated(self, source_id: str, audience: Audience = PUBLIC) -> tuple[Stated, ...]:
        """Return what the form of an official document says of it; nothing for other sources."""
        with self.ledger.snapshot(audience) as snap:
            return stated(snap, source_id)

    def fingerprint(self, source_id: str) -> str:
        """Return a name of what a source says now, "" where there is no such source."""
        with self.ledger.snapshot(EVERYTHING) as snap:
            known = snap.source(source_id) is not None
            text = snap.text(source_id) if known else ""
        return hashlib.sha256(text.encode()).hexdigest()[:16] if known else ""

    def twins(self, text: str, audience: Audience = PUBLIC) -> list[Twin]:
        """Return the sources that say what `text` says, word for word or nearly."""
        with self.ledger.snapshot(audience) as snap:
            return twins(snap, text)

    def added_since(self, moment: datetime, audience: Audience = PUBLIC) -> list[Source]:
        """Return the sources that first came in since then."""
        with self.ledger.snapshot(audience) as snap:
            return snap.added_since(moment)

    def troubles(self) -> list[tuple[str, str]]:
        """Return the files that are no sources, and why."""
        with self.ledger.snapshot(EVERYTHING) as snap:
            return [(path, reason) for path, (_, reason) in snap.files().items() if reason]

    def rebuilt(self) -> list[tuple[datetime, str]]:
        """Return when damage last made it necessary to make a part of the index again, and which.

        The vectors of "Chroma" are filled from the ledger, the ledger "index.db" from the sources.
        """
        with self.ledger.snapshot() as snap:
            known = (("Chroma", snap.meta.get("damaged")), ("index.db", snap.meta.get("renewed")))
            return [(datetime.fromisoformat(when), part) for part, when in known if when]

    def held(self) -> set[str]:
        """Return the paths of sources that stay as they were before a reload was taken back."""
        with self.ledger.snapshot(EVERYTHING) as snap:
            return held(snap)

    def sources(self, audience: Audience = PUBLIC) -> list[Source]:
        """Return what is indexed."""
        with self.ledger.snapshot(audience) as snap:
            return snap.sources()

    def collections(self) -> tuple[SourceCollection, ...]:
        """Return the collections there are, by name of folder."""
        with self.ledger.snapshot() as snap:
            return snap.collections

    def start(self, progress: Progress, say: Callable[[str], object]) -> Report | None:
        """Mend the vector store and reload what changed.

        While another process does so, or the sources are away, go on with what is indexed and say
        so; raises the error where nothing is.
        """
        try:
            if renewed := self.ledger.renew():
                say(renewed)
            try:
                heal(self.ledger, self.store, say)
                return self.reload(progress)
            except IndexFault:
                if not (renewed := self.ledger.renew()):
                    raise
                say(renewed)  # damage that only reading showed
                return self.reload(progress)
        except (IndexBusy, SourceError) as error:
            if not self.sources(EVERYTHING):
                raise
            say(f"{error} Dùng tạm chỉ mục đang có.")
            return None
