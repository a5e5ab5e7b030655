"""Lists in the terminal: a table for eyes, tab-separated lines for everything else.

Owns columns and their widths; the rows come from the ledger and the log.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.conversations import Exchange
from retrieval.documents import Kind, Source
from retrieval.vietnamese import normalise

KINDS = {Kind.ANSWER: "trả lời", Kind.NOT_FOUND: "chưa có nguồn", Kind.SMALLTALK: "chào hỏi"}
SOURCE_COLUMNS = ("Mã", "Ngày", "Nơi đăng", "Tiêu đề", "Tệp")
EXCHANGE_COLUMNS = ("Số", "Lúc", "Ai", "Kết quả", "Câu hỏi", "Trả lời")


def print_table(console: Console, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print rows under their headings on a terminal; elsewhere one line a row, no headings."""
    # What people wrote may hold control characters that a terminal obeys.
    lines = [[" ".join(normalise(cell).split()) for cell in row] for row in rows]
    if not console.is_terminal:
        for line in lines:
            # Not through the console, which makes spaces of tabs.
            console.file.write("\t".join(line) + "\n")
        return
    table = Table(*columns, box=None, header_style="bold", pad_edge=False)
    for line in lines:
        table.add_row(*map(Text, line))
    console.print(table)


def source_row(source: Source) -> tuple[str, ...]:
    """Return the cells of one source."""
    day = source.date.isoformat() if source.date else ""
    return (source.id, day, source.publisher, source.title, source.path)


def exchange_row(exchange: Exchange) -> tuple[str, ...]:
    """Return the cells of one exchange; times are local."""
    outcome = KINDS[exchange.kind] if exchange.kind else "lỗi" if exchange.error else "đang chờ"
    return (
        str(exchange.id),
        f"{exchange.asked_at.astimezone():%Y-%m-%d %H:%M}",
        exchange.person_name or ("cửa sổ lệnh" if exchange.chat_id is None else ""),
        outcome,
        exchange.question,
        exchange.answer or exchange.error,
    )
