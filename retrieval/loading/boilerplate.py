"""From what a file or page held to the text that is stored and quoted.

Owns: letters and white space (`tidy`), rejoining lines that a page's width had cut (`unwrap`), and
taking page furniture off a scraped article (`clean`) by where a line stands on the page, how long
it is, whether it ends as a sentence does and whether it comes twice. Leaves to others: what one
line looks like (`furniture`), and who published what when (`metadata`). Everything here is pure; no
line is made up and none is moved.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache

from retrieval.text.vietnamese import normalise

_EVENT = (
    r"(?:hội (?:nghị|thảo|trường)|đại hội|lễ|buổi|phiên|cuộc|kỳ họp|chương trình|tọa đàm|toạ đàm"
    r"|lớp|diễn đàn|điểm cầu|chi bộ|ngày hội)"
)

# Full lines, in lower case and without surrounding marks, that are never prose.
_LABEL = re.compile(
    r"banner|quảng cáo|advertisements?|ads?|sponsored|logo|image|[a-z]+(?:_[a-z\d]+)+"
    r"|share|tweet|facebook|zalo|twitter|youtube|tiktok|linkedin|print|refresh|reset|menu|close|đóng"
    r"|(?:in|lưu|nghe|đọc|chia sẻ|gửi)(?: bài(?: viết)?| audio| trang)?|chia sẻ .{0,24}|copy link"
    r"|sao chép liên kết|thích|like|tìm kiếm|đăng (?:nhập|ký|xuất)|trang chủ|về đầu trang|trở lại"
    r"|quay lại|cỡ chữ|a ?a(?: a)?|theo dõi .{0,60} trên .{0,40}|liên hệ|rss|sitemap|video|podcast"
    r"|(?:lượt (?:xem|đọc)|đã xem|views?)\W*[\d.,]*|[\d.,]+ (?:lượt xem|lượt đọc|views?)"
    r"|bạn đang (?:xem|đọc|ở đây)\b.*|trang chủ\s*[»›>/|].*"
    r"|(?:từ khóa|từ khoá|tags?|chủ đề|chuyên mục|thẻ)\s*:.*"
)
_CONTACT = re.compile(
    r"(?:e-?mail|tòa soạn|toà soạn|hotline|đường dây nóng|điện thoại|fax|liên hệ quảng cáo)\s*:.*"
)
_SOURCE = re.compile(r"(?:nguồn(?: tin| bài)?|link (?:gốc|bài gốc)|bài gốc)\s*:.*|https?://\S+")

# Lines after which nothing of the article comes any more.
_END = re.compile(
    r"(?:viết|gửi|thêm|tất cả|\d+|đăng)?\s*(?:ý kiến )?bình luận(?: của bạn| \(?\d+\)?)?"
    r"|\d+ (?:ý kiến|phản hồi)|(?:họ (?:và )?tên|tên|email)(?: của bạn)? ?\(?\*?\)?"
    r"|ý kiến (?:của bạn|bạn đọc|độc giả)\b.*|bình luận của bạn\b.*|.*\btiếng việt có dấu\b.*"
    r"|.*\b(?:biên tập|kiểm duyệt) trước khi (?:đăng|xuất bản|hiển thị)\b.*|số ký tự\b.*"
    r"|(?:protected|powered) by\b.*|.*\bcaptcha\b.*|mã xác (?:nhận|thực)"
    r"|(?:©|copyright\b|bản quyền\b).*"
    r"|giấy phép (?:số|xuất bản|hoạt động|thiết lập)\b.*|tổng biên tập\s*:.*|vui lòng đăng nhập\b.*"
    r"|đăng nhập để .*|® .*"
)
_TEMPLATE = re.compile(r"[{%\[]\s*\w+\s*[}%\]]")
# Lines that head a box of other articles; a box may also stand in the middle of an article.
_RELATED = re.compile(
    r"xem (?:thêm|tiếp|nhiều)|đọc (?:thêm|tiếp|nhiều)|gợi ý(?: cho bạn)?|có thể bạn quan tâm"
    r"|(?:các )?(?:tin|bài)(?: viết| tức| bài)? "
    r"(?:liên quan|mới(?: nhất| hơn)?|khác|cũ hơn|nổi bật|đọc nhiều|xem nhiều|cùng chuyên mục"
    r"|địa phương|nóng)|cùng chuyên mục|mới nhất|đọc nhiều nhất|chủ đề liên quan|video liên quan"
    r"|thời tiết|tin (?:trong nước|thế giới)"
)

_TIME = r"\d{1,2}\s*(?::|h|giờ)\s*\d{2}(?::\d{2})?(?:\s*(?:am|pm|phút))?"
_DAY = r"\d{1,2}\s*[/.-]\s*\d{1,2}\s*[/.-]\s*(?:19|20)\d{2}|(?:19|20)\d{2}[/.-]\d{1,2}[/.-]\d{1,2}"
_MONTH = r"(?:\d{1,2}|giêng|một|hai|ba|tư|bốn|năm|sáu|bảy|bẩy|tám|chín|mười(?: một| hai)?|chạp)"
_SPELT = rf"(?:\d{{1,2}}\s+)?tháng\s+{_MONTH}(?:\s+\d{{1,2}})?,?\s+(?:năm\s+)?(?:19|20)\d{{2}}"
_WEEKDAY = r"(?:thứ\s+(?:hai|ba|tư|năm|sáu|bảy|[2-7])|chủ\s+nhật|t[2-7]|cn)\b"
_STAMP = (
    r"(?:ngày(?: đăng| xuất bản)?|đăng(?: lúc| ngày)?|cập nhật(?: lúc| ngày)?|xuất bản|lúc)\b"
    r"|gmt\s*[+-]?\s*\d*"
)
_DATELINE = re.compile(
    rf"(?=.*(?:{_DAY}|{_SPELT}|gmt|cập nhật))"
    rf"(?:(?:{_DAY}|{_SPELT}|{_TIME}|{_WEEKDAY}|{_STAMP})[\s,|:()\-–]*)+"
)
_DAY_AS_HEADING = re.compile(rf"(?:ngày\s+)?(?:{_DAY}|{_SPELT})", re.IGNORECASE)

_CREDIT = re.compile(
    r"[\s(–-]{0,9}\b(?:Ảnh|ẢNH|Hình ảnh|Nguồn ảnh|Photo|Clip|Video|Đồ họa|Đồ hoạ)"
    r"(?: minh họa| tư liệu)?"
    r"(?:\s*:\s*[^.:;!?]{1,40}|\s+(?:TTXVN|TTX|TL|CTV|PV|[A-ZĐ]{2,8}|[\w-]+\.vn))?[\s).]*$"
)
_SCENERY = re.compile(r"(?:quang|toàn|khung) cảnh\b")
_PERSON = (
    r"(?:(?:các|một số|đông đảo|những)\s+)?(?:đồng chí|đ/c|ông|bà|lãnh đạo|đại biểu|đoàn|đảng viên"
    r"|học viên|cử tri|bí thư|phó|trưởng|chủ tịch|chủ nhiệm|ủy viên|uỷ viên|tổng bí thư|thủ tướng"
    r"|bộ trưởng|giám đốc|thường trực|ban)\b"
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
_LONGEST = 400
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


def is_furniture(line: str) -> bool:
    """True for menus, contacts, buttons, placeholders, source links: never part of an article."""
    bare = _bare(line)
    if not any(c.isalnum() for c in line) or _TEMPLATE.fullmatch(line.strip()):
        return True
    if any(p.fullmatch(bare) for p in (_LABEL, _CONTACT, _SOURCE)):
        return True
    return ("»" in line or "›" in line) and not is_prose(line) and "«" not in line


def ends_article(line: str) -> bool:
    """True for comment forms, page templates and footers: nothing of the article follows."""
    return _END.fullmatch(_bare(line)) is not None or _TEMPLATE.search(line[:_LONGEST]) is not None


def heads_related(line: str) -> bool:
    """True for the head of a box with other articles, and for a bare date and time."""
    return _RELATED.fullmatch(_bare(line)) is not None


def is_dateline(line: str) -> bool:
    """True for a line of nothing but a day, a time and words such as "Cập nhật"."""
    return _DATELINE.fullmatch(_bare(line)) is not None


def is_day_heading(line: str) -> bool:
    """True for a bare day, which in the middle of an article may head a part of it."""
    return _DAY_AS_HEADING.fullmatch(line.strip(" .:")) is not None


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


def _bare(line: str) -> str:
    """The line's words, for matching as a whole; "" for what is too long for furniture."""
    if len(line) > _LONGEST:
        return ""
    return line.lower().strip(" \t*•|:.-–—_()[]#>")


