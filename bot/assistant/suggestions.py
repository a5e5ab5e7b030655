"""Questions that the store answers, to begin with: made of its texts and tried before being shown.

Owns the trying and keeping what passed for as long as the index stays as it is. How questions are
made of a text is `retrieval.query.question_generation`'s.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol

from bot.assistant.assistant import Answering
from retrieval.models import PUBLIC, QUOTES_ONLY, Audience, Edition, Kind, Source
from retrieval.query.question_generation import Generated, questions_of

AT_START, OF_A_SOURCE = 3, 3
_TRIED = 5
"""Questions of one source that are tried at most: each costs an answer."""
_SOURCES_TRIED = 8
_AFTER_START = 20.0
"""Seconds that a start is left alone: questions that wait then come first."""


class StoredTexts(Protocol):
    """What holds the texts: retrieval.index.Index; all of it may block."""

    def sources(self, audience: Audience = ...) -> list[Source]:
        """Return what is indexed."""

    def text(self, source_id: str, audience: Audience = ...) -> str:
        """Return the stored text of a source, "" where there is none."""

    def edition(self) -> Edition:
        """Return the state of the index."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A question that is answered, and where it comes from: the `number`th of its source."""

    text: str
    source_id: str
    number: int


class Suggestions:
    """The questions that passed."""

    def __init__(self, assistant: Answering, texts: StoredTexts) -> None:
        self._assistant = assistant
        self._texts = texts
        self._lock = asyncio.Lock()
        self._edition: Edition | None = None
        self._known: dict[tuple[str, Audience], tuple[Suggestion, ...]] = {}

    async def warm(self) -> None:
        """Try questions to begin with, once the start is over: who asks for them does not wait."""
        await asyncio.sleep(_AFTER_START)
        await self.to_begin_with()

    async def to_begin_with(self, audience: Audience = PUBLIC) -> tuple[Suggestion, ...]:
        """Return at most `AT_START` questions, each of another source as far as there are any."""
        newest = await asyncio.to_thread(self._newest, audience)
        found: list[tuple[Suggestion, ...]] = []
        for source in newest[:_SOURCES_TRIED]:
            if sum(map(bool, found)) == AT_START:
                break
            found.append(await self.of(source.id, audience))
        firsts = [one[0] for one in found if one]
        more = [suggestion for one in found for suggestion in one[1:]]
        return (*firsts, *more)[:AT_START]

    async def of(self, source_id: str, audience: Audience = PUBLIC) -> tuple[Suggestion, ...]:
        """Return at most `OF_A_SOURCE` questions that this source answers."""
        async with self._lock:
            edition = await asyncio.to_thread(self._texts.edition)
            if edition != self._edition:
                self._edition, self._known = edition, {}
            about = source_id, audience
            if about not in self._known:
                self._known[about] = await self._passed(*about)
            return self._known[about]

    def numbered(self, source_id: str, number: int, audience: Audience = PUBLIC) -> str:
        """Return the question that a button names, "" where the source has changed. Blocks."""
        questions = questions_of(self._texts.text(source_id, audience))
        return questions[number].text if 0 <= number < len(questions) else ""

    def _newest(self, audience: Audience) -> Sequence[Source]:
        sources = self._texts.sources(audience)
        return sorted(sources, key=lambda s: (s.date or date.min, s.id), reverse=True)

    async def _passed(self, source_id: str, audience: Audience) -> tuple[Suggestion, ...]:
        text = await asyncio.to_thread(self._texts.text, source_id, audience)
        passed: list[Suggestion] = []
        for number, question in enumerate(questions_of(text)[:_TRIED]):
            if await self._is_answered(question, source_id, audience):
                passed.append(Suggestion(question.text, source_id, number))
            if len(passed) == OF_A_SOURCE:
                break
        return tuple(passed)

    async def _is_answered(self, question: Generated, source_id: str, audience: Audience) -> bool:
        """Whether the first quote is the sentence of which the question was made."""
        options = replace(QUOTES_ONLY, audience=audience)
        answer = await self._assistant.answer(question.text, (), options)
        if answer.kind is not Kind.ANSWER or not answer.quotes:
            return False
        first, made_of = answer.quotes[0], question.answer
        meets = first.start < made_of.end and made_of.start < first.end
        return first.source.id == source_id and meets
