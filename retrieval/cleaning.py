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

from retrieval import furniture
from retrieval.vietnamese import normalise

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
        return _joined(line for line in lines if not line or not furniture.is_furniture(line))
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
        furniture.is_furniture,
        furniture.is_dateline,
        furniture.ends_article,
        furniture.heads_related,
        furniture.is_caption,
    )
    return any(look(line) for look in looks)


def _first_prose(lines: Sequence[str]) -> int | None:
    found = (i for i, x in enumerate(lines) if furniture.is_prose(x) and not _is_foreign(x))
    return next(found, None)


def _head(lines: Sequence[str], start: int) -> list[str]:
    """The headline and what stands between it and the article, which begins at `start`."""
    own = [x for x in lines[:start] if x and not _is_foreign(x) and not furniture.is_byline(x)]
    named = [i for i, line in enumerate(own) if not furniture.is_menu(line)]
    times = Counter(lines)
    twice = [i for i in named if times[own[i]] > 1]
    if not named:
        return own if len(own) < 3 else []
    first = (twice or named)[0]
    kept = [x for x in own[first + 1 :] if x != own[first] and len(x.split()) > 2]
    return [_AGENCY.sub("", own[first]), *kept]


def _article(lines: Sequence[str]) -> list[str]:
    """`lines` up to the comment form or the box of other articles that ends the page."""
    end = next((i for i, x in enumerate(lines) if furniture.ends_article(x)), len(lines))
    lines = lines[:end]
    last = _last_full_pair(lines)
    kept: list[str] = []
    skipping = False
    for i, line in enumerate(lines):
        named = furniture.heads_related(line)
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
    return furniture.is_prose(line) and len(line) >= _FULL_PARAGRAPH


def _last_full_pair(lines: Sequence[str]) -> int:
    """Where the last two full paragraphs in a row stand: between teasers there are headlines."""
    full = [(i, _is_full(line)) for i, line in enumerate(lines) if line]
    return max((i for (i, a), (_, b) in itertools.pairwise(full) if a and b), default=-1)


def _is_stamp(line: str) -> bool:
    return furniture.is_dateline(line) and not furniture.is_day_heading(line)


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
    announced = next((x for x in reversed(before) if furniture.is_prose(x) or x[-1] == ":"), "")
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
        under = pictured and not furniture.is_prose(line) and not _LIST_ITEM.match(line)
        if not (
            again
            or under
            or _is_stamp(line)
            or furniture.is_furniture(line)
            or furniture.is_caption(line)
        ):
            kept.append(furniture.without_credit(line))
        before, pictured = line, again
    if kept:
        kept[0] = _AGENCY.sub("", kept[0])
    return kept


def _is_picture(line: str) -> bool:
    return furniture.is_furniture(line) or furniture.is_caption(line)


def _without_names(lines: Sequence[str]) -> list[str]:
    """`lines` without the names of writers and photographers at their end."""
    kept = _joined(lines).split("\n")
    for _ in range(_AT_THE_END):
        if not kept or (kept[-1] and (not _signs(kept[-1]) or _belongs(kept))):
            break
        kept.pop()
    return kept


def _signs(line: str) -> bool:
    return furniture.is_byline(line) or _is_foreign(line)
