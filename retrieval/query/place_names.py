"""Names of provinces and cities typed without diacritics or blanks, put right. Pure.

In a question that has diacritics, "Da Nang" and "danang" can only be Đà Nẵng; in one that has none,
only what is written as one word is certain, the rest is for `spelling`.
"""

from __future__ import annotations

from functools import cache

from retrieval.query.spelling import is_bare
from retrieval.text.names import place_aliases, places
from retrieval.text.vietnamese import Word, fold, is_syllable, spelled, words

_LONGEST = 4


def restored(text: str) -> str:
    """Return `text` with its places as `data/places.txt` writes them.

    >>> restored("Da Nang kết nạp bao nhiêu đảng viên?"), restored("hanoi co gi moi")
    ('Đà Nẵng kết nạp bao nhiêu đảng viên?', 'Hà Nội co gi moi')
    """
    bare = is_bare(text)
    found = words(text)
    pieces, end, i = [], 0, 0
    while i < len(found):
        name, length = _place_at(found, i, bare=bare)
        if name:
            pieces += [text[end : found[i].start], name]
            end = found[i + length - 1].end
        i += length
    return "".join([*pieces, text[end:]])


def _place_at(found: list[Word], i: int, *, bare: bool) -> tuple[str, int]:
    """Return the place that is named at `i` and its length in words; "" and 1 if none is."""
    for length in range(min(_LONGEST, len(found) - i), 0, -1):
        typed = [word.text for word in found[i : i + length]]
        name = _names().get(tuple(word.lower() for word in typed), "")
        joined = length == 1 and not is_syllable(typed[0].lower())
        capital = i > 0 and typed[0][0].isupper() and not typed[0].isupper()
        if name and (joined or (not bare and (length > 1 or capital))):
            return name, length
    return "", 1


@cache
def _names() -> dict[tuple[str, ...], str]:
    """The places by their words without diacritics, and by these written as one."""
    names: dict[tuple[str, ...], str] = {}
    for alias, place in place_aliases():
        names[tuple(spelled(fold(alias)))] = place
    for place in places():
        folded = tuple(spelled(fold(place)))
        names |= {folded: place, ("".join(folded),): place}
    return names
