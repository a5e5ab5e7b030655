"""PDF files drawn for tests: words at places, in a font that has all Vietnamese letters."""

from collections.abc import Sequence
from pathlib import Path

from matplotlib import get_data_path
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

FONT = "DejaVu"


def canvas(path: Path, size: tuple[float, float] = A4) -> Canvas:
    if FONT not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont(FONT, f"{get_data_path()}/fonts/ttf/DejaVuSans.ttf"))
    drawn = Canvas(str(path), pagesize=size)
    drawn.setFont(FONT, 11)
    return drawn


def width(words: str, size: float = 11) -> float:
    return pdfmetrics.stringWidth(words, FONT, size)


def wrapped(text: str, most: float, size: float = 11) -> list[str]:
    """The lines of a paragraph in a column `most` points wide."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if width(longer, size) > most and lines[-1]:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def draw(drawn: Canvas, lines: Sequence[str], x: float, y: float, size: float = 11) -> float:
    """Draw lines one below the other from `y` down; return where the next one would stand."""
    drawn.setFont(FONT, size)
    for line in lines:
        drawn.drawString(x, y, line)
        y -= 1.35 * size
    return y


def grid(drawn: Canvas, rows: Sequence[Sequence[str]], x: float, y: float, wide: float) -> None:
    """Draw a table with lines around its cells; "<" goes on with the cell on the left of it."""
    for i, row in enumerate(rows):
        top = y - 22 * i
        for j, cell in enumerate(row):
            left = x + wide * j
            drawn.line(left, top, left + wide, top)
            drawn.line(left, top - 22, left + wide, top - 22)
            if cell != "<":
                drawn.line(left, top, left, top - 22)
                drawn.drawString(left + 4, top - 15, cell)
        drawn.line(x + wide * len(row), top, x + wide * len(row), top - 22)
