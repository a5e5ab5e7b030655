"""Which passages are looked at closely: the best by vectors and words that fit the question.

Owns fusing the two searches (a sum of z-scores) and leaving out sources that speak of other places
and times. Leaves the two searches to `store` and `corpus`, and scoring sentences to `pool`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import islice

import numpy as np

from retrieval.conflicts import conflict
from retrieval.evidence import Floats, Found
from retrieval.question import Question
from retrieval.snapshot import Snapshot

_KEPT = 12
_BESIDE = 6
"""Passages kept for comparison, where only those that mention a directive may answer."""


def fused(
    snap: Snapshot,
    vector: Floats,
    dense: Sequence[tuple[int, float]],
    lexical: Sequence[tuple[int, float]],
    about: Collection[int],
) -> list[Found]:
    """Return the passages found, and those `about`; best by vectors and words together first.

    `dense` holds (sentence id, cosine), `lexical` (passage id, BM25).
    """
    near = [s.passage_id for s in snap.sentences_by_id([i for i, _ in dense])]
    worded = [passage for passage, _ in lexical]
    passages = snap.passages(list(dict.fromkeys([*near, *worded, *sorted(about)])))
    if not passages:
        return []
    sources = {s: snap.document(s).source for s in {p.source_id for p in passages}}
    sentences = snap.sentences([p.id for p in passages])
    vectors = snap.vectors([s.id for s in sentences])
    own: dict[int, list[int]] = {p.id: [] for p in passages}
    for i, sentence in enumerate(sentences):
        own[sentence.passage_id].append(i)
    found = [
        Found(p, sources[p.source_id], tuple(sentences[i] for i in own[p.id]), vectors[own[p.id]])
        for p in passages
    ]
    by_words = dict(lexical)
    scores = _standard([float((f.vectors @ vector).max()) for f in found]) + _standard(
        [by_words.get(f.passage.id, 0.0) for f in found]
    )
    return [found[i] for i in np.argsort(-scores, kind="stable")]


def fitting(
    question: Question,
    found: Sequence[Found],
    stored: Mapping[str, str],
    about: Collection[int],
) -> tuple[list[Found], str]:
    """Return the best passages of sources that speak of the places and times asked about.

    Those `about` a directive asked for come first, with some others to compare. If no source fits,
    the best of all, and what none of them speaks of.
    """
    strange: dict[str, str] = {}

    def fits(f: Found) -> bool:
        if f.source.id not in strange:
            strange[f.source.id] = conflict(question, f.source, stored[f.source.id])
        return not strange[f.source.id]

    # Lazily: most of what is found is never looked at, and reading whole sources takes long.
    any_fits = any(map(fits, found))
    missing = "" if any_fits or not found else strange[found[0].source.id]
    order = [f for f in found if f.passage.id in about]
    wanted = list(islice((f for f in order if fits(f) or not any_fits), _KEPT))
    order = [f for f in found if f.passage.id not in about]
    most = _BESIDE if wanted else _KEPT
    return [*wanted, *islice((f for f in order if fits(f) or not any_fits), most)], missing


def _standard(values: Sequence[float]) -> Floats:
    array = np.array(values, dtype=np.float32)
    standard: Floats = (array - array.mean()) / (array.std() + 1e-6)
    return standard
