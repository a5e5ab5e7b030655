"""The model branch of the chain: passages to a model, its sentences checked one by one.

    Retrieved ──► prompt ──► model ──► sentences ──► judge ──► Answer
                └─ any failure, or nothing left that may be shown ──► the extractive answer

Owns the order of these steps, and what the log keeps of them. `Grounded` stands where `Answerer`
stands without a model. The model is not asked where the evidence is too weak to answer at all.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from langchain_core.messages import AIMessage, AIMessageChunk
from langchain_core.runnables import Runnable, RunnableLambda

from retrieval.answering.chain import Answerer, Retrieved
from retrieval.embeddings.models import ArrayEmbeddings
from retrieval.errors import ChidanError, EndpointError, Ungrounded
from retrieval.generation.composing import Composition
from retrieval.generation.follow_up import written_out
from retrieval.generation.output_parser import StreamedAnswer
from retrieval.generation.prompting import REFUSAL, answer_prompt, given_in, rewrite_prompt
from retrieval.grounding.checks import judge
from retrieval.grounding.claims import Claimed
from retrieval.grounding.support import Given
from retrieval.model_servers.chat_model import EndpointChatModel
from retrieval.model_servers.protocol import Usage, estimated
from retrieval.models import DEFAULT_OPTIONS, Answer, AnswerOptions, ModelUse, Note, Show, Turn
from retrieval.text.vietnamese import fold

_REWRITE_TOKENS = 200
_log = logging.getLogger(__name__)
_BESIDE_REMARKS = 3
LONGEST = 12_000
"""Letters of a model's text that are read; whoever writes more has lost the thread."""


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A follow-up as a question of its own, and what that cost."""

    text: str
    usage: Usage


@dataclass(slots=True)
class _Run:
    """One call of the model, as far as it came."""

    draft: StreamedAnswer
    composition: Composition
    usage: Usage = field(default_factory=lambda: Usage(0, 0))


class Grounded:
    """Answers standalone questions through a model, and without it where that fails."""

    def __init__(
        self, answerer: Answerer, model: EndpointChatModel, embeddings: ArrayEmbeddings
    ) -> None:
        self._answerer = answerer
        self._model = model
        self._embeddings = embeddings
        self._chain = self.chain()

    @property
    def name(self) -> str:
        """The model's name."""
        return self._model.model

    def chain(self) -> Runnable[dict[str, Any], Answer]:
        """Return the LangChain runnable: `{"found", "options"}` in, an answer out."""
        return RunnableLambda(self._generate).with_fallbacks(
            [RunnableLambda(self._stand_in)],
            exceptions_to_handle=(Failed,),
            exception_key="failed",
        )

    async def answer(self, question: str, options: AnswerOptions = DEFAULT_OPTIONS) -> Answer:
        """Answer `question`; raises IndexFault, or EndpointError of the embeddings."""
        found = await asyncio.to_thread(self._answerer.find, question)
        if not found.quotes:
            return self._answerer.extract(found)
        if options.without_model:
            return replace(self._answerer.extract(found), note=options.note)
        return await self._chain.ainvoke({"found": found, "options": options})

    async def follow_up(self, question: str, history: Sequence[Turn], built_in: str) -> Rewritten:
        """Return `question` written out by the model, or `built_in` where that fails."""
        prompt = rewrite_prompt(question, history)
        try:
            message = await self._model.ainvoke(prompt, max_tokens=_REWRITE_TOKENS)
        except EndpointError as error:
            _log.warning("follow-up not rewritten: %s", error)
            return Rewritten(built_in, Usage(0, 0))
        text = await asyncio.to_thread(written_out, message.text, question, history, built_in)
        return Rewritten(text, _usage_of(message) or Usage(0, 0))

    async def aclose(self) -> None:
        """Close the model's connections of the running event loop."""
        await self._model.aclose()

    async def _generate(self, asked: Mapping[str, Any]) -> Answer:
        """Return the model's answer; raises Failed."""
        found: Retrieved = asked["found"]
        show: Show | None = asked["options"].show
        given = given_in(found.findings)
        # Remarks rest on quotes that no sentence of the model need cite.
        best = found.quotes[:_BESIDE_REMARKS] if found.remarks else found.quotes[:1]
        findings = found.findings
        run = _Run(StreamedAnswer(), Composition(findings.question, given, findings.stored, best))
        try:
            with found.watch("model"):
                await self._run(found, given, run, show)
            self._check(run)
        except ChidanError as error:
            raise Failed(self._use(run, str(error)), _is_refusal(run.draft.raw)) from error
        return replace(
            self._answerer.extract(found),
            lead=run.composition.text,
            quotes=run.composition.complete(),
            numbered=True,
            model=self._use(run),
            timings_ms=found.watch.ms,
        )

    async def _run(
        self, found: Retrieved, given: Mapping[int, Given], run: _Run, show: Show | None
    ) -> None:
        """Read the model's text, and take in each sentence as soon as it is over."""
        prompt = answer_prompt(found.findings.question.text, list(given.values()))
        asked = [{"content": message.text} for message in prompt]
        async with aclosing(self._model.astream(prompt)) as chunks:  # type: ignore[type-var]
            async for chunk in chunks:
                done = run.draft.add(chunk.text)
                run.usage = _usage_of(chunk) or estimated(asked, run.draft.raw)
                if await self._take(done, given, run.composition) and show:
                    await show(run.composition.text)
                if len(run.draft.raw) > LONGEST:
                    return
        if _finished(chunk):
            await self._take(run.draft.rest(), given, run.composition)

    async def _take(
        self, sentences: list[Claimed], given: Mapping[int, Given], composition: Composition
    ) -> bool:
        """Judge sentences and let in what may be shown; return whether any came in."""
        came = False
        for claimed in sentences:
            judged = await asyncio.to_thread(judge, claimed, given, self._similarity)
            came = composition.add(judged) or came
        return came

    def _check(self, run: _Run) -> None:
        """Raise Ungrounded unless what was kept answers anything."""
        if _is_refusal(run.draft.raw) and not run.composition.text:
            raise Ungrounded("Mô hình cho rằng các nguồn không trả lời câu hỏi.")
        if not run.composition.has_substance:
            raise Ungrounded("Không câu nào của mô hình được nguồn xác nhận.")

    def _stand_in(self, asked: Mapping[str, Any]) -> Answer:
        """Return the extractive answer, with the line that says so."""
        failed: Failed = asked["failed"]
        note = None if failed.refused else Note.MODEL_UNAVAILABLE
        answer = self._answerer.extract(asked["found"])
        return replace(answer, note=note, model=failed.use)

    def _use(self, run: _Run, failure: str = "") -> ModelUse:
        return ModelUse(
            name=self._model.model,
            raw=run.draft.raw,
            dropped=tuple(run.composition.dropped),
            prompt_tokens=run.usage.prompt,
            completion_tokens=run.usage.completion,
            failure=failure,
        )

    def _similarity(self, one: str, other: str) -> float:
        first, second = self._embeddings.embed_array([one, other])
        return float(np.dot(first, second))


class Failed(ChidanError):
    """The model gave nothing to show; `use` is what the log keeps of it."""

    def __init__(self, use: ModelUse, refused: bool) -> None:
        super().__init__(use.failure)
        self.use = use
        self.refused = refused


def _is_refusal(raw: str) -> bool:
    """Return True for the fixed phrase, with little around it."""
    return fold(REFUSAL).rstrip(".") in fold(raw) and len(raw) < 2 * len(REFUSAL)


def _usage_of(chunk: AIMessage) -> Usage | None:
    told = chunk.usage_metadata
    return Usage(told["input_tokens"], told["output_tokens"]) if told else None


def _finished(chunk: AIMessageChunk) -> bool:
    """Return False if the last sentence was cut off at the length limit."""
    return chunk.response_metadata.get("finish_reason") != "length"
