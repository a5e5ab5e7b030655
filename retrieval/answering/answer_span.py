"""The stretch of a quote that answers by itself: the direct line above it, and its words in bold.

Extractive question answering by the kind of thing that is wanted: a number with its unit, a date, a
person, a directive, a place, a reason, the rest of a definition. Of several of a kind the one that
stands closest to the words of the question is taken. Always a slice of the quote, never words of
our own; None where no kind is clear. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise

from retrieval.directives.recognition import find_references
from retrieval.models import Span
from retrieval.query.analysis import Question, Wanted, asks_day
from retrieval.query.subgroups import lacking_group
from retrieval.text.dates import days_in, time_phrases, years_in
from retrieval.text.names import office_pairs, people, places, surnames
from retrieval.text.sentences import split_sentences
from retrieval.text.vietnamese import Word, capitalised, fold, folded_key, unaccented, words

_AMOUNT = r"\d+(?:[.,/]\d+)*(?:\s?%|\s(?:nghìn|ngàn|triệu|tỷ|tỉ)\b)?"
_BOUND = r"(?:từ|ít nhất|tối thiểu|tối đa|không quá|trên|dưới|hơn|gần|khoảng|đủ)\s+"
_NUMBER = re.compile(
    rf"(?<![\w/.,-])(?:{_BOUND})*(?P<amount>{_AMOUNT})"
    rf"(?:\s(?:\w+\s)?(?:đến|-|–)\s(?:{_BOUND})?{_AMOUNT})?(?![\w/-]|[.,]\d)",
    re.IGNORECASE,
)
_BOUND_WORD = re.compile(
    r"(?:từ|ít|nhất|tối|thiểu|đa|không|quá|trên|dưới|hơn|gần|khoảng|đủ)$", re.I
)
_NAMES_NUMBER = re.compile(
    r"(?:ngày|tháng|năm|quý|thứ|khóa|khoá|điều|khoản|số|mục|bảng|mẫu|lần|câu|kỳ)\s$", re.IGNORECASE
)
_MARKER = re.compile(r"[(*_\s-]{0,20}\d{1,3}[.)]")
_RANK = re.compile(r"(?:lần\s)?thứ\s(?:[IVX]+|\d+|nhất|hai|ba|tư|năm|sáu|bảy|tám|chín|mười)\b")
_ASKS_RANK = re.compile(r"\bthu (?:may|bao nhieu)\b")
_ASKS_SHARE = re.compile(r"phan tram|\bty le\b|\bti le\b|%")
_REASON = re.compile(
    r"\b(?:vì|do|bởi(?: vì)?|nhằm|để|nguyên nhân|lý do|nhờ)\b[^.;\n]{8,}", re.IGNORECASE
)
_IS = re.compile(r"\blà\s(?=\S)", re.IGNORECASE)
_AT = re.compile(r"\b(?:ở|tại|quê(?: quán)?|đến|về)\s*:?\s+(?=[A-ZĐÀ-Ỹ])")
_REACH = 60
"""Characters behind a number that may say what it counts."""
_BEHIND = re.compile(r"\s(?:trở lên|trở xuống|làm việc|gần nhất)\b")
_BEFORE_NAME = re.compile(r"\blà(?:\s(?:đồng chí|ông|bà|anh|chị))?:?\s$", re.IGNORECASE)
_NAME_OVER = re.compile(r"\s*(?:[,.;)\n]|$)")
_PART_END = re.compile(r";\s+")
_AHEAD = 0.15
"""How much closer the best must stand than the next, or it is unclear which is meant."""
_LONGEST = 240
"""Characters of a direct line: more is no line."""


def answer_span(question: Question, text: str) -> Span | None:
    """Return the stretch of the quote `text` that answers `question` by itself, None if unclear.

    >>> from retrieval.query.analysis import analyse
    >>> text = "Ngày 5/3, xã Tân Lập có 12 chi bộ, 300 đảng viên."
    >>> span = answer_span(analyse("Xã Tân Lập có bao nhiêu đảng viên?"), text)
    >>> text[span.start : span.end]
    '300 đảng viên'
    """
    if question.wanted is Wanted.NUMBER and lacking_group(question.text, [text]):
        return None
    asked = frozenset(question.content)
    best: dict[str, tuple[float, Span]] = {}
    for part in _parts(text):
        here = text[part.start : part.end]
        for start, end in _found(question, here):
            span = Span(part.start + start, part.start + end)
            if end - start <= _LONGEST and _is_new(question, here[start:end]):
                close = _closeness(asked, here, start, end)
                known = best.get(here[start:end])
                if known is None or close > known[0]:
                    best[here[start:end]] = close, span
    ranked = sorted(best.values(), key=lambda found: -found[0])
    if not ranked or (len(ranked) > 1 and ranked[0][0] - ranked[1][0] < _AHEAD):
        return None
    return ranked[0][1]


def _parts(text: str) -> Iterator[Span]:
    """Yield the sentences of a quote, each at its semicolons apart: what one part says of somebody
    the next does not.
    """
    for sentence in split_sentences(text):
        start = sentence.start
        for match in _PART_END.finditer(text, sentence.start, sentence.end):
            yield Span(start, match.end())
            start = match.end()
        if start < sentence.end:
            yield Span(start, sentence.end)


def _found(question: Question, text: str) -> Iterator[tuple[int, int]]:
    """Yield the stretches of the kind that the question wants."""
    match question.wanted:
        case Wanted.NUMBER if _ASKS_RANK.search(fold(question.text)):
            yield from (match.span() for match in _RANK.finditer(text))
        case Wanted.NUMBER:
            yield from _amounts(question, text)
        case Wanted.DATE:
            yield from _dates(question, text)
        case Wanted.PERSON:
            yield from _persons(question, text)
        case Wanted.DOCUMENT:
            named = {found.number for found in question.named.documents}
            references = find_references(text)
            yield from ((r.start, r.end) for r in references if r.number not in named)
        case Wanted.PLACE:
            yield from _places(text)
        case Wanted.REASON:
            yield from (match.span() for match in _REASON.finditer(text))
        case Wanted.DEFINITION:
            if found := _IS.search(text):
                yield found.end(), len(text.rstrip(" .;"))
        case _:
            return


def _dates(question: Question, text: str) -> Iterator[tuple[int, int]]:
    """Yield the dates, where a day is asked for those that are told to the day."""
    to_the_day = asks_day(question)
    for span in time_phrases(text):
        if not to_the_day or days_in(text[span.start : span.end]):
            yield span.start, span.end


def _amounts(question: Question, text: str) -> Iterator[tuple[int, int]]:
    """Yield the numbers that count what the question counts, with the words for it."""
    share = bool(_ASKS_SHARE.search(fold(question.text)))
    marker = _MARKER.match(text)
    for match in _NUMBER.finditer(text, marker.end() if marker else 0):
        start, end = match.span()
        if _NAMES_NUMBER.search(text[:start]) or years_in(match["amount"]):
            continue
        if share:
            if "%" in match.group():
                yield start, end
            continue
        if counted := _counted(question, text, end):
            yield start, counted


def _counted(question: Question, text: str, end: int) -> int:
    """Return where the words end that say what the number before `end` counts, 0 if none does."""
    reach, counts = end, False
    for word in words(text[end : end + _REACH]):
        term = folded_key(word.text)
        if text[reach : end + word.start].strip() or term not in question.folded:
            break
        counts = counts or term in question.counted
        reach = end + word.end
    behind = _BEHIND.match(text, reach)
    return (behind.end() if behind else reach) if counts else 0


_SHORTEST_OFFICE = 3
"""Words of an office with its body: "bí thư" alone is nobody's."""
_AFTER_OFFICE = """
    là ai nào gì do tên hiện bây đang đương lúc vậy thế ạ hả nhỉ được có giữ không cho xin nay
    la nao gi ten hien bay dang duong vay duoc giu
"""
_ENDS_OFFICE = frozenset(_AFTER_OFFICE.split())
"""Words, never written with a capital, that follow the name of an office in a question."""
_BEFORE_OFFICE = frozenset({"pho", "nguyen", "cuu"})
"""Words before an office that make it another one: a deputy's, a former holder's."""
_STOP = re.compile(r"[^\w\s]")
_NAME = r"(?:[A-Z]\w*\s){1,4}[A-Z]\w*"
_TITLED = r"(?i:(?:dong chi|ong|ba)\s+)?"
_TAKES = (
    r"(?i:(?:da\s|dang\s|tiep tuc\s|hien\s|chinh thuc\s)?"
    r"(?:(?:duoc|trung)\s(?:\w+\s){0,4}?)?(?:giu chuc|giu|lam|la|nhan|dam nhiem|cu|nhan chuc)\s"
    r"(?:chuc\s)?(?:vu\s)?)"
)
"""What joins a name to the office that somebody takes or holds: "được bầu giữ chức"."""
_CAPITALS = re.compile(r"(?:[A-ZĐÀ-Ỹ]\w*\s){1,3}[A-ZĐÀ-Ỹ]\w*")
_LONGEST_NAME = 4
_LEADING = re.compile(r"^(?:Đồng chí|Ông|Bà)\s+")


