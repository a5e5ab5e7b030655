"""How references to directives are spelt: regular expressions over text without diacritics.

Owns the grammar: kinds and their short forms, numbers with suffixes, plenums and congresses, dates,
issuers. Leaves what a match means to `directives`. The text matched is that of `unaccented`, which
keeps case and offsets.
"""

from __future__ import annotations

import re

from retrieval.text.dates import date_form
from retrieval.text.vietnamese import fold, unaccented

KINDS = {
    "thong bao ket luan": "Thông báo",
    "nghi quyet": "Nghị quyết",
    "chi thi": "Chỉ thị",
    "quy dinh": "Quy định",
    "quyet dinh": "Quyết định",
    "ket luan": "Kết luận",
    "huong dan": "Hướng dẫn",
    "ke hoach": "Kế hoạch",
    "thong bao": "Thông báo",
    "quy che": "Quy chế",
    "dieu le": "Điều lệ",
    "de an": "Đề án",
    "chuong trinh": "Chương trình",
    "nghi dinh": "Nghị định",
    "thong tu": "Thông tư",
    "thong tri": "Thông tri",
    "cong van": "Công văn",
    "cong dien": "Công điện",
    "to trinh": "Tờ trình",
    "bao cao": "Báo cáo",
    "quy trinh": "Quy trình",
    "phap lenh": "Pháp lệnh",
    "luat": "Luật",
    "directive": "Chỉ thị",
    "resolution": "Nghị quyết",
    "regulation": "Quy định",
    "decision": "Quyết định",
    "conclusion": "Kết luận",
}
"""Kinds of directives, by their words without diacritics."""

MOSTLY_UNNUMBERED = {"ke hoach", "huong dan", "thong bao", "bao cao", "chuong trinh", "luat"}

KIND_NAMES = tuple(sorted(set(KINDS.values()), key=lambda kind: (-len(kind), kind)))
"""The kinds as they are written, longest first."""
KIND_FOLDED = "|".join(fold(kind) for kind in KIND_NAMES)
"""Any kind, as a piece of patterns over folded text."""
NUMBERED_FOLDED = "|".join(fold(kind) for kind in KIND_NAMES if fold(kind) not in MOSTLY_UNNUMBERED)
"""The same without those that are mostly cited without a number."""
KIND_WRITTEN = "|".join(kind.lower() for kind in KIND_NAMES)
"""Any kind over small letters with diacritics."""

CODES = {
    "nq": ("NQ", "Nghị quyết"),
    "nqlt": ("NQLT", "Nghị quyết"),
    "ct": ("CT", "Chỉ thị"),
    "qd": ("QĐ", ""),  # Quy định or Quyết định
    "qdns": ("QĐNS", "Quyết định"),
    "qdi": ("QĐ", "Quy định"),
    "qyd": ("QĐ", "Quy định"),
    "kl": ("KL", "Kết luận"),
    "hd": ("HD", "Hướng dẫn"),
    "kh": ("KH", "Kế hoạch"),
    "tb": ("TB", "Thông báo"),
    "tbkl": ("TB", "Thông báo"),
    "qc": ("QC", "Quy chế"),
    "da": ("ĐA", "Đề án"),
    "ctr": ("CTr", "Chương trình"),
    "cthd": ("CTr", "Chương trình"),
    "nd": ("NĐ", "Nghị định"),
    "tt": ("TT", ""),  # Thông tư or Thông tri
    "ttlt": ("TTLT", "Thông tư"),
    "cv": ("CV", "Công văn"),
    "cd": ("CĐ", "Công điện"),
    "ttr": ("TTr", "Tờ trình"),
    "bc": ("BC", "Báo cáo"),
    "qt": ("QT", "Quy trình"),
}
"""What the letters after a number stand for: the code as it is written, and the kind."""

GAP = r"[ \t\xa0]{1,20}"  # Bounded, so that a long run of blanks is read once, not once a blank.
_G = r"[ \t\xa0]{0,20}"
_KIND = "|".join(words.replace(" ", GAP) for words in KINDS)
_CODE = "|".join(sorted(CODES, key=len, reverse=True))
_DASH = rf"{_G}[-–—/]{_G}"
_ORGAN = r"t\.[uw]|[a-z]{1,10}\d{0,2}"
_CAPITALS = rf"(?:{GAP}(?-i:[A-Z][a-z]*)){{0,4}}"


def _compiled(lines: str) -> re.Pattern[str]:
    return re.compile("".join(map(str.strip, lines.splitlines())), re.IGNORECASE)


NUMBERED = _compiled(rf"""(?<![^\W_])(?<![\d/.,-])
    (?:(?:(?P<kind>{_KIND})(?:{GAP}lien{GAP}tich)?{GAP}|(?P<abbreviation>nq|ct|qd|kl|hd|kh|tb|nd){_G}))?
    (?P<so>(?:so|no\.){_G}:?{_G})?
    (?P<number>\d{{1,5}}[a-d]?)(?!\d)
    (?(kind)|(?(abbreviation)|(?(so)|(?=(?:/\d{{4}})?(?:{_DASH}|{GAP})(?:{_CODE})))))
    (?:/(?P<year>(?:19|20)\d\d)(?!\d))?
    (?:(?:{_DASH}|{GAP}(?=[a-z]{{2,4}}/))(?P<code>{_CODE})
        (?:{_DASH}(?P<organ>{_ORGAN})|(?P<glued>tw|tu))?(?![^\W_])
      |/(?P<law>(?:ubtv)?qh\d\d))?
    (?![^\W_])(?![.,/-]\d)
    """)
