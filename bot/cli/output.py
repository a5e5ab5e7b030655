"""What goes to which stream: results to standard output, all about the work to standard error.

Owns the exit statuses too. Lines for people on a terminal are `chat`'s.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TextIO

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
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
