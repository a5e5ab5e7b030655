"""Markdown as plain words, and the front matter above it.

Owns: front matter between two lines of ---, and what of Markdown's marks stays in a stored text:
headings and paragraphs as lines, list items with "- " or their number, links and emphasis as their
words, no pictures and no HTML. Parsing is markdown-it's. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from retrieval.errors import SourceError
from retrieval.loading.tables import rendered
from retrieval.loading.yaml_subset import Value, parsed

if TYPE_CHECKING:
    from markdown_it.token import Token

_FRONT_MATTER = re.compile(r"\ufeff?---[ \t]*\r?\n(.*?)\r?\n---[ \t]*(?:\r?\n|$)", re.DOTALL)
_MOST_LINKS = 20_000
_LEFT_OVER = re.compile(r"\*\*([^*\n]{1,300})\*\*")
_LEFT_OVER_SEAM = re.compile(r"(?<=[^\s*])\*([ \t]+)\*(?=[^\s*])")
"""Emphasis that is none to CommonMark, for a blank stands within: "**(1) **Đảng", "vậy,* *Bộ"."""
_MARK = re.compile(
    r"(?:(?P<own>[a-zđ][.)]|[IVX]{1,5}[.)]|Điều \d+[.:])|[-–+•]|(?P<number>\d{1,3})[.)])\s"
)
"""What begins an item in a paragraph of Markdown; `own` are marks that no sentence breaks at."""
_NEXT_ITEM = re.compile(r"^((?:- |\d{1,9}[.)] ).*)\n\n(?=- |\d{1,9}[.)] )", re.MULTILINE)


def front_matter(text: str) -> tuple[Mapping[str, Value], str]:
    """What the lines between --- say, and the text after them. Raises SourceError."""
    match = _FRONT_MATTER.match(text)
    if match is None:
        return {}, text.removeprefix("\ufeff")
    try:
        entry = parsed(match[1])
    except SourceError as fault:
        raise SourceError(f"Phần mô tả giữa hai dòng --- {fault}") from fault
    return (entry, text[match.end() :]) if isinstance(entry, dict) else ({}, text)


def plain_words(markdown: str) -> str:
    """The words of `markdown`: a line for each heading, paragraph, list item and table row."""
    return _NEXT_ITEM.sub(r"\1\n", "\n\n".join(_blocks(markdown)))


def _blocks(markdown: str) -> Iterator[str]:
    """The paragraphs, headings, list items and table rows of Markdown as plain words."""
    from markdown_it import MarkdownIt

    marks: list[str] = []
    row: list[str] | None = None
    rows: list[list[str]] = []
    parser = MarkdownIt("commonmark").enable("table").disable(["code", "lheading"])
    if markdown.count("[") > _MOST_LINKS:
        parser.disable(["link", "image", "reference"])  # Open brackets take time with their square.
    for token in parser.parse(markdown):
        if token.type == "list_item_open":
            marks.append(f"{token.info}{token.markup} " if token.info else "- ")
        elif token.type == "tr_open":
            row = []
            rows.append(row)
        elif token.type == "tr_close":
            row = None
        elif token.type == "table_close":
            yield from _table_lines(rows)
            rows = []
        elif token.type == "inline" and row is not None:
            row.append(_words(token))
        elif token.type == "inline":
            words = _words(token)
            yield (marks.pop() if marks and words else "") + words
        elif token.type == "fence":
            yield token.content


def _table_lines(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """A line for each row: under the heads of its columns where there are three of them or more."""
    heads = rows[0] if rows else ()
    if len(heads) > 2 and all(heads):
        yield from rendered(rows, 1)
    else:
        yield from (" | ".join(filter(None, row)) for row in rows)


def _with_items(lines: Sequence[str]) -> str:
    """The lines of a paragraph joined; those with marks that Markdown has not stay lines.

    >>> _with_items(["Tổ có nhiệm vụ:", "a) Đo", "nước,", "b) Ghi sổ của cả năm là", "27. Hết"])
    'Tổ có nhiệm vụ:\\na) Đo nước,\\nb) Ghi sổ của cả năm là 27. Hết'
    """
    written, number, listed = lines[0], 0, bool(_MARK.match(lines[0]))
    for before, line in pairwise(lines):
        mark = _MARK.match(line)
        counted = int(mark["number"] or 0) if mark else 0
        is_next = counted == number + 1 or (mark is not None and bool(mark["own"]))
        begins = mark is not None and (before.endswith((".", ";", ":")) or (listed and is_next))
        number = counted if begins else number
        listed = listed or begins
        written += f"\n{line}" if begins else f" {line}"
    return written


def _words(inline: Token) -> str:
    breaks = {"softbreak": "\r", "hardbreak": "\n"}
    shown = {"text", "code_inline"}
    words = "".join(
        breaks.get(child.type, child.content if child.type in shown else "")
        for child in inline.children or []
    )
    words = _with_items(words.split("\r"))
    return _LEFT_OVER_SEAM.sub(r"\1", _LEFT_OVER.sub(r"\1", words))
