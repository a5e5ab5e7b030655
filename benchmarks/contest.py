"""The retrievers side by side: right paragraph, answer shown, with and without diacritics, time.

Owns the questions and the counting. For each question the retrievers are asked in another order, so
that none always comes after the same other; times are medians.
"""

from __future__ import annotations

import random
import statistics
import time
from collections import defaultdict
from collections.abc import Sequence
from contextlib import ExitStack

from benchmarks.peers import Peer, Shown, bm25, ensemble, ours, stock
from retrieval.cases import Case, Place, bare
from retrieval.documents import Document
from retrieval.embeddings import ArrayEmbeddings

COLUMNS = (
    "R@1",
    "hit@1",
    "hit@3",
    "R@1 bare",
    "hit@1 bare",
    "hit@3 bare",
    "shown",
    "ms",
    "index s",
)
_SIZES = (1000, 250)


def contest(
    cases: Sequence[Case],
    documents: Sequence[Document],
    embeddings: ArrayEmbeddings,
    count: int,
    seed: int = 7,
) -> dict[str, dict[str, float]]:
    """Return the figures of each retriever over `count` of the answerable cases."""
    chance = random.Random(seed)
    answerable = [case for case in cases if case.place and not case.absent]
    chosen = chance.sample(answerable, min(count, len(answerable)))
    embeddings.embed_query_array("")  # the model is loaded before anybody's time is taken
    with ExitStack() as stack:
        quotes, passages = stack.enter_context(ours(documents, embeddings))
        builders = [
            lambda: quotes,
            *(lambda size=size: stock(documents, embeddings, size) for size in _SIZES),
            *(lambda size=size: ensemble(documents, embeddings, size) for size in _SIZES),
            lambda: bm25(documents, _SIZES[0]),
        ]
        peers = [build() for build in chance.sample(builders, len(builders))]
        figures = _asked(peers, chosen, chance)
        around = _asked([passages], chosen, chance)[passages.name]
        # It asks what has just been asked: what it takes would be the time of a warm start.
        return figures | {passages.name: around | {"ms": figures[quotes.name]["ms"]}}


def _asked(
    peers: Sequence[Peer], cases: Sequence[Case], chance: random.Random
) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, list[float]]] = {p.name: defaultdict(list) for p in peers}
    for case in cases:
        for suffix, question in (("", case.question), (" bare", bare(case.question))):
            for peer in chance.sample(peers, len(peers)):
                started = time.perf_counter()
                shown = peer.ask(question)
                spent = (time.perf_counter() - started) * 1000
                for column, value in _counted(case.place, shown).items():
                    found[peer.name][f"{column}{suffix}"].append(value)
                if not suffix:
                    found[peer.name]["ms"].append(spent)
                    found[peer.name]["shown"].append(sum(s.end - s.start for s in shown[:3]))
    figures = {name: _figures(columns) for name, columns in found.items()}
    for peer in peers:
        figures[peer.name]["index s"] = round(peer.seconds, 1)
    return figures


def _counted(place: Place | None, shown: Sequence[Shown]) -> dict[str, float]:
    held = [place is not None and _holds(place, s) for s in shown]
    right = bool(shown) and place is not None and shown[0].source_id == place.source_id
    return {"R@1": right, "hit@1": any(held[:1]), "hit@3": any(held[:3])}


def _holds(place: Place, shown: Shown) -> bool:
    return shown.source_id == place.source_id and shown.start <= place.start < shown.end


def _figures(columns: dict[str, list[float]]) -> dict[str, float]:
    medians = {"ms", "shown"}
    return {
        name: round(statistics.median(v), 1) if name in medians else round(statistics.mean(v), 3)
        for name, v in columns.items()
    }
