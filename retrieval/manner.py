"""How one question is answered: who watches, and whether the model may be asked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

Show = Callable[[str], Awaitable[None]]
"""Takes the answer so far, each time it has grown by a verified sentence."""


@dataclass(frozen=True, slots=True)
class Manner:
    """The ordinary manner: shown when whole, by the model if there is one."""

    show: Show | None = None
    without_model: str | None = None
    """Set, the model must not be asked: why, in a line for whoever asks, or nothing to say."""


ORDINARY = Manner()
QUOTES_ALONE = Manner(without_model="")
