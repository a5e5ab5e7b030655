"""The way of a question, free of Telegram: small talk, follow-ups, then the sources.

Owns the routing around the answerer, the answers to several questions of one message as one, and
keeps blocking work off the event loop. Where questions come from and where answers go is the front
ends' business.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from bot.assistant.routing import FollowUp, continued, follow_up, is_complaint, small_talk
from retrieval.answering.chain import Answerer, shows
from retrieval.models import (
    DEFAULT_OPTIONS,
    PUBLIC,
    Answer,
    AnswerOptions,
    Audience,
    Kind,
    ModelUse,
    OfficialReply,
    PartAnswer,
    Quote,
    Remark,
    RemarkKind,
    SmallTalk,
    Source,
    Turn,
)
from retrieval.query.splitting import question_of_story, questions_in
from retrieval.text.vietnamese import normalise, words

if TYPE_CHECKING:
    from langchain_core.runnables import Runnable

    from retrieval.generation.chain import Grounded
from itertools import chain, zip_longest

ROUTED = "routing"
"""The stage that writes a follow-up out, or takes the question out of a story."""
_EQUAL = 0.02
"""How far apart the probabilities of a question's answers with and without the turn before it are
that are equally good."""
_MOST_AUDIENCES = 100
LONGEST_QUESTION = 2000
"""Characters of a question that are looked at; nobody asks in more."""


class Answering(Protocol):
    """What answers questions: Assistant, or a test's stand-in."""

    async def answer(
        self, question: str, history: Sequence[Turn] = (), options: AnswerOptions = DEFAULT_OPTIONS
    ) -> Answer:
        """Answer a question, with the turns before it."""
        ...


class OfficialReplies(Protocol):
    """What knows the answers of administrators: bot.log.remembered_answers.RememberedAnswers."""

    def find(self, question: str, today: date, audience: Audience) -> OfficialReply | None:
        """Return the answer to the same question that `audience` may have; may block."""
        ...


class Remembering:
    """An assistant whose answers stand below what a person in charge said to the same question."""

    def __init__(self, assistant: Answering, replies: OfficialReplies) -> None:
        self._assistant = assistant
        self._replies = replies

    async def answer(
        self, question: str, history: Sequence[Turn] = (), options: AnswerOptions = DEFAULT_OPTIONS
    ) -> Answer:
        """Answer as the assistant does; what a person said makes an answer of a refusal."""
        answer = await self._assistant.answer(question, history, options)
        if answer.kind is Kind.SMALLTALK:
            return answer
        asked = normalise(answer.standalone or question)[:LONGEST_QUESTION]
        today = datetime.now().astimezone().date()
        reply = await asyncio.to_thread(self._replies.find, asked, today, options.audience)
        if reply is None:
            return answer
        made = replace(answer, kind=Kind.ANSWER, official=reply)
        return replace(made, refusal=None, nearest=None, near=())


LastConfirmed = Callable[[Sequence[Source]], Mapping[str, datetime]]
"""Sources → id → when each was confirmed last; may block."""


