"""Tables as lines of text: one a row, each cell under the head of its column.

Owns: telling a table of data from one that only lays out a page, the words of a row, and tables
that a plain text draws with bars or tabs. Leaves to others: finding the cells (`word`, `html`).
Pure.

    >>> rendered([["Xã", "Chỉ tiêu", "Kết quả"], ["Hòa Bình", "25", ""], ["Tân Lập", "", "31"]])
    ['Xã: Hòa Bình; Chỉ tiêu: 25', 'Xã: Tân Lập; Kết quả: 31']
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

Row = Sequence[str]
_LONGEST_HEAD = 80
_STATE = ("ĐẢNG CỘNG SẢN VIỆT NAM", "CỘNG HÒA XÃ HỘI", "CỘNG HOÀ XÃ HỘI", "NƠI NHẬN")
_DIGIT = re.compile(r"\d")


def rendered(rows: Sequence[Row], heads: int | None = None) -> list[str]:
    """The lines of a table given as its rows; `heads` says how many of these are heads.

    A cell that spans several columns stands in each of them; cells hold their lines one below the
    other. Where nothing tells what the first row is, a table of two columns is names and values,
    and a table that looks like no data comes cell by cell.
    """
    data = as_data(rows, heads)
    if data is not None:
        return data
    cells = (cell for row in rows for cell in dict.fromkeys(row))
    return [line.strip() for cell in cells for line in cell.split("\n") if line.strip()]


def as_data(rows: Sequence[Row], heads: int | None = None) -> list[str] | None:
    """The lines of a table of data; None where it looks like a layout."""
    rows = [[cell.strip() for cell in row] for row in rows if any(cell.strip() for cell in row)]
    width = max(map(len, rows), default=0)
    if heads is None:
        heads = _heads(rows, width)
    if heads and len(rows) > heads and width > 1:
        names = [_joined(column) for column in zip(*_padded(rows[:heads], width), strict=True)]
        return [line for row in rows[heads:] if (line := _line(names, row))]
    if width == 2 and all(map(_is_pair, rows)) and not is_letterhead(rows):
        return [f"{row[0].rstrip(':')}: {_cell(row[1])}" for row in rows]
    return None


def _heads(rows: Sequence[Row], width: int) -> int:
    """How many of the first rows name the columns; 0 where none does."""
    if len(rows) < 2 or width < 2 or not _may_be_heads(rows[0], width) or is_letterhead(rows):
        return 0
    first = rows[0]
    spanning = len(set(first)) < len(first)
    if spanning and len(rows) > 2 and _may_be_heads(rows[1], width):
        return 2
    if width > 2:
        return 1
    counted = all(_DIGIT.search(row[-1]) for row in rows[1:])
    return int(counted and not any(map(_DIGIT.search, first)))


def is_letterhead(rows: Sequence[Row]) -> bool:
    """True for the two columns above a document, and for those of its signatures."""
    cells = [" ".join(cell.split()).upper() for row in rows for cell in row]
    named = any(cell.startswith(_STATE) for cell in cells)
    return named or all(cell.isupper() for row in rows for cell in row if cell)


def _may_be_heads(row: Row, width: int) -> bool:
    named = [cell for cell in row if cell]
    short = all(len(cell) <= _LONGEST_HEAD and cell[-1] not in ".;:" for cell in named)
    return len(row) == width and len(named) >= width - 1 and short


def _is_pair(row: Row) -> bool:
    return (
        len(row) == 2 and 0 < len(row[0]) <= _LONGEST_HEAD and "\n" not in row[0] and bool(row[1])
    )


def _padded(rows: Sequence[Row], width: int) -> list[list[str]]:
    return [[*row, *[""] * (width - len(row))] for row in rows]


def _joined(cells: Sequence[str]) -> str:
    """The head of a column from the cells above it."""
    return " – ".join(dict.fromkeys(_cell(cell) for cell in cells if cell)).rstrip(":")


def _cell(cell: str) -> str:
    """A cell on one line."""
    return ", ".join(line.strip(" ;,-•") for line in cell.split("\n") if line.strip(" ;,-•"))


def _line(names: Sequence[str], row: Row) -> str:
    if len(row) > 1 and len(set(row)) == 1:
        return _cell(row[0])  # One cell over the whole width heads the rows below it.
    if len(row) > 2 and len(row[0]) > _LONGEST_HEAD / 2 and not any(row[1:]):
        return _cell(row[0])  # So does a long one that nothing stands beside.
    pairs = (
        f"{name}: {value}" if name else value
        for name, cell in zip(names, row, strict=False)
        if (value := _cell(cell))
    )
    return "; ".join(pairs)


_RENDERED = re.compile(r"[^:;\n]{1,80}: [^;\n]{1,400}; [^:;\n]{1,80}: ")


def is_rendered(line: str) -> bool:
    """Return True for a row as `rendered` writes it.

    >>> is_rendered("Xã: Hạ; Kết quả: 31"), is_rendered("Hà Nội: họp chi bộ")
    (True, False)
    """
    return _RENDERED.match(line) is not None


_DRAWN = re.compile(r"[ \t]*\|?(?:[ \t]*:?-+:?[ \t]*\|)+(?:[ \t]*:?-+:?[ \t]*)?")
"""The line under the heads of a table that is drawn with bars."""


def with_drawn_rows(text: str) -> str:
    """Return plain text with the rows of tables drawn with bars or tabs under their heads.

    >>> print(with_drawn_rows("Kết quả:\\n| Xã | Giao | Đạt |\\n|---|---|---|\\n| Hạ | 4 | 5 |"))
    Kết quả:
    Xã: Hạ; Giao: 4; Đạt: 5
    """
    if "|" not in text and "\t" not in text:
        return text
    written: list[str] = []
    heads: Row = ()
    for mark, run in itertools.groupby(text.split("\n"), _drawn_with):
        block = list(run)
        drawn = [n for n, line in enumerate(block) if _DRAWN.fullmatch(line)]
        cells = [_split(line, mark) for n, line in enumerate(block) if n not in drawn]
        rows = _padded(cells, max(map(len, cells), default=0)) if mark else []
        if drawn[:1] == [1]:
            heads = rows[0]
            written += rendered(rows, 1)
        elif rows and len(heads) == len(rows[0]):
            written += rendered([heads, *rows], 1)  # A line of words had parted the table.
        elif len({len(row) for row in cells}) == 1 and len(rows) > 2 and _is_headed(rows):
            written += rendered(rows, 1)
        else:
            written += block
    return "\n".join(written)


def _is_headed(rows: Sequence[Row]) -> bool:
    """True where only the rows below the first one hold figures."""
    figures = (any(_DIGIT.search(cell) for cell in row) for row in rows[1:])
    return len(rows[0]) > 1 and all(figures) and not any(map(_DIGIT.search, rows[0]))


def _drawn_with(line: str) -> str:
    """What parts the cells of a line, "" for a line of words."""
    if (line.lstrip().startswith("|") and line.count("|") > 2) or _DRAWN.fullmatch(line):
        return "|"
    return "\t" if "\t" in line.strip() else ""


def _split(line: str, mark: str) -> list[str]:
    bare = line.strip().removeprefix("|").removesuffix("|") if mark == "|" else line
    return [cell.strip() for cell in bare.split(mark or "\n")]
