"""A bot that runs against the loopback Bot API server, with a scripted assistant or another."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
from botapi.server import BotApiServer
from telegram.error import TelegramError

from bot.app import TelegramApplication, build_application
from bot.conversations import Conversations
from bot.settings import Settings
from retrieval.documents import Answer, Kind, Quote, Source, Span, Turn

PROJECT = Path(__file__).parents[2]
STORED = "Năm 2024, toàn Đảng bộ kết nạp 11.144 đảng viên. Tỷ lệ này cao hơn năm trước."
SOURCE = Source(
    "bai-mot-123456",
    "bai-mot.md",
    "Hội nghị tổng kết năm 2024",
    "Tạp chí",
    date(2024, 12, 26),
    "https://example.org/bai-mot",
)
QUOTE = Quote(SOURCE, 0, 48, STORED[0:48], (Span(31, 37),))


def found(question: str) -> Answer:
    return Answer(question, Kind.ANSWER, f"Về “{question}”: 11.144 đảng viên.", (QUOTE,))


@dataclass
class Scripted:
    """Stands in for the assistant: what it says is given, what it was asked is kept."""

    says: Callable[[str], Answer] = found
    asked: list[tuple[str, Sequence[Turn]]] = field(default_factory=list)
    held: dict[str, asyncio.Event] = field(default_factory=dict)
    """Questions that are answered only once their event is set."""

    async def answer(self, question: str, history: Sequence[Turn] = ()) -> Answer:
        self.asked.append((question, history))
        if question in self.held:
            await self.held[question].wait()
        return self.says(question)


@asynccontextmanager
async def running(application: TelegramApplication) -> AsyncIterator[TelegramApplication]:
    """What run_polling does, inside the test's own event loop."""
    assert application.post_init
    assert application.updater
    async with application:
        await application.post_init(application)

        def failed(error: TelegramError) -> None:
            application.create_task(application.process_error(update=None, error=error))

        await application.updater.start_polling(error_callback=failed)
        await application.start()
        yield application
        await application.updater.stop()
        await application.stop()


@dataclass
class Bot:
    """A way to start the bot in a test, with the log that it writes."""

    server: BotApiServer
    log: Conversations
    assistant: Scripted
    stack: AsyncExitStack
    sources: Sequence[Source] = (SOURCE,)
    reload: Callable[[], object] = SimpleNamespace

    async def starts(self, **settings: object) -> TelegramApplication:
        known = Settings(
            _env_file=None,
            telegram_bot_token=self.server.token,
            telegram_base_url=self.server.base_url,
            **settings,
        )
        application = build_application(
            known,
            self.assistant,
            self.log,
            sources=lambda: self.sources,
            reload=lambda: self.reload(),
        )
        return await self.stack.enter_async_context(running(application))

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
            yield Bot(server, log, Scripted(), stack)


@pytest.fixture
def process(server, tmp_path):
    """The bot as a child process, killed at the end of the block."""

    @asynccontextmanager
    async def start(*more, **streams):
        command = ["tests/bot/child_bot.py", server.base_url, server.token, str(tmp_path), *more]
        child = await asyncio.create_subprocess_exec(
            sys.executable, *command, cwd=PROJECT, env={"PYTHONPATH": str(PROJECT)}, **streams
        )
        try:
            yield child
        finally:
            if child.returncode is None:
                child.kill()
            await child.wait()

    return start
