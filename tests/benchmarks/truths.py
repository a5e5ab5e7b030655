"""Ways of saying what a sentence says in other words, as models do. Pure."""

from __future__ import annotations

import re

from retrieval.grounding.support import Given
from tests.benchmarks.wording import DATE, QUOTE_MARKS, Dice, Way, in_place_of

_OTHER_WORDS = {
    "thực hiện": "triển khai",
    "tham dự": "có mặt tại",
    "tổ chức hội nghị": "mở hội nghị",
    "diễn ra": "được tổ chức",
    "nhấn mạnh": "lưu ý",
    "quan trọng": "trọng yếu",
    "trong đó": "trong số ấy",
    "các": "những",
    "toàn quốc": "cả nước",
    "nâng cao": "tăng cường",
    "khẳng định": "cho biết",
    "kết quả": "thành quả",
    "hiệu quả": "kết quả tốt",
    "tiếp tục": "vẫn",
    "kịp thời": "nhanh chóng",
    "phát biểu": "nói chuyện",
    "yêu cầu": "đòi hỏi",
    "chủ trì": "điều hành",
    "ban hành": "đưa ra",
    "nhiệm vụ": "công việc",
    "giải pháp": "cách làm",
    "hoàn thành": "làm xong",
    "chuẩn bị": "sửa soạn",
    "đánh giá": "nhận xét",
    "nghiêm túc": "nghiêm chỉnh",
    "gắn với": "đi đôi cùng",
    "tham mưu": "giúp việc",
    "chỉ đạo": "dẫn dắt",
    "đề nghị": "mong muốn",
}
_FREELY = 3
"""Words put in other words, at the least, where a sentence is told freely."""
_SHORTENED = (("Ban Tổ chức Trung ương", "BTCTW"), ("Bộ Chính trị", "BCT"))


def _verbatim(dice: Dice, text: str, given: Given) -> str | None:
    return text


def _date_in_words(dice: Dice, text: str, given: Given) -> str | None:
    styles = ("ngày {0} tháng {1} năm {2}", "{0}-{1}-{2}", "{0:0>2}/{1:0>2}/{2}", "{0}.{1}.{2}")
    style = dice.choice(styles)
    found = DATE.search(text)
    if not found:
        return None
    written = style.format(*found.groups())
    before = text[: found.start()]
    if written.startswith("ngày") and before.lower().endswith("ngày "):
        written = written.removeprefix("ngày ")
    return before + written + text[found.end() :]


def _number_plain(dice: Dice, text: str, given: Given) -> str | None:
    found = re.search(r"(?<![\d.,])\d{1,3}(?:\.\d{3})+(?![\d.,]*\d)", text)
    return text.replace(found[0], found[0].replace(".", "")) if found else None


def _attributed(dice: Dice, text: str, given: Given) -> str | None:
    day = given.source.date
    if not given.source.publisher or not day or not text.split()[0].istitle():
        return None
    start = _inside(text)
    return f"Theo {given.source.publisher} ngày {day.day}/{day.month}/{day.year}, {start}"


def _inside(text: str) -> str:
    """Return a sentence as it stands behind other words."""
    first, second = text.split(maxsplit=2)[:2]
    return text if second[0].isupper() else first.lower() + text[len(first) :]


def _shortened(dice: Dice, text: str, given: Given) -> str | None:
    head = text.rpartition(", ")[0]
    whole = head.count("“") == head.count("”") and head.count('"') % 2 == 0
    return f"{head}." if len(head) > 60 and whole else None


def _reworded(dice: Dice, text: str, given: Given) -> str | None:
    found = _replaceable(text)
    return in_place_of(word := dice.choice(found), _OTHER_WORDS[word], text) if found else None


def _reworded_throughout(dice: Dice, text: str, given: Given) -> str | None:
    found = _replaceable(text)
    for word in found:
        text = in_place_of(word, _OTHER_WORDS[word], text)
    return text if len(found) >= _FREELY else None


def _replaceable(text: str) -> list[str]:
    return [w for w in _OTHER_WORDS if re.search(rf"\b{w}\b", QUOTE_MARKS.split(text)[0])]


def _turned(dice: Dice, text: str, given: Given) -> str | None:
    """Put the time, said first, last: "Năm 2024, Hà Nội họp." is "Hà Nội họp năm 2024."."""
    match = re.fullmatch(
        r"((?:Sáng|Chiều|Ngày|Năm|Trong|Đến|Tính đến) [^,]{3,40}), ([^,]+)\.", text
    )
    if not match:
        return None
    when, what = match.groups()
    return f"{what[0].upper()}{what[1:]} {when[0].lower()}{when[1:]}."


def _joined(dice: Dice, text: str, given: Given) -> str | None:
    row = [s.text for s in given.sentences]
    after = row[row.index(text) + 1 :][:1]
    if not after or not after[0].endswith(".") or len(text) + len(after[0]) > 600:
        return None
    return f"{text.rstrip('.')}; {after[0]}"


def _abbreviated(dice: Dice, text: str, given: Given) -> str | None:
    for long, short in _SHORTENED:
        if long in text:
            return text.replace(long, short)
    return None


def _quoting(dice: Dice, text: str, given: Given) -> str | None:
    return f"Nguồn nêu rõ: “{text}”" if not QUOTE_MARKS.search(text) else None


TRUTHS: dict[str, Way] = {
    "verbatim": _verbatim,
    "date written otherwise": _date_in_words,
    "number written otherwise": _number_plain,
    "attributed": _attributed,
    "shortened": _shortened,
    "reworded": _reworded,
    "time said last": _turned,
    "joined": _joined,
    "abbreviated": _abbreviated,
    "quoted": _quoting,
}
FREER: dict[str, Way] = {
    "reworded throughout": _reworded_throughout,
}
