"""What a directive says of itself in its head: a parser of the official form.

The form is that of the Party's Guidance 36-HD/VPTW and of Decree 30/2020/NĐ-CP: above, the issuing
organ and the motto, number and symbol, place and date, the kind of document in capitals, its
subject, its legal bases; below, recipients and signature (`official_foot`). Heads come in two
columns, as tables, on one line or on two; what stands where is told by form, not by place. Each
value is kept with the stretch of the text that says it. Pure; linear in the length of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from itertools import pairwise

from retrieval.directives.grammar import KIND_NAMES
from retrieval.loading.official_foot import read_foot
from retrieval.loading.official_name import self_named
from retrieval.models import OfficialField, Span, Stated
from retrieval.text.dates import PLACE_DATE, calendar_days
from retrieval.text.names import in_sentence_case, organs
from retrieval.text.vietnamese import normalise

_HEAD_LINES = 40
"""Lines, empty ones left out, among which the kind of document must stand."""
_HEAD_CHARS = 6000
_SUBJECT_LINES = 6
_NAMING_LINES = 200
"""Lines below a subject in capitals from which names in it are told."""
_BASES_CHARS = 8000
_OTHER_KINDS = (
    *("Biên bản", "Chương trình hành động", "Dự án", "Giấy mời", "Lời kêu gọi", "Phương án"),
    *("Quy hoạch", "Thông cáo", "Tuyên bố"),
)
"""Kinds of Guidance 36-HD/VPTW and Decree 30/2020 that nobody cites by number."""
_KINDS = tuple(sorted({*KIND_NAMES, *_OTHER_KINDS}, key=lambda k: (-len(k), k)))
_KIND_GOES_ON = re.compile(
    r" (?=(?:về|của|VỀ|CỦA|KẾT|BAN HÀNH|THỰC HIỆN|TRIỂN KHAI|CÔNG TÁC|TỔNG KẾT|SƠ KẾT|TÌNH HÌNH"
    r"|KIỂM|PHỐI HỢP|HỌP|LÀM VIỆC|TỔ CHỨC|LÃNH ĐẠO|CHUYÊN ĐỀ|ĐẠI HỘI|HỘI NGHỊ|THƯỜNG KỲ|LIÊN TỊCH"
    r"|CHUẨN Y|KHEN THƯỞNG|THI HÀNH|PHÊ DUYỆT|CÔNG NHẬN|ĐIỀU ĐỘNG|BỔ NHIỆM|CHỈ ĐỊNH|KẾT NẠP)\b)"
)
"""What goes on with the subject on the line of the kind: "BÁO CÁO KẾT QUẢ CÔNG TÁC"."""
_LETTER = "Công văn"
_MOTTO = re.compile(
    r"ĐẢNG CỘNG SẢN VIỆT NAM|CỘNG H(?:ÒA|OÀ) XÃ HỘI CHỦ NGHĨA VIỆT NAM"
    r"|Độc lập\s?[-–]\s?Tự do\s?[-–]\s?Hạnh phúc",
    re.IGNORECASE,
)
_RULE = re.compile(r"[*_=—–-]{3,}|(?<!\S)\*+(?!\S)|[|\t]| {3,}")
"""What stands between two things on a line: a rule, an asterisk, the edge of a cell or column."""
_NUMBER = re.compile(
    r"\bSố\s?[:.]?\s?(\d{1,5}(?:\s?/\s?\d{4})?(?:\s?[-–/]\s?[A-ZĐ][A-ZĐƯa-zđ\d]{0,11}){1,4}"
    r"|\d{1,5} [A-ZĐ]{1,4}/[A-ZĐƯ\d]{1,12}(?:-[A-ZĐƯ\d]{1,12}){0,2})"
)
_ADDRESSED = re.compile(r"^\W{0,8}Kính gửi\b", re.MULTILINE)
_REGARDING = re.compile(r"\bV/v\b:?\s?(.+)", re.IGNORECASE)
_BODY = re.compile(
    r"(?:[-–•+]\s?)?(?:Căn cứ|Thực hiện|Kính gửi|Thời gian qua|Để |Theo |Xét |Ngày |Trong |Sau "
    r"|Nhằm |Trên cơ sở|Điều \d|Chương |Phần |Ban [A-ZĐ]|Bộ [A-ZĐ]|Tỉnh ủy|Thành ủy|Huyện ủy"
    r"|Hiện nay"
    r"|[IVX]+[.\-–]|\d+[.)\-–])"
)
_LETTERS_APART = re.compile(r"(?:[^\W\d_] ){3,}[^\W\d_](?= |$)")
_OF_THE_CENTRE = re.compile(r"của (bộ chính trị|ban bí thư)", re.IGNORECASE)
_PARTY_OF = re.compile(
    r"Đảng bộ (?:tỉnh|thành phố|huyện|quận|thị xã|xã|phường)? ?(.+)", re.IGNORECASE
)
_BARE = frozenset(("đảng ủy", "chi bộ", "chi ủy", "đảng đoàn"))
"""Organs that go by the name of what they lead, in the line above: a company, a school."""
_BASIS = re.compile(r"[\W_]{0,4}(?:Căn cứ|Xét |Theo đề nghị|Trên cơ sở|Chiểu theo)", re.IGNORECASE)
_CARRIED_OUT = re.compile(
    r"[\W_]{0,4}(?:Thực hiện|Triển khai|Thi hành|Quán triệt|Theo|Thi hành)\b[^.;:\n]{0,200}?\d",
    re.IGNORECASE,
)
"""How a document without "Căn cứ" begins: "Thực hiện Chỉ thị số 35-CT/TW …, Ban Thường vụ …"."""


@dataclass(frozen=True, slots=True)
class OfficialHead:
    """What the form of a document says, each value with where it is said.

    >>> head = read_head("TỈNH ỦY HÀ NAM\\n*\\nSố 7-KH/TU\\nHà Nam, ngày 2/3/2024\\n"
    ...                  "KẾ HOẠCH\\nvề kiểm kê tài sản\\n\\nCăn cứ …")
    >>> head.title, head.issuer, str(head.date)
    ('Kế hoạch 7-KH/TU về kiểm kê tài sản', 'Tỉnh ủy Hà Nam', '2024-03-02')
    """

    stated: tuple[Stated, ...]

    def values(self, field: OfficialField) -> tuple[str, ...]:
        """Return what is said of `field`, in the order of the text."""
        return tuple(one.value for one in self.stated if one.field is field)

    def _one(self, field: OfficialField) -> str:
        return next(iter(self.values(field)), "")

    @property
    def kind(self) -> str:
        """ "Chỉ thị"."""
        return self._one(OfficialField.KIND)

    @property
    def number(self) -> str:
        """Number and symbol without spaces: "431-CT/TW"."""
        return self._one(OfficialField.NUMBER)

    @property
    def subject(self) -> str:
        """As written after the kind, its first "về" included; small letters where in capitals."""
        return self._one(OfficialField.SUBJECT)

    @property
    def issuer(self) -> str:
        """ "Ban Tổ chức Tỉnh ủy Phú Thọ"."""
        return self._one(OfficialField.ISSUER)

    @property
    def place(self) -> str:
        """Where it was issued: "Phú Thọ"."""
        return self._one(OfficialField.PLACE)

    @property
    def date(self) -> date | None:
        """When it was issued."""
        said = self._one(OfficialField.DATE)
        return date.fromisoformat(said) if said else None

    @property
    def signer(self) -> str:
        """Who signed, without rank and capacity."""
        return self._one(OfficialField.SIGNER)

    @property
    def title(self) -> str:
        """The document by name: "Chỉ thị 431-CT/TW về tiết kiệm giấy in trong cơ quan đảng"."""
        return " ".join(filter(None, (self.kind, self.number, self.subject)))


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a head, or a part of one that stands beside others: `text[start:end]`."""

    text: str
    start: int
    end: int


