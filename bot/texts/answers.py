"""An answer in plain text: for pipes, for scripts, and for what is remembered of a conversation.

Owns the words around lead and quotes; quotes go out as they are, unbroken. Pure.
"""

from __future__ import annotations

from dataclasses import replace

from bot.texts.texts import VIETNAMESE, Texts
from retrieval.answering import chain
from retrieval.models import Answer, Kind, Quote, Source, Turn


def worded(answer: Answer, texts: Texts) -> Answer:
    """Return an answer whose own sentences are said as `texts` says them."""
    if texts is VIETNAMESE:
        return answer
    note = texts.no_model if answer.note == VIETNAMESE.no_model else answer.note
    return replace(answer, lead=_lead(answer, texts), note=note)


def _lead(answer: Answer, texts: Texts) -> str:
    lead = answer.lead
    if answer.kind is Kind.SMALLTALK:
        return _small_talk(lead, texts)
    if answer.kind is Kind.NOT_FOUND:
        return _not_found(lead, texts)
    if answer.quotes and lead == chain.lead(answer.quotes):
        source = answer.quotes[0].source
        who = source.publisher or f"“{source.title}”"
        day = f"{source.date.day}/{source.date.month}/{source.date.year}" if source.date else ""
        return texts.according.format(who=", ".join(filter(None, (who, day))))
    return lead


def _small_talk(lead: str, texts: Texts) -> str:
    if lead == VIETNAMESE.no_words:
        return texts.no_words
    kinds = (kind for kind, words in VIETNAMESE.small_talk.items() if words == lead)
    kind = next(kinds, None)
    return lead if kind is None else texts.small_talk[kind]


def _not_found(lead: str, texts: Texts) -> str:
    if lead == VIETNAMESE.not_found:
        return texts.not_found
    before, _, after = VIETNAMESE.unmentioned.partition("{names}")
    if lead.startswith(before) and lead.endswith(after):
        return texts.unmentioned.format(names=lead[len(before) : -len(after)])
    return lead


NEAREST = "Nguồn gần nhất:"


def plain_text(answer: Answer) -> str:
    """Return the lead, then each quote between “…” with where it is from."""
    lines = [answer.lead]
    for rank, quote in enumerate(answer.quotes, 1):
        lines += ["", f"“{quote.text}”", f"{number(answer, rank)}— {cited(quote)}"]
    if answer.nearest:
        lines.append(nearest(answer.nearest))
    if answer.note:
        lines += ["", answer.note]
    return "\n".join(lines)


def cited(quote: Quote) -> str:
    """Return where a quote is from in one line, article and clause first where it has them."""
    return ", ".join(filter(None, (quote.place, described(quote.source))))


def number(answer: Answer, rank: int) -> str:
    """Return what marks a quote that the lead cites: "[1] ", or "" where it cites none."""
    return f"[{rank}] " if answer.numbered else ""


def nearest(source: Source) -> str:
    """Return the line that names the source nearest to an unanswered question."""
    return f"{NEAREST} {described(source)}."


def described(source: Source) -> str:
    """Return publisher, date and title of a source in one line, what is unknown left out."""
    day = f"{source.date.day}/{source.date.month}/{source.date.year}" if source.date else ""
    return ", ".join(filter(None, (source.publisher, day, source.title)))


def remembered(question: str, answer: Answer) -> Turn:
    """Return what a follow-up builds on: the question as searched, the lead and the best quote."""
    best = f" “{answer.quotes[0].text}”" if answer.quotes else ""
    return Turn(answer.standalone or question, f"{answer.lead}{best}")
