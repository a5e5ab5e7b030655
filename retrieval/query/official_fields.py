"""Which field of an official document a question asks for: who signed it, when, to whom it goes.

Owns telling such questions from questions about what a document says: nothing may be left of one
but words that name the document. Pure. Which document they name is for `registry` to say.

    >>> asked = field_question("Chỉ thị 431-CT/TW do ai ký, ban hành ngày nào?")
    >>> [field.value for field in asked.fields], asked.naming
    (['date', 'signer'], ('431', 'chi', 'thi', 'trung', 'uong'))
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from retrieval.directives.grammar import KIND_FOLDED, KINDS
from retrieval.directives.recognition import find_references
from retrieval.models import OfficialField
from retrieval.text.legislation import NOWHERE, Provision, place_named
from retrieval.text.names import office_pattern
from retrieval.text.vietnamese import expanded, fold, folded_key, normalise


class Counted(StrEnum):
    """What of a document is counted; the value is how it is called."""

    ARTICLES = "điều"
    CHAPTERS = "chương"
    CLAUSES = "khoản"


@dataclass(frozen=True, slots=True)
class OutlineLevel:
    """A part of a document by its mark: ("mục", "II"), ("điểm", "2"), ("ý", "b")."""

    kind: str
    mark: str

    def __str__(self) -> str:
        return f"{self.kind} {self.mark}"


@dataclass(frozen=True, slots=True)
class FieldQuestion:
    """What a question asks of one document, and the folded words by which it names it."""

    naming: tuple[str, ...]
    kind: str = ""
    """The kind of document that is named: "Chỉ thị"."""
    fields: tuple[OfficialField, ...] = ()
    counted: Counted | None = None
    provision: Provision = NOWHERE
    """The article whose words, or whose clauses' number, are asked for."""
    pointing: bool = False
    """True if it speaks of a document at all: "văn bản", "chỉ thị này"."""
    outline: tuple[OutlineLevel, ...] = ()
    """The part whose words are asked for where a document has no articles, outer levels first."""


_WHEN = (
    r"(?:(?:vao|tu|o|trong|hom|luc|thoi gian|thoi diem) )*(?:ngay(?: thang(?: nam)?)?|thang|nam)"
    r" (?:nao|may|bao nhieu)"
)
_ASKED_WHEN = rf"(?:{_WHEN}|(?:tu |vao )?(?:khi nao|bao gio|luc nao|hom nao))"
_WHO = (
    r"(?:ai|(?:nguoi|dong chi|vi|lanh dao|can bo|nhan vat"
    rf"|(?:pho )?(?:{office_pattern(fold)})) nao)"
)
_BODY = (
    r"(?:(?:nhung |cac )?(?:co quan|don vi|to chuc|cap|ban|bo|noi|cap uy|dang uy|tinh uy"
    r"|huyen uy|chi bo|dang bo|so|van phong|uy ban|hoi dong)"
    r"(?: dang| tham quyen)? nao)"
)
_WHERE = rf"(?:(?:nhung |cac )?(?:dau|ai|{_BODY}|noi nao|dia chi nao|doi tuong nao))"
_IS = r"(?: (?:la|gom|bao gom|gom co|co|duoc|van ban|nhung))*"
_DOCUMENT = rf"(?:(?:nhung |cac )?(?:van ban|{KIND_FOLDED}) (?:gi|nao))"
_WHAT = rf"(?:(?:nhung |cac )?(?:gi|nao)|{_DOCUMENT})"
_ISSUED = r"(?:(?:duoc )?(?:ky )?(?:ban hanh|phat hanh|cong bo|ra doi)|(?:duoc )?ky|ra)"

