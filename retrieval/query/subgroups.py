"""Groups of people whose figure is asked for: women, the young, members of a minority … Pure.

Owns the table and finding its groups in a question, typed with, without or with wrong diacritics,
and in what the sources say: the share of all is not that of a group.

>>> lacking_group("ty le dang vien moi la nu?", ["Kết nạp 90 đảng viên, đạt 102%."])
'nu'
>>> lacking_group("Bao nhiêu đảng viên là nữ?", ["Kết nạp 90 người, phụ nữ chiếm một nửa."])
''
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache

from retrieval.text.names import places, spaced
from retrieval.text.vietnamese import Word, fold, spelled, words
from retrieval.text.word_lists import word_table

_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
_HOOK, _TILDE = "\u0309", "\u0303"
"""The two tones that are most often taken for each other."""
_MEMBERS = re.compile(
    r"\b(?:dang vien|can bo|cong chuc|vien chuc|cap uy|uy vien|dai bieu|bi thu|chi uy|lanh dao"
    r"|ket nap|nhan su|hoi vien|ung cu|quan ly)\b"
)
"""Of whom a group is asked about: elsewhere its words are what a rule is about."""


@cache
def subgroups() -> tuple[tuple[str, ...], ...]:
    """Return the forms of each group."""
    return tuple(map(tuple, word_table("subgroups.tsv")))


def lacking_group(question: str, texts: Iterable[str]) -> str:
    """Return the group, as typed, that `question` names and none of `texts` does; "" if none."""
    named = list(_named(question))
    if not named:
        return ""
    told = [spaced(text) for text in texts]
    for typed, forms in named:
        if not any(form in text for form in map(spaced, forms) for text in told):
            return typed
    return ""


def _named(question: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the groups that a question names: as typed, and all forms of each."""
    plain = fold(question)
    if not _MEMBERS.search(plain):
        return
    found = words(question)
    for match in _pattern().finditer(plain):
        typed = [word for word in found if match.start() <= word.start < match.end()]
        for form, forms in _folded().get(match.group(), ()):
            if _alike(typed, form):
                yield question[match.start() : match.end()], forms
                break


def _alike(typed: list[Word], form: str) -> bool:
    """Return True if each word of `form` is typed as it is, without marks, or hook for tilde."""
    pairs = zip([word.text.lower() for word in typed], spelled(form.lower()), strict=True)
    return all(word.isascii() or _is_slip(word, meant) for word, meant in pairs)


def _is_slip(typed: str, meant: str) -> bool:
    (letters, tone), (wanted, right) = _toned(typed), _toned(meant)
    return letters == wanted and (tone in {"", right} or {tone, right} == {_HOOK, _TILDE})


def _toned(word: str) -> tuple[str, str]:
    """Return a syllable without its tone, and the tone."""
    parts = unicodedata.normalize("NFD", word)
    tone = "".join(_TONES.intersection(parts))
    return "".join(letter for letter in parts if letter not in _TONES), tone


@cache
def _folded() -> dict[str, list[tuple[str, tuple[str, ...]]]]:
    """The forms by how they are typed without diacritics, each with all forms of its group."""
    table: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
    for forms in subgroups():
        for form in forms:
            table.setdefault(fold(form), []).append((form, forms))
    return table


@cache
def _pattern() -> re.Pattern[str]:
    """The forms, and the names of places, of which one is no form: Bến Tre."""
    longest_first = sorted({*_folded(), *map(fold, places())}, key=len, reverse=True)
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(map(re.escape, longest_first))})(?![^\W_])")
