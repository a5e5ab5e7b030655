"""Questions that a text answers, made of its own sentences by rules: cloze question generation.

Owns the making, pure: a number gives way to "bao nhiêu", a directive is asked for what it says.
Whether a question really finds its sentence again is for who offers it to try. The rules are
narrow: a sentence that is not plain makes no question.

    >>> [q.text for q in questions_of("Năm 2024, Hà Nội kết nạp hơn 11.144 đảng viên, đạt 108%.")]
    ['Năm 2024, Hà Nội kết nạp bao nhiêu đảng viên?']
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from retrieval.directives.recognition import find_references, name_of
from retrieval.models import Span
from retrieval.text.sentences import split_sentences
from retrieval.text.vietnamese import fold

LONGEST, _SHORTEST = 90, 24
"""Characters of a question that fits on a button and says enough."""
_NUMBER = re.compile(
    r"(?:(?:hơn|gần|trên|khoảng|được|là|tới|đến|đủ)\s+)*(?<![\d.,/-])\d{1,3}(?:\.\d{3})*(?![\d.,%/-])\s+"
)
_COUNTED = re.compile(r"[^\W\d_]+(?: [^\W\d_]+){0,6}")
_LONGEST_NOUN = 5
_LEAST_WORDS = 2
"""Words that say who counts or what: a bare "Năm" or "Có" makes no question."""
_BEFORE_ORDINALS = "thứ tháng lần năm số kỷ khoản điều khóa quý ngày"
_ORDERS = frozenset(_BEFORE_ORDINALS.split())
"""Words before a number that counts nothing."""
_WITHOUT_SUBJECT = frozenset(["đã", "đang", "sẽ", "còn", "có", "được", "đạt"])
"""Words with which a clause begins that does not say who."""
_UNITS = "ngày tháng năm giờ phút tuần quý tuổi lần khóa nhiệm kỳ điểm phần"
_TIME = frozenset(_UNITS.split())
_FUNCTION_WORDS = """
    của và với cho trong tại ở về là có được đã để từ theo do các những một đến ra mới cùng hoặc
    như khi vào trên dưới bằng gồm này đó trực
"""
_NEVER_ENDS = frozenset(_FUNCTION_WORDS.split())
_POINTS_BACK = re.compile(
    r"\b(?:này|đó|trên đây|nói trên|ấy|nêu trên|đồng thời|ngoài ra|cũng)\b", re.I
)
_NOT_PLAIN = re.compile(r"[\"“”:;()\[\]?!…*•|]")


@dataclass(frozen=True, slots=True)
class Generated:
    """A question, and where in the text the sentence stands that answers it."""

    text: str
    answer: Span


def questions_of(text: str) -> list[Generated]:
    """Return the questions that `text` answers, in its order, each once; those of numbers first."""
    sentences = split_sentences(text)
    counted = [found for span in sentences for found in _how_many(text, span)]
    named = [found for span in sentences for found in _what_it_says(text, span)]
    once: dict[str, Generated] = {}
    for question in (*counted, *named):
        once.setdefault(fold(question.text), question)
    return list(once.values())


def _how_many(text: str, span: Span) -> Iterator[Generated]:
    sentence = text[span.start : span.end]
    for match in _NUMBER.finditer(sentence):
        head = sentence[: match.start()].rstrip()
        if not head or not head[0].isupper() or _NOT_PLAIN.search(head) or head.count(",") > 1:
            continue
        counted = _COUNTED.match(sentence, match.end())
        noun = _noun(counted.group().split()) if counted else ""
        question = f"{head} bao nhiêu {noun}?"
        if noun and _leads_to_number(head) and _SHORTEST <= len(question) <= LONGEST:
            yield Generated(question, span)
        return


def _leads_to_number(head: str) -> bool:
    """Whether what stands before a number is a clause that says who has so many."""
    clause = head.rsplit(",", 1)[-1].split()
    last = clause[-1].lower() if clause else ""
    return (
        len(clause) >= _LEAST_WORDS
        and last not in _ORDERS
        and clause[0].lower() not in _WITHOUT_SUBJECT
        and (last in {"có", "được"} or last not in _NEVER_ENDS)
        and not any(char.isdigit() for char in " ".join(clause))
        and not _POINTS_BACK.search(head)
    )


def _noun(words: list[str]) -> str:
    """Return the words for what is counted; "" for times, shares, and what has no clear end."""
    end = next(
        (i for i, word in enumerate(words) if word.lower() in _NEVER_ENDS or word[0].isupper()),
        len(words),
    )
    known = 0 < end <= _LONGEST_NOUN and words[0].lower() not in _TIME
    return " ".join(words[:end]) if known else ""


def _what_it_says(text: str, span: Span) -> Iterator[Generated]:
    for reference in find_references(text[span.start : span.end]):
        if reference.kind and reference.number and (reference.suffix or reference.series):
            yield Generated(f"{name_of(reference)} nói gì?", span)
