"""References to directives in sources and questions: which is meant, and what it is called.

Owns recognition: kind, number, suffix, date, issuer, subject, article, and the resolutions that go
by the name of a plenum or a congress; and the name of what was recognised, as people read it. Pure.
Leaves the spellings to `grammar`, whether two references mean one document to `resolution`, and
what one does to another to `relations`.

    >>> [r] = find_references("Thực hiện Chỉ thị số 35-CT/TW, ngày 14/6/2024 của Bộ Chính trị.")
    >>> r.kind, r.number, r.suffix, r.issued, r.issuer
    ('Chỉ thị', '35', 'CT/TW', '2024-06-14', 'Bộ Chính trị')
    >>> [name_of(r) for r in find_references("ct 5-ct/tw, nq tw 7 khoa 12, dieu le dang")]
    ['Chỉ thị số 05-CT/TW', 'Nghị quyết Trung ương 7 khóa XII', 'Điều lệ Đảng']
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from retrieval.directives.grammar import (
    ABOUT,
    BY,
    CHARTER,
    CODES,
    CONGRESS,
    DATED,
    ISSUED_BEFORE,
    KINDS,
    LISTED_NUMBERS,
    MORE_NUMBERS,
    MORE_TERMS,
    MOSTLY_UNNUMBERED,
    NUMBERED,
    PLENUM,
    TERM,
    number_of,
)
from retrieval.text.dates import iso, told
from retrieval.text.legislation import NOWHERE, Provision, place_named
from retrieval.text.vietnamese import unaccented

_WIDEST_BEFORE = 110
_ISSUING = ("hanh", "qua", "ra")
"""The last words of what `ISSUED_BEFORE` matches."""
_CARRIED_OUT = re.compile(
    r"(?:thuc hien|trien khai|hoc tap|quan triet|so ket|tong ket)"
    r"(?:[ \t\xa0]+(?:hieu qua|nghiem tuc|tot|chuyen de|cac noi dung))?[ \t\xa0]*$",
    re.IGNORECASE,
)
_PART = r"(?:điểm|điều|khoản|diem|dieu|khoan)\s+(?:\d{1,3}[a-zđ]?|[a-zđ])(?!\w)"
_PARTS = rf"{_PART}(?:,?\s*(?:và\s+|của\s+)?{_PART}){{0,2}}"
_PLACE_BEFORE = re.compile(
    rf"({_PARTS})\s*,?\s*(?:của|trong|tại|ở|thuộc|theo|cua|trong|tai)?\s*$", re.IGNORECASE
)
_PLACE_AFTER = re.compile(rf"\s*[,(–:-]?\s*(?:tại|ở|có)?\s*({_PARTS})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Attributes:
    """What was found; `reach` is the offset where it ends."""

    issued: str = ""
    issuer: str = ""
    term: str = ""
    subject: str = ""
    reach: int = 0


def attributes_after(text: str, plain: str, end: int, limit: int) -> Attributes:
    """Return what follows a reference that ends at `end`, up to `limit`."""
    found, before = Attributes(reach=end), None
    while found != before:
        before, found = found, _one_more(text, plain, end, limit, found)
    if about := ABOUT.match(plain, found.reach):
        group = "quoted" if about["quoted"] else "plain"
        subject = text[about.start(group) : about.end(group)].strip(" \t\xa0,")
        found = replace(found, subject=subject, reach=min(about.end(), limit))
    return found


def _one_more(text: str, plain: str, end: int, limit: int, found: Attributes) -> Attributes:
    """Return `found` with the date, issuer or term that stands at its reach, if it has none yet."""
    at = found.reach
    date = None if found.issued else DATED.match(plain, at, limit)
    if date and not (date["year_words"] and _is_year_of_work(plain, end)):
        return replace(found, issued=iso(*told(date)), reach=date.end())
    if not found.issuer and (by := BY.match(plain, at, limit)):
        issuer = text[by.start("issuer") : by.end("issuer")]
        return replace(found, issuer=issuer, reach=by.end())
    if not found.term and (of := TERM.match(plain, at, limit)):
        return replace(found, term=number_of(of["term"]), reach=of.end())
    return found


def attributes_before(text: str, plain: str, start: int) -> Attributes:
    """Return what precedes a reference that begins at `start`."""
    from_ = max(0, start - _WIDEST_BEFORE)
    # A search costs a hundred times as much as the look whether its last word stands there.
    is_issued = plain[from_:start].rstrip().lower().endswith(_ISSUING)
    before = ISSUED_BEFORE.search(plain, from_, start) if is_issued else None
    if before is None:
        return Attributes()
    issuer = text[before.start("issuer") : before.end("issuer")] if before["issuer"] else ""
    return Attributes(issued=iso(*told(before)), issuer=issuer)


def place_around(text: str, start: int, reach: int, limit: int) -> Provision:
    """Return the article that is meant: "khoản 2 Điều 5 Quy định …" or "Quy định …, Điều 5"."""
    before = _PLACE_BEFORE.search(text, max(0, start - 60), start)
    after = _PLACE_AFTER.match(text, reach, limit)
    match = before or after
    return place_named(match[1]) if match else Provision()


def _is_year_of_work(plain: str, end: int) -> bool:
    """True for "thực hiện Chỉ thị 05 năm 2024": the year is that of the work."""
    return any(
        _CARRIED_OUT.search(plain[max(0, end - 90) : at])
        for at in range(max(0, end - 40), end)
        if plain[at].isalpha() and (at == 0 or not plain[at - 1].isalpha())
    )


_COUNTED = re.compile(
    r"[ \t\xa0]*(?:%|‰|[.,]\d|nam[ \t\xa0]+\d{4}[ \t\xa0]*[-–]"
    r"|(?:nam|thang|tuan|ngay|gio|quy|phut)(?![^\W_])"
    r"(?![ \t\xa0]+(?:\d|nao|may|bao))"
    r"|(?:nhiem vu|noi dung|nhom|dong chi|diem|van de|viec|giai phap|de an|can bo|truong hop"
    r"|to chuc|don vi|dia phuong|dang vien|chi tieu|muc tieu|chuong trinh|buoc|dieu(?! \d)|phan"
    r"|trong tam|dot pha|cong trinh|du an|lop|dot|cuoc|nguoi|ho|thon|xa|huyen|tinh|co quan|cap"
    r"|van ban|chuyen de|hoi nghi|bai|cau hoi|tieu chi|tieu chuan|ty|trieu|nghin|dai bieu|y kien"
    r"|khau|mat|linh vuc|doi tuong|hinh thuc|loai|lan|muc|trang|ban(?! hanh)|bo(?! sung)"
    r"|khoa(?![ \t\xa0]+[\dxivl])|chuc danh|chi bo)"
    r"(?![^\W_]))",
    re.IGNORECASE,
)
_GOES_ON = re.compile(
    r"[ \t\xa0]*(?:$|[\n.,;:?!)”\"’»\]…–-]"
    r"|(?:cua|ve|ngay|do|va|hay|la|noi|quy dinh|co|da|duoc|bi|thay|het|con|gi|nao|ban hanh|yeu cau"
    r"|neu|de ra|khi|thi|o|tai|voi|so voi|theo|trong|cho|den|tu|hien|moi|cu|khoa|ap dung|sua doi"
    r"|bo sung|bai bo|huong dan|nam \d{4}|ra|nham|xac dinh|chi ro|nhan manh|dat|giup|vao|cung|van"
    r"|se|phai|khong|chua|dang|sau|truoc|bao|nhu|vi|ai|duoi|ky|se|giao|cam|cho phep|says?|is|was)"
    r"(?![^\W_]))",
    re.IGNORECASE,
)
_SAFE_IN_SMALL_LETTERS = {"nq", "ct", "qd", "kl"}
_YEARS = range(1900, 2101)


def plausible(match: re.Match[str], text: str, plain: str) -> bool:
    """Return True if a match of `grammar.NUMBERED` is a reference.

    `plain` is `unaccented(text)`.
    """
    end = match.end()
    suffixed = bool(match["code"] or match["law"])
    if match["so"] and not _is_so(text, match):
        return False
    if not match["kind"] and not match["abbreviation"]:
        return _stands_alone(match, plain)
    if suffixed or match["so"] or match["year"]:
        return not (match["year"] and not suffixed and not match["so"])
    if int(re.sub(r"\D", "", match["number"])) in _YEARS:
        return False
    attached = bool(DATED.match(plain, end) or BY.match(plain, end))
    if match["abbreviation"]:
        return _short_form(match, text, plain)
    kind = " ".join(match["kind"].lower().split())
    if attached:
        return True
    capital, goes_on = text[match.start()].isupper(), bool(_GOES_ON.match(plain, end))
    named = capital and goes_on if kind in MOSTLY_UNNUMBERED else capital or goes_on
    if kind == "luat" or not named or _COUNTED.match(plain, end):
        return kind != "luat" and match["number"].startswith("0")
    return True


def _stands_alone(match: re.Match[str], plain: str) -> bool:
    """True for "205-QĐ/TW" and "số 71 ngày 18/7/2022"."""
    if match["organ"] or match["glued"]:
        return True
    if match["code"]:
        return match["code"].lower() in _SAFE_IN_SMALL_LETTERS and " " not in match.group()
    dated = DATED.match(plain, match.end())
    return bool(match["so"] and dated and told(dated)[2])


def _short_form(match: re.Match[str], text: str, plain: str) -> bool:
    """True for "NQ 18" and "nq18"; small letters only where they are no syllable."""
    written = text[match.start("abbreviation") : match.end("abbreviation")]
    known = match["abbreviation"].lower() in CODES
    small = match["abbreviation"].lower() in _SAFE_IN_SMALL_LETTERS
    return known and (written.isupper() or small) and not _COUNTED.match(plain, match.end())


def _is_so(text: str, match: re.Match[str]) -> bool:
    """True if it is "số" (or typed without diacritics), not "sở" or "sổ"."""
    written = text[match.start("so") : match.end("so")].lower()
    return written.startswith(("số", "so", "no"))


_SEVERAL = re.compile(r"(?:cac|nhung|hai|ba|bon|2|3|4)\s+$", re.IGNORECASE)
_SYLLABLES = {"vi", "vì", "li", "i", "v", "x"}
"""Words that would be Roman numerals, were they in capitals."""
PLENUM_SERIES, CONGRESS_SERIES, CHARTER_SERIES = "Hội nghị Trung ương", "Đại hội", "Đảng"


@dataclass(frozen=True, slots=True)
class Reference:
    """A mention of one directive: text[start:end] is its kind, number and suffix, or its name."""

    start: int
    end: int
    kind: str = ""
    """One of spellings.KINDS; empty where the letters leave it open ("205-QĐ/TW")."""
    number: str = ""
    """Without leading zeros; of a plenum or congress, which one it was."""
    suffix: str = ""
    """Code and organ: "CT/TW"; one of them alone where no more is said."""
    series: str = ""
    """What is counted, where it goes by a name: a plenum or a congress. Empty for numbers."""
    term: str = ""
    """The term of the Central Committee (khóa), in digits."""
    issued: str = ""
    """ISO date, as far as it is known: "2024-06-14", "2024-06" or "2024"."""
    issuer: str = ""
    """As it is written."""
    subject: str = ""
    place: Provision = NOWHERE
    reach: int = 0
    """Where all that belongs to it ends: date, issuer and subject too."""

    @property
    def code(self) -> str:
        """The letters of the suffix that stand for a kind: "CT"."""
        return self.suffix.partition("/")[0]

    @property
    def organ(self) -> str:
        """The letters of the suffix that stand for the issuer: "TW"."""
        return self.suffix.partition("/")[2]


def find_references(text: str) -> list[Reference]:
    """Return the references in NFC `text`, in order; none overlaps another."""
    plain = unaccented(text)
    named = [*_plenums(plain), *_congresses(text, plain), *_charters(text, plain)]
    numbered = [r for r in _numbered(text, plain) if not any(_overlap(r, n) for n in named)]
    found = sorted([*named, *numbered], key=lambda r: r.start)
    limits = [*(r.start for r in found[1:]), len(text)]
    described = [
        _described(text, plain, r, limit)
        for r, limit in zip(found, limits[: len(found)], strict=True)
    ]
    return _of_one_kind(text, described)


def _overlap(one: Reference, other: Reference) -> bool:
    return one.start < other.end and other.start < one.end


def _numbered(text: str, plain: str) -> Iterator[Reference]:
    for match in NUMBERED.finditer(plain):
        if plausible(match, text, plain):
            first = _reference(match, text, plain)
            yield first
            yield from _more_numbers(plain, first)


def _reference(match: re.Match[str], text: str, plain: str) -> Reference:
    kind = KINDS.get(" ".join((match["kind"] or "").lower().split()), "")
    code, coded = CODES.get((match["code"] or match["abbreviation"] or "").lower(), ("", ""))
    organ = _organ(match, text)
    state = match["code"] and "/" in plain[match.end("number") : match.start("code")]
    return Reference(
        *match.span(),
        kind=kind or coded or ("Quyết định" if state and organ and code == "QĐ" else ""),
        number=_trimmed(match["number"]),
        suffix=f"{code}/{organ}" if organ else code,
        issued=match["year"] or "",
    )


def _more_numbers(plain: str, first: Reference) -> Iterator[Reference]:
    """Yield the others of "các Nghị quyết 18, 19" and of "Chỉ thị số 35 và số 40"."""
    several = _SEVERAL.search(plain[max(0, first.start - 12) : first.start])
    several = several or LISTED_NUMBERS.match(plain, first.end)
    at = first.end
    while first.kind and (more := MORE_NUMBERS.match(plain, at)):
        if not (several or more["so"]):
            return
        start, at = more.start("so" if more["so"] else "number"), more.end()
        yield replace(first, start=start, end=at, number=_trimmed(more["number"]))


def _trimmed(number: str) -> str:
    return number.lower().lstrip("0") or "0"


def _organ(match: re.Match[str], text: str) -> str:
    """Return the organ in capitals; T.Ư and TƯ are TW, which TU (Tỉnh ủy) is not."""
    group = next((g for g in ("organ", "glued", "law") if match[g]), None)
    if group is None:
        return ""
    written = text[match.start(group) : match.end(group)].upper()
    return "TW" if "Ư" in written or written in {"T.W", "T.U"} else unaccented(written)


def _plenums(plain: str) -> Iterator[Reference]:
    for match in PLENUM.finditer(plain):
        kind = "Nghị quyết" if match["kind"][0] in "nN" else "Kết luận"
        terms = match["terms"] and TERM.match(match["terms"])
        term = number_of(terms["term"]) if terms else ""
        group = next(g for g in ("nth", "many", "first") if match[g])
        many = [*re.finditer(r"\d+", match["many"])] if match["many"] else []
        end = match.end() if len(many) < 2 else match.start("many") + many[0].end()
        numbers = [number_of(many[0].group() if many else match[group])]
        base = Reference(match.start(), end, kind, numbers[0], series=PLENUM_SERIES, term=term)
        yield base
        for other in many[1:]:
            start = match.start("many") + other.start()
            stop = start + len(other.group())
            yield replace(base, start=start, end=stop, number=number_of(other.group()))
        yield from _more_terms(plain, base, match.end()) if term else ()


def _more_terms(plain: str, base: Reference, at: int) -> Iterator[Reference]:
    """Yield the others of "Nghị quyết Trung ương 4 khóa XI, XII"."""
    while more := MORE_TERMS.match(plain, at):
        start, at = more.span("term")
        yield replace(base, start=start, end=at, term=number_of(more["term"]))


def _congresses(text: str, plain: str) -> Iterator[Reference]:
    for match in CONGRESS.finditer(plain):
        group = "nth" if match["nth"] else "n"
        which = number_of(match[group])
        written = text[match.start(group) : match.end(group)]
        syllable = group == "n" and written.lower() in _SYLLABLES and not written.isupper()
        if not which or syllable:
            continue
        of = "party" if match["party"] else "whose"
        issuer = text[match.start(of) : match.end(of)] if match[of] else ""
        end = match.end() if match["whose"] else match.end(group)
        yield Reference(
            match.start(), end, "Nghị quyết", which, series=CONGRESS_SERIES, issuer=issuer
        )


def _charters(text: str, plain: str) -> Iterator[Reference]:
    for match in CHARTER.finditer(plain):
        body = re.search(r"(?:Tieu ban|To|Ban soan thao)[ ]$", plain[: match.start()][-20:])
        written = text[match.start("of") : match.end("of")].lower()
        if written in {"đảng", "dang"} and not body:
            yield Reference(*match.span(), "Điều lệ", series=CHARTER_SERIES)


def _described(text: str, plain: str, reference: Reference, limit: int) -> Reference:
    """Add date, issuer, term, subject and article, as they stand around the reference."""
    before = attributes_before(text, plain, reference.start)
    after = attributes_after(text, plain, reference.end, limit)
    return replace(
        reference,
        issued=after.issued or reference.issued or before.issued,
        issuer=reference.issuer or after.issuer or before.issuer,
        term=reference.term or after.term,
        subject=after.subject,
        place=place_around(text, reference.start, after.reach, limit),
        reach=after.reach,
    )


_LIST_GAP = re.compile(r"[ ]*(?:,|;|và|, và|hoặc|hay|cùng|với)[ ]+", re.IGNORECASE)


def _of_one_kind(text: str, found: list[Reference]) -> list[Reference]:
    """In a list, a number without a kind is of the kind before it."""
    kept = found[:1]
    for reference in found[1:]:
        before = kept[-1]
        if not reference.kind and before.kind and not before.series:
            listed = _LIST_GAP.fullmatch(text[before.reach : reference.start])
            if listed and before.code in {"", reference.code}:
                reference = replace(reference, kind=before.kind)
        kept.append(reference)
    return kept


_ROMAN = (
    *((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L")),
    *((40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")),
)
_STATE_KINDS = {"Nghị định", "Thông tư", "Luật", "Pháp lệnh", "Công điện"}


def name_of(reference: Reference) -> str:
    """Return kind, number and suffix of a directive, or the name it goes by, without its date."""
    match reference.series:
        case s if s == PLENUM_SERIES:
            term = f" khóa {roman(reference.term)}" if reference.term else ""
            return f"{reference.kind} Trung ương {reference.number}{term}"
        case s if s == CONGRESS_SERIES:
            return f"Nghị quyết Đại hội {roman(reference.number)} {reference.issuer}".strip()
        case s if s == CHARTER_SERIES:
            return "Điều lệ Đảng"
    number = reference.number.zfill(2) if reference.number.isdigit() else reference.number
    kind = reference.kind or "Văn bản"
    return f"{kind} số {number}{_suffix(reference)}"


def full_name(reference: Reference) -> str:
    """Return the name with the date of issue, as far as it is known."""
    return f"{name_of(reference)}{dated(reference.issued)}"


def dated(issued: str) -> str:
    """Return an ISO date in words, after a space; nothing for none.

    >>> dated("2024-06-14"), dated("2024")
    (' ngày 14/6/2024', ' năm 2024')
    """
    parts = [str(int(part)) for part in reversed(issued.split("-"))] if issued else []
    words = {0: "", 1: " năm ", 2: " tháng ", 3: " ngày "}[len(parts)]
    return f"{words}{'/'.join(parts)}"


def roman(number: int | str) -> str:
    """Return a number from 1 to 3999 in Roman numerals, any other in digits.

    >>> roman("14"), roman(39), roman(4000)
    ('XIV', 'XXXIX', '4000')
    """
    left, letters = int(number), ""
    if not 0 < left < 4000:
        return str(left)
    for value, letter in _ROMAN:
        while left >= value:
            letters, left = letters + letter, left - value
    return letters


def _suffix(reference: Reference) -> str:
    organ = reference.organ.replace("TTG", "TTg")
    if reference.kind in _STATE_KINDS or organ == "TTg":
        year = f"/{reference.issued[:4]}" if reference.issued else ""
        code = "-".join(filter(None, (reference.code, organ)))
        return f"{year if reference.kind != 'Quyết định' else ''}/{code}" if code else ""
    return f"-{reference.suffix}" if organ else ""