_NO_OTHER = r"(?! (?:luat|niem|nang|thuat|cuong|hop|hoc|su|yeu)\b)"
"""Folded, "ký" is "kỷ" and "kỳ" too: kỷ luật, kỳ họp."""
_FIELDS: tuple[tuple[OfficialField, str], ...] = (
    (
        OfficialField.DATE,
        rf"when (?:was|were)\b(?=.*\b(?:issued|signed))|{_ISSUED} {_ASKED_WHEN}"
        r"|(?:ngay|thoi gian|thoi diem|nam) (?:ky )?(?:ban hanh|ky|ra)"
        rf"(?: (?:van ban|la))* {_ASKED_WHEN}|(?:ngay|thoi gian) (?:ky )?ban hanh(?: cua)?"
        rf"(?: la(?: gi| ngay nao)?)?|ngay ky(?: la ngay nao)?|{_ASKED_WHEN} (?:thi )?{_ISSUED}"
        rf"|(?:co|de|ghi|mang) ngay (?:nao|may|bao nhieu)|co tu {_ASKED_WHEN}",
    ),
    (OfficialField.PLACE, rf"(?:{_ISSUED}|(?:duoc )?lam) (?:o|tai) (?:dau|noi nao|dia phuong nao)"),
    (
        OfficialField.CAPACITY,
        r"(?:ky )?(?:voi |tren )?(?:tu cach|cuong vi|danh nghia)(?: (?:la|ky))* (?:gi|nao|ai)"
        rf"|nguoi ky(?: van ban)? (?:giu |la |lam |co )?chuc vu {_WHAT}|chuc vu(?: cua)? nguoi ky"
        rf"(?: la gi)?|(?:ky )?(?:thay mat|thay|theo lenh)(?: cho)? (?:ai|{_BODY})(?: ky)?",
    ),
    (
        OfficialField.SIGNER,
        rf"who (?:has )?signed|{_WHO} (?:da )?(?:thay mat|dung ten)\b(?=.*\bky\b)"
        rf"|(?:do )?{_WHO} (?:la )?(?:nguoi )?(?:da |duoc |dung ten )*ky(?: ten)?{_NO_OTHER}"
        r"(?: ban hanh)?|nguoi (?:da )?ky(?: ten| ban hanh)?(?: van ban)?(?: la (?:ai|gi))?"
        rf"|(?:duoc )?ky (?:ban hanh )?(?:boi|la) {_WHO}|chu ky (?:cua|la cua) {_WHO}"
        rf"|(?:ky|ky ten)(?: ban hanh)? la {_WHO}|ho(?: va)? ten nguoi ky",
    ),
    (
        OfficialField.RECIPIENT,
        rf"(?:(?:duoc )?(?:gui|chuyen|ban hanh)(?: di| toi| den| cho)*|(?:toi|den) tay) {_WHERE}"
        rf"|noi nhan{_IS}(?: {_WHERE}| {_WHAT})?|kinh gui {_WHERE}"
        rf"|{_WHERE} (?:duoc )?(?:nhan|gui)(?: van ban)?|danh sach (?:noi nhan|nguoi nhan)",
    ),
    (
        OfficialField.BASIS,
        rf"(?:can cu|dua)(?: (?:vao|tren|theo|phap ly|ban hanh))*{_IS} (?:dau|co so nao|{_WHAT})"
        rf"|(?:thuc hien|trien khai|thi hanh|quan triet)(?: theo)? {_DOCUMENT}"
        r"|(?:nhung |cac )?can cu(?: phap ly)?(?: de)? ban hanh(?: van ban)?(?: la (?:gi|dau))?"
        rf"|can cu phap ly{_IS}(?: {_WHAT})?|theo can cu nao|tren co so (?:nao|van ban nao)",
    ),
    (
        OfficialField.ISSUER,
        r"(?:who|which (?:body|organ|office|agency)) (?:has )?issued"
        rf"|(?:do |la )?(?:{_BODY}|ai|dau) (?:la )?(?:da |duoc )?(?:ky )?(?:ban hanh|phat hanh|ra)"
        rf"|(?:duoc )?(?:ban hanh|phat hanh) (?:boi )(?:{_BODY}|ai)|cua {_BODY}(?: ban hanh)?"
        rf"|(?:co quan|don vi|noi|cap) ban hanh(?: la (?:ai|gi|{_BODY}))?|la cua (?:ai|{_BODY})",
    ),
    (
        OfficialField.NUMBER,
        r"(?:co |mang |la |ghi )?so(?: hieu| ky hieu| van ban| va ky hieu)?(?: la)?"
        r" (?:bao nhieu|may|gi|nao)|ky hieu(?: la)? (?:gi|nao)|so(?: va)? (?:ky )?hieu(?: cua)?",
    ),
    (OfficialField.KIND, r"(?:la |thuoc )?loai van ban (?:gi|nao)|la van ban gi|la loai gi"),
    (
        OfficialField.SUBJECT,
        r"what (?:is|was)\b(?=.*\babout$)"
        r"|(?:noi |viet |ban hanh |de cap |quy dinh |ban )?ve (?:(?:nhung |cac )?(?:viec|van de"
        r"|noi dung|chuyen|cai|dieu|linh vuc|chu de) )?(?:gi|nao)|trich yeu(?: noi dung)?"
        r"(?: (?:la|ghi|cua van ban))*(?: gi)?|chu de(?: la)? gi|ten(?: day du| goi)?(?: la)? gi",
    ),
)
_PATTERNS = tuple((field, re.compile(rf"\b(?:{cue})\b")) for field, cue in _FIELDS)
_COUNTED = re.compile(
    r"\b(?:(?:co|gom|bao gom|chia(?: lam| thanh)?|la) )*(?:tat ca |tong cong )?(?:may|bao nhieu) "
    r"(dieu|chuong|khoan)\b(?: (?:khoan|tat ca|khong))?"
)
_COUNTS = {"dieu": Counted.ARTICLES, "chuong": Counted.CHAPTERS, "khoan": Counted.CLAUSES}
_PROVISION = re.compile(r"\b(?:dieu|khoan|diem) (?:\d{1,3}[a-z]?|[a-z])\b")
_LEVELS = ("phần", "mục", "khoản", "điểm", "tiết", "ý")
"""What parts of a document are called, from the outermost in."""
_OUTLINE = re.compile(
    r"(?<!\w)(?:(?P<upper>phần|mục|phan|muc) (?P<roman>[ivxl]{1,5})"
    r"|(?P<part>phần|mục|khoản|điểm|phan|muc|khoan|diem) (?:số |so )?(?P<number>\d{1,2})"
    r"|(?P<inner>điểm|tiết|ý|diem|tiet|y) (?P<letter>[a-zđ]))(?![\w.,/-]*\d|\w)",
    re.IGNORECASE,
)
_FOLDED_LEVELS = {fold(level): level for level in _LEVELS}
_SAYS = re.compile(
    r"\b(?:noi|quy dinh|ghi|neu|co noi dung|noi dung|yeu cau|viet)(?: (?:la|ve|ro|cu the))*"
    r" (?:(?:nhung |cac )?(?:gi|nao|dieu gi)|the nao|nhu the nao|ra sao|sao)\b"
    r"|\bnoi dung(?: cua)?(?: la gi)?\b|\b(?:la gi|the nao|ra sao)\b"
    r"|^(?:cho (?:toi |minh )?(?:xem|biet)|trich|doc|neu|xem|tra cuu)\b"
)
_KIND = re.compile(rf"\b(?:{'|'.join(sorted(KINDS, key=len, reverse=True))})\b")
_GENERIC_WORDS = """
    van ban tai lieu so ngay thang nam cua do duoc nay ay nao gi la o vao ve viec hay cho biet
    xin hoi voi thi a vay the con nhi hanh ra ky toi muon minh em anh ai rang bao giup va theo nhu
    trong co may nhieu da moi tren kia noi oi nhe ha phan muc de nhung cac yeu cau gom quy dinh
    huong dan giu chuc vu dau dua thay mat chuong dieu khoan the of issued signed about is was
"""
GENERIC = frozenset(_GENERIC_WORDS.split())
"""Folded words that need not stand in the name of a document."""


