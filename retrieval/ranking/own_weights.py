"""Weights of search that an office fitted to its own cases, kept in its state folder.

Owns the file `ranking.json` there: which weights, made when, of how many cases, and what they stand
on. They count only with the weights and the reader that the program ships, and the embedding model,
that they were fitted with; else the shipped ones are in force. `chidan fit` makes the file.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from importlib import resources
from pathlib import Path
from typing import Annotated

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, FiniteFloat

from retrieval.errors import ChidanError
from retrieval.ranking.features import FEATURES
from retrieval.ranking.signals import SIGNALS
from retrieval.ranking.weights import Ranking, weights_of

FILE = "ranking.json"
_MOST_BYTES = 1 << 20
_PIECE = 1 << 20


class NoOwnWeights(ChidanError):
    """There are no weights of the office's own."""


class OwnFault(StrEnum):
    """Why weights of an office's own are not in force."""

    DAMAGED = "damaged"
    """The file cannot be read."""
    OTHER_BASE = "other_base"
    """They were fitted with other shipped weights, another reader or embedding model."""


class OwnWeights(BaseModel):
    """The weights, and where they come from."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    fitted_at: datetime
    answerable: int
    """Cases that they were fitted to and that have an answer."""
    unanswerable: int
    program: str
    """The version that fitted them."""
    base: str
    """What they stand on, as `base_of` tells it."""
    features: dict[str, FiniteFloat]
    signals: dict[str, FiniteFloat]
    bias: FiniteFloat
    threshold: Annotated[float, Field(ge=0, le=1)]
    before: OwnWeights | None = None
    """What was in force before them, None where the shipped ones were."""

    def fits(self, base: str) -> bool:
        """Return True if they stand on `base` and name all features and signals, and no others."""
        known = self.features.keys() == {*FEATURES} and self.signals.keys() == {*SIGNALS}
        return known and self.base == base

    def on(self, shipped: Ranking) -> Ranking:
        """Return the shipped ranking with these weights in their place."""
        return replace(
            shipped,
            features=np.array([self.features[name] for name in FEATURES], dtype=np.float32),
            signals=np.array([self.signals[name] for name in SIGNALS], dtype=np.float32),
            bias=self.bias,
            threshold=self.threshold,
        )


@dataclass(frozen=True, slots=True)
class InForce:
    """The weights that search goes by."""

    ranking: Ranking
    shipped: Ranking
    own: OwnWeights | None = None
    """Those of the office, if they are in force."""
    fault: OwnFault | None = None
    """Why they are not, where there are some."""


def base_of(shipped: Ranking, embeddings: str) -> str:
    """Return a name of what weights stand on: those shipped, the reader, the embedding model.

    `embeddings` is the model's name. SHA-256, in hexadecimal.
    """
    told = {"weights": weights_of(shipped), "embeddings": embeddings}
    digest = hashlib.sha256(json.dumps(told, sort_keys=True).encode())
    if shipped.reader is not None:
        from retrieval.ranking.reader import WEIGHTS  # with it comes ONNX Runtime

        with (resources.files(__package__) / WEIGHTS).open("rb") as file:
            while piece := file.read(_PIECE):
                digest.update(piece)
    return digest.hexdigest()


def in_force(state_dir: Path, shipped: Ranking, embeddings: str) -> InForce:
    """Return the office's own weights where they can be used, else the shipped ones."""
    try:
        own = read_own(state_dir)
    except (OSError, ValueError):
        return InForce(shipped, shipped, fault=OwnFault.DAMAGED)
    if own is None:
        return InForce(shipped, shipped)
    if own.fits(base_of(shipped, embeddings)):
        return InForce(own.on(shipped), shipped, own)
    return InForce(shipped, shipped, fault=OwnFault.OTHER_BASE)


def read_own(state_dir: Path) -> OwnWeights | None:
    """Return the weights in the state folder, None where there are none.

    Raises OSError; ValueError if the file is not what `keep_own` writes.
    """
    try:
        with (state_dir / FILE).open("rb") as file:
            data = file.read(_MOST_BYTES)
    except FileNotFoundError:
        return None
    return OwnWeights.model_validate_json(data)


def keep_own(state_dir: Path, own: OwnWeights) -> None:
    """Put weights in force at the next start; the file appears whole or not at all.

    What was in force before is remembered, but not what was before that. Raises OSError.
    """
    before = own.before and own.before.model_copy(update={"before": None})
    _write(state_dir, own.model_copy(update={"before": before}))


def undo(state_dir: Path) -> OwnWeights | None:
    """Go back to what was in force before; return it, None for the weights that are shipped.

    A damaged file goes too. Raises NoOwnWeights, OSError.
    """
    path = state_dir / FILE
    if not path.exists():
        raise NoOwnWeights("Đang dùng trọng số đi kèm chương trình: không có gì để hoàn tác.")
    try:
        own = read_own(state_dir)
    except ValueError:
        own = None
    if own is None or own.before is None:
        path.unlink(missing_ok=True)
        return None
    _write(state_dir, own.before)
    return own.before


def _write(state_dir: Path, own: OwnWeights) -> None:
    path = state_dir / FILE
    half = path.with_suffix(".part")
    half.unlink(missing_ok=True)
    with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(own.model_dump_json())
        file.flush()
        os.fsync(file.fileno())
    half.replace(path)
