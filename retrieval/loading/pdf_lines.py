"""Letters with places become lines of words: blanks where they were seen, notes' marks apart.

Owns: which letters stand on one line, where its words end (also in s p a c e d headings), and
letters that are raised above it. Leaves to others: columns, tables and paragraphs (`pdf_layout`).
Pure; lengths are points.
"""

from __future__ import annotations

import itertools
import re
import statistics
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from retrieval.loading.pdf_glyphs import Glyph
from retrieval.text.vietnamese import fold, is_syllable

_SAME_LINE = 0.25
"""Baselines that differ by less than this share of the letters' size are one line's."""
_WORD_GAP = 0.13
"""A gap wider than that between letters, by this share of their size, ends a word."""
_PHRASE_GAP = 0.85
"""A gap of this share of the size may be one between columns."""
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words of one line with no wide gap between them."""

    text: str
    x0: float
    x1: float
    y: float
    size: float
    first: float = 0.0
    """The width of the first word."""


@dataclass(frozen=True, slots=True)
class Row:
    """Phrases on one baseline, from left to right."""

    phrases: tuple[Phrase, ...]

    @property
    def y(self) -> float:
        """The baseline."""
        return self.phrases[0].y

    @property
    def size(self) -> float:
        """The size of most of its letters."""
        return max(self.phrases, key=lambda phrase: len(phrase.text)).size

    @property
    def x0(self) -> float:
        """Where it begins."""
        return self.phrases[0].x0

    @property
    def x1(self) -> float:
        """Where it ends."""
        return max(phrase.x1 for phrase in self.phrases)

    @property
    def text(self) -> str:
        """Its words."""
        return " ".join(phrase.text for phrase in self.phrases)


def rows_of(glyphs: Sequence[Glyph]) -> list[Row]:
    """Return the lines of letters, from top to bottom."""
    rows = _with_raised(_by_baseline(glyphs))
    found = (_phrases(row) for row in rows)
    return [Row(tuple(phrases)) for phrases in found if phrases]


def _by_baseline(glyphs: Sequence[Glyph]) -> list[list[Glyph]]:
    rows: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda g: g.y):
        if rows and glyph.y - rows[-1][-1].y < _SAME_LINE * min(glyph.size, rows[-1][-1].size):
            rows[-1].append(glyph)
        else:
            rows.append([glyph])
    return [sorted(row, key=lambda g: (g.x0, g.x1)) for row in rows]


def _with_raised(rows: list[list[Glyph]]) -> list[list[Glyph]]:
    """Put small raised letters into the line that they stand at, written as raised digits."""
    for i, row in enumerate(rows):
        for j in (i + 1, i - 1):
            if not 0 <= j < len(rows) or not rows[j]:
                continue
            base = rows[j]
            size = statistics.median(g.size for g in base)
            raised = [g for g in row if _is_raised(g, base, size)]
            if raised and (j > i or len(raised) < len(row) or len(row) < 4):
                rows[i] = row = [g for g in row if g not in raised]
                own = [replace(g, y=base[0].y, text=g.text.translate(_RAISED)) for g in raised]
                rows[j] = sorted([*base, *own], key=lambda g: (g.x0, g.x1))
    return [row for row in rows if row]


def _is_raised(glyph: Glyph, base: Sequence[Glyph], size: float) -> bool:
    small = glyph.size < 0.85 * size and (glyph.text.isalnum() or glyph.text in "*()")
    if not small or not 0.15 * size < base[0].y - glyph.y < 0.75 * size:
        return False
    near = (abs(glyph.x0 - o.x1) < 0.4 * size or abs(o.x0 - glyph.x1) < 0.4 * size for o in base)
    return any(near)


def _phrases(row: Sequence[Glyph]) -> list[Phrase]:
    """The words of a line, grouped where gaps are narrow."""
    words = list(_words(row))
    groups: list[list[list[Glyph]]] = []
    for word in words:
        size = word[0].size
        if groups and word[0].x0 - _end(groups[-1][-1]) < _PHRASE_GAP * size:
            groups[-1].append(word)
        else:
            groups.append([word])
    return [_phrase(group) for group in _spaced_out(groups)]


def _spaced_out(groups: list[list[list[Glyph]]]) -> list[list[list[Glyph]]]:
    """Join what is one heading, spaced out so far that each of its letters stands alone."""
    whole = [word for group in groups for word in group]
    if len(groups) < 2 or not _is_spaced(whole):
        return groups
    gaps = [b[0].x0 - _end(a) for a, b in itertools.pairwise(whole)]
    return [whole] if max(gaps) < 4 * max(min(gaps), whole[0][0].size / 4) else groups


def _phrase(words: Sequence[Sequence[Glyph]]) -> Phrase:
    written = [_written(word) for word in words]
    text = _closed_up(words, written) if _is_spaced(words) else " ".join(written)
    glyphs = [glyph for word in words for glyph in word]
    first = words[0]
    return Phrase(
        unicodedata.normalize("NFC", text),
        first[0].x0,
        max(map(_end, words)),
        glyphs[0].y,
        statistics.median_high(glyph.size for glyph in glyphs),
        _end(first) - first[0].x0,
    )


def _written(word: Sequence[Glyph]) -> str:
    return "".join(glyph.text for glyph in word)


def _end(word: Sequence[Glyph]) -> float:
    return max(glyph.x1 for glyph in word)


def _words(row: Sequence[Glyph]) -> Iterator[list[Glyph]]:
    """Yield the words of a line: between blanks, and gaps wider than those between its letters."""
    gaps = [b.x0 - a.x1 for a, b in itertools.pairwise(row) if " " not in (a.text, b.text)]
    usual = max(0.0, statistics.median(gaps)) if len(gaps) > 2 else 0.0
    word: list[Glyph] = []
    end = 0.0
    for glyph in row:
        blank = not glyph.text.strip()
        wide = glyph.x0 - end > usual + _WORD_GAP * glyph.size
        mark = bool(unicodedata.combining(glyph.text[0]))
        if word and (blank or (wide and not mark)):
            yield word
            word = []
        if not blank:
            word.append(glyph)
        end = max(end, glyph.x1) if word else glyph.x1 if not blank else end
    if word:
        yield word


def _is_spaced(words: Sequence[Sequence[Glyph]]) -> bool:
    """True for a line of letters that each stand alone, as in "K Ế T   L U Ậ N"."""
    alone = sum(len(_written(word)) == 1 and word[0].text.isalpha() for word in words)
    return alone > 3 and alone >= 0.8 * len(words)


def _closed_up(words: Sequence[Sequence[Glyph]], written: Sequence[str]) -> str:
    """The words of a spaced line, told by its wider gaps, or by syllables where all are alike."""
    gaps = [b[0].x0 - _end(a) for a, b in itertools.pairwise(words)]
    narrow, wide = min(gaps), max(gaps)
    if wide < 1.4 * narrow:
        return _in_syllables("".join(written))
    parts = [written[0]]
    for gap, word in zip(gaps, written[1:], strict=True):
        parts.append(f" {word}" if gap > (narrow + wide) / 2 else word)
    return "".join(parts)


@lru_cache(maxsize=64)
def _in_syllables(letters: str) -> str:
    """`letters` in the fewest Vietnamese syllables that they can be; as they are if in none.

    >>> _in_syllables("KẾTLUẬN")
    'KẾT LUẬN'
    """
    best: list[tuple[int, str] | None] = [(0, ""), *[None] * len(letters)]
    for end in range(1, len(letters) + 1):
        for start in range(max(0, end - 7), end):
            before = best[start]
            piece = letters[start:end]
            if before is None or not is_syllable(fold(piece)):
                continue
            here = best[end]
            if here is None or before[0] + 1 < here[0]:
                best[end] = (before[0] + 1, f"{before[1]} {piece}")
    whole = best[-1]
    return whole[1].strip() if whole else letters


_NOTE_MARK = re.compile("^([⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3})\\s*")
_PLAIN = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")


def note_number(text: str) -> str:
    """Return the number of the note that a line begins, "" if it begins none.

    >>> note_number("¹² Biên bản"), note_number("12 biên bản")
    ('12', '')
    """
    mark = _NOTE_MARK.match(text)
    return mark[1].translate(_PLAIN) if mark else ""


def has_mark(text: str, number: str) -> bool:
    """True if the number of a note stands raised behind a word of `text`.

    >>> has_mark("hộ nghèo¹ ở ba thôn", "1"), has_mark("¹ Theo sổ", "1")
    (True, False)
    """
    return text.find(number.translate(_RAISED)) > 0


def with_plain_marks(text: str, numbers: frozenset[str]) -> str:
    """Write the raised numbers of notes as "[1]", apart from other raised digits such as m².

    >>> with_plain_marks("12 m² đất.¹", frozenset({"1"}))
    '12 m² đất.[1]'
    """

    def plain(mark: re.Match[str]) -> str:
        number = mark[0].translate(_PLAIN)
        return f"[{number}]" if number in numbers else mark[0]

    return re.sub("[⁰¹²³⁴⁵⁶⁷⁸⁹]+", plain, text)
