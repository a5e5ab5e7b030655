"""XLSX and CSV as lines: one a row, each cell under the head of its column.

Owns: which cells a sheet shows and how it writes their values, and what parts the cells of a CSV.
Leaves to others: the heads of a table and the words of a row (`tables`). Pure.
"""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from typing import Any

from retrieval.errors import SourceError
from retrieval.loading.tables import rendered

_MOST_ROWS, _MOST_COLUMNS = 50_000, 100
_MARKS = ",;\t|"
_JUDGED = 50


def read_workbook(data: bytes) -> list[str]:
    """The lines of an .xlsx, sheet by sheet; hidden rows, columns and sheets are none."""
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    lines: list[str] = []
    for sheet in sheets:
        own = list(_sheet(sheet))
        lines += [sheet.title, *own] if own and len(sheets) > 1 else own
    return lines


def _sheet(sheet: Any) -> Iterator[str]:
    if sheet.max_row > _MOST_ROWS:
        raise SourceError(f"Bảng tính có hơn {_MOST_ROWS:,} hàng: hãy chia nhỏ.".replace(",", "."))
    merged = {
        (row, column): (area.min_row, area.min_col)
        for area in sheet.merged_cells.ranges
        for row in range(area.min_row, area.max_row + 1)
        for column in range(area.min_col, min(area.max_col, _MOST_COLUMNS) + 1)
    }
    hidden = {
        column
        for letters, about in sheet.column_dimensions.items()
        if about.hidden
        for column in range(about.min or 0, (about.max or 0) + 1)
    }
    rows: list[list[str]] = []
    for n in range(1, sheet.max_row + 1):
        if sheet.row_dimensions[n].hidden:
            continue
        places = (
            merged.get((n, column), (n, column))
            for column in range(1, min(sheet.max_column, _MOST_COLUMNS) + 1)
            if column not in hidden
        )
        rows.append([_value(sheet.cell(*place)) for place in places])
    yield from _tables(rows)


def _value(cell: Any) -> str:
    """What a sheet shows in a cell, as far as its format is a common one."""
    value, shape = cell.value, str(cell.number_format or "")
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Có" if value else "Không"
    if isinstance(value, datetime) and value.time() != time.min:
        return f"{value:%d/%m/%Y %H:%M}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, float | int):
        return _number(value, shape)
    return str(value).strip()


def _number(value: float, shape: str) -> str:
    """A number with a comma before its decimals, as Vietnamese writes it.

    >>> [_number(0.755, "0.0%"), _number(12.0, "General"), _number(1234.5, "#,##0.0")]
    ['75,5%', '12', '1.234,5']
    """
    percent = "%" in shape
    value = value * 100 if percent else value
    decimals = len(shape.split(".")[1].rstrip("%;_) ")) if "." in shape else None
    if decimals is None or not set(shape.split(".")[1]) <= set("0#%;_) "):
        written = f"{round(value, 10):,.10f}".rstrip("0").rstrip(".")
    else:
        written = f"{value:,.{decimals}f}"
    written = written if "," in shape else written.replace(",", "")
    written = written.translate(str.maketrans(",.", ".,"))
    return f"{written}%" if percent else written


def read_table(text: str) -> list[str]:
    """The lines of a CSV, whatever of comma, semicolon, tab and bar parts its cells."""
    rows = [line for line in text.splitlines() if line.strip()][:_JUDGED]
    mark = max(_MARKS, key=lambda m: _evenness(rows, m))
    try:
        cells = list(itertools.islice(csv.reader(io.StringIO(text), delimiter=mark), _MOST_ROWS))
    except csv.Error as fault:
        raise SourceError("Tệp CSV bị hỏng, không đọc được.") from fault
    return list(_tables([[" ".join(cell.split()) for cell in row] for row in cells]))


def _evenness(lines: Sequence[str], mark: str) -> tuple[int, int]:
    """How many lines have as many of a mark as the first with any, and how many that is."""
    counts = [line.count(mark) for line in lines]
    first = next(filter(None, counts), 0)
    return (sum(count == first for count in counts) if first else 0, first)


def _tables(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield the lines of the tables in a sheet: empty rows part them, lone cells are titles."""
    for filled, run in itertools.groupby(rows, any):
        block = list(run) if filled else []
        used = [
            i
            for i in range(max(map(len, block), default=0))
            if any(i < len(r) and r[i] for r in block)
        ]
        table = [[row[i] if i < len(row) else "" for i in used] for row in block]
        while table and len(set(filter(None, table[0]))) == 1 and len(used) > 1:
            yield next(filter(None, table.pop(0)))
        feet = list(itertools.takewhile(_is_lone, reversed(table))) if len(used) > 2 else []
        table = table[: len(table) - len(feet)]
        yield from rendered(table)
        yield from (next(filter(None, row)) for row in reversed(feet))


def _is_lone(row: Sequence[str]) -> bool:
    """True for a note under a table: one long cell."""
    filled = set(filter(None, row))
    return len(filled) == 1 and len(next(iter(filled))) > 40
