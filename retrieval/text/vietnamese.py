"""Vietnamese as people type it: one normal form for letters, tones, numbers and abbreviations.

Owns what makes two spellings the same word, and the terms of a text ready to be counted and
compared; leaves ranking to `ranking`. Pure, except that the abbreviations are read once from
`data/abbreviations.tsv`.

>>> fold("Đảng uỷ Khối")
'dang uy khoi'
>>> [key(w) for w in ("hoà", "hòa", "1.300")]
['hoa2', 'hoa2', '1300']
"""

import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain

from retrieval.text.word_lists import word_table

_TONES = {"\u0300": "2", "\u0301": "1", "\u0303": "4", "\u0309": "3", "\u0323": "5"}
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff]"
)
_LOOKALIKES = str.maketrans({"\u00d0": "Đ", "\u00f0": "đ", "\u0189": "Đ", "\u0256": "đ"})
"""Letters of other alphabets that look like Đ and are typed in its place."""
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_WORD = re.compile(r"T\.Ư|\d+(?:[.,]\d+)+|[^\W_]+")
_THOUSANDS = re.compile(r"\d{1,3}(?:\.\d{3})+")
_SYLLABLE = re.compile(
    r"(?:ngh?|[cgknpt]h|gi|tr|qu|[bcdghklmnrstvx])?"
    r"(?:a[iouy]?|e[ou]?|i(?:eu?|[au])?|o(?:a[ioy]?|eo?|[io])?|u(?:a[iy]?|eu?|o[iu]?|y[aeu]?|[iu])?"
    r"|y(?:eu?)?)(?:ch|n[gh]|[cmnpt])?"
)


@dataclass(frozen=True, slots=True)
class Word:
    """A syllable or number, and where it stands: word.text == text[start:end]."""

    text: str
    start: int
    end: int


def normalise(text: str) -> str:
    """Return `text` in NFC, without invisible, bidirectional and control characters."""
    text = _INVISIBLE.sub("", unicodedata.normalize("NFC", text)).translate(_LOOKALIKES)
    return _CONTROL.sub(" ", text)


def fold(text: str) -> str:
    """Return `text` in lower case without diacritics; as long as `text` if that is NFC."""
    return text.translate(_FOLDED)


def unaccented(text: str) -> str:
    """Return NFC `text` without diacritics, as long as it was, capitals kept.

    >>> unaccented("Quy định số 205-QĐ/T.Ư")
    'Quy dinh so 205-QD/T.U'
    """
    return text.translate(_latin_letters())


@cache
def _latin_letters() -> dict[int, str]:
    latin = [*range(0xC0, 0x250), *range(0x1EA0, 0x1F00)]
    plain = {code: unicodedata.normalize("NFD", chr(code))[0] for code in latin}
    return {**plain, ord("đ"): "d", ord("Đ"): "D"}


class _Folded(dict[int, str]):
    """What each letter folds to, learnt as letters come."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        lower = "d" if letter in "đĐÐðƉɖ" else unicodedata.normalize("NFD", letter)[0].lower()
        folded = lower if len(lower) == 1 else letter
        if code < _LATIN_END:
            self[code] = folded
        return folded


_LATIN_END = 0x2000
_FOLDED = _Folded()


def is_syllable(folded: str) -> bool:
    """Return True if a Vietnamese syllable could be written so without diacritics."""
    return bool(_SYLLABLE.fullmatch(folded))


def words(text: str) -> list[Word]:
    """Return the syllables and numbers of `text` in order."""
    return [Word(m.group(), m.start(), m.end()) for m in _WORD.finditer(text)]


def spelled(text: str) -> list[str]:
    """Return the same without their places, several times faster."""
    found: list[str] = _WORD.findall(text)
    return found


def capitalised(text: str) -> list[Word]:
    """Return the runs of words that begin with a capital, such as names.

    >>> [run.text for run in capitalised("Ở Hà Nội có ông Vũ Đức Bảo.")]
    ['Ở Hà Nội', 'Vũ Đức Bảo']
    """
    runs: list[Word] = []
    for word in words(text):
        if word.text[0].isupper():
            joins = bool(runs) and text[runs[-1].end : word.start] == " "
            start = runs.pop().start if joins else word.start
            runs.append(Word(text[start : word.end], start, word.end))
    return runs


@lru_cache(maxsize=65536)
def key(word: str) -> str:
    """Return the form in which equal words are equal: lower case, the tone as a digit at the end.

    Old and new tone placement (hoà, hòa) thus meet, and 1.300 meets 1300.
    """
    if _THOUSANDS.fullmatch(word):
        return word.replace(".", "")
    letters = unicodedata.normalize("NFD", word.lower())
    tone = "".join(_TONES.get(c, "") for c in letters)
    return unicodedata.normalize("NFC", "".join(c for c in letters if c not in _TONES)) + tone


@lru_cache(maxsize=65536)
def folded_key(word: str) -> str:
    """Return the same form of a word without its diacritics."""
    return key(fold(word))


@cache
def abbreviations() -> dict[str, tuple[str, bool]]:
    """Return what each abbreviation stands for, and whether only its capitals count."""
    rows = word_table("abbreviations.tsv")
    return {short.lower(): (long, bool(caps)) for short, long, *caps in rows}


def expanded(text: str) -> list[str]:
    """Return the words of `text`, abbreviations written out.

    >>> expanded("BTCTW họp")
    ['Ban', 'Tổ', 'chức', 'Trung', 'ương', 'họp']
    """
    return [long for word in spelled(text) for long in _written_out(word)]


@lru_cache(maxsize=65536)
def _written_out(word: str) -> tuple[str, ...]:
    long, caps_only = abbreviations().get(word.lower(), ("", False))
    return tuple(spelled(long)) if long and (not caps_only or word.isupper()) else (word,)


@lru_cache(maxsize=65536)
def forms(word: str) -> tuple[tuple[str, str, str], ...]:
    """Return the words that `word` stands for, each as written, folded, and as its `key`.

    >>> forms("TƯ")
    (('Trung', 'trung', 'trung'), ('ương', 'uong', 'ương'))
    """
    return tuple((long, folded_key(long), key(long)) for long in _written_out(word))


def pairs(terms: Sequence[str]) -> list[str]:
    """Return each two neighbouring terms joined: Vietnamese words are mostly two syllables."""
    return list(map("_".join, itertools.pairwise(terms)))


def folded_terms(text: str) -> list[str]:
    """Return the search terms of `text` without diacritics: syllables, then pairs."""
    singles = [folded_key(w) for w in expanded(text)]
    return singles + pairs(singles)


Weight = Callable[[str], float]
"""How informative a folded term is in this corpus, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of one text: folded and accented syllables, and folded pairs, counted."""

    folded: Counter[str]
    accented: frozenset[str]
    sequence: tuple[str, ...]
    """The folded syllables in order."""
    spelled: tuple[str, ...]
    """The syllables in order, as written."""

    @property
    def length(self) -> int:
        """How many syllables there are."""
        return len(self.sequence)


@lru_cache(maxsize=8192)
def terms_of(text: str) -> Terms:
    """Return the terms of `text`."""
    words = list(chain.from_iterable(map(forms, spelled(text))))
    as_written, folded, accented = zip(*words, strict=True) if words else ((), (), ())
    return _terms(as_written, folded, frozenset(accented))


def _terms(spelled: tuple[str, ...], folded: tuple[str, ...], accented: frozenset[str]) -> Terms:
    return Terms(Counter([*folded, *pairs(folded)]), accented, folded, spelled)
