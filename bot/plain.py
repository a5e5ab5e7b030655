"""An answer in plain text: for pipes, for scripts, and for what is remembered of a conversation.

Owns the words around lead and quotes; quotes go out as they are, unbroken. Pure.
"""

from __future__ import annotations

from retrieval.documents import Answer, Quote, Source, Turn

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
