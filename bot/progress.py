"""What is said during long work, and of what came of bringing the index in line.

Owns wording and drawing: a bar on a terminal, plain lines elsewhere, nothing where nothing is read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

if TYPE_CHECKING:
    from retrieval.indexing import Report

INDEXING = "Đang lập chỉ mục", "tệp"
ASKING = "Đang hỏi", "câu"
STEPS = 10
"""Plain lines for the whole of the work."""


@contextmanager
def showing_progress(
    stream: TextIO, work: tuple[str, str] = INDEXING
) -> Iterator[Callable[[int, int], None]]:
    """Give a function to be called with (done, to do); `work` says what is done to what."""
    if not stream.isatty():
        yield _plain(stream, *work)
        return
    columns = (TextColumn(work[0]), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(file=stream), transient=True) as bars:
        yield _bar(bars)


def _bar(bars: Progress) -> Callable[[int, int], None]:
    def update(done: int, total: int) -> None:
        if total:
            task = bars.task_ids[0] if bars.task_ids else bars.add_task("")
            bars.update(task, completed=done, total=total)

    return update


def _plain(stream: TextIO, work: str, unit: str) -> Callable[[int, int], None]:
    said = -1

    def update(done: int, total: int) -> None:
        nonlocal said
        step = STEPS * done // total if total else 0
        if total and step > said:
            said = step
            stream.write(f"{work}: {done}/{total} {unit}\n")
            stream.flush()

    return update


def summary(report: Report) -> str:
    """Return what a reload did, in one line."""
    held = f" {len(report.held)} tệp giữ ở bản trước lần hoàn tác." if report.held else ""
    return f"Chỉ mục đã khớp với nguồn sau {_counts(report)}.{held}"


def summary_of_rollback(report: Report) -> str:
    """Return what taking a reload back did, in one line."""
    return (
        f"Chỉ mục đã trở về trước lần nạp gần nhất sau {_counts(report)}. Các tệp giữ nguyên; "
        "để theo lại đúng tệp: chidan reload --force"
    )


def _counts(report: Report) -> str:
    seconds = f"{report.seconds:.1f}".replace(".", ",")
    return (
        f"{seconds} giây: thêm {len(report.added)}, đổi {len(report.changed)}, "
        f"bỏ {len(report.removed)}, giữ nguyên {len(report.unchanged)}, "
        f"không đọc được {len(report.unreadable)}"
    )


def moved(report: Report) -> bool:
    """Whether a reload changed anything."""
    return bool(report.added or report.changed or report.removed)
