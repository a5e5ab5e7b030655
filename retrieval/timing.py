"""How long each step of an answer took, and all of it: steps may run at once."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager


class Stopwatch:
    """Collects milliseconds by step: `with watch("embed"): …`; "total" ends with the last."""

    def __init__(self) -> None:
        self.ms: dict[str, float] = {}
        self._started = time.perf_counter()

    @contextmanager
    def __call__(self, step: str) -> Iterator[None]:
        """Add the time of the block to `step`."""
        started = time.perf_counter()
        try:
            yield
        finally:
            ended = time.perf_counter()
            self.ms[step] = round(self.ms.get(step, 0.0) + (ended - started) * 1000, 3)
            self.ms["total"] = round((ended - self._started) * 1000, 3)
