"""The state folder belongs to its owner alone: 0700, the files in it 0600.

Owns setting that, also for what was made before; whoever opens a file in the folder calls it first.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

OURS = ("chroma", "engine")
"""Folders below the state folder that the program fills; others may be anybody's."""
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def make_private(state_dir: Path) -> None:
    """Make `state_dir` if it is missing and close it, and what it holds, to other users.

    What this process makes from now on, files of SQLite and Chroma among them, is private as well.
    What belongs to another user stays as it is. Raises OSError if the folder cannot be made.
    """
    os.umask(_OTHERS)
    state_dir.mkdir(parents=True, exist_ok=True)
    for path in exposed(state_dir):
        with suppress(OSError):  # somebody else's, or gone meanwhile
            path.chmod(stat.S_IMODE(path.stat().st_mode) & ~_OTHERS)


def exposed(state_dir: Path) -> Iterator[Path]:
    """Yield the folder and what it holds as far as other users may read or write it."""
    yield from (path for path in _contents(state_dir) if _mode(path) & _OTHERS)


def _contents(state_dir: Path) -> Iterator[Path]:
    if not state_dir.is_dir():
        return
    yield state_dir
    with os.scandir(state_dir) as entries:
        yield from (Path(entry) for entry in entries if entry.is_file(follow_symlinks=False))
    for name in OURS:
        for folder, _, files in os.walk(state_dir / name):
            yield Path(folder)
            yield from (Path(folder, file) for file in files)


def _mode(path: Path) -> int:
    """Return the mode of a file or folder; 0 for a link, which has none of its own."""
    with suppress(OSError):
        mode = path.lstat().st_mode
        return 0 if stat.S_ISLNK(mode) else stat.S_IMODE(mode)
    return 0
