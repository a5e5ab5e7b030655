"""What the best evidence fails to offer: the very office or the day that a question asks for.

Owns two vetoes, pure: a question for the holder of an office is not answered by sentences that name
only other offices or its deputy, nor a question for a day by sentences without any.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from retrieval.question import Question, Wanted
from retrieval.terms import terms_of
from retrieval.vietnamese import fold

_HEADS = frozenset(
    tuple(head.split())
    for head in (
        *("bi thu", "chu tich", "truong ban", "chanh van", "chu nhiem", "bo truong"),
        *("giam doc", "vu truong", "truong doan"),
    )
)
_BODY_WORDS = "ban tinh thanh hoi uy quan huyen dang mat quoc phong trung doan xa phuong dai"
_BODIES = frozenset(_BODY_WORDS.split())
"""How the name of the body goes on after the office."""
_DEPUTY = ("pho",)
_ASKS_DAY = re.compile(r"\b(?:ngay|hom) (?:nao|may|bao nhieu)\b|ngay thang nam nao")
_DAY = re.compile(r"\d{1,2}[/-]\d{1,2}|\bngay (?:mung )?\d{1,2}|\d{1,2} thang \d")


def wanting(question: Question, best: Iterable[str]) -> str:
    """Return what `question` asks for and none of the `best` sentences offers; "" if nothing.

    >>> from retrieval.question import analyse
    >>> wanting(analyse("Bí thư Tỉnh ủy là ai?"), ["Phó Bí thư Tỉnh ủy Lê An dự."])
    'Bí thư Tỉnh ủy'
    """
    texts = list(best)
    if _ASKS_DAY.search(fold(question.text)) and not any(_DAY.search(fold(t)) for t in texts):
        return "ngày nào"
    start, office = _office(question)
    if question.wanted is not Wanted.PERSON or not office:
        return ""
    deputy = question.folded[max(start - 1, 0) : start] == _DEPUTY
    if any(_holds(terms_of(text).sequence, office, deputy=deputy) for text in texts):
        return ""
    return " ".join(question.spelled[start : start + len(office)])


def _office(question: Question) -> tuple[int, tuple[str, ...]]:
    """Where the first office with its body stands in the question, and its folded words."""
    folded = question.folded
    for i in range(len(folded) - 3):
        if folded[i : i + 2] in _HEADS and folded[i + 2] in _BODIES:
            longer = folded[i + 2 : i + 4] == ("uy", "ban")
            return i, folded[i : i + (6 if longer else 4)]
    return 0, ()


def _holds(words: Sequence[str], office: tuple[str, ...], *, deputy: bool) -> bool:
    places = (i for i in range(len(words)) if tuple(words[i : i + len(office)]) == office)
    return any(deputy or tuple(words[max(i - 1, 0) : i]) != _DEPUTY for i in places)
