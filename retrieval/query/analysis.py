"""What a question asks for: its words, names and times, the kind of thing that answers it.

Owns the analysis of one question, pure and without the corpus, and reading names off its words:
places, units, people, documents, with capitals where they are typed and by the words that announce
a name (xã, công ty, ông …) where they are not. `ranking.features` holds the analysis against
sentences; what follows when a source names others is for `constraints` to say.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from retrieval.directives.grammar import KIND_FOLDED, NUMBERED_FOLDED
from retrieval.directives.recognition import Reference, find_references
from retrieval.text.dates import days_in, years_in
from retrieval.text.names import people, places, places_in
from retrieval.text.vietnamese import capitalised, expanded, fold, folded_key, key, pairs, words

UNIT_KINDS = (
    *("tinh", "thanh pho", "tp", "quan", "huyen", "thi xa", "thi tran", "xa", "phuong", "thon"),
    *("ban", "ap", "buon", "xom", "khu pho", "to dan pho", "cong ty", "tong cong ty", "tap doan"),
    *("truong", "benh vien", "nha may", "chi bo", "dang bo", "cuc", "vu", "vien", "hop tac xa"),
)
"""Folded words that announce the name of a unit: administrative ones, companies, schools."""

_KINDS = re.compile(rf"\b(?:{'|'.join(sorted(UNIT_KINDS, key=len, reverse=True))})\b")
_TITLES = re.compile(r"\b(?:ông|bà|đồng chí|đ/c|anh|chị|tướng|ong|dong chi|d/c)\s+", re.IGNORECASE)
_SHORT = re.compile(r"[A-ZĐ]{2}")
"""Two capitals side by side: an abbreviation, not a name."""
_LONGEST_NAME = 6
_UNIT_NUMBER = re.compile(r"\d{1,3}")
_PERSON_LONGEST = 4
_AFTER_NAMES = """
    là ai giữ làm có được bị đã và của ở sinh quê vào năm ngày gì nào khi thì nói phát mất chức ấy
    này đó kia la giu lam duoc bi da va cua o que vao nam ngay gi nao khi thi noi phat mat chuc ay
    nay do
"""
_NOT_IN_NAMES = frozenset(_AFTER_NAMES.split())


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit by its name: `kind` is what announces it, folded; `name` is folded too.

    >>> units_in("xã Trà Leng có bao nhiêu đảng viên?")
    (Unit(kind='xa', name='tra leng', text='xã Trà Leng'),)
    """

    kind: str
    name: str
    text: str
    """As typed."""


@dataclass(frozen=True, slots=True)
class Entities:
    """All that a question names."""

    places: tuple[str, ...] = ()
    """Provinces and cities, as `data/places.txt` writes them."""
    units: tuple[Unit, ...] = ()
    """Units below or beside provinces, named with a capital or a number."""
    persons: tuple[str, ...] = ()
    """As typed."""
    documents: tuple[Reference, ...] = ()
    years: tuple[str, ...] = ()
    days: tuple[str, ...] = ()
    """Days of a month: "14/6"."""


def entities_in(text: str) -> Entities:
    """Return what `text` names.

    >>> found = entities_in("Năm 2024 ông Lê Văn An ở Hà Nội ký Chỉ thị 35-CT/TW ngày nào?")
    >>> found.places, found.persons, found.years, found.documents[0].number
    (('Hà Nội',), ('Lê Văn An',), ('2024',), '35')
    """
    spelling = fold if fold(text) == text.lower() else str
    written_out = " ".join(expanded(text))
    documents = tuple(find_references(text))
    return Entities(
        places=tuple(sorted(places_in(text, spelling) | places_in(written_out, spelling))),
        units=units_in(text),
        persons=persons_in(text),
        documents=documents,
        years=years_in(_without(text, documents)),
        days=tuple(days_in(text)),
    )


def _without(text: str, documents: Sequence[Reference]) -> str:
    """Return `text` with documents blanked: the year in "30/2020/NĐ-CP" is part of a name."""
    for one in documents:
        text = f"{text[: one.start]}{' ' * (one.end - one.start)}{text[one.end :]}"
    return text