@lru_cache(maxsize=8)
def read_head(text: str) -> OfficialHead | None:
    """Return what the head and the foot of `text` say, None where it has no such head.

    A directive that has none goes by the line that names it (`official_name`), if one does.

    A head is a kind of document on a line of its own in capitals, or a letter's "V/v", with a
    number (a letter's addressee will do, for drafts), the motto or place and date above it.
    Offsets are those of `normalise(text)`.
    """
    text = normalise(text)
    stated = _by_form(text)
    if not stated:
        foot = read_foot(text, 0)
        named = self_named(text, foot)
        stated = (*named, *_bases(text, named[-1].end), *foot) if named else ()
    return OfficialHead(stated) if stated else None


def _by_form(text: str) -> tuple[Stated, ...]:
    """Return what head and foot say, () without a head of the official form."""
    lines = list(_pieces(text[:_HEAD_CHARS]))
    at, kind, rest = _kind_line(lines)
    above = lines[:at] if kind else lines[:_HEAD_LINES]
    region = text[: lines[at].start if kind else (above[-1].end if above else 0)]
    beside = [line for line in lines[at + 1 :][:_SUBJECT_LINES] if _is_beside(line.text)]
    number, issued = _NUMBER.search(region), PLACE_DATE.search(region)
    if beside and not issued:
        issued = PLACE_DATE.search(text, beside[0].start, beside[-1].end)
    if kind:
        if not (number or issued or _MOTTO.search(text[:_HEAD_CHARS])):
            return ()
        opening = _subject(lines[at], rest, lines[at + 1 :], kind)
    else:
        is_letter = number or _ADDRESSED.search(text[:_HEAD_CHARS])
        if not (is_letter and (opening := _letter(above))):
            return ()
    ends = max(opening[-1].end, issued.end() if issued else 0, number.end() if number else 0)
    foot = read_foot(text, ends)
    issuer = _of_the_centre(lines[at + 1 :]) or _issuer(above)
    said = [*opening, *_numbered(number), *issuer, *_issued(issued, text)]
    if not issued:
        signed = PLACE_DATE.search(text, foot[0].start) if foot else None
        said += _issued(signed, text)
    return (*said, *_bases(text, ends), *foot)


