"""A corpus of any size: sentences of data/articles, recombined, with vectors sampled near theirs.

Owns making the files and the vectors. No embedding is done for them, so that the embedder does not
decide how long indexing a large corpus takes; questions are embedded by the real model.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from retrieval.embeddings.models import BuiltinEmbeddings
from retrieval.text.sentences import split_sentences
from tests.benchmarks.suites import ROOT, documents_of

_SECTIONS_A_FILE = 20
_ANCHORS = 400
_SPREAD = 0.035
"""Of a component of the noise: cosines to the anchor are about .82, as between related texts."""


class SampledEmbeddings(BuiltinEmbeddings):
    """Questions as the model embeds them; sentences somewhere near a real one, by their hash."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._anchors = super().embed_array(_sentences()[:_ANCHORS])

    def embed_array(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return a sampled vector for each text, always the same for the same text."""
        vectors = np.stack([self._sample(crc32(text.encode())) for text in texts])
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    def _sample(self, seed: int) -> NDArray[np.float32]:
        anchor = self._anchors[seed % len(self._anchors)]
        noise = np.random.default_rng(seed).standard_normal(len(anchor), np.float32)
        return anchor + _SPREAD * noise


def write_corpus(
    folder: Path, passages: int, seed: int = 1, sections_a_file: int = _SECTIONS_A_FILE
) -> None:
    """Write files of about `passages` passages, each a heading and two sentences."""
    chance = random.Random(seed)
    sentences = [s for s in _sentences() if 60 < len(s) < 300]
    folder.mkdir(parents=True)
    for number in range(0, passages, sections_a_file):
        sections = (
            f"## Mục {number + i}\n\n{_mixed(chance, sentences)} {_mixed(chance, sentences)}\n"
            for i in range(min(sections_a_file, passages - number))
        )
        text = f"---\ntitle: Văn bản {number}\n---\n\n" + "\n".join(sections)
        (folder / f"van-ban-{number:07}.md").write_text(text, encoding="utf-8")


def _mixed(chance: random.Random, sentences: Sequence[str]) -> str:
    """Return the beginning of one sentence and the end of another, with a number between."""
    first, second = (chance.choice(sentences).rstrip(".").split() for _ in range(2))
    middle = str(chance.randrange(100_000))
    return " ".join([*first[: len(first) // 2], middle, *second[len(second) // 2 :]]) + "."


def _sentences() -> list[str]:
    return [
        document.text[span.start : span.end]
        for document in documents_of(ROOT / "data" / "articles")
        for span in split_sentences(document.text)
    ]