def units_in(text: str) -> tuple[Unit, ...]:
    """Return the units that `text` names, each once: "xã Trà Leng", "phường 7"."""
    return tuple(dict.fromkeys(_units(text)))


def _units(text: str) -> Iterator[Unit]:
    for match in _KINDS.finditer(fold(text)):
        end = _name_end(text, match.end())
        name = text[match.end() : end].strip()
        if name and name not in places():
            yield Unit(match.group(), fold(name), text[match.start() : end])


def _name_end(text: str, start: int) -> int:
    """Return where the name ends that follows `start`: capitals side by side, or a number."""
    end = start
    for count, word in enumerate(words(text[start : start + 80])):
        gap = text[end : start + word.start]
        number = count == 0 and _UNIT_NUMBER.fullmatch(word.text)
        if gap != " " or count == _LONGEST_NAME or not (word.text[0].isupper() or number):
            break
        end = start + word.end
        if number:
            break
    return end


def persons_in(text: str) -> tuple[str, ...]:
    """Return the people whom `text` names, each once, as typed.

    >>> persons_in("ông lê văn an sinh năm nào"), persons_in("Bà ấy quê ở đâu?")
    (('lê văn an',), ())
    """
    runs = () if text.isupper() else people(text)
    named = [_TITLES.sub("", run.text) for run in runs if not _SHORT.search(run.text)]
    named = [name for name in named if " " in name]
    return tuple(dict.fromkeys([*named, *_titled(text, named)]))


def _titled(text: str, named: list[str]) -> Iterator[str]:
    """Names behind a title that are typed without capitals."""
    for title in _TITLES.finditer(text):
        rest, end = text[title.end() :], 0
        for count, word in enumerate(words(rest[:60])):
            gap = rest[end : word.start]
            if word.text.lower() in _NOT_IN_NAMES or not word.text.isalpha():
                break
            if (count and gap != " ") or count == _PERSON_LONGEST:
                break
            end = word.end
        name = rest[:end]
        if " " in name and not any(known in name or name in known for known in named):
            yield name


class Wanted(StrEnum):
    """The kind of thing that answers a question."""

    NUMBER = "number"
    PERSON = "person"
    DATE = "date"
    PLACE = "place"
    REASON = "reason"
    DOCUMENT = "document"
    LIST = "list"
    WAY = "way"
    DEFINITION = "definition"
    TITLE = "title"
    YES_NO = "yes_no"
    OTHER = "other"


_NO_NUMBER = "".join(
    f"(?<!{before} )"
    for before in (
        *("quyet", "thi", "dinh", "luan", "hoach", "dan", "so", "nam", "thang", "ngay", "quy"),
        *("dieu", "khoan", "diem", "thu", "khoa", "lan", "ky"),
    )
)
"""What stands before a number that counts nothing: that of a document, a year, an article."""
_ASKS_DAY = re.compile(r"\b(?:ngay|hom)(?: thang(?: nam)?)? (?:nao|may|bao nhieu)\b")

