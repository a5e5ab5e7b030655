"""Trials put together: an index, and the assistant over any search of it.

Owns which index is asked: the settings' own, or one of given documents that is thrown away.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager

from bot.assistant.assistant import Assistant
from bot.bootstrap import build_embeddings, open_index
from bot.cli.output import complain, showing_progress
from bot.settings import Settings
from bot.texts.texts import VIETNAMESE
from retrieval.answering.chain import Answerer
from retrieval.embeddings.models import ArrayEmbeddings
from retrieval.evaluation.runner import Ask, Trial
from retrieval.evaluation.scratch_index import scratch_index
from retrieval.models import Document
from retrieval.ranking.retriever import Search
from retrieval.ranking.weights import Ranking, load_ranking
from retrieval.store.database import Ledger
from retrieval.store.vectors import Store


@contextmanager
def open_trial(settings: Settings, documents: Iterable[Document] = ()) -> Iterator[Trial]:
    """Index `documents` for a while, or without any bring the index of the settings in line."""
    documents = list(documents)
    with ExitStack() as opened:
        with showing_progress(sys.stderr) as progress:
            if documents:
                embeddings = build_embeddings(settings)
                scratch = scratch_index(documents, embeddings, progress)
                ledger, store = opened.enter_context(scratch)
            else:
                index = opened.enter_context(open_index(settings))
                index.start(progress, complain)
                ledger, store, embeddings = index.ledger, index.store, index.embeddings
        yield opened.enter_context(trying(ledger, store, embeddings, load_ranking()))


@contextmanager
def trying(
    ledger: Ledger, store: Store, embeddings: ArrayEmbeddings, ranking: Ranking
) -> Iterator[Trial]:
    """Put an open index to the test, asked as people ask it: through the assistant."""
    with asyncio.Runner() as runner:

        def assist(search: Search) -> Ask:
            assistant = Assistant(Answerer(search, ranking), VIETNAMESE)
            return lambda question, history: runner.run(assistant.answer(question, history))

        yield Trial(ledger, store, embeddings, ranking, assist)
