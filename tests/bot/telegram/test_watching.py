"""Watching the sources: a reload after a change, not before quiet, and again after trouble."""

import asyncio

import pytest

from bot.bootstrap import Index
from bot.telegram.background import watch
from retrieval.errors import EndpointError
from retrieval.indexing.reload import Report


@pytest.fixture
async def watched(articles):
    """Reports of the reloads of a watched folder; the first one fails."""
    loop, called = asyncio.get_running_loop(), asyncio.Queue()

    def reload(_) -> Report:
        loop.call_soon_threadsafe(called.put_nowait, None)
        if len(calls) == 0:
            calls.append(1)
            raise EndpointError("Máy chủ hỏng.")
        return Report(added=("moi.md",))

    calls: list[int] = []
    task = asyncio.create_task(watch(articles, reload, quiet=0.05))
    yield called
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_each_change_is_followed_also_after_a_failure(watched, articles):
    async with asyncio.timeout(30):
        await changed(watched, articles / "a.md")
        await changed(watched, articles / "b.md")


async def changed(queue: asyncio.Queue, path) -> None:
    getting = asyncio.ensure_future(queue.get())
    count = 0
    while not getting.done():
        count += 1
        path.write_text(f"Bài {count}.\n")  # again, lest the watcher had not begun
        await asyncio.wait([getting], timeout=0.3)


async def test_a_folder_that_is_not_there_is_named_in_the_log(tmp_path, caplog):
    await watch(tmp_path / "khong-co", lambda _: Report())

    assert "Không theo dõi được" in caplog.text


async def test_the_bot_follows_its_folder(server, bot, kept, articles, monkeypatch):
    monkeypatch.setattr("bot.telegram.background.QUIET", 0.05)
    loop, called = asyncio.get_running_loop(), asyncio.Queue()

    class Told(Index):
        def reload(self, *args, **how):
            report = super().reload(*args, **how)
            loop.call_soon_threadsafe(called.put_nowait, None)
            return report

    bot.keeper = Told(kept.folder, kept.ledger, kept.store, kept.embeddings)
    await bot.starts(sources_dir=articles, watch_sources=True)
    async with asyncio.timeout(30):
        await changed(called, articles / "moi.md")

    assert len(kept.sources()) == 3
