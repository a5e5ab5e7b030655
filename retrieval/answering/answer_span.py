"""The stretch of a quote that answers by itself: the direct line above it, and its words in bold.

Extractive question answering by the kind of thing that is wanted: a number with its unit, a date, a
person, a directive, a place, a reason, the rest of a definition. Of several of a kind the one that
stands closest to the words of the question is taken. Always a slice of the quote, never words of
our own; None where no kind is clear. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from retrieval.directives.recognition import find_references
from retrieval.models import Span
from retrieval.query.analysis import Question, Wanted, asks_day
from retrieval.query.subgroups import lacking_group
from retrieval.text.dates import days_in, time_phrases, years_in
from retrieval.text.names import people, surnames
from retrieval.text.sentences import split_sentences
from retrieval.text.vietnamese import capitalised, fold, folded_key, words

_AMOUNT = r"\d+(?:[.,/]\d+)*(?:\s?%|\s(?:nghìn|ngàn|triệu|tỷ|tỉ)\b)?"
_BOUND = r"(?:từ|ít nhất|tối thiểu|tối đa|không quá|trên|dưới|hơn|gần|khoảng|đủ)\s+"
_NUMBER = re.compile(
    rf"(?<![\w/.,-])(?:{_BOUND})*(?P<amount>{_AMOUNT})"
    rf"(?:\s(?:\w+\s)?(?:đến|-|–)\s(?:{_BOUND})?{_AMOUNT})?(?![\w/-]|[.,]\d)",
    re.IGNORECASE,
)
_BOUND_WORD = re.compile(
    r"(?:từ|ít|nhất|tối|thiểu|đa|không|quá|trên|dưới|hơn|gần|khoảng|đủ)$", re.I
)
_NAMES_NUMBER = re.compile(
    r"(?:ngày|tháng|năm|quý|thứ|khóa|khoá|điều|khoản|số|mục|bảng|mẫu|lần|câu|kỳ)\s$", re.IGNORECASE
)
_MARKER = re.compile(r"[(*_\s-]{0,20}\d{1,3}[.)]")
_RANK = re.compile(r"(?:lần\s)?thứ\s(?:[IVX]+|\d+|nhất|hai|ba|tư|năm|sáu|bảy|tám|chín|mười)\b")
_ASKS_RANK = re.compile(r"\bthu (?:may|bao nhieu)\b")
_ASKS_SHARE = re.compile(r"phan tram|\bty le\b|\bti le\b|%")
_REASON = re.compile(
    r"\b(?:vì|do|bởi(?: vì)?|nhằm|để|nguyên nhân|lý do|nhờ)\b[^.;\n]{8,}", re.IGNORECASE
)
_IS = re.compile(r"\blà\s(?=\S)", re.IGNORECASE)
_AT = re.compile(r"\b(?:ở|tại|quê(?: quán)?|đến|về)\s*:?\s+(?=[A-ZĐÀ-Ỹ])")
_REACH = 60
"""Characters behind a number that may say what it counts."""
_BEHIND = re.compile(r"\s(?:trở lên|trở xuống|làm việc|gần nhất)\b")
_BEFORE_NAME = re.compile(r"\blà(?:\s(?:đồng chí|ông|bà|anh|chị))?:?\s$", re.IGNORECASE)
_NAME_OVER = re.compile(r"\s*(?:[,.;)\n]|$)")
_PART_END = re.compile(r";\s+")
_AHEAD = 0.15
"""How much closer the best must stand than the next, or it is unclear which is meant."""
_LONGEST = 240
"""Characters of a direct line: more is no line."""


def answer_span(question: Question, text: str) -> Span | None:
    """Return the stretch of the quote `text` that answers `question` by itself, None if unclear.

    >>> from retrieval.query.analysis import analyse
    >>> text = "Ngày 5/3, xã Tân Lập có 12 chi bộ, 300 đảng viên."
    >>> span = answer_span(analyse("Xã Tân Lập có bao nhiêu đảng viên?"), text)
    >>> text[span.start : span.end]
    '300 đảng viên'
    """
    if question.wanted is Wanted.NUMBER and lacking_group(question.text, [text]):
        return None
    asked = frozenset(question.content)
    best: dict[str, tuple[float, Span]] = {}
    for part in _parts(text):
        here = text[part.start : part.end]
        for start, end in _found(question, here):
            span = Span(part.start + start, part.start + end)
            if end - start <= _LONGEST and _is_new(question, here[start:end]):
                close = _closeness(asked, here, start, end)
                known = best.get(here[start:end])
                if known is None or close > known[0]:
                    best[here[start:end]] = close, span
    ranked = sorted(best.values(), key=lambda found: -found[0])
    if not ranked or (len(ranked) > 1 and ranked[0][0] - ranked[1][0] < _AHEAD):
        return None
    return ranked[0][1]


def _parts(text: str) -> Iterator[Span]:
    """Yield the sentences of a quote, each at its semicolons apart: what one part says of somebody
    the next does not.
    """
    for sentence in split_sentences(text):
        start = sentence.start
        for match in _PART_END.finditer(text, sentence.start, sentence.end):
            yield Span(start, match.end())
            start = match.end()
        if start < sentence.end:
            yield Span(start, sentence.end)


def _found(question: Question, text: str) -> Iterator[tuple[int, int]]:
    """Yield the stretches of the kind that the question wants."""
    match question.wanted:
        case Wanted.NUMBER if _ASKS_RANK.search(fold(question.text)):
            yield from (match.span() for match in _RANK.finditer(text))
        case Wanted.NUMBER:
            yield from _amounts(question, text)
        case Wanted.DATE:
            yield from _dates(question, text)
        case Wanted.PERSON:
            yield from _persons(text)
        case Wanted.DOCUMENT:
            named = {found.number for found in question.named.documents}
            references = find_references(text)
            yield from ((r.start, r.end) for r in references if r.number not in named)
        case Wanted.PLACE:
            yield from _places(text)
        case Wanted.REASON:
            yield from (match.span() for match in _REASON.finditer(text))
        case Wanted.DEFINITION:
            if found := _IS.search(text):
                yield found.end(), len(text.rstrip(" .;"))
        case _:
            return


def _dates(question: Question, text: str) -> Iterator[tuple[int, int]]:
    """Yield the dates, where a day is asked for those that are told to the day."""
    to_the_day = asks_day(question)
    for span in time_phrases(text):
        if not to_the_day or days_in(text[span.start : span.end]):
            yield span.start, span.end


def _amounts(question: Question, text: str) -> Iterator[tuple[int, int]]:
    """Yield the numbers that count what the question counts, with the words for it."""
    share = bool(_ASKS_SHARE.search(fold(question.text)))
    marker = _MARKER.match(text)
    for match in _NUMBER.finditer(text, marker.end() if marker else 0):
        start, end = match.span()
        if _NAMES_NUMBER.search(text[:start]) or years_in(match["amount"]):
            continue
        if share:
            if "%" in match.group():
                yield start, end
            continue
        if counted := _counted(question, text, end):
            yield start, counted


def _counted(question: Question, text: str, end: int) -> int:
    """Return where the words end that say what the number before `end` counts, 0 if none does."""
    reach, counts = end, False
    for word in words(text[end : end + _REACH]):
        term = folded_key(word.text)
        if text[reach : end + word.start].strip() or term not in question.folded:
            break
        counts = counts or term in question.counted
        reach = end + word.end
    behind = _BEHIND.match(text, reach)
    return (behind.end() if behind else reach) if counts else 0


def _persons(text: str) -> Iterator[tuple[int, int]]:
    """Yield the names that begin with a family name."""
    for name in people(text):
        syllables = name.text.split()
        if syllables[0] in surnames() and all(part.istitle() for part in syllables):
            yield name.start, name.end


def _places(text: str) -> Iterator[tuple[int, int]]:
    """Yield capitals after a word that says where."""
    runs = {run.start: run.end for run in capitalised(text)}
    for match in _AT.finditer(text):
        end = runs.get(match.end(), 0)
        if end and _NAME_OVER.match(text, end):
            yield match.end(), end


def _is_new(question: Question, text: str) -> bool:
    """Return True if the stretch says anything that the question does not."""
    return any(folded_key(word.text) not in question.folded for word in words(text))


def _closeness(asked: frozenset[str], text: str, start: int, end: int) -> float:
    """Return how close the words asked about stand, each 1 / (1 + words between); 1 more where the
    stretch is what something "is". A bound of the stretch ("tối thiểu") is not what it is about.
    """
    found = words(text)
    inside = [i for i, word in enumerate(found) if start <= word.start < end]
    best: dict[str, float] = {}
    for i, word in enumerate(found if inside else ()):
        distance = max(inside[0] - i, i - inside[-1], 0)
        bounds = not distance and _BOUND_WORD.match(word.text)
        if not bounds and (term := folded_key(word.text)) in asked:
            best[term] = max(best.get(term, 0.0), 1 / (1 + distance))
    return sum(best.values()) + bool(_BEFORE_NAME.search(text[:start]))
