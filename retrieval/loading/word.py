"""DOCX as the lines that Word shows: automatic numbers, tables, text boxes, accepted changes.

Owns: what of Office Open XML is text, and the numbers that Word computes (ECMA-376 part 1, 17.9).
Leaves to others: archive bombs and the choice of reader (`office`), and letters from before Unicode
(`decoding`). Headers and footers are left out: they come back beside the text.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from retrieval.directives.recognition import roman
from retrieval.loading.hidden_text import is_nearly_white
from retrieval.loading.tables import rendered

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_BOX = f"{_W}txbxContent"
_SKIPPED = frozenset({f"{_W}del", f"{_W}moveFrom", f"{_W}instrText", f"{_W}delText", _FALLBACK})
_NO_WORDS = frozenset({_BOX, f"{_W}pPr", f"{_W}rPr"})
_BREAKS = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}
_LEVELS = 9
_SMALLEST = 4
"""Half points of letters that nobody can read."""
_NOTES = ("footnote", "endnote")


@dataclass(frozen=True, slots=True)
class Level:
    """How one level of a list is numbered."""

    format: str = "decimal"
    text: str = ""
    start: int = 1


@dataclass(slots=True)
class _Lists:
    """The lists of a document, and how far each has counted."""

    levels: dict[str, dict[int, Level]]
    """By list, then by level."""
    of_style: dict[str, tuple[str, int]]
    counts: dict[str, list[int | None]] = field(default_factory=dict)

    def number(self, paragraph: Any) -> str:
        """The number that Word writes before a paragraph, "" for none."""
        place = _place(paragraph.find(f"{_W}pPr")) or self.of_style.get(_style(paragraph))
        if place is None or place[0] not in self.levels:
            return ""
        which, depth = place
        levels = self.levels[which]
        level = levels.get(depth, Level())
        counts = self.counts.setdefault(which, [None] * _LEVELS)
        before = counts[depth]
        counts[depth] = level.start if before is None else before + 1
        counts[depth + 1 :] = [None] * (_LEVELS - depth - 1)
        if level.format == "bullet":
            return "-"
        written = level.text
        for n in range(depth + 1):
            count = counts[n] if counts[n] is not None else levels.get(n, Level()).start
            written = written.replace(f"%{n + 1}", _counted(count or 0, levels.get(n, Level())))
        return "" if level.format == "none" else written.strip()


def read_word(data: bytes) -> tuple[list[str], list[str]]:
    """The lines of a .docx, and those of its headers and footers; raises KeyError, ValueError …"""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = set(archive.namelist())
        lists = _Lists(
            _levels(_part(archive, names, "word/numbering.xml")),
            _styles(_part(archive, names, "word/styles.xml")),
        )
        body = _parsed(archive.read("word/document.xml")).find(f"{_W}body")
        marks = _mark_notes(body)
        lines = list(_lines(body, lists))
        parts = {kind: _part(archive, names, f"word/{kind}s.xml") for kind in _NOTES}
        lines += _notes(parts, marks, lists)
        edges = sorted(n for n in names if n.startswith(("word/header", "word/footer")))
        running = [x for n in edges for x in _lines(_parsed(archive.read(n)), lists)]
    return lines, running


def _mark_notes(body: Any) -> dict[tuple[str, str], int]:
    """Write "[1]" where the text refers to a note, in place; return the numbers of the notes."""
    marks: dict[tuple[str, str], int] = {}
    for node in body.iter(*(f"{_W}{kind}Reference" for kind in _NOTES)):
        kind = node.tag.removeprefix(_W).removesuffix("Reference")
        number = marks.setdefault((kind, node.get(f"{_W}id", "")), len(marks) + 1)
        node.tag, node.text = f"{_W}t", f"[{number}]"
    return marks


def _notes(
    parts: Mapping[str, Any], marks: Mapping[tuple[str, str], int], lists: _Lists
) -> Iterator[str]:
    """Yield the notes that the text refers to, each behind its number."""
    for (kind, which), number in marks.items():
        notes = () if parts[kind] is None else parts[kind].findall(f"{_W}{kind}")
        note = next((one for one in notes if one.get(f"{_W}id") == which), None)
        if note is not None and (text := " ".join(_lines(note, lists)).strip()):
            yield f"[{number}] {text}"


def _parsed(data: bytes) -> Any:
    from lxml import etree

    return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))


def _part(archive: zipfile.ZipFile, names: set[str], name: str) -> Any:
    return _parsed(archive.read(name)) if name in names else None


def _lines(parent: Any, lists: _Lists) -> Iterator[str]:
    """Yield the lines under an element, in reading order."""
    for node in parent:
        if node.tag in _SKIPPED:
            continue
        if node.tag == f"{_W}p":
            number = lists.number(node) if _text(node).strip() else ""
            yield from f"{number} {_text(node).strip()}".strip().split("\n")
            for box in _boxes(node):
                yield from _lines(box, lists)
        elif node.tag == f"{_W}tbl":
            yield from _table(node, lists)
        else:
            yield from _lines(node, lists)


def _text(paragraph: Any) -> str:
    """The words of a paragraph without those of the text boxes anchored in it."""
    parts: list[str] = []
    _gather(paragraph, parts)
    return "".join(parts)


def _gather(node: Any, parts: list[str]) -> None:
    for child in node:
        if child.tag == f"{_W}t":
            parts.append(child.text or "")
        elif child.tag in _BREAKS:
            parts.append(_BREAKS[child.tag])
        elif child.tag not in _SKIPPED | _NO_WORDS and not _is_hidden(child):
            _gather(child, parts)


def _is_hidden(run: Any) -> bool:
    """Return True for a run that says so, is too small to be read, or is white on white."""
    about = run.find(f"{_W}rPr")
    if about is None:
        return False
    hidden = about.find(f"{_W}vanish")
    if hidden is not None and hidden.get(f"{_W}val", "1") not in {"0", "false", "off"}:
        return True
    size = _value(about, "sz")
    if size.isdecimal() and int(size) <= _SMALLEST:
        return True
    return is_nearly_white(_value(about, "color")) and not _is_on_colour(run)


def _value(about: Any, name: str, attribute: str = "val") -> str:
    found = about.find(f"{_W}{name}")
    return "" if found is None else found.get(f"{_W}{attribute}", "")


def _is_on_colour(run: Any) -> bool:
    """Return True if the run, or its paragraph, cell or table, has a ground of another colour."""
    for element in (run, *run.iterancestors()):
        about = element.find(f"{element.tag}Pr" if element is not run else f"{_W}rPr")
        if about is not None and (
            _value(about, "highlight") not in {"", "none", "white"}
            or not _is_white_or_none(_value(about, "shd", "fill"))
        ):
            return True
    return False


def _is_white_or_none(fill: str) -> bool:
    return fill in {"", "auto"} or is_nearly_white(fill)


def _boxes(node: Any) -> Iterator[Any]:
    for child in node:
        if child.tag == _BOX:
            yield child
        elif child.tag not in _SKIPPED:
            yield from _boxes(child)


def _table(table: Any, lists: _Lists) -> Iterator[str]:
    rows: list[list[str]] = []
    heads = 0
    above: dict[int, str] = {}
    for row in _under(table, "tr"):
        cells: list[str] = []
        for cell in _under(row, "tc"):
            about = cell.find(f"{_W}tcPr")
            text = "\n".join(line for line in _lines(cell, lists) if line.strip())
            merge = None if about is None else about.find(f"{_W}vMerge")
            at = len(cells)
            if merge is not None and merge.get(f"{_W}val") != "restart":
                text = above.get(at, "")
            span = None if about is None else about.find(f"{_W}gridSpan")
            width = min(64, int(span.get(f"{_W}val", "1"))) if span is not None else 1
            cells += [text] * width
            above |= dict.fromkeys(range(at, at + width), text)
        rows.append(cells)
        if heads == len(rows) - 1 and row.find(f"{_W}trPr/{_W}tblHeader") is not None:
            heads += 1
    yield from rendered(rows, heads or None)


def _under(node: Any, name: str) -> Iterator[Any]:
    """Yield the rows or cells of a table, in content controls too, but not those of inner ones."""
    for child in node:
        if child.tag == f"{_W}{name}":
            yield child
        elif child.tag in {f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins", f"{_W}customXml"}:
            yield from _under(child, name)


def _style(paragraph: Any) -> str:
    style = paragraph.find(f"{_W}pPr/{_W}pStyle")
    return "" if style is None else style.get(f"{_W}val", "")


def _place(about: Any) -> tuple[str, int] | None:
    """The list and the level that the properties of a paragraph or style name."""
    numbering = None if about is None else about.find(f"{_W}numPr")
    if numbering is None or (which := numbering.find(f"{_W}numId")) is None:
        return None
    level = numbering.find(f"{_W}ilvl")
    depth = int(level.get(f"{_W}val", "0")) if level is not None else 0
    return which.get(f"{_W}val", ""), max(0, min(depth, _LEVELS - 1))


def _styles(part: Any) -> dict[str, tuple[str, int]]:
    """The list and level of each style that has one, its own or that of its base."""
    styles = [] if part is None else part.findall(f"{_W}style")
    own = {s.get(f"{_W}styleId", ""): _place(s.find(f"{_W}pPr")) for s in styles}
    based = {
        s.get(f"{_W}styleId", ""): base.get(f"{_W}val", "")
        for s in styles
        if (base := s.find(f"{_W}basedOn")) is not None
    }
    found: dict[str, tuple[str, int]] = {}
    for name in own:
        at, steps = name, 0
        while at in own and own[at] is None and at in based and steps < len(own):
            at, steps = based[at], steps + 1
        if place := own.get(at):
            found[name] = place
    return found


def _levels(part: Any) -> dict[str, dict[int, Level]]:
    if part is None:
        return {}
    abstract = {
        one.get(f"{_W}abstractNumId"): {
            int(level.get(f"{_W}ilvl", "0")): _level(level) for level in one.findall(f"{_W}lvl")
        }
        for one in part.findall(f"{_W}abstractNum")
    }
    lists: dict[str, dict[int, Level]] = {}
    for one in part.findall(f"{_W}num"):
        of = one.find(f"{_W}abstractNumId")
        levels = dict(abstract.get(of.get(f"{_W}val"), {})) if of is not None else {}
        for changed in one.findall(f"{_W}lvlOverride"):
            depth = int(changed.get(f"{_W}ilvl", "0"))
            if (whole := changed.find(f"{_W}lvl")) is not None:
                levels[depth] = _level(whole)
            elif (start := changed.find(f"{_W}startOverride")) is not None:
                old = levels.get(depth, Level())
                levels[depth] = Level(old.format, old.text, int(start.get(f"{_W}val", "1")))
        lists[one.get(f"{_W}numId", "")] = levels
    return lists


def _level(node: Any) -> Level:
    def said(name: str, default: str) -> str:
        child = node.find(f"{_W}{name}")
        return default if child is None else str(child.get(f"{_W}val", default))

    text = _LOST_LETTERS.sub(_mended, said("lvlText", ""))
    return Level(said("numFmt", "decimal"), text, int(said("start", "1")))


_NUMBERED = ("Điều", "Chương", "Mục", "Phần", "Khoản", "Điểm", "Bước", "Phụ lục", "Câu", "Bài")
_LOST_LETTERS = re.compile(r"(?:[^\W\d_]*\?)+[^\W\d_]*")


def _mended(word: re.Match[str]) -> str:
    """What is numbered, where LibreOffice lost letters of RTF: "?i?u" is "Điều"."""
    shape = re.compile("".join("." if c == "?" else re.escape(c) for c in word[0]))
    return next((known for known in _NUMBERED if shape.fullmatch(known)), word[0])


def _counted(number: int, level: Level) -> str:
    match level.format:
        case "lowerLetter" | "upperLetter":
            doubled = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
            return doubled.upper() if level.format == "upperLetter" else doubled
        case "lowerRoman" | "upperRoman":
            return roman(number) if level.format == "upperRoman" else roman(number).lower()
        case "decimalZero":
            return f"{number:02}"
        case _:
            return str(number)
