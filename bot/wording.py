"""The sentences that the assistant itself puts around quotes, in the asker's language. Pure.

The assistant speaks Vietnamese, and so does the log. What sources say, and what a model wrote, is
left as it is.
"""

from __future__ import annotations

from dataclasses import replace

from bot.texts import VIETNAMESE, Texts
from retrieval import answering
from retrieval.documents import Answer, Kind


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
    if answer.quotes and lead == answering.lead(answer.quotes):
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