"""A number, with whatever of kind, "số", year, code and organ stands around it."""

MORE_NUMBERS = re.compile(
    rf"(?:,{_G}|{GAP}va{GAP}|,{GAP}va{GAP})(?P<so>so{GAP})?(?P<number>\d{{1,4}})"
    rf"(?![^\W_])(?!{_DASH}(?:{_CODE}|\d))(?![.,/]\d)",
    re.IGNORECASE,
)
"""One more number of the same kind, right after a reference."""
LISTED_NUMBERS = re.compile(
    rf",{GAP}\d{{1,4}}(?:,{GAP}\d{{1,4}})*,?{GAP}va{GAP}\d{{1,4}}(?![^\W_])", re.IGNORECASE
)

ROMAN = r"[ivxl]{1,6}"
ORDINALS = (
    *("nhat", "hai", "ba", "tu", "nam", "sau", "bay", "tam", "chin", "muoi", "muoi mot"),
    *("muoi hai", "muoi ba", "muoi bon", "muoi lam"),
)
_WORD_ORDINAL = "|".join(sorted(("bon", *ORDINALS), key=len, reverse=True)).replace(" ", GAP)
_NTH = rf"(?:\d{{1,2}}|{ROMAN}|{_WORD_ORDINAL})(?![^\W_])"
_TERM_WORDS = rf"(?:,?{_G}\(?{_G}khoa{GAP}(?P<term>\d{{1,2}}|{ROMAN})(?![^\W_])(?:{_G}\))?)"
_CENTRE = (
    rf"(?:trung{GAP}uong|tw|t\.u|t\.w|bchtw"
    rf"|(?:ban{GAP}chap{GAP}hanh|bch){GAP}(?:trung{GAP}uong|tw|t\.u))(?:{GAP}dang)?"
)

PLENUM = _compiled(rf"""(?<![^\W_])(?P<kind>nghi{GAP}quyet|ket{GAP}luan|nq|kl){_G}
    (?:cua{GAP})?(?:(?:hoi{GAP}nghi|hn){GAP})?
    (?:{_CENTRE}{_G}(?:lan{GAP}thu{GAP}(?P<nth>{_NTH})|(?P<many>\d{{1,2}}(?:(?:,{_G}|{GAP}va{GAP})\d{{1,2}})*)(?![^\W_]))
      |lan{GAP}thu{GAP}(?P<first>{_NTH})(?:{_G}\([^()\n]{{1,12}}\))?,?{GAP}(?:cua{GAP})?{_CENTRE})
    (?P<terms>{_TERM_WORDS.replace("?P<term>", "?:")})?
    """)
"""A resolution of a plenum of the Central Committee."""

_PARTY = rf"dang{GAP}bo(?:{GAP}(?:tinh|thanh{GAP}pho|huyen|quan|thi{GAP}xa|xa|phuong))?{_CAPITALS}"
CONGRESS = _compiled(rf"""(?<![^\W_])(?P<kind>nghi{GAP}quyet|nq){GAP}(?:cua{GAP})?
    (?:dai{GAP}hoi|dh|dhdb)(?:{GAP}dai{GAP}bieu)?(?:{GAP}dang(?!{GAP}bo))?(?:{GAP}toan{GAP}quoc)?
    (?:{GAP}(?P<party>dang{GAP}bo(?:{GAP}[^\W\d_]+){{0,6}}?))?(?:{GAP}cua{GAP}dang)?
    {GAP}(?:(?:lan{GAP}thu|khoa){GAP}(?P<nth>{_NTH})|(?P<n>\d{{1,2}}|{ROMAN})(?![^\W_]))
    (?:,?{GAP}(?:cua{GAP})?(?P<whose>{_PARTY}))?
    """)
"""A resolution of a Party congress, national or of one Party organisation."""

CHARTER = re.compile(rf"(?<![^\W_])dieu{GAP}le{GAP}(?P<of>dang)(?![^\W_])", re.IGNORECASE)

TERM = re.compile(_TERM_WORDS, re.IGNORECASE)
MORE_TERMS = re.compile(
    rf"(?:,|{GAP}va){GAP}(?:khoa{GAP})?(?P<term>{ROMAN})(?![^\W_])", re.IGNORECASE
)

