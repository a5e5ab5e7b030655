"""May a sentence of a model be shown? Only if the passages that it cites bear it out.

Owns the order of the checks and the reasons, in Vietnamese for whoever reads the log. A sentence
that fails one check is dropped, never mended. Pure but for `similarity`, which the caller brings.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from retrieval.grounding.claims import (
    RANKS,
    Claim,
    Claimed,
    Held,
    Sort,
    claims_in,
    held_by,
    holds,
    is_whole,
)
from retrieval.grounding.support import (
    Given,
    attribution,
    coverage,
    joined_anew,
    supporting,
    unsupported,
)
from retrieval.models import Sentence
from retrieval.query.analysis import STOP_WORDS
from retrieval.text.prompt_injection import addresses_assistant
from retrieval.text.vietnamese import expanded, key, words

_DOTTED_DATE = re.compile(r"\b(\d{1,2})\.(\d{1,2})\.([12]\d{3})\b")
_YEAR = re.compile(r"(?:1[89]|20)\d\d")
_FRAME = frozenset(map(key, ("năm", "tháng", "ngày", "số")))
_SLOT = 6
"""Words in a place where one thing may have been put for another."""
_NEIGHBOURS = 2
_OPENING = "^"
"""Stands before the first word of a sentence."""


def exchanged(text: str, sentences: Sequence[str]) -> str:
    """Return a name or number that stands where the support has another one, "" if none does.

    It is let pass where the support elsewhere has it between the same words.
    """
    mine = _tokens(text)
    theirs = [_tokens(sentence) for sentence in sentences]
    for other in theirs:
        for start, end in _replaced(mine, other):
            if not any(_stands_so(mine, start, end, there) for there in theirs):
                return " ".join(token.text for token in mine[start:end])
    return ""


def traded(text: str, sentences: Iterable[str]) -> str:
    """Return two names that stand in each other's places in the support, "" if none do."""
    mine, theirs = _neighbours([text]), _neighbours(sentences)
    for one, other in itertools.combinations(mine.keys() & theirs.keys(), 2):
        for side in (0, 1):
            here, there = mine[one][side], mine[other][side]
            own, others = theirs[one][side], theirs[other][side]
            if here & others and there & own and not (here & own or there & others):
                return f"{one} / {other}"
    return ""


def _neighbours(texts: Iterable[str]) -> dict[str, tuple[set[str], set[str]]]:
    """Return for each name the keys of the words right before it, and of those right after."""
    found: dict[str, tuple[set[str], set[str]]] = {}
    for text in texts:
        for name in (claim for claim in claims_in(text) if claim.sort is Sort.NAME):
            before, after = found.setdefault(name.value, (set(), set()))
            before.update([key(w.text) for w in words(text[: name.start])[-1:]] or [_OPENING])
            after.update(key(w.text) for w in words(text[name.end :])[:1])
    return found


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    key: str
    kind: str
    """"year", "number", or "name" for a capital inside a sentence; empty for what tells nothing."""

    @property
    def telling(self) -> bool:
        return bool(self.kind)


def _tokens(text: str) -> list[_Token]:
    return [
        _Token(part, _plain_key(part), _kind(part, opening=n == 0))
        for n, word in enumerate(words(_DOTTED_DATE.sub(r"\1/\2/\3", text)))
        for part in expanded(word.text)
    ]


def _kind(word: str, opening: bool) -> str:
    if word[0].isdigit():
        return "year" if _YEAR.fullmatch(word) else "number"
    return "name" if word[0].isupper() and not opening else ""


def _plain_key(word: str) -> str:
    return key(word).lstrip("0") if word[0].isdigit() else key(word)


def _replaced(mine: Sequence[_Token], other: Sequence[_Token]) -> Iterator[tuple[int, int]]:
    """Yield the stretches of `mine` where `other` has something else telling."""
    keys = [t.key for t in mine], [t.key for t in other]
    for what, a, b, c, d in SequenceMatcher(None, *keys, autojunk=False).get_opcodes():
        if what == "replace" and b - a <= _SLOT and d - c <= _SLOT:
            here = {t.key for t in mine[a:b] if t.telling}
            there = {t.key for t in other[c:d] if t.telling}
            alike = {t.kind for t in mine[a:b] if t.kind} & {t.kind for t in other[c:d]}
            if alike and not (here <= there or there <= here):
                yield a, b


