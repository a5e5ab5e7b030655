"""How alike two texts are: shingles, and signatures that find what is alike among many. Pure.

Shingles are runs of words (Broder 1997); a signature keeps the least of each of so many hashes of
them, and bands of it are equal in texts that share much (MinHash with LSH: Leskovec, Rajaraman and
Ullman, Mining of Massive Datasets, chapter 3). Numbers are the same in every process.

    >>> one, other = shingles("chi bộ họp mỗi tháng một lần"), shingles("Chi bộ họp mỗi tháng")
    >>> likeness(one, other)
    1.0
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from retrieval.text.vietnamese import folded_key, spelled

_RUN = 4
_ROWS, _BANDS = 3, 30
"""Two texts that share half of all their shingles have a band in common with probability 0.98, two
that share a fifth with 0.21."""
_PRIME = np.uint64(2**61 - 1)
_MASK = np.uint64(2**31 - 1)
Signature = NDArray[np.uint32]


def shingles(text: str) -> frozenset[int]:
    """Return the runs of words of `text`, diacritics and capitals aside, as hashes below 2^31."""
    terms = [folded_key(word) for word in spelled(text)]
    runs = range(max(1, len(terms) - _RUN + 1))
    return frozenset(_hash(" ".join(terms[i : i + _RUN])) for i in runs)


def likeness(one: Collection[int], other: Collection[int]) -> float:
    """Return which share of the smaller set of shingles stands in the other."""
    return len(set(one) & set(other)) / max(1, min(len(one), len(other)))


def minhash_signature(of: Collection[int]) -> Signature:
    """Return the least of each hash of the shingles, shape (90,)."""
    values = np.fromiter(of, np.uint64, len(of)) & _MASK
    multiply, add = _permutations()
    least = np.full(_ROWS * _BANDS, _MASK, np.uint64)
    for some in np.array_split(values, max(1, len(values) // 2048)):
        if len(some):
            hashed = (some[:, None] * multiply + add) % _PRIME & _MASK
            least = np.minimum(least, hashed.min(axis=0))
    return least.astype(np.uint32)


def bands(of: Signature) -> list[int]:
    """Return a number for each band of a signature: 30 of 63 bits."""
    rows = of.reshape(_BANDS, _ROWS)
    return [_hash(f"{i} {row.tobytes().hex()}", 8) >> 1 for i, row in enumerate(rows)]


def _hash(words: str, size: int = 4) -> int:
    digest = hashlib.blake2b(words.encode("utf-8", "surrogatepass"), digest_size=size).digest()
    return int.from_bytes(digest, "big") & (2**31 - 1 if size == 4 else 2**64 - 1)


def _permutations() -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    made = np.random.default_rng(1997).integers(1, 2**30, (2, _ROWS * _BANDS), np.uint64)
    return made[0], made[1]
