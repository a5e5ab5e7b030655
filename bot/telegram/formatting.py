"""An Answer as Telegram messages: text and entities, split where a reader would. Pure.

Entities instead of a parse mode: verbatim text may hold `<`, `&` or `*`, and entities cannot fail
to parse. Offsets are characters until the very end and UTF-16 units in what is returned.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from telegram import MessageEntity
from telegram.constants import MessageLimit

from bot.log.corrections import Cause, CorrectedQuote
from bot.telegram.keyboards import shortened
from bot.texts.answers import (
    beside,
    counted_items,
    direct_line,
    lead,
    number,
    remarks_after,
    remarks_before,
    signed,
)
from bot.texts.texts import VIETNAMESE, Texts
from retrieval.directives.recognition import Reference, find_references, name_of
from retrieval.models import Answer, Quote, Source, Span
from retrieval.query.analysis import entities_in
from retrieval.text.names import publisher_name
from retrieval.text.revisions import changed_words
from retrieval.text.sentences import split_sentences
from retrieval.text.vietnamese import fold

MAX_UNITS = int(MessageLimit.MAX_TEXT_LENGTH)
_TURNING = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F])
"""Marks that set the direction of letters, also of those after them."""
MAX_ENTITIES = 100
"""Telegram drops what is past a hundred without a word."""


@dataclass(frozen=True, slots=True)
class Part:
    """One message: a text of at most 4096 UTF-16 units, and its entities."""

    text: str
    entities: tuple[MessageEntity, ...] = ()


@dataclass(frozen=True, slots=True)
class _Mark:
    """An entity before it is one: characters of the whole text."""

    kind: str
    start: int
    end: int
    url: str | None = None


@dataclass(slots=True)
class _Draft:
    """The whole reply while it is written."""

    text: str
    marks: list[_Mark]
    seams: list[int]
    """Where it may best be split: after each quote with its source."""
    username: str = ""
    """The bot's, for links to directives; "" for no links."""

    def add(self, words: str, kind: str | None = None, url: str | None = None) -> int:
        """Append words, marked if they are more than blanks; return where they start."""
        start = len(self.text)
        self.text += words
        if kind and words.strip():
            self.marks.append(_Mark(kind, start, len(self.text), url))
        return start


SCREEN = 900
"""Characters that are seen of an answer before anything is unfolded: a phone's screen."""
MOST_QUOTES = 3
"""Quotes of an answer in the chat; 📚 pages through all of them."""
_LONG_REPLY = 350
"""Characters from which the answer of a person folds."""
_LEAST = 300
"""Characters of the first quote that are seen whatever stands above it."""


def compose(
    answer: Answer, texts: Texts, heading: str = "", most: int = MOST_QUOTES, username: str = ""
) -> list[Part]:
    """Write an answer as messages to be read in seconds; none is ever empty.

    What a model wrote or what must be known first, or the words that answer by themselves; then the
    best quote with its source. All else
    folds: the other quotes, at most `most` in all unless the text above cites them by number, and
    the best one as a whole where a screen holds but the sentence of it that answers. Directives in
    quotes are links to what is known of them, where the bot's `username` is given.
    """
    direct = "" if answer.lead or answer.parts else direct_line(answer)
    is_told = answer.lead or answer.remarks or answer.parts or not answer.quotes
    said = "" if direct else counted_items(answer, texts)
    if is_told and not direct:
        said = lead(replace(answer, official=None), texts)
    draft = _Draft(heading, [], [], username)
    if answer.official:
        _add_official(draft, answer, texts)
    if said.strip():
        draft.add(f"\n\n{said.strip()}" if draft.text else said.strip())
    if direct:
        _add_direct(draft, direct, answer, texts)
    quotes = answer.quotes if answer.numbered else answer.quotes[:most]
    if quotes:
        draft.add("\n\n" if draft.text else "")
        room = max(_LEAST, SCREEN - len(draft.text) - len(citation(quotes[0].source)) - 10)
        seen = _with_asked(_seen(quotes[0], room), quotes[0], room, answer)
        _add_excerpt(draft, quotes[0], seen, number(answer, 1), texts)
        draft.seams.append(len(draft.text))
        is_cut = seen != Span(0, len(quotes[0].text))
        _add_folded(draft, answer, quotes, texts, first=0 if is_cut else 1)
    if answer.near and not answer.quotes:
        draft.add(f"\n\n{texts.near_hint}" if draft.text else texts.near_hint)
    elif answer.nearest and answer.nearest.name not in said and not answer.quotes:
        draft.add(f"\n\n{texts.nearest} " if draft.text else f"{texts.nearest} ")
        _add_source(draft, answer.nearest)
    if answer.note:
        draft.add(f"\n\n{texts.notes[answer.note]}", MessageEntity.ITALIC)
    return _split(draft) or [Part(texts.no_answer)]


