"""Page furniture: which lines of a scraped page are no part of its article.

Owns: judging each line by its form, its place and its neighbours together. A line goes for its own
form (a button, a caption, a bare date under the headline), or because it stands in a block without
prose at the foot of the page that several lines of their own form prove to be furniture. No line
takes a paragraph with it, and in doubt a line stays. What is left out comes back beside the text.
The forms are data: `data/boilerplate.tsv`. Leaves to others: letters, white space and wrapped lines
(`reflow`), and who published what when (`metadata`). Pure, but for reading the table once.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from retrieval.loading.official_head import read_head
from retrieval.loading.reflow import joined, tidy
from retrieval.text.dates import is_dateline, is_day_heading
from retrieval.text.names import office_pattern
from retrieval.text.word_lists import word_table

_BUTTON, _COMMENT, _IMPRINT, _RELATED = "button", "comment", "imprint", "related"
_FIELD, _CREDIT_LINE = "field", "credit"
_SIGNS = frozenset({_COMMENT, _IMPRINT, _RELATED})
"""Kinds that prove the foot of a page, if there are two of them."""
_NEEDED_SIGNS = 2
_MENU_LINES = 4
"""Short lines in a row above the headline that are a menu."""
_LONGEST = 400
"""Characters above which a line is no furniture."""

_EVENT = (
    r"(?:hội (?:nghị|thảo|trường)|đại hội|lễ|buổi|phiên|cuộc|kỳ họp|chương trình|tọa đàm|toạ đàm"
    r"|lớp|diễn đàn|điểm cầu|chi bộ|ngày hội)"
)
_CREDIT = re.compile(
    r"[\s(–-]{0,9}\b(?:Ảnh|ẢNH|Hình ảnh|Nguồn ảnh|Photo|Clip|Video|Đồ họa|Đồ hoạ)"
    r"(?: minh họa| tư liệu)?"
    r"(?:\s*:\s*[^.:;!?]{1,40}|\s+(?:TTXVN|TTX|TL|CTV|PV|[A-ZĐ]{2,8}|[\w-]+\.vn))?[\s).]*$"
)
_EDIT_LINK = re.compile(
    r"\[\s{0,3}(?:sửa|edit)(?: đổi| nội dung| mã nguồn| source)?"
    r"(?:\s{0,3}\|\s{0,3}(?:sửa|edit) (?:mã nguồn|source))?\s{0,3}\]",
    re.IGNORECASE,
)
"""What MediaWiki writes behind each heading."""
_SCENERY = re.compile(r"(?:quang|toàn|khung) cảnh\b")
_PERSON = (
    r"(?:(?:các|một số|đông đảo|những)\s+)?(?:đồng chí|đ/c|ông|bà|lãnh đạo|đại biểu|đoàn|đảng viên"
    rf"|học viên|cử tri|phó|trưởng|{office_pattern()}|ủy viên|uỷ viên|thường trực|ban)\b"
)
_ATTENDING = re.compile(
    r"(?:(?:các|một số|đông đảo|những)\s+)?(?:vị\s+)?"
    r"(?:đại biểu|đảng viên|đoàn viên|học viên|cử tri|(?:đồng chí\s+)?lãnh đạo)\b.{0,60}?"
    rf"\b(?:tham dự|về dự|dự)\s+{_EVENT}"
    r"(?:\s+(?:tại|ở|năm|lần|ngày|sáng|chiều|toàn|trực tuyến|đại biểu|tổng kết|sơ kết|triển khai"
    r"|quán triệt|công tác|giao ban|của|do|chi bộ|đảng bộ)\b.*)?"
)
_ACTING = re.compile(
    rf"{_PERSON}.*\b(?:phát biểu|trao|tặng|tham luận|báo cáo|trình bày|kết luận|chủ trì|điều hành"
    r"|chụp ảnh|trao đổi|thảo luận|biểu quyết|bỏ phiếu|tham quan|dâng hương|chúc mừng|giới thiệu"
    rf"|làm việc|kiểm tra)\b.*\b(?:tại|với|ở)\s+(?:các )?{_EVENT}\b.{{0,50}}"
    rf"|{_PERSON}.*\bphát biểu(?: (?:khai|bế) mạc| chỉ đạo| kết luận| chào mừng)? {_EVENT}"
)
_POSING = re.compile(
    rf"{_PERSON}.*\b(?:phát biểu|trao|tặng hoa|chụp ảnh|tham quan|dâng hương|bỏ phiếu"
    r"|chúc mừng)\b.*"
)
# Words that a caption does without and a short sentence of the article has.
_TELLING = re.compile(
    r"\b(?:đã|sẽ|đang|có|gồm|là|được|cho rằng|nhấn mạnh|khẳng định|yêu cầu|đề nghị|thống nhất"
    r"|tập trung|dự và|đến dự|nghe|bày tỏ|đánh giá|đóng góp|kiến nghị|tham gia|thông qua|về việc"
    r"|nhất trí|tán thành|nêu|góp ý|ghi nhận|hoan nghênh|biểu dương|cùng)\b"
    r"|[:;“”\"]|\w[.?!] "
)
_COUNTING = re.compile(r"\b(?!(?:19|20)\d{2}\b)\d+\b")
_CAPTION_LENGTH = 150
_FULL_PARAGRAPH = 80
_AGENCY = re.compile(
    r"^(?:\([^()\d]{2,20}\)\s*[-–—]|\([A-ZĐ.]{2,10}\)|[A-ZĐ]{2,8}(?:\s[-–—]|\s?:))\s*(?=[^\W_a-z]|$)"
)
_OFFICIAL = re.compile(
    r"^(?:Số[ \t]{0,9}:?[ \t]{0,9}\d{1,6}[ \t]{0,9}[-/][ \t]{0,9}[A-ZĐ\d/-]{1,40}"
    r"|Điều \d{1,4}\b.*)$",
    re.MULTILINE | re.IGNORECASE,
)
_LIST_ITEM = re.compile(r"(?:[-–•*+]|\d{1,3}[.)]|[a-zđ]\))\s|(?:Điều|Chương|Mục|Phần)\s+[\dIVX]+\b")
_PLACEHOLDER = re.compile(r"\{\s{0,3}\w{1,40}\s{0,3}\}|%\w{1,40}%")
_CAPACITY = re.compile(r"(?:T/?M|K/?T|TL|TUQ|Q)\b\.?")
_BYLINE_LEAD = re.compile(
    r"^\W*(?:theo|tin|bài|ảnh|tin bài|bài viết|tác giả|thực hiện|biên tập|nhóm|pv|ctv"
    r"|phóng viên|người viết)"
    r"(?:\s*(?:,|và|&|-|–|\+)\s*(?:ảnh|video|clip|đồ họa))*\s*[:.]?\s+",
    re.IGNORECASE,
)
_ENDS_SENTENCE = re.compile(r"[.?!…][”’\"'»)\]]*(?:\[\d+\])*$")


def is_prose(line: str) -> bool:
    """True for a line that ends as a sentence does, or is too long to be anything else."""
    words = len(line.split())
    return words > 45 or (
        words > 5 and _ENDS_SENTENCE.search(line, max(0, len(line) - 40)) is not None
    )


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A text and the lines that were left out of it, both in their order."""

    text: str
    left_out: tuple[str, ...] = ()


