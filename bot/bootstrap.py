"""What every front end needs, put together: the index, the assistant and the log.

Owns turning settings into parts, and their order at the start: mend the vector store, then bring
the index in line with the sources. The Telegram application is `app.py`'s.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from bot.assistant.assistant import Assistant
from bot.cli.chat import answer_logged
from bot.log.exchanges import Conversations
from bot.log.retention import pseudonyms
from bot.quotas import Spending, TokenLimits
from bot.settings import Settings
from bot.texts.texts import VIETNAMESE
from retrieval.answering.chain import Answerer
from retrieval.embeddings.models import ArrayEmbeddings, BuiltinEmbeddings, EndpointEmbeddings
from retrieval.errors import IndexBusy, SourceError
from retrieval.indexing.reload import Progress, Report, reload
from retrieval.indexing.rollback import held, roll_back
from retrieval.loading.folder import SourceFolder
from retrieval.model_servers.endpoint import Endpoint
from retrieval.models import ORDINARY, Answer, Show, Source, StoredText, Turn
from retrieval.ranking.near_duplicates import Twin, twins
from retrieval.ranking.retriever import Search
from retrieval.ranking.weights import load_ranking
from retrieval.store.database import Ledger
from retrieval.store.history import Reload
from retrieval.store.sync import heal
from retrieval.store.vectors import Store, open_store

if TYPE_CHECKING:
    from retrieval.generation.chain import Grounded


@dataclass(frozen=True, slots=True)
class Index:
    """The sources, and the three things that make them searchable."""

    folder: SourceFolder
    ledger: Ledger
    store: Store
    embeddings: ArrayEmbeddings

    def reload(
        self,
        progress: Progress = lambda done, total: None,
        *,
        rebuild: bool = False,
        force: bool = False,
        who: str = "",
    ) -> Report:
        """Bring the index in line with the sources; raises as `reload`."""
        parts = (self.folder, self.ledger, self.store, self.embeddings)
        return reload(*parts, progress, rebuild=rebuild, force=force, who=who)

    def roll_back(self, expected: int | None = None, who: str = "") -> Report:
        """Take the last reload back; raises as `retrieval.indexing.rollback.roll_back`."""
        return roll_back(self.ledger, self.store, expected, who=who)

    def last_reload(self) -> Reload | None:
        """Return the last reload that can be taken back."""
        with self.ledger.snapshot() as snap:
            return snap.last_reload()

    def stored(self, source_id: str, start: int, end: int, words: str) -> StoredText | None:
        """Return the text of a source, as it is or was, in which `words` stand there."""
        with self.ledger.snapshot() as snap:
            text = snap.text_where(source_id, start, end, words)
            is_live = snap.source(source_id) is not None and snap.text(source_id) == text
        return None if text is None else StoredText(text, is_live)

    def twins(self, text: str) -> list[Twin]:
        """Return the sources that say what `text` says, word for word or nearly."""
        with self.ledger.snapshot() as snap:
            return twins(snap, text)

    def added_since(self, moment: datetime) -> list[Source]:
        """Return the sources that first came in since then."""
        with self.ledger.snapshot() as snap:
            return snap.added_since(moment)

    def troubles(self) -> list[tuple[str, str]]:
        """Return the files that are no sources, and why."""
        with self.ledger.snapshot() as snap:
            return [(path, reason) for path, (_, reason) in snap.files().items() if reason]

    def held(self) -> set[str]:
        """Return the paths of sources that stay as they were before a reload was taken back."""
        with self.ledger.snapshot() as snap:
            return held(snap)

    def sources(self) -> list[Source]:
        """Return what is indexed."""
        with self.ledger.snapshot() as snap:
            return snap.sources()

    def start(self, progress: Progress, say: Callable[[str], object]) -> Report | None:
        """Mend the vector store and reload what changed.

        While another process does so, or the sources are away, go on with what is indexed and say
        so; raises the error where nothing is.
        """
        try:
            heal(self.ledger, self.store)
            return self.reload(progress)
        except (IndexBusy, SourceError) as error:
            if not self.sources():
                raise
            say(f"{error} Dùng tạm chỉ mục đang có.")
            return None


@dataclass(frozen=True, slots=True)
class Session:
    """A front end's share: what answers, and where it is kept."""

    settings: Settings
    index: Index
    assistant: Assistant
    log: Conversations
    spending: Spending | None = None
    """None where there is no chat model."""

    async def ask(
        self, question: str, history: Sequence[Turn] = (), show: Show | None = None
    ) -> Answer:
        """Answer a question of the terminal and keep it in the log; `show` sees it grow."""
        manner = self.spending.manner(None, None, VIETNAMESE, show) if self.spending else ORDINARY
        return await answer_logged(self.assistant, self.log, question, history, manner)


@contextmanager
def open_index(settings: Settings) -> Iterator[Index]:
    """Open the index as it is; raises IndexFault."""
    with (
        closing(Ledger(settings.state_dir)) as ledger,
        closing(open_store(settings.state_dir, settings.chroma_url or "")) as store,
        closing(build_embeddings(settings)) as embeddings,
    ):
        yield Index(SourceFolder(settings.sources_dir), ledger, store, embeddings)


@contextmanager
def open_session(settings: Settings) -> Iterator[Session]:
    """Open index and log, and put the assistant on them."""
    with open_index(settings) as index, open_conversations(settings) as log:
        spending = Spending(log.file, TokenLimits.of(settings)) if settings.llm_base_url else None
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


def build_assistant(index: Index, settings: Settings) -> Assistant:
    """Return the assistant over an index, through the chat model if one is set."""
    ranking = load_ranking()
    search = Search(index.ledger.snapshot, index.store, index.embeddings, ranking)
    answerer = Answerer(search, ranking)
    return Assistant(answerer, VIETNAMESE, build_grounded(answerer, index.embeddings, settings))


def build_grounded(
    answerer: Answerer, embeddings: ArrayEmbeddings, settings: Settings
) -> Grounded | None:
    """Return what answers through the chat model, None where none is set.

    Its sentences are checked with the built-in embeddings: thresholds were measured with these.
    """
    if settings.llm_base_url is None:
        return None
    # Imported where it is needed: a start without a model stays quick.
    from retrieval.generation.chain import Grounded
    from retrieval.model_servers.chat_model import EndpointChatModel

    if not isinstance(embeddings, BuiltinEmbeddings):
        embeddings = BuiltinEmbeddings(settings.state_dir / "engine")
    model = EndpointChatModel(
        base_url=settings.llm_base_url,
        model=settings.llm_model,
        api_key=settings.llm_api_key,
        temperature=0.0,
        max_tokens=settings.llm_max_tokens,
        timeout=settings.llm_timeout,
        silence=settings.llm_silence,
        concurrency=settings.llm_concurrency,
    )
    return Grounded(answerer, model, embeddings)
