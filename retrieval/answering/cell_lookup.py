"""Answers that stand in one cell of a table, or behind a label: "Phường: Cầu Kè; Pa nô: 31".

Look-up by row and column, as in question answering over tables: a row answers for certain if each
word of the question that carries meaning is accounted for, by a value that names the row ("Cầu
Kè"), by the head of the column asked for ("Pa nô"), or by what the document is called. A row that
leaves a word of the question open is left to the ranking. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from retrieval.query.analysis import Question, Wanted
from retrieval.ranking.candidates import Candidate, Findings
from retrieval.ranking.features import words_around
from retrieval.text.names import in_names
from retrieval.text.vietnamese import terms_of

_LONGEST_HEAD, _LONGEST_ROW = 80, 1200
_MOST_CELLS = 64
_HEADS = " – "
"""Between the heads of a column that has several."""
_LEAST_LABEL = 2
"""Words of a label that tells what stands behind it."""
_LEAST_ASKED = 2
"""Words that carry meaning, below which a question names no cell."""
_LIGHT_WORDS = "dong chi ong ba giao dat giu nhan co la so luong muc chiem tong nguoi"
_LIGHT = frozenset(_LIGHT_WORDS.split())
"""Folded words that stand between row and column and name neither: "đồng chí", "được giao"."""
_PERCENT = ("phan", "tram")
_MONEY = re.compile(r"\d\s?(?:nghìn |ngàn |triệu |tỷ )?(?:đồng|đ)\b", re.IGNORECASE)
_IN_MONEY = ("tien",)


@dataclass(frozen=True, slots=True)
class Cell:
    """A value under the head of its column, each with its folded words."""

    head: tuple[str, ...]
    column: tuple[str, ...]
    """The innermost part of a head of several lines: ("da", "nop") of "Số tiền – Đã nộp"."""
    value: tuple[str, ...]
    text: str
    """The value as written."""


def answered_by_cell(findings: Findings) -> Findings:
    """Return the findings with the rows first that answer for certain; as they are if none does.

    Of several rows those are first that account for the question with the most names and heads.
    """
    question = findings.question
    if len(question.content) < _LEAST_ASKED:
        return findings
    fits = [_fit(question, candidate) for candidate in findings.candidates]
    best = max(fits, default=0)
    if not best:
        return findings
    first = [c for c, fit in zip(findings.candidates, fits, strict=True) if fit == best]
    others = [c for c, fit in zip(findings.candidates, fits, strict=True) if fit != best]
    return replace(findings, candidates=(*first, *others), in_cell=True)


def _fit(question: Question, candidate: Candidate) -> int:
    """How many names and heads of a row the question holds; 0 if the row does not answer it."""
    cells = cells_of(candidate.sentence.text)
    if not cells:
        return 0
    asked = frozenset(question.content)
    around = terms_of(words_around(candidate.source, candidate.passage)).sequence
    row = [word for cell in cells for word in (*cell.head, *cell.value)]
    open_words = asked.difference(around, row, _LIGHT)
    if "%" in candidate.sentence.text:
        open_words -= {*_PERCENT}
    if _MONEY.search(candidate.sentence.text):
        open_words -= {*_IN_MONEY}
    if open_words:
        return 0
    if len(cells) == 1:
        (cell,) = cells
        label = [word for word in cell.head if word not in _LIGHT]
        is_long = len(cell.head) >= _LEAST_LABEL and bool(label)
        named = is_long and set(label) <= set(question.folded)
        return len(label) if named and _offers(question, cell) else 0
    return _row_fit(question, cells)


def _row_fit(question: Question, cells: Sequence[Cell]) -> int:
    keys = [cell for cell in cells if _names_row(question, cell)]
    rest = [cell for cell in cells if cell not in keys and _offers(question, cell)]
    if not keys or not rest:
        return 0
    named = frozenset(word for cell in keys for word in cell.value)
    left = frozenset(question.folded) - named
    headed = [cell for cell in rest if _is_headed(cell, left)]
    sure = headed or len(rest) == 1 or len(keys) > 1
    return len(keys) + len(headed) if sure else 0


def cells_of(line: str) -> tuple[Cell, ...]:
    """Return the cells of a row, or the one value behind a label; none for any other line.

    >>> [(cell.head, cell.text) for cell in cells_of("Xã: Hạ; Kết quả: 31")]
    [(('xa',), 'Hạ'), (('ket', 'qua'), '31')]
    >>> cells_of("Đảng ủy yêu cầu như sau")
    ()
    """
    if "\n" in line or len(line) > _LONGEST_ROW:
        return ()
    return tuple(_cells(line))[:_MOST_CELLS]


def _cells(line: str) -> Iterator[Cell]:
    for part in line.split("; "):
        head, colon, value = part.partition(": ")
        if colon and value.strip() and len(head) <= _LONGEST_HEAD:
            column = head.rpartition(_HEADS)[2]
            named = [terms_of(words).sequence for words in (head, column, value)]
            yield Cell(named[0], named[1], named[2], value)


def _names_row(question: Question, cell: Cell) -> bool:
    """True if the question holds the value, by which the row is then named.

    A number names a row only behind its head: "năm 2024".
    """
    length = len(cell.value)
    places = [
        i
        for i in range(len(question.folded) - length + 1)
        if length and question.folded[i : i + length] == cell.value
    ]
    if any(word.isalpha() and len(word) > 1 for word in cell.value):
        return bool(places)
    last = cell.head[-1:]
    return any(question.folded[max(i - 1, 0) : i] == last for i in places)


def _is_headed(cell: Cell, asked: frozenset[str]) -> bool:
    """True if the question holds what the head says, or the most of its innermost part."""
    telling = [word for word in cell.column if word not in _LIGHT]
    held = sum(word in asked for word in telling)
    return bool(telling) and 2 * held > len(telling)


def _offers(question: Question, cell: Cell) -> bool:
    """True if the value is of the kind that is asked for, as far as that shows."""
    match question.wanted:
        case Wanted.NUMBER | Wanted.DATE:
            return any(c.isdigit() for c in cell.text)
        case Wanted.PERSON:
            return any(in_names(terms_of(cell.text).spelled))
        case _:
            return True
