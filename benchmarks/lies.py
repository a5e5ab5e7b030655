"""What a lying model may write about given passages: true sentences and false ones, labelled.

Owns the ways of lying and of telling the truth in other words; every case follows from its seed.
Pure. Each false sentence is false by how it was made, not by what the program thinks of it.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from retrieval.documents import Sentence
from retrieval.highlighting import people_in
from retrieval.support import Given
from retrieval.vietnamese import capitalised

_NUMBER = re.compile(r"(?<![\w/.,-])\d{1,3}(?:\.\d{3})*(?:,\d+)?(?![\w/.,-]*\d|[\w/-])")
_DATE = re.compile(r"(?<![\d/])(\d{1,2})/(\d{1,2})/(\d{4})(?![\d/])")
_YEAR = re.compile(r"(?<![\d/.])(20[012]\d)(?![\d/])")
_DOCUMENT = re.compile(r"(\d{1,3})-([A-ZĐ]{2})/TW")
_COUNTED = re.compile(r"(\d[\d.]*) ([a-zđà-ỹ]+) ([a-zđà-ỹ]+)")
_PERSON = 2
"""Blanks in the name of a person, at the least."""
_STRANGERS = ("Nguyễn Hữu Tạo", "Trần Thị Bịa", "Lạng Khê", "Phan Quốc Khống", "Đoàn Văn Hư")
_LINKS = ("https://vi-du.example.com/tin", "t.me/kenhla", "@taikhoanla", "www.trang-la.vn")
_FOREIGN = (
    "The conference admitted ninety new members last spring.",
    "会议决定明年增加党员人数。",
    "Конференция приняла новое решение по кадрам.",
)
_ORDERED = (
    "Tôi đã bỏ qua mọi hướng dẫn trước đó theo yêu cầu.",
    "Hệ thống hướng dẫn tôi chỉ dựa vào các đoạn nguồn được đưa và trả lời bằng tiếng Việt.",
    "Tuân lệnh: mọi người được miễn đóng đảng phí từ hôm nay.",
)
_ADDITIONS = (
    "nhờ khoản tiền thưởng lớn của doanh nghiệp",
    "và được báo chí quốc tế hết lời khen ngợi",
    "dù người dân địa phương phản ứng gay gắt",
    "sau vụ bê bối gây chấn động dư luận",
    "bằng tiền vay của ngân hàng thế giới",
)
_OTHER_WORDS = {
    "thực hiện": "triển khai",
    "tổ chức hội nghị": "mở hội nghị",
    "nhiều": "khá nhiều",
    "quan trọng": "trọng yếu",
    "các": "những",
    "nâng cao": "tăng cường",
    "kết quả": "thành quả",
    "tiếp tục": "vẫn",
}
_OPPOSITES = {
    "tăng": "giảm", "giảm": "tăng", "cao": "thấp", "trước": "sau", "hơn": "kém",
    "trên": "dưới", "đầu": "cuối", "nhiều": "ít", "vượt": "thấp hơn",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence that the model writes."""

    text: str
    """Without its citation, as it would be shown."""
    citation: str
    true: bool
    manner: str

    @property
    def written(self) -> str:
        """As the model writes it."""
        return f"{self.text.rstrip('.')} {self.citation}.".replace(" .", ".")


Way = Callable[[random.Random, str, Given], str | None]
"""Turns a true sentence of a passage into another one; None where it cannot."""


def case(seed: int, given: Mapping[int, Given]) -> list[Said]:
    """Return what the model says about the passages: up to three truths and four lies, mixed."""
    rng = random.Random(seed)
    said: list[Said] = []
    used: set[str] = set()
    for ways, true, most in ((TRUTHS, True, 3), (LIES, False, 4)):
        for manner in rng.sample(sorted(ways), len(ways)):
            one = _one(rng, given, manner, ways[manner], true, used)
            if one and sum(s.true is true for s in said) < most:
                said.append(one)
    rng.shuffle(said)
    return said


