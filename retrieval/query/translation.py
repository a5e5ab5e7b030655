"""English questions over Vietnamese sources: the words of the field put into Vietnamese.

Owns telling an English question and looking its words up in `data/glossary.tsv`, by stems. The
vectors see the question as it was typed, since the model knows both languages; words and names
need this. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path

from retrieval.text.dates import YEAR
from retrieval.text.vietnamese import Word, fold, is_syllable, spelled, words

GLOSSARY = Path(__file__).parents[2] / "data" / "glossary.tsv"
"""English phrases of the field and their official translations."""
_FUNCTION_WORDS = """
    the of in on at is was were are be to and for by what which who whom whose when where why how
    many much does did do has have had about with from this that a an as or its it into than after
    before during between under over can could should will would been being there any
"""
_ENGLISH = frozenset(_FUNCTION_WORDS.split())
_ENOUGH = 0.25
"""The share of English function words from which a question is English."""
_IN_YEAR = re.compile(rf"\b(?:in|of|for|by|since) ({YEAR})\b", re.IGNORECASE)
_HEAD = ("Trưởng Ban", "Phó Trưởng Ban")
_HEADS = (
    ("Ủy ban Kiểm tra", "Chủ nhiệm"),
    ("Ủy ban", "Chủ tịch"),
    ("Mặt trận", "Chủ tịch"),
    ("Hội", "Chủ tịch"),
    ("Ban", "Trưởng"),
)
"""How the head of a body is called, by how its name begins."""
_PARTY_COMMITTEE = re.compile(r"\w+ ủy\b", re.IGNORECASE)
_FUNCTIONAL = frozenset(["who", "how", "why"])
_SHORTEST_MIXED = 4
"""Letters of an English word alone in a Vietnamese question: shorter ones may be left-over keys."""
_RARER = 10
"""How much rarer than its translation a word of the index must be, to be taken for English."""
_LONGEST_PHRASE = 8
_SHORTEST_STEM = 3
_NOT_ENGLISH = 0.2
"""The share of words with diacritics from which a question is not English."""


def is_english(text: str) -> bool:
    """Return True if `text` is an English question, Vietnamese names in it or not.

    >>> is_english("Who signed Quy định 24-QĐ/TW of the Party?")
    True
    >>> is_english("ha noi co bao nhieu dang vien"), is_english("Ai chủ trì hội nghị?")
    (False, False)
    """
    found = [word.lower() for word in spelled(text)]
    function_words = [word for word in found if word in _ENGLISH]
    # "to", "the" or "do" may be Vietnamese without diacritics; "who" and "of" cannot.
    certain = any(not is_syllable(word) for word in function_words)
    foreign = sum(not word.isascii() for word in found)
    enough = len(function_words) >= max(2, _ENOUGH * (len(found) - foreign))
    return certain and enough and foreign <= 2 + _NOT_ENGLISH * len(found)


def in_vietnamese(text: str, known: Callable[[str], bool] = lambda word: True) -> str:
    """Return `text` with the words of the field in Vietnamese.

    Function words go, and so do words in small letters that neither the glossary nor, as `known`
    says of a folded word, the corpus holds. Names and numbers stay.

    >>> in_vietnamese("How many Party members did Hanoi admit in 2024?")
    'bao nhiêu đảng viên Hà Nội kết nạp năm 2024?'
    """
    text = _IN_YEAR.sub(r"năm \1", text)
    found = words(text)
    stems = [stem(word.text) for word in found]
    said: list[tuple[str, int, int]] = []
    i = 0
    while i < len(found):
        length = next(_phrases_at(stems, i), 0)
        start, end = found[i].start, found[max(i, i + length - 1)].end
        if length:
            said.append((glossary()[" ".join(stems[i : i + length])], start, end))
        elif _stays(found[i].text, known):
            said.append((found[i].text, start, end))
        i += max(1, length)
    return _joined(text, _with_heads(said))


def mixed_in_vietnamese(text: str, frequency: Callable[[str], int]) -> str:
    """Return a Vietnamese question with its English words of the field in Vietnamese.

    Only phrases of the glossary with a word that is no Vietnamese syllable count; a single word
    stays where the index holds it about as often as its translation.

    >>> mixed_in_vietnamese("Hà Nội có bao nhiêu new members?", lambda term: 0)
    'Hà Nội có bao nhiêu đảng viên mới?'
    """
    found = words(text)
    stems = [stem(word.text) for word in found]
    pieces, end, i = [], 0, 0
    while i < len(found):
        length = next((n for n in _phrases_at(stems, i) if _foreign(found[i : i + n])), 0)
        said = glossary()[" ".join(stems[i : i + length])] if length else ""
        lower = found[i].text.lower()
        if length == 1 and lower not in _FUNCTIONAL:
            usual = min((frequency(fold(word.lower())) for word in spelled(said)), default=0)
            if len(lower) < _SHORTEST_MIXED or frequency(lower) * _RARER > max(usual, 1):
                length = 0
        if length:
            pieces += [text[end : found[i].start], said]
            end = found[i + length - 1].end
        i += max(1, length)
    return "".join([*pieces, text[end:]])


def _foreign(found: Sequence[Word]) -> bool:
    """Return True if all of the words could be English and one cannot be Vietnamese."""
    lower = [word.text.lower() for word in found]
    return all(map(str.isascii, lower)) and not all(map(is_syllable, lower))


def _with_heads(said: list[tuple[str, int, int]]) -> list[tuple[str, int, int]]:
    """Call the heads of bodies what they are called: "Chủ nhiệm Ủy ban Kiểm tra"."""
    named = list(said)
    for i, ((word, start, end), (body, *_)) in enumerate(pairwise(said)):
        if word in _HEAD:
            title = next((title for begin, title in _HEADS if body.startswith(begin)), "")
            title = title or ("Bí thư" if _PARTY_COMMITTEE.match(body) else word)
            deputy = "Phó " if word.startswith("Phó") else ""
            named[i] = (f"{deputy}{title}" if title != word else word, start, end)
    return named


def _phrases_at(stems: list[str], i: int) -> Iterator[int]:
    """Yield the lengths of the phrases of the glossary that begin there, longest first."""
    for length in range(min(_LONGEST_PHRASE, len(stems) - i), 0, -1):
        if " ".join(stems[i : i + length]) in glossary():
            yield length


def _joined(text: str, said: list[tuple[str, int, int]]) -> str:
    """Join the words said for stretches of `text`, with the signs between these."""
    pieces: list[str] = []
    before = 0
    for new, start, end in said:
        gap = text[before:start]
        pieces += [" " if any(map(str.isalpha, gap)) else gap, new]
        before = end
    rest = text[before:]
    return "".join([*pieces, rest if not any(map(str.isalpha, rest)) else ""]).strip()


def _stays(word: str, known: Callable[[str], bool]) -> bool:
    lower = word.lower()
    if lower in _ENGLISH:
        return False
    plain = word.isascii() and word.isalpha() and word == lower
    return not plain or (is_syllable(lower) and known(lower))


def stem(word: str) -> str:
    """Return an English word without the endings of number and tense, as the glossary has it.

    >>> stem("Attended"), stem("committees"), stem("policies"), stem("is")
    ('attend', 'committee', 'policy', 'is')
    """
    lower = word.lower()
    for ending, instead in (("ies", "y"), ("ing", ""), ("ed", ""), ("es", "e"), ("s", "")):
        body = lower.removesuffix(ending)
        if body != lower and len(body) >= _SHORTEST_STEM and not lower.endswith("ss"):
            lower = body + instead
            break
    return (
        lower.removesuffix("e") if len(lower) > _SHORTEST_STEM + 1 and lower[-2] != "e" else lower
    )


@cache
def glossary() -> dict[str, str]:
    """Return the Vietnamese for each English phrase, whose words are stems."""
    lines = GLOSSARY.read_text(encoding="utf-8").splitlines()
    entries = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return {" ".join(map(stem, spelled(english))): said for english, said in entries}
