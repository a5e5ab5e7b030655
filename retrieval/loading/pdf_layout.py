"""The lines of a page in the order in which they are read: tables, columns, paragraphs.

Owns: which ruled lines make a table and which words stand in which of its cells; which lines stand
in columns beside each other (recursive cuts at gutters, after Nagy and Seth's X-Y cut); and which
lines of a column one paragraph is made of. Leaves to others: letters and words (`pdf_lines`), what
comes again on every page, notes, and paragraphs over two pages (`pdf`). Pure; lengths are points.
"""

from __future__ import annotations

import itertools
import re
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from retrieval.loading.pdf_glyphs import Glyph, Rule
from retrieval.loading.pdf_lines import Phrase, Row, rows_of
from retrieval.loading.tables import is_letterhead
from retrieval.text.vietnamese import fold, is_syllable

_SNAP = 3.0
"""Ruled lines closer than this are one."""
_MOST_LINES = 400
_GUTTER = 0.9
"""The narrowest gutter between columns, in sizes of letters …"""
_WIDE_GUTTER = 2.0
"""… and between those of three lines or fewer."""
_MARK = re.compile(
    r"(?:[-–—•▪○✓*+]|\(?(?:\d{1,3}|[a-zđ]|[ivxIVX]{1,5})[.)]|\d{1,2}(?:\.\d{1,2})+\.?"
    r"|(?:Điều|Khoản|Chương|Mục|Phần|Bước|Câu|Bài)\s+[\dIVX]+[.:]?)"
)
_ITEM = re.compile(
    r"(?:[-–—•▪○✓*+]\s|\(?(?:\d{1,3}|[a-zđ])[.)]\s|[IVX]{1,5}[.\-–]\s?|\d{1,2}(?:\.\d{1,2})+\.?\s"
    r"|\d{1,2}\s?[-–]\s|(?:Điều|Chương|Mục|Phần)\s+[\dIVX]+\b)"
)
_SENTENCE_END = re.compile(r"[.?!…:;][”\"’)\]]*(?:\[\d+\])?$")
_CELL_TEXT = 30
_WIDEST_MARGIN = 8.0
"""Between the edge of a cell and its words."""
_APART = 1.3
"""The steps between lines, in usual ones, that end a letterhead."""
_STRIP = 1.9
"""White from edge to edge, in steps between lines, that no column goes on over."""
_FOOT = "Nơi nhận"
_MARGIN = 0.85
"""How far to the right the lines of a page reach at least, where the page itself does not tell."""

_NARROW, _FEW = 0.7, 4
"""Short paragraphs of like length are no column: so narrow a one has most of its lines full."""


