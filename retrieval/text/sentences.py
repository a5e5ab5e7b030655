"""Where sentences and headings begin and end, as offsets into a stored text.

Owns: sentence boundaries in Vietnamese prose, and telling a heading from a sentence. A line never
shares a sentence with another line: headings, list items and paragraphs stand on lines of their own
in a stored text (see `loading.boilerplate`). The spans cover everything but white space, in order.
Leaves to others: cleaning, and cutting a text into passages.

    >>> [t[s.start:s.end] for t in ["Có TP. Huế. Còn gì?"] for s in split_sentences(t)]
    ['Có TP. Huế.', 'Còn gì?']
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator

from retrieval.models import Span

_LINE = re.compile(r"\S(?:[^\n]*\S)?")
_OPENERS = "“‘\"'«([–—-"
_CANDIDATE = re.compile(
    r"(?P<mark>(?:…|[.?!]){1,9})[”’\"'»)\]]{0,9}(?:\[[^\]\n]{1,40}\]){0,5}(?::\s?\d[\d.,–-]*)?(?=\s)"
    # The space after the full stop was forgotten: "… nhiệm vụ.Trong năm …"
    r"|(?<=[^\W\dA-Z_]{2})\.(?=[^\W\d_][^\W\d_])"
)
# A quotation or an aside this short stays whole, whatever marks stand inside it.
_WHOLE = re.compile(r"“[^“”\n]{1,300}”|\"[^\"\n]{1,300}\"|«[^«»\n]{1,300}»|\([^()\n]{1,300}\)")

_NEVER_LAST = re.compile(
    r"tp|tx|tt|th?\.?s|gs|(?:p?gs\.)?tskh|pgs|p?gs\.ts|bs(?:cki{1,2})?|ks|cn|nsnd|nsưt|đ/c|tr|[qph]"
    r"|mrs?|ms|dr|st|no|vs|mt|prof|gen|lt|sgt|capt",
    re.IGNORECASE,
)
_ENUMERATION = re.compile(
    r"(?:[-–•*+]\s*)?(?:(?:\d{1,3}|[A-Za-zĐđ]|[IVXivx]{1,6})(?:\.\d{1,3})*"
    r"|(?:phần|chương|mục|điều|khoản|điểm|bước|câu|bài|phụ lục|tiểu mục)\s+[\w.]{1,8}?)\.",
    re.IGNORECASE,
)
_STRUCTURE = re.compile(
    r"(?:phần|chương|mục|tiểu mục|điều|phụ lục)\s+(?:thứ\s+\w+|[\divxlc]+[a-zđ]?)\b", re.IGNORECASE
)
_LIST_ITEM = re.compile(r"(?:[-–•*+]|\d{1,3}[.)]|[a-zđ]\))\s")
_HEADING_LENGTH = 160


def split_sentences(text: str) -> list[Span]:
    """The sentences of `text` in order; what lies between them is white space only."""
    spans: list[Span] = []
    for line in _LINE.finditer(text):
        starts = [0, *_boundaries(line.group())]
        for start, end in zip(starts, [*starts[1:], len(line.group())], strict=True):
            spans.append(_trimmed(text, line.start() + start, line.start() + end))
    return spans


def headings(text: str) -> list[Span]:
    """The lines of `text` that are headings, in order."""
    return [Span(*m.span()) for m in _LINE.finditer(text) if is_heading(m.group())]


def is_heading(line: str) -> bool:
    """True for a short line that ends like no sentence, and for "Điều 5. …" and its kind."""
    line = line.strip()
    if not line or len(line) > _HEADING_LENGTH or _LIST_ITEM.match(line):
        return False
    if _STRUCTURE.match(line):
        return line.count(". ") <= 1
    return line.rstrip("”\"'’»)")[-1:] not in {*".?!…:;,"} and any(c.isalpha() for c in line)


def _trimmed(text: str, start: int, end: int) -> Span:
    piece = text[start:end]
    return Span(start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip()))


def _boundaries(line: str) -> Iterator[int]:
    """Offsets in `line` at which a new sentence begins (0 left out)."""
    whole = deque(m.span() for m in _WHOLE.finditer(line))
    start = 0
    for candidate in _CANDIDATE.finditer(line):
        end = candidate.end()
        while whole and whole[0][1] <= end:
            whole.popleft()
        inside = bool(whole) and whole[0][0] < end
        if inside or not _begins_sentence(line[end : end + 20]):
            continue
        before = line[max(start, candidate.start() - 80) : candidate.start() + 1]
        if candidate["mark"] in {".", None} and _keeps_going(before):
            continue
        yield end
        start = end


def _begins_sentence(rest: str) -> bool:
    rest = rest.lstrip().lstrip(_OPENERS).lstrip()
    return rest[:1].isupper() or rest[:1].isdigit()


def _keeps_going(sentence: str) -> bool:
    """True if the full stop that ends `sentence` belongs to an abbreviation or a number."""
    words = sentence.split()
    if _ENUMERATION.fullmatch(" ".join(words).lstrip("*_")):
        return True
    word = words[-1].strip("".join(_OPENERS))[:-1]
    if _NEVER_LAST.fullmatch(word):
        return True
    if len(word) != 1 or not word.isupper():
        return False
    return len(words) == 1 or words[-2][:1].isupper()  # an initial: "Nguyễn V. A."