class StalenessMarker:
    """An assistant whose quotes say which sources nobody has confirmed for so many days."""

    def __init__(
        self,
        assistant: Answering,
        last: LastConfirmed,
        days: int,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._assistant = assistant
        self._last = last
        self._longest = timedelta(days=days)
        self._clock = clock

    async def answer(
        self, question: str, history: Sequence[Turn] = (), options: AnswerOptions = DEFAULT_OPTIONS
    ) -> Answer:
        """Answer as the assistant does, with a remark beside quotes of sources grown old."""
        answer = await self._assistant.answer(question, history, options)
        if not (answer.quotes and self._longest):
            return answer
        last = await asyncio.to_thread(self._last, [quote.source for quote in answer.quotes])
        before = self._clock() - self._longest
        quotes = tuple(_marked(quote, last.get(quote.source.id), before) for quote in answer.quotes)
        return replace(answer, quotes=quotes)


def _marked(quote: Quote, confirmed: datetime | None, before: datetime) -> Quote:
    if confirmed is None or confirmed >= before:
        return quote
    remark = Remark(RemarkKind.UNCONFIRMED, days=(confirmed.astimezone().date(),))
    return replace(quote, remarks=(*quote.remarks, remark))


class Assistant:
    """Answers questions, with the turns before them; through a model where one is given."""

    def __init__(self, answerer: Answerer, grounded: Grounded | None = None) -> None:
        self._answerer = answerer
        self._grounded = grounded
        self._chain: Runnable[str, Answer] | None = None
        self._bound: dict[Audience, Assistant] = {}

    def within(self, audience: Audience) -> Assistant:
        """Return the assistant of those who may see no more than `audience`, made once."""
        if audience not in self._bound:
            if len(self._bound) >= _MOST_AUDIENCES:
                self._bound.clear()
            grounded = self._grounded.within(audience) if self._grounded else None
            self._bound[audience] = Assistant(self._answerer.within(audience), grounded)
        return self._bound[audience]

    async def answer(
        self, question: str, history: Sequence[Turn] = (), options: AnswerOptions = DEFAULT_OPTIONS
    ) -> Answer:
        """Answer `question` for the audience of `options`; any text will do.

        Raises IndexFault or EndpointError.
        """
        if options.audience == PUBLIC:
            return await self._answer(question, history, options)
        answer = await self.within(options.audience)._answer(question, history, options)
        return replace(answer, audience=options.audience)

    async def _answer(
        self, question: str, history: Sequence[Turn], options: AnswerOptions
    ) -> Answer:
        text = normalise(question)[:LONGEST_QUESTION].strip()
        if not words(text):
            return Answer(question, Kind.SMALLTALK, small_talk=SmallTalk.NO_WORDS)
        if (kind := small_talk(text)) is not None:
            return Answer(question, Kind.SMALLTALK, small_talk=kind)
        if history and is_complaint(text):
            return Answer(question, Kind.SMALLTALK, small_talk=SmallTalk.COMPLAINT)
        if self._grounded is None:
            if len(asked := questions_in(text)) > 1:
                return await asyncio.to_thread(self._in_parts, question, asked, history)
            if told := question_of_story(text):
                return await asyncio.to_thread(self._of_story, question, text, told, history)
        leaning = follow_up(text, history)
        if leaning is None:
            searched, answer = text, await self._asked(text, options)
        else:
            searched, answer = await self._leaning(text, leaning, history, options)
        return _routed(answer, question, searched, searched if searched != text else "")

    def _of_story(self, question: str, text: str, told: str, history: Sequence[Turn]) -> Answer:
        """Answer the one question of a longer message, or all of it where that is surer."""
        leaning = follow_up(told, history)
        searched, answer = self._better(leaning) if leaning else (told, self._answerer.answer(told))
        if answer.kind is not Kind.ANSWER:
            whole = self._answerer.answer(text)
            if whole.kind is Kind.ANSWER or whole.confidence > answer.confidence:
                return _routed(whole, question, text, "")
        return _routed(answer, question, searched, searched)

    def _in_parts(self, question: str, asked: Sequence[str], history: Sequence[Turn]) -> Answer:
        """Answer several questions one by one; what a later one lacks it takes from the first."""
        answers: list[Answer] = []
        turns = history
        for text in asked:
            leaning = follow_up(text, turns)
            searched, answer = (
                self._better(leaning, turns is not history)
                if leaning
                else (text, self._answerer.answer(text))
            )
            if answer.kind is Kind.CLARIFY:  # of a part nobody is asked back
                searched = leaning.together if leaning else answer.choices[0]
                answer = self._answerer.answer(searched)
            answers.append(_routed(answer, text, searched, searched if searched != text else ""))
            if answers[1:] and leaning is None and answer.kind is Kind.NOT_FOUND:
                # Each for itself said too little: "…, còn cả nước đạt mấy phần trăm?"
                first = continued(text, turns[-1].question)
                again = self._answerer.answer(first.together)
                if again.kind is Kind.ANSWER and first.supported(again):
                    answers[-1] = _routed(again, text, first.together, first.together)
            turns = turns if answers[1:] else [*history, Turn(searched, "")]
        return together(question, asked, answers)

    async def _asked(self, text: str, options: AnswerOptions) -> Answer:
        if self._grounded:
            return await self._grounded.answer(text, options)
        return await (await self._extracting()).ainvoke(text)

    async def _leaning(
        self, text: str, leaning: FollowUp, history: Sequence[Turn], options: AnswerOptions
    ) -> tuple[str, Answer]:
        """Return what may be a follow-up as it was asked, and its answer."""
        asked, answer = await asyncio.to_thread(self._better, leaning)
        if self._grounded is None:
            return asked, answer
        if asked == leaning.alone:
            return asked, await self._grounded.answer(asked, options)
        return await self._through_model(self._grounded, text, history, asked, options)

    def _better(self, leaning: FollowUp, within: bool = False) -> tuple[str, Answer]:
        """Return the question with or without what was asked before, whichever is answered better.

        Written out it must be about its own words: else the old topic would answer anything.
        `within` one message, and where it asks nothing by itself, it is about what was asked before
        if that is answered at all.
        """
        together = self._answerer.answer(leaning.together)
        if not leaning.own:
            return leaning.together, together
        leans = within or leaning.elliptic
        if leans and together.kind is Kind.ANSWER and leaning.supported(together):
            return leaning.together, together
        alone = self._answerer.answer(leaning.alone)
        if together.kind is Kind.ANSWER and not leaning.supported(together):
            return leaning.alone, alone
        if alone.kind is Kind.ANSWER and leaning.supported(alone):
            if self._is_unclear(leaning, alone, together):
                choices = (leaning.alone, leaning.together)
                return leaning.alone, replace(
                    alone, kind=Kind.CLARIFY, quotes=(), remarks=(), choices=choices
                )
            if alone.confidence > together.confidence:
                return leaning.alone, alone
        return leaning.together, together

    def _is_unclear(self, leaning: FollowUp, alone: Answer, together: Answer) -> bool:
        """Return True if it may as well lean on the turn before as not."""
        return (
            not leaning.certain
            and together.kind is Kind.ANSWER
            and not shows(together.quotes, alone.quotes[0])
            and abs(alone.confidence - together.confidence) <= _EQUAL
        )

    async def _extracting(self) -> Runnable[str, Answer]:
        """Return the chain without a model, made with the first question: it imports."""
        if self._chain is None:
            self._chain = await asyncio.to_thread(self._answerer.chain)
        return self._chain

    async def aclose(self) -> None:
        """Close the model's connections of the running event loop, where there are any."""
        if self._grounded:
            await self._grounded.aclose()

    async def _through_model(
        self,
        grounded: Grounded,
        text: str,
        history: Sequence[Turn],
        alone: str,
        options: AnswerOptions,
    ) -> tuple[str, Answer]:
        """Return the question as it was searched, and its answer; the cost is that of both."""
        if alone == text or options.without_model:
            return alone, await grounded.answer(alone, options)
        rewritten = await grounded.follow_up(text, history, alone)
        answer = await grounded.answer(rewritten.text, options)
        use = answer.model or ModelUse(grounded.name)
        spent = replace(
            use,
            prompt_tokens=use.prompt_tokens + rewritten.usage.prompt,
            completion_tokens=use.completion_tokens + rewritten.usage.completion,
        )
        return rewritten.text, replace(answer, model=spent)


_MOST_QUOTES = 3


def _routed(answer: Answer, question: str, searched: str, standalone: str) -> Answer:
    """Return the answer to what was `searched` as that to the `question`, and how that came."""
    rewritten = ((ROUTED, searched),) if standalone else ()
    return replace(
        answer,
        question=question,
        standalone=standalone,
        steps=(*rewritten, *answer.steps),
    )


def together(question: str, asked: Sequence[str], answers: Sequence[Answer]) -> Answer:
    """Return the `answers` to what was `asked` as one: the best quote of each, then the second.

    No quote stands there twice; each part says which are its own. It is answered if any part is.
    """
    rows = zip_longest(*(answer.quotes for answer in answers))
    quotes = tuple(dict.fromkeys(quote for quote in chain.from_iterable(rows) if quote))
    shown = quotes[:_MOST_QUOTES]
    parts = tuple(
        PartAnswer(text, answer, _indices(answer, shown))
        for text, answer in zip(asked, answers, strict=True)
    )
    best = max(answers, key=lambda answer: answer.confidence)
    if not shown:
        return Answer(
            question,
            Kind.NOT_FOUND,
            nearest=best.nearest,
            refusal=best.refusal,
            confidence=best.confidence,
            timings_ms=_added(answers),
        )
    return Answer(
        question,
        Kind.ANSWER,
        quotes=shown,
        remarks=tuple(dict.fromkeys(chain.from_iterable(answer.remarks for answer in answers))),
        confidence=best.confidence,
        timings_ms=_added(answers),
        numbered=True,
        parts=parts,
    )


def _indices(answer: Answer, shown: Sequence[Quote]) -> tuple[int, ...]:
    return tuple(i for i, quote in enumerate(shown) if quote in answer.quotes)


def _added(answers: Sequence[Answer]) -> dict[str, float]:
    stages = dict.fromkeys(chain.from_iterable(answer.timings_ms for answer in answers))
    return {s: sum(answer.timings_ms.get(s, 0.0) for answer in answers) for s in stages}