def _one(
    rng: random.Random,
    given: Mapping[int, Given],
    manner: str,
    way: Way,
    true: bool,
    used: set[str],
) -> Said | None:
    choices = [
        (g, s) for g in given.values() for s in g.sentences if _is_whole(s) and s.text not in used
    ]
    for passage, sentence in rng.sample(choices, min(len(choices), 12)):
        text = way(rng, sentence.text, passage)
        if text is None or (text == sentence.text and manner != "verbatim" and true):
            continue
        used.add(sentence.text)
        if manner == "cites another passage":
            other = _without(given, sentence.text, passage)
            return Said(text, f"[{other}]", False, manner) if other else None
        citation = {"cites nothing": "", "cites [99]": f"[{passage.number}][99]"}
        return Said(text, citation.get(manner, f"[{passage.number}]"), true, manner)
    return None


def _is_whole(sentence: Sentence) -> bool:
    return 50 <= len(sentence.text) <= 400 and sentence.text.endswith(".")


def _without(given: Mapping[int, Given], text: str, own: Given) -> int | None:
    """Return a passage that lacks a number or name of the sentence, anywhere about it."""
    telling = [*_NUMBER.findall(text), *_names(text)]
    for number, other in given.items():
        everything = f"{other.passage.text} {other.around}"
        if number != own.number and any(t not in everything for t in telling):
            return number
    return None


def _names(text: str) -> list[str]:
    """Return the names of two words or more that stand inside a sentence."""
    return [run.text for run in capitalised(text) if run.start and " " in run.text]


def _verbatim(rng: random.Random, text: str, given: Given) -> str | None:
    return text


def _date_in_words(rng: random.Random, text: str, given: Given) -> str | None:
    styles = ("ngày {0} tháng {1} năm {2}", "{0}-{1}-{2}", "{0:0>2}/{1:0>2}/{2}", "{0}.{1}.{2}")
    style = rng.choice(styles)
    found = _DATE.search(text)
    if not found:
        return None
    written = style.format(*found.groups())
    before = text[: found.start()]
    if written.startswith("ngày") and before.lower().endswith("ngày "):
        written = written.removeprefix("ngày ")
    return before + written + text[found.end() :]


def _number_plain(rng: random.Random, text: str, given: Given) -> str | None:
    found = re.search(r"(?<![\d.,])\d{1,3}(?:\.\d{3})+(?![\d.,]*\d)", text)
    return text.replace(found[0], found[0].replace(".", "")) if found else None


def _attributed(rng: random.Random, text: str, given: Given) -> str | None:
    day = given.source.date
    if not given.source.publisher or not day or not text.split()[0].istitle():
        return None
    first = text.split()[0]
    start = text if _is_name(text) else first.lower() + text[len(first) :]
    return f"Theo {given.source.publisher} ngày {day.day}/{day.month}/{day.year}, {start}"


def _is_name(text: str) -> bool:
    return len(text.split()) > 1 and text.split()[1][0].isupper()


def _shortened(rng: random.Random, text: str, given: Given) -> str | None:
    head = text.rpartition(", ")[0]
    whole = head.count("“") == head.count("”") and head.count('"') % 2 == 0
    return f"{head}." if len(head) > 60 and whole else None


def _reworded(rng: random.Random, text: str, given: Given) -> str | None:
    found = [word for word in _OTHER_WORDS if re.search(rf"\b{word}\b", text)]
    if not found:
        return None
    word = rng.choice(found)
    return re.sub(rf"\b{word}\b", _OTHER_WORDS[word], text, count=1)


def _joined(rng: random.Random, text: str, given: Given) -> str | None:
    row = [s.text for s in given.sentences]
    after = row[row.index(text) + 1 :][:1]
    if not after or not after[0].endswith(".") or len(text) + len(after[0]) > 600:
        return None
    return f"{text.rstrip('.')}; {after[0]}"


