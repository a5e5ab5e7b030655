"""The reader as a PyTorch model: the first layers of the built-in model, and two small heads.

A sequence is `<s> query: question </s> context </s> text … </s>`; a unit is a stretch of the text.
The mean over a unit's tokens, joined with the first token, gives the unit's logit; each token
gives a logit for standing in the answer. Vectors of words and places come in and stay as they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from retrieval.embeddings.onnx.weights import E5File, Vocabulary, unpacked
from retrieval.ranking.reader import Window

HEAD = 256
_TOKENS_A_RUN = 2048


@dataclass(frozen=True, slots=True)
class Batch:
    """Sequences of like length. Units are (row, first token, token after the last)."""

    embedded: Tensor
    mask: Tensor
    units: Tensor


class Layer(nn.Module):
    """A layer of the transformer, its weights taken from the built-in model."""

    def __init__(self, file: E5File, number: int) -> None:
        super().__init__()
        hidden, inner, self.heads = file.shape.hidden, file.shape.inner, file.shape.heads

        def dense(parts: str, width: int) -> nn.Linear:
            names = [f"l{number}.{part}" for part in parts.split()]
            weights = np.concatenate([unpacked(file.rows(f"{n}.w", width)) for n in names])
            linear = nn.Linear(weights.shape[1], weights.shape[0])
            linear.weight.data = torch.from_numpy(weights.copy())
            bias = np.concatenate([file.floats(f"{n}.b") for n in names])
            linear.bias.data = torch.from_numpy(bias.copy())
            return linear

        def norm(part: str) -> nn.LayerNorm:
            layer = nn.LayerNorm(hidden, eps=file.shape.epsilon)
            layer.weight.data = torch.from_numpy(file.floats(f"l{number}.{part}.w").copy())
            layer.bias.data = torch.from_numpy(file.floats(f"l{number}.{part}.b").copy())
            return layer

        self.qkv = dense("q k v", hidden)
        self.out, self.up, self.down = dense("ao", hidden), dense("fi", hidden), dense("fo", inner)
        self.attention_norm, self.out_norm = norm("aln"), norm("oln")

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        """Return the layer's output, shape (batch, length, hidden)."""
        batch, length, hidden = x.shape
        width = hidden // self.heads
        qkv = self.qkv(x).view(batch, length, 3, self.heads, width).permute(2, 0, 3, 1, 4)
        # Written out: in 16 bits on a processor the fused one takes twice as long to go back.
        q, k, v = qkv.reshape(3, batch * self.heads, length, width)
        scores = torch.bmm(q * width**-0.5, k.transpose(1, 2))
        shares = (scores.view(batch, self.heads, length, length) + bias).softmax(dim=-1)
        seen = torch.bmm(shares.view(batch * self.heads, length, length), v)
        seen = seen.view(batch, self.heads, length, width).transpose(1, 2)
        x = self.attention_norm(x + self.out(seen.reshape(batch, length, hidden)))
        result: Tensor = self.out_norm(x + self.down(functional.gelu(self.up(x))))
        return result


class ReaderModel(nn.Module):
    """The first `layers` layers of the model in `file`, with a head for units and for tokens."""

    def __init__(self, file: E5File, layers: int) -> None:
        super().__init__()
        hidden = file.shape.hidden
        self.norm = nn.LayerNorm(hidden, eps=file.shape.epsilon)
        self.norm.weight.data = torch.from_numpy(file.floats("emb.ln.w").copy())
        self.norm.bias.data = torch.from_numpy(file.floats("emb.ln.b").copy())
        self.layers = nn.ModuleList([Layer(file, i) for i in range(layers)])
        self._frozen = 0
        self.head_in = nn.Linear(2 * hidden, HEAD)
        self.head_out = nn.Linear(HEAD, 1)
        self.answer = nn.Linear(hidden, 1)
        self.dropout = nn.Dropout(0.1)

    def freeze(self, layers: int) -> None:
        """Leave the lowest `layers`, which hold the language, as they are: that saves time."""
        self._frozen = layers
        for part in (self.norm, *self.layers[:layers]):
            part.requires_grad_(False)

    def forward(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """Return a logit a unit, shape (units,), and a logit a token, shape (batch, length)."""
        x = self.norm(batch.embedded).to(torch.bfloat16)
        bias = torch.zeros(batch.mask.shape, dtype=x.dtype).masked_fill(~batch.mask, -1e4)
        with torch.no_grad():
            for layer in self.layers[: self._frozen]:
                x = layer(x, bias[:, None, None, :])
        for layer in self.layers[self._frozen :]:
            x = layer(x, bias[:, None, None, :])
        x = x.float()
        with torch.autocast("cpu", enabled=False):
            row, first, after = batch.units.unbind(1)
            sums = functional.pad(x.cumsum(1), (0, 0, 1, 0))
            means = (sums[row, after] - sums[row, first]) / (after - first)[:, None]
            inner = functional.gelu(self.head_in(torch.cat([means, x[row, 0]], dim=1)))
            return self.head_out(self.dropout(inner)).squeeze(1), self.answer(x).squeeze(2)


class Batches:
    """Turns windows into tensors, vectors of words and places looked up."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary

    def __call__(self, windows: Sequence[Window]) -> list[tuple[list[int], Batch]]:
        """Return batches of windows of like length, each with the numbers of its windows."""
        order = sorted(range(len(windows)), key=lambda i: len(windows[i].tokens))
        groups: list[list[int]] = []
        for i in order:
            if not groups or (len(groups[-1]) + 1) * len(windows[i].tokens) > _TOKENS_A_RUN:
                groups.append([])
            groups[-1].append(i)
        return [(group, self._batch([windows[i] for i in group])) for group in groups]

    def _batch(self, windows: Sequence[Window]) -> Batch:
        lengths = np.array([len(w.tokens) for w in windows])
        mask = np.arange(lengths.max()) < lengths[:, None]
        tokens = np.full(mask.shape, self._vocabulary.specials.pad)
        tokens[mask] = np.concatenate([w.tokens for w in windows])
        embedded = self._vocabulary.embedded(tokens)
        units = [(row, *span) for row, w in enumerate(windows) for span in w.units]
        return Batch(torch.from_numpy(embedded), torch.from_numpy(mask), torch.tensor(units))
