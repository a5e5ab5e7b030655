"""Letters and ruled lines of PDF pages with their places, as PDFium finds them.

Owns: the calls of PDFium. A page comes upright, whichever way its letters run, with y downwards;
lengths are points (1/72 inch). Letters that are drawn twice come once; letters whose font does not
say what they are come as U+FFFD. Leaves to others: lines, columns and tables (`pdf_layout`), and
what is refused (`pdf`).
"""

from __future__ import annotations

import ctypes
import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from retrieval.errors import SourceError

UNKNOWN = "\ufffd"
_BULLETS = {0xF0B7: "•", 0xF0A7: "▪", 0xF0D8: "-", 0xF02D: "-", 0xF0FC: "✓", 0xF06F: "○"}
"""Letters of Symbol and Wingdings that begin the items of lists (Word writes them so)."""
_LIGATURES = dict(zip(
    range(0xFB00, 0xFB07), ("ff", "fi", "fl", "ffi", "ffl", "st", "st"), strict=True
))  # fmt: skip
_HYPHEN = 0x02
"""What PDFium gives for a hyphen at a line's end."""
_MOST_GLYPHS = 60_000
"""Letters of one page beyond which it is no text."""
_MOST_OBJECTS = 40_000
_DEPTH = 6
"""Drawings within drawings that are looked into."""
_LOCKED = frozenset({4, 5})
"""PDFium's errors for a wrong password and for a lock that it does not know."""
_THIN = 2.5
_READABLE = 2.0
"""Points; what is set smaller is read by nobody."""
_WHITE = 250
"""Of 255: red, green and blue of letters that cannot be told from paper."""
_SHORTEST_RULE = 8.0


@dataclass(frozen=True, slots=True)
class Glyph:
    """One letter: its box from left to right, its baseline, and the size of its font."""

    text: str
    x0: float
    x1: float
    y: float
    size: float


@dataclass(frozen=True, slots=True)
class Rule:
    """A line drawn from (x0, y0) to (x1, y1), along one of the axes."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def is_level(self) -> bool:
        """True for a line from left to right."""
        return self.x1 - self.x0 >= self.y1 - self.y0


@dataclass(frozen=True, slots=True)
class Page:
    """One page as it is read."""

    width: float
    height: float
    glyphs: tuple[Glyph, ...]
    rules: tuple[Rule, ...]
    aside: tuple[str, ...] = ()
    """Words that run another way than those of the page: stamps and water marks."""
    has_pictures: bool = False


def pages_of(data: bytes) -> Iterator[Page]:
    """Yield the pages of a PDF; raises SourceError."""
    import pypdfium2 as pdfium

    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as fault:
        # PDFium keeps the error of the file before where this one is merely broken.
        locked = b"/Encrypt" in data and fault.err_code in _LOCKED
        raise SourceError(
            "Tệp có mật khẩu: hãy bỏ mật khẩu rồi thêm lại."
            if locked
            else "Tệp bị hỏng, không đọc được nội dung."
        ) from fault
    try:
        for number in range(len(document)):
            page = document[number]
            yield _page(page)
            page.close()
    except pdfium.PdfiumError as fault:
        raise SourceError("Tệp bị hỏng, không đọc được nội dung.") from fault
    finally:
        document.close()


def picture_of(data: bytes, number: int, pixels_an_inch: int) -> Any:
    """Return page `number`, from 0 on, of a PDF as a grey picture of Pillow."""
    import pypdfium2 as pdfium

    document = pdfium.PdfDocument(data)
    try:
        page = document[number]
        longest = max(page.get_size())
        scale = min(pixels_an_inch / 72, 6000 / max(longest, 1.0))
        return page.render(scale=scale, grayscale=True).to_pil()
    finally:
        document.close()


def _page(page: Any) -> Page:
    left, bottom, right, top = page.get_cropbox()
    letters = list(_letters(page))
    angles = Counter(quarter for _, quarter in letters if quarter is not None)
    quarter = angles.most_common(1)[0][0] if angles else 0
    upright = _Upright(quarter, left, bottom, right, top)
    glyphs = [upright.glyph(glyph) for glyph, own in letters if own == quarter]
    aside = "".join(glyph.text for glyph, own in letters if own != quarter).strip()
    rules, pictures = _drawn(page)
    return Page(
        upright.width,
        upright.height,
        tuple(_once(glyphs)),
        tuple(upright.rule(rule) for rule in rules),
        (" ".join(aside.split()),) if aside else (),
        pictures,
    )


@dataclass(frozen=True, slots=True)
class _Upright:
    """Turns places of a page by so many quarters, so that its letters run from left to right."""

    quarter: int
    left: float
    bottom: float
    right: float
    top: float

    @property
    def width(self) -> float:
        return self.top - self.bottom if self.quarter % 2 else self.right - self.left

    @property
    def height(self) -> float:
        return self.right - self.left if self.quarter % 2 else self.top - self.bottom

    def point(self, x: float, y: float) -> tuple[float, float]:
        match self.quarter:
            case 1:  # Letters run upwards.
                return y - self.bottom, x - self.left
            case 2:
                return self.right - x, y - self.bottom
            case 3:
                return self.top - y, self.right - x
            case _:
                return x - self.left, self.top - y

    def glyph(self, glyph: _Letter) -> Glyph:
        (x0, y), (x1, _) = self.point(*glyph.start), self.point(*glyph.end)
        return Glyph(glyph.text, min(x0, x1), max(x0, x1), y, glyph.size)

    def rule(self, rule: Rule) -> Rule:
        (x0, y0), (x1, y1) = self.point(rule.x0, rule.y0), self.point(rule.x1, rule.y1)
        return Rule(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))


@dataclass(frozen=True, slots=True)
class _Letter:
    """A letter in the page's own space: where its baseline begins and ends."""

    text: str
    start: tuple[float, float]
    end: tuple[float, float]
    size: float