def _stands_so(mine: Sequence[_Token], start: int, end: int, other: Sequence[_Token]) -> bool:
    """Return True if `other` has the telling words of the stretch between the same words."""
    wanted = [t.key for t in mine[start:end] if t.telling]
    left, right = _before(mine, start), _after(mine, end)
    for at in range(len(other) - len(wanted) + 1):
        if [t.key for t in other[at : at + len(wanted)]] == wanted:
            beside = at + len(wanted)
            so_before = not left or left & _before(other, at)
            if so_before and (not right or right & _after(other, beside)):
                return True
    return False


def _before(tokens: Sequence[_Token], at: int) -> set[str]:
    return _nearest(reversed(tokens[:at]))


def _after(tokens: Sequence[_Token], at: int) -> set[str]:
    return _nearest(tokens[at:])


def _nearest(tokens: Iterable[_Token]) -> set[str]:
    told = (t.key for t in tokens if t.key not in STOP_WORDS | _FRAME)
    return set(itertools.islice(told, _NEIGHBOURS))


_NEGATIONS = frozenset(map(key, ("không", "chưa", "chẳng", "đừng", "chớ", "cấm", "thôi", "hết")))
_WEIGHTY = """
    không chưa chẳng đừng cấm tăng giảm hơn kém dưới vượt nhất ít thấp cao gấp trước sau đầu cuối
    nửa mọi tất chỉ duy hai ba bốn sáu bảy tám chín mười chục trăm nghìn ngàn triệu tỷ tỉ
    bãi bỏ hủy huỷ dừng thiếu thừa sai đúng phản đối trừ lùi mất thua phó nguyên cựu
"""
_GUARDED = frozenset(map(key, _WEIGHTY.split()))
"""Words that turn a sentence round: they must stand in what supports it."""
_HARMLESS = re.compile(
    r"\b(?:tăng cường|trước hết|trước mắt|trước tiên|đầu tiên|đúng đắn|nguyên (?:tắc|nhân|vẹn))\b"
)
_CLAUSE = re.compile(r"[;:]|[,.](?!\d)|\s(?:và|còn|trong khi)\s")
_UNIT = re.compile(r"\s*(?P<word>[^\W\d_]+)(?:\s+(?P<next>[^\W\d_]+))?")
_REACH = 60


def turned_round(text: str, support: str) -> str:
    """Return the word that turns the meaning round against the support, "" if there is none."""
    there = {key(w.text) for w in words(support)}
    for n, word in enumerate(words(_HARMLESS.sub("", text))):
        named = n > 0 and word.text[0].isupper()
        alike = {key(word.text), *_as_digits(word.text)}
        if key(word.text) in _GUARDED and not named and not alike & there:
            return word.text
    mine, theirs = _negated(text), _negated(support)
    for negated in mine ^ theirs:
        if negated in _plainly(text) | mine and negated in _plainly(support) | theirs:
            return _as_written(negated, text)
    return ""


def ranked_otherwise(text: str, support: str) -> str:
    """Return an office that only a deputy or a former holder has in the support, or the reverse."""
    ranked, plain = _offices(text)
    there, plainly_there = _offices(support)
    other = (plain & (there - plainly_there)) | (ranked & (plainly_there - there))
    return _as_written(min(other), text) if other else ""


def _offices(text: str) -> tuple[set[str], set[str]]:
    """Return each three words in a row that follow "phó" or the like, and those that do not."""
    keys = ["", *(key(w.text) for w in words(text))]
    ranked, plain = set[str](), set[str]()
    for at in range(1, len(keys) - 2):
        (ranked if keys[at - 1] in RANKS else plain).add(" ".join(keys[at : at + 3]))
    return ranked, plain


def misattached(text: str, support: str) -> Claim | None:
    """Return a number that counts something else in the support, or belongs to somebody else."""
    claims = claims_in(text)
    numbers = [c for c in claims if c.sort is Sort.NUMBER and c.value[0].isdigit()]
    names = [c for c in claims if c.sort is Sort.NAME]
    for number in numbers:
        if not _counts_the_same(number, text, support):
            return number
        if any(_is_anothers(number, name, text, support) for name in names):
            return number
    return None


_DIGITS = {"hai": "2", "ba": "3", "bốn": "4", "sáu": "6", "bảy": "7", "tám": "8", "chín": "9"}