_BREAK = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_BLANKS = re.compile(r"[^\S\n]+")
_AGENCY = re.compile(
    r"^(?:\([^()\d]{2,20}\)\s*[-–—]|\([A-ZĐ.]{2,10}\)|[A-ZĐ]{2,8}(?:\s[-–—]|\s?:))\s*(?=[^\W_a-z]|$)"
)
_OFFICIAL = re.compile(
    r"^(?:Số\s*:?\s*\d+\s*[-/]\s*[A-ZĐ\d/-]+|Điều \d+\b.*)$", re.MULTILINE | re.IGNORECASE
)
_LIST_ITEM = re.compile(r"(?:[-–•*+]|\d{1,3}[.)]|[a-zđ]\))\s|(?:Điều|Chương|Mục|Phần)\s+[\dIVX]+\b")
_PAGE_NUMBER = re.compile(r"\W*(?:trang\s+)?\d{1,4}(?:\s*/\s*\d{1,4})?\W*", re.IGNORECASE)
_FULL_PARAGRAPH = 80
_AT_THE_END = 40
_PAGE_WIDTHS = range(45, 131)


def tidy(text: str) -> str:
    """`text` in NFC, no invisible or control characters, single blanks, at most one empty line."""
    text = normalise(_BREAK.sub("\n", text))
    lines = (_BLANKS.sub(" ", line).strip() for line in text.split("\n"))
    return _joined(unicodedata.normalize("NFC", line) for line in lines)


