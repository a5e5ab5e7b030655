"""From a question to an answer with verified quotes: the main story.

    question ──► search ──► select ──► verify ──► Answer
                              └─ too little evidence ──► "not found", the nearest source named

Owns the order of the steps and why there is no answer, as values: words are `bot.texts`'s.
Blocking; callers use threads.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from retrieval.answering.abstention import Decision, decide
from retrieval.answering.cell_lookup import answered_by_cell
from retrieval.answering.polarity import polarity
from retrieval.answering.quotes import MOST_QUOTES, say_the_same, select, verbatim
from retrieval.answering.recency import (
    earlier,
    earlier_figures,
    newest_figure_first,
    newest_first,
    older_figures,
)
from retrieval.models import (
    Answer,
    Audience,
    Kind,
    Quote,
    Refusal,
    RefusalReason,
    Remark,
    RemarkKind,
)
from retrieval.query.analysis import Question, analyse
from retrieval.query.translation import is_english
from retrieval.query.understanding import RESPELLED
from retrieval.ranking.candidates import Findings
from retrieval.ranking.retriever import Search
from retrieval.ranking.weights import Ranking
from retrieval.registry.lookup import unmentioned
from retrieval.registry.official_documents import StatedFields
from retrieval.text.prompt_injection import cheats_readers
from retrieval.timing import Stopwatch

if TYPE_CHECKING:
    from langchain_core.runnables import Runnable

_MOST_OF_ALL = 5
_EQUAL = 0.1
"""How far apart the probabilities of two answers are that are equally good."""


@dataclass(frozen=True, slots=True)
class Retrieved:
    """What search found for a question, and the quotes that answer it: none, no answer."""

    question: str
    findings: Findings
    quotes: tuple[Quote, ...]
    watch: Stopwatch
    decision: Decision
    remarks: tuple[Remark, ...] = ()
    """What must be said before any answer: of a directive not mentioned, or overtaken."""
    choices: tuple[str, ...] = ()
    """Two readings of the question that are answered equally well."""

    from_form: bool = False
    """True where the form of an official document says it: nothing is left to a model."""

    @property
    def refusal(self) -> Refusal | None:
        """Why there are no quotes; not verbatim is a fault of the index."""
        if self.decision.refusal or self.quotes:
            return self.decision.refusal
        return Refusal(RefusalReason.NOT_VERBATIM)


class Answerer:
    """Answers standalone questions from the index alone, without a model."""

    def __init__(self, search: Search, ranking: Ranking) -> None:
        self._search = search
        self._ranking = ranking

    def within(self, audience: Audience) -> Answerer:
        """Return what answers from what `audience` may see, and knows of nothing else."""
        return Answerer(self._search.within(audience), self._ranking)

    def chain(self) -> Runnable[str, Answer]:
        """Return the LangChain runnable, a standalone question in, an answer out: find | extract.

        Awaited, both steps run in threads. Raises IndexFault or EndpointError.
        """
        # Imported where it is needed: with it come LangChain's tracers, 0.3 s of a start.
        from langchain_core.runnables import RunnableLambda

        return RunnableLambda(self.find) | RunnableLambda(self.extract)

    def answer(self, question: str) -> Answer:
        """Answer `question`; raises IndexFault or EndpointError."""
        return self.extract(self.find(question))

    def find(self, question: str) -> Retrieved:
        """Return what answers `question`, if anything does; raises IndexFault or EndpointError.

        Of two readings about as likely, both are tried, and the better answered one wins.
        """
        found = self._find(question)
        if not (rival := found.findings.question.rival):
            return found
        other = self._find(rival)
        if equally_good(found, other):
            return replace(found, choices=(found.findings.question.text, rival))
        better = other.quotes and other.decision.probability > found.decision.probability
        return replace(other, question=question) if better else found

    def _find(self, question: str) -> Retrieved:
        watch = Stopwatch()
        with watch("form"):
            stated = self._search.stated(question)
        if stated:
            return _from_form(question, stated, watch)
        findings = answered_by_cell(self._search.find(question, watch))
        with watch("decide"):
            decision = self._told_topics(decide(findings, self._ranking.threshold))
        findings, holders = newest_first(findings)
        findings, figures = newest_figure_first(findings)
        with watch("quote"):
            quotes = select(findings, self._ranking)
        with watch("verify"):
            quotes = verbatim(quotes, findings.stored)
        if not (decision.answers and quotes):
            return Retrieved(question, findings, (), watch, decision)
        with watch("copies"):
            quotes, stored = self._search.best_copies(quotes, findings.stored)
            quotes, findings = verbatim(quotes, stored), replace(findings, stored=stored)
        with watch("directives"):
            news = self._search.overtaken(quotes[0])
        older = verbatim(older_figures(figures, findings.question), findings.stored)
        quotes = _with(quotes, [*older, *([news.quote] if news else [])])
        remarks = (
            unmentioned(findings.asked),
            news.remark if news else None,
            earlier(holders, quotes[:MOST_QUOTES]),
            earlier_figures(figures),
            caution(quotes),
            understood(question, findings.question),
        )
        return Retrieved(
            question, findings, quotes, watch, decision, tuple(r for r in remarks if r)
        )

    def _told_topics(self, decision: Decision) -> Decision:
        """Return the decision; a question out of the domain is told what the sources are about."""
        refusal = decision.refusal
        if refusal is None or refusal.reason is not RefusalReason.OUT_OF_DOMAIN:
            return decision
        topics = self._search.topics()
        reason = RefusalReason.OUT_OF_DOMAIN if topics else RefusalReason.WEAK_EVIDENCE
        return replace(decision, refusal=Refusal(reason, topics))

    def extract(self, found: Retrieved) -> Answer:
        """Return the answer in the sources' own words, or that there is none."""
        steps = found.findings.question.steps
        if found.choices:
            return Answer(
                found.question,
                Kind.CLARIFY,
                choices=found.choices,
                confidence=found.decision.probability,
                timings_ms=found.watch.ms,
                steps=steps,
            )
        if not found.quotes:
            return replace(_not_found(found), steps=steps)
        return Answer(
            found.question,
            Kind.ANSWER,
            steps=steps,
            quotes=found.quotes,
            remarks=(*found.remarks, *_plain_no(found)),
            confidence=found.decision.probability,
            timings_ms=found.watch.ms,
            from_form=found.from_form,
        )


