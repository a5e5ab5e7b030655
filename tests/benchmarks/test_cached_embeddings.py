"""Vectors kept by content."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from retrieval.embeddings.models import ArrayEmbeddings, Vectors
from tests.benchmarks.cached_embeddings import CachedEmbeddings


class Counting(ArrayEmbeddings):
    name = "counting"

    def __init__(self) -> None:
        self.made: list[str] = []

    def embed_array(self, texts: Sequence[str]) -> Vectors:
        self.made.extend(texts)
        return np.array([[len(text), 1.0] for text in texts], dtype=np.float32)

    def embed_query_array(self, text: str) -> Vectors:
        self.made.append(text)
        return np.array([len(text), 2.0], dtype=np.float32)


def test_a_text_is_embedded_once_and_questions_are_no_passages(tmp_path: Path) -> None:
    model = Counting()
    first = CachedEmbeddings(model, tmp_path / "new" / "vectors.db")
    made = first.embed_array(["một", "hai", "một"])
    first.close()
    second = CachedEmbeddings(model, tmp_path / "new" / "vectors.db")

    assert second.embed_array(["hai", "ba", "một"]).tolist() == [[3.0, 1.0], [2.0, 1.0], [3.0, 1.0]]
    assert made.tolist() == [[3.0, 1.0]] * 3
    assert second.embed_query_array("hai").tolist() == [3.0, 2.0]
    assert second.embed_query_array("hai").tolist() == [3.0, 2.0]
    assert model.made == ["một", "hai", "ba", "hai"]
    second.close()
