"""One bot a state folder: two would answer the same questions from one log.

The lock is the kernel's, so a killed bot leaves none behind. Commands of the terminal share the
folder with a bot; those that put another log in its place may not.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from retrieval.errors import ChidanError
from retrieval.store.permissions import make_private


class AlreadyRunning(ChidanError):
    """A bot runs on the state folder."""


@contextmanager
def only_instance(state_dir: Path) -> Iterator[None]:
    """Be the only bot of the folder while the block lasts; raises AlreadyRunning, OSError."""
    make_private(state_dir)
    noted = state_dir / "bot.pid"
    lock = FileLock(state_dir / "bot.lock", timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise AlreadyRunning(
            f"Một bot khác ({_process(noted)}) đang chạy trên {state_dir}, nên lệnh này dừng "
            "lại và không đổi gì. Hãy dừng bot đó trước, hoặc đặt STATE_DIR khác."
        ) from None
    try:
        with suppress(OSError):  # a full disk: the lock is what counts
            noted.write_text(f"{os.getpid()}\n")
        yield
    finally:
        noted.unlink(missing_ok=True)
        lock.release()


def _process(noted: Path) -> str:
    with suppress(OSError, ValueError):
        return f"tiến trình {int(noted.read_text())}"
    return "một tiến trình khác"
