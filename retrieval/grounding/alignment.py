"""A claim laid word by word beside a sentence of its evidence: does it say the same?

Owns two answers, both from words and their order alone (lexical alignment by longest matching
blocks, as in `difflib`). `repeats`: the claim is a stretch of the sentence, or two of its clauses
in the other order; nobody need judge it. `is_close`: nearly all of its words stand there in order,
with the same qualifiers, and no figure or name is passed over; it may stand in for a judgement
where nobody can judge. Pure.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from retrieval.grounding.qualifiers import WIDE, qualifiers_in
from retrieval.query.analysis import STOP_WORDS
from retrieval.text.dates import dates_in
from retrieval.text.vietnamese import expanded, key, words

_COUNTS = (("hai", "2"), ("ba", "3"), ("bốn", "4"), ("sáu", "6"), ("bảy", "7"), ("tám", "8"))
DIGITS = {key(word): digit for word, digit in (*_COUNTS, ("chín", "9"), ("mười", "10"))}
"""Numbers in words, without those that mean something else: "một số", "năm 2024"."""
_EMPTY = "là của và các những này đó thì mà có ở tại trong về ông bà đồng chí vào năm ngày"
HARMLESS = frozenset(map(key, _EMPTY.split()))
"""Words that may be put in or left out without saying anything."""
_BREAK = re.compile(r"[,;:()–]")
_OF_TIME = "ngày tháng năm vào trong sáng chiều tối từ trước sau đến hết tính kể cuối đầu giữa mùng"
_TIME = frozenset(_OF_TIME.split())
_OFFICES = "bí phó chủ trưởng ủy uỷ giám hiệu viện chánh tổng nguyên thư"
_OFFICE = frozenset(map(key, _OFFICES.split()))
"""How an office begins that stands between commas after a name."""
_CLOSE = 0.85
"""The share of a claim's telling words that must stand in the sentence, in its order."""
_MOST_BLOCKS = 4


@dataclass(frozen=True, slots=True)
class Token:
    """A word as it is compared, and where it stands in the text."""

    key: str
    start: int
    end: int
    weighs: bool
    """True for figures and names: passing one over changes who or how many."""


@dataclass(frozen=True, slots=True)
class _Text:
    """A text and its tokens, moments apart where it tells but one."""

    text: str
    tokens: tuple[Token, ...]
    moment: str = ""

    @property
    def keys(self) -> list[str]:
        return [token.key for token in self.tokens]


@dataclass(frozen=True, slots=True)
class _Aligned:
    """Which tokens of a claim and of a sentence match, in order."""

    claim: _Text
    sentence: _Text
    blocks: tuple[tuple[int, int, int], ...]
    """Begin in the claim, begin in the sentence, length."""

    @property
    def put_in(self) -> list[int]:
        """Tokens of the claim without a match."""
        matched = {n for a, _, size in self.blocks for n in range(a, a + size)}
        return [n for n in range(len(self.claim.tokens)) if n not in matched]

    @property
    def gaps(self) -> Iterator[tuple[int, int]]:
        """Runs of the sentence's tokens passed over between two blocks."""
        places = sorted((b, b + size) for _, b, size in self.blocks)
        for (_, end), (start, _) in itertools.pairwise(places):
            if end < start:
                yield end, start

    @property
    def span(self) -> tuple[int, int]:
        """The stretch of the sentence's tokens from the first match to the last."""
        return min(b for _, b, _ in self.blocks), max(b + size for _, b, size in self.blocks)


def repeats(claim: str, sentence: str) -> bool:
    """Return True if `claim` says what a stretch of `sentence` says, in its words and order.

    Only whole clauses may be left out before and after, and none that bears on what is left; put in
    and left out inside only words that say nothing. Two clauses may have changed places.

    >>> repeats("Huyện lập 4 chi bộ.", "Năm 2021, huyện lập 4 chi bộ, dự kiến lập thêm 2.")
    True
    >>> repeats("Huyện lập thêm 2 chi bộ.", "Năm 2021, huyện lập 4 chi bộ, dự kiến lập thêm 2.")
    False
    """
    mine, theirs = _pair(claim, sentence)
    if _is_stretch(mine, theirs):
        return True
    return any(_is_stretch(turned, theirs, joint) for turned, joint in _turned(mine, theirs))