def _numbered(number: re.Match[str] | None) -> Iterator[Stated]:
    if number:
        value = re.sub(r"(?<=\d) (?=[A-ZĐ])", "-", number[1])
        value = re.sub(r"\s", "", value).replace("–", "-")
        yield Stated(OfficialField.NUMBER, value, *number.span())


def _issued(issued: re.Match[str] | None, text: str) -> list[Stated]:
    """Return place and date; what stands before the place on its line is left out."""
    if not issued:
        return []
    start = issued.start()
    for pattern in (_MOTTO, _RULE, _NUMBER):
        for apart in pattern.finditer(text, max(0, start - 60), issued.end()):
            if start < apart.end() <= issued.end("place"):
                start = apart.end()
    place = text[start : issued.end("place")]
    start += len(place) - len(place.lstrip())
    span = Span(start, issued.end())
    said = [Stated(OfficialField.PLACE, place.strip(), span.start, span.end)]
    days = [day.isoformat() for _, day in calendar_days(issued.group())]
    return [*said, *(Stated(OfficialField.DATE, day, span.start, span.end) for day in days)]


def _pieces(top: str) -> Iterator[_Line]:
    """Yield the lines of a head: what stands side by side apart, mottos and rules left out.

    The lines below the kind are kept whole, with an empty one where a line is empty.
    """
    below, at = False, 0
    for line in top.split("\n"):
        start, at = at, at + len(line) + 1
        if below:
            yield _trimmed(line, start, " |\t")
            continue
        for cell in _cells(line, start):
            piece = _trimmed(cell.text, cell.start, None)
            if piece.text.isupper():
                piece = _trimmed(piece.text, piece.start, " .:;")
            if piece.text:
                below = below or bool(_is_kind(piece.text)[0])
                yield piece