def _add_direct(draft: _Draft, direct: str, answer: Answer, texts: Texts) -> None:
    """Add the words that answer by themselves in bold, on a line between the remarks."""
    draft.add("\n\n" if draft.text else "")
    if before := remarks_before(answer, texts):
        draft.add(f"{before}\n")
    draft.add(direct, MessageEntity.BOLD)
    if older := remarks_after(answer, texts):
        draft.add(f"\n{older}")


def compose_list(heading: str, lines: Sequence[str]) -> list[Part]:
    """Write a list as messages, split between lines where it can be."""
    draft = _Draft(heading, [], [])
    for line in lines:
        draft.add(f"\n{line}")
        draft.seams.append(len(draft.text))
    return _split(draft)


def compose_quotes(heading: str, excerpts: Sequence[tuple[Quote, Span]], texts: Texts) -> Part:
    """Write stretches of quotes below each other under a heading, as much as one message holds."""
    draft = _Draft(heading, [], [])
    for quote, seen in excerpts:
        draft.add("\n\n")
        _add_excerpt(draft, quote, seen, "", texts)
        draft.seams.append(len(draft.text))
    return _split(draft)[0]


_LONGEST_CORRECTED, _MOST_CHANGED = 600, 20
"""Characters of a corrected quote, and words marked in it."""


def compose_correction(heading: str, quotes: Sequence[CorrectedQuote], texts: Texts) -> Part:
    """Write what changed of an answer: old words and new ones, what is new in bold."""
    draft, says = _Draft(heading, [], []), texts.correction
    for quote in quotes[:MOST_QUOTES]:
        why = says[quote.cause].format(title=quote.title, by=quote.now_title)
        draft.add(f"\n\n{why}" if draft.text else why)
        if quote.before:
            draft.add(f"\n{says['before']}\n")
            draft.add(shortened(quote.before, _LONGEST_CORRECTED), MessageEntity.BLOCKQUOTE)
        if quote.now:
            draft.add(f"\n{says['now']}\n")
            now = shortened(quote.now, _LONGEST_CORRECTED)
            start = draft.add(now, MessageEntity.BLOCKQUOTE)
            changed = changed_words(quote.before, now) if quote.cause is Cause.CHANGED else []
            draft.marks += [
                _Mark(MessageEntity.BOLD, start + span.start, start + span.end)
                for span in changed[:_MOST_CHANGED]
            ]
        elif quote.cause is Cause.CHANGED:
            draft.add(f"\n{says['nothing']}")
    return _split(draft)[0]


_BEGINNING = 420
"""Characters of a source that its card shows."""


def beginning(source: Source, text: str, after: str = "") -> Part:
    """Write a source as a card: its name, how it begins, and a line after that."""
    draft = _Draft("", [], [])
    draft.add("📄 ")
    _add_source(draft, source)
    shown = " ".join(text[:_BEGINNING].split())
    if len(text) > _BEGINNING:
        shown = f"{shown.rsplit(maxsplit=1)[0]} …"
    draft.add("\n")
    draft.add(shown, MessageEntity.BLOCKQUOTE)
    draft.add(f"\n{after}" if after else "")
    return _split(draft)[0]


def quotation(quote: Quote) -> Part:
    """Write one quote with its source as one message."""
    draft = _Draft("", [], [])
    _add_excerpt(draft, quote, Span(0, len(quote.text)), "", VIETNAMESE)
    return _split(draft)[0]


def titled(source: Source, text: str, mark: tuple[Span, str]) -> Part:
    """Write a text of one message under the name of its source, with one span marked."""
    draft = _Draft("", [], [])
    _add_source(draft, source)
    start = draft.add("\n\n") + 2
    draft.add(text)
    span, kind = mark
    draft.marks.append(_Mark(kind, start + span.start, start + span.end))
    return _split(draft)[0]


def repeated(words: str, limit: int = 200) -> str:
    """Return what a person wrote as the bot may repeat it: in short, turning no letter around."""
    return words.translate(_TURNING)[:limit]


def citation(source: Source) -> str:
    """Return publisher · dd/mm/yyyy · title, without what is unknown."""
    return _before_title(source) + source.name


def _before_title(source: Source) -> str:
    day = source.date.strftime("%d/%m/%Y") if source.date else ""
    by_machine = VIETNAMESE.read_by_machine if source.read_by_machine else ""
    known = (by_machine, publisher_name(source.publisher), day)
    return "".join(f"{one} · " for one in known if one)


