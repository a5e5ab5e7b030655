"""The model branch of the chain: passages to a model, its claims checked one by one.

    Retrieved ──► prompt ──► model ──► claims with evidence ──► checks to the letter ──► Answer
                    │                                     └─ second call: by meaning ─┘
                    └─ any failure, or nothing left that may be shown ──► the extractive answer

Owns the order of these steps, and what the log keeps of them. `Grounded` stands where `Answerer`
stands without a model. Weak evidence goes to the model too; only what is clearly nothing does not.
A claim that nearly repeats its evidence is shown at once, others when the second call has passed
them; nothing shown is taken back. A refusal of the model is a refusal.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from contextlib import aclosing
from copy import copy
from dataclasses import dataclass, field, replace
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk
from langchain_core.runnables import Runnable, RunnableBranch, RunnableLambda

from retrieval.answering.abstention import wanting
from retrieval.answering.chain import Answerer, Retrieved
from retrieval.errors import ChidanError, EndpointError, Ungrounded
from retrieval.generation.composing import Composition
from retrieval.generation.entailment import borne_out, check_prompt
from retrieval.generation.output_parser import StreamedAnswer, written_out
from retrieval.generation.prompting import (
    MOST_LETTERS,
    REFUSAL,
    AnswerFormat,
    answer_prompt,
    given_in,
    instructions,
    letters_within,
    request_options,
    rewrite_prompt,
)
from retrieval.grounding.checks import Checked, Standing, check
from retrieval.grounding.evidence import Claimed, Given
from retrieval.model_servers.chat_model import EndpointChatModel
from retrieval.model_servers.protocol import Usage, estimated
from retrieval.models import (
    DEFAULT_OPTIONS,
    Answer,
    AnswerOptions,
    Audience,
    Drop,
    DropReason,
    GrowingAnswer,
    Kind,
    ModelUse,
    Note,
    Refusal,
    RefusalReason,
    Show,
    Turn,
)
from retrieval.ranking.features import other_year
from retrieval.text.vietnamese import fold

_REWRITE_TOKENS = 200
_CHECK_TOKENS = 400
CLEARLY_NOTHING = 0.15
"""Below this probability that the best sentence answers, the model is not asked either: there lie 4
in 1,000 of the answerable training questions and none of ours, but a third of ours without answer.
"""
MOST_OPEN = 10
"""Claims of one answer that the second call judges."""
_log = logging.getLogger(__name__)
_BESIDE_REMARKS = 3
_BEST = 5
"""Units that a veto of `abstention` is taken from."""
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
    given: Mapping[int, Given]
    question: str
    """As it was asked."""
    understood: str = ""
    """How it was read, where that differs."""
    claims: int = 0
    """How many came so far."""
    open: list[tuple[int, Checked]] = field(default_factory=list)
    """Claims whose meaning is still to be judged, each with its place among all."""
    orders: str = ""
    """The instructions that the model got, folded: no words for readers."""
    refuses: bool = False
    verdicts: str = ""
    """What the judge said."""
    unjudged: Drop = field(default_factory=lambda: Drop(DropReason.NOT_BORNE_OUT))
    """Why an open claim that is not borne out is dropped."""
    usage: Usage = field(default_factory=lambda: Usage(0, 0))
    judging: Usage = field(default_factory=lambda: Usage(0, 0))


class Grounded:
    """Answers standalone questions through a model, and without it where that fails."""

    def __init__(
        self,
        answerer: Answerer,
        model: BaseChatModel,
        judge: BaseChatModel | None,
        form: AnswerFormat = AnswerFormat.LINES,
    ) -> None:
        """Take the model that answers, and the one of the second call: None leaves it out.

        Any chat model of LangChain's can stand there; ours tells its size and closes connections.
        """
        self._form = form
        self._answerer = answerer
        self._model = model
        self._judge = judge
        self._letters = MOST_LETTERS
        self._is_window_asked = False
        self._chain = self.chain()

    @property
    def name(self) -> str:
        """The model's name."""
        return _name_of(self._model)

    def within(self, audience: Audience) -> Grounded:
        """Return the same for `audience`: its prompts hold nothing that it may not see."""
        other = copy(self)
        other._answerer = self._answerer.within(audience)
        other._chain = other.chain()
        return other

    def chain(self) -> Runnable[Mapping[str, Any], Answer]:
        """Return the LangChain runnable, `{"question", "options"}` in, an answer out.

        retrieve | decide: generate, or extract where that fails or nothing is to be generated.
        """
        generate = RunnableLambda(self._generate).with_fallbacks(
            [RunnableLambda(self._stand_in)],
            exceptions_to_handle=(Failed,),
            exception_key="failed",
        )
        decide = RunnableBranch((_is_for_a_model, generate), RunnableLambda(self._extract))
        return RunnableLambda(self._retrieve) | decide

    async def answer(self, question: str, options: AnswerOptions = DEFAULT_OPTIONS) -> Answer:
        """Answer `question`; raises IndexFault, or EndpointError of the embeddings."""
        return await self._chain.ainvoke({"question": question, "options": options})

    async def _retrieve(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """Return what was asked with what was `found` for it; beside, the model tells its size."""
        found, _ = await asyncio.gather(
            asyncio.to_thread(self._answerer.find, asked["question"]), self._ask_window()
        )
        return {**asked, "found": found}

    def _extract(self, asked: Mapping[str, Any]) -> Answer:
        """Return the answer in the sources' own words; a note where a model was to be asked."""
        found: Retrieved = asked["found"]
        answer = self._answerer.extract(found)
        was_to_be_asked = not found.from_form and _worth_asking(found)
        return replace(answer, note=asked["options"].note) if was_to_be_asked else answer

    async def _ask_window(self) -> None:
        """Ask the server once how much it takes; again later where it could not be asked."""
        if self._is_window_asked:
            return
        self._is_window_asked = True
        if not isinstance(self._model, EndpointChatModel):
            return
        try:
            window = await self._model.window()
        except EndpointError as error:
            _log.info("context size not told: %s", error)
            self._is_window_asked = False
            return
        self._letters = letters_within(window, self._model.max_tokens)

    async def follow_up(self, question: str, history: Sequence[Turn], built_in: str) -> Rewritten:
        """Return `question` written out by the model, or `built_in` where that fails."""
        prompt = rewrite_prompt(question, history)
        try:
            message = await self._model.ainvoke(prompt, max_tokens=_REWRITE_TOKENS)
        except Exception as error:  # whatever a model raises: the built-in way stands in
            _log.warning("follow-up not rewritten: %s", error)
            return Rewritten(built_in, Usage(0, 0))
        text = await asyncio.to_thread(written_out, message.text, question, history, built_in)
        return Rewritten(text, _usage_of(message) or Usage(0, 0))

    async def aclose(self) -> None:
        """Close the model's connections of the running event loop."""
        for model in {id(model): model for model in (self._model, self._judge)}.values():
            if isinstance(model, EndpointChatModel):
                await model.aclose()

    async def _generate(self, asked: Mapping[str, Any]) -> Answer:
        """Return the model's answer; raises Failed."""
        found: Retrieved = asked["found"]
        show: Show | None = asked["options"].show
        findings = found.findings
        # Remarks rest on quotes that no claim of the model need cite.
        best = found.quotes[:_BESIDE_REMARKS] if found.remarks else ()
        composition = Composition(findings.question, findings.stored, best)
        given = given_in(findings, self._letters)
        run = _Run(StreamedAnswer(), composition, given, found.question)
        if findings.question.text != found.question:
            run.understood = findings.question.text
        try:
            with found.watch("model"):
                await self._run(run, show)
            with found.watch("check"):
                await self._settle(run, show)
            return self._answer(found, run)
        except Exception as error:  # whatever a model raises: the answer without it stands in
            if not isinstance(error, ChidanError):
                _log.exception("the model failed")
            fault = error.fault if isinstance(error, EndpointError | Ungrounded) else None
            raise Failed(replace(self._use(run), failure=str(error), fault=fault)) from error

    async def _run(self, run: _Run, show: Show | None) -> None:
        """Read the model's text, and take in each claim as soon as it is over."""
        given = list(run.given.values())
        prompt = answer_prompt(run.question, run.understood, given, instructions(self._form))
        options = request_options(self._form)
        asked = [{"content": message.text} for message in prompt]
        run.orders = fold(prompt[0].text)
        async with aclosing(self._model.astream(prompt, **options)) as chunks:  # type: ignore[type-var]
            async for chunk in chunks:
                done = run.draft.add(chunk.text)
                run.usage = _usage_of(chunk) or estimated(asked, run.draft.raw)
                if await self._take(done, run) and show:
                    await show(GrowingAnswer(run.composition.text))
                if len(run.draft.raw) > LONGEST:
                    return
        run.refuses = run.refuses or run.draft.is_empty
        last = run.draft.rest() if _finished(chunk) else run.draft.whole()
        if await self._take(last, run) and show:
            await show(GrowingAnswer(run.composition.text))

    async def _take(self, claims: list[Claimed], run: _Run) -> bool:
        """Check claims to the letter; return whether any came in."""
        came = False
        for claimed in claims:
            run.claims += 1
            if _is_refusal(run.draft.raw):
                continue
            if fold(claimed.text).strip(" .:") in run.orders:
                run.composition.drop(claimed, Drop(DropReason.REPEATS_PROMPT))
                continue
            asked = f"{run.question} {run.understood}"
            checked = await asyncio.to_thread(check, claimed, run.given, asked)
            run.refuses = run.refuses or checked.is_refusal
            match checked.standing:
                case Standing.DROPPED if checked.drop:
                    run.composition.drop(claimed, checked.drop)
                case Standing.OPEN:
                    run.open.append((run.claims, checked))
                case Standing.SHOWN:
                    came = run.composition.add(checked, run.claims) or came
        return came

    async def _settle(self, run: _Run, show: Show | None) -> None:
        """Judge by meaning what is open, and show what is borne out."""
        if not run.open:
            return
        if show and self._judge is not None:
            await show(GrowingAnswer(run.composition.text, is_checking=True))
        passed = await self._judged(run)
        came = False
        for number, (place, checked) in enumerate(run.open, 1):
            if number in passed:
                came = run.composition.add(checked, place) or came
            else:
                run.composition.drop(checked.claimed, run.unjudged)
        if came and show:
            await show(GrowingAnswer(run.composition.text))

    async def _judged(self, run: _Run) -> set[int]:
        """Return the numbers of the open claims that may be shown.

        Where the second call fails or is off, those that are plausible to the letter.
        """
        asked = [checked for _, checked in run.open[:MOST_OPEN]]
        plausible = {n for n, (_, checked) in enumerate(run.open, 1) if checked.is_plausible}
        if self._judge is None:
            run.unjudged = Drop(DropReason.NOT_JUDGED)
            return plausible
        try:
            message = await self._judge.ainvoke(check_prompt(asked), max_tokens=_CHECK_TOKENS)
        except Exception as error:  # whatever a model raises
            _log.warning("claims not judged by meaning: %s", error)
            run.unjudged = Drop(DropReason.JUDGE_FAILED, str(error))
            return plausible
        run.verdicts = message.text
        run.judging = _usage_of(message) or Usage(0, 0)
        return borne_out(message.text, len(asked))

    def _answer(self, found: Retrieved, run: _Run) -> Answer:
        """Return what was kept as an answer or a refusal; raises Ungrounded where nothing was."""
        text = run.composition.text
        if run.composition.has_substance:
            return Answer(
                found.question,
                Kind.ANSWER,
                lead=text,
                quotes=run.composition.complete(),
                remarks=found.remarks,
                confidence=found.findings.probability,
                numbered=True,
                model=self._use(run),
                timings_ms=found.watch.ms,
            )
        if not (_is_refusal(run.draft.raw) or run.refuses or (text and not run.open)):
            raise Ungrounded("Không ý nào của mô hình được nguồn xác nhận.")
        near = found.findings.near
        return Answer(
            found.question,
            Kind.NOT_FOUND,
            lead="" if _is_refusal(run.draft.raw) else text,
            nearest=near[0] if near else None,
            near=near,
            refusal=Refusal(RefusalReason.FOUND_BY_MODEL),
            confidence=found.findings.probability,
            model=self._use(run),
            timings_ms=found.watch.ms,
        )

    def _stand_in(self, asked: Mapping[str, Any]) -> Answer:
        """Return the answer that people get without a model, with the line that says so."""
        failed: Failed = asked["failed"]
        answer = self._answerer.extract(asked["found"])
        return replace(answer, note=Note.MODEL_UNAVAILABLE, model=failed.use)

    def _use(self, run: _Run) -> ModelUse:
        verdicts = f"\n\n[{run.verdicts}]" if run.verdicts else ""
        return ModelUse(
            name=self.name,
            raw=f"{run.draft.raw}{verdicts}",
            dropped=tuple(run.composition.dropped),
            prompt_tokens=run.usage.prompt + run.judging.prompt,
            completion_tokens=run.usage.completion + run.judging.completion,
            judging_tokens=run.judging.prompt + run.judging.completion,
        )


class Failed(ChidanError):
    """The model gave nothing to show; `use` is what the log keeps of it."""

    def __init__(self, use: ModelUse) -> None:
        super().__init__(use.failure)
        self.use = use


def _is_for_a_model(asked: Mapping[str, Any]) -> bool:
    """Return True if a model may be asked, and there is what to ask it about."""
    found: Retrieved = asked["found"]
    wanted = not (found.from_form or asked["options"].without_model)
    return wanted and _worth_asking(found)


def _worth_asking(found: Retrieved) -> bool:
    """Return True unless there is clearly nothing: no candidate, or what is named is nowhere.

    Where only the best units lack what is asked for, other passages may hold it.
    """
    if found.quotes:
        return True
    findings, refusal = found.findings, found.refusal
    if refusal is None or not findings.candidates or findings.missing:
        return False
    match refusal.reason:
        case RefusalReason.WEAK_EVIDENCE:
            return findings.probability >= CLEARLY_NOTHING
        case RefusalReason.MISSING_CONSTRAINT:
            best = [c.sentence.text for c in findings.candidates[:_BEST]]
            lacking = (wanting(findings.question, best),)
            return other_year(findings.question, best[0]) or refusal.subjects == lacking
    return False


def _is_refusal(raw: str) -> bool:
    """Return True for the fixed phrase, with little around it."""
    return fold(REFUSAL).rstrip(".") in fold(raw) and len(raw) < 2 * len(REFUSAL)


def _name_of(model: BaseChatModel) -> str:
    """Return what a chat model calls the model behind it; they have no common field for it."""
    known = (getattr(model, field, "") for field in ("model", "model_name", "model_id"))
    return next((name for name in known if isinstance(name, str) and name), model.get_name())


def _usage_of(chunk: AIMessage) -> Usage | None:
    told = chunk.usage_metadata
    return Usage(told["input_tokens"], told["output_tokens"]) if told else None


def _finished(chunk: AIMessageChunk) -> bool:
    """Return False if the last sentence was cut off at the length limit."""
    return chunk.response_metadata.get("finish_reason") != "length"
