"""PDF files as paragraphs and rows of tables, in the order in which a person reads them.

Owns: what of the pages is no text of the document (what comes again at the same place of several
pages, page numbers, stamps), notes at the foot, what goes on over the end of a page, and telling
letters that nothing can read. Leaves to others: letters (`pdf_glyphs`), lines (`pdf_lines`),
columns and tables (`pdf_layout`), reading pictures (`ocr`).
"""

from __future__ import annotations

import itertools
import re
import statistics
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from retrieval.errors import SourceError
from retrieval.loading.decoding import repaired
from retrieval.loading.ocr import (
    MOST_PAGES,
    PIXELS_AN_INCH,
    UNSURE,
    ReadPage,
    missing,
    pictures_in,
    read_picture,
)
from retrieval.loading.pdf_glyphs import UNKNOWN, Glyph, Page, pages_of, picture_of
from retrieval.loading.pdf_layout import Block, Grid, Line, blocks_in, goes_on, joined_lines
from retrieval.loading.pdf_lines import Row, has_mark, note_number, rows_of, with_plain_marks
from retrieval.loading.reflow import is_running_line
from retrieval.loading.tables import rendered

_MOST_UNKNOWN = 0.01
"""The share of letters without Unicode above which a text is not read."""
_MARGIN = 0.13
"""The share of a page's height, above and below, in which running heads stand."""
_SAME_PLACE = 4.0
_SMALL = 0.93
"""Notes are set smaller than the text: at most this share of its size."""
_MOST_PAGES = 3000
_MOST_NOTE_LINES = 3


OnPage = Callable[[int, int], None]
"""Hears which page is read by machine, and of how many."""


@dataclass(frozen=True, slots=True)
class PagesText:
    """What the pages of a PDF or a picture hold."""

    text: str
    """A line for each paragraph and row of a table, notes at the end."""
    left_out: tuple[str, ...]
    empty_pages: tuple[int, ...] = ()
    """The pages, from 0 on, that are pictures without letters."""
    unknown: float = 0.0
    """The share of letters that nothing can read, if it is too large for the others to be read."""
    read_by_machine: tuple[int, ...] = ()
    """The pages, from 0 on, whose letters a machine took from a picture."""
    unsure: tuple[int, ...] = ()
    """Those of them of which it is not sure."""


def read_pdf(data: bytes, on_page: OnPage, *, all_by_machine: bool = False) -> PagesText:
    """Return the text of a PDF; pages without letters by OCR where it is there. Raises SourceError.

    With `all_by_machine` the letters that pages have are not asked for.
    """
    pages = list(itertools.islice(pages_of(data), _MOST_PAGES))
    letters = Counter(glyph.text == UNKNOWN for page in pages for glyph in page.glyphs)
    unknown = letters[True] / max(1, letters.total())
    if unknown > _MOST_UNKNOWN and missing():
        return PagesText("", (), unknown=unknown)
    whole = all_by_machine or unknown > _MOST_UNKNOWN
    empty = [n for n, page in enumerate(pages) if _is_picture(page) or whole]
    if not empty or missing():
        return replace(_laid_out(pages), empty_pages=tuple(empty))
    if len(empty) > MOST_PAGES:
        raise SourceError(f"Bản quét có hơn {MOST_PAGES} trang: hãy chia nhỏ rồi thêm lại.")
    found: dict[int, ReadPage] = {}
    for done, n in enumerate(empty):
        on_page(done + 1, len(empty))
        found[n] = read_picture(picture_of(data, n, PIXELS_AN_INCH))
    laid = _laid_out([found[n].page if n in found else page for n, page in enumerate(pages)])
    return replace(laid, read_by_machine=tuple(found), unsure=_unsure(found))


def read_pictures(data: bytes, on_page: OnPage) -> PagesText:
    """Return the text in a picture, or in the pages of a TIFF, by OCR. Raises SourceError."""
    found: dict[int, ReadPage] = {}
    for n, picture in enumerate(pictures_in(data)):
        on_page(n + 1, n + 1)
        found[n] = read_picture(picture)
    laid = _laid_out([one.page for one in found.values()])
    return replace(laid, read_by_machine=tuple(found), unsure=_unsure(found))


def _is_picture(page: Page) -> bool:
    return page.has_pictures and not page.glyphs


def _unsure(found: Mapping[int, ReadPage]) -> tuple[int, ...]:
    return tuple(n for n, one in found.items() if one.confidence < UNSURE and one.page.glyphs)


def _laid_out(pages: Sequence[Page]) -> PagesText:
    """The text of pages whose letters are known."""
    running = _running(pages)
    kept = [_without(page, running.get(n, ())) for n, page in enumerate(pages)]
    sizes = [glyph.size for page in kept for glyph in page.glyphs]
    usual = statistics.median(sizes) if sizes else 0.0
    flow: list[Block] = []
    notes: list[tuple[str, str]] = []
    for page in kept:
        body, own = _notes(page, usual)
        numbers = frozenset(number for number, _ in own)
        blocks = [_plain(block, numbers) for block in blocks_in(body, page.rules, page.width)]
        _append(flow, blocks)
        notes += own
    cut = (
        *(row.text for rows in running.values() for row in rows),
        *(x for page in pages for x in page.aside),
    )
    written = [*_written(flow), *(f"[{number}] {text}" for number, text in notes)]
    written = [line.replace(UNKNOWN, "") for line in written]
    return PagesText(repaired("\n".join(written)), tuple(map(repaired, cut)))


