"""The chain with a model over two articles, the model scripted."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import pytest
from grounding import DOCUMENTS
from scripted_model import ScriptedModel, running

from retrieval.answering.chain import Answerer
from retrieval.embeddings.models import BuiltinEmbeddings
from retrieval.evaluation.scratch_index import scratch_index
from retrieval.generation.chain import Grounded
from retrieval.model_servers.chat_model import EndpointChatModel
from retrieval.ranking.retriever import Search
from retrieval.ranking.weights import load_ranking
from retrieval.store.database import IndexDatabase
from retrieval.store.vectors import Store


@pytest.fixture
def model() -> Iterator[ScriptedModel]:
    with running() as server:
        yield server


@pytest.fixture(scope="session")
def grounding_index(embeddings: BuiltinEmbeddings) -> Iterator[tuple[IndexDatabase, Store]]:
    """An index of the two articles; to be asked, not changed."""
    with scratch_index(DOCUMENTS, embeddings) as parts:
        yield parts


@pytest.fixture
async def grounded(
    grounding_index: tuple[IndexDatabase, Store],
    embeddings: BuiltinEmbeddings,
    model: ScriptedModel,
) -> AsyncIterator[Grounded]:
    ledger, store = grounding_index
    ranking = load_ranking()
    # The tiny index makes every probability small; what is tested here comes after that decision.
    search = Search(ledger.snapshot, store, embeddings, ranking)
    answerer = Answerer(search, replace(ranking, threshold=0.0))
    chat = EndpointChatModel(
        base_url=model.url, model="m", api_key="bi-mat", timeout=4, silence=1, max_retries=0
    )
    yield Grounded(answerer, chat, chat)
    await chat.aclose()
