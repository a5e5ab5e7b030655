"""When to stop asking a server that does not answer.

Owns one circuit breaker: after some failures in a row nothing is asked for a while, then one call
tries whether the server is back. Safe from several threads.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock


class Circuit:
    """Closed: calls go through. Open: none do for `rest` seconds, then one call at a time."""

    def __init__(
        self, failures: int = 3, rest: float = 30.0, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._limit = failures
        self._rest = rest
        self._now = now
        self._failed = 0
        self._next_try = 0.0
        self._lock = Lock()

    def allows(self) -> bool:
        """Return whether a call may go out; while open, True books the next try for the caller."""
        with self._lock:
            if self._failed < self._limit:
                return True
            if self._now() < self._next_try:
                return False
            self._next_try = self._now() + self._rest
            return True

    def succeeded(self) -> None:
        """Note that the server answered: the circuit is closed."""
        with self._lock:
            self._failed = 0

    def failed(self) -> None:
        """Note a failure; enough of them in a row open the circuit."""
        with self._lock:
            self._failed += 1
            if self._failed >= self._limit:
                self._next_try = self._now() + self._rest