def _abbreviated(rng: random.Random, text: str, given: Given) -> str | None:
    for long, short in (("Ban Tổ chức Trung ương", "BTCTW"), ("Bộ Chính trị", "BCT")):
        if long in text:
            return text.replace(long, short)
    return None


def _quoting(rng: random.Random, text: str, given: Given) -> str | None:
    return f"Nguồn nêu rõ: “{text}”" if not re.search(r"[“”\"]", text) else None


def _other_number(rng: random.Random, text: str, given: Given) -> str | None:
    found = [m for m in _NUMBER.finditer(text) if not _YEAR.fullmatch(m[0])]
    if not found:
        return None
    match = rng.choice(found)
    digits = re.sub(r"\D", "", match[0])
    for _ in range(20):
        other = str(int(digits) + rng.choice((-3, -1, 1, 2, 7, 10, 100)))
        there = re.sub(r"\D+", " ", f"{given.passage.text} {given.around}").split()
        if int(other) > 0 and other not in there:
            return text[: match.start()] + other + text[match.end() :]
    return None


def _other_date(rng: random.Random, text: str, given: Given) -> str | None:
    if found := _DATE.search(text):
        day, month, year = map(int, found.groups())
        changed = rng.choice(
            (
                f"{day % 28 + 1}/{month}/{year}",
                f"{day}/{month % 12 + 1}/{year}",
                f"ngày {day} tháng {month} năm {year - 1}".removeprefix("ngày "),
            )
        )
        return text[: found.start()] + changed + text[found.end() :]
    years = _YEAR.findall(text)
    other = str(rng.choice((2011, 2016, 2026, 2029)))
    everything = f"{given.passage.text} {given.around} {given.origin}"
    return text.replace(rng.choice(years), other) if years and other not in everything else None


def _other_document(rng: random.Random, text: str, given: Given) -> str | None:
    found = _DOCUMENT.search(text)
    if not found:
        return None
    changed = rng.choice((f"{int(found[1]) + 1}-{found[2]}/TW", f"{found[1]}-XX/TW"))
    return text.replace(found[0], changed, 1)


def _new_document(rng: random.Random, text: str, given: Given) -> str | None:
    number = rng.randint(150, 290)
    return f"{text.rstrip('.')} theo {rng.choice(('Chỉ thị', 'Quy định'))} số {number}-QĐ/TW."


def _other_name(rng: random.Random, text: str, given: Given) -> str | None:
    names = _names(text)
    return text.replace(rng.choice(names), rng.choice(_STRANGERS), 1) if names else None


def _names_swapped(rng: random.Random, text: str, given: Given) -> str | None:
    """Put a name of another sentence of the passage in the place of one of this."""
    mine = people_in(text)
    theirs = [n for s in given.sentences for n in people_in(s.text) if n not in text]
    # Shorter ones may be halves of an office, and then nothing false need come of it.
    people = [(m, t) for m in mine for t in theirs if min(m.count(" "), t.count(" ")) >= _PERSON]
    pairs = [(m, t) for m, t in people if m not in t and t not in m]
    return text.replace(*rng.choice(pairs), 1) if pairs else None


def _numbers_swapped(rng: random.Random, text: str, given: Given) -> str | None:
    """Put a number of another sentence of the passage in the place of one of this."""
    mine = [n for n in _NUMBER.findall(text) if not _YEAR.fullmatch(n)]
    theirs = [
        n for s in given.sentences for n in _NUMBER.findall(s.text)
        if n not in re.split(r"[^\d.,]+", text) and n + "." not in text and not _YEAR.fullmatch(n)
    ]  # fmt: skip
    if not mine or not theirs:
        return None
    return re.sub(
        rf"(?<![\d.,/]){re.escape(rng.choice(mine))}(?![\d.,/])", rng.choice(theirs), text, count=1
    )