def _seen(quote: Quote, room: int) -> Span:
    """Return what is seen of a quote: all of it, else the sentence that answers, else a piece."""
    if len(quote.text) <= room:
        return Span(0, len(quote.text))
    at = next((span.start for span in _merged(quote.highlights, len(quote.text))), 0)
    sentences = [s for s in split_sentences(quote.text) if s.start <= at < s.end]
    start, end = (sentences[0].start, sentences[0].end) if sentences else (0, len(quote.text))
    if end - start > room:
        start = max(start, at - room // 3)
        end = min(end, start + room)
        start = _after_a_blank(quote.text, start, at)
        whole = quote.text[:end].rsplit(maxsplit=1)
        end = len(whole[0]) if whole and end < len(quote.text) else end
    return Span(start, max(end, min(at + 1, len(quote.text))))


def _with_asked(seen: Span, quote: Quote, room: int, answer: Answer) -> Span:
    """Return the seen stretch with the sentences that hold the years and units asked for.

    They are taken along where they stand in the quote, stand nowhere else that is seen, and fit.
    """
    asked = entities_in(answer.standalone or answer.question)
    names = (*asked.years, *asked.places, *(unit.text for unit in asked.units))
    above = fold(citation(quote.source))
    for name in map(fold, names):
        shown = fold(quote.text[seen.start : seen.end])
        at = fold(quote.text).find(name)
        if at < 0 or name in shown or name in above:
            continue
        holding = next((s for s in split_sentences(quote.text) if s.start <= at < s.end), None)
        if holding is None:
            continue
        wider = Span(min(seen.start, holding.start), max(seen.end, holding.end))
        if wider.end - wider.start <= room:
            seen = wider
    return seen


def _after_a_blank(text: str, start: int, latest: int) -> int:
    """Return where the next word begins, `start` if none does before `latest`."""
    if start == 0 or text[start - 1].isspace():
        return start
    blank = next((i for i in range(start, latest) if text[i].isspace()), None)
    return start if blank is None else blank + 1


def _add_official(draft: _Draft, answer: Answer, texts: Texts) -> None:
    """Append what a person in charge said, signed and dated; a long answer folds."""
    reply = answer.official
    if reply is None:
        return
    draft.add("\n\n" if draft.text else "")
    draft.add(signed(reply, texts), MessageEntity.BOLD)
    if fold(reply.question) != fold(answer.question):
        asked = texts.official_about.format(question=repeated(reply.question))
        draft.add("\n")
        draft.add(asked, MessageEntity.ITALIC)
    is_long = len(reply.words) > _LONG_REPLY
    kind = MessageEntity.EXPANDABLE_BLOCKQUOTE if is_long else MessageEntity.BLOCKQUOTE
    draft.add("\n")
    draft.add(reply.words, kind)
    draft.seams.append(len(draft.text))


def _add_excerpt(draft: _Draft, quote: Quote, seen: Span, mark: str, texts: Texts) -> None:
    """Append the part of a quote that is seen, "…" where the quote goes on, and its source."""
    start = len(draft.text)
    draft.add("… " if seen.start else "")
    _add_words(draft, quote, seen)
    draft.add(" …" if seen.end < len(quote.text) else "")
    if draft.text[start:].strip():
        draft.marks.append(_Mark(MessageEntity.BLOCKQUOTE, start, len(draft.text)))
    _add_origin(draft, quote, mark, texts)


def _add_folded(
    draft: _Draft, answer: Answer, quotes: Sequence[Quote], texts: Texts, *, first: int
) -> None:
    """Append the quotes from `first` on with their sources, folded together."""
    if first >= len(quotes):
        return
    start = draft.add("\n\n") + 2
    for rank, quote in enumerate(quotes[first:], first + 1):
        draft.add("\n\n" if rank > first + 1 else "")
        _add_words(draft, quote, Span(0, len(quote.text)))
        if rank > 1:
            _add_origin(draft, quote, number(answer, rank), texts)
        draft.seams.append(len(draft.text))
    draft.marks.append(_Mark(MessageEntity.EXPANDABLE_BLOCKQUOTE, start, len(draft.text)))


def _add_words(draft: _Draft, quote: Quote, seen: Span) -> None:
    """Append a stretch of a quote, what answers in it in bold."""
    start = draft.add(quote.text[seen.start : seen.end]) - seen.start
    bold = []
    marked = (quote.answer,) if quote.answer else quote.highlights
    for span in _merged(marked, len(quote.text)):
        first, last = max(span.start, seen.start), min(span.end, seen.end)
        if quote.text[first:last].strip():
            bold.append(Span(first, last))
            draft.marks.append(_Mark(MessageEntity.BOLD, start + first, start + last))
    for reference in find_references(quote.text) if draft.username else ():
        link = directive_link(reference, draft.username)
        within = seen.start <= reference.start and reference.end <= seen.end
        if link and within and not any(_crosses(reference, span) for span in bold):
            place = start + reference.start, start + reference.end
            draft.marks.append(_Mark(MessageEntity.TEXT_LINK, *place, link))


def _crosses(reference: Reference, span: Span) -> bool:
    """Whether two stretches overlap and neither holds the other, which Telegram refuses."""
    apart = reference.end <= span.start or span.end <= reference.start
    inside = span.start <= reference.start and reference.end <= span.end
    holds = reference.start <= span.start and span.end <= reference.end
    return not (apart or inside or holds)


_LINK = "vb-"
_LONGEST_PAYLOAD = 64
"""Letters that a link to a bot may carry."""


def directive_link(reference: Reference, username: str) -> str:
    """Return the link that shows what is known of a directive; "" where its name is too long.

    >>> from retrieval.directives.recognition import find_references
    >>> link = directive_link(find_references("Chỉ thị 35-CT/TW")[0], "bot")
    >>> linked_directive(link.partition("start=")[2])
    'Chỉ thị số 35-CT/TW'
    """
    if not (reference.number or reference.series):
        return ""
    name = urlsafe_b64encode(name_of(reference).encode()).decode().rstrip("=")
    payload = f"{_LINK}{name}"
    return f"https://t.me/{username}?start={payload}" if len(payload) <= _LONGEST_PAYLOAD else ""


ROLE_LINK = "vt_"
"""How the payload of a link begins that gives a role."""


def linked_directive(payload: str) -> str:
    """Return the directive that a link names, "" for any other payload."""
    if not payload.startswith(_LINK):
        return ""
    name = payload.removeprefix(_LINK)
    try:
        return urlsafe_b64decode(name + "=" * (-len(name) % 4)).decode()[:_LONGEST_PAYLOAD]
    except ValueError:
        return ""


def _add_origin(draft: _Draft, quote: Quote, mark: str, texts: Texts) -> None:
    draft.add(f"\n{mark}— {quote.place} · " if quote.place else f"\n{mark}— ")
    _add_source(draft, quote.source)
    draft.add("".join(f"\n{line}" for line in beside(quote, texts)))


def _add_source(draft: _Draft, source: Source) -> None:
    draft.add(_before_title(source))
    link = source.url if _is_web_address(source.url) else None
    draft.add(source.name, MessageEntity.TEXT_LINK if link else None, link)


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    blank = any(char.isspace() for char in url)
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and not blank


def _merged(spans: Sequence[Span], length: int) -> Iterator[Span]:
    """Yield the spans in order, within the text, those that touch as one."""
    open_span: Span | None = None
    for span in sorted(spans, key=lambda span: span.start):
        start, end = max(0, span.start), min(length, span.end)
        if start >= end:
            continue
        if open_span and start <= open_span.end:
            open_span = Span(open_span.start, max(open_span.end, end))
            continue
        if open_span:
            yield open_span
        open_span = Span(start, end)
    if open_span:
        yield open_span


def _split(draft: _Draft) -> list[Part]:
    parts = []
    start = _next_word(draft.text, 0)
    while start < len(draft.text):
        end = _cut(draft, start)
        parts.append(_part(draft, start, start + len(draft.text[start:end].rstrip())))
        start = _next_word(draft.text, end)
    return parts


def _next_word(text: str, at: int) -> int:
    return len(text) - len(text[at:].lstrip())


def _cut(draft: _Draft, start: int) -> int:
    """Return where the part that begins at `start` ends: after a quote, a sentence, a word."""
    reach = _reach(draft, start)
    if reach == len(draft.text):
        return reach
    if seams := [seam for seam in draft.seams if start < seam <= reach]:
        return seams[-1]
    window = draft.text[start:reach]
    sentences = split_sentences(window)
    if len(sentences) > 1:
        return start + sentences[-2].end
    words = window.rsplit(maxsplit=1)
    if len(words) > 1:
        return reach - len(words[1]) - (len(window) - len(window.rstrip()))
    return reach


def _reach(draft: _Draft, start: int) -> int:
    """Return the furthest end that one message can hold, in units and in entities."""
    units, end = 0, start
    while end < len(draft.text):
        units += 2 if ord(draft.text[end]) > 0xFFFF else 1
        if units > MAX_UNITS:
            break
        end += 1
    begun = sorted(mark.start for mark in draft.marks if mark.end > start)
    return min(end, begun[MAX_ENTITIES]) if len(begun) > MAX_ENTITIES else end


def _part(draft: _Draft, start: int, end: int) -> Part:
    """Return the message of this stretch, with the pieces of the entities that fall in it."""
    text = draft.text[start:end]
    entities = []
    for mark in draft.marks:
        first, last = max(mark.start, start) - start, min(mark.end, end) - start
        if first < last and text[first:last].strip():
            entities.append(MessageEntity(mark.kind, first, last - first, url=mark.url))
    return Part(text, tuple(MessageEntity.adjust_message_entities_to_utf_16(text, entities)))
