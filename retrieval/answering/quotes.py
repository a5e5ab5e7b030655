"""What is quoted: from ranked units to the best one to three quotes, verified to the letter. Pure.

Owns which units stand together in one quote, which quotes are shown, and the words in bold: the
number, date, name or document that answers, where the kind of question makes them clear. Owns the
last gate too: a quote that is not in its source to the character is dropped, never mended. Leaves
scores to `ranking`. Words that address the assistant are no answer to anybody and never quoted. A
quote is one stretch of the stored text, and no two overlap:
  - a sentence or an item, with a neighbour whose chance to answer is worth its characters (the one
    names, the other answers); never a question that heads a section;
  - a list with the sentence that announces it, if it is the best unit, or holds it and a list is
    what is asked for; in prose, the sentences that count on from each other.
"""

from __future__ import annotations

import logging
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from retrieval.answering.answer_span import answer_span
from retrieval.directives.recognition import find_references
from retrieval.models import Quote, Sentence, Source, Span
from retrieval.query.analysis import Question, Wanted
from retrieval.ranking.candidates import Candidate, Findings
from retrieval.ranking.features import LISTED
from retrieval.ranking.weights import Ranking
from retrieval.text.blocks import MOST_ITEMS, ItemList, blocks_of, lists_in
from retrieval.text.dates import date_phrases
from retrieval.text.legislation import place_of
from retrieval.text.names import people
from retrieval.text.prompt_injection import addresses_assistant
from retrieval.text.vietnamese import folded_key, terms_of, words

MOST_QUOTES = 3
_LONGEST_PAIR = 600
_LONGEST_LIST = 900
_LONGEST_UNIT = 1500
"""Characters of a unit that is quoted at all: no reader wants more, no message holds much more."""
_GROWS = 0.7
"""The power of its length with which a second quote costs attention: a long one is skimmed."""
_SURER = 1.5
"""The power of the probability of an answer with which others beside it must be worth more."""
_CLOSING = "*_”\"'’») "
_QUESTION = ("cau", "hoi")
"""Folded: who asks for questions is given questions."""
_SAME = 0.75
"""Quotes that share this much of their words say the same."""
_ITEM = re.compile(
    r"(?:[-–•*+]|\d{1,2}[.)]|[a-zđ]\)"
    r"|(?:thứ|một|hai|ba|bốn|năm|sáu|bảy) (?:là|nhất|hai|ba|tư|năm)\b"
    r"|về |bên cạnh đó|ngoài ra|đồng thời|cùng với đó|tiếp đó|cuối cùng)",
    re.IGNORECASE,
)


def select(findings: Findings, ranking: Ranking, most: int = MOST_QUOTES) -> tuple[Quote, ...]:
    """Return the quotes that answer best, best first, none saying what another says.

    A source that says what one of them says is named with it.
    """
    quotes: list[Quote] = []
    for unit in _units(findings, ranking):
        quote = _quote(unit, findings)
        if addresses_assistant(quote.text) or any(_overlap(quote, other) for other in quotes):
            continue
        same = next((i for i, other in enumerate(quotes) if say_the_same(quote, other)), None)
        if same is not None:
            quotes[same] = _with_twin(quotes[same], quote.source)
        elif len(quotes) < most:
            quotes.append(quote)
    return tuple(quotes)


def _units(findings: Findings, ranking: Ranking) -> Iterator[list[Candidate]]:
    """Yield stretches of neighbouring candidates, best first; none overlaps one before.

    Past the first, one is shown only if it is worth at least `ranking.quoted_above`, or less where
    it is not sure that the first answers.
    """
    candidates = findings.candidates
    neighbours = _Neighbours(candidates, _chances(candidates, ranking.softened_by))
    least = ranking.quoted_above * math.pow(findings.probability, _SURER)
    about_questions = _QUESTION in pairwise(findings.question.folded)
    used: list[Sentence] = []
    for candidate in candidates:
        text = candidate.sentence.text
        if len(text) > _LONGEST_UNIT or _overlaps(candidate.sentence, used):
            continue
        if addresses_assistant(text) or (_asks(candidate) and not about_questions):
            continue
        if used and neighbours.worth(candidate) < least:
            continue
        unit = [candidate]
        if findings.question.wanted in LISTED:
            if not used:
                unit = neighbours.listed(candidate)
            elif around := neighbours.around(candidate, used):
                unit = [around]  # of a list that is asked for one item is no answer
        if unit == [candidate] and not is_list(candidate):
            unit = neighbours.paired(candidate, ranking.joined_above, used)
        used.extend(c.sentence for c in unit)
        yield unit


