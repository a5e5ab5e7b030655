"""English questions over Vietnamese sources: the words of the field put into Vietnamese.

Owns telling an English question and looking its words up in `data/glossary.tsv`, by stems. The
vectors see the question as it was typed, since the model knows both languages; words and names
need this. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from itertools import pairwise

from retrieval.text.dates import YEAR
from retrieval.text.vietnamese import Word, fold, is_syllable, spelled, words
from retrieval.text.word_lists import word_table

_FUNCTION_WORDS = """
    the of in on at is was were are be to and for by what which who whom whose when where why how
    many much does did do has have had about with from this that a an as or its it into than after
    before during between under over can could should will would been being there any
"""
_ENGLISH = frozenset(_FUNCTION_WORDS.split())
_ENOUGH = 0.25
"""The share of English function words from which a question is English."""
_IN_YEAR = re.compile(rf"\b(?:in|of|for|by|since) ({YEAR})\b", re.IGNORECASE)
_MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july", "august", "september"),
    *("october", "november", "december"),
)
_MONTH = rf"({'|'.join(_MONTHS)})"
_NTH = r"(\d{1,2})(?:st|nd|rd|th)?"
_DATES = (
    (re.compile(rf"\b(?:on )?{_MONTH} {_NTH},? ((?:19|20)\d\d)\b", re.I), "ngày {1}/{0}/{2}"),
    (
        re.compile(rf"\b(?:on )?{_NTH} (?:of )?{_MONTH},? ((?:19|20)\d\d)\b", re.I),
        "ngày {0}/{1}/{2}",
    ),
    (re.compile(rf"\b(?:in )?{_MONTH},? ((?:19|20)\d\d)\b", re.I), "tháng {0} năm {1}"),
)
_COUNTS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven")
_PART_OF_YEAR = re.compile(
    rf"\b(?:in )?(?:the )?(first|last|final) (\d{{1,2}}|{'|'.join(_COUNTS)}) months(?: of| in)?",
    re.IGNORECASE,
)
_HEAD = ("Trưởng Ban", "Phó Trưởng Ban")
_HEADS = (
    ("Ủy ban Kiểm tra", "Chủ nhiệm"),
    ("Ủy ban", "Chủ tịch"),
    ("Mặt trận", "Chủ tịch"),
    ("Hội", "Chủ tịch"),
    ("Ban", "Trưởng"),
)
"""How the head of a body is called, by how its name begins."""
_PARTY_COMMITTEE = re.compile(r"\w+ ủy\b", re.IGNORECASE)
_COPULAS = frozenset(("is", "are", "was", "were"))
_AUXILIARIES = _COPULAS.union(
    ("be", "been", "do", "does", "did", "has", "have", "had", "can", "could")
)
_ARTICLES = frozenset(("the", "a", "an", "head", "chairman", "secretary"))
_INTERROGATIVES = frozenset(("gì", "nào", "ai", "khi nào", "ở đâu", "vì sao", "bao nhiêu"))
_MOVED = _INTERROGATIVES - {"vì sao", "bao nhiêu"}
_YEAR = re.compile(r"(?:năm|(?:19|20)\d\d)$")
_SAID_COUNTS = frozenset(["một", "hai", "ba", "bốn", "5", "sáu", "bảy", "tám", "chín", "mười"])
_FUNCTIONAL = frozenset(["who", "how", "why"])
_SHORTEST_MIXED = 4
"""Letters of an English word alone in a Vietnamese question: shorter ones may be left-over keys."""
_RARER = 10
"""How much rarer than its translation a word of the index must be, to be taken for English."""
_ENDINGS = ((("ies", "y"), ("es", "e"), ("s", "")), (("ing", ""), ("ed", "")))
"""Endings of number, then of tense, each with what stands in its place."""
_LONGEST_PHRASE = 8
_SHORTEST_STEM = 3
_NOT_ENGLISH = 0.2
"""The share of words with diacritics from which a question is not English."""


def is_english(text: str) -> bool:
    """Return True if `text` is an English question, Vietnamese names in it or not.

    >>> is_english("Who signed Quy định 24-QĐ/TW of the Party?")
    True
    >>> is_english("ha noi co bao nhieu dang vien"), is_english("Ai chủ trì hội nghị?")
    (False, False)
    """
    found = [word.lower() for word in spelled(text)]
    function_words = [word for word in found if word in _ENGLISH]
    # "to", "the" or "do" may be Vietnamese without diacritics; "who" and "of" cannot.
    certain = any(not is_syllable(word) for word in function_words)
    foreign = sum(not word.isascii() for word in found)
    enough = len(function_words) >= max(2, _ENOUGH * (len(found) - foreign))
    return certain and enough and foreign <= 2 + _NOT_ENGLISH * len(found)


def in_vietnamese(text: str, known: Callable[[str], bool] = lambda word: True) -> str:
    """Return `text` with the words of the field in Vietnamese.

    Function words go, and so do words in small letters that neither the glossary nor, as `known`
    says of a folded word, the corpus holds, unless these are most of it. Names and numbers stay.

    >>> in_vietnamese("How many Party members did Hanoi admit in 2024?")
    'bao nhiêu đảng viên Hà Nội kết nạp năm 2024?'
    >>> in_vietnamese("What was issued on June 14, 2024?"), in_vietnamese("Which directive?")
    ('ban hành ngày 14/6/2024 gì?', 'chỉ thị nào?')
    """
    text = _IN_YEAR.sub(r"năm \1", _times_in_vietnamese(text))
    found = words(text)
    stems = [stem(word.text) for word in found]
    said: list[tuple[str, int, int]] = []
    unknown: list[tuple[str, int, int]] = []
    i = 0
    while i < len(found):
        length = next(_phrases_at(stems, i), 0)
        start, end = found[i].start, found[max(i, i + length - 1)].end
        if length:
            said.append((glossary()[" ".join(stems[i : i + length])], start, end))
        elif _stays(found[i].text, known) or _begins_name(found, i):
            said.append((found[i].text, start, end))
        elif found[i].text.lower() not in _ENGLISH:
            unknown.append((found[i].text, start, end))
        i += max(1, length)
    known_words = [new for new, *_ in said if new not in _INTERROGATIVES and not _YEAR.match(new)]
    if len(unknown) > len(known_words):  # It is about something else: what is left would not be.
        return _joined(text, sorted([*said, *unknown], key=lambda word: word[1]))
    return _in_order(text, found, _with_heads(said))


def _is_noun(found: Sequence[Word]) -> bool:
    """Return True if an article or a name comes first: no passive, "What was issued?"."""
    return bool(found) and (found[0].text in _ARTICLES or found[0].text.istitle())


def _times_in_vietnamese(text: str) -> str:
    """Return `text` with its dates, and first or last months of a year, as Vietnamese has them."""
    for pattern, form in _DATES:
        text = pattern.sub(partial(_filled, form), text)

    def part(match: re.Match[str]) -> str:
        return f"{_number(match[2])} tháng {'đầu' if match[1].lower() == 'first' else 'cuối'} năm"

    return _PART_OF_YEAR.sub(part, text)


def _filled(form: str, match: re.Match[str]) -> str:
    return form.format(*map(_number, match.groups()))


def _number(word: str) -> str:
    """Return a month or a number in words in figures."""
    lower = word.lower()
    if lower in _MONTHS:
        return str(_MONTHS.index(lower) + 1)
    return str(_COUNTS.index(lower) + 2) if lower in _COUNTS else word


def _begins_name(found: Sequence[Word], i: int) -> bool:
    """Return True if a function word begins a name inside the question: To Lam."""
    around = found[i : i + 2]
    return i > 0 and len(around) > 1 and all(word.text.istitle() for word in around)


def _in_order(text: str, found: Sequence[Word], said: list[tuple[str, int, int]]) -> str:
    """Return what is said with its interrogative where Vietnamese has it: behind what it asks."""
    asks = said[0][0] if said and said[0][1] == found[0].start else ""
    first = len(spelled(text[said[0][1] : said[0][2]])) if asks else 0
    after = found[first].text.lower() if first < len(found) else ""
    if asks not in _MOVED or len(said) == 1:
        return _joined(text, said)
    if after in _AUXILIARIES:
        rest = _joined(text, said[1:])
        body = rest.rstrip(" ?.!")
        defines = after in _COPULAS and _is_noun(found[first + 1 :]) and not body.endswith("về")
        if asks == "ai" and not defines:
            return _joined(text, said)
        link = "là " if defines and asks in {"ai", "gì"} else ""
        return f"{body} {link}{asks}{rest[len(body) :]}"
    if asks in {"gì", "nào"}:
        at = next((i for i, (noun, *_) in enumerate(said) if i and noun not in _SAID_COUNTS), 1)
        noun, start, end = said[at]
        return _joined(text, [*said[1:at], (f"{noun} {asks}", start, end), *said[at + 1 :]])
    return _joined(text, said)


def mixed_in_vietnamese(text: str, frequency: Callable[[str], int]) -> str:
    """Return a Vietnamese question with its English words of the field in Vietnamese.

    Only phrases of the glossary with a word that is no Vietnamese syllable count; a single word
    stays where the index holds it about as often as its translation.

    >>> mixed_in_vietnamese("Hà Nội có bao nhiêu new members?", lambda term: 0)
    'Hà Nội có bao nhiêu đảng viên mới?'
    """
    found = words(text)
    stems = [stem(word.text) for word in found]
    pieces, end, i = [], 0, 0
    while i < len(found):
        length = next((n for n in _phrases_at(stems, i) if _foreign(found[i : i + n])), 0)
        said = glossary()[" ".join(stems[i : i + length])] if length else ""
        lower = found[i].text.lower()
        if length == 1 and lower not in _FUNCTIONAL:
            usual = min((frequency(fold(word.lower())) for word in spelled(said)), default=0)
            if len(lower) < _SHORTEST_MIXED or frequency(lower) * _RARER > max(usual, 1):
                length = 0
        if length:
            pieces += [text[end : found[i].start], said]
            end = found[i + length - 1].end
        i += max(1, length)
    return "".join([*pieces, text[end:]])


def _foreign(found: Sequence[Word]) -> bool:
    """Return True if all of the words could be English and one cannot be Vietnamese."""
    lower = [word.text.lower() for word in found]
    return all(map(str.isascii, lower)) and not all(map(is_syllable, lower))


def _with_heads(said: list[tuple[str, int, int]]) -> list[tuple[str, int, int]]:
    """Call the heads of bodies what they are called: "Chủ nhiệm Ủy ban Kiểm tra"."""
    named = list(said)
    for i, ((word, start, end), (body, *_)) in enumerate(pairwise(said)):
        if word in _HEAD or (word == "Chủ tịch" and body.startswith("Ủy ban Kiểm tra")):
            title = next((title for begin, title in _HEADS if body.startswith(begin)), "")
            title = title or ("Bí thư" if _PARTY_COMMITTEE.match(body) else word)
            deputy = "Phó " if word.startswith("Phó") else ""
            named[i] = (f"{deputy}{title}" if title != word else word, start, end)
    return named


def _phrases_at(stems: list[str], i: int) -> Iterator[int]:
    """Yield the lengths of the phrases of the glossary that begin there, longest first."""
    for length in range(min(_LONGEST_PHRASE, len(stems) - i), 0, -1):
        if " ".join(stems[i : i + length]) in glossary():
            yield length


def _joined(text: str, said: list[tuple[str, int, int]]) -> str:
    """Join the words said for stretches of `text`, with the signs between these."""
    pieces: list[str] = []
    before = 0
    for new, start, end in said:
        gap = text[before:start]
        pieces += [" " if any(map(str.isalpha, gap)) else gap, new]
        before = end
    rest = text[before:]
    return "".join([*pieces, rest if not any(map(str.isalpha, rest)) else ""]).strip()


def _stays(word: str, known: Callable[[str], bool]) -> bool:
    lower = word.lower()
    if lower in _ENGLISH:
        return False
    plain = word.isascii() and word.isalpha() and word == lower
    return not plain or (is_syllable(lower) and known(lower))


def stem(word: str) -> str:
    """Return an English word without the endings of number and tense, as the glossary has it.

    >>> stem("Attended"), stem("committees"), stem("policies"), stem("meetings"), stem("is")
    ('attend', 'committee', 'policy', 'meet', 'is')
    """
    lower = word.lower()
    for endings in _ENDINGS:
        for ending, instead in endings:
            body = lower.removesuffix(ending)
            if body != lower and len(body) >= _SHORTEST_STEM and not lower.endswith("ss"):
                lower = body + instead
                break
    return (
        lower.removesuffix("e") if len(lower) > _SHORTEST_STEM + 1 and lower[-2] != "e" else lower
    )


@cache
def glossary() -> dict[str, str]:
    """Return the Vietnamese for each English phrase, whose words are stems."""
    entries = word_table("glossary.tsv")
    return {" ".join(map(stem, spelled(english))): said for english, said in entries}
