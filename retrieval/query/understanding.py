"""From a question as typed to the question as it is meant, stage by stage. Pure.

Owns the order of the stages: sentences in capitals, numbers of directives, English words, places,
abbreviations of chats, figures, slips and left-over keys, abbreviations that the sources explain or
that all texts share, diacritics, everyday words, kinds of directives; or, for an English question,
its words in Vietnamese. What the index holds comes in as a `KnownWords`; what each stage does is
its module's business.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol

from retrieval.directives.grammar import KIND_NAMES
from retrieval.directives.recognition import Reference
from retrieval.models import Passage
from retrieval.query.abbreviations import (
    DEFINED,
    Runs,
    Short,
    best_reading,
    explained,
    runs_of,
    short_forms,
    with_shared_forms_written_out,
)
from retrieval.query.analysis import STOP_WORDS, Question, Wanted, analyse, wanted_by
from retrieval.query.directive_numbers import in_written_form, with_known_kind
from retrieval.query.expressions import in_figures, with_congress
from retrieval.query.rewriting import (
    in_official_words,
    in_words_of_offices,
    restored,
    without_frame,
)
from retrieval.query.spelling import accented, is_bare, is_sloppy, mended, spelling_of
from retrieval.query.translation import in_vietnamese, is_english, mixed_in_vietnamese
from retrieval.text.names import in_sentence_case, offices, places_in
from retrieval.text.vietnamese import abbreviations, fold, folded_key, key, spelled, words

_NEAR, _SPELLING = 30, 30
"""Passages near a question whose words explain its abbreviations, and spell its words."""
_TABLE, _USUAL = 2.0, 2.0
"""What a reading of the table counts for, as if read so often; and what the most usual more."""
_LEAST = 2.0
"""The least score of a reading that no table has."""
_FITTING = {
    Wanted.PERSON: frozenset(
        (
            *(rank + office for office in offices() for rank in ("", "phó ")),
            *("thường trực", "ủy viên", "thành ủy", "tỉnh ủy"),
        )
    ),
    Wanted.DOCUMENT: frozenset(kind.lower() for kind in KIND_NAMES),
}
_FITS = 2.0
"""What a reading that fits what is asked counts for more, in nats: who is a "ct"?"""
_SENTENCE = 3
"""Words of capitals from which they are a sentence, no abbreviation."""
_CLOSE = 0.7
"""How much less likely, in nats, a second reading may be to be tried too."""


RESPELLED = frozenset({"spelling", "abbreviations", "translation", "synonyms", "kind"})
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

    def definitions(self, short: str) -> dict[str, int]:
        """Return what `short`, in capitals, stands for where sources define it, and in how many."""

    def near(self, text: str, limit: int) -> list[Passage]:
        """Return the passages that share the most words with `text`."""

    def directives(self, number: str) -> list[Reference]:
        """Return how the sources call the directives with that number."""


def naming_directives(question: Question, typed: str, vocabulary: KnownWords) -> str:
    """Return the text to read the directives off that `question` names.

    Of an English question it is the English one: translated, kinds are in small letters.
    """
    if not is_english(typed):
        return question.text
    return with_known_kind(in_written_form(typed), vocabulary.directives)


@dataclass(frozen=True, slots=True)
class Meaning:
    """A question as it is meant, and the stages that changed it, in order."""

    typed: str
    text: str
    english: bool
    steps: tuple[tuple[str, str], ...]
    rival: str = ""
    """What it may mean as well, where an abbreviation has two readings that are about as likely."""

    @property
    def question(self) -> Question:
        """The question taken apart, which knows what was made of it."""
        read = analyse(self.text)
        return replace(read, steps=self.steps, rival=self.rival, typed=self.typed)


def meaning(typed: str, vocabulary: KnownWords) -> Meaning:
    """Return what `typed`, normalised, means."""
    english = is_english(typed)
    text, rival, steps = typed, "", []
    for name, stage in _ENGLISH_STAGES if english else _STAGES:
        if stage is None:
            after, rival = _written_out(text, vocabulary)
        else:
            after = stage(typed, text, vocabulary)
            rival = rival and stage(typed, rival, vocabulary)
        if after != text:
            text = after
            steps.append((name, text))
    return Meaning(typed, text, english, tuple(steps), rival if rival != text else "")


def _lowered(typed: str, text: str, vocabulary: KnownWords) -> str:
    """A question all in capitals as it is written in a sentence, names as the sources have them."""
    if not text.isupper() or len(words(text)) < _SENTENCE:
        return text
    near = (passage.text for passage in vocabulary.near(text, _SPELLING))
    return in_sentence_case(text, "\n".join(near))


def _numbers(typed: str, text: str, vocabulary: KnownWords) -> str:
    return in_written_form(text)


def _kind(typed: str, text: str, vocabulary: KnownWords) -> str:
    return with_known_kind(text, vocabulary.directives)


def _figures(typed: str, text: str, vocabulary: KnownWords) -> str:
    return with_congress(in_figures(text, vocabulary.today), vocabulary.frequency)


def _chat(typed: str, text: str, vocabulary: KnownWords) -> str:
    sure = [
        (s, s.readings[0])
        for s in short_forms(text, vocabulary.definitions)
        if len(s.readings) == 1
    ]
    return _replaced(text, sure)


def _unframed(typed: str, text: str, vocabulary: KnownWords) -> str:
    return without_frame(text)


def _mended(typed: str, text: str, vocabulary: KnownWords) -> str:
    shorts = {short.word.text.lower() for short in short_forms(text, vocabulary.definitions)}
    shared = abbreviations().keys() & {word.lower() for word in spelled(text)}
    spared = shorts | shared | _place_words(text)
    return mended(text, vocabulary.frequency, spared)


def _written_out(text: str, vocabulary: KnownWords) -> tuple[str, str]:
    """Return `text` with its short forms written out, and so with one about as likely reading.

    The second is "" where there is none; else the short form is read otherwise whose two readings
    are nearest to each other. One that stands twice means the same both times.
    """
    shorts = short_forms(text, vocabulary.definitions)
    read = [(short, found) for short, found in _read(shorts, text, vocabulary) if found]
    together: dict[str, Counter[str]] = {}
    for short, found in read:
        scores = together.setdefault(short.word.text.lower(), Counter())
        scores.update({long: score for score, long in found})
    likeliest = {form: scores.most_common(2) for form, scores in together.items()}
    best = {form: readings[0][0] for form, readings in likeliest.items()}
    gaps = [(two[0][1] - two[1][1], form) for form, two in likeliest.items() if len(two) > 1]
    gap, other = min(gaps, default=(_CLOSE, ""))
    second = best if gap >= _CLOSE else {**best, other: likeliest[other][1][0]}
    written, rival = (
        _replaced(text, [(short, readings[short.word.text.lower()]) for short, _ in read])
        for readings in (best, second)
    )
    return written, rival if second is not best else ""


def _read(
    shorts: Sequence[Short], text: str, vocabulary: KnownWords
) -> list[tuple[Short, list[tuple[float, str]]]]:
    """Return each short form with its readings and their scores, best first; none if unlikely."""
    if not shorts:
        return []
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
    return [(short, _readings(short, text, runs, vocabulary)) for short in shorts]


def _readings(
    short: Short, text: str, runs: Runs, vocabulary: KnownWords
) -> list[tuple[float, str]]:
    """Return what `short` may stand for, likeliest first; nothing if nothing is likely enough."""
    candidates = explained(short.word.text, runs)
    for long, sources in vocabulary.definitions(short.word.text.upper()).items():
        candidates[long.lower()] = candidates.get(long.lower(), 0.0) + DEFINED * sources
    if short.readings:
        known = dict.fromkeys(
            [*short.readings, *(c for c in candidates if candidates[c] >= DEFINED)]
        )
        candidates = {reading: candidates.get(reading, 0.0) + _TABLE for reading in known}
        candidates[short.readings[0]] += _USUAL
    fitting = _FITTING.get(wanted_by(text), frozenset())
    around = words(text)
    at = next(i for i, word in enumerate(around) if word.start == short.word.start)
    before = folded_key(around[at - 1].text) if at else ""
    after = folded_key(around[at + 1].text) if at + 1 < len(around) else ""
    found = best_reading(
        candidates, before, after, vocabulary.frequency, max(1, vocabulary.passages)
    )
    found = sorted(
        ((score + _FITS * (long in fitting), long) for score, long in found), reverse=True
    )
    return found if found and (short.readings or found[0][0] >= _LEAST) else []


def _shared(typed: str, text: str, vocabulary: KnownWords) -> str:
    return with_shared_forms_written_out(text)


def _accents(typed: str, text: str, vocabulary: KnownWords) -> str:
    new = set(spelled(text.lower())).difference(spelled(typed.lower()))
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


def _official(typed: str, text: str, vocabulary: KnownWords) -> str:
    return in_words_of_offices(in_official_words(text, vocabulary.frequency))


def _translated(typed: str, text: str, vocabulary: KnownWords) -> str:
    return in_vietnamese(text, lambda term: vocabulary.frequency(term) > 0)


def _names(typed: str, text: str, vocabulary: KnownWords) -> str:
    """Names of an English question, whose diacritics are left out, as the sources spell them."""
    names = [word for word in spelled(text) if word.isascii() and word.isalpha()]
    if not names:
        return text
    near = [passage.text for passage in vocabulary.near(text, _SPELLING)]
    spelling = spelling_of(near)
    written = Counter(word for passage in near for word in spelled(passage) if word[0].isupper())
    forms: dict[str, Counter[str]] = {name.lower(): Counter() for name in names}
    for word, count in written.items():
        if (folded := fold(word)) in forms:
            forms[folded][word.lower()] += count
    return accented(text, replace(spelling, forms=forms), bare=False)


_Stage = Callable[[str, str, KnownWords], str]
"""Makes of the question as typed, and as it is so far, what comes next."""
_STAGES: tuple[tuple[str, _Stage | None], ...] = (
    ("capitals", _lowered),
    ("numbers", _numbers),
    ("translation", _mixed),
    ("places", _places),
    ("chat", _chat),
    ("frame", _unframed),
    ("figures", _figures),
    ("spelling", _mended),
    ("abbreviations", None),  # the one stage with two outcomes
    ("shared", _shared),
    ("diacritics", _accents),
    ("synonyms", _official),
    ("kind", _kind),
)
_ENGLISH_STAGES: tuple[tuple[str, _Stage], ...] = (
    ("numbers", _numbers),
    ("kind", _kind),
    ("translation", _translated),
    ("places", _places),
    ("figures", _figures),
    ("diacritics", _names),
)


def _replaced(text: str, chosen: Sequence[tuple[Short, str]]) -> str:
    for short, long in reversed(chosen):
        text = f"{text[: short.word.start]}{long}{text[short.word.end :]}"
    return text
