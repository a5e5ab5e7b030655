"""The chain with a model over two articles, the model scripted."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import pytest
from grounding import DOCUMENTS
from indexes import MemoryFolder, Opened
from scripted_model import ScriptedModel, running

from retrieval.answering.chain import Answerer
from retrieval.generation.chain import Grounded
from retrieval.indexing.reload import reload
from retrieval.model_servers.chat_model import EndpointChatModel
from retrieval.ranking.retriever import Search
from retrieval.ranking.weights import load_ranking


@pytest.fixture
def model() -> Iterator[ScriptedModel]:
    with running() as server:
        yield server


@pytest.fixture
async def grounded(index: Opened, embeddings, model: ScriptedModel) -> AsyncIterator[Grounded]:
    reload(MemoryFolder(*DOCUMENTS), index.ledger, index.store, embeddings)
    ranking = load_ranking()
    # The tiny index makes every probability small; what is tested here comes after that decision.
    search = Search(index.ledger.snapshot, index.store, embeddings, ranking)
    answerer = Answerer(search, replace(ranking, threshold=0.0))
    chat = EndpointChatModel(
        base_url=model.url, model="m", api_key="bi-mat", timeout=4, silence=1, max_retries=0
    )
    yield Grounded(answerer, chat, chat)
    await chat.aclose()
