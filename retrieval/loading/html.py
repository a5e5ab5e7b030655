"""Web pages: the article, what the page says of it, and the lines that are not the article's.

Owns: what a browser counts and what stands in columns, written into the words of the tree (numbers
of lists, tables row by row), for reading the article keeps words only; finding the article
(trafilatura does), and telling what is left out. Leaves to others: the lines of a page and which of
them stand with the article's (`html_lines`), lines of furniture inside the article (`boilerplate`),
what the text proves of its origin (`metadata`), the words of a row (`tables`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from retrieval.directives.recognition import roman
from retrieval.errors import SourceError
from retrieval.loading.decoding import repaired
from retrieval.loading.hidden_text import leave_visible
from retrieval.loading.html_lines import WRITTEN_OUT, Shown, is_plain, of_article, shown_lines
from retrieval.loading.metadata import Description, first_date, whole_title
from retrieval.loading.reflow import tidy
from retrieval.loading.tables import as_data, is_letterhead, rendered

_BLOCKS = ("p", "div", "ul", "ol", "table", "h2", "h3", "h4")
_LINE_ENDS = frozenset({"p", "div", "li", "br", "tr"})
_MOST_COLUMNS = 64
_LONGEST_CELL = 2000
_LONGEST_TERM = 80
_LONGEST_MARK = 6
_ARROW = re.compile("[\u2191\u21a9\u2934\u23ce\ufe0e\ufe0f]+")
_NAMED_BEHIND = re.compile(r".*\s[-–—|]\s(?P<site>[^-–—|]{3,60})$")
_RIGHTS = ("©", "bản quyền", "copyright")


def write_out(tree: Any) -> Any:
    """Write numbers, terms and heads into a page, in place: lists, definitions, tables' rows."""
    for numbered in list(tree.iter("ol")):
        _number(numbered)
    for definitions in list(tree.iter("dl")):
        _define(definitions)
    for table in reversed(list(tree.iter("table"))):
        _flatten(table)
    return tree


def _with_marks(tree: Any) -> Any:
    """Write the marks of notes as "[1]", in place."""
    for link in list(tree.iter("a")):
        _mark_note(link)
    return tree


def _mark_note(link: Any) -> None:
    """Write the raised number that leads to a note as "[1]"; drop the arrow that leads back."""
    words = "".join(link.itertext()).strip()
    if not link.get("href", "").startswith("#") or len(words) > _LONGEST_MARK:
        return
    above = link.getparent()
    raised = link.find(".//sup") is not None or (above is not None and above.tag == "sup")
    is_arrow = bool(_ARROW.fullmatch(words))
    if not is_arrow and not (raised and words.isdigit()):
        return
    for inner in list(link):
        link.remove(inner)
    link.text = "" if is_arrow else f"[{words}]"


def _number(numbered: Any) -> None:
    """Make paragraphs of the items of a list, each behind its number."""
    items = numbered.findall("li")
    backwards = numbered.get("reversed") is not None
    count = _whole(numbered.get("start"), len(items) if backwards else 1)
    for item in items:
        count = _whole(item.get("value"), count)
        first = item.text if item.text and item.text.strip() else ""
        target = item if first or not len(item) or item[0].tag not in _BLOCKS else item[0]
        style = item.get("type", numbered.get("type", "1"))
        target.text = f"{_counted(count, style)}. {(target.text or '').lstrip()}"
        item.tag = "div" if any(child.tag in _BLOCKS for child in item) else "p"
        count += -1 if backwards else 1
    numbered.tag = "div"
    numbered.set(WRITTEN_OUT, "")


def _in_letters(number: int) -> str:
    """Return a positive number as the letters of a list: a … z, aa, ab …

    >>> [_in_letters(n) for n in (1, 26, 27)]
    ['a', 'z', 'aa']
    """
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("a") + rest) + letters
    return letters


