"""Files of every kind that sources come in, made for tests, and what is read of them."""

import re
import struct
import unicodedata
from pathlib import Path

import docx
from docx.shared import Pt
from reportlab.lib import pdfencrypt
from reportlab.pdfgen.canvas import Canvas

from retrieval.loading.folder import Unreadable, read_file, read_folder
from retrieval.models import Document

SENTENCE = "Chi bộ Đồng Tâm đã kết nạp 12 đảng viên mới trong năm 2023, vượt chỉ tiêu được giao."
# The same sentence as fonts from before Unicode spelt it.
TCVN3 = "Chi bé §ång T©m ®· kÕt n¹p 12 ®¶ng viªn míi trong n¨m 2023, v­ît chØ tiªu ®­îc giao."
VNI = (
    "Chi boä Ñoàng Taâm ñaõ keát naïp 12 ñaûng vieân môùi trong naêm 2023, vöôït chæ tieâu"
    " ñöôïc giao."
)


def documents(folder: Path) -> dict[str, Document]:
    return {d.source.path: d for d in read_folder(folder) if isinstance(d, Document)}


def reasons(folder: Path) -> dict[str, str]:
    return {u.path: u.reason for u in read_folder(folder) if isinstance(u, Unreadable)}


def text_of(path: Path) -> str:
    return read_file(path, path.parent, {}).text


def write_docx(path: Path, *paragraphs: str, font: str = "Arial") -> Path:
    document = docx.Document()
    document.add_heading("Kết quả nổi bật", 1)
    for paragraph in paragraphs:
        run = document.add_paragraph().add_run(paragraph)
        run.font.name, run.font.size = font, Pt(13)
    table = document.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "Chi bộ", "12"
    document.save(str(path))
    return path


def write_pdf(path: Path, *lines: str, encrypt: str = "") -> Path:
    lock = pdfencrypt.StandardEncryption(encrypt) if encrypt else None
    canvas = Canvas(str(path), encrypt=lock)
    for i, line in enumerate(lines):
        canvas.drawString(60, 800 - 18 * i, line)
    canvas.save()
    return path


def cp1258(text: str) -> bytes:
    """Windows-1258 writes tone marks apart, but not the circumflex, breve and horn."""
    apart = unicodedata.normalize("NFD", text)
    for pair in ("a\u0302", "e\u0302", "o\u0302", "a\u0306", "o\u031b", "u\u031b"):
        for letter in (pair, pair.upper()):
            whole = unicodedata.normalize("NFC", letter)
            apart = re.sub(rf"{letter[0]}(\u0323?){letter[1]}", rf"{whole}\1", apart)
    return apart.encode("cp1258")


def rtf(text: str) -> bytes:
    escaped = "".join(c if c.isascii() else f"\\'{ord(c):02x}" for c in text)
    return (
        rb"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0 Arial;}}\f0 " + escaped.encode() + rb"\par}"
    )


def word97(text: str, encoding: str) -> bytes:
    """A Word 97 file as [MS-DOC] and [MS-CFB] lay it out: one piece of text, two streams."""
    raw = text.encode(encoding)
    at = 0x800
    head = bytearray(at)
    struct.pack_into("<H", head, 0x0A, 0x0200)
    struct.pack_into("<II", head, 0x18, at, at + len(raw))
    words = bytes(head) + raw
    place = at if encoding == "utf-16-le" else at * 2 | 0x40000000
    pieces = struct.pack("<IIHIH", 0, len(text), 0, place, 0)
    table = b"\x02" + struct.pack("<I", len(pieces)) + pieces
    return compound({"WordDocument": words, "1Table": table})


def compound(streams: dict[str, bytes]) -> bytes:
    end, free = 0xFFFFFFFE, 0xFFFFFFFF
    fat, data, entries = [0xFFFFFFFD, end], b"", [("Root Entry", 5, end, 0)]
    for name, content in streams.items():
        sectors = max(8, -(-len(content) // 512))
        entries.append((name, 2, len(fat), sectors * 512))
        fat += [*range(len(fat) + 1, len(fat) + sectors), end]
        data += content.ljust(sectors * 512, b"\0")
    directory = b"".join(
        name.encode("utf-16-le").ljust(64, b"\0")
        + struct.pack("<HBB3I36xIQ", 2 * len(name) + 2, kind, 1, free, free, free, start, size)
        for name, kind, start, size in entries
    )
    header = struct.pack(
        "<8s16x5H6x9I", OLE, 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, end, 0, end, 0
    )
    difat = struct.pack("<109I", 0, *[free] * 108)
    table = struct.pack("<128I", *fat, *[free] * (128 - len(fat)))
    return header + difat + table + directory.ljust(512, b"\0") + data


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
