"""Abbreviations that a text itself defines: "Hội Cựu chiến binh (HCCB)". Pure.

Schwartz and Hearst (2003) find them in the same way: a short form in parentheses, or after "viết
tắt là", whose letters are those with which the words before it begin. What a version defines is
kept when it is staged (`store.mentions`); `indexing.staging._FORMAT` must be raised when what is
recognised changes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from retrieval.text.vietnamese import fold, spelled

_SHORT = r"[A-ZĐƯ]{2}[A-ZĐƯa-z]{0,8}|[A-ZĐ](?:\.[A-ZĐƯ]){1,4}"
_BEHIND = re.compile(
    rf"([^()\n.;:!?]{{4,90}}?)\s?(?:\(|,? ?(?:viết|gọi) tắt là ?[“\"]?)"
    rf"(?:(?:viết|gọi|sau đây (?:gọi|viết)) tắt là )?[“\"]?({_SHORT})[”\"]?(?=[),.;”\" ]|$)"
)
_BEFORE = re.compile(rf"\b({_SHORT}) ?\(([^()\n.;:!?]{{4,90}})\)")


def definitions_in(text: str) -> frozenset[tuple[str, str]]:
    """Return the short forms that `text` defines, in capitals, and what each stands for.

    >>> sorted(definitions_in("Giao Hội Cựu chiến binh (HCCB) và BQL (Ban Quản lý) phối hợp."))
    [('BQL', 'Ban Quản lý'), ('HCCB', 'Hội Cựu chiến binh')]
    >>> definitions_in("Ông An (HCCB) nói.")
    frozenset()
    """
    return frozenset(_defined(text))


def _defined(text: str) -> Iterator[tuple[str, str]]:
    for found in _BEHIND.finditer(text):
        if long := _ending(found[1], letters := _letters(found[2])):
            yield letters, long
    for found in _BEFORE.finditer(text):
        letters = _letters(found[1])
        if _initials(words := spelled(found[2])) == _folded(letters):
            yield letters, " ".join(words)


def _letters(short: str) -> str:
    return short.replace(".", "").upper()


def _ending(before: str, letters: str) -> str:
    """Return the last words of `before` if they begin with `letters`; "" if they do not."""
    words = spelled(before)[-len(letters) :]
    return " ".join(words) if _initials(words) == _folded(letters) else ""


def _folded(letters: str) -> str:
    """Fold letters; W is how Ư is typed in "TW"."""
    return fold(letters.lower()).replace("w", "u")


def _initials(words: list[str]) -> str:
    return fold("".join(word[0] for word in words).lower())