@lru_cache(maxsize=8)
def clean(text: str) -> str:
    """The article in a scraped page's `text`, tidied; what has no furniture comes back whole."""
    lines = tidy(text).split("\n")
    if is_official(text):
        return _joined(line for line in lines if not line or not is_furniture(line))
    start = _first_prose(lines)
    if start is None:
        return _joined(line for line in lines if not line or not _is_foreign(line))
    head = _head(lines, start)
    rest = _without_pictures(_article(lines[start:]), head)
    return _joined([*head, "", *_without_names(rest)])


def headline(text: str) -> str:
    """The line above the article that names it, without agency marks; "" where there is none."""
    lines = tidy(text).split("\n")
    start = _first_prose(lines)
    return (_head(lines, start) or [""])[0] if start is not None else ""


def is_official(text: str) -> bool:
    """True for the text of a directive itself (its number, its articles) rather than an article."""
    return len(_OFFICIAL.findall(text)) > 1


def unwrap(text: str) -> str:
    """`text` with the lines that a page's width had cut joined again, without page numbers."""
    lines = _without_running_lines(tidy(text).split("\n"))
    width = max(map(len, lines), default=0)
    paragraphs: list[list[str]] = []
    for line in lines:
        if paragraphs and _goes_on(paragraphs[-1][-1], line, width):
            paragraphs[-1].append(line)
        else:
            paragraphs.append([line])
    return _joined(" ".join(paragraph) for paragraph in paragraphs)


def is_wrapped(text: str) -> bool:
    """True if most lines of `text` stop at a page's width rather than at a sentence's end."""
    lines = [line for line in tidy(text).split("\n") if line]
    open_ended = [x for x in lines if len(x) in _PAGE_WIDTHS and (x[-1].isalnum() or x[-1] == ",")]
    longest = max(map(len, lines), default=0)
    return len(lines) > 5 and longest in _PAGE_WIDTHS and 2 * len(open_ended) > len(lines)


def _joined(lines: Iterable[str]) -> str:
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _without_running_lines(lines: Sequence[str]) -> list[str]:
    """`lines` without page numbers and without what stands on top or at the foot of every page."""
    shapes = [re.sub(r"\d+", "0", line) for line in lines]
    often = {shape for shape, n in Counter(shapes).items() if n > 2 and 0 < len(shape) < 100}
    return [
        line
        for line, shape in zip(lines, shapes, strict=True)
        if not _PAGE_NUMBER.fullmatch(line) and (shape not in often or _LIST_ITEM.match(line))
    ]


def _goes_on(before: str, line: str, width: int) -> bool:
    if not before or not line or before[-1] in ".?!…:;" or _LIST_ITEM.match(line):
        return False
    if before.isupper() != line.isupper():
        return False
    return line[0].islower() or len(before) > 0.7 * width


