"""What a sentence offers to a question: a number, a date, a name, a reason, a document.

Owns telling whether a text holds the kind of thing that is wanted and that the question does not
say itself, and how close the question's own words stand to it. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from retrieval.question import SPELLED_NUMBERS, Question, Wanted
from retrieval.terms import Terms, Weight
from retrieval.vietnamese import fold, is_syllable

_BEFORE, _AFTER = 14, 9
"""How many syllables around a number or name say what it is."""
_REASON = re.compile(r"\b(?:vì|do|bởi|để|nhằm|nhờ|nên|khiến|dẫn đến|nguyên nhân|lý do)\b")
_DATE = re.compile(r"\b(?:1\d|20)\d\d\b|\b\d{1,2}[/-]\d{1,2}\b|ngày|tháng|thế kỷ|năm \d|giai đoạn")
_DOCUMENT = re.compile(
    r"\d+-[A-ZĐ]{2,}"
    r"|(?i:nghị quyết|chỉ thị|quy định|quyết định|kết luận|kế hoạch|hướng dẫn|văn bản) (?:số )?\d"
)
_SPELLED_NUMBER = re.compile(
    r"\b(?:một|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười|trăm|nghìn|ngàn|triệu|tỷ|tỉ|nửa|đôi)\b"
)


def offers(question: Question, text: str, part: Terms) -> float:
    """Return how far `text`, whose terms are `part`, holds what `question` wants, 0 to 1."""
    match question.wanted:
        case Wanted.NUMBER:
            spelled = 0.5 * bool(_SPELLED_NUMBER.search(text.lower()))
            return 1.0 if any(_offered(question, part)) else spelled
        case Wanted.DATE:
            return float(any(_offered(question, part)) and bool(_DATE.search(text.lower())))
        case Wanted.PERSON | Wanted.PLACE:
            return float(any(_offered(question, part)))
        case Wanted.REASON:
            return float(bool(_REASON.search(text.lower())))
        case Wanted.DOCUMENT:
            return float(bool(_DOCUMENT.search(text)))
        case _:
            return 0.0


def offers_near(question: Question, part: Terms, weight: Weight) -> float:
    """Return the most of the question, by weight, that stands close to one thing offered."""
    total = sum(map(weight, question.content))
    best = 0.0
    for i, fits in enumerate(_offered(question, part)):
        if fits:
            close = set(part.sequence[max(i - _BEFORE, 0) : i + _AFTER])
            best = max(best, sum(weight(t) for t in question.content if t in close))
    return best / total if total else 0.0


def counts(question: Question, part: Terms) -> float:
    """Return how far the text gives a number of just what the question counts, 0 to 1."""
    wanted = question.counted
    best = 0.0
    for i in range(len(part.sequence) - 1) if wanted else ():
        number = part.sequence[i][0].isdigit() or part.sequence[i] in SPELLED_NUMBERS
        if number and part.sequence[i + 1] == wanted[0]:
            best = max(best, 1.0 if part.sequence[i + 1 : i + 1 + len(wanted)] == wanted else 0.5)
    return best


def _offered(question: Question, part: Terms) -> list[bool]:
    """Which syllables are numbers or names of the kind that is wanted, and new."""
    match question.wanted:
        case Wanted.NUMBER | Wanted.DATE:
            fits = [word[0].isdigit() for word in part.spelled]
        case Wanted.PERSON:
            fits = _of_names(part.spelled)
        case Wanted.PLACE:
            fits = [i > 0 and word[0].isupper() for i, word in enumerate(part.spelled)]
        case _:
            return []
    return [fit and t not in question.folded for fit, t in zip(fits, part.sequence, strict=True)]


def _of_names(spelled: Sequence[str]) -> list[bool]:
    """Which syllables belong to names: two capitals side by side, or a foreign word."""
    capital = [word[0].isupper() for word in spelled]
    beside = zip([False, *capital], [*capital[1:], False], strict=False)
    return [
        here and (before or after or not is_syllable(fold(word)))
        for word, here, (before, after) in zip(spelled, capital, beside, strict=False)
    ]