@dataclass(frozen=True, slots=True)
class Edges:
    """Where the lines of a column begin, and where they have to end."""

    left: float
    right: float
    is_sure: bool
    """True if several lines end there."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a paragraph, or a whole one, and the edges of the column in which it stands."""

    text: str
    x0: float
    x1: float
    y: float
    size: float
    first: float
    """The width of its first word."""
    last: float
    """Where its last line ends, if it is a whole paragraph."""
    edges: Edges


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: its rows of cells; a cell over several places stands in each of them."""

    rows: tuple[tuple[str, ...], ...]
    y: float
    bottom: float


Block = Line | Grid


def blocks_in(glyphs: Sequence[Glyph], rules: Sequence[Rule], width: float) -> list[Block]:
    """Return the paragraphs and tables of a page `width` points wide, in reading order."""
    frames = [frame for frame in _frames(rules) if frame.is_table]
    inside: dict[int, list[Glyph]] = {i: [] for i in range(len(frames))}
    outside: list[Glyph] = []
    for glyph in glyphs:
        at = next((i for i, frame in enumerate(frames) if frame.holds(glyph)), None)
        (outside if at is None else inside[at]).append(glyph)
    grids = [
        Grid(frame.cells(inside[i]), frame.top, frame.bottom)
        for i, frame in enumerate(frames)
        if inside[i]
    ]
    grids.sort(key=lambda grid: grid.y)
    rows = rows_of(outside)
    edges = _edges(rows, _MARGIN * width)
    found: list[Block] = []
    for grid in grids:
        above = [row for row in rows if row.y < grid.y + _SNAP]
        rows = rows[len(above) :]
        found += [*_read(above, edges), grid]
    return [*found, *_read(rows, edges)]


def _edges(rows: Sequence[Row], least: float = 0.0) -> Edges:
    """The edges of a column; it is at least so wide as `least` says where its lines do not tell."""
    left, right = (
        min((row.x0 for row in rows), default=0.0),
        max((row.x1 for row in rows), default=0.0),
    )
    ending = sum(row.x1 > right - 1.5 * row.size for row in rows)
    narrow = right < _NARROW * least and not _wraps(rows)
    sure = ending > (max(_FEW, len(rows) / 2) if narrow else 2)
    return Edges(left, right if sure else max(right, least), sure)


def _wraps(rows: Sequence[Row]) -> bool:
    """True if lines go on with a small letter: the column is as narrow as they are."""
    pairs = itertools.pairwise(row.text for row in rows)
    return any(b[:1].islower() and not _SENTENCE_END.search(a[-12:]) for a, b in pairs)


# Ruled tables


@dataclass(frozen=True, slots=True)
class _Frame:
    """Ruled lines that touch each other: the places of the columns' and the rows' edges."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    rules: tuple[Rule, ...]

    @property
    def top(self) -> float:
        return self.ys[0]

    @property
    def bottom(self) -> float:
        return self.ys[-1]

    @property
    def is_table(self) -> bool:
        return len(self.xs) > 2 and len(self.ys) > 1

    def holds(self, glyph: Glyph) -> bool:
        middle = (glyph.x0 + glyph.x1) / 2
        across = self.xs[0] - 1 <= middle <= self.xs[-1] + 1
        return across and self.top <= glyph.y - glyph.size / 4 <= self.bottom

    def cells(self, glyphs: Sequence[Glyph]) -> tuple[tuple[str, ...], ...]:
        """The rows of the table, with the words in each cell."""
        across, down = len(self.xs) - 1, len(self.ys) - 1
        held: dict[tuple[int, int], list[Glyph]] = {}
        owner = self._owners()
        for glyph in glyphs:
            column = _slot(self.xs, (glyph.x0 + glyph.x1) / 2)
            row = _slot(self.ys, glyph.y - glyph.size / 4)
            held.setdefault(owner[row, column], []).append(glyph)
        words: dict[tuple[int, int], str] = {}
        for first, own in held.items():
            last = max(column for (_, column), o in owner.items() if o == first)
            words[first] = _cell(own, self.xs[first[1]], self.xs[last + 1])
        return tuple(
            tuple(words.get(owner[row, column], "") for column in range(across))
            for row in range(down)
        )

    def _owners(self) -> dict[tuple[int, int], tuple[int, int]]:
        """For each place the first of the places that form one cell with it: no line is between."""
        owner: dict[tuple[int, int], tuple[int, int]] = {}
        for row in range(len(self.ys) - 1):
            for column in range(len(self.xs) - 1):
                owner[row, column] = (row, column)
                if column and not self._upright(self.xs[column], row):
                    owner[row, column] = owner[row, column - 1]
                elif row and not self._level(self.ys[row], column):
                    owner[row, column] = owner[row - 1, column]
        return owner

    def _upright(self, x: float, row: int) -> bool:
        middle = (self.ys[row] + self.ys[row + 1]) / 2
        return any(
            not r.is_level and abs(r.x0 - x) < _SNAP and r.y0 - 1 <= middle <= r.y1 + 1
            for r in self.rules
        )

    def _level(self, y: float, column: int) -> bool:
        middle = (self.xs[column] + self.xs[column + 1]) / 2
        return any(
            r.is_level and abs(r.y0 - y) < _SNAP and r.x0 - 1 <= middle <= r.x1 + 1
            for r in self.rules
        )


def _slot(edges: Sequence[float], place: float) -> int:
    found = next((i for i, edge in enumerate(edges[1:]) if place < edge), len(edges) - 2)
    return max(0, found)


def _frames(rules: Sequence[Rule]) -> Iterator[_Frame]:
    """Yield the frames that ruled lines form where they touch."""
    waiting = sorted(rules, key=lambda rule: rule.y0)[: _MOST_LINES * 10]
    groups: list[tuple[list[Rule], list[float]]] = []
    for rule in waiting:
        box = [rule.x0 - _SNAP, rule.y0 - _SNAP, rule.x1 + _SNAP, rule.y1 + _SNAP]
        own = [rule]
        apart = []
        for group, other in groups:
            if _touch(box, other):
                own += group
                box = [*map(min, box[:2], other[:2]), *map(max, box[2:], other[2:])]
            else:
                apart.append((group, other))
        groups = [*apart, (own, box)]
    for group, _ in groups:
        xs = _snapped(rule.x0 for rule in group if not rule.is_level)
        ys = _snapped(rule.y0 for rule in group if rule.is_level)
        if len(xs) < _MOST_LINES and len(ys) < _MOST_LINES and ys:
            yield _Frame(xs, ys, tuple(group))


