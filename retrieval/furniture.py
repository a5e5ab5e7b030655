"""What a single line of a scraped page is: a menu, a date header, a caption, a comment form, prose.

Owns: the look of page furniture on Vietnamese news sites, line by line. Where a line stands on its
page matters as much as its words; that is `cleaning`'s part. Everything here is pure.
"""

from __future__ import annotations

import re

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
