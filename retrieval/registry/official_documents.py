"""The official documents of the live index: which one a question names, and what it says of itself.

Owns finding the document by number, by kind and subject, by who issued it or by its title, and the
stretches of its text that state a field, an article, or how many articles there are. Leaves what a
question asks for to `query.official_fields`, what documents say to `store.official`. Blocking.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import PurePosixPath

from retrieval.directives.recognition import find_references
from retrieval.models import Document, OfficialField, Quote, Refusal, RefusalReason, Span, Stated
from retrieval.query.official_fields import (
    GENERIC,
    Counted,
    FieldQuestion,
    OutlineLevel,
    field_question,
)
from retrieval.store.official import stated, values
from retrieval.store.reader import Snapshot
from retrieval.text.legislation import Provision, article_opened, clause_opened, point_opened
from retrieval.text.vietnamese import expanded, folded_key, spelled

_NAMING = frozenset(
    [
        *(OfficialField.KIND, OfficialField.NUMBER, OfficialField.SUBJECT, OfficialField.ISSUER),
        *(OfficialField.PLACE, OfficialField.DATE),
    ]
)
_MOST_DOCUMENTS = 3
_LEAST_OF_SUBJECT = 0.5
"""The share of a subject's words that names a document where others fit too."""
_NAMED_AS_A_WHOLE = 0.8
"""The share that does so where nothing else says that a document is meant."""
_NEAR = 600
"""Characters between the recipients and the signature."""
_LONGEST = 1500
"""Characters of a quote; a longer list is cut at its last item that fits."""
_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50}
_Opened = Callable[[str], str]
_CHAPTER = re.compile(r"(?:CHƯƠNG|Chương)\s+([IVXL]{1,6}|\d{1,2})\b")


@dataclass(frozen=True, slots=True)
class StatedFields:
    """What official documents say of themselves, or what the document named does not hold."""

    quotes: tuple[Quote, ...] = ()
    stored: Mapping[str, str] = field(default_factory=dict)
    """The stored text of each document that is quoted, by source id."""
    counted: str = ""
    """How many articles, chapters or clauses there are: "3 điều"."""
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class _Name:
    """The folded words by which a document can be named."""

    source_id: str
    kind: str
    number: str
    """Its digits alone."""
    subject: frozenset[str]
    all: frozenset[str]


def stated_in(snap: Snapshot, text: str) -> StatedFields | None:
    """Return what the documents that `text` names say of what it asks for.

    None if it asks for no field of a document, names none that is here, or for what none states.
    """
    asked = field_question(text)
    if asked is None:
        return None
    named = [name.source_id for name in _named(asked, _names(snap))]
    if not named or len(named) > _MOST_DOCUMENTS:
        return None
    documents = [snap.document(source_id) for source_id in named]
    stored = {document.source.id: document.text for document in documents}
    said = {document.source.id: stated(snap, document.source.id) for document in documents}
    if asked.counted:
        return _counted(documents, stored, asked)
    if asked.outline and (parts := _outlined(documents, stored, said, asked.outline)):
        return parts
    if asked.provision:
        return _provision(documents, stored, said, asked.provision)
    if asked.outline:
        named_part = ", ".join(map(str, asked.outline))
        return StatedFields(refusal=Refusal(RefusalReason.UNKNOWN_PROVISION, (named_part,)))
    quotes = tuple(
        _quote(document, span, [row.value for row in rows])
        for document in documents
        for rows in _rows(said[document.source.id], asked)
        for span in [_together(rows)]
    )
    return StatedFields(quotes, stored) if quotes else None


def _names(snap: Snapshot) -> list[_Name]:
    said = values(snap, _NAMING)
    return [
        _name(
            source.id, f"{source.title} {PurePosixPath(source.path).stem}", tuple(said[source.id])
        )
        for source in (snap.sources() if said else ())
        if source.id in said
    ]


@lru_cache(maxsize=16384)
def _name(source_id: str, title: str, found: tuple[tuple[OfficialField, str], ...]) -> _Name:
    """Return the words of one document; kept, since thousands are looked at for one question."""
    one = dict(reversed(found))
    subject = _words(one.get(OfficialField.SUBJECT, ""))
    number = one.get(OfficialField.NUMBER, "")
    codes = (f"{r.number} {r.suffix}" for r in find_references(number))
    everything = _words(" ".join([title, *codes, *(value for _, value in found)]))
    return _Name(
        source_id,
        one.get(OfficialField.KIND, ""),
        next(iter(_words(number)), ""),
        frozenset(subject) - GENERIC,
        frozenset([*everything, *subject]),
    )


def _words(text: str) -> list[str]:
    """Return the folded words as written and with abbreviations written out."""
    text = re.sub(r"[_-]", " ", text)
    folded = (folded_key(word) for word in (*spelled(text), *expanded(text)))
    return [word.lstrip("0") or word for word in folded]


