"""Names and numbers in each other's places, although all of them stand in the support. Pure."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from retrieval.claims import Sort, claims_in
from retrieval.question import STOP_WORDS
from retrieval.vietnamese import expanded, key, words

_DOTTED_DATE = re.compile(r"\b(\d{1,2})\.(\d{1,2})\.([12]\d{3})\b")
_YEAR = re.compile(r"(?:1[89]|20)\d\d")
_FRAME = frozenset(map(key, ("năm", "tháng", "ngày", "số")))
_SLOT = 6
"""Words in a place where one thing may have been put for another."""
_NEIGHBOURS = 2
_OPENING = "^"
"""Stands before the first word of a sentence."""


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


def traded(text: str, sentences: Iterable[str]) -> str:
    """Return two names that stand in each other's places in the support, "" if none do."""
    mine, theirs = _neighbours([text]), _neighbours(sentences)
    for one, other in itertools.combinations(mine.keys() & theirs.keys(), 2):
        for side in (0, 1):
            here, there = mine[one][side], mine[other][side]
            own, others = theirs[one][side], theirs[other][side]
            if here & others and there & own and not (here & own or there & others):
                return f"{one} / {other}"
    return ""


def _neighbours(texts: Iterable[str]) -> dict[str, tuple[set[str], set[str]]]:
    """Return for each name the keys of the words right before it, and of those right after."""
    found: dict[str, tuple[set[str], set[str]]] = {}
    for text in texts:
        for name in (claim for claim in claims_in(text) if claim.sort is Sort.NAME):
            before, after = found.setdefault(name.value, (set(), set()))
            before.update([key(w.text) for w in words(text[: name.start])[-1:]] or [_OPENING])
            after.update(key(w.text) for w in words(text[name.end :])[:1])
    return found


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