def is_close(claim: str, sentence: str, *, attributed: bool = False) -> bool:
    """Return True if `sentence` has nearly all words of `claim` in order, and as qualified.

    Of a claim that has been `attributed` to somebody already, who says so need not be said again.

    >>> is_close("Huyện có 18 chi bộ mạnh.", "Huyện có 30 chi bộ, trong đó 18 chi bộ mạnh.")
    False
    """
    mine, theirs = _pair(claim, sentence)
    aligned = _Aligned(mine, theirs, _tiles(mine.keys, theirs.keys))
    told = {n for n, t in enumerate(mine.tokens) if t.key not in STOP_WORDS | HARMLESS}
    if not aligned.blocks or not told:
        return False
    matched = told.difference(aligned.put_in)
    light = {"done", "opinion"} if attributed else {"done"}
    return (
        len(matched) >= _CLOSE * len(told)
        and len(aligned.blocks) <= _MOST_BLOCKS + len(mine.tokens) // 8
        and _in_order(aligned)
        and not _passes_over(aligned, light)
        and not _replaces(aligned)
        and not any(mine.tokens[n].weighs for n in aligned.put_in)
        and _counts_alike(aligned)
        and _qualified_alike(aligned, light)
    )


def _pair(claim: str, sentence: str) -> tuple[_Text, _Text]:
    """Return both texts as tokens, the moment left out where both tell the same single one."""
    mine, theirs = _read(claim), _read(sentence)
    if mine.moment and mine.moment == theirs.moment:
        return _without_moment(mine), _without_moment(theirs)
    return mine, theirs


@lru_cache(maxsize=4096)
def _read(text: str) -> _Text:
    plain = text.replace("%", " phần trăm ")
    found = words(plain)
    tokens = []
    for n, word in enumerate(found):
        opens = n == 0 or plain[found[n - 1].end : word.start].strip(" ") in (".", ":", "“")
        number = word.text[0].isdigit() or (word.text.isupper() and not opens)
        named = word.text[0].isupper() and not opens
        for part in expanded(word.text):
            spelled = key(part)
            form = DIGITS.get(spelled, spelled) if part.islower() else spelled
            weighs = number or named or form.isdigit()
            tokens.append(Token(form.lstrip("0") or form, word.start, word.end, weighs))
    return _Text(plain, tuple(tokens), _moment(plain))


def _moment(text: str) -> str:
    """Return the one date of a text in its normal form with the words before it, else ""."""
    dates = list(dates_in(text))
    if len(dates) != 1:
        return ""
    start = _moment_start(text, dates[0].start)
    bare = [w.text.lower() for w in words(text[start : dates[0].start])]
    return " ".join([*(w for w in bare if w in _BOUNDS), dates[0].value])


_BOUNDS = frozenset(("từ", "trước", "sau", "đến", "cuối", "đầu", "giữa"))


def _moment_start(text: str, at: int) -> int:
    """Return where the words of time begin that stand right before a date."""
    for word in reversed(words(text[:at])):
        if word.text.lower() not in _TIME or text[word.end : at].strip(" "):
            break
        at = word.start
    return at


def _without_moment(text: _Text) -> _Text:
    [day] = dates_in(text.text)
    start = _moment_start(text.text, day.start)
    kept = tuple(t for t in text.tokens if not start <= t.start < day.end)
    return _Text(text.text, kept, text.moment)


def _aligned(mine: _Text, theirs: _Text) -> _Aligned:
    matcher = SequenceMatcher(None, mine.keys, theirs.keys, autojunk=False)
    blocks = tuple((m.a, m.b, m.size) for m in matcher.get_matching_blocks()[:-1])
    return _Aligned(mine, theirs, blocks)


def _tiles(mine: Sequence[str], theirs: Sequence[str]) -> tuple[tuple[int, int, int], ...]:
    """Return the longest stretches that both have, in the order of `mine`, each token once.

    Greedy string tiling (Wise 1993): stretches may have changed places.
    """
    left, right = list(mine), list(theirs)
    tiles: list[tuple[int, int, int]] = []
    while True:
        match = SequenceMatcher(None, left, right, autojunk=False).find_longest_match()
        if not match.size:
            return tuple(sorted(tiles))
        tiles.append((match.a, match.b, match.size))
        left[match.a : match.a + match.size] = [f"<{n}" for n in range(match.size)]
        right[match.b : match.b + match.size] = [f">{n}" for n in range(match.size)]