def _letters(page: Any) -> Iterator[tuple[_Letter, int | None]]:
    """Yield the letters of a page, each with the quarter turn in which it runs, None for a slant.

    Letters that PDFium made up (blanks and line ends between those that are drawn) are left out.
    """
    import pypdfium2.raw as raw

    text = raw.FPDFText_LoadPage(page)
    grounds: list[Rule] | None = None
    box, matrix = raw.FS_RECTF(), raw.FS_MATRIX()
    x, y = ctypes.c_double(), ctypes.c_double()
    try:
        for i in range(min(raw.FPDFText_CountChars(text), _MOST_GLYPHS)):
            code = raw.FPDFText_GetUnicode(text, i)
            if raw.FPDFText_IsGenerated(text, i) == 1 and code != _HYPHEN:
                continue
            raw.FPDFText_GetLooseCharBox(text, i, box)
            raw.FPDFText_GetMatrix(text, i, matrix)
            raw.FPDFText_GetCharOrigin(text, i, x, y)
            angle = raw.FPDFText_GetCharAngle(text, i)
            size = raw.FPDFText_GetFontSize(text, i) * math.hypot(matrix.c, matrix.d)
            if size < _READABLE:
                continue
            if _is_white(raw.FPDFText_GetFillColor, text, i):
                grounds = _grounds(page) if grounds is None else grounds
                middle = ((box.left + box.right) / 2, (box.bottom + box.top) / 2)
                if not any(_lies_in(middle, ground) for ground in grounds):
                    continue
            known = raw.FPDFText_HasUnicodeMapError(text, i) != 1
            quarter = -round(angle / (math.pi / 2))  # PDFium counts clockwise.
            straight = abs(angle + quarter * math.pi / 2) < 0.1
            if quarter % 2:
                start, end = (x.value, box.bottom), (x.value, box.top)
            else:
                start, end = (box.left, y.value), (box.right, y.value)
            letter = _Letter(_text(code) if known else UNKNOWN, start, end, max(size, 1.0))
            yield letter, quarter % 4 if straight else None
    finally:
        raw.FPDFText_ClosePage(text)


def _is_white(asked: Callable[..., int], *what: Any) -> bool:
    """Return True if PDFium, asked so for a colour, names white; False where it names none."""
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    return bool(asked(*what, red, green, blue, alpha)) and all(
        part.value >= _WHITE for part in (red, green, blue)
    )


def _grounds(page: Any) -> list[Rule]:
    """The boxes of a page that are painted in a colour, or pictures: white letters show there."""
    import pypdfium2.raw as raw

    boxes: list[Rule] = []
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    for n in range(min(raw.FPDFPage_CountObjects(page), _MOST_OBJECTS)):
        item = raw.FPDFPage_GetObject(page, n)
        kind = raw.FPDFPageObj_GetType(item)
        is_path = kind == raw.FPDF_PAGEOBJ_PATH
        if kind == raw.FPDF_PAGEOBJ_TEXT:
            continue
        if is_path and _is_white(raw.FPDFPageObj_GetFillColor, item):
            continue
        if raw.FPDFPageObj_GetBounds(item, left, bottom, right, top):
            boxes.append(Rule(left.value, bottom.value, right.value, top.value))
    return boxes


def _lies_in(point: tuple[float, float], box: Rule) -> bool:
    return box.x0 <= point[0] <= box.x1 and box.y0 <= point[1] <= box.y1