def _as_written(keys: str, text: str) -> str:
    """Return the words of `text` that have these keys, the keys where it has none."""
    wanted, there = keys.split(), words(text)
    for at in range(len(there) - len(wanted) + 1):
        found = there[at : at + len(wanted)]
        if [key(word.text) for word in found] == wanted:
            return text[found[0].start : found[-1].end]
    return keys


def _as_digits(word: str) -> set[str]:
    return {_DIGITS[word.lower()]} if word.lower() in _DIGITS else set()


def _negated(text: str) -> set[str]:
    """Return the keys of what follows a negation: each word, and each two words."""
    return {after for word, *said in _after_words(text) if word in _NEGATIONS for after in said}


def _plainly(text: str) -> set[str]:
    """Return the keys of what follows no negation."""
    return {after for word, *said in _after_words(text) if word not in _NEGATIONS for after in said}


def _after_words(text: str) -> Iterator[tuple[str, ...]]:
    """Yield the key of each word with those of the word, and of the two words, that follow."""
    keys = ["", *(key(w.text) for w in words(text)), ""]
    return ((a, b, f"{b} {c}") for a, b, c in zip(keys, keys[1:], keys[2:], strict=False))


def _counts_the_same(number: Claim, text: str, support: str) -> bool:
    """Return True if what follows the number also follows it in the support, near enough."""
    unit = _unit_after(text, number.end)
    if not unit or number.value.endswith("%"):
        return True
    places = [c for c in claims_in(support) if c.sort is number.sort and c.value == number.value]
    near = [{key(w.text) for w in words(support[c.end : c.end + _REACH])} for c in places]
    return not near or any(unit in words_after for words_after in near)


def _unit_after(text: str, end: int) -> str:
    """Return the key of the word that says what a number counts, "" where none does."""
    match = _UNIT.match(text, end)
    for word in match.groups() if match else ():
        if word and key(word) not in STOP_WORDS:
            return key(word)
    return ""


def _is_anothers(number: Claim, name: Claim, text: str, support: str) -> bool:
    """Return True if the support gives the number to another name, and this name another number."""
    clauses = _CLAUSE.split(support)
    of_number = [c for c in clauses if holds(number, text, held_by(c))]
    of_name = [c for c in clauses if holds(name, text, held_by(c))]
    if not of_number or not of_name or any(c in of_name for c in of_number):
        return False
    mine = held_by(text)
    return all(_holds_others(of_number, Sort.NAME, mine)) and all(
        _holds_others(of_name, Sort.NUMBER, mine)
    )


def _holds_others(clauses: Iterable[str], sort: Sort, mine: Held) -> Iterable[bool]:
    """Yield for each clause whether it holds something of that sort that is not `mine`."""
    for clause in clauses:
        within = f"… {clause}"
        yield any(c.sort is sort and not holds(c, within, mine) for c in claims_in(within))


LONGEST = 700

Similarity = Callable[[str, str], float]


@dataclass(frozen=True, slots=True)
class Thresholds:
    """How alike a sentence and its support must be; `benchmarks.thresholds` measured all but one.

    `of_each` is for sentences that cite several passages, which no generated sentence does.
    """

    of_each: float = 0.3
    """The share of a sentence's words that each passage it cites must hold by itself."""
    coverage: float = 0.8
    """The share of its words that must stand in what supports it, …"""
    sure: float = 1.0
    """… and the share from which on words alone are enough; in between, meaning must be near."""
    similarity: float = 0.97
    """Cosine of the sentence and its support, by the built-in embedding model."""


MEASURED = Thresholds()


@dataclass(frozen=True, slots=True)
class Bearing:
    """The words of a sentence, who says them left out, beside the sentences that bear them out."""

    body: str
    support: Mapping[Given, tuple[Sentence, ...]]

    @property
    def sentences(self) -> list[str]:
        """The supporting sentences."""
        return [sentence.text for chosen in self.support.values() for sentence in chosen]

    @property
    def together(self) -> str:
        """The supporting sentences as one text."""
        return " ".join(self.sentences)

    @property
    def around(self) -> str:
        """The words over all passages cited."""
        return " ".join(given.around for given in self.support)

    @property
    def share(self) -> float:
        """The share of the words that stand in the support."""
        return coverage(self.body, self.together, self.around)

    def share_of(self, given: Given) -> float:
        """The share that one of the passages holds, 0 without a sentence that supports."""
        said = " ".join(sentence.text for sentence in self.support[given])
        return coverage(self.body, said, given.around) if said else 0.0