def _trimmed(line: str, start: int, blanks: str | None) -> _Line:
    bare = line.strip(blanks)
    before = len(line) - len(line.lstrip(blanks))
    return _Line(bare, start + before, start + before + len(bare))


def _cells(line: str, start: int) -> Iterator[_Line]:
    """Yield what a line of a head holds side by side; a place with its date is a piece too."""
    apart = [m.span() for pattern in (_MOTTO, _RULE) for m in pattern.finditer(line)]
    edges = [(0, 0), *sorted(apart), (len(line), len(line))]
    for (_, a), (b, _) in pairwise(edges):
        cell = line[a:b]
        cuts = [0]
        if number := _NUMBER.search(cell):
            cuts.append(number.start())
        if issued := PLACE_DATE.search(cell):
            inside = number and issued.start() < number.end() <= issued.end()
            cuts.append(number.end() if number and inside else issued.start())
        for c, d in pairwise([*cuts, len(cell)]):
            if d > c:
                yield _Line(cell[c:d], start + a + c, start + a + d)


def _kind_line(lines: Sequence[_Line]) -> tuple[int, str, str]:
    """Return where the kind stands, the kind, and what follows it on its line; kind "" if none."""
    for i, line in enumerate(lines[:_HEAD_LINES]):
        kind, rest = _is_kind(line.text)
        if kind:
            return i, kind, rest
    return len(lines), "", ""


def _is_kind(line: str) -> tuple[str, str]:
    """Return the kind that begins `line`, in capitals, and the rest; ("", "") if none does."""
    together = line.replace(" ", "")
    for kind in _KINDS:
        capitals = kind.upper()
        if together == capitals.replace(" ", ""):
            return kind, ""
        if line.startswith(capitals) and _KIND_GOES_ON.match(line, len(capitals)):
            return kind, line[len(capitals) :].strip()
    return "", ""


def _letter(lines: Sequence[_Line]) -> list[Stated]:
    """Return kind and subject of a letter: what stands after "V/v", on the lines below it too."""
    for i, line in enumerate(lines):
        if regarding := _REGARDING.match(line.text):
            said, last = [_without_about(regarding[1])], line
            for more in lines[i + 1 : i + _SUBJECT_LINES]:
                if not more.text[0].islower():
                    break
                said, last = [*said, more.text], more
            subject = f"về {' '.join(said)}".rstrip(" .")
            return [
                Stated(OfficialField.KIND, _LETTER, line.start, last.end),
                Stated(OfficialField.SUBJECT, subject, line.start, last.end),
            ]
    return []


def _subject(kind_line: _Line, rest: str, below: Sequence[_Line], kind: str) -> list[Stated]:
    """Return kind and subject: the lines below the kind, up to an empty one, a rule or the body."""
    opening = [_Line(rest, kind_line.start, kind_line.end)] if rest else []
    said = _subject_lines(opening, below)
    named = Stated(OfficialField.KIND, kind, kind_line.start, kind_line.end)
    if not said or (_BODY.match(said[0].text) and not said[0].text.isupper()):
        return [named]
    subject = " ".join(line.text for line in said).rstrip(".*- ")
    capitals = subject if subject.isupper() else said[0].text if said[0].text.isupper() else ""
    if capitals:
        body = "\n".join(line.text for line in below[:_NAMING_LINES])
        subject = f"{in_sentence_case(capitals, body)}{subject[len(capitals) :]}"
    elif subject[:3].lower() == "về ":
        subject = subject[0].lower() + subject[1:]
    return [named, Stated(OfficialField.SUBJECT, subject, kind_line.start, said[-1].end)]


