"""Names of people, places, organs, offices and publishers: the lists of `data`, and telling them.

Owns the lists (`places.txt`, `surnames.txt`, `organs.txt`, `offices.txt`, `publishers.tsv`),
telling people from offices and other capitals, and the scope of a text: which places, years and
days it speaks of. Pure but for reading the lists. A version of a source is read for its scope once,
when it is staged; `store.mentions` keeps the result. What follows for a question is said by
`query.constraints`. `indexing.staging._FORMAT` must be raised when what is recognised changes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from retrieval.models import Document
from retrieval.text.dates import days_in, years_in
from retrieval.text.vietnamese import Word, capitalised, fold, is_syllable, key, spelled, words
from retrieval.text.word_lists import word_list, word_table

_OFFICES = re.compile(
    r"(?:Ủy|Uỷ|Bộ|Bí|Trưởng|Ban|Phó|Chủ|Tổng|Tỉnh|Thành|Trung|Đảng|Đoàn|Hội|Quốc|Mặt|Thường|Nghị"
    r"|Chỉ|Quy|Quyết|Văn phòng|Đại|Năm|Ngày|Chiều|Sáng|Đồng|Nhà|Điều|Kế|Khối|Cơ|Tổ|Các|Những|Theo"
    r"|Trong|Tại|Ở|Tham|Phát|Dự|Kết|Hướng|Tiểu)\b"
)
_LONGEST = 4


def people(text: str) -> Iterator[Word]:
    """Yield what looks like the names of people: two to four capitals, no office and no place.

    >>> [name.text for name in people("Ở Hà Nội, Trưởng Ban Vũ Đức Bảo gặp ông Tô Lâm.")]
    ['Vũ Đức Bảo', 'Tô Lâm']
    >>> [name.text for name in people("Hà Nội Ban Tổ chức họp. Hà Nam Ninh dự.")]
    ['Hà Nam Ninh']
    """
    for run in capitalised(text):
        start = 0
        if (place := " ".join(run.text.split(" ")[:2])) in places():
            # What goes on with an office is no name: "Hà Nội Ban Tổ chức".
            start = len(place) + 1 if _OFFICES.match(run.text, len(place) + 1) else 0
        while office := _OFFICES.match(run.text, start):
            start = office.end() + 1
        name = run.text[start:]
        if 1 <= name.count(" ") < _LONGEST and name not in places():
            yield Word(name, run.start + start, run.end)


@lru_cache(maxsize=8192)
def in_names(spelled: tuple[str, ...]) -> tuple[bool, ...]:
    """Return which syllables belong to names of people, or are foreign names.

    >>> in_names(("Bí", "thư", "Hà", "Nội", "Lê", "An"))
    (False, False, False, False, True, True)
    """
    marks = [False] * len(spelled)
    first = 0
    for i, word in enumerate([*spelled, ""]):
        if word[:1].isupper():
            continue
        run = spelled[first:i]
        while run and _OFFICES.fullmatch(run[0]):
            run = run[1:]
        if " ".join(run[:2]) in places():
            run = run[2:]
        if len(run) > 1:
            marks[i - len(run) : i] = [True] * len(run)
        elif len(run) == 1 and i > 1 and not is_syllable(fold(run[0])):
            marks[i - 1] = True
        first = i + 1
    return tuple(marks)


def place_in(text: str) -> str:
    """Return the first province or city that `text` names, as it is written there; or "".

    >>> place_in("còn hà nội thì sao")
    'hà nội'
    """
    found = _place_pattern().search(fold(text))
    return text[found.start() : found.end()] if found else ""


@cache
def _place_pattern() -> re.Pattern[str]:
    longest_first = sorted(map(fold, places()), key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first))})\b")


@cache
def places() -> frozenset[str]:
    """Return the names of the provinces and cities."""
    return frozenset(word_list("places.txt"))


@cache
def place_aliases() -> tuple[tuple[str, str], ...]:
    """Return each other way in which a place is written, with the place."""
    rows = word_table("place_aliases.tsv")
    return tuple((alias, place) for place, *aliases in rows for alias in aliases)


@cache
def surnames() -> frozenset[str]:
    """Return the family names."""
    return frozenset(word_list("surnames.txt"))


@cache
def organs() -> tuple[str, ...]:
    """Return the organs of Party and state as they are capitalised, longest first."""
    return tuple(sorted(set(word_list("organs.txt")), key=lambda organ: (-len(organ), organ)))


@cache
def offices() -> frozenset[str]:
    """Return the offices by the words that name one without its body: "bí thư", "trưởng ban"."""
    return frozenset(word_list("offices.txt"))


@cache
def office_pattern(spelling: Callable[[str], str] = str) -> str:
    """Return a regular expression of any office, spelled as `spelling` says, longest first."""
    spelt = sorted(map(spelling, offices()), key=lambda office: (-len(office), office))
    return "|".join(spelt)


@cache
def office_pairs() -> frozenset[tuple[str, str]]:
    """Return the two folded words by which each office is known, a deputy's and a chief's as well.

    >>> {("bi", "thu"), ("chanh", "van"), ("giam", "doc")} <= office_pairs()
    True
    """
    named = (fold(office).removeprefix("tong ").split() for office in offices())
    return frozenset((first, second) for first, second, *_ in named)


_UNIT = re.compile(r"Xã|Phường|Thôn|Bản|Ấp|Huyện|Quận|Tỉnh|Thị|Trường|Công|Chi|Đảng")
"""What announces the name of a unit, at the head of a sentence."""
_MIDDLE = re.compile(r"(?:thị|văn)", re.IGNORECASE)
_NUMERAL = re.compile(r"[IVX]{1,6}")
_NUMBERS_NUMERAL = re.compile(r"(?:thứ|khóa|khoá|hội|lần|quý|phần|chương|mục)", re.IGNORECASE)


def in_sentence_case(capitals: str, written: str = "") -> str:
    """Return NFC text in capitals as it is written in a sentence.

    Organs, places and the names that the text `written` has keep their capitals; so do numbers with
    letters, numerals that number something and what is no syllable.

    >>> in_sentence_case("VỀ KỶ LUẬT CỦA BAN BÍ THƯ")
    'về kỷ luật của Ban Bí thư'
    >>> in_sentence_case("HĐND XÃ HOA SEN, HÀ NỘI, KHÓA XV", "Họp ở xã Hoa Sen.")
    'HĐND xã Hoa Sen, Hà Nội, khóa XV'
    """
    lower = capitals.lower()
    if len(lower) != len(capitals):
        return lower
    letters = list(lower)
    found = words(capitals)
    for i, word in enumerate(found):
        before = found[i - 1].text if i else ""
        numbers = _NUMERAL.fullmatch(word.text) and _NUMBERS_NUMERAL.fullmatch(before)
        joined = any(c in "-/" for c in capitals[max(word.start - 1, 0) : word.end + 1])
        short = word.text.isalpha() and not is_syllable(fold(word.text))
        if numbers or short or (joined and any(map(str.isdigit, _run(capitals, word)))):
            letters[word.start : word.end] = word.text
        if before.capitalize() in surnames() and _MIDDLE.fullmatch(word.text):
            for part in found[i - 1 : i + 2]:
                letters[part.start] = capitals[part.start]
    for name in (*filter(str.istitle, places()), *_names_in(written), *organs()):
        if not name[:1].isupper() or (" " not in name and name not in places()):
            continue
        at = lower.find(name.lower())
        while at >= 0:
            end = at + len(name)
            if not lower[max(at - 1, 0) : at].isalpha() and not lower[end : end + 1].isalpha():
                letters[at:end] = name
            at = lower.find(name.lower(), end)
    return "".join(letters)


def _run(text: str, word: Word) -> str:
    """Return what stands around `word` without a blank."""
    start = text.rfind(" ", 0, word.start) + 1
    end = text.find(" ", word.end)
    return text[start : end if end >= 0 else len(text)]


def _names_in(text: str) -> Iterator[str]:
    """Yield the runs of capitals of `text`, and what follows the first word of each."""
    for run in dict.fromkeys(run.text for run in capitalised(text)):
        first, _, rest = run.partition(" ")
        if not run.isupper():
            yield rest if _UNIT.fullmatch(first) else run
            yield rest


@dataclass(frozen=True, slots=True)
class Scope:
    """What a text names of places, years and days; a day is written 14/6."""

    places: frozenset[str] = frozenset()
    years: frozenset[str] = frozenset()
    days: frozenset[str] = frozenset()

    def dumps(self) -> str:
        """Return it as JSON."""
        return json.dumps([sorted(self.places), sorted(self.years), sorted(self.days)])

    @classmethod
    def loads(cls, text: str) -> Scope:
        """Return what `dumps` wrote."""
        return cls(*map(frozenset, json.loads(text)))


def scope_of(document: Document) -> Scope:
    """Return all that a source speaks of, its title and date included."""
    source = document.source
    issued = source.date
    day = f"ngày {issued.day}/{issued.month}/{issued.year}" if issued else ""
    text = "\n".join([source.title, source.about, source.publisher, day, document.text])
    return Scope(places_in(text), frozenset(years_in(text)), frozenset(days_in(text)))


def places_in(text: str, spelling: Callable[[str], str] = str) -> frozenset[str]:
    """Return the places that `text` names, whose names are spelled as `spelling` says.

    >>> from retrieval.text.vietnamese import fold
    >>> sorted(places_in("từ ha noi đến Huế")), sorted(places_in("tu ha noi den hue", fold))
    (['Huế'], ['Huế', 'Hà Nội'])
    """
    words = spaced(spelling(text))
    return frozenset(name for name, key in _keys(spelling) if key in words)


@cache
def _keys(spelling: Callable[[str], str]) -> tuple[tuple[str, str], ...]:
    written = [*((name, name) for name in sorted(places())), *place_aliases()]
    return tuple((place, spaced(spelling(alias))) for alias, place in written)


def spaced(text: str) -> str:
    """The keys of the words of `text` between blanks, so that they can be looked for as a whole."""
    return f" {' '.join(key(word) for word in spelled(text))} "


@cache
def publishers() -> dict[str, str]:
    """Return the names of publishers by their site and by the mark they put before their news."""
    return {row[0]: row[1] for row in word_table("publishers.tsv")}


def publisher_name(said: str) -> str:
    """Return the name of a publisher, or what is said of it where no name is known.

    >>> publisher_name("nhandan.vn"), publisher_name("VOV.VN"), publisher_name("Báo Hoa Mai")
    ('Báo Nhân Dân', 'Đài Tiếng nói Việt Nam', 'Báo Hoa Mai')
    """
    known = publishers()
    return known.get(said) or known.get(said.lower(), said)