@dataclass(frozen=True, slots=True)
class Kept:
    """A sentence that may be shown, and what bears it out, by the number of the passage."""

    claimed: Claimed
    support: Mapping[int, tuple[Sentence, ...]]


@dataclass(frozen=True, slots=True)
class Dropped:
    """A sentence that may not, and why."""

    claimed: Claimed
    reason: str


def judge(
    claimed: Claimed,
    given: Mapping[int, Given],
    similarity: Similarity,
    least: Thresholds = MEASURED,
) -> Kept | Dropped:
    """Check one sentence against the passages under their numbers."""
    reason = _malformed(claimed, given)
    if reason:
        return Dropped(claimed, reason)
    bearing = bearing_of(claimed, given)
    reason = _unsupported(claimed.text, bearing, similarity, least)
    support = {one.number: chosen for one, chosen in bearing.support.items()}
    return Dropped(claimed, reason) if reason else Kept(claimed, support)


def bearing_of(claimed: Claimed, given: Mapping[int, Given]) -> Bearing:
    """Return what bears a sentence out in the passages that it cites."""
    text, cited = claimed.text, [given[n] for n in claimed.cited]
    body = text[attribution(text, " ".join(one.origin for one in cited)) :]
    return Bearing(body, {one: supporting(text, one) for one in cited})


def _malformed(claimed: Claimed, given: Mapping[int, Given]) -> str:
    text = claimed.text
    if "[" in text or "【" in text:
        return "dẫn nguồn sai cách"
    if not claimed.cited:
        return "không dẫn nguồn nào"
    if unknown := [n for n in claimed.cited if n not in given]:
        return f"dẫn nguồn không có: [{unknown[0]}]"
    if "\ufffd" in text or len(text) > LONGEST:
        return "câu hỏng hoặc quá dài"
    if not is_whole(text):
        return "dấu ngoặc kép không trọn"
    if addresses_assistant(text):
        return "là lời ra lệnh cho trợ lý"
    return ""


def _unsupported(text: str, bearing: Bearing, similarity: Similarity, least: Thresholds) -> str:
    """Return why the support does not bear `text` out, "" if it does."""
    body, together, around = bearing.body, bearing.together, bearing.around
    for given in bearing.support:
        if bearing.share_of(given) < least.of_each or not bearing.support[given]:
            return f"nguồn [{given.number}] không nói điều này"
    if claim := _missing_claim(text, bearing.support, together, around):
        return f"không có trong nguồn đã dẫn: {text[claim.start : claim.end]}"
    if word := turned_round(body, together) or ranked_otherwise(body, together):
        return f"khác nguồn ở chữ “{word}”"
    if claim := misattached(text, together):
        return f"gắn sai số liệu: {text[claim.start : claim.end]}"
    sentences = bearing.sentences
    if words_put := exchanged(body, sentences) or traded(body, sentences):
        return f"đặt sai chỗ: {words_put}"
    added = unsupported(body, together, around) or joined_anew(body, together, around)
    if added:
        return f"nguồn không nói: {added}"
    if bearing.share < least.coverage:
        return f"chỉ {bearing.share:.0%} số từ có trong nguồn"
    if bearing.share < least.sure and (near := similarity(text, together)) < least.similarity:
        return f"nghĩa không đủ gần nguồn ({near:.2f})"
    return ""


def _missing_claim(
    text: str, support: Mapping[Given, tuple[Sentence, ...]], together: str, around: str
) -> Claim | None:
    """Return the first claim that the sources cited do not hold, None if they hold all."""
    held, titles = held_by(together), held_by(around)
    passages = held_by(" ".join(given.passage.text for given in support))
    origin = " ".join(given.origin for given in support)
    origins, prefix = held_by(origin), attribution(text, origin)
    for claim in claims_in(text):
        if holds(claim, text, held):
            continue
        if claim.sort is Sort.QUOTATION and holds(claim, text, passages):
            continue
        if claim.sort is not Sort.NUMBER and holds(claim, text, titles):
            continue
        if claim.end <= prefix and holds(claim, text, origins):
            continue
        return claim
    return None
