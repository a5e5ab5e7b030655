"""An answer in words: for messages, pipes, scripts, the log and what is remembered.

Owns the words around quotes, made of the values that an Answer carries; quotes go out as they are,
unbroken. Pure.
"""

from __future__ import annotations

from datetime import date

from bot.texts.texts import VIETNAMESE, Texts
from retrieval.models import (
    Answer,
    GrowingAnswer,
    Kind,
    OfficialReply,
    PartAnswer,
    Quote,
    Refusal,
    RefusalReason,
    Remark,
    RemarkKind,
    Source,
    Turn,
)
from retrieval.text.names import publisher_name


def lead(answer: Answer, texts: Texts = VIETNAMESE) -> str:
    """Return what stands above the quotes: a person's answer, remarks, a model's words or ours.

    What is older comes after what answers: a reader takes the first words for the answer.
    """
    own = answer.lead or _own(answer, texts)
    before, older = remarks_before(answer, texts), remarks_after(answer, texts)
    if not (answer.lead or direct_line(answer)):  # a quote follows that answers
        order = (before, older, own)
    else:
        own += "." if older and own[-1:] not in (".", "!", "?") else ""
        order = (before, own, older)
    said = " ".join(filter(None, order))
    if answer.official is None:
        return said
    return f"{signed(answer.official, texts)}\n{answer.official.words}\n\n{said}".strip()


def remarks_before(answer: Answer, texts: Texts = VIETNAMESE) -> str:
    """Return the remarks that must be known before the answer is read."""
    return _remarks(answer, texts, older=False)


def remarks_after(answer: Answer, texts: Texts = VIETNAMESE) -> str:
    """Return the remarks on what older sources say."""
    return _remarks(answer, texts, older=True)


def _remarks(answer: Answer, texts: Texts, *, older: bool) -> str:
    return " ".join(
        _remark(remark, texts)
        for remark in answer.remarks
        if (remark.kind is RemarkKind.EARLIER) is older
    )


def signed(reply: OfficialReply, texts: Texts = VIETNAMESE) -> str:
    """Return who answered and when, in one line."""
    return signature(reply.author, reply.day, texts)


def signature(author: str, day: date, texts: Texts = VIETNAMESE) -> str:
    """Return the line above what a person in charge answered."""
    who = texts.official_by.format(name=author) if author else texts.official
    return f"{who}, {texts.on.format(day=_day(day))}:"


def growing_text(draft: GrowingAnswer, texts: Texts = VIETNAMESE) -> str:
    """Return an answer that is not whole yet, and that the rest of it is being checked."""
    return "\n\n".join(filter(None, (draft.text, texts.checking if draft.is_checking else "")))


def _own(answer: Answer, texts: Texts) -> str:
    if answer.kind is Kind.SMALLTALK:
        return texts.small_talk[answer.small_talk] if answer.small_talk else ""
    if answer.kind is Kind.CLARIFY:
        choices = (f"{n}. {choice}" for n, choice in enumerate(answer.choices, 1))
        return "\n".join([texts.clarify, *choices])
    if answer.kind is Kind.NOT_FOUND:
        return refused(answer.refusal, texts) if answer.refusal else texts.not_found
    if answer.parts:
        return "\n".join(f"{n}. {part_text(part, texts)}" for n, part in enumerate(answer.parts, 1))
    if not answer.quotes:
        return ""
    according = texts.according.format(who=_publisher(answer.quotes[0].source, texts))
    return " ".join(filter(None, (according, direct_line(answer) or counted_items(answer, texts))))


def counted_items(answer: Answer, texts: Texts = VIETNAMESE) -> str:
    """Return how many items the list has that is asked for and quoted first, "" where none is."""
    best = answer.quotes[0] if answer.quotes and not answer.numbered else None
    several = best is not None and best.items > 1 and not best.answer
    return texts.items.format(count=best.items) if best and several else ""


def direct_line(answer: Answer) -> str:
    """Return the words of the best quote that answer by themselves, "" where that is not clear."""
    best = answer.quotes[0] if answer.quotes and not answer.numbered else None
    return best.text[best.answer.start : best.answer.end] if best and best.answer else ""


