"""What a collection of documents is about, in a few words: phrases that its titles share.

Pure but for reading `data/title_genres.txt`: words that say what kind of text or meeting a title
announces, not what it is about.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import pairwise

from retrieval.text.vietnamese import key, spelled
from retrieval.text.word_lists import word_list

_SHORTEST, _LONGEST = 2, 6
_LEAST = 2
"""In how many titles a phrase must stand, unless there are few titles."""
_LINK_WORDS = "và của về ở tại trong cho là các những một với từ đến năm theo để sau khi có"
_LINKS = frozenset(map(key, _LINK_WORDS.split()))
"""Words with which no phrase begins or ends."""


def topics_of(titles: Iterable[str], most: int = 3) -> tuple[str, ...]:
    """Return at most so many phrases that stand in most of `titles`, as written there, best first.

    A phrase counts by the titles that hold it and by its length; none overlaps another, nor does
    one begin or end with a word of genre.

    >>> topics_of(["Đại hội Đảng bộ xã An", "Chuẩn bị đại hội đảng bộ", "Kết nạp đảng viên mới",
    ...     "Đảng viên mới năm 2024"])
    ('Đại hội Đảng bộ', 'đảng viên mới')
    >>> topics_of(["Hội nghị sơ kết công tác dân vận", "Sơ kết sáu tháng công tác dân vận"])
    ('công tác dân vận',)
    """
    counts: Counter[str] = Counter()
    written: dict[str, str] = {}
    for title in titles:
        phrases = {phrase.lower(): phrase for phrase in _phrases(title)}
        counts.update(phrases.keys())
        for lower, phrase in phrases.items():
            written.setdefault(lower, phrase)
    shared = [phrase for phrase, count in counts.items() if count >= _LEAST]
    shared.sort(key=lambda phrase: (-counts[phrase] * (len(phrase.split()) - 1), phrase))
    chosen: list[str] = []
    for phrase in shared:
        if len(chosen) == most:
            break
        if not any(_overlap(phrase.split(), other.split()) for other in chosen):
            chosen.append(phrase)
    return tuple(written[phrase] for phrase in chosen)


@cache
def _genres() -> frozenset[tuple[str, ...]]:
    """Return the words of genre, each a tuple of folded syllables."""
    return frozenset(tuple(map(key, genre.split())) for genre in word_list("title_genres.txt"))


def _overlap(one: list[str], other: list[str]) -> bool:
    """Return True if the phrases share two words side by side, or one begins where one ends."""
    shared = set(pairwise(one)) & set(pairwise(other))
    return bool(shared) or one[-1] == other[0] or one[0] == other[-1]


def _phrases(title: str) -> Iterator[str]:
    words = spelled(title)
    telling = [word.isalpha() and key(word) not in _LINKS for word in words]
    for start in range(len(words)):
        for length in range(_SHORTEST, min(_LONGEST, len(words) - start) + 1):
            end = start + length
            inside = all(word.isalpha() for word in words[start:end])
            edges = {tuple(map(key, pair)) for pair in (words[start:][:2], words[:end][-2:])}
            if inside and telling[start] and telling[end - 1] and edges.isdisjoint(_genres()):
                yield " ".join(words[start:end])
