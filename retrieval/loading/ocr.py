"""Pictures of pages as letters with places, read by Tesseract where it is installed.

Owns: the calls of the program `tesseract` with its Vietnamese data, and what is told where it is
not there. What it finds is laid out as the letters of a PDF are: columns, notes and running heads
are told in the same way. Leaves to others: which pages need it (`pdf`), and limits (`worker`).
"""

from __future__ import annotations

import csv
import io
import os
import shutil
import statistics
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from retrieval.errors import SourceError
from retrieval.loading.pdf_glyphs import Glyph, Page

PIXELS_AN_INCH = 250
INSTALL = "apt-get install tesseract-ocr tesseract-ocr-vie"
UNSURE = 0.75
"""The mean confidence of a page's words, 0 to 1, below which the page is named."""
MOST_PAGES = 200
_PAGE_SECONDS = 50.0
_SMALLEST = 1400
"""Pixels of the longer side, up to which a picture is made larger: letters need some twenty."""
_LARGEST = 6000
_MOST_PIXELS = 80_000_000
_NO_WORD = 30
"""Confidence, in percent, below which marks without letters are dirt."""


@dataclass(frozen=True, slots=True)
class ReadPage:
    """A page as the machine read it, and how sure it is, 0 to 1."""

    page: Page
    confidence: float


@cache
def missing() -> str:
    """Return why no picture can be read, for people; "" where it can."""
    program = shutil.which("tesseract")
    if program is None:
        return "máy chưa cài Tesseract"
    try:
        listed = subprocess.run(  # noqa: S603
            [program, "--list-langs"], capture_output=True, timeout=10, check=True, env=_env()
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return "Tesseract không chạy được"
    return "" if b"vie" in listed.split() else "Tesseract chưa có tiếng Việt"


def pictures_in(data: bytes) -> Iterator[Any]:
    """Yield the pictures in a file of Pillow's: one, or the pages of a TIFF. Raises SourceError."""
    from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(data)) as picture:
            if picture.width * picture.height > _MOST_PIXELS:
                raise SourceError("Ảnh quá lớn: hãy thu nhỏ rồi gửi lại.")
            for number, page in enumerate(ImageSequence.Iterator(picture)):
                if number == MOST_PAGES or page.width * page.height > _MOST_PIXELS:
                    raise SourceError(f"Ảnh có hơn {MOST_PAGES} trang hoặc trang quá lớn.")
                yield ImageOps.exif_transpose(page.convert("L"))
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError) as fault:
        raise SourceError("Ảnh bị hỏng, không mở được.") from fault


def read_picture(picture: Any) -> ReadPage:
    """Read a grey picture of Pillow's; raises SourceError."""
    picture, scale = _sized(picture)
    stream = io.BytesIO()
    picture.save(stream, "PNG", compress_level=1)
    try:
        found = subprocess.run(  # noqa: S603
            [shutil.which("tesseract") or "tesseract", *_ORDER],
            input=stream.getvalue(),
            capture_output=True,
            timeout=_PAGE_SECONDS,
            check=True,
            env=_env(),
        ).stdout.decode("utf-8", "replace")
    except (OSError, subprocess.SubprocessError) as fault:
        raise SourceError("Máy không đọc được ảnh này (Tesseract dừng giữa chừng).") from fault
    return _laid_out(found, picture.width, picture.height, scale)


_ORDER = ("stdin", "stdout", "-l", "vie", "--psm", "3", "tsv")


def _env() -> dict[str, str]:
    kept = ("PATH", "TESSDATA_PREFIX")
    own = {name: os.environ[name] for name in kept if name in os.environ}
    return {"PATH": os.defpath, **own, "OMP_THREAD_LIMIT": "1"}


def _sized(picture: Any) -> tuple[Any, float]:
    """The picture in a size that letters can be read in, and the points of one of its pixels."""
    longest = max(picture.size)
    factor = min(2.0, _SMALLEST / longest) if longest < _SMALLEST else min(1.0, _LARGEST / longest)
    if factor != 1.0:
        width, height = (max(1, round(side * factor)) for side in picture.size)
        picture = picture.resize((width, height))
    return picture, 842 / max(picture.size)


def _laid_out(found: str, width: int, height: int, scale: float) -> ReadPage:
    """The words in Tesseract's table (TSV), a glyph for each, as lines of one baseline."""
    rows = list(csv.DictReader(io.StringIO(found), delimiter="\t", quoting=csv.QUOTE_NONE))
    lines: dict[tuple[str, str, str], list[dict[str, str]]] = {}
    for row in rows:
        if row["level"] == "5" and _is_word(row):
            lines.setdefault((row["block_num"], row["par_num"], row["line_num"]), []).append(row)
    if not lines:
        return ReadPage(Page(width * scale, height * scale, (), ()), 0.0)
    words = [word for line in lines.values() for word in line]
    usual = statistics.median(int(word["height"]) for word in words)
    glyphs = [glyph for line in lines.values() for glyph in _glyphs(line, usual, scale)]
    letters = sum(len(word["text"]) for word in words)
    sure = sum(float(word["conf"]) * len(word["text"]) for word in words) / letters / 100
    return ReadPage(Page(width * scale, height * scale, tuple(glyphs), ()), sure)


def _is_word(row: dict[str, str]) -> bool:
    text = (row["text"] or "").strip()
    return bool(text) and (any(map(str.isalnum, text)) or float(row["conf"]) > _NO_WORD)


def _glyphs(line: list[dict[str, str]], usual: float, scale: float) -> Iterator[Glyph]:
    """Yield the words of a line, and blanks between them."""
    tall = statistics.median(int(word["height"]) for word in line)
    size = scale * (tall if tall > 1.5 * usual else usual)
    y = scale * statistics.median(int(word["top"]) + int(word["height"]) for word in line)
    for n, word in enumerate(line):
        x0 = scale * int(word["left"])
        if n:
            yield Glyph(" ", x0 - 0.1, x0, y, size)
        yield Glyph(word["text"].strip(), x0, x0 + scale * int(word["width"]), y, size)