def _asks(candidate: Candidate) -> bool:
    """Return True for a question that is a line of its own: it heads what answers it."""
    passage, unit = candidate.passage, candidate.sentence
    if not unit.text.rstrip(_CLOSING).endswith("?"):
        return False
    before = passage.text[: unit.start - passage.start].rstrip(" *_")
    after = passage.text[unit.end - passage.start :].lstrip(" *_")
    return before[-1:] in ("", "\n") and after[:1] in ("", "\n")


def _chances(candidates: Sequence[Candidate], softened_by: float) -> dict[int, float]:
    """Return the chance of each candidate to be the one that answers, by the id of its sentence.

    The scores are those of a listwise softmax, so that with 1 this is what they were fitted to
    tell; softened, the second and third get more of it.
    """
    scores = np.array([candidate.score for candidate in candidates]) / softened_by
    shares = np.exp(scores - scores.max()) if len(scores) else scores
    total = float(shares.sum())
    ids = (candidate.sentence.id for candidate in candidates)
    return {i: float(share) / total for i, share in zip(ids, shares, strict=True)}


def is_list(candidate: Candidate) -> bool:
    """Return True if the unit is a list: a unit of more than one line is nothing else."""
    return "\n" in candidate.sentence.text


class _Neighbours:
    """Which candidate follows which in its passage, and which lists there are."""

    def __init__(self, candidates: Iterable[Candidate], chances: Mapping[int, float]) -> None:
        self._chances = chances
        self._rows: dict[int, list[Candidate]] = {}
        self._lists: dict[int, list[Candidate]] = {}
        for candidate in sorted(candidates, key=lambda c: c.sentence.start):
            kind = self._lists if is_list(candidate) else self._rows
            if kind is self._lists and addresses_assistant(candidate.sentence.text):
                continue
            kind.setdefault(candidate.passage.id, []).append(candidate)

    def density(self, candidate: Candidate) -> float:
        """Return the chance that the candidate answers, for each character of it."""
        return self._chances[candidate.sentence.id] / max(1, len(candidate.sentence.text))

    def worth(self, candidate: Candidate) -> float:
        """Return the chance that it answers, over its length, which counts less as it grows."""
        length = max(1, len(candidate.sentence.text))
        return self._chances[candidate.sentence.id] / math.pow(length, _GROWS)

    def paired(self, best: Candidate, above: float, used: Sequence[Sentence]) -> list[Candidate]:
        """Return the candidate, with the better of its neighbours if that is worth its length."""
        row, i = self._row(best)
        near = [
            other
            for other in (*row[i + 1 : i + 2], *row[max(i - 1, 0) : i])
            if not _overlaps(other.sentence, used)
            and not _asks(other)
            and self.density(other) >= above
            and _length(best.sentence, other.sentence) <= _LONGEST_PAIR
        ]
        unit = [best, *sorted(near, key=lambda c: -c.score)[:1]]
        return sorted(unit, key=lambda c: c.sentence.start)

    def around(self, item: Candidate, used: Sequence[Sentence]) -> Candidate | None:
        """Return the shortest list that holds the item, where it overlaps nothing that is used."""
        lists = (
            c
            for c in self._lists.get(item.passage.id, ())
            if _holds(c, item) and not _overlaps(c.sentence, used)
        )
        return min(lists, key=lambda c: c.sentence.end - c.sentence.start, default=None)

    def listed(self, best: Candidate) -> list[Candidate]:
        """Return the whole list that the candidate is, announces or belongs to."""
        if is_list(best):
            return [best]
        if around := self.around(best, ()):
            return [around]
        row, i = self._row(best)
        first = last = i
        while first and _is_item(row[first]) and _length_of(row[first - 1 : last + 1]):
            if addresses_assistant(row[first - 1].sentence.text):
                break
            first -= 1
        while last + 1 < len(row) and _goes_on(row[last], row[last + 1]):
            if not _length_of(row[first : last + 2]):
                break
            last += 1
        return row[first : last + 1]

    def _row(self, candidate: Candidate) -> tuple[list[Candidate], int]:
        row = self._rows[candidate.passage.id]
        return row, row.index(candidate)


