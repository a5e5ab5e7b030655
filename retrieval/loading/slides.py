"""PPTX as lines: slide by slide, from top to bottom and left to right, tables row by row.

Owns: the order of a slide's shapes, and what of them is on every slide. Parsing is python-pptx's.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from retrieval.loading.tables import rendered

_SAME_ROW = 200_000
"""English metric units (360,000 a centimetre) within which shapes stand beside each other."""


def read_slides(data: bytes) -> tuple[list[str], list[str]]:
    """The lines of a .pptx with its speaker's notes, and those of its feet; hidden slides none."""
    from pptx import Presentation

    lines: list[str] = []
    feet: list[str] = []
    for slide in Presentation(io.BytesIO(data)).slides:
        if slide._element.get("show") == "0":
            continue
        for shape in _in_order(slide.shapes):
            (feet if _is_foot(shape) else lines).extend(_lines(shape))
        if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
            lines += _paragraphs(slide.notes_slide.notes_text_frame)
    return lines, feet


def _in_order(shapes: Any) -> list[Any]:
    def place(shape: Any) -> tuple[int, int]:
        return ((shape.top or 0) // _SAME_ROW, shape.left or 0)

    return sorted(_flat(shapes), key=place)


def _flat(shapes: Any) -> Iterator[Any]:
    for shape in shapes:
        if hasattr(shape, "shapes"):
            yield from _flat(shape.shapes)
        else:
            yield shape


def _is_foot(shape: Any) -> bool:
    from pptx.enum.shapes import PP_PLACEHOLDER as KIND

    if not shape.is_placeholder:
        return False
    return shape.placeholder_format.type in {KIND.FOOTER, KIND.SLIDE_NUMBER, KIND.DATE}


def _lines(shape: Any) -> Iterator[str]:
    if getattr(shape, "has_table", False) and shape.has_table:
        rows = [[_cell(row, n) for n in range(len(row.cells))] for row in shape.table.rows]
        yield from rendered(rows, int(shape.table.first_row) or None)
    elif shape.has_text_frame:
        yield from _paragraphs(shape.text_frame)


def _cell(row: Any, at: int) -> str:
    """The words of a cell; of one that is merged into that on its left, the words of that."""
    while row.cells[at].is_spanned and at:
        at -= 1
    return "\n".join(_paragraphs(row.cells[at].text_frame))


def _paragraphs(frame: Any) -> Iterator[str]:
    for paragraph in frame.paragraphs:
        yield from filter(str.strip, paragraph.text.replace("\v", "\n").split("\n"))