def field_question(text: str) -> FieldQuestion | None:
    """Return what `text` asks of the form of a document; None if it asks for anything else."""
    text = normalise(text)
    references = find_references(text)
    for one in reversed(references):
        text = f"{text[: one.start]} {_NAMED} {text[one.end :]}"
    left = re.sub(r"\s+", " ", fold(text)).strip(" ?.!…")
    provision = place_named(text)
    outline = () if provision.article else outline_of(text)
    counted = None
    if count := _COUNTED.search(left):
        counted, left = _COUNTS[count[1]], _cut(left, count)
    fields: list[OfficialField] = []
    for field, pattern in _PATTERNS if not (counted or provision or outline) else ():
        if found := pattern.search(left):
            fields.append(field)
            left = _cut(left, found)
    said = None
    if provision or outline:
        said = _SAYS.search(left)
        left = _cut(left, said) if said else left
        left = _OUTLINE.sub(" ", left) if outline else _PROVISION.sub(" ", left)
    if not (fields or counted or said):
        return None
    kind = next((r.kind for r in references if r.kind), "")
    numbers = [word for r in references for word in _words(f"{r.number} {r.suffix}")]
    left = " ".join(_words(left.replace(_NAMED, " ")))
    if not kind and (named := _KIND.search(left)):
        kind = KINDS[named[0]]
        left = _cut(left, named)
    pointing = bool(kind or numbers or re.search(r"\b(?:van ban|tai lieu|no)\b", left))
    naming = (*numbers, *_words(left))
    return FieldQuestion(naming, kind, tuple(fields), counted, provision, pointing, outline)


def outline_of(text: str) -> tuple[OutlineLevel, ...]:
    """Return the part that `text` names, outer levels first.

    >>> [str(level) for level in outline_of("ý a điểm 2 mục II nói gì?")]
    ['mục II', 'điểm 2', 'ý a']
    """
    found = []
    for match in _OUTLINE.finditer(text):
        kind = _FOLDED_LEVELS[fold(match["upper"] or match["part"] or match["inner"])]
        mark = (match["roman"] or "").upper() or match["number"] or match["letter"].lower()
        found.append(OutlineLevel(kind, mark.lstrip("0")))
    return tuple(sorted(found, key=lambda level: _LEVELS.index(level.kind)))


_NAMED = "\x1f"
"""Stands for a directive that is named by its number."""


def _words(text: str) -> list[str]:
    """Return the folded words, abbreviations written out, numbers without leading zeros."""
    folded = (folded_key(word) for word in expanded(text))
    return [word.lstrip("0") or word for word in folded]


def _cut(text: str, match: re.Match[str]) -> str:
    return f"{text[: match.start()]} , {text[match.end() :]}"
