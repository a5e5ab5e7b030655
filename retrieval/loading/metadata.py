"""Who published a text, under which title and when: as its describer says, or as the text proves.

Owns: descriptions (front matter, a manifest's entry), and finding title, publisher, date and
address in the text of a scraped page where nobody described it. A day that cannot be proven is
None: the day on which a page was crawled and the days of related headlines prove nothing. Leaves to
others: reading files (`folder`), and what is furniture (`boilerplate`). Pure.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from urllib.parse import urlsplit

from retrieval.directives.grammar import KIND_NAMES
from retrieval.errors import SourceError
from retrieval.loading import boilerplate
from retrieval.loading.boilerplate import clean, headline
from retrieval.loading.official_head import read_head
from retrieval.loading.reflow import tidy
from retrieval.loading.tables import is_rendered
from retrieval.loading.yaml_subset import Invalid, Value
from retrieval.text.dates import PLACE_DATE, TIMESTAMP, calendar_days, is_dateline
from retrieval.text.names import publishers
from retrieval.text.vietnamese import fold, words

_MARK = re.compile(
    r"^(?:\(([A-ZĐ][\w.]{1,11}(?: [\w.]{1,11}){0,2})\)\s?(?:[-–—]|$)|\(([A-ZĐ]{2,8})\)"
    r"|([A-ZĐ]{2,8})\s[-–—](?:\s|$)|((?:\w{1,20}\.){1,2}(?:vn|VN|com|net))\s?[-–—])"
)
"""What an agency or a site puts before its news: "(TTXVN)", "(Dân trí) -", "VOV.VN -"."""
_CREDIT = re.compile(
    r"^\W{0,4}(?:Theo|Nguồn(?: tin| bài)?)(?:\s?:\s?|\s)\W{0,4}(\w[^:;]{1,60}?)\W{0,4}$"
)
"""Who is thanked at the foot: "Theo Báo Nhân Dân", "Nguồn tin: baotintuc.vn"."""
_POSTED = re.compile(
    r"^\W{0,4}(?:\w{1,8} ){0,3}(?:cập nhật|xuất bản|đăng)\b[^:\n]{0,40}:", re.IGNORECASE
)
_EDGE = 10
"""Lines at the top and at the foot in which a page speaks of itself."""
_HEADING = re.compile(r"#{1,2}\s+(.+?)\s*#*|\*\*([^*]+)\*\*:?")
_LEMMA = re.compile(r"\*\*([^*]{3,120})\*\*\s*(?:\(|,|là\b|hay\b|hoặc\b|viết tắt|gọi tắt|từng\b)")
"""The subject of an encyclopedia's first sentence: "**Chi bộ** là …"."""
_DEFINED = re.compile(
    r"([A-ZĐÀ-Ỹ][^.,;:()\d]{3,80}?),? (?:nay là|(?:từng |vốn )?là (?:một |cơ quan|tổ chức|đơn vị"
    r"|chức|người đứng đầu|bộ phận|đảng bộ|văn bản|hội|ban|ủy ban))"
)
"""The same without marks: "Ban Cán sự là cơ quan …"."""
_CUT = re.compile(r"\s*(?:…|\.\.\.)$")
_HOST = re.compile(r"(?<![@\w.-])(?:www\.)?((?:[a-z\d-]+\.)+(?:vn|com|net|org))\b", re.IGNORECASE)
_SOURCE_URL = re.compile(
    r"^[^\w\n]{0,9}(?:nguồn|link|bài gốc|theo)\b[^\n]{0,20}?(https?://\S+)", re.I | re.M
)
_NO_TITLE = re.compile(
    r"[-•+] |\d{1,2}[.)] |[a-zđ]\) |(?:Điều|Khoản|Mục|Chương|Phần) [\dIVX]"
    rf"|(?:{'|'.join(KIND_NAMES)}) này\b|.*:$"
)
"""Items, provisions, what a directive says of itself or rests on, and announcements."""
_TITLE_LENGTH = 120
_LONGEST_TITLE = 250
_SEARCHED_LINES = 40
_SEARCHED = 50_000
_DESCRIBED = ("title", "publisher", "url", "about")