def _overlaps(sentence: Sentence, used: Iterable[Sentence]) -> bool:
    return any(
        u.source_id == sentence.source_id and u.start < sentence.end and sentence.start < u.end
        for u in used
    )


def _holds(whole: Candidate, part: Candidate) -> bool:
    outer, inner = whole.sentence, part.sentence
    return outer.start <= inner.start and inner.end <= outer.end


def _is_item(candidate: Candidate) -> bool:
    return bool(_ITEM.match(candidate.sentence.text))


def _goes_on(before: Candidate, after: Candidate) -> bool:
    """Return True if the list is not over: an item follows, or a question follows a question."""
    if addresses_assistant(after.sentence.text):
        return False
    questions = before.sentence.text.endswith("?") and "?" in after.sentence.text
    return before.sentence.text[-1] in ":;" or _is_item(after) or questions


def _length(one: Sentence, other: Sentence) -> int:
    return max(one.end, other.end) - min(one.start, other.start)


def _length_of(row: Sequence[Candidate]) -> bool:
    return _length(row[0].sentence, row[-1].sentence) <= _LONGEST_LIST


def _quote(unit: Sequence[Candidate], findings: Findings) -> Quote:
    passage, source = unit[0].passage, unit[0].source
    stored = findings.stored[source.id]
    found = Span(unit[0].sentence.start, unit[-1].sentence.end)
    whole, more, items = found, 0, 0
    if "\n" in stored[found.start : found.end]:
        listed = findings.question.wanted in LISTED
        whole, more, items = _list_around(stored, found, _LONGEST_UNIT if listed else 0)
        items = items if listed else 0
    text = stored[whole.start : whole.end]
    answer = answer_span(findings.question, text)
    return Quote(
        source,
        whole.start,
        whole.end,
        text,
        (answer,) if answer else answering_words(findings.question, text),
        str(place_of(passage.heading, passage.text[: found.end - passage.start])),
        answer,
        more=more,
        items=items,
    )


def _list_around(stored: str, found: Span, most: int) -> tuple[Span, int, int]:
    """Return the list that `found` is or is cut from, how many items follow its beginning, and how
    many it has.

    All of it where that is at most `most` characters and MOST_ITEMS items; otherwise what was found
    with the items behind it that are within both.
    """
    around = _innermost(stored, found)
    if around is None:
        return found, 0, 0
    fits = around.items[-1].end - around.start <= most and len(around.items) <= MOST_ITEMS
    start, end = around.start if fits else found.start, found.end
    shown = sum(start <= item.start < end for item in around.items)
    for item in around.items:
        if item.start < end:
            continue
        shown += 1
        if item.end - start > most or shown > MOST_ITEMS:
            break
        if addresses_assistant(stored[item.start : item.end]):
            break
        end = item.end
    if start < found.start and addresses_assistant(stored[start : found.start]):
        start = found.start
    if start > around.items[0].start:
        return Span(start, end), 0, 0
    return Span(start, end), around.after(end), len(around.items)


def _innermost(stored: str, found: Span) -> ItemList | None:
    """Return the shortest list that `found` is or is cut from."""
    lists = (
        whole
        for whole in lists_in(stored, blocks_of(stored))
        if whole.start <= found.start < found.end <= whole.items[-1].end
    )
    return min(lists, key=lambda whole: whole.items[-1].end - whole.start, default=None)