def _in_order(aligned: _Aligned) -> bool:
    """Return True if figures and names stand in the same order: who comes before whom."""
    places = [
        b + n
        for a, b, size in aligned.blocks
        for n in range(size)
        if aligned.claim.tokens[a + n].weighs
    ]
    return places == sorted(places)


def _is_stretch(mine: _Text, theirs: _Text, joint: int | None = None) -> bool:
    """Return True if the claim is a stretch of the sentence; at the `joint` clauses changed places.

    The joint is the claim's first token after it.
    """
    aligned = _aligned(mine, theirs)
    if not aligned.blocks:
        return False
    put_in = aligned.put_in
    if len(put_in) > len(mine.tokens) // 4 or any(
        mine.tokens[n].key not in HARMLESS for n in put_in
    ):
        return False
    first, last = aligned.span
    if not (_is_break(theirs, first) and _is_break(theirs, last)):
        return False
    if not all(_may_be_left_out(theirs, a, b) for a, b in aligned.gaps):
        return False
    if joint is not None:
        at = next((b + joint - a for a, b, size in aligned.blocks if a <= joint < a + size), None)
        if at is None or not _is_break(theirs, at):
            return False
    return not _bears_on(aligned)


def _turned(mine: _Text, theirs: _Text) -> Iterator[tuple[_Text, int]]:
    """Yield the claim with its two halves in the other order, cut where a clause may begin."""
    opening = {theirs.tokens[n].key for n in range(len(theirs.tokens)) if _is_break(theirs, n)}
    for at in range(1, len(mine.tokens)):
        if mine.tokens[at].key in opening:
            turned = (*mine.tokens[at:], *mine.tokens[:at])
            yield _Text(mine.text, turned), len(mine.tokens) - at


def _is_break(text: _Text, at: int) -> bool:
    """Return True if a clause ends before token `at`: what stands beyond narrows nothing."""
    if at in (0, len(text.tokens)):
        return True
    return bool(_BREAK.search(text.text, text.tokens[at - 1].end, text.tokens[at].start))


def _may_be_left_out(text: _Text, start: int, end: int) -> bool:
    """Return True for words that say nothing, and for an office or aside set apart."""
    run = text.tokens[start:end]
    if all(token.key in HARMLESS for token in run):
        return True
    before = text.text[text.tokens[start - 1].end : run[0].start].strip()
    after = text.text[run[-1].end : text.tokens[end].start].strip()
    inside = text.text[run[0].start : run[-1].end]
    if before.endswith("(") and after.startswith(")"):
        return True
    office = run[0].key in _OFFICE and text.tokens[start - 1].weighs
    return office and before == "," and after == "," and not _BREAK.search(inside)


def _bears_on(aligned: _Aligned) -> bool:
    """Return True if a wide qualifier outside of the stretch may bear on it."""
    tokens, text = aligned.sentence.tokens, aligned.sentence.text
    first, last = aligned.span
    start, end = tokens[first].start, tokens[last - 1].end
    return any(
        q.sort in WIDE and (q.end <= start or (q.start >= end and q.sort in _AFTER))
        for q in qualifiers_in(text)
    )


_AFTER = frozenset(("condition", "exception", "opinion"))
"""Qualifiers that bear on what stands before them."""


def _passes_over(aligned: _Aligned, light: Set[str]) -> bool:
    """Return True if something is left out that changes the rest.

    Between matches a figure, a qualifier, or a name after another that takes what follows from
    it; right before or after them a figure or qualifier.
    """
    text = aligned.sentence
    heavy = [(q.start, q.end) for q in qualifiers_in(text.text) if q.sort not in _LIGHT | light]
    first, last = aligned.span
    edges = [(max(first - 2, 0), first)] if not _is_break(text, first) else []
    edges += [(last, last + 1)] if not _is_break(text, last) else []
    inside = [gap for gap in aligned.gaps if not _is_aside(text, *gap)]
    for start, end in (*edges, *inside):
        run = text.tokens[start:end]
        if any(token.key[0].isdigit() or _within(token, heavy) for token in run):
            return True
    return any(_takes_over(text, *gap) for gap in inside)