def office_asked(question: Question) -> str:
    """Return the office that is asked for, in letters without diacritics; "" if none is named.

    >>> from retrieval.query.analysis import analyse
    >>> office_asked(analyse("Ai là Bí thư Huyện ủy Thanh Hà?"))
    'Bi thu Huyen uy Thanh Ha'
    """
    plain = unaccented(question.text)
    written, typed = (re.findall(r"\w+", text) for text in (plain, question.text))
    folded = [word.lower() for word in written]
    at = next((i for i, pair in enumerate(pairwise(folded)) if pair in office_pairs()), None)
    if at is None:
        return ""
    last = len(written)
    end = next((i for i in range(at + 2, last) if typed[i] in _ENDS_OFFICE), last)
    start = at - 1 if at and folded[at - 1] in ("pho", "tong") else at
    return " ".join(written[start:end]) if end - at >= _SHORTEST_OFFICE else ""


@cache
def _beside(office: str) -> re.Pattern[str]:
    """Return the pattern of an office with a name beside it, in letters without diacritics.

    "Bí thư X Lê An", "Bí thư X là ông Lê An", "Lê An, Bí thư X", "Lê An được bầu làm Bí thư X".
    """
    written = re.escape(office).replace(r"\ ", r"\s+")
    return re.compile(
        rf"(?<!Pho )(?<!pho )(?<!guyen )(?<!Cuu )(?<!cuu )\b(?i:{written})(?:\s+nam\s+\d{{4}})?"
        rf"\s+(?:(?:hien nay|hien tai|moi)\s+)?(?:(?:la|do)\s+)?{_TITLED}(?P<after>{_NAME})"
        rf"|(?P<before>{_NAME})(?:,\s+|\s+\(|\s+{_TAKES})(?i:{written})(?!\w)"
    )


