"""Query rewriting by tables: courtesy off, names of places put right, everyday words made official.

Owns taking off words around a question that ask nothing ("dạ cho em hỏi …", "… vậy ạ"): they weigh
nothing, yet a reader reads them. In a question that has diacritics, "Da Nang" and "danang" can only
be Đà Nẵng; in one that has none, only what is written as one word is certain, the rest is for
`spelling`. "Cầm trịch" becomes "chủ trì" (`data/synonyms.tsv`) where the sources hold the official
words, and more often; who stands at the head of a body becomes who holds its office. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from itertools import pairwise

from retrieval.query.spelling import is_bare
from retrieval.query.splitting import asks
from retrieval.text.names import places
from retrieval.text.vietnamese import Word, fold, folded_key, is_syllable, spelled, words
from retrieval.text.word_lists import word_table

_VOCATIVE = r"(?:ban|bot|ad|admin|anh|chi|anh chi|cac ban|moi nguoi|ca nha|bac|chu|co|thay|sep)"
_SELF = r"(?:minh|em|toi|tui|chau|con|anh|chi|chung toi|chung em|ban|ai|duoc|phep)"
_CALLED = r"(?:(?:ad|admin|bot)(?: oi)?|" + _VOCATIVE + r" oi)"
"""Who is spoken to, and nothing else."""
_POLITE = r"(?:da|thua|vang|ok|oke|okay|alo|xin chao|chao|(?:da )?cam on(?: nhieu)?|vay|the)"
_ADDRESS = re.compile(rf"(?:{_POLITE}[ ,!.]+){{0,3}}{_CALLED}[ ,!.:]+")
_OPENING = re.compile(
    rf"(?:(?:{_POLITE}|{_VOCATIVE}(?: oi)?)[ ,!.]+){{0,4}}"
    rf"(?:(?:lam on|vui long|nho|phien|xin) )?(?:{_VOCATIVE} )?(?:{_SELF} )?"
    rf"(?:(?:cho|muon|xin|nho|giup) (?:{_SELF} ){{0,2}}hoi|cho (?:{_SELF} ){{0,2}}biet)(?![^ ,:])"
)
_PARTICLES = re.compile(
    r"(?: (?:tí|tý|chút|xíu|một chút|một tí|là|rằng|về|với|chut|xiu|mot chut|la|rang|ve|voi)\b)*"
    r"[ ,:]+",
    re.IGNORECASE,
)
"""With their diacritics: "tí" is no "tỉ lệ"."""
_TO_WHOM = r"(?:ad|admin|bot|bạn|ban|anh|chị|chi|anh chị|anh chi|mọi người|moi nguoi|cả nhà|sếp)"
_CLOSING = re.compile(
    r"[ ,]+(?:(?:vậy ạ|thế ạ|với ạ|đấy ạ|nhỉ|nhé|nha(?<!tai nha)(?<! o nha)(?<!ve nha)|ạ|vậy"
    r"|vay a|the a|voi a|nhi|nhe|a)"
    rf"(?: {_TO_WHOM})?|(?:vậy|thế|vay|the|hả|ha) {_TO_WHOM}|(?:ad|admin|bot)"
    rf"|{_TO_WHOM} (?:ơi|oi))(?: (?:ơi|oi|ạ|a|nhé|nhe))?(?=[ ?.!]*$)",
    re.IGNORECASE,
)
_ASKER = r"(?:minh|em|toi|tui|chau|chung toi|chung em|chung minh)"
_TOLD = re.compile(
    rf"[^?!]{{0,300}}?\b{_ASKER} (?:(?:dang|rat|chi|cung|moi) ){{0,2}}(?:can|muon|dinh)"
    r" (?:biet|hoi|tim hieu|tra cuu|tim|tra)(?: (?:la|rang|xem|them|ve viec))*[ ,:]+"
)
"""What somebody tells of himself before he asks, in one sentence."""
_BEGGING = re.compile(
    rf"[ ,]+(?:(?:nho|mong|xin|nhờ) )?{_TO_WHOM}"
    r" (?:tra|tìm|tim|check|xem|giúp|giup|trả lời|tra loi)"
    r"(?: (?:cứu|cuu|giúp|giup|hộ|ho|giùm|gium|dùm|dum|cho))*"
    r"(?: (?:mình|minh|em|tôi|toi|tui|cháu|chau))?"
    r"(?: (?:với|voi|nhé|nhe|nha|ạ|a|nhá))*(?=[ ?.!]*$)",
    re.IGNORECASE,
)
_FEWEST = 2
"""Words that must be left."""


def without_frame(text: str) -> str:
    """Return NFC `text` without the words around its question.

    >>> without_frame("Dạ cho em hỏi hồ sơ nộp ở đâu vậy ạ?"), without_frame("cho hoi ai ky")
    ('hồ sơ nộp ở đâu?', 'ai ky')
    >>> without_frame("Em viết báo cáo, em cần biết là ai chủ trì họp, anh chị giúp em với ạ")
    'ai chủ trì họp'
    >>> without_frame("Cho biết tên"), without_frame("Ai hỏi cung bị can?")
    ('Cho biết tên', 'Ai hỏi cung bị can?')
    """
    folded = fold(text)
    if told := _told_before(folded):
        text = text[told:]
        folded = folded[told:]
    opening, address = _OPENING.match(folded), _ADDRESS.match(folded)
    after = (_PARTICLES.match(text, opening.end()) if opening else None) or address
    bare = _CLOSING.sub("", _BEGGING.sub("", text[after.end() :] if after else text))
    return bare if len(words(bare)) >= _FEWEST else text


def _told_before(folded: str) -> int:
    """Return where the question begins behind what its asker tells of himself, 0 if he does not."""
    told = _TOLD.match(folded)
    rest = folded[told.end() :] if told else ""
    return len(folded) - len(rest) if asks(rest) and len(words(rest)) >= _FEWEST else 0


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
    for place in places():
        folded = tuple(spelled(fold(place)))
        names |= {folded: place, ("".join(folded),): place}
    return names


def in_official_words(text: str, frequency: Callable[[str], int]) -> str:
    """Return `text`, with its diacritics, with its everyday words in those of official texts.

    `frequency` says in how many passages a folded term stands.

    >>> held = {"chu_tri": 5, "hoi_nghi": 9}
    >>> in_official_words("ai cầm trịch bữa họp?", lambda term: held.get(term, 0))
    'ai chủ trì hội nghị?'
    """

    def official(found: re.Match[str]) -> str:
        said = synonyms()[found[0].lower()]
        return said if _count(said, frequency) > _count(found[0], frequency) else found[0]

    return _pattern().sub(official, text)


def _count(phrase: str, frequency: Callable[[str], int]) -> int:
    """Return in how many passages the rarest two neighbouring words of a phrase may stand."""
    words = [folded_key(word) for word in spelled(phrase)]
    terms = [f"{one}_{other}" for one, other in pairwise(words)] or words
    return min(map(frequency, terms))


@cache
def synonyms() -> dict[str, str]:
    """Return the official words for each everyday phrase."""
    return dict(word_table("synonyms.tsv"))


@cache
def _pattern() -> re.Pattern[str]:
    longest_first = sorted(synonyms(), key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first))})\b", re.IGNORECASE)


_HEADS = (
    ("ủy ban kiểm tra", "chủ nhiệm"),
    ("ủy ban", "chủ tịch"),
    ("hội", "chủ tịch"),
    ("mặt trận", "chủ tịch"),
    ("ban", "trưởng"),
    ("văn phòng", "chánh"),
    *((f"{body} ủy", "bí thư") for body in ("tỉnh", "thành", "huyện", "quận", "đảng")),
    ("đảng bộ", "bí thư"),
    ("chi bộ", "bí thư"),
)
"""What the head of a body is called, by how its name begins."""
_BODY = "|".join(body for body, _ in _HEADS)
_HEADED = re.compile(
    rf"\b(?P<who>ai (?:(?:là|đang|hiện|là người|hiện đang) )?|người )đứng đầu(?: của)? "
    rf"(?P<body>{_BODY})\b(?P<rest>[^?.,;]*)",
    re.IGNORECASE,
)
_NOW = re.compile(
    r"\s*\b(?:hiện nay|hiện tại|hiện giờ|bây giờ|lúc này|đương nhiệm)\b", re.IGNORECASE
)
_ASKS_WHO = re.compile(r"\b(?:ai|đồng chí nào|tên gì|tên là gì|người nào)\b", re.IGNORECASE)


def in_words_of_offices(text: str) -> str:
    """Return `text`, with its diacritics, asking for the holder of an office as sources name it.

    >>> in_words_of_offices("Ai đứng đầu Ban Tổ chức Trung ương hiện nay?")
    'trưởng Ban Tổ chức Trung ương là ai?'
    >>> in_words_of_offices("Người đứng đầu chi bộ do ai bầu?")
    'bí thư chi bộ do ai bầu?'
    """
    found = _HEADED.search(text)
    if not found:
        return text
    title = next(title for body, title in _HEADS if body == found["body"].lower())
    rest = _NOW.sub("", found["rest"])
    asked = "" if _ASKS_WHO.search(text[found.start("body") :]) else " là ai"
    said = f"{title} {found['body']}{rest.rstrip()}{asked}"
    return f"{text[: found.start()]}{said}{text[found.end() :]}"