# Matched against the folded question, the first that fits counts.
_TITLED = rf"(?:{KIND_FOLDED}|phong trao|giai|du an|cuoc thi|phan mem|hoi nghi)"
_CUES: tuple[tuple[Wanted, str], ...] = (
    (
        Wanted.TITLE,
        rf"\b{_TITLED}(?: \S+){{0,9}} ten (?:goi |day du )*(?:la )?gi\b"
        rf"|\bten (?:goi |day du )*(?:cua )?{_TITLED}(?: \S+){{0,9}} la gi\b",
    ),
    (
        Wanted.LIST,
        r"(?:neu|ke|liet ke|trinh bay|list|name) (?:ra |ten )?(?:cac|nhung|ba|bon|hai|3|4|2|the)\b"
        r"|(?:nhung|cac) (?:\w+ ){1,4}(?:nao|gi)\b"
        rf"|{_NO_NUMBER}\b(?:ba|bon|hai|nam(?! \d| nay| ngoai)|sau|bay|[2-9]|\d\d) "
        r"(?:\w+ ){1,4}(?:nao|gi)\b"
        r"|gom (?:nhung )?(?:gi|nao)|la nhung \w+ (?:\w+ )?(?:nao|gi)|what are the|which are the",
    ),
    (
        Wanted.DOCUMENT,
        rf"(?:van ban|{KIND_FOLDED}) (?:(?:so )?(?:nao|gi)|so (?:may|bao nhieu))\b"
        rf"|(?:{NUMBERED_FOLDED}) (?:may|bao nhieu)\b"
        r"|which (?:directive|resolution|regulation|decision)",
    ),
    (
        Wanted.DATE,
        r"khi nao|bao gio|luc nao|hom nao|(?:ngay|nam|thang|the ky|dip|thoi gian|thoi diem)"
        r"(?: thang)? (?:nao|may|bao nhieu)|giai doan nao|ngay thang nao|\bwhen\b"
        r"|(?:what|which) (?:year|date|day)",
    ),
    (
        Wanted.NUMBER,
        r"bao nhieu|(?<!\bbo )\bmay\b(?! (?:bay|moc|tinh))|\bbao lau|\bbao xa|(?:ty|ti) le"
        r"|phan tram|so luong"
        r"|how (?:many|much|long|old)|percent",
    ),
    (
        Wanted.PERSON,
        r"\bai\b|nguoi nao|dong chi nao|lanh dao nao|vi nao|nhan vat nao|\bten (?:la )?gi\b"
        r"|\bwho\b|\bwhom\b|\bwhose\b",
    ),
    (
        Wanted.PLACE,
        r"\bo dau|\b(?:tu|den|toi|di|ve|tai|vao|tan) dau\b(?! (?:nam|thang|tien))"
        r"|(?<!dung )(?<!lan )(?<!hang )(?<!ban )\bdau(?= ?(?:vay|the|a|nhi|day|ha|z)?$)"
        r"|(?:dia phuong|tinh|thanh pho|noi|quoc gia|nuoc|dia diem) nao"
        r"|\bwhere\b",
    ),
    (Wanted.REASON, r"tai sao|vi sao|ly do|nguyen nhan|de lam gi|muc dich|nham gi|\bwhy\b"),
    (
        Wanted.DEFINITION,
        r"(?:nghia|hieu) (?:la|nhu)\b|\bthe nao la\b|^(?:\S+ ){1,8}(?<!ten )la (?:cai )?gi$"
        r"|^what (?:is|are) (?:an? )?\w+(?: \w+){0,3}$|\bmean\b",
    ),
    (
        Wanted.WAY,
        r"(?:the nao|ra sao|lam sao|cach (?:nao|gi)|thu tuc|trinh tu|cac buoc)\b|\bhow\b",
    ),
    (
        Wanted.YES_NO,
        r"^(?:co phai|co dung|phai chang|lieu)\b|^(?:is|are|was|were|do|does|did|has|have|can|may) "
        r"|\b(?:khong|ko|hong|chua|ha)(?: \w{1,3}){0,2}$|\bhay (?:khong|ko|chua)\b",
    ),
)
_PATTERNS = tuple((wanted, re.compile(cue)) for wanted, cue in _CUES)

_INTERROGATIVES = frozenset(["nao", "gi", "may", "nhieu", "ai"])
_LINKS = frozenset(["la", "bao", "cai"])
"""Folded words that stand between a property and its interrogative: "quê quán là gì"."""
_PROPERTY_BREAKS = "co ve la thi tai trong o duoc bi do va voi theo den tu ai ma"
_PROPERTY_ENDS = frozenset(_PROPERTY_BREAKS.split())
_PROPERTY_WORDS = 3
_PERCENT = (("phan", "tram"),)
_NAMING = (("ten",), ("ten", "goi"), ("day", "du"))
"""Folded words that say in what an answer is given, and stand in none."""
_OPENERS = " \t\n“\"'(–-"

