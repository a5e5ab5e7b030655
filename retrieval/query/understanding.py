"""From a message as typed to the questions as they are meant, stage by stage. Pure.

Owns taking several questions of one message apart: at a question mark, and within a sentence at
"và", "còn", a comma or a semicolon where both sides ask. Owns the order of the stages for each:
abbreviations of chats, slips and left-over keys, abbreviations that the sources explain,
diacritics; or, for an English question, its words in Vietnamese. What the index holds comes in as a
`KnownWords`; what each stage does is its module's business.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol

from retrieval.models import Passage
from retrieval.query.abbreviations import (
    Runs,
    Short,
    best_reading,
    explained,
    runs_of,
    short_forms,
)
from retrieval.query.analysis import STOP_WORDS, Question, analyse
from retrieval.query.expressions import in_figures, with_congress
from retrieval.query.place_names import restored
from retrieval.query.spelling import accented, is_bare, is_sloppy, mended, spelling_of
from retrieval.query.translation import in_vietnamese, is_english, mixed_in_vietnamese
from retrieval.text.names import places_in
from retrieval.text.vietnamese import fold, folded_key, key, spelled, words

MOST_QUESTIONS = 3
_LONGEST = 600
"""Characters of a message that is taken apart; a longer one is a story with a question."""
_SENTENCE_END = re.compile(r"(?<=[?!.])\s+(?=\S)")
_JOINT = re.compile(
    r"\s*[,;]\s*(?:(?:và|còn|với|rồi|đồng thời|va|con|and)\s+)?|\s+(?:và|va|and)\s+"
)
_ASKS = re.compile(
    r"\b(?:ai|gì|gi|mấy|khi nào|bao giờ|bao lâu|bao nhiêu|bao xa|bao nhieu|ở đâu|o dau|thế nào"
    r"|the nao|ra sao|tại sao|vì sao|nào|nao|who|when|where|why|what|which|how)\b|\bkhông\s*\?",
    re.IGNORECASE,
)
_FEWEST_WORDS = 2


def questions_in(text: str) -> list[str]:
    """Return the questions of `text` in order, at most three; `text` alone where it is one.

    >>> questions_in("Hồ sơ lưu mấy năm, và ai theo dõi?")
    ['Hồ sơ lưu mấy năm?', 'ai theo dõi?']
    >>> questions_in("Ai và khi nào?"), questions_in("Bí thư và phó bí thư là ai?")
    (['Ai và khi nào?'], ['Bí thư và phó bí thư là ai?'])
    """
    if len(text) > _LONGEST:
        return [text]
    found = [part for sentence in _SENTENCE_END.split(text) for part in _parts(sentence)]
    asking = [part for part in found if _ASKS.search(part)]
    if len(asking) < 2:
        return [text]
    return [f"{part.rstrip(' ?.!,;')}?" for part in asking[:MOST_QUESTIONS]]


def _parts(sentence: str) -> list[str]:
    """Split a sentence where both sides ask and say more than one word."""
    parts: list[str] = []
    start = 0
    for joint in _JOINT.finditer(sentence):
        before, after = sentence[start : joint.start()], sentence[joint.end() :]
        if _is_question(before) and _is_question(after):
            parts.append(before)
            start = joint.end()
    return [*parts, sentence[start:]]


def _is_question(part: str) -> bool:
    return len(part.split()) >= _FEWEST_WORDS and bool(_ASKS.search(part))


_NEAR, _SPELLING = 30, 30
"""Passages near a question whose words explain its abbreviations, and spell its words."""
_TABLE, _USUAL = 2.0, 2.0
"""What a reading of the table counts for, as if read so often; and what the most usual more."""
_LEAST = 2.0
"""The least score of a reading that no table has."""


RESPELLED = frozenset({"spelling", "abbreviations", "translation"})
"""The stages that may have changed what a question means."""


class KnownWords(Protocol):
    """What is known of the words of an index."""

    @property
    def passages(self) -> int:
        """How many passages there are."""

    @property
    def today(self) -> date:
        """The day from which "năm ngoái" is told."""

    def frequency(self, term: str) -> int:
        """Return in how many passages the folded `term` stands."""

    def near(self, text: str, limit: int) -> list[Passage]:
        """Return the passages that share the most words with `text`."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """A question as it is meant, and the stages that changed it, in order."""

    typed: str
    text: str
    english: bool
    steps: tuple[tuple[str, str], ...]

    @property
    def question(self) -> Question:
        """The question taken apart, which knows what was made of it."""
        return replace(analyse(self.text), steps=self.steps)


def meaning(typed: str, vocabulary: KnownWords) -> Meaning:
    """Return what `typed`, normalised, means."""
    english = is_english(typed)
    text, steps = typed, []
    for name, stage in _ENGLISH_STAGES if english else _STAGES:
        after = stage(typed, text, vocabulary)
        if after != text:
            text = after
            steps.append((name, text))
    return Meaning(typed, text, english, tuple(steps))


def _figures(typed: str, text: str, vocabulary: KnownWords) -> str:
    return with_congress(in_figures(text, vocabulary.today), vocabulary.frequency)


def _chat(typed: str, text: str, vocabulary: KnownWords) -> str:
    sure = [(s, s.readings[0]) for s in short_forms(text) if len(s.readings) == 1]
    return _replaced(text, sure)


def _mended(typed: str, text: str, vocabulary: KnownWords) -> str:
    spared = {short.word.text.lower() for short in short_forms(text)} | _place_words(text)
    return mended(text, vocabulary.frequency, spared)


def _abbreviations(typed: str, text: str, vocabulary: KnownWords) -> str:
    shorts = short_forms(text)
    if not shorts:
        return text
    tokens = {short.word.text for short in shorts}
    told = [word.text for word in words(text) if word.text not in tokens]
    asked = frozenset(folded_key(word) for word in told if key(word) not in STOP_WORDS)
    usual = " ".join(reading for short in shorts for reading in short.readings)
    near = [
        *vocabulary.near(" ".join(told), _NEAR),
        *vocabulary.near(usual, _NEAR // 2),
        *vocabulary.near(" ".join(tokens), _NEAR),
    ]
    runs = runs_of(dict.fromkeys(passage.text for passage in near), asked)
    chosen = [(short, _reading(short, text, runs, vocabulary)) for short in shorts]
    return _replaced(text, [(short, long) for short, long in chosen if long])


def _reading(short: Short, text: str, runs: Runs, vocabulary: KnownWords) -> str:
    """Return what `short` most likely stands for; "" if nothing is likely enough."""
    candidates = explained(short.word.text, runs)
    if short.readings:
        candidates = {reading: candidates.get(reading, 0.0) + _TABLE for reading in short.readings}
        candidates[short.readings[0]] += _USUAL
    around = words(text)
    at = next(i for i, word in enumerate(around) if word.start == short.word.start)
    before = folded_key(around[at - 1].text) if at else ""
    after = folded_key(around[at + 1].text) if at + 1 < len(around) else ""
    found = best_reading(
        candidates, before, after, vocabulary.frequency, max(1, vocabulary.passages)
    )
    likely = found and (short.readings or found[0][0] >= _LEAST)
    return found[0][1] if likely else ""


def _accents(typed: str, text: str, vocabulary: KnownWords) -> str:
    new = set(spelled(text)).difference(spelled(typed))
    if not is_sloppy(typed) and not any(word.isascii() for word in new):
        return text
    near = vocabulary.near(text, _SPELLING)
    spelling = spelling_of(passage.text for passage in near)
    return accented(text, spelling, _place_words(text), bare=is_bare(typed))


def _place_words(text: str) -> set[str]:
    """Return the words of the places that `text` names with their diacritics, in lower case."""
    return {word.lower() for place in places_in(text) for word in spelled(place)}


def _mixed(typed: str, text: str, vocabulary: KnownWords) -> str:
    return mixed_in_vietnamese(text, vocabulary.frequency)


def _places(typed: str, text: str, vocabulary: KnownWords) -> str:
    return restored(text)


def _translated(typed: str, text: str, vocabulary: KnownWords) -> str:
    return in_vietnamese(text, lambda term: vocabulary.frequency(term) > 0)


def _names(typed: str, text: str, vocabulary: KnownWords) -> str:
    """Names of an English question, whose diacritics are left out, as the sources spell them."""
    names = [word for word in spelled(text) if word.isascii() and word.isalpha()]
    if not names:
        return text
    spelling = spelling_of(passage.text for passage in vocabulary.near(text, _SPELLING))
    forms = {fold(name.lower()): spelling.forms.get(name.lower(), Counter()) for name in names}
    return accented(text, replace(spelling, forms=forms), bare=False)


_STAGES = (
    ("translation", _mixed),
    ("places", _places),
    ("chat", _chat),
    ("figures", _figures),
    ("spelling", _mended),
    ("abbreviations", _abbreviations),
    ("diacritics", _accents),
)
_ENGLISH_STAGES = (
    ("translation", _translated),
    ("places", _places),
    ("figures", _figures),
    ("diacritics", _names),
)


def _replaced(text: str, chosen: Sequence[tuple[Short, str]]) -> str:
    for short, long in reversed(chosen):
        text = f"{text[: short.word.start]}{long}{text[short.word.end :]}"
    return text
