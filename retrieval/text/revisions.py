"""What became of words when a text was revised: whether they still stand, and what stands instead.

Texts are compared by their words: letters' case, blanks, line breaks and marks between words do not
count, so that a file which is only read or set anew changes nothing. Pure; offsets are characters.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from retrieval.models import Span
from retrieval.text.sentences import split_sentences

_WORD = re.compile(r"\w+")
ALIKE = 0.6
"""F1 of the words from which on a stretch counts as a new wording. Of 170 sentences of the shipped
articles with three words in ten changed all find themselves so; of as many that were taken out 8 %
find another."""
_WINDOW = 8
"""Sentences of a stretch at most."""
_MOST_WORDS = 4000
"""Of both sides together, beyond which changed words are not marked one by one."""


def words_key(text: str) -> str:
    """Return the words of a text in lower case, between single blanks.

    >>> words_key("Năm 2024, kết nạp 11.144\\nđảng viên.")
    ' năm 2024 kết nạp 11 144 đảng viên '
    """
    return f" {' '.join(_WORD.findall(text.lower()))} "


def stands(words: str, text_key: str) -> bool:
    """Return whether all of `words` stand, in order and without a gap, in a text of that key.

    >>> stands("11.144 ĐẢNG VIÊN", words_key("Kết nạp 11.144 đảng viên mới."))
    True
    >>> stands("11.144 đảng", words_key("Kết nạp 11.144 đảng viên mới."))
    True
    >>> stands("144 đảng viên cũ", words_key("Kết nạp 11.144 đảng viên mới."))
    False
    """
    return words_key(words) in text_key


@lru_cache(maxsize=256)
def nearest_stretch(words: str, text: str) -> Span | None:
    """Return the sentences of `text` whose words are most alike, None where none are alike.

    Likeness is the F1 of the counted words, at least `ALIKE`; of equals the shorter, then the
    first.

    >>> text = "Mở đầu. Năm 2024 kết nạp 11.200 đảng viên. Hết."
    >>> span = nearest_stretch("Năm 2024 kết nạp 11.144 đảng viên.", text)
    >>> text[span.start:span.end]
    'Năm 2024 kết nạp 11.200 đảng viên.'
    """
    wanted = Counter(_WORD.findall(words.lower()))
    size = wanted.total()
    sentences, counted = _counted(text)
    shared = [sum(min(n, count[word]) for word, n in wanted.items()) for count in counted]
    totals = [count.total() for count in counted]
    longest = min(len(split_sentences(words)) + 1, _WINDOW)
    best, found = ALIKE, None
    for first in range(len(sentences)):
        if not shared[first]:
            continue
        total = most = 0
        for last in range(first, min(first + longest, len(sentences))):
            total, most = total + totals[last], most + shared[last]
            if 2 * min(size, most) / (size + total) < best:
                continue  # not even if no word were shared twice
            window = sum(counted[first : last + 1], Counter[str]())
            likeness = 2 * (wanted & window).total() / (size + total)
            if likeness > best or (found is None and likeness == best):
                best, found = likeness, Span(sentences[first].start, sentences[last].end)
    return found


@lru_cache(maxsize=4)
def _counted(text: str) -> tuple[list[Span], list[Counter[str]]]:
    """Return the sentences of a text and their words: many quotes ask for those of one source."""
    sentences = split_sentences(text)
    return sentences, [Counter(_WORD.findall(text[s.start : s.end].lower())) for s in sentences]


def changed_words(old: str, new: str) -> list[Span]:
    """Return the stretches of `new` whose words do not stand so in `old`; [] for long texts.

    >>> new = "Kết nạp 11.200 đảng viên mới."
    >>> [new[s.start:s.end] for s in changed_words("Kết nạp 11.144 đảng viên.", new)]
    ['200', 'mới']
    """
    before = _WORD.findall(old.lower())
    after = list(_WORD.finditer(new))
    if len(before) + len(after) > _MOST_WORDS:
        return []
    matcher = SequenceMatcher(None, before, [m.group().lower() for m in after], autojunk=False)
    return [
        Span(after[start].start(), after[end - 1].end())
        for tag, _, _, start, end in matcher.get_opcodes()
        if tag in {"replace", "insert"} and end > start
    ]


@dataclass(frozen=True, slots=True)
class Revision:
    """Sentences that were taken out, and those that stand there instead; one may be empty."""

    old: tuple[str, ...]
    new: tuple[str, ...]


def revisions(old: str, new: str) -> list[Revision]:
    """Return what changed between two texts, sentence by sentence, in reading order.

    >>> revisions("Một. Hai. Ba.", "Một. Hai và nửa. Ba. Bốn.")
    [Revision(old=('Hai.',), new=('Hai và nửa.',)), Revision(old=(), new=('Bốn.',))]
    """
    before, after = list(_sentences(old)), list(_sentences(new))
    keys = [words_key(s) for s in before], [words_key(s) for s in after]
    matcher = SequenceMatcher(None, *keys, autojunk=False)
    return [
        Revision(tuple(before[a:b]), tuple(after[c:d]))
        for tag, a, b, c, d in matcher.get_opcodes()
        if tag != "equal" and (_says(keys[0][a:b]) or _says(keys[1][c:d]))
    ]


def _says(keys: Sequence[str]) -> bool:
    return any(one.strip() for one in keys)


def _sentences(text: str) -> Iterator[str]:
    for span in split_sentences(text):
        yield text[span.start : span.end]
