"""The foot of an official document: to whom it goes, who signed it and as what.

Recipients stand under "Nơi nhận" (a letter's also after "Kính gửi"), the signature below a mark of
capacity: T/M (for), K/T (in the place of), T/L (by order of), Q. (acting), or an office in
capitals. Both may stand side by side, line by line or in cells; annexes may follow. Pure; linear in
the length of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from retrieval.models import OfficialField, Span, Stated
from retrieval.text.names import offices, surnames

_FOOT_CHARS = 6000
_BEFORE, _AFTER = 1500, 4000
"""Characters around "Nơi nhận" in which the signature stands."""
_RECIPIENTS = re.compile(r"^[\W_]{0,8}Nơi nhận\b\s?:?", re.MULTILINE | re.IGNORECASE)
_ADDRESSED = re.compile(r"^[\W_]{0,8}Kính gửi\b\s?:?", re.MULTILINE | re.IGNORECASE)
_MOST_LINES = 60
_DASHES = ("-", "–", "•", "+", "*")
_OFFICES = f"(?:PHÓ )?(?:THỨ TRƯỞNG|{'|'.join(sorted(map(str.upper, offices()), reverse=True))})"
_MARK = re.compile(
    r"(?<![\w/.])(?:T/M|K/T|T/L|T/Q|TM|KT|TL|TUQ|Q)(?:[.]|\b)(?=\s*[^\W\d_])"
    rf"|(?:^|(?<=[|,;.:]\s))(?:{_OFFICES})\b(?=[^a-zà-ỹđ\n|]{{0,60}}(?:\n|\||$))",
    re.MULTILINE,
)
_RANK = re.compile(
    r"(?:(?:Đại|Thượng|Trung|Thiếu) (?:tướng|tá|úy|uý)|Đô đốc|Chuẩn đô đốc"
    r"|(?:GS|PGS|TS|TSKH|ThS|BS|CK[I]{1,3}|KS|LS|NGƯT|NGND)\b\.?)[\s,.–-]{0,3}"
)
_ASIDE = re.compile(r"\([^)\n]{0,40}\)|[|*]|\b[Đđ]ã ký\b:?")
_TOKEN = re.compile(r"\S+")
_LEAST, _MOST = 2, 5
"""Words of a name."""
_NAME_WORD = r"[^\W\d_](?:[^\W\d_]|['’ʼ`])*"
"""Highland names have a stroke inside or behind: "K' Broih", "H'Hen"."""
_NAME_AT_END = re.compile(rf"(?:^|[.,;|/)]\s+)((?:{_NAME_WORD}\s){{1,4}}{_NAME_WORD})\s*$")
_LINES_SEARCHED = 14


def read_foot(text: str, start: int) -> list[Stated]:
    """Return recipients, signer and capacity, as far as text[start:] says them."""
    receiving = _RECIPIENTS.search(text, start)
    if receiving:
        first = max(start, receiving.start() - _BEFORE)
        window = Span(first, min(len(text), receiving.end() + _AFTER))
    else:
        window = Span(max(start, len(text) - _FOOT_CHARS), len(text))
    signed = _signature(text, window, receiving.start() if receiving else len(text))
    addressed = _ADDRESSED.search(text, start, start + _BEFORE)
    return [*_listed(text, addressed), *_listed(text, receiving), *signed]


def _listed(text: str, heading: re.Match[str] | None) -> Iterator[Stated]:
    """Yield the recipients under a heading: what stands on its line and the items below it."""
    if heading is None:
        return
    at = heading.end()
    begins: int | None = heading.start() + len(heading[0]) - len(heading[0].lstrip())
    goes_on = False
    for number, line in enumerate(text[at:].split("\n", _MOST_LINES)[:_MOST_LINES]):
        here, at = at, at + len(line) + 1
        mark = _MARK.search(text, here, here + len(line))
        words = text[here : mark.start()] if mark and mark.start() < here + len(line) else line
        bare = words.strip(" |")
        if not bare and number and words is not line:
            return
        if not bare:
            continue
        if number and not bare.startswith(_DASHES) and not goes_on:
            return
        if (beside := _NAME_AT_END.search(bare)) and _is_name(beside[1]):
            bare = bare[: beside.start(1)]
        if not bare:
            continue
        begins = here + line.index(bare) if begins is None else begins
        end = here + line.index(bare) + len(bare.rstrip())
        # A table's cell has all of them on one line, each after its dash.
        for item in re.split(r"(?:^|(?<=[;,.] ))[-–•+*]\s?", bare):
            if value := item.strip(" -–•+*;,."):
                yield Stated(OfficialField.RECIPIENT, value, begins, end)
                begins = end
        goes_on, begins = number > 0 and bare.rstrip()[-1] not in ",;.:", None


def _signature(text: str, window: Span, receiving: int) -> list[Stated]:
    """Return signer and capacity: by the first mark after "Nơi nhận", else the last before it."""
    marks = list(_MARK.finditer(text, window.start, window.end))
    line = text.rfind("\n", 0, receiving) + 1
    after = [mark for mark in marks if mark.start() >= line]
    before = [mark for mark in reversed(marks) if mark.start() < line]
    for mark in (*after, *before):
        if name := _name_after(text, mark.end()):
            return _signed(text, _first_of(text, marks, mark.start()), name)
    for mark in after:
        if name := _name_beside(text, mark.end()):
            return _signed(text, mark.start(), name)
    return []


def _signed(text: str, start: int, name: Span) -> list[Stated]:
    above = _RANK.sub(" ", _ASIDE.sub(" ", text[start : name.start])).split("\n")
    # Beside a column of recipients only what stands on the line of the mark is sure.
    above = above if all(line == line.upper() for line in above) else above[:1]
    lines = (" ".join(line.split()).strip(" .,-–") for line in above)
    signer = " ".join(text[name.start : name.end].split())
    signer = signer.title() if signer.isupper() else signer
    return [
        Stated(OfficialField.SIGNER, signer, start, name.end),
        Stated(OfficialField.CAPACITY, ", ".join(filter(None, lines)), start, name.end),
    ]


def _first_of(text: str, marks: list[re.Match[str]], start: int) -> int:
    """Return where the capacity begins: a mark before with nothing but capitals in between."""
    for mark in reversed(marks):
        if mark.start() < start and (between := text[mark.end() : start]).upper() == between:
            start = mark.start()
    return start


def _name_after(text: str, at: int) -> Span | None:
    """Return the name that follows at `at`, over capitals and asides; None if other words do."""
    tail = text[at : at + 400]
    blank = _ASIDE.sub(lambda m: " " * len(m[0]), tail)
    blank = _RANK.sub(lambda m: " " * len(m[0]), blank)
    first = last = -1
    capitals: list[tuple[int, int]] = []
    for token in _TOKEN.finditer(blank):
        bare = token[0].strip(".,;:")
        is_word = bool(re.fullmatch(_NAME_WORD, bare))
        if first >= 0 and "\n" in blank[last : token.start()]:
            break
        if first < 0 and bare.isupper() and sum(map(str.isalpha, bare)) > 1:
            capitals.append(token.span())
            continue
        if is_word and bare[0].isupper() and not bare[1:].isupper():
            first = token.start() if first < 0 else first
            last = token.start() + len(bare)
            if token[0][-1] in ".,;:":
                break
            continue
        if first < 0 and re.fullmatch(r"[^\W\d_]+\.|[-–—_]{2,}|[/.…]+", token[0]):
            continue
        break
    if first >= 0 and _LEAST <= len(blank[first:last].split()) <= _MOST:
        return Span(at + first, at + last)
    return None if first >= 0 else _in_capitals(text, at, capitals)


def _in_capitals(text: str, at: int, capitals: list[tuple[int, int]]) -> Span | None:
    """Return a name in capitals: the last line of them, if it begins with a surname."""
    if not capitals:
        return None
    end = at + capitals[-1][1]
    start = text.rfind("\n", 0, end) + 1
    words = text[start:end].split()
    known = words and words[0].capitalize() in surnames()
    if known and not _MARK.match(text, start) and start > at and _LEAST <= len(words) <= _MOST:
        return Span(start + len(text[start:end]) - len(text[start:end].lstrip()), end)
    return None


def _name_beside(text: str, at: int) -> Span | None:
    """Return the name at the end of a line of recipients, where the columns run into one."""
    for line in text[at : at + 1500].split("\n")[:_LINES_SEARCHED]:
        found = _NAME_AT_END.search(line)
        if found and _is_name(found[1]):
            return Span(at + found.start(1), at + found.end(1))
        at += len(line) + 1
    return None


def _is_name(words: str) -> bool:
    spelt = words.split()
    capitals = all(word[0].isupper() and not word[1:].isupper() for word in spelt)
    return capitals and spelt[0] in surnames()
