"""The words of a quote that answer: the number, the date, the name, the document.

Owns finding them, pure, where the kind of question makes them clear; otherwise nothing is marked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from retrieval.models import Span
from retrieval.query.analysis import Question, Wanted
from retrieval.text.names import people
from retrieval.text.vietnamese import folded_key, words

_NUMBER = re.compile(r"(?<![\w/.,-])\d+(?:[.,/]\d+)*%?(?![\w/-])")
_DATE = re.compile(
    r"(?i:ngày\s+)?\d{1,2}[/-]\d{1,2}(?:[/-]\d{4})?"
    r"|(?i:ngày)\s+\d{1,2}\s+(?i:tháng)\s+\d{1,2}(?:\s+(?i:năm)\s+\d{4})?"
    r"|(?i:tháng)\s+\d{1,2}[/ ](?:năm )?\d{4}|\b(?:19|20)\d\d\s?[-–]\s?(?:19|20)?\d\d\b"
    r"|(?i:năm)\s+\d{4}"
)
_DOCUMENT = re.compile(
    r"(?i:nghị quyết|chỉ thị|quy định|quyết định|kết luận|kế hoạch|hướng dẫn)"
    r"(?: (?i:số))? \d+(?:-[A-ZĐ]+/[A-ZĐa-z]+)?"
)
_PATTERNS = {Wanted.NUMBER: _NUMBER, Wanted.DATE: _DATE, Wanted.DOCUMENT: _DOCUMENT}
_MOST = 3
_REACH = 3
"""How many words after a number may name what it counts."""


def answering_words(question: Question, text: str) -> tuple[Span, ...]:
    """Return the spans of `text` that answer, in order; empty where that is not clear.

    >>> from retrieval.query.analysis import analyse
    >>> text = "Hà Nội kết nạp 11.144 đảng viên, đạt 108,62%."
    >>> [text[s.start:s.end] for s in answering_words(analyse("Bao nhiêu đảng viên?"), text)]
    ['11.144']
    """
    if question.wanted is Wanted.PERSON:
        spans = [Span(name.start, name.end) for name in people(text)]
    elif pattern := _PATTERNS.get(question.wanted):
        spans = [Span(*match.span()) for match in pattern.finditer(text)]
    else:
        return ()
    spans = [s for s in spans if _is_new(question, text[s.start : s.end])]
    if question.wanted is Wanted.NUMBER:
        spans = list(_counting(question, text, spans)) or spans
    return tuple(spans) if len(spans) <= _MOST else ()


def documents_in(text: str) -> list[str]:
    """Return the directives that `text` names, as written, each once."""
    return list(dict.fromkeys(_DOCUMENT.findall(text)))


def people_in(text: str) -> list[str]:
    """Return what looks like the names of people in `text`, each once."""
    return list(dict.fromkeys(name.text for name in people(text)))


def _is_new(question: Question, found: str) -> bool:
    return any(folded_key(word.text) not in question.folded for word in words(found))


def _counting(question: Question, text: str, spans: list[Span]) -> Iterator[Span]:
    """Yield the numbers that count what the question asks for."""
    for span in spans:
        after = [folded_key(word.text) for word in words(text[span.end : span.end + 40])[:_REACH]]
        if set(after).intersection(question.content):
            yield span
