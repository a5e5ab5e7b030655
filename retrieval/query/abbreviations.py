"""Abbreviations of a question written out: those of a table, and those that the sources explain.

Owns the readings of a short form and choosing one. A short form that the table does not know is
read as the words near it in the sources whose initials it is made of: "HTXSNV" where they speak of
"hoàn thành xuất sắc nhiệm vụ". What sources define ("Hội Cựu chiến binh (HCCB)") is kept with the
index and comes in as `Defined`. Pure.
"""

from __future__ import annotations

import heapq
import itertools
import math
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from retrieval.text.names import places
from retrieval.text.vietnamese import Word, abbreviations, fold, folded_key, is_syllable, words
from retrieval.text.word_lists import word_table

_VOWELS = frozenset("aeiouy")
_SHORTEST, _LONGEST = 2, 9
DEFINED = 20
"""How many plain occurrences a definition counts for."""
_ADJACENT = 0.3
"""What a known pair with a neighbour in the question counts for."""
_SHARED = 2.0
"""How much more a stretch counts for each word that it shares with the question."""
_COHESION = 0.5
_KEPT_READINGS = 8
_JOINING = re.compile(r"[ \t\xa0]+")
_NUMBERED = re.compile(r"\s{0,3}(?:số\s{1,3})?\d|-\w")

_BODIES = ("Ban", "Ủy ban")
_RANKS = frozenset(("bt", "pbt"))
_JOINERS = frozenset("-–/")

Frequency = Callable[[str], int]
"""In how many passages a folded term stands, 0 if in none."""
Defined = Callable[[str], Mapping[str, int]]
"""What a short form in capitals stands for where sources define it, and in how many."""


@dataclass(frozen=True, slots=True)
class Short:
    """A short form at a place of a text, and what it may stand for."""

    word: Word
    readings: tuple[str, ...]
    """Of the table; none where only the sources can say."""


def short_forms(text: str, defined: Defined = lambda short: {}) -> list[Short]:
    """Return what in `text` is to be written out; what every text writes out alike is not.

    What the sources define (`defined`) is too, in small letters as well.

    >>> [(s.word.text, s.readings) for s in short_forms("cb HTXSNV ko đc thưởng")]
    [('cb', ('cán bộ', 'chi bộ')), ('HTXSNV', ()), ('ko', ('không',)), ('đc', ('được',))]
    """
    found = words(text)
    shouted = text.isupper()
    return [
        short
        for i, word in enumerate(found)
        if (short := _short(word, text, found, i, defined, shouted=shouted))
    ]


def _short(
    word: Word, text: str, found: list[Word], i: int, defined: Defined, *, shouted: bool
) -> Short | None:
    lower = word.text.lower()
    if not lower.isalpha() or (i and text[word.start - 1] in "/-"):
        return None
    if word.text.isupper() and abbreviations().get(lower, ("", False))[0] in places():
        return None
    numbered = bool(_NUMBERED.match(text, word.end))
    if lower in chat_forms() and not (numbered and word.text.isupper()):
        return Short(word, chat_forms()[lower])
    if word.text in chat_forms() and not numbered:
        return Short(word, chat_forms()[word.text])
    if word.text.islower() and word.text.upper() in chat_forms() and _after_body(found, i):
        return Short(word, chat_forms()[word.text.upper()])
    if lower in abbreviations() or numbered or not _SHORTEST <= len(lower) <= _LONGEST:
        return None
    capitals = word.text.isupper() and not shouted
    consonants = not _VOWELS.intersection(fold(lower))
    short = capitals or consonants or (not is_syllable(fold(lower)) and defined(lower.upper()))
    return Short(word, ()) if short else None


def with_shared_forms_written_out(text: str) -> str:
    """Return `text` with the short forms written out that every text writes out alike.

    Those of a directive's number stay.

    >>> with_shared_forms_written_out("Trưởng BTCTW nói gì về NQ 18-NQ/TW?")
    'Trưởng Ban Tổ chức Trung ương nói gì về NQ 18-NQ/TW?'
    """
    pieces, end = [], 0
    for word in words(text):
        long, capitals = abbreviations().get(word.text.lower(), ("", False))
        beside = text[max(word.start - 1, 0) : word.start], text[word.end : word.end + 1]
        numbered = _NUMBERED.match(text, word.end) or _JOINERS.intersection(beside)
        if long and not numbered and (word.text.isupper() or not capitals):
            pieces += [text[end : word.start], long]
            end = word.end
    return "".join([*pieces, text[end:]])


