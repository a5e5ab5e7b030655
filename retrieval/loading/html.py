"""Web pages: the article, what the page says of it, and the lines that are not the article's.

Owns: what a browser counts and what stands in columns, written into the words of the tree (numbers
of lists, tables row by row), for reading the article keeps words only; finding the article
(trafilatura does), and telling what it left out. Leaves to others: lines of furniture inside the
article (`boilerplate`), what the text proves of its origin (`metadata`), the words of a row
(`tables`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from retrieval.errors import SourceError
from retrieval.loading.decoding import repaired
from retrieval.loading.hidden_text import leave_visible
from retrieval.loading.metadata import Description, first_date, publishers, whole_title
from retrieval.loading.reflow import tidy
from retrieval.loading.tables import as_data, is_letterhead, rendered

_BLOCKS = ("p", "div", "ul", "ol", "table", "h2", "h3", "h4")
_LINE_ENDS = frozenset({"p", "div", "li", "br", "tr"})
_MOST_COLUMNS = 64
_LONGEST_CELL = 2000
_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv")


def write_out(tree: Any) -> Any:
    """Give each item of a numbered list its number and each row of a table its heads, in place."""
    for numbered in list(tree.iter("ol")):
        _number(numbered)
    for table in reversed(list(tree.iter("table"))):
        _flatten(table)
    return tree


def _number(numbered: Any) -> None:
    """Make paragraphs of the items of a list, each behind its number."""
    style = numbered.get("type", "1")
    count = _whole(numbered.get("start"), 1)
    for item in numbered.findall("li"):
        count = _whole(item.get("value"), count)
        first = item.text if item.text and item.text.strip() else ""
        target = item if first or not len(item) or item[0].tag not in _BLOCKS else item[0]
        target.text = f"{_counted(count, style)}. {(target.text or '').lstrip()}"
        item.tag = "div" if any(child.tag in _BLOCKS for child in item) else "p"
        count += 1
    numbered.tag = "div"


def _whole(written: str | None, otherwise: int) -> int:
    plain = bool(written) and str(written).isascii() and str(written).isdigit()
    return int(str(written)[:6]) if plain else otherwise


def _counted(count: int, style: str) -> str:
    if style.lower() == "a" and 0 < count <= 26:
        letter = chr(ord("a") + count - 1)
        return letter.upper() if style == "A" else letter
    if style.lower() == "i" and 0 < count <= len(_ROMAN):
        return _ROMAN[count - 1].upper() if style == "I" else _ROMAN[count - 1]
    return str(count)


def _flatten(table: Any) -> None:
    """Put a paragraph for each row in the place of a table of data; leave every other as it is."""
    if next(table.iterdescendants("table"), None) is not None:
        return
    rows, heads = _rows(table)
    if any(len(cell) > _LONGEST_CELL for row in rows for cell in row):
        return
    lines = as_data(rows, heads or None)
    if lines is None and is_letterhead(rows):
        lines = rendered(rows)
    if lines is None:
        return
    tail = table.tail
    for child in list(table):
        table.remove(child)
    table.clear()
    table.tag, table.tail = "div", tail
    for line in lines:
        paragraph = table.makeelement("p")
        paragraph.text = line
        table.append(paragraph)


def _rows(table: Any) -> tuple[list[list[str]], int]:
    """The cells of a table, spanning ones repeated, and how many of the first rows are heads."""
    rows: list[list[str]] = []
    heads = 0
    hanging: dict[int, tuple[int, str]] = {}
    for row in table.iter("tr"):
        cells: list[str] = []
        own = [cell for cell in row if cell.tag in {"td", "th"}]
        for cell in own:
            _fill(cells, hanging)
            text = "\n".join(line for line in "".join(_words(cell)).split("\n") if line.strip())
            across = min(_whole(cell.get("colspan"), 1), _MOST_COLUMNS)
            down = min(_whole(cell.get("rowspan"), 1), 1000)
            for _ in range(max(1, across)):
                if down > 1:
                    hanging[len(cells)] = (down, text)
                cells.append(text)
        _fill(cells, hanging)
        hanging = {at: (left - 1, text) for at, (left, text) in hanging.items() if left > 1}
        if own and heads == len(rows) and all(cell.tag == "th" for cell in own):
            heads += 1
        rows.append([" ".join(cell.split(" ")) for cell in cells])
    return rows, heads


def _fill(cells: list[str], hanging: dict[int, tuple[int, str]]) -> None:
    """Append what hangs down from rows above into the next columns."""
    while len(cells) < _MOST_COLUMNS and len(cells) in hanging:
        left, text = hanging[len(cells)]
        hanging[len(cells)] = (left, text)
        cells.append(text)


def _words(node: Any) -> Iterator[str]:
    yield " ".join((node.text or "").split("\n"))
    for child in node:
        if child.tag in _LINE_ENDS:
            yield "\n"
        if isinstance(child.tag, str):
            yield from _words(child)
        if child.tag in _LINE_ENDS:
            yield "\n"
        yield " ".join((child.tail or "").split("\n"))


_HIDDEN = frozenset(
    ["script", "style", "noscript", "template", "svg", "head", "select", "option", "button"]
)
_LINES = frozenset(
    [
        *("p", "div", "br", "hr", "pre", "blockquote", "body", "title", "form", "figure"),
        *("ul", "ol", "li", "dt", "dd", "table", "tr", "td", "th", "h1", "h2", "h3", "h4", "h5"),
        *("section", "article", "header", "footer", "nav", "aside", "main", "h6", "figcaption"),
    ]
)
"""Elements that begin and end a line."""


@dataclass(frozen=True, slots=True)
class WebPage:
    """What a web page holds."""

    text: str
    about: Description
    left_out: tuple[str, ...]
    """The lines of the page that are not in the text."""


def read_page(data: bytes) -> WebPage:
    """The article in a web page. Raises SourceError where none is found."""
    import trafilatura

    tree = trafilatura.load_html(data)
    page = trafilatura.bare_extraction(
        None if tree is None else write_out(leave_visible(tree)),
        include_comments=False,
        with_metadata=True,
        prune_xpath=["//figure", "//figcaption", "//iframe"],
        date_extraction_params={"extensive_search": False, "original_date": True},
    )
    if page is None or isinstance(page, dict) or not page.text:
        raise SourceError("Không tìm thấy nội dung bài viết trong trang web này.")
    text = repaired(page.text)
    said = Description(
        title=whole_title(_without_site(page), text.split("\n")),
        publisher=publishers().get(page.hostname or "", tidy(page.sitename or page.hostname or "")),
        date=first_date(page.date or ""),
        url=page.url or "",
    )
    return WebPage(text, said, tuple(_not_in(text, data)))


def _without_site(page: Any) -> str:
    """The title of a page without the name of its site behind it."""
    title = tidy(page.title or "").replace("\n", " ")
    for site in filter(None, (page.sitename, page.hostname)):
        title = re.sub(rf"\s*[-–—|]\s*(?:www\.)?{re.escape(site)}$", "", title, flags=re.IGNORECASE)
    return title


def _not_in(text: str, data: bytes) -> Iterator[str]:
    """The lines that the page at `data` shows and that `text` does not hold."""
    held = "".join(text.split())
    for line in dict.fromkeys(_shown_lines(data)):
        if "".join(line.split()) not in held:
            yield line


def _shown_lines(data: bytes) -> list[str]:
    from trafilatura import load_html

    tree = load_html(data)
    if tree is None:
        return []
    return [line for line in tidy(repaired("".join(_pieces(tree)))).split("\n") if line]


def _pieces(root: Any) -> Iterator[str]:
    """Yield the words under an element, and a line's end where a page shows one."""
    from lxml import etree

    hidden = 0
    for event, node in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        tag = node.tag if isinstance(node.tag, str) else ""
        words = node.text if event == "start" else node.tail
        hidden += (tag in _HIDDEN) * (1 if event == "start" else -1)
        if tag in _LINES:
            yield "\n"
        if not hidden and words:
            yield words.replace("\n", " ")
