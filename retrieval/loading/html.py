"""Web pages: the article, what the page says of it, and the lines that are not the article's.

Owns: finding the article (trafilatura does), and telling what it left out. Leaves to others: lines
of furniture inside the article (`boilerplate`), and what the text proves of its origin
(`metadata`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from retrieval.errors import SourceError
from retrieval.loading.decoding import repaired
from retrieval.loading.hidden_text import leave_visible
from retrieval.loading.html_structure import write_out
from retrieval.loading.metadata import Description, first_date, publishers, whole_title
from retrieval.loading.reflow import tidy

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
class Page:
    """What a web page holds."""

    text: str
    about: Description
    left_out: tuple[str, ...]
    """The lines of the page that are not in the text."""


def read_page(data: bytes) -> Page:
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
    return Page(text, said, tuple(_not_in(text, data)))


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
