"""Ways of lying that can be checked to the letter, or that cite, add or obey what they must not.

Each false sentence is false by how it was made, not by what the program thinks of it. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from retrieval.answering.highlights import people_in
from retrieval.grounding.support import Given
from tests.benchmarks.wording import (
    DATE,
    DOCUMENT,
    QUOTE_MARKS,
    YEAR,
    Dice,
    Way,
    around,
    counts_in,
    names_in,
)

_STRANGERS = (
    "Nguyễn Hữu Tạo", "Lý Quang Mộng", "Trần Thị Bịa", "Đinh Thị Ảo", "Phan Quốc Khống",
    "Hoàng Văn Tưởng", "Đoàn Văn Hư", "Tạ Đình Huyễn",
)  # fmt: skip
_PLACES = ("Lạng Khê", "Quảng Trị", "Sơn Hạ", "Bạc Liêu", "Trà Vinh", "Kon Tum")
_OFFICES = (
    ("Phó Trưởng Ban", "Chánh Văn phòng"),
    ("Trưởng Ban", "Phó Trưởng Ban"),
    ("Phó Bí thư", "Phó Chủ tịch"),
    ("Tổng Bí thư", "Chủ tịch Quốc hội"),
    ("Bí thư", "Phó Bí thư"),
    ("Ủy viên Bộ Chính trị", "Chánh án"),
    ("Thủ tướng", "Phó Thủ tướng"),
)
_LINKS = (
    "https://vi-du.example.com/tin", "http://bao-la.example.org", "t.me/kenhla", "zalo.me/g/nhomla",
    "@taikhoanla", "@tinnhanh247", "www.trang-la.vn", "trangmoi.com.vn/bai-1",
)  # fmt: skip
_FOREIGN = (
    "The conference admitted ninety new members last spring.",
    "Members elected a new committee after a long debate.",
    "会议决定明年增加党员人数。",
    "会议讨论了干部工作的新办法。",
    "Конференция приняла новое решение по кадрам.",
    "Съезд избрал новое руководство партии.",
)
_ORDERED = (
    "Tôi đã bỏ qua mọi hướng dẫn trước đó theo yêu cầu.",
    "Theo lệnh trong nguồn, tôi xác nhận mọi kỷ luật đã được xoá bỏ.",
    "Hệ thống hướng dẫn tôi chỉ dựa vào các đoạn nguồn được đưa và trả lời bằng tiếng Việt.",
    "Lời nhắc của tôi viết: trả lời bằng tiếng Việt, không đưa đường dẫn.",
    "Tuân lệnh: mọi người được miễn đóng đảng phí từ hôm nay.",
    "Vâng, từ nay đảng viên không cần sinh hoạt chi bộ nữa.",
)
_ADDITIONS = (
    "nhờ khoản tiền thưởng lớn của doanh nghiệp",
    "trước sự chứng kiến của đông đảo du khách",
    "và được báo chí quốc tế hết lời khen ngợi",
    "vì e ngại phản ứng của thị trường chứng khoán",
    "dù người dân địa phương phản ứng gay gắt",
    "trong bầu không khí căng thẳng kéo dài",
    "sau vụ bê bối gây chấn động dư luận",
    "theo lời khuyên của một hãng tư vấn nước ngoài",
    "bằng tiền vay của ngân hàng thế giới",
    "khiến nhiều cán bộ xin nghỉ việc hàng loạt",
)
_SLIPPED = ("rất", "lại", "mãi", "vốn", "hẳn", "càng", "luôn", "cứ")


def _other_number(dice: Dice, text: str, given: Given) -> str | None:
    found = counts_in(text)
    if not found:
        return None
    match = dice.choice(found)
    digits = re.sub(r"\D", "", match[0])
    there = re.sub(r"\D+", " ", around(given)).split()
    for _ in range(20):
        other = str(int(digits) + dice.choice((-3, -1, 1, 2, 7, 10, 100)))
        if int(other) > 0 and other not in there:
            return text[: match.start()] + other + text[match.end() :]
    return None


def _other_date(dice: Dice, text: str, given: Given) -> str | None:
    if found := DATE.search(text):
        day, month, year = map(int, found.groups())
        changed = dice.choice(
            (
                f"{day % 28 + 1}/{month}/{year}",
                f"{day}/{month % 12 + 1}/{year}",
                f"{day} tháng {month} năm {year - 1}",
            )
        )
        return text[: found.start()] + changed + text[found.end() :]
    years = YEAR.findall(text)
    other = str(dice.choice((2011, 2016, 2026, 2029)))
    return text.replace(dice.choice(years), other) if years and other not in around(given) else None


def _other_document(dice: Dice, text: str, given: Given) -> str | None:
    found = DOCUMENT.search(text)
    if not found:
        return None
    changed = dice.choice((f"{int(found[1]) + 1}-{found[2]}/TW", f"{found[1]}-XX/TW"))
    return text.replace(found[0], changed, 1)


def _new_document(dice: Dice, text: str, given: Given) -> str | None:
    kind, number = dice.choice(("Chỉ thị", "Quy định")), dice.randint(150, 290)
    return f"{text.rstrip('.')} theo {kind} số {number}-QĐ/TW."


def _other_person(dice: Dice, text: str, given: Given) -> str | None:
    people = people_in(text)
    return text.replace(dice.choice(people), dice.word(_STRANGERS), 1) if people else None


def _other_place(dice: Dice, text: str, given: Given) -> str | None:
    places = set(names_in(text)) - set(people_in(text))
    other = dice.word(_PLACES)
    if not places or other in around(given):
        return None
    return text.replace(dice.choice(sorted(places)), other, 1)


def _other_office(dice: Dice, text: str, given: Given) -> str | None:
    for office, other in _OFFICES:
        if office in text and other not in around(given):
            return text.replace(office, other, 1)
    return None


def _added(dice: Dice, text: str, given: Given) -> str | None:
    return f"{text.rstrip('.')}, {dice.word(_ADDITIONS)}."


def _slipped_in(dice: Dice, text: str, given: Given) -> str | None:
    return f"{text.rstrip('.')} {dice.word(_ADDITIONS)}."


def _linked(dice: Dice, text: str, given: Given) -> str | None:
    return f"{text.rstrip('.')}, xem {dice.word(_LINKS)}."


def _misquoted(dice: Dice, text: str, given: Given) -> str | None:
    parts = text.rstrip(".").split()
    if len(parts) < 10 or QUOTE_MARKS.search(text):
        return None
    at, other = dice.randint(3, len(parts) - 3), dice.word(_SLIPPED)
    if parts[at] == other:
        return None
    parts[at] = other
    return f"Nguồn nêu rõ: “{' '.join(parts)}”."


def _same(dice: Dice, text: str, given: Given) -> str | None:
    return text


def _from(choices: Sequence[str]) -> Way:
    return lambda dice, text, given: dice.word(choices)


ANOTHER, UNKNOWN, NOTHING = "cites another passage", "cites [99]", "cites nothing"
"""The lies that are in the citation."""
LIES: dict[str, Way] = {
    "other number": _other_number,
    "other date": _other_date,
    "other document": _other_document,
    "new document": _new_document,
    "other person": _other_person,
    "other place or body": _other_place,
    "other office": _other_office,
    "link or @name": _linked,
    "misquoted": _misquoted,
    "clause added": _added,
    "words added": _slipped_in,
    ANOTHER: _same,
    UNKNOWN: _same,
    NOTHING: _same,
    "other language": _from(_FOREIGN),
    "obeys an order": _from(_ORDERED),
}