def _define(definitions: Any) -> None:
    """Write each term before what it means, as a paragraph."""
    term = ""
    for child in list(definitions):
        if child.tag == "dt":
            words = " ".join("".join(_words(child)).split()).rstrip(":")
            following = child.getnext()
            if following is not None and following.tag == "dd" and len(words) <= _LONGEST_TERM:
                term = words
                definitions.remove(child)
            else:
                child.tag = "p"
        elif child.tag == "dd":
            if term:
                child.text = f"{term}: {(child.text or '').lstrip()}"
            child.tag, term = "div", ""
    definitions.tag = "div"
    definitions.set(WRITTEN_OUT, "")


def _whole(written: str | None, otherwise: int) -> int:
    plain = bool(written) and str(written).isascii() and str(written).isdigit()
    return int(str(written)[:6]) if plain else otherwise


def _counted(count: int, style: str) -> str:
    if style.lower() == "a" and count > 0:
        return _in_letters(count).upper() if style == "A" else _in_letters(count)
    if style.lower() == "i":
        return roman(count) if style == "I" else roman(count).lower()
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
    captions = [" ".join("".join(_words(child)).split()) for child in table.iter("caption")]
    lines = [*filter(None, captions), *lines]
    tail = table.tail
    for child in list(table):
        table.remove(child)
    table.clear()
    table.tag, table.tail = "div", tail
    table.set(WRITTEN_OUT, "")
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
        named = all(cell.tag == "th" for cell in own) or row.getparent().tag == "thead"
        if own and heads == len(rows) and named:
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


_NOTHING = "Không tìm thấy nội dung bài viết trong trang web này."


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
    if tree is None:
        raise SourceError(_NOTHING)
    untouched = _with_marks(trafilatura.load_html(data))
    shown, raw_title = shown_lines(untouched), tidy(untouched.findtext(".//title") or "")
    tree = write_out(_with_marks(leave_visible(tree)))
    lines = shown_lines(tree)  # Before the extractor: it changes the tree.
    page = trafilatura.bare_extraction(
        tree,
        include_comments=False,
        with_metadata=True,
        prune_xpath=["//figure", "//figcaption", "//iframe"],
        date_extraction_params={"extensive_search": False, "original_date": True},
    )
    found = page if page is not None and not isinstance(page, dict) else None
    if is_plain(lines):
        own = [line for line in lines if not line.is_apart]
    elif found is not None and found.text:
        own = of_article(lines, found.text)
    else:
        own = []
    text = repaired("\n".join(line.text for line in own))
    if not text:
        raise SourceError(_NOTHING)
    about = _described(found, text)
    if not about.publisher:
        about = replace(about, publisher=_site_named(raw_title, shown))
    return WebPage(text, about, tuple(_not_in(text, shown)))


def _described(page: Any, text: str) -> Description:
    """What a page says of itself, as the extractor found it."""
    if page is None:
        return Description()
    return Description(
        title=whole_title(_without_site(page), text.split("\n")),
        publisher=tidy(page.sitename or page.hostname or ""),
        date=first_date(page.date or ""),
        url=page.url or "",
    )


def _site_named(raw_title: str, shown: Sequence[Shown]) -> str:
    """The site that stands behind a page's title and again where the page claims its rights."""
    named = _NAMED_BEHIND.match(raw_title)
    site = named["site"].strip() if named else ""
    claims = (line.text.lower() for line in shown if line.text.lower().startswith(_RIGHTS))
    return site if site and any(site.lower() in claim for claim in claims) else ""


def _without_site(page: Any) -> str:
    """The title of a page without the name of its site behind it."""
    title = tidy(page.title or "").replace("\n", " ")
    for site in filter(None, (page.sitename, page.hostname)):
        title = re.sub(rf"\s*[-–—|]\s*(?:www\.)?{re.escape(site)}$", "", title, flags=re.IGNORECASE)
    return title


def _not_in(text: str, shown: Sequence[Shown]) -> Iterator[str]:
    """The lines that a page shows and that `text` does not hold."""
    held = "".join(text.split())
    for line in dict.fromkeys(repaired(line.text) for line in shown):
        if "".join(line.removeprefix("- ").split()) not in held:
            yield line
