"""What turns a sentence round although nearly all its words stand in its support. Pure.

Owns negations and comparisons that the support lacks, other ranks, and numbers that count something
else or belong to somebody else. Leaves what stands in another's place to `misplacing`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from retrieval.claims import RANKS, Claim, Held, Sort, claims_in, held_by, holds
from retrieval.question import STOP_WORDS
from retrieval.vietnamese import key, words

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
