"""Dates as Vietnamese writes them: the one grammar of days, months, years and times. Pure.

14-6-2024, 14/6/2024, 2024-06-14 and ngày 14 tháng 6 năm 2024 are one date. Owns reading them, and
the forms in which a page or an official document says when it was issued. Numbers are read by
`numbers`, what a question says in words ("năm ngoái") by `query.expressions`, what dates are
compared with is for `claims` to say.

>>> [figure.value for figure in dates_in("ngày 14 tháng 6 năm 2024, 3/2, 1930")]
['2024-06-14', '--02-03', '1930']
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import date

from retrieval.models import Span
from retrieval.text.numbers import Figure

YEAR = r"(?:19|20)\d\d"
"""A year that may stand alone, as a piece of other patterns."""
MONTHS = {
    "một": 1, "giêng": 1, "hai": 2, "ba": 3, "tư": 4, "bốn": 4, "năm": 5, "sáu": 6, "bảy": 7,
    "bẩy": 7, "tám": 8, "chín": 9, "mười": 10, "mười một": 11, "mười hai": 12, "chạp": 12,
}  # fmt: skip
"""Months by their names in words."""

_PIECES = {
    "D": r"(?:0?[1-9]|[12]\d|3[01])",
    "M": r"(?:0?[1-9]|1[0-2])",
    "Y": r"(?:1[89]|20)\d\d",
}
_PLAIN = {"ngày": "ng[àa]y", "tháng": "th[áa]ng", "năm": "n[ăa]m"}
_PIECE = re.compile("|".join((*_PIECES, *_PLAIN, "S", " ")))


def date_form(
    template: str, n: int | None = None, *, blank: str = r"\s", plain: bool = False
) -> str:
    """Return the regular expression of a date; with `plain` also for text without diacritics.

    In `template` D, M and Y are day, month and year, S is what stands between figures (a dash, a
    slash or a stop), a blank is up to four of the class `blank`. With `n` the three are the groups
    d, m and y with that number, which `told` reads.

    >>> bool(re.fullmatch(date_form("D tháng M năm Y", plain=True), "14  thang 6 nam 2024"))
    True
    """

    def piece(found: re.Match[str]) -> str:
        name = found.group()
        if name == " ":
            return f"{blank}{{1,4}}"
        if name == "S":
            return f"{blank}{{0,4}}[-/.–]{blank}{{0,4}}"
        if name in _PLAIN:
            return _PLAIN[name] if plain else name
        named = n is not None and len(name) == 1
        return f"(?P<{name.lower()}{n}>{_PIECES[name]})" if named else _PIECES[name]

    return _PIECE.sub(piece, template)


_GROUP = re.compile(r"[dmy]\d+")


def told(match: re.Match[str]) -> tuple[int | None, int | None, int | None]:
    """Return year, month and day of a match of forms with groups, None for what is not told."""
    groups = match.groupdict().items()
    found = {name[0]: int(said) for name, said in groups if said and _GROUP.fullmatch(name)}
    return found.get("y"), found.get("m"), found.get("d")


def iso(year: int | None, month: int | None, day: int | None) -> str:
    """Write a date with what is known of it, in ISO 8601; "" for nothing.

    >>> iso(2024, 6, 14), iso(2024, 6, None), iso(None, 6, 14), iso(None, 6, None)
    ('2024-06-14', '2024-06', '--06-14', '--06')
    """
    if month is None:
        return f"{year:04}" if year else f"---{day:02}" if day else ""
    end = f"-{day:02}" if day else ""
    return f"{year:04}-{month:02}{end}" if year else f"--{month:02}{end}"


_FORMS = (
    *("YSMSD", "DSMSY", "D tháng M,? năm Y", "DSM,? năm Y", "D tháng MSY", "D tháng M"),
    *("(?:tháng )?M[/-]Y", "tháng M,? năm Y", "D/M", "tháng M"),
    *(r"(?<=ng[àa]y\s)DSM", r"(?<=ng[àa]y\s)D", "Y"),
)


def _any_of(forms: tuple[str, ...]) -> str:
    return "|".join(date_form(form, n) for n, form in enumerate(forms))


_DATE = re.compile(rf"(?<![\w.,/])(?:{_any_of(_FORMS)})(?![\d/]|[.,]\d|\w)", re.IGNORECASE)


def dates_in(text: str) -> Iterator[Figure]:
    """Yield the dates of `text`, as far as each is told."""
    for match in _DATE.finditer(text):
        yield Figure(iso(*told(match)), *match.span())


_FULL = re.compile(
    rf"(?<!\d)(?:{_any_of(('YSMSD', 'DSMSY', 'D tháng M,? năm Y'))})(?!\d)", re.IGNORECASE
)


def calendar_days(text: str) -> list[tuple[int, date]]:
    """Return the days told in full that the calendar has, each with where it begins, in order.

    >>> [day.isoformat() for _, day in calendar_days("2024-12-16, 3 tháng 2, năm 1930; 30/2/2020")]
    ['2024-12-16', '1930-02-03']
    """
    found = []
    for match in _FULL.finditer(text):
        with suppress(ValueError):
            found.append((match.start(), date.fromisoformat(iso(*told(match)))))
    return found


_DAY_OF_MONTH = re.compile(
    rf"(?<![\d/-]){date_form('D(?:[/-]| tháng )M', 0, plain=True)}(?![\d%]|[.,]\d)", re.IGNORECASE
)
_DAY_ALONE = re.compile(
    r"\bngày (?:m[ùồ]ng )?\d{1,2}(?!\d)|\b(?:ngày )?m[ùồ]ng (?:\d{1,2}(?!\d)|một|hai|ba|bốn|tư|năm"
    r"|sáu|bảy|tám|chín|mười)\b|\bngày (?:mười|hai mươi|ba mươi|rằm|đầu|cuối|làm việc|nghỉ)\b"
    r"|\b(?:đầu|giữa|cuối) (?:tuần|tháng|quý)\b|\btuần (?:đầu|cuối|thứ)\b",
    re.IGNORECASE,
)


def days_in(text: str) -> list[str]:
    """Return the days of a month that `text` names, in order, whatever the year.

    >>> days_in("từ 14-6 đến ngày 2 tháng 9 năm 2024")
    ['14/6', '2/9']
    """
    return ["{2}/{1}".format(*told(match)) for match in _DAY_OF_MONTH.finditer(text)]


_DAY_OF_WEEK = re.compile(
    r"\b(?:thứ|thu) (?:hai|ba|tư|tu|năm|nam|sáu|sau|bảy|bay)\b|\b(?:chủ|chu) (?:nhật|nhat)\b", re.I
)


def names_day(text: str) -> bool:
    """Return True if `text` names a day: of a month, without one ("mùng 3"), or of the week.

    Where in a month or week it lies is enough ("cuối tháng").

    >>> names_day("Phòng đọc mở từ thứ hai đến thứ sáu"), names_day("Năm 2024 mở phòng đọc")
    (True, False)
    >>> [names_day(f"Nộp {day}") for day in ("trước mùng năm", "vào cuối tháng", "trong năm")]
    [True, True, False]
    """
    return any(p.search(text) for p in (_DAY_OF_MONTH, _DAY_ALONE, _FULL, _DAY_OF_WEEK))


_NAMED_YEAR = re.compile(rf"(?<![\d.,/-]){YEAR}(?![\d.,]*\d)|(?<=[/-]){YEAR}\b")
_YEAR = re.compile(YEAR)


def years_in(text: str) -> tuple[str, ...]:
    """Return the years that `text` names, each once.

    >>> years_in("từ 2020 đến 16/12/2024, 2.024 người")
    ('2020', '2024')
    """
    return tuple(dict.fromkeys(_NAMED_YEAR.findall(text)))


_PERIOD = re.compile(
    rf"(?<![\d.,/-]){YEAR}\s?[-–—]\s?{YEAR}(?![\d/.,-]*\d)"
    rf"|\b(?:từ|tu)(?: (?:năm|nam))? {YEAR} (?:đến|tới|den|toi)(?: (?:hết|het))?"
    rf"(?: (?:năm|nam))? {YEAR}(?!\d)",
    re.IGNORECASE,
)


def periods_in(text: str) -> tuple[str, ...]:
    """Return the periods of several years that `text` names, as written.

    >>> periods_in("nhiệm kỳ 2020 – 2025, từ năm 2021 đến 2024, ngày 1-2-2025")
    ('2020 – 2025', 'từ năm 2021 đến 2024')
    """
    return tuple(match.group() for match in _PERIOD.finditer(text))


def years_alone(text: str) -> tuple[str, ...]:
    """Return the years that `text` names by themselves, each once: not as those of a period.

    >>> years_alone("nhiệm kỳ 2020-2025, năm 2024")
    ('2024',)
    """
    return years_in(_PERIOD.sub(" ", text))


def is_year(word: str) -> bool:
    """Return True for a word that may be a year: "2024"."""
    return _YEAR.fullmatch(word) is not None


_PHRASE = (
    f"(?:ngày )?(?:D(?:[-–]| [-–] ))?(?:DSMSY|D tháng M(?:,? năm Y)?)|(?:ngày )?D[/-]M|M/Y"
    f"|tháng M(?:(?:[/-]| (?:năm )?)Y)?|{YEAR}S(?:{YEAR}|\\d\\d)|năm [12]\\d{{3}}"
)
_ENDS = r"(?![\w/]|[.,]\d)"
_CLOCK = r"\d{1,2}\s{0,4}(?::|h|giờ)\s{0,4}\d{2}(?::\d{2})?(?:\s{0,4}(?:am|pm|phút))?"
_DATE_PHRASE = re.compile(rf"(?<![\w.,/-])(?:{date_form(_PHRASE)}){_ENDS}", re.IGNORECASE)
_TIME_PHRASE = re.compile(
    rf"(?<![\w.,/-])(?:(?:{_CLOCK}|\d{{1,2}}\s?(?:giờ|h)),?\s{{1,4}})?"
    rf"(?:(?:từ|đến|trước|sau)\s{{1,4}})?(?:{date_form(_PHRASE)}){_ENDS}",
    re.IGNORECASE,
)


def date_phrases(text: str) -> Iterator[Span]:
    """Yield the dates and terms of years of `text` with the words that belong to them.

    >>> text = "từ ngày 3/2/1930, nhiệm kỳ 2020 - 2025, năm 2024"
    >>> [text[span.start : span.end] for span in date_phrases(text)]
    ['ngày 3/2/1930', '2020 - 2025', 'năm 2024']
    """
    return (Span(*match.span()) for match in _DATE_PHRASE.finditer(text))


def time_phrases(text: str) -> Iterator[Span]:
    """Yield the same with the hour, and with "từ", "đến", "trước" or "sau" before them.

    >>> text = "họp lúc 8 giờ 30, ngày 5/3, gửi trước ngày 1/3"
    >>> [text[span.start : span.end] for span in time_phrases(text)]
    ['8 giờ 30, ngày 5/3', 'trước ngày 1/3']
    """
    return (Span(*match.span()) for match in _TIME_PHRASE.finditer(text))


_TELLS_TIME = re.compile(
    r"\b(?:1\d|20)\d\d\b|\b\d{1,2}[/-]\d{1,2}\b|ngày|tháng|thế kỷ|năm \d|giai đoạn", re.IGNORECASE
)
_PART_OF_YEAR = re.compile(
    r"\b(?:(?:\d{1,2}|ba|sau|chin) thang (?:dau|cuoi) nam|nua (?:dau|cuoi) nam"
    r"|quy (?:\d|i{1,3}|iv)|thang (?:\d{1,2}|gieng|hai|ba|tu|nam|sau|bay|tam|chin|muoi))\b"
)
_WHOLE_YEAR = re.compile(rf"\b(?:trong |ca )?nam {YEAR}\b")


def tells_time(text: str) -> bool:
    """Return True if `text` says anything of when: a date, a period, a century."""
    return _TELLS_TIME.search(text) is not None


def part_of_year(folded: str) -> Span | None:
    """Return where a month, a quarter or a half of a year stands in folded text.

    >>> part_of_year("quy 1 nam 2024")
    Span(start=0, end=5)
    """
    found = _PART_OF_YEAR.search(folded)
    return Span(*found.span()) if found else None


def names_whole_year(folded: str) -> bool:
    """Return True if folded text names a year and no part of it.

    >>> names_whole_year("trong nam 2024"), names_whole_year("quy 1 nam 2024")
    (True, False)
    """
    return bool(_WHOLE_YEAR.search(folded)) and part_of_year(folded) is None


PLACE_DATE = re.compile(
    r"(?P<place>[A-ZĐ][^\d,.;:|\n]{1,40})\s?,\s?"
    + date_form("ngày (?:D tháng M năm Y", 0)
    + date_form(r"|DSMSY)(?!\d)", 1),
    re.IGNORECASE,
)
"""Where and when an official document was issued: "Hà Nội, ngày 14 tháng 6 năm 2024"."""

_MONTH = rf"(?:{'|'.join(sorted(MONTHS, key=len, reverse=True))}|M)"
_PAGE_DAY = date_form(f"DSMSY|YSMSD|(?:D )?tháng {_MONTH}(?: D)?,? (?:năm )?Y")
_WEEKDAY = r"(?:thứ\s(?:hai|ba|tư|năm|sáu|bảy|[2-7])|chủ\snhật|t[2-7]|cn)\b"
_POSTED = (
    r"(?:ngày(?: đăng| xuất bản)?|đăng(?: lúc| ngày)?|cập nhật(?: lúc| ngày)?|xuất bản|lúc)\b"
    r"|gmt\s?[+-]?\s?\d*"
)
_DATELINE = re.compile(
    rf"(?=.*(?:{_PAGE_DAY}|gmt|cập nhật))"
    rf"(?:(?:{_PAGE_DAY}|{_CLOCK}|{_WEEKDAY}|{_POSTED})[\s,|:()\-–]*)+"
)
_DAY_HEADING = re.compile(rf"(?:ngày\s{{1,4}})?(?:{_PAGE_DAY})", re.IGNORECASE)
_FIGURES = date_form("DSMSY")
TIMESTAMP = re.compile(
    rf"\b{_FIGURES}\W{{0,4}}{_CLOCK}|{_CLOCK}(?:\W| ngày ){{1,6}}{_FIGURES}", re.IGNORECASE
)
"""A day with a time of the clock, as a page notes when it went up."""


def is_dateline(line: str) -> bool:
    """Return True for a line of nothing but a day, a time and words such as "Cập nhật".

    >>> is_dateline("Thứ Hai, 16/12/2024, 08:30 (GMT+7)"), is_dateline("Họp ngày 16/12/2024")
    (True, False)
    """
    return _DATELINE.fullmatch(line.lower().strip(" \t*•|:.-–—_()[]#>")) is not None


def is_day_heading(line: str) -> bool:
    """Return True for a bare day, which in the middle of an article may head a part of it."""
    return _DAY_HEADING.fullmatch(line.strip(" .:")) is not None
