"""Exchanges as files: CSV, JSONL, XLSX, each with quotes, votes and verdicts in full. Pure.

Takes rows of `queries.find` that `queries.with_evidence` has completed. No cell that a spreadsheet
would run: one that begins with `=`, `+`, `-`, `@`, tab or carriage return gets an apostrophe in
front, as OWASP advises against CSV injection; JSON is read by programs and stays as it is.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.review.rendering import evidence_cells
from bot.texts.texts import VIETNAMESE

Row = dict[str, Any]
FORMATS = ("csv", "jsonl", "xlsx")
COLUMNS = VIETNAMESE.admin.review.columns
_RUNS = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r\n]")
_UNFIT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def safe(cell: object) -> object:
    """Return a cell that a spreadsheet shows and does not run; numbers stay numbers.

    >>> safe('=HYPERLINK("http://a")')
    '\\'=HYPERLINK("http://a")'
    """
    if not isinstance(cell, str):
        return cell
    text = _UNFIT.sub(" ", cell)
    return f"'{text}" if _RUNS.match(text) else text


def as_csv(rows: Sequence[Row]) -> bytes:
    """Return rows under Vietnamese headings, in UTF-8 with the mark that Excel needs."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS.values())
    writer.writerows(_cells(row) for row in rows)
    return out.getvalue().encode("utf-8-sig")


def as_jsonl(rows: Sequence[Row]) -> bytes:
    """Return one object a line, as it stands in the log."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def as_xlsx(rows: Sequence[Row]) -> bytes:
    """Return a workbook with one sheet."""
    from openpyxl import Workbook  # a fifth of a second that only this needs

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Nhật ký")
    sheet.append(list(COLUMNS.values()))
    for row in rows:
        sheet.append(_cells(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def exported(rows: Sequence[Row], form: str) -> bytes:
    """Return rows in one of FORMATS."""
    return {"csv": as_csv, "jsonl": as_jsonl, "xlsx": as_xlsx}[form](rows)


def _cells(row: Row) -> list[object]:
    local = f"{datetime.fromisoformat(row['asked_at']).astimezone():%Y-%m-%d %H:%M:%S}"
    shown = {**row, **evidence_cells(row), "asked_at": local}
    return [safe(shown[name]) for name in COLUMNS]