def _running(pages: Sequence[Page]) -> dict[int, list[Row]]:
    """What stands at the same place at the edges of several pages, by page."""
    places: dict[tuple[bool, str], list[tuple[int, Row]]] = {}
    edges: dict[int, list[Row]] = {}
    if len(pages) < 2:
        return edges
    for n, page in enumerate(pages):
        rows = rows_of(page.glyphs)
        for row in rows:
            at_top = row.y < _MARGIN * page.height
            if at_top or row.y > (1 - _MARGIN) * page.height:
                shape = re.sub(r"\d+", "0", row.text)
                places.setdefault((at_top, shape), []).append((n, row))
        edges[n] = list(_own_number(rows, page, n))
    for (at_top, shape), found in places.items():
        for level in _levels(found, pages, at_top=at_top):
            lines = [(n, row.text) for n, row in level]
            if len(shape) < 150 and is_running_line(lines, len(pages)):
                for n, row in level:
                    edges[n] += [] if row in edges[n] else [row]
    return edges


def _own_number(rows: Sequence[Row], page: Page, n: int) -> Iterator[Row]:
    """Yield the line at an edge that is the page's own number and stands apart from the text.

    Official documents number their pages from the second on, so that of two pages one has a number.
    """
    for row, beside in ((rows[:1], rows[1:2]), (rows[-1:], rows[-2:-1])):
        if not n or not beside or row[0].text.strip("- –") != str(n + 1):
            continue
        margin = min(row[0].y, page.height - row[0].y)
        if margin < _MARGIN * page.height and abs(row[0].y - beside[0].y) > 1.8 * row[0].size:
            yield row[0]


def _levels(
    found: Sequence[tuple[int, Row]], pages: Sequence[Page], *, at_top: bool
) -> list[list[tuple[int, Row]]]:
    """Lines that look alike, those of the same distance from their page's edge together."""

    def distance(entry: tuple[int, Row]) -> float:
        n, row = entry
        return row.y if at_top else pages[n].height - row.y

    levels: list[list[tuple[int, Row]]] = []
    for entry in sorted(found, key=distance):
        if levels and distance(entry) - distance(levels[-1][-1]) < _SAME_PLACE:
            levels[-1].append(entry)
        else:
            levels.append([entry])
    return [sorted(level, key=lambda entry: entry[0]) for level in levels]


def _without(page: Page, rows: Sequence[Row]) -> Page:
    """The page without the letters of some of its lines."""
    cut = [row.y for row in rows]
    kept = [g for g in page.glyphs if all(abs(g.y - y) > g.size / 3 for y in cut)]
    return replace(page, glyphs=tuple(kept)) if cut else page


def _notes(page: Page, usual: float) -> tuple[list[Glyph], list[tuple[str, str]]]:
    """The letters of a page above its notes, and the notes by number.

    Notes are the lines that end the page, from the first that begins with a raised number: small
    ones, or such whose numbers stand raised in the lines above.
    """
    rows = rows_of(page.glyphs)
    start = len(rows)
    while start and rows[start - 1].size <= _SMALL * usual:
        start -= 1
    first = next((i for i in range(start, len(rows)) if note_number(rows[i].text)), None)
    if first is None:
        first = _first_marked(rows)
    if first is None:
        return list(page.glyphs), []
    found: list[tuple[str, str]] = []
    for row in rows[first:]:
        number = note_number(row.text)
        if number:
            found.append((number, row.text.lstrip("⁰¹²³⁴⁵⁶⁷⁸⁹ ")))
        else:
            found[-1] = (found[-1][0], joined_lines(found[-1][1], row.text))
    top = rows[first].y - rows[first].size
    return [glyph for glyph in page.glyphs if glyph.y < top], found


def _first_marked(rows: Sequence[Row]) -> int | None:
    """Where notes in letters as large as the text begin, each of few lines; None if none do."""
    for i, row in enumerate(rows):
        number = note_number(row.text)
        if number and any(has_mark(above.text, number) for above in rows[:i]):
            notes = sum(bool(note_number(below.text)) for below in rows[i:])
            return i if len(rows) - i <= _MOST_NOTE_LINES * notes else None
    return None


def _plain(block: Block, numbers: frozenset[str]) -> Block:
    if isinstance(block, Grid):
        rows = tuple(tuple(with_plain_marks(x, numbers) for x in row) for row in block.rows)
        return replace(block, rows=rows)
    return replace(block, text=with_plain_marks(block.text, numbers))


def _append(flow: list[Block], blocks: Sequence[Block]) -> None:
    """Add the blocks of a page; those at the top of a page or column may go on with the last."""
    for block in blocks:
        whole = _with_next(flow[-1], block) if flow else None
        if whole is None:
            flow.append(block)
        else:
            flow[-1] = whole


def _with_next(last: Block, block: Block) -> Block | None:
    """A paragraph or table together with its rest over the page; None where it has none."""
    if isinstance(last, Line) and isinstance(block, Line):
        if block.y <= last.y and goes_on(last, block):
            return replace(block, text=joined_lines(last.text, block.text), x0=last.x0)
    elif isinstance(last, Grid) and isinstance(block, Grid):
        alike = len(last.rows[0]) == len(block.rows[0])
        if block.y <= last.bottom and alike:
            again = block.rows[0] == last.rows[0]
            return replace(block, rows=last.rows + block.rows[again:])
    return None


def _written(flow: Sequence[Block]) -> Iterator[str]:
    for block in flow:
        if isinstance(block, Grid):
            yield from rendered(block.rows)
        else:
            yield block.text
