"""A stored text written again as Markdown, HTML, DOCX and PDF, with the structure that it has.

Lists become lists whose numbers the format counts, rows become tables, headings headings. Reading
any of these files again has to give the same sentences.
"""

import csv
import html
import io
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.message import EmailMessage

import docx
import openpyxl
import pptx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from matplotlib import get_data_path
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, SimpleDocTemplate, Table

from retrieval.loading.drafts import escaped
from retrieval.text.blocks import BlockKind, blocks_of

_ON_A_SLIDE = 8
_FONT = "DejaVu"
_ROW = re.compile(r"([^:;]{1,60}: [^;]{1,300}); (?:[^:;]{1,60}: [^;]{1,300}(?:; |$))+")


@dataclass(frozen=True, slots=True)
class Part:
    """A heading, a paragraph, a list that is counted from `first` on, or a table under heads."""

    kind: str
    lines: tuple[str, ...]
    first: int = 1


def parts_of(text: str) -> list[Part]:
    parts: list[Part] = []
    for block in blocks_of(text):
        line = text[block.start : block.end]
        number = re.match(r"(\d{1,3})\. (?=\S)", line)
        if block.kind is BlockKind.HEADING:
            parts.append(Part("heading", (line,)))
        elif _ROW.fullmatch(line):
            _grow(parts, "table", line, _heads(line))
        elif number and _next(parts) == int(number[1]):
            parts[-1] = Part("list", (*parts[-1].lines, line[number.end() :]), parts[-1].first)
        elif number:
            parts.append(Part("list", (line[number.end() :],), int(number[1])))
        elif line.startswith("- "):
            _grow(parts, "bullets", line[2:], ())
        else:
            parts.append(Part("paragraph", (line,)))
    return parts


def _next(parts: list[Part]) -> int:
    return parts[-1].first + len(parts[-1].lines) if parts and parts[-1].kind == "list" else -1


def _grow(parts: list[Part], kind: str, line: str, heads: tuple[str, ...]) -> None:
    last = parts[-1] if parts else None
    if last and last.kind == kind and (not heads or _heads(last.lines[0]) == heads):
        parts[-1] = Part(kind, (*last.lines, line))
    else:
        parts.append(Part(kind, (line,)))


def _heads(row: str) -> tuple[str, ...]:
    return tuple(field.split(": ", 1)[0] for field in row.split("; ") if ": " in field)


def _cells(row: str) -> list[str]:
    return [field.split(": ", 1)[-1] for field in row.split("; ")]


def _is_grid(part: Part) -> bool:
    """True for rows that a table can hold: of three columns or more, all with the same heads."""
    heads = _heads(part.lines[0])
    alike = all(_heads(row) == heads and len(_cells(row)) == len(heads) for row in part.lines)
    return part.kind == "table" and len(heads) > 2 and len(set(heads)) == len(heads) and alike


def as_markdown(text: str) -> bytes:
    return "\n\n".join(_marked(part) for part in parts_of(text)).encode()


def _marked(part: Part) -> str:
    lines = [escaped(line) for line in part.lines]
    if part.kind == "heading":
        return f"## {lines[0]}"
    if part.kind == "list":
        return "\n".join(f"{part.first + i}. {line}" for i, line in enumerate(lines))
    if part.kind == "bullets":
        return "\n".join(f"- {line}" for line in lines)
    if _is_grid(part):
        heads = [escaped(head) for head in _heads(part.lines[0])]
        rows = [[escaped(cell).replace("|", "\\|") for cell in _cells(row)] for row in part.lines]
        table = [heads, ["---"] * len(heads), *rows]
        return "\n".join(f"| {' | '.join(row)} |" for row in table)
    return "\n\n".join(lines)


def as_html(text: str) -> bytes:
    body = "\n".join(_tagged(part) for part in parts_of(text))
    page = f"<!DOCTYPE html><html><head><meta charset='utf-8'></head><body><article>{body}"
    return f"{page}</article></body></html>".encode()


def _tagged(part: Part) -> str:
    lines = [html.escape(line) for line in part.lines]
    if part.kind == "heading":
        return f"<h2>{lines[0]}</h2>"
    if part.kind in {"list", "bullets"}:
        items = "".join(f"<li>{line}</li>" for line in lines)
        tag = f"ol start='{part.first}'" if part.kind == "list" else "ul"
        return f"<{tag}>{items}</{tag[:2]}>"
    if _is_grid(part):
        rows = [_heads(part.lines[0]), *map(_cells, part.lines)]
        cells = ("".join(f"<td>{html.escape(cell)}</td>" for cell in row) for row in rows)
        return f"<table>{''.join(f'<tr>{row}</tr>' for row in cells)}</table>"
    return "".join(f"<p>{line}</p>" for line in lines)


