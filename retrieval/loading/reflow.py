"""Letters, white space and lines of a stored text, and joining lines cut at a page's width.

Owns: `tidy` (the form of every stored text) and `unwrap`. Running heads and page numbers are known
by their place: the same line at the same edge of several pages. Leaves to others: what is page
furniture on the web (`boilerplate`). Pure.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence

from retrieval.text.vietnamese import normalise

PAGE_BREAK = "\f"
_BREAK = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_BLANKS = re.compile(r"[^\S\n]+")
_LIST_ITEM = re.compile(r"(?:[-–•*+]|\d{1,3}[.)]|[a-zđ]\))\s|(?:Điều|Chương|Mục|Phần)\s+[\dIVX]+\b")
_PAGE_NUMBER = re.compile(r"\W*(?:trang\s+)?\d{1,4}(?:\s*/\s*\d{1,4})?\W*", re.IGNORECASE)
_EDGE_LINES = 3
"""Lines at the top and at the foot of a page that may be running heads."""
_PAGE_WIDTHS = range(45, 131)


def tidy(text: str) -> str:
    """`text` in NFC, no invisible or control characters, single blanks, at most one empty line."""
    text = normalise(_BREAK.sub("\n", text))
    lines = (_BLANKS.sub(" ", line).strip() for line in text.split("\n"))
    return joined(unicodedata.normalize("NFC", line) for line in lines)


def joined(lines: Iterable[str]) -> str:
    """The lines as one text, at most one of two empty lines kept."""
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def unwrap(text: str) -> tuple[str, tuple[str, ...]]:
    """`text` with the lines that a page's width had cut joined again, and the running lines cut.

    Pages are told apart by form feeds; what ends in an empty line is never joined. A text without
    pages has neither page numbers nor heads.
    """
    pages = [
        [*tidy(page).split("\n"), *[""] * page.endswith("\n\n")] for page in text.split(PAGE_BREAK)
    ]
    running = _running_lines(pages)
    lines = [x for n, page in enumerate(pages) for i, x in enumerate(page) if (n, i) not in running]
    width = max(map(len, lines), default=0)
    paragraphs: list[list[str]] = []
    for line in lines:
        if paragraphs and _goes_on(paragraphs[-1][-1], line, width):
            paragraphs[-1].append(line)
        else:
            paragraphs.append([line])
    cut = tuple(pages[n][i] for n, i in sorted(running))
    return joined(" ".join(paragraph) for paragraph in paragraphs), cut


def is_wrapped(text: str) -> bool:
    """True if most lines of `text` stop at a page's width rather than at a sentence's end."""
    lines = [line for line in tidy(text).split("\n") if line]
    open_ended = [x for x in lines if len(x) in _PAGE_WIDTHS and (x[-1].isalnum() or x[-1] == ",")]
    longest = max(map(len, lines), default=0)
    if len(lines) <= 5 or longest not in _PAGE_WIDTHS:
        return False
    return 2 * len(open_ended) > len(lines) or _is_wrapped_inside(text, longest)


def _is_wrapped_inside(text: str, longest: int) -> bool:
    """True if lines that others follow stop at the page's width: short ones may stand apart."""
    pairs = [
        (before, line)
        for before, line in itertools.pairwise(tidy(text).split("\n"))
        if before and line and not any(map(_LIST_ITEM.match, (before, line)))
    ]
    wide = sum(before[-1] not in ".?!…:;" and len(before) > 0.7 * longest for before, _ in pairs)
    return len(pairs) > 3 and wide > 0.75 * len(pairs)


def _running_lines(pages: Sequence[Sequence[str]]) -> set[tuple[int, int]]:
    """(page, line) of what stands at the same edge of at least two pages and of every third.

    Digits may differ from page to page: "Trang 3/12", "- 3 -". A bare number on a line of its own
    is a page number only where the next page has its own there, one higher.
    """
    edges: dict[tuple[bool, int, str], list[tuple[int, int]]] = {}
    for n, page in enumerate(pages):
        filled = [i for i, line in enumerate(page) if line]
        for at_top, order in ((True, filled), (False, filled[::-1])):
            for place, i in enumerate(order[:_EDGE_LINES]):
                shape = re.sub(r"\d+", "0", page[i])
                edges.setdefault((at_top, place, shape), []).append((n, i))
    return {
        where
        for (_, _, shape), places in edges.items()
        if len(shape) < 100 and is_running_line([(n, pages[n][i]) for n, i in places], len(pages))
        for where in places
    }


def is_running_line(lines: Sequence[tuple[int, str]], pages: int) -> bool:
    """True for lines, each with the number of its page, that are heads or numbers of the pages."""
    times = len({n for n, _ in lines})
    if times < 2 or 3 * times < pages:
        return False
    texts = [line for _, line in lines]
    if all(map(_PAGE_NUMBER.fullmatch, texts)):
        numbers = [int(found[0]) for line in texts if (found := re.search(r"\d+", line))]
        steps = Counter(number - n for number, (n, _) in zip(numbers, lines, strict=True))
        return len(steps) == 1
    return not any(map(_LIST_ITEM.match, texts)) and (len(set(texts)) == 1 or _counts(texts))


def _counts(lines: Sequence[str]) -> bool:
    """True if the lines differ in a number that grows by one, as "Trang 2" and "Trang 3" do."""
    numbers = [list(map(int, re.findall(r"\d{1,4}", line))) for line in lines]
    columns = zip(*numbers, strict=False)
    return any(all(b - a == 1 for a, b in itertools.pairwise(column)) for column in columns)


def _goes_on(before: str, line: str, width: int) -> bool:
    if not before or not line or before[-1] in ".?!…:;" or _LIST_ITEM.match(line):
        return False
    if before.isupper() != line.isupper():
        return False
    return line[0].islower() or len(before) > 0.7 * width
