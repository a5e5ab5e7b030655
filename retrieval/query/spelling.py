"""Questions as they were meant: diacritics restored, slips of the finger mended.

Owns the guess, made from the words of texts that look near (the corpus teaches its own spelling)
and from a few question words. Pure. Diacritics are restored only in a question that has none; a
word is respelled only when it is no Vietnamese syllable, the corpus does not know it, and some text
holds one that is a slip away.

The path through the spellings is Viterbi's (1967) over counts of words and of neighbouring words.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import pairwise

from retrieval.text.vietnamese import Word, fold, is_syllable, spelled, words

_COMMON = """
    là bao nhiêu. là gì. cái gì. của ai. là ai. khi nào. năm nào. ngày nào. ở đâu. tại sao. vì sao.
    như thế nào. được mấy. bao lâu. bao giờ. có bao nhiêu. những gì. những ai. các ngày tháng năm
    cho biết. hãy nêu. hãy kể tên. liệt kê. người nào. đội nào. nước nào. nơi nào. và có không đã sẽ
    đang về với từ đến trong ngoài trên dưới đó này kia còn thì mà để bởi do theo việc điều số lần.
    đầu tiên. cuối cùng. nhất lớn nhỏ nhiều ít sau trước khoảng hơn. một hai ba bốn sáu bảy tám chín
    mười vào lúc bằng cách. tổng cộng. loại nào. nhóm nào. quốc gia. thành phố. tỉnh nào. ra sao
"""
_COMMON_COUNT = 4
"""As if each question word had been read so often."""
_SHORTEST_MENDED = 4
_NEAR = 0.75
"""The least similarity (Ratcliff and Obershelp) of a word to what it is mended to."""
_PAIR = 2.0
"""How much more a known pair of words counts than a known word."""


@dataclass(frozen=True, slots=True)
class Spelling:
    """How some texts spell: the accented forms of each folded word, and which follow each other."""

    forms: dict[str, Counter[str]]
    follows: Counter[tuple[str, str]]


def spelling_of(texts: Iterable[str]) -> Spelling:
    """Return how `texts` spell their words."""
    read: Counter[str] = Counter()
    follows: Counter[tuple[str, str]] = Counter()
    for text in (*_COMMON.split(".") * _COMMON_COUNT, *texts):
        lower = [word.lower() for word in spelled(text)]
        read.update(lower)
        follows.update(pairwise(["", *lower]))
    forms: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for word, count in read.items():
        forms[fold(word)][word] = count
    return Spelling(dict(forms), follows)


def is_bare(text: str) -> bool:
    """Return True if `text` is written without any diacritics."""
    return fold(text) == text.lower()


def repaired(text: str, spelling: Spelling, known: Callable[[str], bool]) -> str:
    """Return `text` with missing diacritics and slips mended after `spelling`.

    `known` says of a folded word whether the corpus holds it.

    >>> repaired("dai hoi diem", spelling_of(["Có 1.746 đại hội điểm."]), lambda word: True)
    'đại hội điểm'
    """
    found = words(text)
    bare = is_bare(text)
    options = [_options(word, spelling, known, bare=bare) for word in found]
    return _rewritten(text, found, _best_path(options, spelling))


def _options(
    word: Word, spelling: Spelling, known: Callable[[str], bool], *, bare: bool
) -> Counter[str]:
    lower = word.text.lower()
    folded = fold(lower)
    as_typed = Counter({lower: 1})
    if not lower.isalpha():
        return as_typed
    if folded in spelling.forms or known(folded) or is_syllable(folded):
        return spelling.forms.get(folded, as_typed) if bare else as_typed
    return _near(folded, spelling) or as_typed


def _near(folded: str, spelling: Spelling) -> Counter[str]:
    """The forms of known words one slip away from a word that no text holds."""
    if len(folded) < _SHORTEST_MENDED:
        return Counter()
    near = get_close_matches(folded, spelling.forms, n=3, cutoff=_NEAR)
    return sum((spelling.forms[form] for form in near if form.isalpha()), Counter())


def _best_path(options: list[Counter[str]], spelling: Spelling) -> list[str]:
    paths: dict[str, tuple[float, list[str]]] = {"": (0.0, [])}
    for forms in options:
        paths = {
            form: max(
                (score + _gain(spelling, before, form, count), [*path, form])
                for before, (score, path) in paths.items()
            )
            for form, count in forms.items()
        }
    return max(paths.values())[1]


def _gain(spelling: Spelling, before: str, form: str, count: int) -> float:
    return math.log1p(count) + _PAIR * math.log1p(spelling.follows[before, form])


def _rewritten(text: str, found: list[Word], spelling: list[str]) -> str:
    pieces, end = [], 0
    for word, new in zip(found, spelling, strict=True):
        same = new == word.text.lower()
        pieces += [text[end : word.start], word.text if same else _cased(new, word.text)]
        end = word.end
    return "".join([*pieces, text[end:]])


def _cased(new: str, like: str) -> str:
    return new.capitalize() if like[0].isupper() else new