def _after_body(found: list[Word], i: int) -> bool:
    """Return True if the short form of a body, or of a rank in one, stands before: "btv tu"."""
    before = found[i - 1].text.lower() if i else ""
    long, _ = abbreviations().get(before, ("", False))
    return long.startswith(_BODIES) or before in _RANKS


@cache
def chat_forms() -> dict[str, tuple[str, ...]]:
    """Return the readings of each short form of chats and notes, the most usual first.

    One in capitals counts only where its capitals are typed.
    """
    return {short: tuple(long) for short, *long in word_table("chat_abbreviations.tsv")}


@dataclass(frozen=True, slots=True)
class Runs:
    """The words of some texts, ready to be matched with initials."""

    stretches: tuple[tuple[tuple[str, ...], str, float], ...]
    """Each stretch without punctuation: its words, their first letters, and what it counts for."""


def runs_of(texts: Iterable[str], asked: frozenset[str] = frozenset()) -> Runs:
    """Return the runs of words of `texts`; those that hold folded words `asked` count for more."""
    stretches = []
    for text in texts:
        for stretch in _stretches(text):
            initials = "".join(word[0] for word in stretch).lower()
            shared = asked.intersection(map(folded_key, stretch)) if asked else ()
            stretches.append((stretch, initials, 1.0 + _SHARED * len(shared)))
    return Runs(tuple(stretches))


def _stretches(text: str) -> Iterator[tuple[str, ...]]:
    run: list[str] = []
    end = 0
    for word in words(text):
        if run and not _JOINING.fullmatch(text, end, word.start):
            yield tuple(run)
            run = []
        run.append(word.text)
        end = word.end
    if run:
        yield tuple(run)


def explained(short: str, runs: Runs) -> dict[str, float]:
    """Return the long forms that `runs` hold for the letters of `short`, and how often.

    >>> explained("SHĐ", runs_of(["Đảng viên sinh hoạt đảng tạm thời."]))
    {'sinh hoạt đảng': 1.0}
    """
    letters = short.lower()
    accents = "đ" in letters
    pattern = letters if accents else fold(letters)
    found: defaultdict[str, float] = defaultdict(float)
    for spelled, initials, weight in runs.stretches:
        line = initials if accents else fold(initials)
        at = line.find(pattern)
        while at >= 0:
            run = spelled[at : at + len(letters)]
            if all(len(word) > 1 for word in run):
                found[" ".join(run).lower()] += weight
            at = line.find(pattern, at + 1)
    return dict(found)


def best_reading(
    candidates: Mapping[str, float], before: str, after: str, frequency: Frequency, total: int
) -> list[tuple[float, str]]:
    """Return the `candidates` with their scores, best first.

    Counted are how often the words stand near, how much they belong together (pointwise mutual
    information over passages), and whether they stand beside the folded neighbours.
    """
    scored = []
    for long in heapq.nlargest(_KEPT_READINGS, candidates, key=candidates.__getitem__):
        parts = [folded_key(word) for word in long.split()]
        score = math.log1p(candidates[long]) + _COHESION * _cohesion(parts, frequency, total)
        if before:
            score += _ADJACENT * math.log1p(frequency(f"{before}_{parts[0]}"))
        if after:
            score += _ADJACENT * math.log1p(frequency(f"{parts[-1]}_{after}"))
        scored.append((score, long))
    return sorted(scored, key=lambda pair: -pair[0])


def _cohesion(parts: Sequence[str], frequency: Frequency, total: int) -> float:
    """The mean pointwise mutual information of neighbours, in nats; 0 for a single word."""
    values = []
    for one, other in itertools.pairwise(parts):
        together = frequency(f"{one}_{other}")
        apart = max(1, frequency(one)) * max(1, frequency(other))
        values.append(math.log(together * total / apart) if together else -2.0)
    return sum(values) / len(values) if values else 0.0
