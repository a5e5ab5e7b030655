r"""Where passages begin and end, and the units that are scored and quoted, by offsets.

Owns: joining the paragraphs of a section to passages long enough to hold an answer, cutting long
ones between sentences, and the units of a passage: its sentences, and its lists with the sentence
that announces them. Leaves to others: what a sentence is (`sentences`), what a heading or a list is
(`blocks`), and storing. Pure.

    >>> from retrieval.text.sentences import split_sentences
    >>> text = "Kết quả\nNăm 2024, Hà Nội kết nạp 11.144 đảng viên."
    >>> [(text[p.start:p.end], p.heading) for p in split_passages(text, split_sentences(text))]
    [('Năm 2024, Hà Nội kết nạp 11.144 đảng viên.', 'Kết quả')]
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, takewhile

from retrieval.models import Span
from retrieval.text.blocks import BlockKind, ItemList, blocks_of, lists_in
from retrieval.text.legislation import SEPARATOR, article_opened, clause_opened, is_legislation
from retrieval.text.prompt_injection import addresses_assistant
from retrieval.text.sentences import is_heading

Section = tuple[str, list[int]]
"""A heading, and the numbers of the lines under it."""

_MOST_HEADINGS = 3
"""More heading-like lines in a row than this are a table or a list, not headings."""
_UPPER = re.compile(r"\?[*_ ]*$|^#{1,2}\s|^[*_ ]*[IVX]{1,5}\.\s")
"""Headings that others stand under: questions, first levels of Markdown, Roman numbers."""
_CHAPTER = re.compile(r"(?:Phần|Chương|Mục|Tiểu mục)\s+(?:thứ\s+\w+|[\dIVXLC]+)\b", re.IGNORECASE)


def sections(lines: Sequence[str], heads: Sequence[bool]) -> Iterator[Section]:
    """Yield the sections of a text given as its lines; headings stand in none of them.

    `heads` says of each line whether it is a heading.
    """
    yield from _of_legislation(lines, heads) if is_legislation(lines) else _of_prose(lines, heads)


def _of_prose(lines: Sequence[str], heads: Sequence[bool]) -> Iterator[Section]:
    runs = [(head, list(run)) for head, run in groupby(range(len(lines)), heads.__getitem__)]
    upper, heading = "", ""
    for position, (head, run) in enumerate(runs):
        if head and len(run) <= _MOST_HEADINGS and position + 1 < len(runs):
            titles = [lines[i] for i in run]
            own = [upper, *titles] if upper and not _is_upper(titles[0]) else titles
            upper = next((title for title in reversed(titles) if _is_upper(title)), upper)
            heading = SEPARATOR.join(own)
        else:
            yield heading, run


def _is_upper(title: str) -> bool:
    return title.isupper() or _UPPER.search(title) is not None


def _of_legislation(lines: Sequence[str], heads: Sequence[bool]) -> Iterator[Section]:
    """Yield what stands before the articles as prose, then each clause of each article."""
    first = next(i for i, line in enumerate(lines) if article_opened(line) or _CHAPTER.match(line))
    yield from _of_prose(lines[:first], heads[:first])
    where, inside = _Where(), list[int]()
    for i in range(first, len(lines)):
        after = where.after(lines[i])
        if after is None:
            inside.append(i)
            continue
        if inside:
            yield where.heading, inside
        where, inside = after, [i] if after.holds_line else []
    if inside:
        yield where.heading, inside


@dataclass(frozen=True, slots=True)
class _Where:
    """Where in a document a line stands; `untitled` while the title of it may follow."""

    chapter: str = ""
    article: str = ""
    clause: str = ""
    untitled: bool = False
    holds_line: bool = False
    """True if the line that opened it is content too."""

    @property
    def heading(self) -> str:
        clause = f"khoản {self.clause}" if self.clause else ""
        return SEPARATOR.join(filter(None, (self.chapter, self.article, clause)))

    def after(self, line: str) -> _Where | None:
        """Return where a line opens something new; None if it belongs to what is open."""
        if _CHAPTER.match(line):
            return _Where(line, untitled=True)
        if number := article_opened(line):
            bare = len(line.split()) == len(("Điều", "5."))
            if bare or (is_heading(line) and line.rstrip()[-1] not in ".;:"):
                return _Where(self.chapter, line.rstrip(" .:"), untitled=bare)
            return _Where(self.chapter, f"Điều {number}", holds_line=True)
        if self.untitled and is_heading(line):
            if self.article:
                return replace(self, article=f"{self.article}. {line}", untitled=False)
            return replace(self, chapter=f"{self.chapter}{SEPARATOR}{line}")
        if self.article and (clause := clause_opened(line)):
            return replace(self, clause=clause, untitled=False, holds_line=True)
        return None


_SHORT = 120
"""Characters below which a paragraph joins the one that follows."""
_USUAL = 900
"""Characters up to which the paragraphs of a section join."""
_LONG = 1600
"""Characters above which a passage is cut."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A passage to be: `text[start:end]`, which holds `sentences[first:last]`."""

    start: int
    end: int
    first: int
    last: int
    heading: str = ""