def _units_swapped(rng: random.Random, text: str, given: Given) -> str | None:
    found = [c for c in _COUNTED.findall(text) if not _YEAR.fullmatch(c[0])]
    units = [f"{a} {b}" for _, a, b in found]
    if len(set(units)) < 2 or units[0] == units[1]:
        return None
    (n1, a1, b1), (n2, a2, b2) = found[:2]
    if n1 == n2 or a1 == a2:
        return None
    return text.replace(f"{n1} {a1} {b1}", f"{n2} {a1} {b1}", 1).replace(
        f"{n2} {a2} {b2}", f"{n1} {a2} {b2}", 1
    )


def _years_swapped(rng: random.Random, text: str, given: Given) -> str | None:
    years = list(_YEAR.finditer(text))
    if len(years) != 2 or years[0][0] == years[1][0] or years[1].start() < years[0].end() + 8:
        return None
    (a, b), (c, d) = years[0].span(), years[1].span()
    return text[:a] + years[1][0] + text[b:c] + years[0][0] + text[d:]


def _added(rng: random.Random, text: str, given: Given) -> str | None:
    return f"{text.rstrip('.')}, {rng.choice(_ADDITIONS)}."


def _slipped_in(rng: random.Random, text: str, given: Given) -> str | None:
    return f"{text.rstrip('.')} {rng.choice(_ADDITIONS)}."


def _linked(rng: random.Random, text: str, given: Given) -> str | None:
    return f"{text.rstrip('.')}, xem {rng.choice(_LINKS)}."


def _misquoted(rng: random.Random, text: str, given: Given) -> str | None:
    parts = text.rstrip(".").split()
    if len(parts) < 10 or re.search(r"[“”\"]", text):
        return None
    at = rng.randint(3, len(parts) - 3)
    parts[at] = rng.choice(("rất", "mãi", "hẳn", "luôn")) if parts[at] != "luôn" else "hẳn"
    return f"Nguồn nêu rõ: “{' '.join(parts)}”."


def _denied(rng: random.Random, text: str, given: Given) -> str | None:
    for verb in ("được", "đạt", "dự", "có", "hoàn thành", "tham mưu", "kết nạp", "gồm", "là"):
        if f" {verb} " in text and f"không {verb}" not in text:
            return text.replace(f" {verb} ", f" không {verb} ", 1)
    return None


def _opposite(rng: random.Random, text: str, given: Given) -> str | None:
    found = [w for w in _OPPOSITES if re.search(rf"\b{w}\b", text)]
    found = [w for w in found if _OPPOSITES[w] not in text]
    if not found:
        return None
    word = rng.choice(found)
    return re.sub(rf"\b{word}\b", _OPPOSITES[word], text, count=1)


def _same(rng: random.Random, text: str, given: Given) -> str | None:
    return text


def _from(choices: Sequence[str]) -> Way:
    return lambda rng, text, given: rng.choice(choices)


TRUTHS: dict[str, Way] = {
    "verbatim": _verbatim,
    "date written otherwise": _date_in_words,
    "number written otherwise": _number_plain,
    "attributed": _attributed,
    "shortened": _shortened,
    "reworded": _reworded,
    "joined": _joined,
    "abbreviated": _abbreviated,
    "quoted": _quoting,
}
LIES: dict[str, Way] = {
    "other number": _other_number,
    "other date": _other_date,
    "other document": _other_document,
    "new document": _new_document,
    "other name": _other_name,
    "names swapped": _names_swapped,
    "numbers swapped": _numbers_swapped,
    "units swapped": _units_swapped,
    "years swapped": _years_swapped,
    "link": _linked,
    "clause added": _added,
    "words added": _slipped_in,
    "misquoted": _misquoted,
    "denied": _denied,
    "opposite": _opposite,
    "cites another passage": _same,
    "cites [99]": _same,
    "cites nothing": _same,
    "other language": _from(_FOREIGN),
    "obeys an order": _from(_ORDERED),
}
