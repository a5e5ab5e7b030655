"""A bot that runs against the loopback Bot API server, with a scripted assistant or another."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from botapi.server import BotApiServer
from indexes import opened
from processes import Child
from scripted import SOURCE, Scripted

from bot.log.exchanges import Conversations
from bot.log.unanswered import Embed
from bot.settings import Settings
from bot.telegram.application import Outside, build_application
from bot.telegram.lifecycle import Closing, TelegramApplication, nothing, serving
from bot.telegram.webhook import Webhook
from retrieval.embeddings.models import BuiltinEmbeddings
from retrieval.index import Index
from retrieval.loading.folder import SourceFolder
from retrieval.models import Source, StoredText
from retrieval.registry.catalogue import Catalogue

PROJECT = Path(__file__).parents[2]


@dataclass
class Bot:
    """A way to start the bot in a test, with the log that it writes."""

    server: BotApiServer
    log: Conversations
    assistant: Scripted
    stack: AsyncExitStack
    state_dir: Path
    sources: Sequence[Source] = (SOURCE,)
    keeper: Index | None = None
    known: Catalogue | None = None
    embed: Embed | None = None
    stored: Callable[[str, int, int, str], StoredText | None] = lambda *quoted: None
    closing: Closing = nothing
    outside: Outside = field(default_factory=lambda: Outside(fetch_pause=0.0))

    async def starts(
        self, webhook: Webhook | None = None, *, grace: float = 2.0, **settings: object
    ) -> TelegramApplication:
        # The folder of `articles`, over which an index of ours is: an alert tells of any other.
        articles = {"sources_dir": self.state_dir / "articles"} if self.keeper else {}
        known = Settings(
            _env_file=None,
            telegram_bot_token=self.server.token,
            telegram_base_url=self.server.base_url,
            **({"state_dir": self.state_dir} | articles | settings),
        )
        application = build_application(
            known,
            self.assistant,
            self.log,
            sources=self.keeper.sources if self.keeper else lambda audience: self.sources,
            keeper=self.keeper,
            known=self.known,
            embed=self.embed,
            stored=lambda *quoted: self.stored(*quoted),
            outside=self.outside,
        )
        await self.stack.enter_async_context(
            serving(application, grace=grace, webhook=webhook, closing=self.closing)
        )
        return application

    async def stops(self) -> None:
        await self.stack.aclose()


@pytest.fixture
async def server() -> AsyncIterator[BotApiServer]:
    """A Telegram; at the end it must have refused nothing but what the test planted."""
    async with BotApiServer() as server:
        yield server
    assert server.unplanned == []


@pytest.fixture
async def bot(server: BotApiServer, tmp_path: Path) -> AsyncIterator[Bot]:
    with Conversations(tmp_path / "logs.db") as log:
        async with AsyncExitStack() as stack:
            yield Bot(server, log, Scripted(), stack, tmp_path)


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    """A folder of sources with two small articles."""
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "ha-noi.md").write_text(
        "---\ntitle: Hà Nội tổng kết\ndate: 2024-12-30\n---\n\n"
        "Năm 2024, Hà Nội kết nạp 11.144 đảng viên mới, vượt chỉ tiêu đại hội đề ra.\n"
    )
    (folder / "hue.txt").write_text(
        "Tỉnh ủy Thừa Thiên Huế tổ chức sáu lớp bồi dưỡng cho cán bộ trẻ trong năm.\n"
    )
    return folder


@pytest.fixture
def kept(articles: Path, tmp_path: Path, embeddings: BuiltinEmbeddings) -> Iterator[Index]:
    """The index of `articles`; `open_index` would open the model anew for each test."""
    with opened(tmp_path / "state") as parts:
        index = Index(SourceFolder(articles), parts.ledger, parts.store, embeddings)
        index.reload()
        yield index


@pytest.fixture
def whole_bot(bot: Bot, kept: Index, embeddings: BuiltinEmbeddings) -> Bot:
    """The bot with all that `chidan run` gives it, over the index of `articles`."""
    bot.keeper, bot.stored, bot.embed = kept, kept.stored, embeddings.embed_array
    bot.known = Catalogue(kept.ledger.snapshot)
    return bot


@pytest.fixture
def process(server, tmp_path):
    """The bot as a child process, killed at the end of the block."""

    @asynccontextmanager
    async def start(*more):
        arguments = (server.base_url, server.token, str(tmp_path), *more)
        child = Child(
            str(PROJECT / "tests/bot/child_bot.py"),
            *arguments,
            environment={"PYTHONPATH": str(PROJECT)},
        )
        try:
            yield child
        finally:
            child.kill()
            await child.wait()

    return start


@pytest.fixture
async def answered(server, bot):
    """A group, who asked something there, and the bot's answer."""
    await bot.starts()
    hanoi, lan = server.group("Hà Nội"), server.person("Lan")
    return hanoi, lan, await server.reply_to(lan.says(hanoi, "/hoi bao nhiêu?"))
