"""What the best evidence fails to offer: the very office, day, rank or place that is asked for.

Owns four vetoes, pure. A question for the holder of an office is not answered by sentences that
name only other offices, its deputy, that of another place or nobody; one for a day not by sentences
without any; one for who is first not by who is second; one for the figure of a province not by that
of the whole country.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from retrieval.conflicts import named_by
from retrieval.names import in_names
from retrieval.question import Question, Wanted
from retrieval.scope import places_in
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
_BEFORE, _AFTER = 14, 14
"""How many syllables off an office its holder is named."""
_ASKS_DAY = re.compile(r"\b(?:ngay|hom) (?:nao|may|bao nhieu)\b|ngay thang nam nao")
_DAY = re.compile(r"\d{1,2}[/-]\d{1,2}|\bngay (?:mung )?\d{1,2}|\d{1,2} thang \d")
_RANK = re.compile(r"\b(?:dung|xep|hang)(?: (?:thu|hang|vi tri))* (nhat|nhi|ba|tu|dau|\d+)\b")
_RANKS = {"nhat": "1", "dau": "1", "nhi": "2", "ba": "3", "tu": "4"}
_OF_COUNTRY = re.compile(r"(?:thu \S+|dau|nhat)(?: (?:cua|trong))? (?:ca nuoc|toan quoc)")
_COUNTRY = re.compile(r"\b(?:ca nuoc|toan quoc)\b")


def wanting(question: Question, best: Sequence[str]) -> str:
    """Return what `question` asks for and none of the `best` sentences offers; "" if nothing.

    >>> from retrieval.question import analyse
    >>> wanting(analyse("Bí thư Tỉnh ủy là ai?"), ["Phó Bí thư Tỉnh ủy Lê An dự."])
    'Bí thư Tỉnh ủy'
    """
    return (
        _day(question, best)
        or _rank(question, best[0])
        or _figure(question, best[0])
        or (_holder(question, best) if question.wanted is Wanted.PERSON else "")
    )


def _day(question: Question, best: Sequence[str]) -> str:
    asked = _ASKS_DAY.search(fold(question.text))
    return "ngày nào" if asked and not any(_DAY.search(fold(t)) for t in best) else ""


def _rank(question: Question, best: str) -> str:
    """Return the rank asked about, if the best sentence tells another."""
    asked = _RANK.search(fold(question.text))
    told = {_RANKS.get(rank, rank) for rank in _RANK.findall(fold(best))}
    other = asked and told and _RANKS.get(asked[1], asked[1]) not in told
    return question.text[asked.start() : asked.end()] if asked and other else ""


def _figure(question: Question, best: str) -> str:
    """Return the place whose figure is asked for, if the best sentence has the country's."""
    asked = named_by(question).places if question.wanted is Wanted.NUMBER else ()
    whole = _COUNTRY.search(_OF_COUNTRY.sub("", fold(best)))
    return asked[0] if asked and whole and not places_in(best).intersection(asked) else ""


def _holder(question: Question, best: Sequence[str]) -> str:
    """Return the office asked about, if no sentence names who holds it in the place asked about."""
    start, office = _office(question)
    asked = named_by(question).places
    deputy = question.folded[max(start - 1, 0) : start] == _DEPUTY
    for text in best:
        there = places_in(text)
        elsewhere = asked and there and there.isdisjoint(asked)
        if not office or (not elsewhere and _names_holder(text, office, deputy=deputy)):
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


def _names_holder(text: str, office: tuple[str, ...], *, deputy: bool) -> bool:
    """True if somebody is named close to `office`, and is not its deputy."""
    terms = terms_of(text)
    words, names = terms.sequence, in_names(terms.spelled)
    return any(
        words[i : i + len(office)] == office
        and (deputy or words[max(i - 1, 0) : i] != _DEPUTY)
        and any(names[max(i - _BEFORE, 0) : i + len(office) + _AFTER])
        for i in range(len(words))
    )
