"""ODT as the lines that LibreOffice Writer shows: numbers, tables, notes, accepted changes.

Owns: what of OpenDocument 1.3 (part 3, text) is a line, and the numbers that its list styles count.
Leaves to others: archive bombs (`office`), and the words of a row (`tables`). Pure.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from retrieval.directives.recognition import roman
from retrieval.loading.tables import rendered

_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_SKIPPED = frozenset(
    [
        *(f"{_TEXT}tracked-changes", f"{_OFFICE}annotation", f"{_TEXT}hidden-text"),
        *(f"{_TEXT}sequence-decls", f"{_OFFICE}forms"),
    ]
)
_LEVELS = 10
_MOST_BLANKS = 200
_MOST_CELLS = 64


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """How a level of a list is counted: "a", "1", "I" … between two texts; "" for no number."""

    kind: str
    prefix: str
    suffix: str
    start: int
    shown_levels: int


_Levels = dict[int, NumberFormat]


@dataclass(slots=True)
class _Reading:
    """The list styles of a document, how far its lists have counted, and its notes so far."""

    styles: dict[str, _Levels]
    counts: dict[str, list[int]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    boxes: list[Any] = field(default_factory=list)


def read_opendocument(data: bytes) -> tuple[list[str], list[str]]:
    """The lines of an .odt, and those of its headers and footers; raises KeyError, ValueError …"""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        content = _parsed(archive.read("content.xml"))
        names = archive.namelist()
        styles = _parsed(archive.read("styles.xml")) if "styles.xml" in names else None
    reading = _Reading({**_list_styles(styles), **_list_styles(content)})
    lines = list(_lines(content.find(f"{_OFFICE}body/{_OFFICE}text"), reading))
    running: list[str] = []
    if styles is not None:
        for edge in styles.iter(f"{_STYLE}header", f"{_STYLE}footer"):
            running += _lines(edge, _Reading({}))
    return [*lines, *reading.notes], running


def _parsed(data: bytes) -> Any:
    from lxml import etree

    return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))


def _list_styles(part: Any) -> dict[str, _Levels]:
    if part is None:
        return {}
    found = {
        style.get(f"{_STYLE}name", ""): _levels(style) for style in part.iter(f"{_TEXT}list-style")
    }
    for outline in part.iter(f"{_TEXT}outline-style"):
        found[""] = _levels(outline)
    return found


def _levels(style: Any) -> _Levels:
    found: _Levels = {}
    for level in style:
        depth = int(level.get(f"{_TEXT}level", "1")) - 1
        if level.tag == f"{_TEXT}list-level-style-bullet":
            found[depth] = NumberFormat("-", "", "", 1, 1)
        elif level.tag in {f"{_TEXT}list-level-style-number", f"{_TEXT}outline-level-style"}:
            found[depth] = NumberFormat(
                level.get(f"{_STYLE}num-format", ""),
                level.get(f"{_STYLE}num-prefix", ""),
                level.get(f"{_STYLE}num-suffix", ""),
                int(level.get(f"{_TEXT}start-value", "1")),
                int(level.get(f"{_TEXT}display-levels", "1")),
            )
    return found


def _lines(parent: Any, reading: _Reading) -> Iterator[str]:
    """Yield the lines under an element, in reading order."""
    for node in parent:
        if node.tag in _SKIPPED or not isinstance(node.tag, str):
            continue
        if node.tag in {f"{_TEXT}p", f"{_TEXT}h"}:
            yield from _paragraph(node, reading, _outline_number(node, reading))
        elif node.tag == f"{_TEXT}list":
            yield from _list(node, reading, "", 0)
        elif node.tag == f"{_TABLE}table":
            yield from _table(node, reading)
        else:
            yield from _lines(node, reading)


def _paragraph(node: Any, reading: _Reading, number: str = "") -> Iterator[str]:
    text = "".join(_words(node, reading)).strip()
    if text:
        yield from f"{number} {text}".strip().split("\n")
    boxes, reading.boxes = reading.boxes, []
    for box in boxes:
        yield from _lines(box, reading)


def _words(node: Any, reading: _Reading) -> Iterator[str]:
    yield node.text or ""
    for child in node:
        tag = child.tag
        if tag == f"{_TEXT}s":
            yield " " * min(int(child.get(f"{_TEXT}c", "1")), _MOST_BLANKS)
        elif tag == f"{_TEXT}tab":
            yield "\t"
        elif tag == f"{_TEXT}line-break":
            yield "\n"
        elif tag == f"{_TEXT}note":
            yield _note(child, reading)
        elif tag == f"{_DRAW}text-box":
            reading.boxes.append(child)
        elif isinstance(tag, str) and tag not in _SKIPPED:
            yield from _words(child, reading)
        yield child.tail or ""


def _note(node: Any, reading: _Reading) -> str:
    """The mark of a note; its text comes at the end."""
    mark = f"[{len(reading.notes) + 1}]"
    at = len(reading.notes)
    reading.notes.append("")
    body = node.find(f"{_TEXT}note-body")
    lines = () if body is None else _lines(body, reading)
    reading.notes[at] = f"{mark} {' '.join(lines)}"
    return mark


def _outline_number(node: Any, reading: _Reading) -> str:
    if node.tag != f"{_TEXT}h" or "" not in reading.styles:
        return ""
    depth = int(node.get(f"{_TEXT}outline-level", "1")) - 1
    return _number(reading, "", depth, "")


def _list(node: Any, reading: _Reading, style: str, depth: int) -> Iterator[str]:
    """Yield the lines of a list: each item behind its number, then its own lists."""
    own = node.get(f"{_TEXT}style-name", style)
    going_on = node.get(f"{_TEXT}continue-numbering") == "true" or node.get(f"{_TEXT}continue-list")
    if depth == 0 and not going_on:
        reading.counts.pop(own, None)
    for item in node:
        first = True
        for child in item:
            if child.tag == f"{_TEXT}list":
                yield from _list(child, reading, own, depth + 1)
            elif child.tag in {f"{_TEXT}p", f"{_TEXT}h"}:
                counts = first and item.tag == f"{_TEXT}list-item"
                start = item.get(f"{_TEXT}start-value", "")
                number = _number(reading, own, depth, start) if counts else ""
                yield from _paragraph(child, reading, number)
                first = False
            else:
                yield from _lines([child], reading)


def _number(reading: _Reading, style: str, depth: int, start: str) -> str:
    """The number of the next item at a depth of a list, "" for none."""
    levels = reading.styles.get(style, {})
    level = levels.get(depth)
    if level is None or not level.kind:
        return ""
    if level.kind == "-":
        return "-"
    counts = reading.counts.setdefault(style, [0] * _LEVELS)
    counts[depth] = int(start) if start.isdecimal() else (counts[depth] or level.start - 1) + 1
    counts[depth + 1 :] = [0] * (_LEVELS - depth - 1)
    shown = range(max(0, depth + 1 - level.shown_levels), depth + 1)
    numbers = (_counted(counts[n] or 1, levels[n].kind) for n in shown if n in levels)
    return f"{level.prefix}{'.'.join(filter(None, numbers))}{level.suffix}".strip()


def _counted(number: int, kind: str) -> str:
    if kind in {"a", "A"}:
        letters = chr(ord(kind) + (number - 1) % 26)
        return letters * ((number - 1) // 26 + 1)
    if kind in {"i", "I"}:
        return roman(number) if kind == "I" else roman(number).lower()
    return str(number) if kind == "1" else ""


def _table(node: Any, reading: _Reading) -> Iterator[str]:
    heads = 0
    rows: list[list[str]] = []
    hanging: dict[int, tuple[int, str]] = {}
    for row, is_head in _rows(node):
        cells: list[str] = []
        for cell in row:
            if cell.tag == f"{_TABLE}covered-table-cell":
                left, text = hanging.get(len(cells), (0, cells[-1] if cells else ""))
                if left:
                    hanging[len(cells)] = (left - 1, text)
                cells.append(text)
            elif cell.tag == f"{_TABLE}table-cell":
                text = "\n".join(line for line in _lines(cell, reading) if line.strip())
                down = int(cell.get(f"{_TABLE}number-rows-spanned", "1")) - 1
                across = int(cell.get(f"{_TABLE}number-columns-spanned", "1"))
                for at in range(len(cells), len(cells) + min(across, _MOST_CELLS)):
                    hanging[at] = (down, text)
                times = int(cell.get(f"{_TABLE}number-columns-repeated", "1"))
                if cell.getnext() is None or cell.getnext().tag != f"{_TABLE}covered-table-cell":
                    times = max(times, across)  # Pandoc writes no covered cells.
                cells += [text] * (min(times, _MOST_CELLS) if text else 1)
        rows.append(cells)
        heads += is_head and heads == len(rows) - 1
    yield from rendered(rows, heads or None)


def _rows(node: Any) -> Iterator[tuple[Any, bool]]:
    """Yield the rows of a table, not those of tables in its cells, and whether each is a head."""
    for child in node:
        if child.tag == f"{_TABLE}table-row":
            yield child, node.tag == f"{_TABLE}table-header-rows"
        elif child.tag in {f"{_TABLE}table-header-rows", f"{_TABLE}table-rows"} or (
            child.tag == f"{_TABLE}table-row-group"
        ):
            yield from _rows(child)