def _text(code: int) -> str:
    if code == _HYPHEN:
        return "-"
    if code in _BULLETS:
        return _BULLETS[code]
    if code in _LIGATURES:
        return _LIGATURES[code]
    if 0xE000 <= code <= 0xF8FF or code in {0, 0xFFFD, 0xFFFE, 0xFFFF}:
        return UNKNOWN
    if code < 0x20 or 0xD800 <= code < 0xE000:
        return " " if code in {9, 10, 13} else UNKNOWN
    return chr(code) if code < 0x110000 else UNKNOWN


def _once(glyphs: Sequence[Glyph]) -> Iterator[Glyph]:
    """Yield each glyph but those drawn again upon, or right beside, the same letter (false bold).

    >>> twice = [Glyph("T", x, x + 6, 10, 10) for x in (0, 0.4, 6, 6.4)]
    >>> [glyph.x0 for glyph in _once(twice)]
    [0, 6]
    """
    seen: dict[tuple[str, int, int], list[Glyph]] = {}
    for glyph in glyphs:
        if glyph.text == " ":
            yield glyph
            continue
        column, row = round(glyph.x0 / 4), round(glyph.y / 4)
        near = (
            other
            for dx in (-1, 0, 1)
            for dy in (-1, 0, 1)
            for other in seen.get((glyph.text, column + dx, row + dy), ())
        )
        reach = 0.2 * min(glyph.size, 4 * max(glyph.x1 - glyph.x0, 0.1))
        if any(abs(o.x0 - glyph.x0) < reach and abs(o.y - glyph.y) < reach for o in near):
            continue
        seen.setdefault((glyph.text, column, row), []).append(glyph)
        yield glyph


def _drawn(page: Any) -> tuple[list[Rule], bool]:
    """The ruled lines of a page, and whether it holds pictures."""
    import pypdfium2.raw as raw

    rules: list[Rule] = []
    pictures = False
    whole = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    waiting = [(raw.FPDFPage_GetObject(page, i), whole, 0) for i in range(
        min(raw.FPDFPage_CountObjects(page), _MOST_OBJECTS)
    )]  # fmt: skip
    while waiting and len(rules) < _MOST_OBJECTS:
        item, outer, depth = waiting.pop()
        kind = raw.FPDFPageObj_GetType(item)
        if kind == raw.FPDF_PAGEOBJ_IMAGE:
            pictures = True
        elif kind == raw.FPDF_PAGEOBJ_PATH:
            rules += _rules(item, _times(_matrix(item), outer))
        elif kind == raw.FPDF_PAGEOBJ_FORM and depth < _DEPTH:
            inner = _times(_matrix(item), outer)
            waiting += [
                (raw.FPDFFormObj_GetObject(item, i), inner, depth + 1)
                for i in range(min(raw.FPDFFormObj_CountObjects(item), _MOST_OBJECTS))
            ]
    return rules, pictures


_Matrix = tuple[float, float, float, float, float, float]


def _matrix(item: Any) -> _Matrix:
    import pypdfium2.raw as raw

    found = raw.FS_MATRIX()
    raw.FPDFPageObj_GetMatrix(item, found)
    return found.a, found.b, found.c, found.d, found.e, found.f


def _times(inner: _Matrix, outer: _Matrix) -> _Matrix:
    a, b, c, d, e, f = inner
    g, h, i, j, k, m = outer
    return (
        *(a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j),
        *(e * g + f * i + k, e * h + f * j + m),
    )


def _rules(path: Any, matrix: _Matrix) -> Iterator[Rule]:
    """Yield the straight lines of a path: its strokes, and fillings as thin as a stroke."""
    import pypdfium2.raw as raw

    fill, stroke = ctypes.c_int(), ctypes.c_int()
    raw.FPDFPath_GetDrawMode(path, fill, stroke)
    if not fill.value and not stroke.value:
        return
    a, b, c, d, e, f = matrix
    x, y = ctypes.c_float(), ctypes.c_float()
    start = last = (0.0, 0.0)
    for i in range(min(raw.FPDFPath_CountSegments(path), 2000)):
        segment = raw.FPDFPath_GetPathSegment(path, i)
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        here = (a * x.value + c * y.value + e, b * x.value + d * y.value + f)
        kind = raw.FPDFPathSegment_GetType(segment)
        if kind == raw.FPDF_SEGMENT_MOVETO:
            start = here
        elif kind == raw.FPDF_SEGMENT_LINETO:
            yield from _straight(last, here)
        last = here
        if raw.FPDFPathSegment_GetClose(segment):
            yield from _straight(last, start)
            last = start


def _straight(one: tuple[float, float], other: tuple[float, float]) -> Iterator[Rule]:
    (x0, x1), (y0, y1) = sorted((one[0], other[0])), sorted((one[1], other[1]))
    across, down = x1 - x0, y1 - y0
    if min(across, down) < _THIN / 2 and max(across, down) >= _SHORTEST_RULE:
        yield Rule(x0, y0, x1, y1)