@lru_cache(maxsize=8)
def clean(text: str) -> Cleaned:
    """The article in a scraped page's `text`, tidied; what has no furniture comes back whole."""
    lines = tidy(text).split("\n")
    start = None if is_official(text) else _first_prose(lines)
    out = {i for i, line in enumerate(lines) if line and _form(line) == _BUTTON}
    out |= set(_foot(lines))
    cut: dict[int, str] = {}
    if start is not None:
        out |= set(_above(lines, start)) | set(_pictures(lines, start, out))
        out |= set(_signatures(lines, out))
        cut = _marks(lines, start, out)
    kept = [_without(line, cut.get(i, "")) for i, line in enumerate(lines) if i not in out]
    left_out = (line if i in out else cut.get(i, "") for i, line in enumerate(lines))
    return Cleaned(joined(kept), tuple(filter(None, left_out)))


def headline(text: str) -> str:
    """The line above the article that names it, without agency marks; "" where there is none."""
    lines = tidy(text).split("\n")
    start = _first_prose(lines)
    at = _headline_at(lines, start) if start is not None else None
    return "" if at is None else _AGENCY.sub("", lines[at])


def is_official(text: str) -> bool:
    """True for the text of a directive itself (its head, its articles) rather than an article."""
    return read_head(text) is not None or len(_OFFICIAL.findall(text)) > 1


def is_scraped(text: str) -> bool:
    """True if several lines of a text have the form of a web page's furniture."""
    lines = dict.fromkeys(line for line in tidy(text).split("\n") if line)
    signs = (_form(line) in _SIGNS | {_BUTTON} or _is_stamp(line) for line in lines)
    return sum(signs) > _NEEDED_SIGNS or _EDIT_LINK.search(text) is not None


def kept_share(text: str, left_out: Sequence[str]) -> float:
    """The share of words that were kept, 0 to 1; 1 for a text without words.

    >>> kept_share("ba từ này", ["Bình luận"])
    0.6
    """
    kept, lost = len(text.split()), sum(len(line.split()) for line in left_out)
    return kept / (kept + lost) if kept + lost else 1.0