@dataclass(frozen=True, slots=True)
class Description:
    """What is known about a text besides the text."""

    title: str = ""
    publisher: str = ""
    date: date | None = None
    url: str = ""
    about: str = ""
    read_by_machine: bool = False
    """Letters were taken from a picture (OCR)."""

    def completed_by(self, other: Description) -> Description:
        """This description, its gaps filled from `other`."""
        mine = {f.name: getattr(self, f.name) or getattr(other, f.name) for f in fields(self)}
        return Description(**mine)


def description_of(entry: Mapping[str, Value]) -> Description:
    """The description in a manifest's entry or in front matter; SourceError for a value unfit."""
    texts = {name: _line(name, entry.get(name, "")) for name in _DESCRIBED}
    day = _described_date(_line("date", entry.get("date", "")))
    by_machine = str(entry.get("read_by_machine", "")).lower() == "true"
    return Description(**texts, date=day, read_by_machine=by_machine)


def unknown_fields(entry: Mapping[str, Value]) -> list[str]:
    """The names in a description that mean nothing here."""
    known = {field.name for field in fields(Description)}
    return [name for name in entry if name not in known]


def _line(name: str, value: Value) -> str:
    """A value as one line; raises SourceError."""
    if isinstance(value, Invalid):
        raise SourceError(f"Mục “{name}” trong phần mô tả: {value.reason}.")
    if not isinstance(value, str):
        raise SourceError(f"Mục “{name}” trong phần mô tả phải là một dòng chữ.")
    return tidy(value).replace("\n", " ")


def found(text: str, marked: str = "") -> Description:
    """What the text of a page or of a plain document itself says about its origin.

    `marked` is the text with its marks of Markdown, where `text` is without them. What is not said
    is empty: the day of an event that a text tells of is not the day on which it was published.
    """
    stored = tidy(text)
    lines = stored.split("\n")
    url = address[1].rstrip(".,;)") if (address := _SOURCE_URL.search(text)) else ""
    head = read_head(stored)
    cut = next((line for line in lines[:1] if _CUT.search(line)), "")
    above = (_title_by_marks(marked or text), headline(text).strip("#* "))
    named = next((x for x in above if x and not _NO_TITLE.match(x)), "") or cut
    title = head.title if head else whole_title(named, lines)
    body = [line for line in clean(text).text.split("\n") if boilerplate.is_prose(line)]
    opening = [] if _NO_TITLE.match(next(filter(None, lines), "")) else body or lines
    return Description(
        title=title or _title_in_address(url, "\n".join(body)) or _first_words(opening),
        publisher=(head.issuer if head else "") or _publisher(lines, url),
        date=(head.date if head else None) or _page_date(lines, title),
        url=url,
    )


def of_page(said: Description, text: str) -> Description:
    """What a page says of itself, completed by its text.

    A directive goes by its own name and date, whatever the page around it is called.
    """
    about, head = said.completed_by(found(text)), read_head(tidy(text))
    if head is None or not head.number:
        return about
    title = said.title if head.number in said.title else head.title
    return replace(about, title=title, date=head.date or about.date)


def _title_by_marks(marked: str) -> str:
    """The heading or bold line with which a text begins, or the bold subject of its first sentence.

    >>> _title_by_marks("# Họp chi bộ tháng 3\\n\\nNội dung"), _title_by_marks("**Chi bộ** là gốc.")
    ('Họp chi bộ tháng 3', 'Chi bộ')
    """
    lines = [line.strip() for line in marked[:_SEARCHED].split("\n")]
    first = next(filter(None, lines), "")
    if heading := _HEADING.fullmatch(first):
        return tidy(heading[1] or heading[2]).strip("* ")
    return next((tidy(lemma[1]) for line in lines if (lemma := _LEMMA.match(line))), "")


def whole_title(title: str, lines: Sequence[str]) -> str:
    """A headline that was cut with dots as the text has it whole; else without the dots."""
    cut = _CUT.sub("", title)
    if cut == title or not cut:
        return title
    longer = [
        line
        for line in lines[:_SEARCHED_LINES]
        if line.startswith(cut) and not (_CUT.search(line) or boilerplate.is_caption(line))
    ]
    said = TIMESTAMP.split(longer[0])[0].strip(" -|") if longer else cut
    return said if len(said) <= _LONGEST_TITLE else cut


def first_date(text: str) -> date | None:
    """The first full day named in `text`."""
    return next((day for _, day in calendar_days(text)), None)