def _from_form(question: str, stated: StatedFields, watch: Stopwatch) -> Retrieved:
    """Return what the form of official documents says, or that it does not say it."""
    findings = Findings(analyse(question), (), 1.0, stated.stored)
    remarks = [Remark(RemarkKind.COUNTED, (stated.counted,))] if stated.counted else []
    return Retrieved(
        question,
        findings,
        verbatim(stated.quotes, stated.stored),
        watch,
        Decision(stated.refusal, 0.0 if stated.refusal else 1.0),
        tuple(remarks),
        from_form=True,
    )


def _plain_no(found: Retrieved) -> tuple[Remark, ...]:
    """Return what the best quote plainly says to a yes-or-no question, if it says no."""
    said = polarity(found.findings.question, found.quotes[0].text)
    return (Remark(said),) if said else ()


def equally_good(one: Retrieved, other: Retrieved) -> bool:
    """Return True if both are answered, about as surely, and neither shows what the other does."""
    apart = abs(one.decision.probability - other.decision.probability)
    if not (one.quotes and other.quotes) or apart > _EQUAL:
        return False
    return not (shows(one.quotes, other.quotes[0]) or shows(other.quotes, one.quotes[0]))


def shows(quotes: Sequence[Quote], wanted: Quote) -> bool:
    """Return True if one of the `quotes` holds some of the words of `wanted`, or says the same."""
    return any(
        (
            quote.source.id == wanted.source.id
            and quote.start < wanted.end
            and wanted.start < quote.end
        )
        or say_the_same(quote, wanted)
        for quote in quotes
    )


def _with(quotes: Sequence[Quote], beside: Sequence[Quote]) -> tuple[Quote, ...]:
    """Return the best quote, those that remarks rest on, and the others that are not in these."""
    rest = [quote for quote in quotes[1:] if not shows(beside, quote)]
    return (quotes[0], *beside, *rest)[:_MOST_OF_ALL] if beside else tuple(quotes)


def understood(typed: str, question: Question) -> Remark | None:
    """Return how a question was read where its words were respelled, written out or translated.

    An English one became words to search by, which tell its reader nothing.
    """
    changed = any(stage in RESPELLED for stage, _ in question.steps) and not is_english(typed)
    return Remark(RemarkKind.UNDERSTOOD, (question.text,)) if changed else None


def caution(quotes: Sequence[Quote]) -> Remark | None:
    """Return the warning over quotes that ask readers for secrets, money or clicks."""
    asking = any(cheats_readers(quote.text) for quote in quotes)
    return Remark(RemarkKind.ASKS_READERS) if asking else None


def _not_found(found: Retrieved) -> Answer:
    near = found.findings.near
    return Answer(
        found.question,
        Kind.NOT_FOUND,
        nearest=near[0] if near else None,
        near=near,
        refusal=found.refusal,
        confidence=found.decision.probability,
        timings_ms=found.watch.ms,
    )