def _subject_lines(said: list[_Line], below: Sequence[_Line]) -> list[_Line]:
    for line, after in pairwise([*below, _Line("", 0, 0)]):
        text = line.text
        if not said and _is_beside(text):
            continue
        if not any(c.isalnum() for c in text):
            # Word's paragraphs stand apart: what begins with a small letter still goes on.
            if said and (text or not after.text[:1].islower()):
                break
            continue
        if not said and re.match(r"(?:CỦA|của) ", text) and len(text) < 80:
            continue
        if len(said) == _SUBJECT_LINES or len(text) > 300 or (said and _is_body(text, said)):
            break
        said = [*said, line]
    return said


def _is_beside(text: str) -> bool:
    """Return True for what stands in the other column, read after a kind set between the two."""
    return bool(_MOTTO.fullmatch(text) or PLACE_DATE.fullmatch(text))


def _is_body(text: str, said: Sequence[_Line]) -> bool:
    """Return True if a line below a subject that has begun is no more of it."""
    ended = said[-1].text.endswith((".", ":", ";"))
    sentence = text[0].isupper() and text.endswith((".", ":", ";")) and not text.isupper()
    other = said[0].text.isupper() != text.isupper() and not text[0].islower()
    return bool(_BODY.match(text)) or ended or sentence or other


def _without_about(words: str) -> str:
    return re.sub(r"^(?:về )?(?:việc )?", "", words.strip(" .)"), flags=re.IGNORECASE)


def _bases(text: str, start: int) -> Iterator[Stated]:
    """Yield what a document rests on: each "Căn cứ …", else what it says it carries out."""
    found = False
    for paragraph in _paragraphs(text, start, start + _BASES_CHARS):
        words = text[paragraph.start : paragraph.end]
        if _BASIS.match(words):
            found = True
            yield Stated(
                OfficialField.BASIS, words.strip(" -–•;,.\n"), paragraph.start, paragraph.end
            )
        elif found:
            return
        elif carried := _CARRIED_OUT.match(words):
            end = re.compile(r"[.;:](?=\s|$)|$").search(words, carried.end())
            stop = paragraph.start + (end.end() if end else len(words))
            yield Stated(OfficialField.BASIS, text[paragraph.start : stop], paragraph.start, stop)
            return
        elif (len(words) > _LEAST_PROSE or words.endswith(".")) and not words.isupper():
            return


_LEAST_PROSE = 60
"""A line of a head is shorter than a paragraph of the body."""
_BASIS_OPENS = re.compile(r"\n(?=[\W_]{0,4}(?:Căn cứ|Xét |Theo đề nghị)|\s*\n)")
_ENDS = re.compile(r"[;.:,]\s*$")


def _paragraphs(text: str, start: int, end: int) -> Iterator[Span]:
    """Yield the paragraphs of text[start:end]; lines cut at a page's width are one paragraph."""
    at, first = start, None
    for line in text[start:end].split("\n"):
        here, at = at, at + len(line) + 1
        opens = bool(_BASIS.match(line))
        if first is not None and (opens or not line.strip()):
            yield first
            first = None
        if not line.strip():
            continue
        first = Span(here if first is None else first.start, here + len(line))
        goes_on = line.rstrip().endswith(",") and text[at : at + 1].islower()
        if _ENDS.search(line) and not goes_on:
            yield first
            first = None
    if first is not None:
        yield first


def _of_the_centre(below: Sequence[_Line]) -> list[Stated]:
    """Return Bộ Chính trị or Ban Bí thư, where they issue under the Central Committee's head."""
    found = ((line, _OF_THE_CENTRE.fullmatch(line.text)) for line in below[:2])
    return [
        Stated(OfficialField.ISSUER, in_name_case(of[1].upper()), line.start, line.end)
        for line, of in found
        if of
    ]


