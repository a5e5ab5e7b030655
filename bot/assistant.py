"""The way of a question, free of Telegram: small talk, follow-ups, then the sources.

Owns the routing around the answerer and keeps blocking work off the event loop. Where questions
come from and where answers go is the front ends' business.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from bot.routing import small_talk, standalone
from bot.texts import Texts
from retrieval.answering import Answerer
from retrieval.documents import Answer, Kind, Turn
from retrieval.vietnamese import normalise, words

LONGEST_QUESTION = 2000
"""Characters of a question that are looked at; nobody asks in more."""


class Assistant:
    """Answers questions, with the turns before them."""

    def __init__(self, answerer: Answerer, texts: Texts) -> None:
        self._answerer = answerer
        self._texts = texts

    async def answer(self, question: str, history: Sequence[Turn] = ()) -> Answer:
        """Answer `question`; any text will do. Raises IndexFault or EndpointError."""
        text = normalise(question)[:LONGEST_QUESTION].strip()
        if not words(text):
            return Answer(question, Kind.SMALLTALK, self._texts.no_words)
        if (kind := small_talk(text)) is not None:
            return Answer(question, Kind.SMALLTALK, self._texts.small_talk[kind])
        alone = standalone(text, history)
        answer = await asyncio.to_thread(self._answerer.answer, alone)
        return replace(answer, question=question, standalone=alone if alone != text else "")
