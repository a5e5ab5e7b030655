"""The lines that a web page shows, and which of them belong to the article that was found in it.

Owns: where a page ends its lines, and giving back to the article what stands beside its lines: an
extractor keeps paragraphs and drops short ones, rows and items. Leaves to others: finding the
article (`html`), numbers and tables (`tables`), and captions (`boilerplate`). Pure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from retrieval.loading.boilerplate import is_caption, is_prose
from retrieval.loading.reflow import tidy

_HIDDEN = frozenset(
    ["script", "style", "noscript", "template", "svg", "head", "select", "option", "button"]
)
_LINES = frozenset(
    [
        *("p", "div", "br", "hr", "pre", "blockquote", "body", "title", "form", "figure", "center"),
        *("ul", "ol", "li", "dl", "dt", "dd", "table", "tr", "td", "th", "caption", "h1", "h2"),
        *("section", "article", "header", "footer", "nav", "aside", "main", "h3", "h4", "h5", "h6"),
        *("figcaption", "details", "summary", "address", "fieldset", "legend"),
    ]
)
"""Elements that begin and end a line."""
_APART = frozenset(["nav", "aside", "footer", "form", "figure", "figcaption", "iframe"])
"""Elements whose words are no article's."""
_NO_BLOCK = frozenset(["br", "hr", "table", "tr", "td", "th", "ul", "ol", "li", "dl", "dt", "dd"])
"""Elements that begin a line, while what is around it is what is around them."""
WRITTEN_OUT = "data-written-out"
"""Marks what had been a list or a table."""
_LINKED = 0.6
"""The share of a line that is a link, from which it leads elsewhere."""
_FEW_LINKS = 0.15
_SHORT = 25


@dataclass(frozen=True, slots=True)
class Shown:
    """A line of a page: the element whose line it is and the one around that, by number."""

    text: str
    block: int
    around: int
    is_apart: bool
    linked: float
    """The share of its letters that is a link, 0 to 1."""


def shown_lines(root: Any) -> list[Shown]:
    """Return the lines of a page, an lxml tree, in order."""
    return [line for line in _Walk().lines(root) if line.text]


class _Walk:
    """What is gathered on the way through a tree."""

    def __init__(self) -> None:
        self._words: list[str] = []
        self._linked = 0
        self._blocks, self._opened = [0, 0], 0
        self._hidden = self._apart = self._links = 0

    def lines(self, root: Any) -> Iterator[Shown]:
        from lxml import etree

        for event, node in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
            tag = node.tag if isinstance(node.tag, str) else ""
            step = {"start": 1, "end": -1}.get(event, 0)
            if tag in _LINES:
                yield from self._ended()
                if tag not in _NO_BLOCK and node.get(WRITTEN_OUT) is None:
                    self._open(step)
            self._hidden += step * (tag in _HIDDEN)
            self._apart += step * (tag in _APART)
            self._links += step * (tag == "a")
            if tag == "li" and event == "start" and _is_bulleted(node):
                self._words.append("- ")
            words = node.text if event == "start" else node.tail
            if words and not self._hidden:
                self._words.append(words.replace("\n", " "))
                self._linked += len(words.strip()) * bool(self._links)
        yield from self._ended()

    def _open(self, step: int) -> None:
        if step > 0:
            self._opened += 1
            self._blocks.append(self._opened)
        else:
            self._blocks.pop()

    def _ended(self) -> Iterator[Shown]:
        text = tidy("".join(self._words)).replace("\n", " ")
        if text == "-":
            return  # The words of a list item that begins with a paragraph are still to come.
        if text:
            around, block = self._blocks[-2:]
            yield Shown(text, block, around, self._apart > 0, self._linked / len(text))
        self._words, self._linked = [], 0


def _is_bulleted(item: Any) -> bool:
    above = item.getparent()
    return above is not None and above.tag == "ul"


def is_plain(lines: Sequence[Shown]) -> bool:
    """True for a page that is a document and nothing else: as Word and pandoc write it."""
    letters = sum(len(line.text) for line in lines)
    linked = sum(len(line.text) * line.linked for line in lines)
    return not any(line.is_apart for line in lines) and linked < _FEW_LINKS * letters


def of_article(lines: Sequence[Shown], article: str) -> list[Shown]:
    """Return the lines of a page that an extractor's `article` holds, and what stands with them.

    A line stands with the article's if two of these have the same element around them; so does
    prose between the headline and the beginning (a lead). Captions and links do not.
    """
    whole = _bare(article)
    own = {_bare(line) for line in article.split("\n")}
    held = [_is_held(line, whole, own) for line in lines]
    places = Counter(x for line, yes in zip(lines, held, strict=True) if yes for x in _places(line))
    kept = [i for i, yes in enumerate(held) if yes and not lines[i].is_apart]
    prose = [i for i in kept if is_prose(lines[i].text)]
    lead = range(kept[0], prose[min(1, len(prose) - 1)]) if kept and prose else range(0)
    found: list[Shown] = []
    for i, line in enumerate(lines):
        if line.is_apart or (not held[i] and (line.linked > _LINKED or is_caption(line.text))):
            continue
        beside = max(places[place] for place in _places(line)) > 1
        if held[i] or beside or (i in lead and is_prose(line.text)):
            found.append(line)
    return found


def _is_held(line: Shown, whole: str, own: set[str]) -> bool:
    """True if the extractor kept a line; a short one has to stand there as a line of its own."""
    bare = _bare(line.text)
    return bare in own or (len(bare) >= _SHORT and bare in whole)


def _places(line: Shown) -> tuple[int, ...]:
    return tuple(dict.fromkeys((line.block, line.around)))


def _bare(line: str) -> str:
    return "".join(line.split()).removeprefix("-")