def as_word(text: str) -> bytes:
    document = docx.Document()
    numbering = document.part.numbering_part.element
    level = (
        f'<w:abstractNum {nsdecls("w")} w:abstractNumId="900"><w:lvl w:ilvl="0">'
        '<w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>'
        "</w:abstractNum>"
    )
    numbering.insert(0, parse_xml(level))
    for n, part in enumerate(parts_of(text)):
        if part.kind == "heading":
            document.add_heading(part.lines[0], 2)
        elif _is_grid(part):
            rows = [_heads(part.lines[0]), *map(_cells, part.lines)]
            table = document.add_table(len(rows), len(rows[0]))
            for row, cells in zip(table.rows, rows, strict=True):
                for cell, words in zip(row.cells, cells, strict=True):
                    cell.text = words
        elif part.kind == "list":
            numbering.append(parse_xml(
                f'<w:num {nsdecls("w")} w:numId="{1000 + n}"><w:abstractNumId w:val="900"/>'
                f'<w:lvlOverride w:ilvl="0"><w:startOverride w:val="{part.first}"/>'
                "</w:lvlOverride></w:num>"
            ))  # fmt: skip
            for line in part.lines:
                numbered = document.add_paragraph(line)._p.get_or_add_pPr().get_or_add_numPr()
                numbered.get_or_add_ilvl().val, numbered.get_or_add_numId().val = 0, 1000 + n
        else:
            style = "List Bullet" if part.kind == "bullets" else None
            for line in part.lines:
                document.add_paragraph(line, style)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def as_pdf(text: str) -> bytes:
    if _FONT not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont(_FONT, f"{get_data_path()}/fonts/ttf/DejaVuSans.ttf"))
    plain = ParagraphStyle("plain", fontName=_FONT, fontSize=11, leading=15, spaceAfter=6)
    large = ParagraphStyle("large", plain, fontSize=13, leading=18)
    parts = parts_of(text)
    pages = SimpleDocTemplate(io.BytesIO(), pagesize=A4)
    pages.build([flowable for part in parts for flowable in _drawn(part, plain, large)])
    stream, foot = io.BytesIO(), _footed if pages.page > 1 else _bare
    pages = SimpleDocTemplate(stream, pagesize=A4)
    story = [flowable for part in parts for flowable in _drawn(part, plain, large)]
    pages.build(story, onFirstPage=foot, onLaterPages=foot)
    return stream.getvalue()


def _drawn(part: Part, plain: ParagraphStyle, large: ParagraphStyle) -> Iterator[object]:
    lines = [html.escape(line) for line in part.lines]
    if part.kind == "heading":
        yield Paragraph(lines[0], large)
    elif part.kind == "list":
        yield from (Paragraph(f"{part.first + i}. {x}", plain) for i, x in enumerate(lines))
    elif part.kind == "bullets":
        yield from (Paragraph(f"- {line}", plain) for line in lines)
    elif _is_grid(part):
        rows = [_heads(part.lines[0]), *map(_cells, part.lines)]
        cells = [[Paragraph(html.escape(cell), plain) for cell in row] for row in rows]
        lined = [("GRID", (0, 0), (-1, -1), 0.5, "black")]
        yield Table(cells, style=lined, repeatRows=1, splitInRow=1)
    else:
        yield from (Paragraph(line, plain) for line in lines)


def _bare(canvas: Canvas, pages: SimpleDocTemplate) -> None:
    """A page alone has no number."""


def _footed(canvas: Canvas, pages: SimpleDocTemplate) -> None:
    canvas.setFont(_FONT, 9)
    canvas.drawCentredString(A4[0] / 2, 40, f"Trang {pages.page}")


def as_opendocument(text: str) -> bytes:
    lines = "".join(f"<text:p>{html.escape(line)}</text:p>" for line in _lines(text))
    names = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "text")
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "content.xml",
            f"<office:document-content{names}><office:body><office:text>{lines}</office:text>"
            "</office:body></office:document-content>",
        )
    return buffer.getvalue()


def as_workbook(text: str) -> bytes:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for number, line in enumerate(_lines(text), 1):
        sheet.append([number, line[:32_000]])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def as_slides(text: str) -> bytes:
    slides = pptx.Presentation()
    for number, lines in enumerate(_batches(_lines(text)), 1):
        slide = slides.slides.add_slide(slides.slide_layouts[1])
        slide.shapes.title.text = f"Trang {number}"
        slide.placeholders[1].text = "\n".join(lines)
    buffer = io.BytesIO()
    slides.save(buffer)
    return buffer.getvalue()


def as_letter(text: str) -> bytes:
    letter = EmailMessage()
    letter["Subject"], letter["From"] = "Tài liệu", "van-phong@example.org"
    letter.set_content(text)
    return letter.as_bytes()


def as_csv(text: str) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer).writerows(enumerate(_lines(text), 1))
    return buffer.getvalue().encode()


def _batches(lines: list[str]) -> Iterator[list[str]]:
    return (lines[i : i + _ON_A_SLIDE] for i in range(0, len(lines), _ON_A_SLIDE))


def _lines(text: str) -> list[str]:
    return [line for line in text.split("\n") if line.strip()]


WRITERS: dict[str, Callable[[str], bytes]] = {
    ".md": as_markdown,
    ".html": as_html,
    ".docx": as_word,
    ".pdf": as_pdf,
}

OTHER_WRITERS: dict[str, Callable[[str], bytes]] = {
    ".odt": as_opendocument,
    ".xlsx": as_workbook,
    ".pptx": as_slides,
    ".eml": as_letter,
    ".csv": as_csv,
}
"""Formats whose structure another test looks at: every line of a text is one of theirs."""
