r"""Where passages begin and end: the paragraphs of a text, by offsets.

Owns: joining short paragraphs, and cutting long ones between sentences. Leaves to others: what a
sentence or a heading is (`sentences`), what stands under which (`sections`), and storing. Pure.

    >>> from retrieval.sentences import split_sentences
    >>> text = "Kết quả\nNăm 2024, Hà Nội kết nạp 11.144 đảng viên."
    >>> [(text[p.start:p.end], p.heading) for p in split_passages(text, split_sentences(text))]
    [('Năm 2024, Hà Nội kết nạp 11.144 đảng viên.', 'Kết quả')]
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from retrieval.documents import Span
from retrieval.sections import sections

_SHORT = 120
"""Characters below which a paragraph joins the one that follows."""
_LONG = 1600
"""Characters above which a paragraph is cut."""


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
    pieces = [
        piece
        for heading, inside in sections([text[line.start : line.end] for line in lines])
        for piece in _joined(text, [replace(lines[i], heading=heading) for i in inside])
    ]
    return [part for piece in pieces for part in _cut(piece, sentences)]


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
    return text[piece.end - 1] in ":;," and line.end - piece.start <= _LONG


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