def _named(asked: FieldQuestion, names: Sequence[_Name]) -> list[_Name]:
    """Return the documents that `asked` names: by number, or the one that fits best."""
    telling = [word for word in asked.naming if word not in GENERIC]
    fitting = [name for name in names if _fits(asked, telling, name)]
    numbers = {word for word in telling if word.isdigit()}
    if by_number := [name for name in fitting if name.number in numbers]:
        return _closest(telling, by_number)
    if not telling:
        alone = len(names) == 1 or bool(asked.kind)
        return fitting if len(fitting) == 1 and alone and asked.pointing else []
    closest = _closest(telling, fitting)
    needed = _LEAST_OF_SUBJECT if asked.pointing else _NAMED_AS_A_WHOLE
    sure = len(fitting) == 1 and asked.pointing
    return closest if sure or all(_covered(telling, x) >= needed for x in closest) else []


def _fits(asked: FieldQuestion, telling: Iterable[str], name: _Name) -> bool:
    if asked.kind and name.kind and asked.kind != name.kind:
        return False
    return all(word in name.all for word in telling)


def _covered(telling: Sequence[str], name: _Name) -> float:
    return len(name.subject.intersection(telling)) / max(1, len(name.subject))


def _closest(telling: Sequence[str], names: Sequence[_Name]) -> list[_Name]:
    best = max((_covered(telling, name) for name in names), default=0.0)
    return [name for name in names if _covered(telling, name) == best]


def _rows(said: Sequence[Stated], asked: FieldQuestion) -> Iterator[list[Stated]]:
    """Yield what is said of each field that is asked for, fields of one stretch once."""
    seen: set[tuple[int, int]] = set()
    for wanted in asked.fields:
        rows = [one for one in said if one.field is wanted]
        if rows and (place := (rows[0].start, rows[-1].end)) not in seen:
            seen.add(place)
            yield rows


def _together(rows: Sequence[Stated]) -> Span:
    """Return the stretch that states all of the rows, or the first that are within a quote."""
    start = rows[0].start
    within = [row.end for row in rows if row.end - start <= _LONGEST]
    return Span(start, max(within, default=rows[0].end))


def _quote(document: Document, span: Span, values: Iterable[str], place: str = "") -> Quote:
    text = document.text[span.start : span.end]
    marked = []
    for value in values:
        at = text.find(value)
        if at >= 0 and len(value) < len(text):
            marked.append(Span(at, at + len(value)))
    return Quote(document.source, span.start, span.end, text, tuple(marked[:1]), place)


def _provision(
    documents: Sequence[Document],
    stored: Mapping[str, str],
    said: Mapping[str, Sequence[Stated]],
    wanted: Provision,
) -> StatedFields:
    """Return the words of an article, or that no document named has it."""
    quotes = []
    for document in documents:
        # Above the foot first: what is enacted there may have articles of its own below it.
        above = document.text[: _foot(said[document.source.id], len(document.text))]
        if span := provision_in(above, wanted) or provision_in(document.text, wanted):
            quotes.append(_quote(document, span, (), str(wanted)))
    if quotes:
        return StatedFields(tuple(quotes), stored)
    return StatedFields(refusal=Refusal(RefusalReason.UNKNOWN_PROVISION, (str(wanted),)))


def _outlined(
    documents: Sequence[Document],
    stored: Mapping[str, str],
    said: Mapping[str, Sequence[Stated]],
    wanted: Sequence[OutlineLevel],
) -> StatedFields | None:
    """Return the words of a part of documents that have no articles; None where it is not there."""
    quotes = []
    for document in documents:
        above = document.text[: _foot(said[document.source.id], len(document.text))]
        if span := part_in(above, [level.mark for level in wanted]):
            quotes.append(_quote(document, span, (), ", ".join(map(str, wanted))))
    return StatedFields(tuple(quotes), stored) if quotes else None


def _foot(said: Sequence[Stated], end: int) -> int:
    """Return where recipients and signature begin; a letter's addressees stand above its body."""
    signed = [one.start for one in said if one.field is OfficialField.SIGNER]
    last = signed[0] if signed else end
    listed = [one for one in said if one.field is OfficialField.RECIPIENT and one.end <= last]
    near = [one.start for one in listed if last - one.end < _NEAR]
    return min([last, *near])


def _counted(
    documents: Sequence[Document], stored: Mapping[str, str], asked: FieldQuestion
) -> StatedFields:
    """Return the last of the articles, or that there is none in the documents named."""
    found = [(document, parts) for document in documents if (parts := _parts(document.text, asked))]
    what = asked.counted.value if asked.counted else ""
    if not found:
        return StatedFields(refusal=Refusal(RefusalReason.MISSING_CONSTRAINT, (f"số {what}",)))
    quotes = tuple(_quote(document, parts[-1], ()) for document, parts in found)
    return StatedFields(quotes, stored, f"{len(found[0][1])} {what}" if len(found) == 1 else "")


