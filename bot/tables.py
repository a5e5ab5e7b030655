"""Lists in the terminal: a table for eyes, tab-separated lines for everything else.

Owns columns and their widths; the rows come from the ledger and the log.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.exports import safe
from retrieval.documents import Source
from retrieval.vietnamese import normalise

OUTCOMES = {
    "answer": "trả lời",
    "not_found": "chưa có nguồn",
    "smalltalk": "chào hỏi",
    "error": "lỗi",
    "pending": "đang chờ",
}
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
    return (source.id, day, source.publisher, source.title, source.path, HELD if held else "")


def review_row(row: dict[str, Any]) -> tuple[str, ...]:
    """Return the cells of one exchange, as `review.find` has it; times are local."""
    votes = " ".join(["👍"] * min(row["up"], 1) + ["👎"] * min(row["down"], 1))
    return (
        str(row["id"]),
        f"{datetime.fromisoformat(row['asked_at']).astimezone():%Y-%m-%d %H:%M}",
        row["person"] or ("cửa sổ lệnh" if row["chat_id"] is row["person_id"] is None else ""),
        f"{OUTCOMES[row['kind']]} {votes}".rstrip(),
        row["question"],
        row["answer"] or row["error"],
    )