_STOP_WORDS = """
    à ai anh ấy bạn bằng bao bị bởi các cái chỉ cho chúng có còn của cũng đã đang đâu để đến
    đi đó được em gì giờ giúp hãy họ hoặc hôm hơn khi không là làm lần lên lúc mà mấy
    mình một muốn nào này nên nếu nhằm nhé nhiêu nhiều như những nhỉ nó ở ơi ông phải ra
    rằng rất rồi sao sẽ tại tên thấy thế thì thôi tôi tới từ và vào vậy về vì việc với xin
    xuống biết kể nêu liệt kia nhất đây bà hay trong trên theo nhờ bi boi cac cua cung da
    dau de den di do duoc gi hoac khong la lan len luc ma nao nay nen neu nham nhe nhieu nhu
    nhung nhi o oi rang rat roi se tai thay thi thoi toi va vao vay voi xuong biet ke the of
    in on at is was were are be been for and or by with from as this that it its what
    which who whom whose when where why how many much does did has have had about please
    tell me there
"""
STOP_WORDS = frozenset(map(key, _STOP_WORDS.split()))
"""Keys of words that say nothing of what a question is about. Few are without diacritics, since
folded they are other words: đang and đảng, bạn and ban."""

SPELLED_NUMBERS = frozenset(["mot", "hai", "ba", "bon", "nam", "sau", "bay", "tam", "chin", "muoi"])
"""Folded; some are other words too."""
QUANTITIES = SPELLED_NUMBERS | {"2", "3", "4", "5", "6", "7", "8"}
_TIME_UNITS = frozenset((unit,) for unit in ("ngay", "thang", "nam", "quy", "gio", "tuan"))


@dataclass(frozen=True, slots=True)
class Question:
    """A question taken apart. Terms are those of `vietnamese`; folded ones have no diacritics."""

    text: str
    spelled: tuple[str, ...]
    """Its words as typed, abbreviations written out."""
    accented: tuple[str, ...]
    folded: tuple[str, ...]
    content: tuple[str, ...]
    """The folded words that carry meaning, each once, in order."""
    content_pairs: tuple[str, ...]
    names: tuple[str, ...]
    """Folded words written with a capital inside the question, and its numbers."""
    years: tuple[str, ...]
    counted: tuple[str, ...]
    """The folded words for what is to be counted or listed: "bao nhiêu điểm cầu", "ba câu hỏi"."""
    wanted: Wanted
    attribute: tuple[str, ...]
    """The folded words for the property that is asked of what is named: ("sinh", "nam")."""
    named: Entities
    steps: tuple[tuple[str, str], ...] = ()
    """The stages that changed what was typed, in order, each with the text that came of it."""
    rival: str = ""
    """The text of another reading that is about as likely."""
    typed: str = ""
    """What was made into `text`; "" where nothing was."""

    @property
    def terms(self) -> tuple[str, ...]:
        """All folded terms: syllables, then pairs."""
        return (*self.folded, *pairs(list(self.folded)))


def analyse(text: str) -> Question:
    """Return what `text` asks for.

    >>> analyse("Năm 2024 Hà Nội kết nạp bao nhiêu đảng viên?").wanted
    <Wanted.NUMBER: 'number'>
    >>> analyse("Ba câu hỏi gì?").wanted, analyse("Nghị quyết 18 nói gì?").wanted
    (<Wanted.LIST: 'list'>, <Wanted.OTHER: 'other'>)
    """
    spelled = tuple(expanded(text))
    accented = tuple(key(word) for word in spelled)
    folded = tuple(folded_key(word) for word in spelled)
    wanted = wanted_by(text)
    framing = _framing(folded, wanted)
    said = zip(accented, framing, strict=True)
    telling = [not (frames or word in STOP_WORDS) for word, frames in said]
    entities = entities_in(text)
    joined = zip(pairs(list(folded)), itertools.pairwise(telling), strict=True)
    return Question(
        text=text,
        spelled=spelled,
        accented=accented,
        folded=folded,
        content=_once(itertools.compress(folded, telling)),
        content_pairs=_once(pair for pair, parts in joined if any(parts)),
        names=_once(_names(text)),
        years=entities.years,
        counted=_counted(folded, telling),
        wanted=wanted,
        attribute=() if wanted is Wanted.TITLE else _attribute(_unframed(folded, framing)),
        named=entities,
    )


