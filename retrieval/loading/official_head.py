"""What a directive says of itself in its head and at its foot: a parser of the official form.

The form is that of the Party's Guidance 36-HD/VPTW and of Decree 30/2020/NĐ-CP: above, the issuing
organ and the motto, number and symbol, place and date, the kind of document in capitals, its
subject; below, recipients and signature. Heads come in two columns, as tables, on one line or on
two; what stands where is told by form, not by place. Pure; linear in the length of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path

from retrieval.text.vietnamese import normalise

_ORGANS = Path(__file__).parents[2] / "data" / "organs.txt"
_HEAD_LINES = 40
"""Lines, empty ones left out, among which the kind of document must stand."""
_HEAD_CHARS = 6000
_FOOT_CHARS = 6000
_SUBJECT_LINES = 6
_KINDS = (
    "Nghị quyết",
    "Chỉ thị",
    "Quy định",
    "Quyết định",
    "Kết luận",
    "Hướng dẫn",
    "Kế hoạch",
    "Thông báo",
    "Thông tri",
    "Thông tư",
    "Quy chế",
    "Quy trình",
    "Báo cáo",
    "Chương trình",
    "Chương trình hành động",
    "Đề án",
    "Tờ trình",
    "Công điện",
    "Nghị định",
    "Luật",
    "Điều lệ",
    "Lời kêu gọi",
)
_LETTER = "Công văn"
_MOTTO = re.compile(
    r"ĐẢNG CỘNG SẢN VIỆT NAM|CỘNG H(?:ÒA|OÀ) XÃ HỘI CHỦ NGHĨA VIỆT NAM"
    r"|Độc lập\s?[-–]\s?Tự do\s?[-–]\s?Hạnh phúc",
    re.IGNORECASE,
)
_RULE = re.compile(r"[*_=—–-]{3,}|(?<!\S)\*+(?!\S)|[|\t]| {3,}")
"""What stands between two things on a line: a rule, an asterisk, the edge of a cell or column."""
_NUMBER = re.compile(
    r"\bSố\s?[:.]?\s?(\d{1,5}(?:\s?/\s?\d{4})?(?:\s?[-–/]\s?[A-ZĐ][A-ZĐƯa-zđ\d]{0,11}){1,4})"
)
_PLACE_DATE = re.compile(
    r"(?P<place>[A-ZĐ][^\d,.;:|\n]{1,40}), ?ngày "
    r"(?:(?P<d>\d{1,2}) tháng (?P<m>\d{1,2}) năm (?P<y>\d{4})"
    r"|(?P<d2>\d{1,2}) ?[/.-] ?(?P<m2>\d{1,2}) ?[/.-] ?(?P<y2>\d{4}))",
    re.IGNORECASE,
)
_REGARDING = re.compile(r"\bV/v:? ?(.+)", re.IGNORECASE)
_BODY = re.compile(
    r"(?:Căn cứ|Thực hiện|Kính gửi|Thời gian qua|Để |Theo |Xét |Ngày |Trong |Sau |Nhằm |Trên cơ sở"
    r"|Điều \d|Chương |Phần |Ban [A-ZĐ]|Bộ [A-ZĐ]|Tỉnh ủy|Thành ủy|Huyện ủy|Hiện nay"
    r"|[IVX]+[.\-–]|\d+[.)\-–])"
)
_SIGNING = re.compile(
    r"(?<![\w/.])(?:T/M|K/T|T/L|TM|KT|TL|TUQ|Q)(?:[.]|\b)(?=\s*[^\W\d_])"
    r"|^(?:BÍ THƯ|PHÓ BÍ THƯ|CHỦ TỊCH|TRƯỞNG BAN|CHỦ NHIỆM|CHÁNH VĂN PHÒNG|TỔNG BÍ THƯ)$",
    re.MULTILINE,
)
_NAME_WORDS = (2, 5)


@dataclass(frozen=True, slots=True)
class OfficialHead:
    """What the form of a document says; "" and None for what it does not say."""

    kind: str
    """"Chỉ thị"."""
    number: str = ""
    """Number and symbol without spaces: "431-CT/TW"."""
    subject: str = ""
    """As written after the kind, its first "về" included; lower case where it stood in capitals."""
    issuer: str = ""
    """"Ban Tổ chức Tỉnh ủy Phú Thọ"."""
    place: str = ""
    date: date | None = None
    signer: str = ""
    """Without rank and capacity."""

    @property
    def title(self) -> str:
        """The document by name: "Chỉ thị 431-CT/TW về tiết kiệm giấy in trong cơ quan đảng"."""
        return " ".join(filter(None, (self.kind, self.number, self.subject)))


def read_head(text: str) -> OfficialHead | None:
    """Return what the head and the foot of `text` say, None where it has no such head.

    A head is a kind of document on a line of its own in capitals, or a letter's "V/v", with a
    number, the motto or place and date above it.

    >>> head = read_head("TỈNH ỦY HÀ NAM\\n*\\nSố 7-KH/TU\\nHà Nam, ngày 2/3/2024\\n"
    ...                  "KẾ HOẠCH\\nvề kiểm kê tài sản\\n\\nCăn cứ …")
    >>> head.title, head.issuer, str(head.date)
    ('Kế hoạch 7-KH/TU về kiểm kê tài sản', 'Tỉnh ủy Hà Nam', '2024-03-02')
    """
    top = normalise(text[:_HEAD_CHARS])
    lines = list(_pieces(top))
    at, kind, rest = _kind_line(lines)
    above = lines[:at] if kind else lines[:_HEAD_LINES]
    joined = "\n".join(above)
    number = _NUMBER.search(joined)
    issued = _PLACE_DATE.search(joined)
    if not kind:
        regarding = next((m[1] for line in above if (m := _REGARDING.match(line))), "")
        if not (number and regarding):
            return None
        kind, subject = _LETTER, f"về {_without_about(regarding)}"
    else:
        if not (number or issued or _MOTTO.search(top)):
            return None
        subject = _subject(([rest] if rest else []) + lines[at + 1 :])
    return OfficialHead(
        kind,
        re.sub(r"\s", "", number[1]).replace("–", "-") if number else "",
        subject,
        _issuer(above),
        issued["place"].strip() if issued else "",
        _date(issued) if issued else None,
        _signer(text),
    )


def _pieces(top: str) -> Iterator[str]:
    """Yield the lines of a head: what stands side by side apart, mottos and rules left out.

    The lines below the kind are kept whole, with "" where a line is empty.
    """
    below = False
    for line in top.split("\n"):
        if below:
            yield line.strip(" |\t")
            continue
        cut = [x.strip(" .:;") if x.isupper() else x.strip() for x in _cells(line)]
        for piece in filter(None, cut):
            below = below or bool(_is_kind(piece)[0])
            yield piece


def _cells(line: str) -> list[str]:
    """Return what a line of a head holds side by side; a place with its date is a piece too."""
    cells: list[str] = []
    for cell in _RULE.split(_MOTTO.sub("|", line)):
        if issued := _PLACE_DATE.search(cell):
            number = _NUMBER.search(cell)
            start = number.end() if number and number.end() <= issued.end() else issued.start()
            cells += [cell[:start], cell[start:]]
        elif (number := _NUMBER.search(cell)) and cell[: number.start()].strip():
            cells += [cell[: number.start()], cell[number.start() :]]
        else:
            cells.append(cell)
    return cells


def _kind_line(lines: Sequence[str]) -> tuple[int, str, str]:
    """Return where the kind stands, the kind, and what follows it on its line; kind "" if none."""
    for i, line in enumerate(lines[:_HEAD_LINES]):
        kind, rest = _is_kind(line)
        if kind:
            return i, kind, rest
    return len(lines), "", ""


def _is_kind(line: str) -> tuple[str, str]:
    """Return the kind that begins `line`, in capitals, and the rest; ("", "") if none does."""
    together = line.replace(" ", "")
    for kind in sorted(_KINDS, key=len, reverse=True):
        capitals = kind.upper()
        if together == capitals.replace(" ", ""):
            return kind, ""
        if line.startswith(capitals) and re.match(r" (?:về |VỀ |CỦA )", line[len(capitals) :]):
            return kind, line[len(capitals) :].strip()
    return "", ""


def _subject(lines: Sequence[str]) -> str:
    """Return the subject: the lines below the kind, up to an empty one, a rule or the body."""
    said: list[str] = []
    for line in lines:
        if not line or _RULE.fullmatch(line) or not any(c.isalnum() for c in line):
            if said:
                break
            continue
        if not said and re.match(r"(?:CỦA|của) ", line) and len(line) < 80:
            continue
        if said and (_BODY.match(line) or said[-1].endswith((".", ":", ";"))):
            break
        if said and said[0].isupper() != line.isupper():
            break
        if len(said) == _SUBJECT_LINES or len(line) > 300:
            break
        said.append(line)
    if not said or (_BODY.match(said[0]) and not said[0].isupper()):
        return ""
    subject = " ".join(said).rstrip(".*- ")
    if subject.isupper():
        return in_sentence_case(subject)
    return subject[0].lower() + subject[1:] if subject[:3].lower() == "về " else subject


def _without_about(words: str) -> str:
    return re.sub(r"^(?:về )?(?:việc )?", "", words.strip(" .)"), flags=re.IGNORECASE)


def _date(issued: re.Match[str]) -> date | None:
    day, month, year = (issued[n] or issued[f"{n}2"] for n in "dmy")
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _issuer(above: Sequence[str]) -> str:
    """Return the issuing organ: the lines in capitals above the number, the last with its parent.

    "TỈNH ỦY PHÚ THỌ / BAN TỔ CHỨC" is the Ban Tổ chức of Tỉnh ủy Phú Thọ.
    """
    organs: list[str] = []
    for line in above:
        if _NUMBER.search(line) or not line.isupper():
            if organs:
                break
            continue
        for words in _organs_on(line.strip(" *.-")):
            if organs and not _begins_an_organ(words):
                organs[-1] = f"{organs[-1]} {words}"
            else:
                organs.append(words)
    if not organs:
        return ""
    own = in_name_case(organs[-1])
    if len(organs) == 1 or own.lower() not in _dependent():
        return own
    parent = in_name_case(organs[-2])
    return f"{own} {'Trung ương' if parent == 'Ban Chấp hành Trung ương' else parent}"


def _organs_on(line: str) -> list[str]:
    """Return the organs on a line on which a cell of a table has put them together."""
    low = line.lower()
    starts = {low.find(f" {organ}", 1) + 1 for organ in _dependent() - {"ban chấp hành"}} - {0}
    cuts = [0, *sorted(starts), len(line)]
    return [line[a:b].strip() for a, b in pairwise(cuts)]


def _begins_an_organ(words: str) -> bool:
    """True if `words` begin with the name of an organ, not with what goes on with one."""
    return any(
        words.lower().startswith(organ.lower()) for organ in _organs() if organ[0].isupper()
    ) and not words.lower().startswith(("doanh nghiệp", "trung ương", "ngoài nước"))


@cache
def _dependent() -> frozenset[str]:
    """The organs that every level has, so that their name alone does not tell which is meant."""
    return frozenset(o.lower() for o in _organs() if o.startswith(("Ban ", "Ủy ban Kiểm", "Văn ")))


@cache
def _organs() -> tuple[str, ...]:
    """The names of data/organs.txt, longest first."""
    lines = _ORGANS.read_text(encoding="utf-8").splitlines()
    return tuple(sorted((x for x in lines if x and x[0] != "#"), key=len, reverse=True))


def in_name_case(capitals: str) -> str:
    """Return the name of an organ as it is written outside a head.

    >>> in_name_case("ỦY BAN KIỂM TRA HUYỆN ỦY ĐÔNG ANH")
    'Ủy ban Kiểm tra Huyện ủy Đông Anh'
    """
    text = capitals.lower().replace("uỷ", "ủy").replace("hoà", "hòa")
    written, at = [], 0
    while at < len(text):
        organ = next((o for o in _organs() if _stands(o.lower(), text, at)), "")
        end = at + len(organ) if organ else text.find(" ", at) % (len(text) + 1)
        written.append(organ or text[at:end].title())
        at = end + 1
    return " ".join(written)


def _stands(organ: str, text: str, at: int) -> bool:
    end = at + len(organ)
    return text.startswith(organ, at) and (end == len(text) or text[end] in " ,")


def in_sentence_case(capitals: str) -> str:
    """Return a subject in capitals as it is written in a sentence; organs keep theirs.

    >>> in_sentence_case("VỀ KỶ LUẬT CỦA BAN BÍ THƯ")
    'về kỷ luật của Ban Bí thư'
    """
    text = capitals.lower()
    for organ in _organs():
        if organ[0].isupper() and " " in organ:
            text = re.sub(rf"\b{re.escape(organ.lower())}\b", organ, text)
    return text


def _signer(text: str) -> str:
    """Return who signed: the name after the last mark of capacity (T/M, KT., BÍ THƯ)."""
    foot = normalise(text[-_FOOT_CHARS:])
    marks = list(_SIGNING.finditer(foot))
    for mark in reversed(marks):
        words: list[str] = []
        for word in re.sub(r"\([^)\n]{0,40}\)|[|*]", " ", foot[mark.end() :]).split():
            bare = word.strip(".,;:")
            if bare.isupper() and len(bare) > 1 and not words:
                continue
            if not re.fullmatch(r"[^\W\d_]+", bare) or not bare[0].isupper() or bare[1:].isupper():
                if words or not bare:
                    break
                if not re.fullmatch(r"[^\W\d_]+|[-–/]+", bare):
                    break
                continue
            words.append(bare)
        if _NAME_WORDS[0] <= len(words) <= _NAME_WORDS[1]:
            return " ".join(words)
    return ""