def _touch(one: Sequence[float], other: Sequence[float]) -> bool:
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]


def _snapped(places: Iterator[float]) -> tuple[float, ...]:
    found: list[float] = []
    for place in sorted(places):
        if not found or place - found[-1] > _SNAP:
            found.append(place)
    return tuple(found)


def _cell(glyphs: Sequence[Glyph], left: float, right: float) -> str:
    """The words of a cell between two edges: a line for each of its paragraphs."""
    lines: list[str] = []
    before: Row | None = None
    rows = rows_of(glyphs)
    margin = min(min((row.x0 for row in rows), default=left) - left, _WIDEST_MARGIN)
    for row in rows:
        if before is None or _ITEM.match(row.text):
            lines.append(row.text)
        elif _is_broken(before.text, row.text):
            lines[-1] += row.text
        else:
            taken = before.x1 - before.x0 + row.phrases[0].first + row.size / 4
            if taken < right - left - 2 * margin and not row.text[0].islower():
                lines.append(row.text)
            else:
                lines[-1] = joined_lines(lines[-1], row.text)
        before = row
    return "\n".join(lines)


def _is_broken(before: str, after: str) -> bool:
    """True for a short word that a narrow cell broke: "ST", "T"."""
    short = len(before) + len(after) < 6 and before.isupper() and after.isupper()
    return short and not (is_syllable(fold(before)) and is_syllable(fold(after)))


def joined_lines(before: str, after: str) -> str:
    """Join two lines of one paragraph; a hyphen at the end of the first may have been put there.

    >>> joined_lines("tủ sách pháp-", "luật và"), joined_lines("2025-", "2030")
    ('tủ sách pháp luật và', '2025-2030')
    >>> joined_lines("the confe-", "rence was"), joined_lines("Mác -", "Lênin")
    ('the conference was', 'Mác - Lênin')
    """
    if before.endswith("-") and before[-2:-1].strip() and after:
        last, first = before[:-1].split()[-1], re.split(r"[\s,.;:]", after)[0]
        if last[-1:].islower() and first[:1].islower():
            whole = is_syllable(fold(last)) and is_syllable(fold(first))
            return f"{before[:-1]} {after}" if whole else f"{before[:-1]}{after}"
        return before + after
    return f"{before} {after}"


# Columns


def _read(rows: Sequence[Row], edges: Edges) -> list[Block]:
    """The lines of a stretch of a page: across, but down each column where it has columns."""
    if not rows:
        return []
    band = _band(rows)
    if band is None:
        return list(_lines(rows, edges))
    start, end, gutters = band
    between = [(a + b) / 2 for a, b in gutters]
    start, end = _trimmed(rows, start, end, between)
    middle: list[Block]
    columns = _columns(rows[start:end], gutters)
    # A line in the first column alone is no row of a table: it stands below it.
    last = next((i for i in range(end, start, -1) if rows[i - 1].x1 > between[0]), end)
    upper = rows[start:last]
    if (table := _unruled(upper, _columns(upper, gutters))) is not None:
        middle, end = [table], last
    else:
        middle = [x for column in columns for x in _read(column, _edges(column))]
    return [*_read(rows[:start], edges), *middle, *_read(rows[end:], edges)]


_Gutter = tuple[float, float]


