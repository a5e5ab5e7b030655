"""What every front end needs, put together: the index, the assistant and the log.

Owns turning settings into parts, and their order at the start: mend the vector store, then bring
the index in line with the sources. The Telegram application is `telegram.application`'s.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from bot.assistant.assistant import Answering, Assistant, StalenessMarker
from bot.log.confirmations import Confirmations
from bot.log.exchanges import Conversations
from bot.log.migrations import bring_forward
from bot.log.retention import pseudonyms
from bot.quotas import TokenLimits, TokenQuota
from bot.settings import Settings
from retrieval.answering.chain import Answerer
from retrieval.embeddings.models import ArrayEmbeddings, BuiltinEmbeddings, EndpointEmbeddings
from retrieval.index import Index
from retrieval.indexing.reload import Progress
from retrieval.loading.content_cache import ContentCache
from retrieval.loading.folder import OnPageOf, SourceFolder
from retrieval.model_servers.endpoint import Endpoint
from retrieval.models import (
    DEFAULT_OPTIONS,
    EVERYTHING,
    Answer,
    AnswerOptions,
    Document,
    Show,
    Turn,
)
from retrieval.ranking.own_weights import InForce, in_force
from retrieval.ranking.weights import load_ranking
from retrieval.store.database import IndexDatabase
from retrieval.store.sync import heal
from retrieval.store.vectors import open_store

if TYPE_CHECKING:
    from retrieval.evaluation.runner import Trial
    from retrieval.generation.chain import Grounded
    from retrieval.model_servers.chat_model import EndpointChatModel
    from retrieval.ranking.reader import Reader
import asyncio

from retrieval.evaluation.runner import Ask, Trial
from retrieval.ranking.retriever import Search
from retrieval.ranking.weights import Ranking
from retrieval.store.vectors import Store

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Session:
    """A front end's share: what answers, and where it is kept."""

    settings: Settings
    index: Index
    assistant: Assistant
    log: Conversations
    spending: TokenQuota | None = None
    """None where there is no chat model."""

    async def ask(
        self, question: str, history: Sequence[Turn] = (), show: Show | None = None
    ) -> Answer:
        """Answer a question of the terminal and keep it in the log; `show` sees it grow.

        Whoever sits there has the files anyway: all of them are looked at.
        """
        spent = self.spending.options(None, None, show) if self.spending else DEFAULT_OPTIONS
        options = replace(spent, audience=EVERYTHING)
        last = Confirmations(self.log.file, self.index.read_at).last
        assistant = StalenessMarker(self.assistant, last, self.settings.confirm_days)
        return await answer_logged(assistant, self.log, question, history, options)


async def answer_logged(
    assistant: Answering,
    log: Conversations,
    question: str,
    history: Sequence[Turn] = (),
    options: AnswerOptions = DEFAULT_OPTIONS,
) -> Answer:
    """Answer a question of the terminal, recorded before and after."""
    exchange = log.record(None, None, None, None, "", None, question, datetime.now(UTC))
    if exchange is None:
        raise AssertionError("a question without an update is always new")
    try:
        answer = await assistant.answer(question, history, options)
    except BaseException as error:
        log.fail(exchange, repr(error))
        raise
    log.finish(exchange, answer)
    return answer


@contextmanager
def open_index(
    settings: Settings,
    *,
    to_look: bool = False,
    on_page: OnPageOf = lambda path, done, total: None,
) -> Iterator[Index]:
    """Open the index as it is; raises IndexFault.

    The state of an earlier edition is taken over first, but not only `to_look`; raises as
    `open_log`. `on_page` hears of pages that a reload reads by machine.
    """
    if not to_look:
        bring_forward(settings.state_dir)
    with (
        closing(IndexDatabase(settings.state_dir)) as ledger,
        closing(open_store(settings.state_dir, settings.chroma_url or "")) as store,
        closing(build_embeddings(settings)) as embeddings,
    ):
        store.repaired_by(partial(heal, ledger, store))
        read = ContentCache(settings.state_dir / "read").read
        folder = SourceFolder(settings.sources_dir, read, on_page)
        yield Index(folder, ledger, store, embeddings)


@contextmanager
def open_session(settings: Settings) -> Iterator[Session]:
    """Open index and log, and put the assistant on them."""
    with open_index(settings) as index, open_conversations(settings) as log:
        spending = TokenQuota(log.file, TokenLimits.of(settings)) if settings.llm_base_url else None
        yield Session(settings, index, build_assistant(index, settings), log, spending)