def rest_of_list(stored: str, quoted: Span, start: int, most: int) -> tuple[Span, int]:
    """Return the items from offset `start` on of the list that `quoted` is cut from, and how many
    follow these: at most `most` characters, but one item at least; an empty span for none.

    >>> stored = "Hồ sơ gồm:\\n- đơn;\\n- lý lịch;\\n- giấy giới thiệu."
    >>> rest, after = rest_of_list(stored, Span(0, 18), 18, 15)
    >>> stored[rest.start : rest.end], after
    ('- lý lịch;', 1)
    """
    around = _innermost(stored, quoted)
    items = [item for item in around.items if item.start >= start] if around else []
    shown: list[Span] = []
    for item in items:
        if addresses_assistant(stored[item.start : item.end]):
            break
        if shown and item.end - shown[0].start > most:
            break
        shown.append(item)
    if not shown:
        return Span(start, start), 0
    return Span(shown[0].start, shown[-1].end), len(items) - len(shown)


def _overlap(one: Quote, other: Quote) -> bool:
    same = one.source.id == other.source.id
    return same and one.start < other.end and other.start < one.end


def _with_twin(quote: Quote, source: Source) -> Quote:
    """Return the quote that names another source which says the same."""
    if source.id in {known.id for known in (quote.source, *quote.also)}:
        return quote
    return replace(quote, also=(*quote.also, source))


def say_the_same(one: Quote, other: Quote) -> bool:
    """Return True if one has three quarters of the words of the other, whichever is shorter."""
    mine, theirs = set(terms_of(one.text).folded), set(terms_of(other.text).folded)
    return len(mine & theirs) >= _SAME * min(len(mine), len(theirs))


_log = logging.getLogger(__name__)


def verified(quote: Quote, stored: str) -> bool:
    """Return True if the words stand in the stored text exactly where the quote says."""
    return bool(quote.text.strip()) and stored[quote.start : quote.end] == quote.text


def verbatim(quotes: Iterable[Quote], stored: Mapping[str, str]) -> tuple[Quote, ...]:
    """Return the quotes that stand in `stored`, texts by source id; the others are logged."""
    kept = []
    for quote in quotes:
        if verified(quote, stored.get(quote.source.id, "")):
            kept.append(quote)
        else:
            _log.error("quote dropped, not in %s at %d", quote.source.id, quote.start)
    return tuple(kept)


_NUMBER = re.compile(r"(?<![\w/.,-])\d+(?:[.,/]\d+)*%?(?![\w/-])")
_MOST = 3
_REACH = 3
"""How many words after a number may name what it counts."""


def answering_words(question: Question, text: str) -> tuple[Span, ...]:
    """Return the spans of `text` that answer, in order; empty where that is not clear.

    >>> from retrieval.query.analysis import analyse
    >>> text = "Hà Nội kết nạp 11.144 đảng viên, đạt 108,62%."
    >>> [text[s.start:s.end] for s in answering_words(analyse("Bao nhiêu đảng viên?"), text)]
    ['11.144']
    """
    if question.wanted is Wanted.PERSON:
        spans = [Span(name.start, name.end) for name in people(text)]
    elif question.wanted is Wanted.DATE:
        spans = list(date_phrases(text))
    elif question.wanted is Wanted.NUMBER:
        spans = [Span(*match.span()) for match in _NUMBER.finditer(text)]
    elif question.wanted is Wanted.DOCUMENT:
        spans = [Span(found.start, found.end) for found in find_references(text)]
    else:
        return ()
    spans = [s for s in spans if _is_new(question, text[s.start : s.end])]
    if question.wanted is Wanted.NUMBER:
        spans = list(_counting(question, text, spans)) or spans
    return tuple(spans) if len(spans) <= _MOST else ()


def documents_in(text: str) -> list[str]:
    """Return the directives that `text` names, as written, each once."""
    return list(dict.fromkeys(text[found.start : found.end] for found in find_references(text)))


def _is_new(question: Question, found: str) -> bool:
    return any(folded_key(word.text) not in question.folded for word in words(found))


def _counting(question: Question, text: str, spans: list[Span]) -> Iterator[Span]:
    """Yield the numbers that count what the question asks for."""
    for span in spans:
        after = [folded_key(word.text) for word in words(text[span.end : span.end + 40])[:_REACH]]
        if set(after).intersection(question.content):
            yield span
