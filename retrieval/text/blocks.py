"""What the lines of a text are: headings, lines that announce, items, rows, paragraphs. Pure.

Owns the structure of a stored text by offsets: which line announces which items, where a list ends,
which lists stand inside another, and that a question as a line of its own heads what follows it.
Leaves to others: sentences (`sentences`), passages (`splitter`), what is quoted (`answering`).

    >>> text = "Hồ sơ gồm:\\n- Đơn xin vào Đảng;\\n- Lý lịch.\\nNộp tại chi bộ."
    >>> [block.kind.value for block in blocks_of(text)]
    ['announcement', 'item', 'item', 'paragraph']
    >>> [(text[l.start : l.items[-1].end], len(l.items)) for l in lists_in(text, blocks_of(text))]
    [('Hồ sơ gồm:\\n- Đơn xin vào Đảng;\\n- Lý lịch.', 2)]
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from retrieval.models import Span
from retrieval.text.sentences import is_heading, split_sentences

MOST_ITEMS, MOST_CHARACTERS = 12, 900
"""What of a list is one unit; where there is more, the first items that keep within both."""
_HEADING_LENGTH = 160
_LINE = re.compile(r"\S(?:[^\n]*\S)?")
_MARKER = re.compile(
    r"(?:\*\*|__)?(?:(?P<bullet>[-–—•*+])\s|(?P<number>\d{1,3})(?P<after_number>[.)/])(?!\d)\s?"
    r"|\((?P<aside>\d{1,3}|[a-zđ])\)\s?|(?P<letter>[a-zđ])(?P<after_letter>[.)])\s"
    r"|(?P<roman>[IVX]{1,5})\.\s|(?P<capital>[A-ZĐ])[.)]\s"
    r"|(?P<step>Bước|Trường hợp|Cách)\s\d{1,2}\s?[.:])"
)
_CLOSING = "*_”\"'’») "
_ROW = re.compile(r"(?:[^:;\n]{1,80}:\s[^;\n]{0,400};\s?){2,}")
_LABELLED = re.compile(r"[^\W\d_][^\s:;.?!]*(?:\s[^\s:;.?!]+){0,7}:\s\S")
"""A label of at most eight syllables; what stands before the colon of a headline is longer."""
_CELLS = re.compile(r"[^\W\d_][^:;.?!\n]{0,79}:\s[^;\n]{1,400};\s[^:;\n]{1,80}:\s\S")
_TITLED = re.compile(
    r"(?:phần|chương|mục|tiểu mục|điều|phụ lục|bài|câu|chủ đề|chuyên đề|tiết|buổi|kỳ|bước|biểu|bảng"
    r"|hình)\s(?:thứ\s\w+|[\divxlc]+[a-zđ]?)\s?:",
    re.IGNORECASE,
)
"""What a colon parts from its title: "Chuyên đề 2: Học tập …"."""


class BlockKind(StrEnum):
    """What a line is."""

    HEADING = "heading"
    ANNOUNCEMENT = "announcement"
    ITEM = "item"
    ROW = "row"
    """The cells of a row under their heads, or a value behind its label."""
    PARAGRAPH = "paragraph"


@dataclass(frozen=True, slots=True)
class Block:
    """A line of a text: `text[start:end]`, without the white space around it."""

    kind: BlockKind
    start: int
    end: int
    marker: str = ""
    """The form of what opens an item: "-", "1.", "a)"; items of one list share it."""
    announces: bool = False
    """True if the line, an item perhaps, ends as one that says what follows."""


@dataclass(frozen=True, slots=True)
class ItemList:
    """A list: what announces it, if anything does, and its items in order."""

    announcement: Span | None
    """The sentence that announces the items."""
    items: tuple[Span, ...]
    """Each with what belongs to it: its own items, and lines that go on."""

    @property
    def start(self) -> int:
        """Where the list begins, with the sentence that announces it."""
        return self.announcement.start if self.announcement else self.items[0].start

    @property
    def unit(self) -> Span:
        """The list as it is quoted: whole, or its first items up to what a unit may hold."""
        end = self.items[0].end
        for item in self.items[1:MOST_ITEMS]:
            if item.end - self.start > MOST_CHARACTERS:
                break
            end = item.end
        return Span(self.start, end)

    def after(self, end: int) -> int:
        """Return how many items begin at or after the offset `end`."""
        return sum(item.start >= end for item in self.items)


def blocks_of(text: str) -> list[Block]:
    """Return the lines of `text` that are not blank, in order."""
    lines = [Span(*match.span()) for match in _LINE.finditer(text)]
    blocks = [_block(text[line.start : line.end], line) for line in lines]
    if blocks and blocks[0].kind is BlockKind.ROW and not _CELLS.match(text, blocks[0].start):
        blocks[0] = replace(blocks[0], kind=BlockKind.HEADING)  # A headline: "Hà Nội: …".
    return [
        replace(block, kind=BlockKind.HEADING)
        if _heads(text, block, blocks[i + 1] if i + 1 < len(blocks) else None)
        else block
        for i, block in enumerate(blocks)
    ]


def lists_in(text: str, blocks: Sequence[Block]) -> list[ItemList]:
    """Return the lists among `blocks`, which stand under one heading; inner ones too, outer first.

    A line that announces one paragraph and no items makes a list of one.
    """
    found: list[ItemList] = []
    i = 0
    while i < len(blocks):
        block = blocks[i]
        opens = block.announces or block.kind is BlockKind.ITEM
        items = _items(blocks, i + block.announces) if opens else []
        if block.announces and not items:
            items = [Span(b.start, b.end) for b in blocks[i + 1 : i + 2] if _follows(b)]
        if items and (block.announces or len(items) > 1):
            announcement = _announcing_sentence(text, block) if block.announces else None
            found.append(ItemList(announcement, tuple(items)))
            inner = [b for b in blocks if items[0].start <= b.start < items[-1].end]
            found.extend(_inner(text, inner, items))
            i += 1 + len([b for b in blocks[i + 1 :] if b.start < items[-1].end])
        else:
            i += 1
    return found


def _inner(text: str, blocks: Sequence[Block], items: Sequence[Span]) -> Iterator[ItemList]:
    """Yield the lists inside the items of a list."""
    for item in items:
        own = [block for block in blocks if item.start <= block.start < item.end]
        if own and own[0].announces:
            yield from lists_in(text, own)
        elif len(own) > 1:
            yield from lists_in(text, own[1:])


def _items(blocks: Sequence[Block], first: int) -> list[Span]:
    """Return the items from blocks[first] on: to the next line that belongs to none of them."""
    if first >= len(blocks) or blocks[first].kind is not BlockKind.ITEM:
        return []
    marker, items = blocks[first].marker, list[Span]()
    for i in range(first, len(blocks)):
        block = blocks[i]
        if block.kind is BlockKind.ITEM and block.marker == marker:
            items.append(Span(block.start, block.end))
        elif _belongs(block, blocks[i - 1], blocks[:first]):
            items[-1] = Span(items[-1].start, block.end)
        else:
            break
    return items


def _belongs(block: Block, last: Block, before: Sequence[Block]) -> bool:
    """Return True if a line goes on with the item above it: an inner item, or what it announces."""
    if block.kind is BlockKind.ITEM:
        # An item of the form of the line that announced this list goes on with the outer list.
        return not any(b.kind is BlockKind.ITEM and b.marker == block.marker for b in before[-1:])
    return last.announces and _follows(block)


def _follows(block: Block) -> bool:
    return block.kind in (BlockKind.PARAGRAPH, BlockKind.ROW, BlockKind.ANNOUNCEMENT)


def _block(line: str, span: Span) -> Block:
    marker, bare = _marker(line), line.strip(_CLOSING)
    announces = bare.endswith(":") and not _ROW.match(line)
    if marker:
        kind = BlockKind.ITEM
    elif is_row(bare):
        kind = BlockKind.ROW
    elif is_heading(bare) and not announces:
        kind = BlockKind.HEADING
    else:
        kind = BlockKind.ANNOUNCEMENT if announces else BlockKind.PARAGRAPH
    return Block(kind, span.start, span.end, marker, announces)


def is_row(line: str) -> bool:
    """Return True for cells under their heads, and for a value behind its label.

    >>> is_row("Xã: Hạ; Kết quả: 31"), is_row("Hạn nộp: ngày 20/11"), is_row("Chuyên đề 2: Học tập")
    (True, True, False)
    """
    if line.isupper() or _TITLED.match(line):
        return False
    return bool(_LABELLED.match(line) or _CELLS.match(line))


def _marker(line: str) -> str:
    """Return the form of what opens an item, empty for a line that is none."""
    match = _MARKER.match(line)
    if not match:
        return ""
    found = match.groupdict()
    if found["number"]:
        return f"1{found['after_number']}"
    if found["letter"]:
        return f"a{found['after_letter']}"
    if found["aside"]:
        return "(1)" if found["aside"].isdigit() else "(a)"
    if found["bullet"]:
        return "-" if found["bullet"] in "–—" else found["bullet"]
    return "A." if found["capital"] else found["step"] or "I."


def _heads(text: str, block: Block, after: Block | None) -> bool:
    """Return True for a question of one line, or a numbered title, over something else."""
    line = text[block.start : block.end].rstrip(_CLOSING)
    if block.end - block.start > _HEADING_LENGTH or after is None or not line:
        return False
    if line.endswith("?"):
        asks_too = text[after.start : after.end].rstrip(_CLOSING).endswith("?")
        return not asks_too and len(split_sentences(line)) == 1
    titled = block.marker[:1] in ("1", "a", "I") and line[-1] not in ".!…:;,"
    return titled and after.kind is not BlockKind.HEADING and after.marker != block.marker


def _announcing_sentence(text: str, block: Block) -> Span:
    """Return the last sentence of a line: the one that announces."""
    last = split_sentences(text[block.start : block.end])[-1]
    return Span(block.start + last.start, block.start + last.end)