def _parts(text: str, asked: FieldQuestion) -> list[Span]:
    """Return the lines that open articles, chapters or clauses numbered from 1 without a gap."""
    inside: Span | None = Span(0, len(text))
    if asked.counted is Counted.CLAUSES:
        inside = provision_in(text, Provision(asked.provision.article), whole=True)
    parts: list[Span] = []
    for line in _lines(text, inside) if inside else ():
        if _numbered(text[line.start : line.end], asked.counted) == len(parts) + 1:
            parts.append(line)
    return parts


def _numbered(line: str, counted: Counted | None) -> int:
    if counted is Counted.CHAPTERS:
        chapter = _CHAPTER.match(line)
        return _roman(chapter[1]) if chapter else 0
    opened = article_opened(line) if counted is Counted.ARTICLES else clause_opened(line)
    return int(opened) if opened.isdigit() else 0


def _roman(written: str) -> int:
    if written.isdigit():
        return int(written)
    worth = [_ROMAN[letter] for letter in written]
    return sum(-a if a < b else a for a, b in zip(worth, [*worth[1:], 0], strict=True))


def provision_in(text: str, wanted: Provision, *, whole: bool = False) -> Span | None:
    """Return where an article stands in `text`, or its clause or point; None if it does not.

    Unless the `whole` of it is wanted, no more than a quote holds.

    >>> text = "Điều 4. Họp\\nMỗi tháng.\\nĐiều 5. Phí\\n1. Một.\\n2. Hai.\\nĐiều 6. Hết"
    >>> span = provision_in(text, Provision("5", "2"))
    >>> text[span.start : span.end]
    '2. Hai.'
    """
    span: Span | None = Span(0, len(text))
    for number, opened in (
        (wanted.article, article_opened),
        (wanted.clause, clause_opened),
        (wanted.point, point_opened),
    ):
        if number and span:
            span = _part(text, span, number, opened)
    if span is None or not wanted.article:
        return None
    return span if whole else _within_quote(text, span)


_OPENS = re.compile(
    r"(?:(?:Phần|Mục)\s+)?(?:(?P<roman>[IVXL]{1,5})|(?P<number>\d{1,2})|(?P<letter>[a-zđ]))"
    r"\s?[.)/–-](?!\d)"
)
_FORMS = ("roman", "number", "letter")
"""How the parts of a Party document are marked, from the outermost in (Guidance 36-HD/VPTW)."""


def part_in(text: str, marks: Sequence[str]) -> Span | None:
    """Return where the part stands that `marks` name from the outermost in; None if nowhere.

    A number names a part with a Roman number where none has Arabic ones. No more than a quote
    holds.

    >>> text = "I- VIỆC\\n1- Họp:\\na) Mở.\\nb) Ghi.\\n2- Thu phí.\\nII- HẠN"
    >>> span = part_in(text, ["I", "1", "b"])
    >>> text[span.start : span.end]
    'b) Ghi.'
    """
    span: Span | None = Span(0, len(text))
    for mark in marks:
        span = _marked(text, span, mark) if span else None
    return _within_quote(text, span) if span else None


def _marked(text: str, inside: Span, mark: str) -> Span | None:
    lines = [(line, _opening(text[line.start : line.end])) for line in _lines(text, inside)]
    wanted = [("letter", mark)]
    if mark.isdigit():
        wanted = [("number", mark), ("roman", mark)]
    elif mark.isupper():
        wanted = [("roman", str(_roman(mark)))]
    for form, number in wanted:
        first = next((i for i, (_, opens) in enumerate(lines) if opens == (form, number)), None)
        if first is None:
            continue
        outer = _FORMS[: _FORMS.index(form) + 1]
        last = first
        while last + 1 < len(lines) and lines[last + 1][1][0] not in outer:
            last += 1
        return Span(lines[first][0].start, lines[last][0].end)
    return None


def _opening(line: str) -> tuple[str, str]:
    """Return the form and the number of the part that a line opens; ("", "") for none."""
    opens = _OPENS.match(line)
    if opens is None:
        return "", ""
    if opens["roman"]:
        return "roman", str(_roman(opens["roman"]))
    return ("number", opens["number"]) if opens["number"] else ("letter", opens["letter"])


def _within_quote(text: str, span: Span) -> Span:
    if span.end - span.start <= _LONGEST:
        return span
    cut = text.rfind("\n", span.start, span.start + _LONGEST)
    return Span(span.start, cut if cut > span.start else span.start + _LONGEST)


def _part(text: str, inside: Span, number: str, opened: _Opened) -> Span | None:
    """Return the part that `opened` finds to bear that number, up to the next that it opens."""
    start: int | None = None
    end = inside.start
    for line in _lines(text, inside):
        words = text[line.start : line.end]
        begins = opened(words)
        if start is not None and (begins or (opened is article_opened and _CHAPTER.match(words))):
            break
        if start is None and begins == number:
            start = line.start
        end = line.end
    return None if start is None else Span(start, end)


def _lines(text: str, inside: Span) -> Iterator[Span]:
    for match in re.compile(r"\S(?:[^\n]*\S)?").finditer(text, inside.start, inside.end):
        yield Span(*match.span())
