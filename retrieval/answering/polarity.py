"""A plain no, or an exception, that a quote says to a yes-or-no question. Pure.

Owns reading "không được", "không phải", "nghiêm cấm" and "trừ trường hợp" off the sentence that
speaks of what is asked. Of 214 yes-or-no questions of training, held against the stretch that
answers each, 12 are answered by a plain no, all 12 rightly; a yes could not be told as surely, so
none is said.
"""

from __future__ import annotations

import re

from retrieval.models import RemarkKind
from retrieval.query.analysis import STOP_WORDS, Question, Wanted
from retrieval.text.sentences import split_sentences
from retrieval.text.vietnamese import fold, key, spelled

_ENOUGH = 0.6
"""The share of the telling words of a question that the sentence must hold."""
_FEWEST = 2
_NEAR = 4
"""Words behind a negation within which what is denied begins."""
_NEGATION = re.compile(
    r"\b(?:không(?: (?:được|phải|cần|bắt buộc|có|còn|bị|thuộc|áp dụng|xem xét))?|nghiêm cấm|cấm"
    r"|chưa(?: được)?)\b",
    re.IGNORECASE,
)
_EXCEPT = re.compile(r"\b(?:trừ (?:khi|trường hợp)|ngoại trừ)\b", re.IGNORECASE)
_HEDGE = re.compile(
    r"\b(?:có thể|xem xét|nếu|trường hợp|khi|đề nghị|dự kiến|phấn đấu|hay không|hoặc không|chỉ)\b",
    re.IGNORECASE,
)
_ASKED = re.compile(
    r"(?:\b(?:có|phải|được|hay|đúng) )?\b(?:không|chưa)(?: (?:ạ|nhỉ|vậy|thế))?\s*[?.!]*\s*$",
    re.IGNORECASE,
)
_ASKS_BEING = re.compile(r"\bcó\b(?! (?:phải|được|bị|cần|bắt buộc))", re.IGNORECASE)
_FRAME_WORDS = "co phai khong duoc bi can dung chua hay lieu the"
_FRAME = frozenset(_FRAME_WORDS.split())


def polarity(question: Question, quote: str) -> RemarkKind | None:
    """Return SAYS_NO or SAYS_EXCEPT where `quote` plainly says so to `question`, else None.

    >>> from retrieval.query.analysis import analyse
    >>> asked = analyse("Đảng viên dự bị có được bầu cử trong Đảng không?")
    >>> polarity(asked, "Đảng viên dự bị không được bầu cử trong Đảng.")
    <RemarkKind.SAYS_NO: 'says_no'>
    >>> polarity(asked, "Đảng viên dự bị được dự họp.") is None
    True
    """
    asked = _ASKED.sub("", question.text)
    if question.wanted is not Wanted.YES_NO or _NEGATION.search(asked):
        return None
    telling = {fold(w.lower()) for w in spelled(asked) if key(w) not in STOP_WORDS} - _FRAME
    if len(telling) < _FEWEST:
        return None
    for span in split_sentences(quote):
        sentence = quote[span.start : span.end]
        read = telling.intersection(fold(word.lower()) for word in spelled(sentence))
        if len(read) >= _ENOUGH * len(telling):
            return _said(sentence, telling, of_being=bool(_ASKS_BEING.search(asked)))
    return None


def _said(sentence: str, telling: set[str], *, of_being: bool) -> RemarkKind | None:
    """Return what the sentence says of the telling words; `of_being`: whether there is something.

    "Không có" denies only that: "… phạt người không có giấy phép" forbids no fine.
    """
    if _EXCEPT.search(sentence):
        return RemarkKind.SAYS_EXCEPT
    denied = list(_NEGATION.finditer(sentence))
    if len(denied) != 1 or _HEDGE.search(sentence):
        return None
    if denied[0].group().lower() == "không có" and not of_being:
        return None
    behind = spelled(sentence[denied[0].end() :])[:_NEAR]
    return RemarkKind.SAYS_NO if telling.intersection(fold(w.lower()) for w in behind) else None
