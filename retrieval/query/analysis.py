"""What a question asks for: its words, names and years, the kind of thing that would answer it.

Owns the analysis of one question, pure and without the corpus; `ranking.features` holds it against
sentences.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from retrieval.query.entities import Entities, entities_in
from retrieval.text.vietnamese import capitalised, expanded, fold, folded_key, key, pairs, words


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
    YES_NO = "yes_no"
    OTHER = "other"


# Matched against the folded question, the first that fits counts.
_CUES: tuple[tuple[Wanted, str], ...] = (
    (
        Wanted.LIST,
        r"(?:neu|ke|liet ke|trinh bay|list|name) (?:ra |ten )?(?:cac|nhung|ba|bon|hai|3|4|2|the)\b"
        r"|(?:nhung|cac|ba|bon|hai|nam|sau|bay|\d+) (?:\w+ ){1,4}(?:nao|gi)\b"
        r"|gom (?:nhung )?(?:gi|nao)|la nhung \w+ (?:\w+ )?(?:nao|gi)|what are the|which are the",
    ),
    (
        Wanted.DOCUMENT,
        r"(?:van ban|nghi quyet|chi thi|quy dinh|quyet dinh|ket luan|ke hoach|huong dan) "
        r"(?:so )?(?:nao|gi|may|bao nhieu)\b|which (?:directive|resolution|regulation|decision)",
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
        r"o dau|\bdau\b|noi nao|(?:dia phuong|tinh|thanh pho|noi|quoc gia|nuoc|dia diem) nao"
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

    @property
    def terms(self) -> tuple[str, ...]:
        """All folded terms: syllables, then pairs."""
        return (*self.folded, *pairs(list(self.folded)))


def analyse(text: str) -> Question:
    """Return what `text` asks for.

    >>> analyse("Năm 2024 Hà Nội kết nạp bao nhiêu đảng viên?").wanted
    <Wanted.NUMBER: 'number'>
    """
    spelled = tuple(expanded(text))
    accented = tuple(key(word) for word in spelled)
    folded = tuple(folded_key(word) for word in spelled)
    telling = [word not in STOP_WORDS for word in accented]
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
        wanted=wanted_by(text),
        attribute=_attribute(folded),
        named=entities,
    )


def wanted_by(text: str) -> Wanted:
    """Return the kind of thing that would answer the question `text`."""
    folded = fold(text).strip(" ?.!")
    return next((w for w, cue in _PATTERNS if cue.search(folded)), Wanted.OTHER)


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