def split_passages(text: str, sentences: Sequence[Span]) -> list[Piece]:
    """Return the passages of `text` in order; headings stand in none of them.

    `sentences` are those of `split_sentences(text)`. A text of headings only is passages after all.
    """
    lines = list(_lines(text, sentences))
    heads = [block.kind is BlockKind.HEADING for block in blocks_of(text)]
    pieces = [
        piece
        for heading, inside in sections([text[line.start : line.end] for line in lines], heads)
        for piece in _joined(text, [replace(lines[i], heading=heading) for i in inside])
    ]
    return [part for piece in pieces for part in _cut(piece, sentences)]


def units_of(
    text: str, pieces: Sequence[Piece], sentences: Sequence[Span]
) -> Iterator[tuple[Span, ...]]:
    """Yield the units of each passage: its sentences and its lists, as they begin; outer first.

    A sentence that announces a list is no unit of its own.

    >>> from retrieval.text.sentences import split_sentences
    >>> text = "Hồ sơ nộp tại chi bộ. Hồ sơ gồm:\\n- Đơn;\\n- Lý lịch."
    >>> sentences = split_sentences(text)
    >>> [units] = units_of(text, split_passages(text, sentences), sentences)
    >>> [text[u.start : u.end] for u in units]
    ['Hồ sơ nộp tại chi bộ.', 'Hồ sơ gồm:\\n- Đơn;\\n- Lý lịch.', '- Đơn;', '- Lý lịch.']
    """
    lists = lists_in(text, blocks_of(text))
    for piece in pieces:
        inside = [part for whole in lists for part in _within(text, whole, piece)]
        announcing = {part.announcement for part in inside}
        own = sentences[piece.first : piece.last]
        parts = {*(s for s in own if s not in announcing), *(part.unit for part in inside)}
        yield tuple(sorted(parts or own, key=lambda span: (span.start, -span.end)))


def _within(text: str, whole: ItemList, piece: Piece) -> Iterator[ItemList]:
    """Yield what of a list stands in a passage, if that is more than one sentence.

    It ends before an item that gives the assistant orders.
    """
    inside = (i for i in whole.items if piece.start <= i.start and i.end <= piece.end)
    items = tuple(takewhile(lambda i: not addresses_assistant(text[i.start : i.end]), inside))
    announcement = whole.announcement
    if announcement and not (piece.start <= announcement.start < piece.end):
        announcement = None
    if len(items) > 1 or (items and announcement and items[0] == whole.items[0]):
        yield replace(whole, announcement=announcement, items=items)


def _lines(text: str, sentences: Sequence[Span]) -> Iterator[Piece]:
    """Yield each line that is not blank; a sentence never leaves its line."""
    first = 0
    for i, sentence in enumerate(sentences):
        if i + 1 == len(sentences) or "\n" in text[sentence.end : sentences[i + 1].start]:
            yield Piece(sentences[first].start, sentence.end, first, i + 1)
            first = i + 1


def _joined(text: str, lines: Iterable[Piece]) -> list[Piece]:
    """Join short paragraphs, and lists with the line that announces them."""
    pieces: list[Piece] = []
    for line in lines:
        if pieces and _goes_on(text, pieces[-1], line):
            pieces[-1] = replace(pieces[-1], end=line.end, last=line.last)
        else:
            pieces.append(line)
    if len(pieces) > 1 and pieces[-1].end - pieces[-1].start < _SHORT:
        tail = pieces.pop()
        pieces[-1] = replace(pieces[-1], end=tail.end, last=tail.last)
    return pieces


def _goes_on(text: str, piece: Piece, line: Piece) -> bool:
    if piece.end - piece.start < _SHORT:
        return True
    length = line.end - piece.start
    return length <= (_LONG if text[piece.end - 1] in ":;," else _USUAL)


def _cut(piece: Piece, sentences: Sequence[Span]) -> Iterator[Piece]:
    """Cut a long piece between sentences into parts of about equal length."""
    parts = -(-(piece.end - piece.start) // _LONG)
    target = (piece.end - piece.start) / parts
    first = piece.first
    for i in range(piece.first, piece.last):
        length = sentences[i].end - sentences[first].start
        following = sentences[i + 1].end - sentences[i + 1].start if i + 1 < piece.last else 0
        if i + 1 == piece.last or length + following / 2 >= target:
            yield Piece(sentences[first].start, sentences[i].end, first, i + 1, piece.heading)
            first = i + 1
