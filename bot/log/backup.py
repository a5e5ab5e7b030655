"""Copies of the log: taken while it is in use, and put back."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from bot.log.migrations import open_log
from retrieval.errors import ChidanError


class BackupFault(ChidanError):
    """A copy cannot be taken or put back."""


def back_up(log: Path, copy: Path) -> int:
    """Write the log's state of this moment into `copy`; return how many exchanges it holds.

    The copy appears whole or not at all.
    Raises BackupFault: there is no log, or `copy` exists or cannot be written.
    """
    if not log.exists():
        raise BackupFault(f"Chưa có nhật ký {log}; không sao lưu gì.")
    if copy.exists():
        raise BackupFault(f"Tệp {copy} đã có và được giữ nguyên; hãy chọn tên khác.")
    half = copy.with_name(f"{copy.name}.part")
    try:
        half.unlink(missing_ok=True)
        half.touch(mode=0o600)
        with closing(sqlite3.connect(log)) as source, closing(sqlite3.connect(half)) as target:
            source.backup(target)
            target.execute("pragma journal_mode = delete")
            held = _exchanges(target)
        with half.open("rb") as file:
            os.fsync(file.fileno())
        half.rename(copy)
    except (OSError, sqlite3.Error) as error:
        half.unlink(missing_ok=True)
        raise BackupFault(f"Chưa sao lưu được ({error}); nhật ký vẫn nguyên.") from error
    return held


def restore(copy: Path, log: Path, *, replace: bool) -> int:
    """Put a copy back as the log; return how many exchanges it holds.

    Raises BackupFault: `copy` is no sound log, or the log holds exchanges and `replace` is False.
    """
    check_copy(copy)
    try:
        with closing(open_log(log)) as current:
            held = _exchanges(current.conn)
            if held and not replace:
                raise BackupFault(
                    f"Nhật ký đang có {held} lượt hỏi và được giữ nguyên; "
                    "hãy sao lưu rồi thêm --replace nếu muốn thay."
                )
            with closing(sqlite3.connect(copy)) as source:
                source.backup(current.conn)
    except sqlite3.Error as error:
        raise BackupFault(f"Chưa khôi phục được ({error}); nhật ký vẫn nguyên.") from error
    with closing(open_log(log)) as restored:
        return _exchanges(restored.conn)


def check_copy(copy: Path) -> None:
    """Raise BackupFault where a file is no sound log."""
    try:
        with closing(sqlite3.connect(f"{copy.resolve().as_uri()}?mode=ro", uri=True)) as found:
            sound = found.execute("pragma integrity_check").fetchone()[0] == "ok"
            _exchanges(found)
    except sqlite3.Error as error:
        raise BackupFault(
            f"{copy} không phải bản sao lưu nhật ký ({error}); nhật ký vẫn nguyên."
        ) from error
    if not sound:
        raise BackupFault(f"Bản sao {copy} bị hỏng; nhật ký vẫn nguyên, hãy dùng bản khác.")


def _exchanges(database: sqlite3.Connection) -> int:
    return int(database.execute("select count(*) from exchanges").fetchone()[0])