def _issuer(above: Sequence[_Line]) -> list[Stated]:
    """Return the issuing organ: the lines in capitals above the number, the last with its parent.

    "TỈNH ỦY PHÚ THỌ / BAN TỔ CHỨC" is the Ban Tổ chức of Tỉnh ủy Phú Thọ.
    """
    organs: list[str] = []
    used: list[_Line] = []
    for line in above:
        if _NUMBER.search(line.text) or not line.text.isupper():
            if organs:
                break
            continue
        used.append(line)
        for words in _organs_on(_without_spacing(line.text.strip(" *.-"))):
            if organs and not _begins_an_organ(words):
                organs[-1] = f"{organs[-1]} {words}"
            else:
                organs.append(words)
    if not organs:
        return []
    own = _with_parent(organs)
    return [Stated(OfficialField.ISSUER, own, used[0].start, used[-1].end)]


def _with_parent(organs: Sequence[str]) -> str:
    """Return the last of `organs`, all in capitals, with what tells it from others of its name."""
    own = in_name_case(organs[-1])
    if len(organs) > 1 and own.lower() in _dependent():
        parent = in_name_case(organs[-2])
        own = f"{own} {'Trung ương' if parent == 'Ban Chấp hành Trung ương' else parent}"
    elif len(organs) > 1 and own.lower() in _BARE and not _PARTY_OF.match(organs[-2]):
        own = f"{own} {in_name_case(organs[-2])}"
    elif len(organs) > 1 and own.endswith(" ủy"):
        party = _PARTY_OF.match(in_name_case(organs[-2]))
        own = f"{own} {party[1]}" if party else own
    return own


def _without_spacing(capitals: str) -> str:
    """Return a name of an organ whose letters are set apart as it is written otherwise.

    >>> _without_spacing("T Ỉ N H Ủ Y HÒA LẠC")
    'TỈNH ỦY HÒA LẠC'
    """
    apart = _LETTERS_APART.match(capitals)
    if not apart:
        return capitals
    joined = apart[0].replace(" ", "")
    known = (organ.upper() for organ in organs() if organ.upper().replace(" ", "") == joined)
    return next(known, joined) + capitals[apart.end() :]


def _organs_on(line: str) -> list[str]:
    """Return the organs on a line on which a cell of a table has put them together."""
    low = line.lower()
    starts = {low.find(f" {organ}", 1) + 1 for organ in _dependent() - {"ban chấp hành"}} - {0}
    cuts = [0, *sorted(starts), len(line)]
    return [line[a:b].strip() for a, b in pairwise(cuts)]


def _begins_an_organ(words: str) -> bool:
    """True if `words` begin with the name of an organ, not with what goes on with one."""
    return any(
        words.lower().startswith(organ.lower()) for organ in organs() if organ[0].isupper()
    ) and not words.lower().startswith(("doanh nghiệp", "trung ương", "ngoài nước"))


@cache
def _dependent() -> frozenset[str]:
    """The organs that every level has, so that their name alone does not tell which is meant."""
    return frozenset(o.lower() for o in organs() if o.startswith(("Ban ", "Ủy ban Kiểm", "Văn ")))


def in_name_case(capitals: str) -> str:
    """Return the name of an organ as it is written outside a head.

    >>> in_name_case("ỦY BAN KIỂM TRA HUYỆN ỦY ĐÔNG ANH")
    'Ủy ban Kiểm tra Huyện ủy Đông Anh'
    """
    text = capitals.lower().replace("uỷ", "ủy").replace("hoà", "hòa")
    written, at = [], 0
    while at < len(text):
        organ = next((o for o in organs() if _stands(o.lower(), text, at)), "")
        end = at + len(organ) if organ else text.find(" ", at) % (len(text) + 1)
        written.append(organ or text[at:end].title())
        at = end + 1
    return " ".join(written)


def _stands(organ: str, text: str, at: int) -> bool:
    end = at + len(organ)
    return text.startswith(organ, at) and (end == len(text) or text[end] in " ,")