def is_caption(line: str) -> bool:
    """True for the words under a picture."""
    if len(line) > _CAPTION_LENGTH:
        return False
    if _CREDIT.search(line) and not line.startswith(("-", "+", "•")):
        return True
    low = line.lower().rstrip(".! ")
    if _TELLING.search(low):
        return False
    if _SCENERY.match(low):
        return True
    if _COUNTING.search(low):
        return False
    if _ATTENDING.fullmatch(low) or _ACTING.fullmatch(low):
        return True
    return not is_prose(line) and _POSING.fullmatch(low) is not None


def without_credit(line: str) -> str:
    """`line` without a picture's credit at its end."""
    credit = _CREDIT.search(line, max(0, len(line) - _CAPTION_LENGTH))
    return line[: credit.start()] if credit and is_prose(line[: credit.start()] + ".") else line


def is_byline(line: str) -> bool:
    """True for the names of those who wrote or photographed, and nothing else."""
    if len(line) > _CAPTION_LENGTH:
        return False
    names = _BYLINE_LEAD.sub("", line)
    words = re.findall(r"[^\W\d_][\w.]*", names.replace(" và ", " "))
    capitals = all(word[0].isupper() for word in words)
    return 0 < len(words) <= 8 and capitals and re.search(r"[\d:;?!“”]", names) is None


def is_menu(line: str) -> bool:
    """True for a few words, or for many that nearly all begin with a capital."""
    words = [word for word in line.split() if word[0].isalpha()]
    if len(words) <= 4:
        return True
    return sum(word[0].isupper() for word in words) > 0.6 * len(words) and not line.isupper()


@cache
def _forms() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """The kinds in the order in which they are asked, each with what a whole line may be."""
    patterns: dict[str, list[str]] = {}
    for kind, pattern in word_table("boilerplate.tsv"):
        patterns.setdefault(kind, []).append(f"(?:{pattern})")
    return tuple((kind, re.compile("|".join(all_))) for kind, all_ in patterns.items())


@lru_cache(maxsize=4096)
def _form(line: str) -> str:
    """The kind of furniture that a line looks like, "" for none."""
    if len(line) > _LONGEST:
        return ""
    if not any(map(str.isalnum, _PLACEHOLDER.sub("", line))):
        return _BUTTON
    bare = line.lower().strip(" \t*•|:.…-–—_()[]#>")
    found = (kind for kind, pattern in _forms() if pattern.fullmatch(bare))
    return next(found, _BUTTON if _is_trail(line) else "")


def _is_trail(line: str) -> bool:
    """True for "Trang chủ » Chính trị": where a page stands in its site."""
    return ("»" in line or "›" in line) and "«" not in line and not is_prose(line)


def _is_stamp(line: str) -> bool:
    return is_dateline(line) and not is_day_heading(line)


def _first_prose(lines: Sequence[str]) -> int | None:
    """Where the article begins."""
    found = (i for i, x in enumerate(lines) if is_prose(x) and not _form(x) and not is_caption(x))
    return next(found, None)


def _headline_at(lines: Sequence[str], start: int) -> int | None:
    """The line above `start` that names the article: the first that stands twice, or no menu."""
    own = [i for i in range(start) if lines[i] and not _is_apart(lines[i]) and "|" not in lines[i]]
    named = [i for i in own if not is_menu(lines[i])]
    times = Counter(lines)
    if named:
        return next((i for i in named if times[lines[i]] > 1), named[0])
    return own[0] if 0 < len(own) < 3 else None


def _is_apart(line: str) -> bool:
    return bool(_form(line)) or is_dateline(line) or is_caption(line) or is_byline(line)


def _above(lines: Sequence[str], start: int) -> Iterator[int]:
    """What goes above the article: menus, datelines, names of writers, addresses of the site."""
    named = _headline_at(lines, start)
    first = start if named is None else named
    title = lines[first]
    yield from _menus(lines, first)
    under = named is not None
    for i in range(start):
        line = lines[i]
        if not line or i == named:
            continue
        apart = is_caption(line) or _is_name(line) or _AGENCY.fullmatch(line) or line == title
        bar = i < first and _form(line) == _FIELD and _is_bar(line)
        if is_dateline(line) or bar or (i > first and under and apart):
            yield i
        elif i > first and _form(line) != _BUTTON:
            under = False


def _is_name(line: str) -> bool:
    return is_byline(line) and not line.isupper()


def _is_bar(line: str) -> bool:
    """True for a line of several short items between marks: "* Email: … * Tòa soạn: …"."""
    return line.count("*") > 1 or line.count("|") > 1


def _menus(lines: Sequence[str], end: int) -> Iterator[int]:
    """Runs of short lines above the headline, one of which is a button or a trail."""
    filled = [i for i in range(end) if lines[i]]
    for short, run in itertools.groupby(filled, lambda i: _is_item(lines[i])):
        inside = list(run)
        if short and len(inside) >= _MENU_LINES:
            yield from inside


