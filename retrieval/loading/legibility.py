"""Whether a text reads as words: a test by statistics of letters, before anything is quoted of it.

Owns: telling text whose letters were taken for others (a font without a table of Unicode, UTF-8
read as something else, letters drawn one by one) from Vietnamese and other languages. Pure.

>>> is_garbled("Đảng bộ xã Hòa Bình kết nạp 12 đảng viên mới trong năm 2024. " * 3)
False
>>> is_garbled("Äáº£ng bá»™ xÃ£ HÃ²a BÃ¬nh káº¿t náº¡p Ä‘áº£ng viÃªn má»›i. " * 3)
True
"""

from __future__ import annotations

import re
import unicodedata

from retrieval.text.vietnamese import fold, is_syllable, normalise

_TOKEN = re.compile(r"[^\W\d_]+|\(cid:\d+\)|\ufffd")
_VIETNAMESE = frozenset(
    "abcdefghijklmnopqrstuvwxyzđ" + "".join(
        unicodedata.normalize("NFC", base + tone)
        for base in "aăâeêioôơuưy" for tone in ("", *"\u0300\u0301\u0303\u0309\u0323")
    )
)  # fmt: skip
_VOWELS = frozenset("aeiouy")
_STRANGE_SHARE = 0.15
"""Of 138 documents of offices none has above .02, of 2,560 pages of the web none above .10."""
_ALONE_SHARE = 0.45
"""Of 138 documents of offices none has above .09; of letters read wrongly by a machine half may."""
_FEWEST = 12
"""Words below which a text is too short to be judged."""
_JUDGED = 200_000


def is_garbled(text: str) -> bool:
    """True for a text too many of whose words can be no words of any language."""
    strange, alone = shares(text)
    return strange > _STRANGE_SHARE or alone > _ALONE_SHARE


def shares(text: str) -> tuple[float, float]:
    """Return the shares of words that can be none, and of letters that stand alone; 0 to 1."""
    found = _TOKEN.findall(normalise(text[:_JUDGED]))
    if len(found) < _FEWEST:
        return 0.0, 0.0
    strange = sum(map(_is_strange, found))
    alone = sum(len(word) == 1 for word in found)
    return strange / len(found), alone / len(found)


def _is_strange(word: str) -> bool:
    if len(word) == 1:
        return word == "\ufffd"
    if word.startswith("("):
        return True
    low = word.lower()
    if not _VIETNAMESE.issuperset(low):  # A word of one other script is a word.
        return any(letter in _VIETNAMESE or letter < "\u0250" for letter in low)
    if not low.isascii():
        return not is_syllable(fold(low))
    return len(low) > 2 and word.islower() and _VOWELS.isdisjoint(low)