def _framing(folded: Sequence[str], wanted: Wanted) -> list[bool]:
    """Which words say in what the answer is to be given: "bao nhiêu phần trăm", "tên đầy đủ"."""
    frames = _NAMING if wanted is Wanted.TITLE else _PERCENT
    framing = [False] * len(folded)
    for i in range(len(folded)):
        for frame in frames:
            if tuple(folded[i : i + len(frame)]) == frame:
                framing[i : i + len(frame)] = [True] * len(frame)
    return framing


def _unframed(folded: Sequence[str], framing: Sequence[bool]) -> list[str]:
    return [word for word, frames in zip(folded, framing, strict=True) if not frames]


def asks_percent(question: Question) -> bool:
    """Return True if a share in hundredths is asked for.

    >>> asks_percent(analyse("Đạt bao nhiêu phần trăm?")), asks_percent(analyse("Đạt bao nhiêu?"))
    (True, False)
    """
    return _PERCENT[0] in itertools.pairwise(question.folded)


def wanted_by(text: str) -> Wanted:
    """Return the kind of thing that would answer the question `text`."""
    folded = fold(text).strip(" ?.!")
    return next((w for w, cue in _PATTERNS if cue.search(folded)), Wanted.OTHER)


def asks_day(question: Question) -> bool:
    """Return True if a day is asked for, not only when.

    >>> asks_day(analyse("Họp hôm nào?")), asks_day(analyse("Họp khi nào?"))
    (True, False)
    """
    return _ASKS_DAY.search(fold(question.text)) is not None


def _names(text: str) -> Iterable[str]:
    """The words of names and the numbers; one capital that opens the question is no name."""
    for run in () if text.isupper() else capitalised(text):
        opening = not text[: run.start].strip(_OPENERS)
        if not opening or " " in run.text:
            yield from _folded_telling(expanded(run.text))
    for word in words(text):
        if word.text[0].isdigit():
            yield from _folded_telling(expanded(word.text))


def _folded_telling(spelled: Iterable[str]) -> Iterable[str]:
    return (folded_key(word) for word in spelled if key(word) not in STOP_WORDS)


def _counted(folded: Sequence[str], telling: Sequence[bool]) -> tuple[str, ...]:
    """The words after "bao nhiêu" or "mấy", else after a number that counts no time."""
    # Without diacritics "mấy" (how many) looks like the end of "bộ máy" (the apparatus).
    asked = [
        i
        for i, word in enumerate(folded)
        if word in {"may", "nhieu"} and folded[max(i - 1, 0) : i] != ("bo",)
    ]
    numbered = [i for i, word in enumerate(folded) if word in QUANTITIES]
    for i in [*asked, *(n for n in numbered if folded[n + 1 : n + 2] not in _TIME_UNITS)]:
        if i + 1 < len(folded) and telling[i + 1] and not folded[i + 1].isdigit():
            return tuple(itertools.compress(folded[i + 1 : i + 3], telling[i + 1 : i + 3]))
    return ()


def _attribute(folded: Sequence[str]) -> tuple[str, ...]:
    """The property asked for: what stands before the interrogative, or before "của".

    >>> _attribute("ong an sinh nam nao".split()), _attribute("chi thi 24 co may dieu".split())
    (('an', 'sinh', 'nam'), ('dieu',))
    >>> _attribute("so dien thoai cua ban la gi".split())
    ('so', 'dien', 'thoai')
    """
    at = next((i for i, word in enumerate(folded) if word in _INTERROGATIVES), None)
    if at is None:
        return ()
    if folded[at] in {"may", "nhieu"} and (after := folded[at + 1 : at + 3]):
        return tuple(after)
    end = folded.index("cua") if "cua" in folded[:at] else at
    while end and folded[end - 1] in _LINKS:
        end -= 1
    start = end
    while start and end - start < _PROPERTY_WORDS and folded[start - 1] not in _PROPERTY_ENDS:
        start -= 1
    return tuple(folded[start:end])


def _once(items: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(items))
