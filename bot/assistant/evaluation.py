"""Trials put together: the assistant over any search of an open index."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from bot.assistant.assistant import Assistant
from retrieval.answering.chain import Answerer
from retrieval.embeddings.models import ArrayEmbeddings
from retrieval.evaluation.runner import Ask, Trial
from retrieval.ranking.retriever import Search
from retrieval.ranking.weights import Ranking
from retrieval.store.database import IndexDatabase
from retrieval.store.vectors import Store


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