def open_conversations(settings: Settings) -> Conversations:
    """Open the log, people in it as the settings say; raises LogFault, LogTooNew."""
    pseudonym = pseudonyms(settings.state_dir) if settings.log_people == "pseudonym" else None
    return Conversations(settings.state_dir / "logs.db", pseudonym)


def build_embeddings(settings: Settings) -> ArrayEmbeddings:
    """Return the built-in model, or the server's if one is set."""
    if settings.embeddings_base_url is None:
        return BuiltinEmbeddings(settings.state_dir / "engine")
    key = settings.embeddings_api_key
    endpoint = Endpoint(settings.embeddings_base_url, key.get_secret_value() if key else "")
    return EndpointEmbeddings(endpoint, settings.embeddings_model)


def build_reader(settings: Settings) -> Reader | None:
    """Return what reads questions and passages together, None where it cannot run."""
    # Imported where it is needed: with it comes ONNX Runtime, which `chidan reload` does without.
    from retrieval.ranking import reader

    return reader.open_reader(settings.state_dir / "engine")


def build_ranking(settings: Settings, embeddings: ArrayEmbeddings) -> Ranking:
    """Return the weights of search: the office's own where they can be used, else those shipped."""
    weights = weights_in_force(settings, embeddings.name)
    if weights.fault:
        _log.warning("own weights of search are not used (%s): chidan doctor", weights.fault)
    return weights.ranking


def weights_in_force(settings: Settings, embeddings: str) -> InForce:
    """Return the weights of search with what they are; `embeddings` is the model's name."""
    return in_force(settings.state_dir, load_ranking(build_reader(settings)), embeddings)


def build_assistant(index: Index, settings: Settings) -> Assistant:
    """Return the assistant over an index, through the chat model if one is set."""
    ranking = build_ranking(settings, index.embeddings)
    answerer = Answerer(index.search(ranking), ranking)
    return Assistant(answerer, build_grounded(answerer, settings))


def build_grounded(answerer: Answerer, settings: Settings) -> Grounded | None:
    """Return what answers through the chat model, None where none is set."""
    if settings.llm_base_url is None:
        return None
    # Imported where it is needed: a start without a model stays quick.
    from retrieval.generation.chain import Grounded
    from retrieval.generation.prompting import AnswerFormat

    form = AnswerFormat(settings.llm_format)
    model = _chat_model(settings.llm_base_url, settings.llm_model, settings)
    if settings.llm_check == "off":
        return Grounded(answerer, model, None, form)
    if settings.llm_check_base_url is None and not settings.llm_check_model:
        return Grounded(answerer, model, model, form)
    judge = _chat_model(
        settings.llm_check_base_url or settings.llm_base_url,
        settings.llm_check_model or settings.llm_model,
        settings,
    )
    return Grounded(answerer, model, judge, form)


def _chat_model(base_url: str, name: str, settings: Settings) -> EndpointChatModel:
    from retrieval.model_servers.chat_model import EndpointChatModel

    return EndpointChatModel(
        base_url=base_url,
        model=name,
        api_key=settings.llm_api_key,
        temperature=0.0,
        max_tokens=settings.llm_max_tokens,
        context=settings.llm_context,
        timeout=settings.llm_timeout,
        silence=settings.llm_silence,
        concurrency=settings.llm_concurrency,
    )


@contextmanager
def open_trial(
    settings: Settings,
    documents: Sequence[Document],
    progress: Progress,
    say: Callable[[str], object],
) -> Iterator[Trial]:
    """Index `documents` for a while, or without any bring the index of the settings in line."""
    from retrieval.evaluation.scratch_index import scratch_index

    with ExitStack() as opened:
        if documents:
            embeddings = build_embeddings(settings)
            scratch = scratch_index(documents, embeddings, progress)
            ledger, store = opened.enter_context(scratch)
        else:
            index = opened.enter_context(open_index(settings))
            index.start(progress, say)
            ledger, store, embeddings = index.ledger, index.store, index.embeddings
        ranking = build_ranking(settings, embeddings)
        yield opened.enter_context(trying(ledger, store, embeddings, ranking))


@contextmanager
def trying(
    ledger: IndexDatabase, store: Store, embeddings: ArrayEmbeddings, ranking: Ranking
) -> Iterator[Trial]:
    """Put an open index to the test, asked as people ask it: through the assistant."""
    with asyncio.Runner() as runner:

        def assist(search: Search) -> Ask:
            assistant = Assistant(Answerer(search, ranking))
            return lambda question, history: runner.run(assistant.answer(question, history))

        yield Trial(ledger, store, embeddings, ranking, assist)
