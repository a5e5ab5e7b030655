"""Which passages are looked at closely: the best by vectors and words that fit the question.

Owns fusing the two searches (a sum of z-scores), leaving out sources that speak of other places and
times, and reading what is left. Leaves the two searches to `store.vectors` and `lexical`, and
scoring sentences to `candidates`. Only what is kept is read whole: most of what is found never is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice

import numpy as np

from retrieval.query.analysis import Question
from retrieval.query.constraints import conflict, named_by
from retrieval.ranking.features import Floats, Found
from retrieval.store.mentions import kept_scope
from retrieval.store.reader import Snapshot

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

    `dense` holds (sentence id, cosine), `lexical` (passage id, BM25). Each passage stands with the
    id of its source.
    """
    homes = snap.homes([sentence for sentence, _ in dense])
    near: dict[int, float] = {}
    for sentence, cosine in dense:
        if sentence in homes:
            near.setdefault(homes[sentence], cosine)
    worded = dict(lexical)
    sources = snap.owners([*near, *(p for p in (*worded, *sorted(about)) if p not in near)])
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


def read(snap: Snapshot, ids: Sequence[int]) -> list[Found]:
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
