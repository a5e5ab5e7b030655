"""What turns a sentence round although nearly all its words stand in its support. Pure.

Owns negations and comparisons that the support lacks, numbers that count something else or belong
to somebody else, and names or numbers put into each other's places.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from retrieval.claims import Claim, Held, Sort, claims_in, held_by, holds
from retrieval.question import STOP_WORDS
from retrieval.vietnamese import expanded, key, words

_NEGATIONS = frozenset(map(key, ("không", "chưa", "chẳng", "đừng", "chớ", "cấm", "thôi", "hết")))
_WEIGHTY = """
    không chưa chẳng đừng cấm tăng giảm hơn kém dưới vượt nhất ít thấp cao gấp trước sau đầu cuối
    nửa mọi tất chỉ duy hai ba bốn sáu bảy tám chín mười chục trăm nghìn ngàn triệu tỷ tỉ
    bãi bỏ hủy huỷ dừng thiếu thừa sai đúng phản đối trừ lùi mất thua
"""
_GUARDED = frozenset(map(key, _WEIGHTY.split()))
"""Words that turn a sentence round: they must stand in what supports it."""
_HARMLESS = re.compile(r"\b(?:tăng cường|trước hết|trước mắt|trước tiên|đầu tiên|đúng đắn)\b")
_DOTTED_DATE = re.compile(r"\b(\d{1,2})\.(\d{1,2})\.([12]\d{3})\b")
_CLAUSE = re.compile(r"[;:]|[,.](?!\d)|\s(?:và|còn|trong khi)\s")
_UNIT = re.compile(r"\s*(?P<word>[^\W\d_]+)(?:\s+(?P<next>[^\W\d_]+))?")
_REACH = 60
_YEAR = re.compile(r"(?:1[89]|20)\d\d")
_FRAME = frozenset(map(key, ("năm", "tháng", "ngày", "số")))
_SLOT = 6
"""Words in a place where one thing may have been put for another."""
_NEIGHBOURS = 2


def turned_round(text: str, support: str) -> str:
    """Return the word that turns the meaning round against the support, "" if there is none."""
    there = {key(w.text) for w in words(support)}
    for n, word in enumerate(words(_HARMLESS.sub("", text))):
        named = n > 0 and word.text[0].isupper()
        alike = {key(word.text), *_as_digits(word.text)}
        if key(word.text) in _GUARDED and not named and not alike & there:
            return word.text
    mine, theirs = _negated(text), _negated(support)
    for negated in mine ^ theirs:
        if negated in _plainly(text) | mine and negated in _plainly(support) | theirs:
            return negated
    return ""


def misattached(text: str, support: str) -> Claim | None:
    """Return a number that counts something else in the support, or belongs to somebody else."""
    claims = claims_in(text)
    numbers = [c for c in claims if c.sort is Sort.NUMBER and c.value[0].isdigit()]
    names = [c for c in claims if c.sort is Sort.NAME]
    for number in numbers:
        if not _counts_the_same(number, text, support):
            return number
        if any(_is_anothers(number, name, text, support) for name in names):
            return number
    return None


def exchanged(text: str, sentences: Sequence[str]) -> str:
    """Return a name or number that stands where the support has another one, "" if none does.

    It is let pass where the support elsewhere has it between the same words.
    """
    mine = _tokens(text)
    theirs = [_tokens(sentence) for sentence in sentences]
    for other in theirs:
        for start, end in _replaced(mine, other):
            if not any(_stands_so(mine, start, end, there) for there in theirs):
                return " ".join(token.text for token in mine[start:end])
    return ""


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    key: str
    kind: str
    """"year", "number", or "name" for a capital inside a sentence; empty for what tells nothing."""

    @property
    def telling(self) -> bool:
        return bool(self.kind)


def _tokens(text: str) -> list[_Token]:
    return [
        _Token(part, _plain_key(part), _kind(part, opening=n == 0))
        for n, word in enumerate(words(_DOTTED_DATE.sub(r"\1/\2/\3", text)))
        for part in expanded(word.text)
    ]


def _kind(word: str, opening: bool) -> str:
    if word[0].isdigit():
        return "year" if _YEAR.fullmatch(word) else "number"
    return "name" if word[0].isupper() and not opening else ""


def _plain_key(word: str) -> str:
    return key(word).lstrip("0") if word[0].isdigit() else key(word)


def _replaced(mine: Sequence[_Token], other: Sequence[_Token]) -> Iterator[tuple[int, int]]:
    """Yield the stretches of `mine` where `other` has something else telling."""
    keys = [t.key for t in mine], [t.key for t in other]
    for what, a, b, c, d in SequenceMatcher(None, *keys, autojunk=False).get_opcodes():
        if what == "replace" and b - a <= _SLOT and d - c <= _SLOT:
            here = {t.key for t in mine[a:b] if t.telling}
            there = {t.key for t in other[c:d] if t.telling}
            alike = {t.kind for t in mine[a:b] if t.kind} & {t.kind for t in other[c:d]}
            if alike and not (here <= there or there <= here):
                yield a, b


def _stands_so(mine: Sequence[_Token], start: int, end: int, other: Sequence[_Token]) -> bool:
    """Return True if `other` has the telling words of the stretch between the same words."""
    wanted = [t.key for t in mine[start:end] if t.telling]
    left, right = _before(mine, start), _after(mine, end)
    for at in range(len(other) - len(wanted) + 1):
        if [t.key for t in other[at : at + len(wanted)]] == wanted:
            beside = at + len(wanted)
            so_before = not left or left & _before(other, at)
            if so_before and (not right or right & _after(other, beside)):
                return True
    return False


def _before(tokens: Sequence[_Token], at: int) -> set[str]:
    return _nearest(reversed(tokens[:at]))


def _after(tokens: Sequence[_Token], at: int) -> set[str]:
    return _nearest(tokens[at:])


def _nearest(tokens: Iterable[_Token]) -> set[str]:
    told = (t.key for t in tokens if t.key not in STOP_WORDS | _FRAME)
    return set(itertools.islice(told, _NEIGHBOURS))


_DIGITS = {"hai": "2", "ba": "3", "bốn": "4", "sáu": "6", "bảy": "7", "tám": "8", "chín": "9"}


def _as_digits(word: str) -> set[str]:
    return {_DIGITS[word.lower()]} if word.lower() in _DIGITS else set()


def _negated(text: str) -> set[str]:
    """Return the keys of the words that follow a negation."""
    keys = [key(w.text) for w in words(text)]
    return {after for word, after in itertools.pairwise(keys) if word in _NEGATIONS}


def _plainly(text: str) -> set[str]:
    """Return the keys of the words that follow no negation."""
    keys = ["", *(key(w.text) for w in words(text))]
    return {after for word, after in itertools.pairwise(keys) if word not in _NEGATIONS}


def _counts_the_same(number: Claim, text: str, support: str) -> bool:
    """Return True if what follows the number also follows it in the support, near enough."""
    unit = _unit_after(text, number.end)
    if not unit or number.value.endswith("%"):
        return True
    places = [c for c in claims_in(support) if c.sort is number.sort and c.value == number.value]
    near = [{key(w.text) for w in words(support[c.end : c.end + _REACH])} for c in places]
    return not near or any(unit in words_after for words_after in near)


def _unit_after(text: str, end: int) -> str:
    """Return the key of the word that says what a number counts, "" where none does."""
    match = _UNIT.match(text, end)
    for word in match.groups() if match else ():
        if word and key(word) not in STOP_WORDS:
            return key(word)
    return ""


def _is_anothers(number: Claim, name: Claim, text: str, support: str) -> bool:
    """Return True if the support gives the number to another name, and this name another number."""
    clauses = _CLAUSE.split(support)
    of_number = [c for c in clauses if holds(number, text, held_by(c))]
    of_name = [c for c in clauses if holds(name, text, held_by(c))]
    if not of_number or not of_name or any(c in of_name for c in of_number):
        return False
    mine = held_by(text)
    return all(_holds_others(of_number, Sort.NAME, mine)) and all(
        _holds_others(of_name, Sort.NUMBER, mine)
    )


def _holds_others(clauses: Iterable[str], sort: Sort, mine: Held) -> Iterable[bool]:
    """Yield for each clause whether it holds something of that sort that is not `mine`."""
    for clause in clauses:
        within = f"… {clause}"
        yield any(c.sort is sort and not holds(c, within, mine) for c in claims_in(within))