def _described_date(value: str) -> date | None:
    if not value:
        return None
    day = first_date(value)
    if day is None:
        raise SourceError(
            f"Mục “date” trong phần mô tả: không hiểu ngày “{value[:40]}”, hãy viết như 2024-12-16."
        )
    return day


def _page_date(lines: Sequence[str], title: str) -> date | None:
    """The day a page says it was published: under its headline, or called so, or with the hour."""
    start = next((i for i, x in enumerate(lines) if boilerplate.is_prose(x)), len(lines))
    under = False
    for line in lines[:start]:
        under = under or bool(title and title in line)
        if is_dateline(line) and (under or _POSTED.match(line)):
            return first_date(line)
        if PLACE_DATE.match(line):
            return first_date(line)
    own = [line for line in lines if line and len(line) <= _LONGEST_TITLE]
    stamped = (m[0] for line in own[:_EDGE] if (m := TIMESTAMP.search(line)))
    posted = (line[m.end() :] for line in own[-_EDGE:] if (m := _POSTED.match(line)))
    return next((day for x in (*stamped, *posted) if (day := first_date(x))), None)


def _publisher(lines: Sequence[str], url: str) -> str:
    """Who is credited at the foot, whose address or mark the source bears, whose site it names."""
    known = publishers()
    own = [line for line in lines if line]
    credited = [m[1] for line in own[-_EDGE:] if (m := _CREDIT.match(line))]
    marks = [str(m[m.lastindex or 0]) for x in own[:_EDGE] if (m := _MARK.match(x))]
    if url and (host := (urlsplit(url).hostname or "").removeprefix("www.")):
        return next(filter(_is_name, credited), "") or host
    leading = (line.split(" ", 1)[0] for line in lines)
    around = "\n".join([*clean("\n".join(lines)).left_out, *leading])
    hosts = Counter[str](h.lower() for h in _HOST.findall(around) if h.lower() in known)
    if hosts:
        return hosts.most_common(1)[0][0]
    return marks[0] if marks else next(filter(_is_name, credited), "")


def _is_name(words: str) -> bool:
    """True for a site, or for words of which the first has a capital and few stand together.

    >>> _is_name("Báo Mây Chiều"), _is_name("Chỉ thị này, giấy in phải giảm")
    (True, False)
    """
    if words.startswith(KIND_NAMES):
        return False
    return bool(_HOST.fullmatch(words)) or (words[0].isupper() and len(words.split()) <= 8)


def _title_in_address(url: str, text: str) -> str:
    """The headline that an address spells without accents, in the words of the text; or ""."""
    slug = re.sub(r"(?:-\d{5,}|-post\d+|\.\w+)+$", "", urlsplit(url).path.rpartition("/")[2])
    wanted = slug.lower().split("-")
    spelt = [word.text for word in words(text[:_SEARCHED])]
    plain = [fold(word) for word in spelt]
    title: list[str] = []
    while len(title) < len(wanted):
        at, length = _longest_run(wanted[len(title) :], plain)
        if length < min(2, len(wanted)):
            return ""
        title += spelt[at : at + length]
    return _sentence_case(title) if len(title) > 3 else ""


def _longest_run(wanted: Sequence[str], plain: Sequence[str]) -> tuple[int, int]:
    """Where the longest beginning of `wanted` stands in `plain`, and its length."""
    best = (0, 0)
    for at, word in enumerate(plain):
        if word != wanted[0]:
            continue
        pairs = zip(wanted, plain[at:], strict=False)
        length = next((i for i, (a, b) in enumerate(pairs) if a != b), len(wanted))
        best = max(best, (at, min(length, len(plain) - at)), key=lambda run: run[1])
    return best


def _sentence_case(title: Sequence[str]) -> str:
    text = re.sub(r"\b(20\d{2}) (20\d{2})\b", r"\1-\2", " ".join(title))
    return text[:1].upper() + text[1:]


def _first_words(lines: Sequence[str]) -> str:
    """The first line if it is short, or the subject that it defines; "" for prose, items, rows."""
    line = next(filter(None, lines), "")
    if is_rendered(line) or _NO_TITLE.match(line) or line.startswith(("Theo ", "Căn cứ ")):
        return ""
    if len(line) <= _TITLE_LENGTH:
        return line.rstrip(".")
    defined = _DEFINED.match(line)
    return defined[1] if defined else ""