def _is_foreign(line: str) -> bool:
    looks = (
        is_furniture,
        is_dateline,
        ends_article,
        heads_related,
        is_caption,
    )
    return any(look(line) for look in looks)


def _first_prose(lines: Sequence[str]) -> int | None:
    found = (i for i, x in enumerate(lines) if is_prose(x) and not _is_foreign(x))
    return next(found, None)


def _head(lines: Sequence[str], start: int) -> list[str]:
    """The headline and what stands between it and the article, which begins at `start`."""
    own = [x for x in lines[:start] if x and not _is_foreign(x) and not is_byline(x)]
    named = [i for i, line in enumerate(own) if not is_menu(line)]
    times = Counter(lines)
    twice = [i for i in named if times[own[i]] > 1]
    if not named:
        return own if len(own) < 3 else []
    first = (twice or named)[0]
    kept = [x for x in own[first + 1 :] if x != own[first] and len(x.split()) > 2]
    return [_AGENCY.sub("", own[first]), *kept]


def _article(lines: Sequence[str]) -> list[str]:
    """`lines` up to the comment form or the box of other articles that ends the page."""
    end = next((i for i, x in enumerate(lines) if ends_article(x)), len(lines))
    lines = lines[:end]
    last = _last_full_pair(lines)
    kept: list[str] = []
    skipping = False
    for i, line in enumerate(lines):
        named = heads_related(line)
        if i > last and named:
            return kept
        if i > last and (_is_stamp(line) or _is_card(lines, i)):
            return _without_teasers(kept)
        if skipping and line:
            skipping = not _is_full(line)
        if not (skipping := skipping or named):
            kept.append(line)
    return kept


def _is_full(line: str) -> bool:
    return is_prose(line) and len(line) >= _FULL_PARAGRAPH


def _last_full_pair(lines: Sequence[str]) -> int:
    """Where the last two full paragraphs in a row stand: between teasers there are headlines."""
    full = [(i, _is_full(line)) for i, line in enumerate(lines) if line]
    return max((i for (i, a), (_, b) in itertools.pairwise(full) if a and b), default=-1)


def _is_stamp(line: str) -> bool:
    return is_dateline(line) and not is_day_heading(line)


def _is_card(lines: Sequence[str], at: int) -> bool:
    """True for a headline that stands twice in a row, under its picture and over its teaser."""
    following = next(filter(None, lines[at + 1 : at + 4]), "")
    return following == lines[at] and len(following.split()) > 4 and not _is_full(following)


def _without_teasers(lines: list[str]) -> list[str]:
    """`lines` without the headline, once or twice, of another article at their end."""
    kept = _joined(lines).split("\n")
    last = kept[-1]
    while kept and (not kept[-1] or (kept[-1] == last and not _belongs(kept))):
        kept.pop()
    return kept


def _belongs(lines: Sequence[str]) -> bool:
    """True if the last of `lines` is a paragraph, a list item, or something a colon announced."""
    *before, last = [line for line in lines[-_AT_THE_END:] if line]
    announced = next((x for x in reversed(before) if is_prose(x) or x[-1] == ":"), "")
    return _is_full(last) or _LIST_ITEM.match(last) is not None or announced.endswith(":")


def _without_pictures(lines: Sequence[str], head: Sequence[str]) -> list[str]:
    """`lines` without captions, furniture, repeated lines and credits after paragraphs."""
    titles = {line.casefold() for line in head}
    kept: list[str] = []
    before, pictured = "", False
    for line in lines:
        if not line:
            kept.append(line)
            continue
        again = line == before or line.casefold() in titles
        under = pictured and not is_prose(line) and not _LIST_ITEM.match(line)
        if not (again or under or _is_stamp(line) or is_furniture(line) or is_caption(line)):
            kept.append(without_credit(line))
        before, pictured = line, again
    if kept:
        kept[0] = _AGENCY.sub("", kept[0])
    return kept


def _is_picture(line: str) -> bool:
    return is_furniture(line) or is_caption(line)


def _without_names(lines: Sequence[str]) -> list[str]:
    """`lines` without the names of writers and photographers at their end."""
    kept = _joined(lines).split("\n")
    for _ in range(_AT_THE_END):
        if not kept or (kept[-1] and (not _signs(kept[-1]) or _belongs(kept))):
            break
        kept.pop()
    return kept


def _signs(line: str) -> bool:
    return is_byline(line) or _is_foreign(line)