def part_text(part: PartAnswer, texts: Texts = VIETNAMESE) -> str:
    """Return one of several questions with the numbers of its quotes, or why there are none."""
    numbers = " ".join(f"[{index + 1}]" for index in part.indices)
    return f"{part.question} {numbers or _own(part.answer, texts)}"


def refused(refusal: Refusal, texts: Texts = VIETNAMESE) -> str:
    """Return the sentence that says why a question is not answered."""
    is_list = refusal.reason is RefusalReason.OUT_OF_DOMAIN
    subjects = (", " if is_list else texts.and_).join(refusal.subjects)
    return texts.refused[refusal.reason].format(subjects=subjects)


def _remark(remark: Remark, texts: Texts) -> str:
    if remark.kind is RemarkKind.SUPERSEDED:
        by = texts.superseded_by.format(actor=remark.actor) if remark.actor else ""
        return texts.superseded.format(
            directive=remark.subjects[0],
            done=texts.done[remark.verb],
            by=by,
            who=_publisher(remark.source, texts) if remark.source else "",
        )
    if remark.kind is RemarkKind.EARLIER:
        dated = zip(remark.subjects, remark.days, strict=True)
        said = (f"{words} ({texts.on.format(day=_day(day))})" for words, day in dated)
        return texts.earlier.format(said=", ".join(said))
    day = _day(remark.days[0]) if remark.days else ""
    return texts.remarks[remark.kind].format(subjects=texts.and_.join(remark.subjects), day=day)


def _publisher(source: Source, texts: Texts) -> str:
    """Return the publisher and the date of a source in words, or its title."""
    who = publisher_name(source.publisher) or f"“{source.name}”"
    return f"{who}, {texts.on.format(day=_day(source.date))}" if source.date else who


def _day(day: date) -> str:
    return f"{day.day}/{day.month}/{day.year}"


def plain_text(answer: Answer) -> str:
    """Return the lead, then each quote between “…” with where it is from."""
    lines = [lead(answer)]
    for rank, quote in enumerate(answer.quotes, 1):
        lines += ["", f"“{quote.text}”", f"{number(answer, rank)}— {cited(quote)}", *beside(quote)]
    if answer.nearest:
        lines.append(nearest(answer.nearest))
    if answer.note:
        lines += ["", VIETNAMESE.notes[answer.note]]
    return "\n".join(lines)


def cited(quote: Quote) -> str:
    """Return where a quote is from in one line, article and clause first where it has them."""
    return ", ".join(filter(None, (quote.place, source_line(quote.source))))


def beside(quote: Quote, texts: Texts = VIETNAMESE) -> list[str]:
    """Return what is said under a quote: list items left out, like sources, remarks."""
    lines = [texts.more_items.format(count=quote.more)] if quote.more else []
    if quote.also:
        lines.append(texts.also.format(sources="; ".join(map(source_line, quote.also))))
    return [*lines, *(_remark(remark, texts) for remark in quote.remarks)]


def number(answer: Answer, rank: int) -> str:
    """Return what marks a quote that the lead cites: "[1] ", or "" where it cites none."""
    return f"[{rank}] " if answer.numbered else ""


def nearest(source: Source) -> str:
    """Return the line that names the source nearest to an unanswered question."""
    return f"{VIETNAMESE.nearest} {source_line(source)}."


def source_line(source: Source) -> str:
    """Return publisher, date and title of a source in one line, what is unknown left out."""
    day = _day(source.date) if source.date else ""
    by_machine = VIETNAMESE.read_by_machine if source.read_by_machine else ""
    known = (publisher_name(source.publisher), day, source.name, by_machine)
    return ", ".join(filter(None, known))


def remembered(question: str, answer: Answer) -> Turn:
    """Return what a follow-up builds on: the question as searched, the lead and the best quote."""
    best = f" “{answer.quotes[0].text}”" if answer.quotes else ""
    title = answer.quotes[0].source.title if answer.quotes else ""
    return Turn(answer.standalone or question, f"{lead(answer)}{best}", title)
