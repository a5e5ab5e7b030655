"""The built-in model as an ONNX graph with 8-bit weights.

Owns: the graph of multilingual-e5-small and how its numbers are rounded. Leaves to others: reading
the weights (`weights`) and running the graph (`engine`).

Weights have one scale a column. Activations have one scale a token, taken anew for each, so that a
text gives the same vector whatever stands beside it in a batch. The embeddings of tokens come in as
floats: the table of words, the largest part of the model, stays in its file.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import numpy_helper, parser

from retrieval.embeddings.onnx.weights import E5File, Floats, Shape, unpacked

_HEADER = """<ir_version: 10, opset_import: ["" : 21, "com.microsoft" : 1]>
e5 (float[batch, length, {hidden}] embedded, int32[batch, length] mask)
  => (float[batch, {hidden}] vectors) {{"""
_START = """
  sizes = Shape(mask)
  cube = Concat<axis=0>(sizes, hidden)
  flat = Reshape(embedded, rows)
  x0 = LayerNormalization<axis=-1, epsilon={epsilon}>(flat, emb_ln_w, emb_ln_b)"""
_SCALED = """
  {x}_abs = Abs({x})
  {x}_top = ReduceMax<keepdims=1>({x}_abs, last)
  {x}_scale = Mul({x}_top, step)
  {x}_scales = Reshape({x}_scale, last)
  {x}_count = Shape({x}_scales)
  {x}_zeros = Expand(middle, {x}_count)
  {x}_int = QuantizeLinear<axis=0>({x}, {x}_scales, {x}_zeros)"""
_PRODUCT = """
  {y}_raw = com.microsoft.MatMulIntegerToFloat({x}_int, {w}, one, {w}_scales, middle)
  {y} = Mul({y}_raw, {x}_scale)"""
_ATTENTION = """
  {l}_q, {l}_k, {l}_v = Split<axis=-1, num_outputs=3>({l}_qkv)
  {l}_q3 = Reshape({l}_q, cube)
  {l}_k3 = Reshape({l}_k, cube)
  {l}_v3 = Reshape({l}_v, cube)
  {l}_seen3 = com.microsoft.MultiHeadAttention<num_heads={heads}>(
    {l}_q3, {l}_k3, {l}_v3, {l}_qkv_b, mask)
  {l}_seen = Reshape({l}_seen3, rows)"""
# In three steps: the operator that fuses them takes eight times as long on a processor.
_ADDED = """
  {y}_sum = Add({x}, {more})
  {y}_raised = Add({y}_sum, {b})
  {y} = LayerNormalization<axis=-1, epsilon={epsilon}>({y}_raised, {ln}_w, {ln}_b)"""
_GELU = """
  {y} = com.microsoft.BiasGelu({x}, {b})"""
_END = """
  final = Reshape({x}, cube)
  real = Cast<to=1>(mask)
  weights = Unsqueeze(real, last)
  weighted = Mul(final, weights)
  summed = ReduceSum<keepdims=0>(weighted, middle_axis)
  vectors = LpNormalization<axis=-1, p=2>(summed)
}}"""


def write_graph(file: E5File, path: Path) -> None:
    """Write the graph of the model in `file` to `path` (about 22 MB)."""
    model = parser.parse_model(_text(file))
    for name, values in _values(file):
        model.graph.initializer.append(numpy_helper.from_array(np.asarray(values), name))
    onnx.save(model, path)


def _text(file: E5File) -> str:
    shape = file.shape
    header, end = _HEADER.format(hidden=shape.hidden), _END.format(x=f"x{shape.layers}")
    return header + layers_text(shape, shape.layers) + end


def layers_text(shape: Shape, count: int) -> str:
    """Return the first `count` layers: from `embedded` and `mask` to `x{count}`, a row a token."""
    layers = [_layer(i, shape.heads, shape.epsilon) for i in range(count)]
    return _START.format(epsilon=shape.epsilon) + "".join(layers)


def _layer(number: int, heads: int, epsilon: float) -> str:
    x, y, name = f"x{number}", f"x{number + 1}", f"l{number}"
    seen, mixed, inner = f"{name}_seen", f"{name}_mixed", f"{name}_inner"

    def dense(of: str, to: str, weights: str) -> str:
        return (_SCALED + _PRODUCT).format(x=of, y=to, w=f"{name}_{weights}_w")

    def added(of: str, more: str, to: str, norm: str, bias: str) -> str:
        ends = {"ln": f"{name}_{norm}", "b": f"{name}_{bias}_b", "epsilon": epsilon}
        return _ADDED.format(x=of, more=more, y=to, **ends)

    return "".join(
        [
            dense(x, f"{name}_qkv", "qkv"),
            _ATTENTION.format(l=name, heads=heads),
            dense(seen, f"{seen}_out", "ao"),
            added(x, f"{seen}_out", mixed, "aln", "ao"),
            dense(mixed, f"{inner}_in", "fi"),
            _GELU.format(x=f"{inner}_in", y=inner, b=f"{name}_fi_b"),
            dense(inner, f"{inner}_out", "fo"),
            added(mixed, f"{inner}_out", y, "oln", "fo"),
        ]
    )


def _values(file: E5File) -> Iterator[tuple[str, NDArray[np.generic] | np.generic]]:
    """Yield the constants of the graph."""
    yield from constants(file.shape)
    yield "middle_axis", np.array([1])
    for end in "wb":
        yield f"emb_ln_{end}", file.floats(f"emb.ln.{end}")
    for number in range(file.shape.layers):
        yield from _layer_values(file, f"l{number}")


def constants(shape: Shape) -> Iterator[tuple[str, NDArray[np.generic] | np.generic]]:
    """Yield what `layers_text` names and no training changes."""
    yield "one", np.float32(1)
    yield "step", np.float32(1 / 127)
    yield "middle", np.uint8(128)
    yield "last", np.array([-1])
    yield "hidden", np.array([shape.hidden])
    yield "rows", np.array([-1, shape.hidden])


def _layer_values(file: E5File, name: str) -> Iterator[tuple[str, NDArray[np.generic]]]:
    hidden, inner = file.shape.hidden, file.shape.inner

    def matrix(part: str, width: int = hidden) -> Floats:
        return unpacked(file.rows(f"{name}.{part}.w", width))

    yield f"{name}_qkv_b", np.concatenate([file.floats(f"{name}.{part}.b") for part in "qkv"])
    yield from rounded(f"{name}_qkv_w", np.concatenate([matrix(part) for part in "qkv"]))
    for part, width in {"ao": hidden, "fi": hidden, "fo": inner}.items():
        yield from rounded(f"{name}_{part}_w", matrix(part, width))
        yield f"{name}_{part}_b", file.floats(f"{name}.{part}.b")
    for norm in ("aln", "oln"):
        for end in "wb":
            yield f"{name}_{norm}_{end}", file.floats(f"{name}.{norm}.{end}")


def rounded(name: str, weights: Floats) -> Iterator[tuple[str, NDArray[np.generic]]]:
    """Yield weights (out, in) as 8-bit columns (in, out), and the scale of each column."""
    scales = np.abs(weights).max(axis=1) / 127
    yield name, np.rint(weights / scales[:, None]).astype(np.int8).T.copy()
    yield f"{name}_scales", scales
