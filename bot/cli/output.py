"""What goes to which stream: results to standard output, all about the work to standard error.

Owns the exit statuses too. Lines for people on a terminal are `chat`'s.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Protocol, TextIO

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

from bot.review.export import safe
from bot.texts.texts import VIETNAMESE
from retrieval.models import Source
from retrieval.text.names import publisher_name
from retrieval.text.vietnamese import normalise

INDEXING = "Đang lập chỉ mục", "tệp"
ASKING = "Đang hỏi", "câu"
READING_PAGES = "Đang nhận dạng chữ", "trang"
STEPS = 10
"""Plain lines for the whole of the work, where it is quick."""
SECONDS_A_LINE = 30.0
"""Seconds after which work that is slow has a plain line more."""
SECONDS_A_PAGE_LINE = 5.0
"""Seconds between plain lines on pages that are read by machine."""


class ProgressDisplay(Protocol):
    """Shows how far a work is; safe from threads."""

    def __call__(self, done: int, total: int) -> None:
        """Show that so much is done."""

    def on_page(self, path: str, done: int, total: int) -> None:
        """Show which page of a file is read by machine."""


@contextmanager
def showing_progress(
    stream: TextIO, work: tuple[str, str] = INDEXING, clock: Callable[[], float] = time.monotonic
) -> Iterator[ProgressDisplay]:
    """Give what is to be called with (done, to do); `work` says what is done to what."""
    if not stream.isatty():
        yield _Lines(stream, *work, clock)
        return
    columns = (
        TextColumn("{task.description}", markup=False),
        *(BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()),
    )
    with Progress(*columns, console=Console(file=stream), transient=True) as bars:
        yield _Bars(bars, work[0])


class _Bars:
    """A bar for the work on a terminal, and one for each file whose pages are read by machine."""

    def __init__(self, bars: Progress, work: str) -> None:
        self._bars = bars
        self._work = work
        self._tasks: dict[str, TaskID] = {}

    def __call__(self, done: int, total: int) -> None:
        if total:
            self._show("", self._work, done, total)

    def on_page(self, path: str, done: int, total: int) -> None:
        if done < total:
            self._show(path, f"{READING_PAGES[0]}: {normalise(path)}", done, total)
        elif path in self._tasks:
            self._bars.remove_task(self._tasks.pop(path))

    def _show(self, key: str, words: str, done: int, total: int) -> None:
        if key not in self._tasks:
            self._tasks[key] = self._bars.add_task(words)
        self._bars.update(self._tasks[key], completed=done, total=total)


class _Lines:
    """Plain lines: at each of STEPS, and while these are far apart every SECONDS_A_LINE."""

    def __init__(self, stream: TextIO, work: str, unit: str, clock: Callable[[], float]) -> None:
        self._stream = stream
        self._work = work
        self._unit = unit
        self._clock = clock
        self._step = -1
        self._began = self._told = self._page_told = clock()

    def __call__(self, done: int, total: int) -> None:
        now, step = self._clock(), STEPS * done // total if total else 0
        if not total or (step <= self._step and now - self._told < SECONDS_A_LINE):
            return
        if self._step < 0:
            self._began = now
        self._step, self._told = step, now
        left = (now - self._began) * (total - done) / done if done else 0.0
        to_go = f", còn khoảng {_duration(left)}" if left >= 1 else ""
        self._write(f"{self._work}: {done}/{total} {self._unit}{to_go}")

    def on_page(self, path: str, done: int, total: int) -> None:
        now = self._clock()
        if (done == total > 1) or now - self._page_told >= SECONDS_A_PAGE_LINE:
            self._page_told = now
            name = " ".join(normalise(path).split())
            self._write(f"{READING_PAGES[0]}: {name}, {done}/{total} {READING_PAGES[1]}")

    def _write(self, line: str) -> None:
        self._stream.write(f"{line}\n")
        self._stream.flush()


def _duration(seconds: float) -> str:
    """Return a time to go in the unit that fits it.

    >>> _duration(41.3), _duration(200), _duration(7000)
    ('41 giây', '3 phút', '1 giờ 57 phút')
    """
    if seconds < 90:
        return f"{seconds:.0f} giây"
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"{hours} giờ {minutes} phút" if hours else f"{minutes} phút"


LEFT_OUT = "----- Những dòng của tệp bị để ngoài khi đọc -----"
SOURCE_COLUMNS = ("Mã", "Ngày", "Nơi đăng", "Tiêu đề", "Tệp", "Tình trạng")
HELD = "giữ bản trước lần hoàn tác"
EXCHANGE_COLUMNS = ("Số", "Lúc", "Ai", "Kết quả", "Câu hỏi", "Trả lời")


def print_table(console: Console, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print rows under their headings on a terminal; elsewhere one line a row, no headings.

    What goes elsewhere may end in a spreadsheet, which shall run none of it.
    """
    # What people wrote may hold control characters that a terminal obeys.
    lines = [[" ".join(normalise(cell).split()) for cell in row] for row in rows]
    if not console.is_terminal:
        for line in lines:
            # Not through the console, which makes spaces of tabs.
            console.file.write("\t".join(str(safe(cell)) for cell in line) + "\n")
        return
    table = Table(*columns, box=None, header_style="bold", pad_edge=False)
    for line in lines:
        table.add_row(*map(Text, line))
    console.print(table)


def source_row(source: Source, *, held: bool = False) -> tuple[str, ...]:
    """Return the cells of one source; `held` if an undone reload keeps it from its file."""
    day = source.date.isoformat() if source.date else ""
    return (
        source.id,
        day,
        publisher_name(source.publisher),
        source.name,
        source.path,
        HELD if held else "",
    )


def review_row(row: dict[str, Any]) -> tuple[str, ...]:
    """Return the cells of one exchange, as `review.queries.find` has it; times are local."""
    votes = " ".join(["👍"] * min(row["up"], 1) + ["👎"] * min(row["down"], 1))
    return (
        str(row["id"]),
        f"{datetime.fromisoformat(row['asked_at']).astimezone():%Y-%m-%d %H:%M}",
        row["person"] or ("cửa sổ lệnh" if row["chat_id"] is row["person_id"] is None else ""),
        f"{VIETNAMESE.admin.review.entry.outcomes[row['kind']]} {votes}".rstrip(),
        row["question"],
        row["answer"] or row["error"],
    )


WELL, FAILED, MISUSED, INTERRUPTED = 0, 1, 2, 130


def speak_utf8() -> None:
    """Read and write UTF-8 whatever the locale; what is none is replaced."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]


def complain(message: str) -> int:
    """Tell a fault in one line on standard error; return the exit status it stands for."""
    click.echo(f"chidan: {' '.join(normalise(message).split())}", err=True)
    return FAILED


def print_json(value: object) -> None:
    """Print one line of JSON on standard output."""
    click.echo(json.dumps(value, ensure_ascii=False))