def _is_aside(text: _Text, start: int, end: int) -> bool:
    """Return True for what may be left out, and for clauses that name nobody and set no condition.

    Their figures are of what stands before them.
    """
    if _may_be_left_out(text, start, end):
        return True
    run = text.tokens[start:end]
    named = any(t.weighs and not t.key[0].isdigit() for t in run)
    binding = [(q.start, q.end) for q in qualifiers_in(text.text) if q.sort in _AFTER]
    apart = _is_break(text, start) and _is_break(text, end)
    return apart and not named and not any(_within(token, binding) for token in run)


def _takes_over(text: _Text, start: int, end: int) -> bool:
    """Return True if a name left out stands between a name and what is said of it.

    Not one in a list beside what follows ("…, A, …", "A và …"), nor one that tells whose it is.
    """
    named = any(token.weighs for token in text.tokens[start:end])
    if text.tokens[start].key in _OF:
        return False
    listed = text.tokens[end - 1].key == _AND or _is_break(text, start)
    return named and not listed and text.tokens[start - 1].weighs


_AND = key("và")
_OF = frozenset(map(key, ("của", "tại", "ở", "thuộc")))
"""What a name begins with that only tells more of the one before it."""
_LIGHT = frozenset(("purpose", "cause", "done", "ongoing", "up", "down"))
"""Qualifiers that weigh nothing with the clause that they stand in left out."""


def _replaces(aligned: _Aligned) -> bool:
    """Return True if words of the claim stand where the sentence has a figure, name or qualifier.

    Any word at its head does that stands for what the clause begins with.
    """
    text, blocks = aligned.sentence, aligned.blocks
    qualified = [(q.start, q.end) for q in qualifiers_in(text.text)]
    for (a, b, size), (next_a, next_b, _) in itertools.pairwise(blocks):
        theirs = text.tokens[b + size : next_b]
        heavy = any(t.weighs or _within(t, qualified) for t in theirs)
        if heavy and _tells(aligned.claim.tokens[a + size : next_a]):
            return True
    first, _ = aligned.span
    opening = aligned.claim.tokens[: blocks[0][0]]
    return _tells(opening) and not _is_break(text, first)


def _within(token: Token, spans: Sequence[tuple[int, int]]) -> bool:
    return any(start < token.end and token.start < end for start, end in spans)


def _tells(tokens: Sequence[Token]) -> bool:
    return any(token.key not in HARMLESS for token in tokens)


def _counts_alike(aligned: _Aligned) -> bool:
    """Return True if every figure of the claim counts what it counts in the sentence."""
    mine, theirs = aligned.claim.tokens, aligned.sentence.tokens
    for a, b, size in aligned.blocks:
        for n in range(size):
            if mine[a + n].key[0].isdigit() and a + n + 1 < len(mine):
                after = theirs[b + n + 1].key if b + n + 1 < len(theirs) else ""
                if mine[a + n + 1].key not in (after, *HARMLESS - {key("đồng")}):
                    return False
    return True


def _qualified_alike(aligned: _Aligned, light: Set[str]) -> bool:
    """Return True if claim and stretch have the same sorts of qualifiers, `light` ones aside.

    Those that bear on the stretch from before it count, those in asides do not.
    """
    text = aligned.sentence
    first, last = aligned.span
    kept = set(range(first, last))
    for gap in aligned.gaps:
        kept -= set(range(*gap)) if _is_aside(text, *gap) else set()
    stretch = [(text.tokens[n].start, text.tokens[n].end) for n in kept]
    before = text.tokens[first].start
    theirs = {
        q.sort
        for q in qualifiers_in(text.text)
        if any(a < q.end and q.start < b for a, b in stretch)
        or (q.end <= before and q.sort in WIDE)
    }
    mine = {q.sort for q in qualifiers_in(aligned.claim.text)}
    return mine - light <= theirs and theirs - light - _LIGHT <= mine