_UY = rf"(?:tinh|thanh|huyen|quan|thi|dang){GAP}uy"
_OF_UY = rf"{_UY}{_CAPITALS}"
ISSUER = (
    rf"(?:bo{GAP}chinh{GAP}tri|bct|ban{GAP}bi{GAP}thu(?:{GAP}trung{GAP}uong)?(?:{GAP}dang)?|bbt"
    rf"|(?:ban{GAP}thuong{GAP}vu|btv|ban{GAP}chap{GAP}hanh|bch){GAP}(?:{_OF_UY}|{_PARTY}|tu(?![^\W_]))"
    rf"|{_CENTRE}|{_OF_UY}"
    rf"|ban{GAP}(?:to{GAP}chuc|tuyen{GAP}giao(?:{GAP}va{GAP}dan{GAP}van)?|dan{GAP}van"
    rf"|noi{GAP}chinh|doi{GAP}ngoai){GAP}(?:{_CENTRE}|{_OF_UY})|btctw|btgtw"
    rf"|(?:uy{GAP}ban{GAP}kiem{GAP}tra|ubkt){GAP}(?:{_CENTRE}|{_OF_UY})"
    rf"|van{GAP}phong{GAP}{_CENTRE}|uy{GAP}ban{GAP}thuong{GAP}vu{GAP}quoc{GAP}hoi|quoc{GAP}hoi"
    rf"|thu{GAP}tuong(?:{GAP}chinh{GAP}phu)?|chinh{GAP}phu|chu{GAP}tich{GAP}nuoc"
    rf"|bo{GAP}(?:noi{GAP}vu|tai{GAP}chinh|quoc{GAP}phong|cong{GAP}an|tu{GAP}phap)"
    rf"|(?:uy{GAP}ban{GAP}nhan{GAP}dan|ubnd|hoi{GAP}dong{GAP}nhan{GAP}dan|hdnd){GAP}"
    rf"(?:tinh|thanh{GAP}pho|huyen|quan){_CAPITALS})(?![^\W_])"
)
BY = re.compile(
    rf"{_G}[,(–-]?{_G}(?:cua|do){GAP}(?P<issuer>{ISSUER})(?:{GAP}(?:ky{GAP})?ban{GAP}hanh)?",
    re.IGNORECASE,
)

_BLANK = r"[ \t\xa0]"


def _date(template: str, n: int) -> str:
    return date_form(template, n, blank=_BLANK, plain=True)


_DAY = f"{_date('DSMSY', 0)}(?!\\d)|{_date('D tháng M năm Y', 1)}"
DATED = re.compile(
    rf"(?:{_G}[,(–-]?{_G}(?:(?:ban{GAP}hanh|ky){GAP})?ngay{GAP}(?:{_DAY})"
    rf"|{_G}[,(–-]?{_G}(?:ban{GAP}hanh{GAP})?{_date('tháng M(?:[/-]| năm )Y', 2)}"
    rf"|{_G}\({_G}{_date('D/M/Y', 3)}"
    rf"|{GAP}(?:ban{GAP}hanh{GAP})?(?P<year_words>nam){GAP}{_date('Y', 4)}(?!\d|{_G}[–-]{_G}\d)"
    rf"|{_G}\({_G}{_date('Y', 5)}(?={_G}\)))\)?",
    re.IGNORECASE,
)
"""When it was issued, as written after the number."""
ISSUED_BEFORE = re.compile(
    rf"(?:ngay{GAP}(?:{_DAY}),?{GAP})?(?:(?P<issuer>{ISSUER})(?:{_G}\(?khoa{GAP}\w+\)?)?{GAP})?"
    rf"(?:da{GAP})?(?:ky{GAP})?(?:ban{GAP}hanh|thong{GAP}qua|ra){GAP}$",
    re.IGNORECASE,
)
"""Who issued it, and when, as written before it: "ngày 14/6/2024 Bộ Chính trị ban hành …"."""

ABOUT = re.compile(
    rf"{_G}[,(–:-]?{_G}(?:[“\"«](?P<quoted>[^”\"»\n]{{3,300}})[”\"»]"
    rf"|(?P<plain>(?:ve|v/v){GAP}[^.;:\n“”\"()…]{{3,300}}?)(?=$|[.;:\n“”\"()…]"
    rf"|,?{GAP}(?:(?:da|se|duoc|bi|va){GAP})*(?:thay{GAP}(?:the|cho)|sua{GAP}doi|bai{GAP}bo|duoc|da|se|gan{GAP}voi)"
    rf"(?![^\W_])))",
    re.IGNORECASE,
)
"""What it is about, as written after all else."""


_ROMAN = re.compile(r"(?=[IVXL])(XL|X{0,3})(IX|IV|V?I{0,3})")
_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50}


def number_of(written: str) -> str:
    """Return the number in digits, or nothing if it is none.

    >>> number_of("XIII"), number_of("07"), number_of("mười hai"), number_of("IIX")
    ('13', '7', '12', '')
    """
    words = " ".join(unaccented(written).lower().split())
    if words.isdigit():
        return str(int(words))
    if words == "bon":
        return "4"
    if words in ORDINALS:
        return str(ORDINALS.index(words) + 1)
    roman = words.upper()
    return str(_roman(roman)) if _ROMAN.fullmatch(roman) else ""


def _roman(letters: str) -> int:
    values = [_VALUES[letter] for letter in letters]
    return sum(
        -value if any(value < later for later in values[i + 1 : i + 2]) else value
        for i, value in enumerate(values)
    )