def _band(rows: Sequence[Row]) -> tuple[int, int, list[_Gutter]] | None:
    """The run of rows with the most gutters that no phrase crosses: its ends and the gutters.

    A run of few columns over many rows and one of many over few are weighed by their product.
    """
    best: tuple[int, int, list[_Gutter]] | None = None
    most = 0
    whole = max(row.x1 for row in rows) - min(row.x0 for row in rows)
    steps = [b.y - a.y for a, b in itertools.pairwise(rows)]
    step = statistics.median_low(steps) if steps else 0.0
    for start in range(len(rows)):
        covered: list[_Gutter] = []
        for end in range(start + 1, len(rows) + 1):
            row = rows[end - 1]
            if end > start + 1 and _begins_anew(rows[end - 2], row, step):
                break
            covered = _covered([*covered, *((p.x0, p.x1) for p in row.phrases)])
            gaps = _gaps(covered, _GUTTER * row.size)
            if not gaps and covered[-1][1] - covered[0][0] > 0.7 * whole:
                break
            if (end - start) * len(gaps) <= most:
                continue
            gutters = _gutters(rows[start:end], covered)
            if (end - start) * len(gutters) > most:
                best, most = (start, end, gutters), (end - start) * len(gutters)
    return best


def _begins_anew(before: Row, row: Row, step: float) -> bool:
    """True below white from edge to edge, and at the foot of an official document."""
    strip = (row.y - before.y) / max(step, 1.3 * row.size)
    in_table = max(len(before.phrases), len(row.phrases)) > 2
    white = strip > (2 * _STRIP if in_table else _STRIP)
    return white or any(phrase.text.startswith(_FOOT) for phrase in row.phrases)


def _trimmed(rows: Sequence[Row], start: int, end: int, edges: Sequence[float]) -> tuple[int, int]:
    """The band without lines at its ends that stand in one column and apart from the others."""
    inside = rows[start:end]
    steps = [b.y - a.y for a, b in itertools.pairwise(inside)]
    usual = max(statistics.median_low(steps) if steps else 0.0, inside[0].size)
    shared = [i for i in range(start, end) if _sides(rows[i], edges) > 1] or [start, end - 1]
    letterhead = is_letterhead([[p.text for p in row.phrases] for row in inside])
    apart = _APART if letterhead else _STRIP
    for i in range(shared[-1] + 1, end):
        if rows[i].y - rows[i - 1].y > apart * usual:
            end = i
            break
    for i in range(shared[0] - 1, start - 1, -1):
        if rows[i + 1].y - rows[i].y > apart * usual:
            start = i + 1
            break
    return start, end


def _sides(row: Row, edges: Sequence[float]) -> int:
    """In how many of the columns between `edges` a row has words."""
    return len({sum(p.x0 > edge for edge in edges) for p in row.phrases})


def _covered(stretches: Sequence[_Gutter]) -> list[_Gutter]:
    found: list[_Gutter] = []
    for x0, x1 in sorted(stretches):
        if found and x0 <= found[-1][1]:
            found[-1] = (found[-1][0], max(x1, found[-1][1]))
        else:
            found.append((x0, x1))
    return found


def _gaps(covered: Sequence[_Gutter], width: float) -> list[_Gutter]:
    pairs = itertools.pairwise(covered)
    return [(a[1], b[0]) for a, b in pairs if b[0] - a[1] >= width]


def _gutters(rows: Sequence[Row], covered: Sequence[_Gutter]) -> list[_Gutter]:
    """The gaps between what is covered that part columns rather than marks from their items."""
    size = statistics.median(row.size for row in rows)
    found: list[_Gutter] = []
    for gap in _gaps(covered, _GUTTER * size):
        at = (gap[0] + gap[1]) / 2
        left = [p for row in rows for p in row.phrases if p.x1 < at]
        right = [p for row in rows for p in row.phrases if p.x0 > at]
        if all(_MARK.fullmatch(p.text) for p in left if p.x1 > gap[0] - 4 * size):
            continue
        beside = _overlap(left, right)
        least = min(len({p.y for p in left}), len({p.y for p in right}))
        wide = gap[1] - gap[0] >= _WIDE_GUTTER * size
        if beside and (least > 3 or wide):
            found.append(gap)
    return found


def _overlap(left: Sequence[Phrase], right: Sequence[Phrase]) -> bool:
    """True if both sides stand beside each other and not one below the other."""
    if not left or not right:
        return False
    top, bottom = max(left[0].y, right[0].y), min(left[-1].y, right[-1].y)
    size = max(left[0].size, right[0].size)
    return top - bottom < 1.5 * size


def _columns(rows: Sequence[Row], gutters: Sequence[_Gutter]) -> list[list[Row]]:
    edges = [(a + b) / 2 for a, b in gutters]
    columns: list[list[Row]] = [[] for _ in range(len(edges) + 1)]
    for row in rows:
        for i, column in enumerate(columns):
            low = edges[i - 1] if i else float("-inf")
            high = edges[i] if i < len(edges) else float("inf")
            own = tuple(p for p in row.phrases if low < (p.x0 + p.x1) / 2 <= high)
            if own:
                column.append(Row(own))
    return columns


