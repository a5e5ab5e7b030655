"""From a question to an answer with verified quotes: the main story.

    question ──► search ──► select ──► verify ──► Answer
                              └─ too little evidence ──► "not found", the nearest source named

Owns the order and the words around the quotes. Blocking; callers use threads.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from retrieval.answering.quotes import MOST_QUOTES, select
from retrieval.answering.recency import (
    earlier,
    earlier_figures,
    newest_figure_first,
    newest_first,
    older_figures,
)
from retrieval.answering.verification import verbatim
from retrieval.models import Answer, Kind, Quote, Source
from retrieval.ranking.candidates import Findings
from retrieval.ranking.retriever import Search
from retrieval.ranking.weights import Ranking
from retrieval.registry.lookup import unmentioned
from retrieval.registry.supersession import Overtaken
from retrieval.timing import Stopwatch

if TYPE_CHECKING:
    from langchain_core.runnables import Runnable

NOT_FOUND = "Các nguồn hiện có không trả lời câu hỏi này."
_MOST_OF_ALL = 5
EMPTY = "Kho tài liệu đang trống nên chưa thể trả lời."


@dataclass(frozen=True, slots=True)
class Found:
    """What search found for a question, and the quotes that answer it: none, no answer."""

    question: str
    findings: Findings
    quotes: tuple[Quote, ...]
    watch: Stopwatch
    remarks: tuple[str, ...] = ()
    """What must be said before any answer: of a directive not mentioned, or overtaken."""


class Answerer:
    """Answers standalone questions from the index alone, without a model."""

    def __init__(self, search: Search, ranking: Ranking) -> None:
        self._search = search
        self._ranking = ranking

    def chain(self) -> Runnable[str, Answer]:
        """Return the LangChain runnable: a standalone question in, an answer out."""
        # Imported where it is needed: with it come LangChain's tracers, 0.3 s of a start.
        from langchain_core.runnables import RunnableLambda

        return RunnableLambda(self.answer)

    def answer(self, question: str) -> Answer:
        """Answer `question`; raises IndexFault or EndpointError."""
        return self.extract(self.find(question))

    def find(self, question: str) -> Found:
        """Return what answers `question`, if anything does; raises IndexFault or EndpointError."""
        watch = Stopwatch()
        findings, holders = newest_first(self._search.find(question, watch))
        findings, figures = newest_figure_first(findings)
        with watch("quote"):
            quotes = select(findings, self._ranking.merge_within)
        with watch("verify"):
            quotes = verbatim(quotes, findings.stored)
        if findings.probability < self._ranking.threshold or not quotes:
            return Found(question, findings, (), watch)
        with watch("directives"):
            news = self._search.overtaken(quotes[0])
        older = verbatim(older_figures(figures, findings.question), findings.stored)
        quotes = _with(quotes, [*older, *([news.quote] if news else [])])
        remarks = (
            unmentioned(findings.asked),
            warning(news) if news else "",
            earlier(holders, quotes[:MOST_QUOTES]),
            earlier_figures(figures),
        )
        return Found(question, findings, quotes, watch, tuple(filter(None, remarks)))

    def extract(self, found: Found) -> Answer:
        """Return the answer in the sources' own words, or that there is none."""
        if not found.quotes:
            return _not_found(found.question, found.findings, found.watch)
        return Answer(
            found.question,
            Kind.ANSWER,
            " ".join([*found.remarks, lead(found.quotes)]),
            found.quotes,
            confidence=found.findings.probability,
            timings_ms=found.watch.ms,
        )


def _with(quotes: Sequence[Quote], beside: Sequence[Quote]) -> tuple[Quote, ...]:
    """Return the best quote, those that remarks rest on, and the others that are not in these."""

    def within(quote: Quote) -> bool:
        return any(
            q.source.id == quote.source.id and q.start < quote.end and quote.start < q.end
            for q in beside
        )

    rest = [quote for quote in quotes[1:] if not within(quote)]
    return (quotes[0], *beside, *rest)[:_MOST_OF_ALL] if beside else tuple(quotes)


def lead(quotes: Sequence[Quote]) -> str:
    """Return the line above the quotes: who says it, and when."""
    return f"Theo {described(quotes[0].source)}:"


def warning(news: Overtaken) -> str:
    """Return the sentence that says what became of a directive, and who says so."""
    return f"Lưu ý: {news} (theo {described(news.quote.source)})."


def described(source: Source) -> str:
    """Return the publisher and the date of a source in words, or its title."""
    day = f", ngày {source.date.day}/{source.date.month}/{source.date.year}" if source.date else ""
    return f"{source.publisher or f'“{source.title}”'}{day}"


def _not_found(question: str, findings: Findings, watch: Stopwatch) -> Answer:
    nearest = findings.candidates[0].source if findings.candidates else None
    return Answer(
        question,
        Kind.NOT_FOUND,
        EMPTY if findings.is_empty else _regret(findings),
        nearest=nearest,
        confidence=findings.probability,
        timings_ms=watch.ms,
    )


def _regret(findings: Findings) -> str:
    """Return the sentence that says what the sources lack."""
    if said := unmentioned(findings.asked):
        return said
    lacking = f" Nguồn gần nhất không nói tới {findings.missing}." if findings.missing else ""
    return NOT_FOUND + lacking