def holder_in(office: str, text: str) -> Span | None:
    """Return the first name right beside the whole office in `text`, None if there is none."""
    match = _beside(office).search(unaccented(text))
    if match is None:
        return None
    start, end = match.span("after" if match["after"] else "before")
    if leading := _LEADING.match(text[start:end]):
        return Span(start + leading.end(), end)
    syllables = text[start:end].split()
    for count in (3, 2):  # "Bí thư Thành ủy Hà Nội Lê An", where no city is asked for
        place = " ".join(syllables[:count])
        if match["after"] and len(syllables) > count and place in places():
            run = _CAPITALS.match(text, start + len(place) + 1)
            return Span(run.start(), run.end()) if run else None
    return Span(start, end)


def _persons(question: Question, text: str) -> Iterator[tuple[int, int]]:
    """Yield who holds the office that is asked for, else names that begin with a family name, but
    those of holders of other offices.
    """
    office = office_asked(question)
    holder = holder_in(office, text) if office else None
    said = text[holder.start : holder.end].split() if holder else []
    if holder and said[0] in surnames() and len(said) <= _LONGEST_NAME:
        yield holder.start, holder.end
        return
    names = list(people(text))
    for name in names:
        leading = _LEADING.match(name.text)
        start = name.start + (leading.end() if leading else 0)
        syllables = text[start : name.end].split()
        is_name = syllables[0] in surnames() and all(part.istitle() for part in syllables)
        if is_name and not (office and _holds_another(office, text, name, names)):
            yield start, name.end


def _holds_another(office: str, text: str, name: Word, names: Sequence[Word]) -> bool:
    """Return True if offices stand beside a name, no other name between, and none is that asked
    for: of another body ("Bí thư Quận ủy" for "Bí thư Thành ủy"), a deputy's, a former holder's.
    """
    found, wanted = words(text), office.lower().split()
    keys = [fold(word.text) for word in found]
    fits = []
    for i, pair in enumerate(pairwise(keys)):
        between = sorted([found[i].start, name.start])
        if pair not in office_pairs() or any(between[0] < n.start < between[1] for n in names):
            continue
        before = [key for key in keys[max(i - 1, 0) : i] if key in _BEFORE_OFFICE]
        held = [*before, *(fold(word.text) for word in _run(text, found[i:], name))]
        fits.append(all(one == other for one, other in zip(wanted, held, strict=False)))
    return bool(fits) and not any(fits)


def _run(text: str, found: Sequence[Word], name: Word) -> list[Word]:
    """Return the words up to the first sign or the name."""
    run = [found[0]]
    for word in found[1:]:
        if word.start == name.start or _STOP.search(text, run[-1].end, word.start):
            break
        run.append(word)
    return run


def _places(text: str) -> Iterator[tuple[int, int]]:
    """Yield capitals after a word that says where."""
    runs = {run.start: run.end for run in capitalised(text)}
    for match in _AT.finditer(text):
        end = runs.get(match.end(), 0)
        if end and _NAME_OVER.match(text, end):
            yield match.end(), end


def _is_new(question: Question, text: str) -> bool:
    """Return True if the stretch says anything that the question does not."""
    return any(folded_key(word.text) not in question.folded for word in words(text))


def _closeness(asked: frozenset[str], text: str, start: int, end: int) -> float:
    """Return how close the words asked about stand, each 1 / (1 + words between); 1 more where the
    stretch is what something "is". A bound of the stretch ("tối thiểu") is not what it is about.
    """
    found = words(text)
    inside = [i for i, word in enumerate(found) if start <= word.start < end]
    best: dict[str, float] = {}
    for i, word in enumerate(found if inside else ()):
        distance = max(inside[0] - i, i - inside[-1], 0)
        bounds = not distance and _BOUND_WORD.match(word.text)
        if not bounds and (term := folded_key(word.text)) in asked:
            best[term] = max(best.get(term, 0.0), 1 / (1 + distance))
    return sum(best.values()) + bool(_BEFORE_NAME.search(text[:start]))
