"""Trials put together: an index, and the assistant over any search of it.

Owns which index is asked: the settings' own, or one of given documents that is thrown away.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager

from bot.assistant import Assistant
from bot.progress import showing_progress
from bot.session import build_embeddings, open_index
from bot.settings import Settings
from bot.streams import complain
from bot.texts import VIETNAMESE
from retrieval.answering import Answerer
from retrieval.documents import Document
from retrieval.embeddings import ArrayEmbeddings
from retrieval.ledger import Ledger
from retrieval.ranking import Ranking, load_ranking
from retrieval.scratch import scratch_index
from retrieval.search import Search
from retrieval.store import Store
from retrieval.trials import Ask, Trial


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