def _is_item(line: str) -> bool:
    words = line.split()
    return _form(line) == _BUTTON or (
        len(words) <= 5 and line[0].isupper() and not re.search(r"[\d:.,;?!]", line)
    )


def _pictures(lines: Sequence[str], start: int, out: set[int]) -> Iterator[int]:
    """Captions, and headlines that come again, below the beginning of the article."""
    named = _headline_at(lines, start)
    title = lines[named].casefold() if named is not None else ""
    before = ""
    for i in range(start, len(lines)):
        line = lines[i]
        if not line or i in out:
            continue
        again = len(line.split()) > 4 and (line == before or line.casefold() == title)
        again = again and not _is_full(line) and not line.rstrip("*").endswith("?")
        if again or (is_caption(line) and not _LIST_ITEM.match(line)):
            yield i
        before = line


def _signatures(lines: Sequence[str], out: set[int]) -> Iterator[int]:
    """The name of the writer under the last paragraph, and tags and sources at the very end."""
    filled = [i for i, line in enumerate(lines) if line and i not in out]
    while len(filled) > 1:
        last = lines[filled[-1]]
        above = [lines[i] for i in filled if lines[i] != last][-2:]
        named = is_byline(last) and all(map(_is_full, above)) and not _signed(lines, filled)
        if not (named or _form(last) == _CREDIT_LINE or _is_stamp(last)):
            return
        yield filled.pop()


def _signed(lines: Sequence[str], filled: Sequence[int]) -> bool:
    """True if one of the last lines says in whose name a document is signed."""
    return any(_CAPACITY.match(lines[i]) or lines[i].isupper() for i in filled[-6:])


def _foot(lines: Sequence[str]) -> Iterator[int]:
    """The block without prose that ends the page, from its first sign on, if it has several."""
    filled = [i for i, line in enumerate(lines) if line]
    cards = set(_cards(lines, filled))
    block: list[int] = []
    for i in reversed(filled):
        if i not in cards and not _may_stand_in_foot(lines[i]):
            break
        block.insert(0, i)
    signs = [i for i in block if _form(lines[i]) in _SIGNS or _is_stamp(lines[i]) or i in cards]
    if len({lines[i] for i in signs}) >= _NEEDED_SIGNS and _closes(lines, block, signs):
        first = signs[0]
        for i in reversed([i for i in block if i < first]):
            if not _form(lines[i]):
                break
            first = i
        yield from (i for i in block if i >= first)


def _closes(lines: Sequence[str], block: Sequence[int], signs: Sequence[int]) -> bool:
    """True if at most as many lines between the signs look like nothing as there are signs."""
    after = [i for i in block if i >= signs[0] and i not in signs and not _form(lines[i])]
    return len(after) <= 6 * len(signs)


def _may_stand_in_foot(line: str) -> bool:
    if _form(line) or _is_stamp(line):
        return True
    return not is_prose(line) and not _LIST_ITEM.match(line) and line[-1] not in ":;"


def _cards(lines: Sequence[str], filled: Sequence[int]) -> Iterator[int]:
    """Boxes that lead to other articles: a headline twice in a row, a date or none, a teaser."""
    for a, b in itertools.pairwise(range(len(filled))):
        first, second = filled[a], filled[b]
        if lines[first] != lines[second] or len(lines[first].split()) < 5 or _is_full(lines[first]):
            continue
        yield from (first, second)
        following = [i for i in filled[b + 1 : b + 3] if not is_dateline(lines[i])]
        if following and is_prose(lines[following[0]]):
            yield following[0]


def _is_full(line: str) -> bool:
    return is_prose(line) and len(line) >= _FULL_PARAGRAPH


def _marks(lines: Sequence[str], start: int, out: set[int]) -> dict[int, str]:
    """The marks of agencies before the headline and the article, and credits after paragraphs."""
    heads = {start} | ({at} if (at := _headline_at(lines, start)) is not None else set())
    cut: dict[int, str] = {}
    for i, line in enumerate(lines):
        mark = _AGENCY.match(line) if i in heads else None
        if mark and mark.end() < len(line):
            cut[i] = mark.group()
        elif link := _EDIT_LINK.match(line) or _EDIT_LINK.match(line, max(0, line.rfind("["))):
            cut[i] = link.group()
        elif i > start and i not in out and (rest := without_credit(line)) != line:
            cut[i] = line[len(rest) :].strip()
    return cut


def _without(line: str, piece: str) -> str:
    """`line` without a piece at one of its ends."""
    return line.removeprefix(piece).removesuffix(piece).strip() if piece else line