def _unruled(rows: Sequence[Row], columns: Sequence[Sequence[Row]]) -> Grid | None:
    """The rows of a table that is drawn without lines; None for columns of prose."""
    at = {phrase: i for i, row in enumerate(rows) for phrase in row.phrases}
    cells = [[""] * len(columns) for _ in rows]
    for j, column in enumerate(columns):
        for row in column:
            cells[at[row.phrases[0]]][j] = row.text
    merged = list(_merged(cells))
    whole = sum(sum(map(bool, row)) > 1 for row in merged)
    texts = [cell for row in cells for cell in row if cell]
    short = statistics.median(map(len, texts)) <= _CELL_TEXT
    prose = any(_is_prose(column) for column in columns)
    if len(merged) < 3 or whole < 0.6 * len(merged) or not short or prose or is_letterhead(cells):
        return None
    if len(columns) == 2 and not all(map(all, cells)):
        return None
    return Grid(tuple(map(tuple, merged)), rows[0].y, rows[-1].y)


def _is_prose(column: Sequence[Row]) -> bool:
    """True for lines most of which run to the column's edge."""
    right = max(row.x1 for row in column)
    left = min(row.x0 for row in column)
    full = sum(row.x1 - left > 0.8 * (right - left) for row in column)
    long = statistics.median(len(row.text) for row in column) > 20
    return long and len(column) > 2 and full > 0.5 * len(column)


def _merged(cells: Sequence[Sequence[str]]) -> Iterator[list[str]]:
    """Yield the rows; one that fills few cells and not the first goes on with the row above."""
    before: list[str] | None = None
    for row in cells:
        above, filled = sum(map(bool, before or ())), sum(map(bool, row))
        low_heads = before is not None and not before[0] and above == 1 < filled
        if before is not None and (
            low_heads or (not row[0] and filled <= max(1, len(row) // 2 - 1))
        ):
            before = [f"{a} {b}".strip() for a, b in zip(before, row, strict=True)]
        else:
            if before is not None:
                yield before
            before = list(row)
    if before is not None:
        yield before


# Paragraphs


def _lines(rows: Sequence[Row], edges: Edges) -> Iterator[Line]:
    """Yield the paragraphs of a column, each as one line with the edges of its column."""
    steps = [b.y - a.y for a, b in itertools.pairwise(rows)]
    step = statistics.median_low(steps) if steps else 0.0
    current: Line | None = None
    for row in rows:
        line = _line(row, edges)
        if (
            current is not None
            and goes_on(current, line)
            and line.y - current.y <= 1.4 * max(step, 1.2 * line.size)
        ):
            text = joined_lines(current.text, line.text)
            current = replace(current, text=text, y=line.y, last=line.x1)
            continue
        if current is not None:
            yield current
        current = line
    if current is not None:
        yield current


def _line(row: Row, edges: Edges) -> Line:
    first = row.phrases[0].first
    return Line(row.text, row.x0, row.x1, row.y, row.size, first, row.x1, edges)


def goes_on(before: Line, line: Line) -> bool:
    """True if `line` goes on with the paragraph that ends with `before`: there was no room.

    Where a line ends early, it is only gone on with by a small letter, below a centred line or one
    that is more than half full.
    """
    if _ITEM.match(line.text) or not 0.85 < line.size / before.size < 1.18:
        return False
    if before.text.isupper() != line.text.isupper() or before.text.isupper():
        return False
    left, right = before.edges.left, before.edges.right
    full = right - before.last < line.first + 0.35 * line.size
    ended = _SENTENCE_END.search(before.text, max(0, len(before.text) - 12)) is not None
    if ended and not 0.9 < line.size / before.size < 1.1:
        return False  # A heading, or what stands below one.
    if full:
        indented = line.x0 > line.edges.left + 0.8 * line.size
        return not ended or not (indented or before.text[-1] in ":;" or not before.edges.is_sure)
    small = line.text[:1].islower() and not ended
    centred = (
        abs((before.x0 + before.last) / 2 - (line.x0 + line.x1) / 2) < 4
        and abs(before.x0 - line.x0) > 2
    )
    return small and (centred or before.last - left > 0.55 * (right - left))
