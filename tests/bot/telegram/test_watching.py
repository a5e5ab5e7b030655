"""Watching the sources: a reload after a change, not before quiet, and again after trouble."""

import asyncio

import pytest

from bot.telegram.background import NotWatched, Watcher, supervise
from retrieval.errors import EndpointError
from retrieval.index import Index
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
    watcher = Watcher(articles, reload, quiet=0.05)
    task = asyncio.create_task(supervise("sources", watcher.watch, lambda: 0.01))
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


async def test_a_folder_that_is_not_there_is_told_and_read_once_it_is_there(tmp_path):
    folder, reloads = tmp_path / "khong-co", asyncio.Queue()
    watcher = Watcher(folder, lambda _: reloads.put_nowait(None) or Report(), quiet=0.05)
    with pytest.raises(NotWatched, match="dùng /reload") as told:
        await watcher.watch()
    assert str(tmp_path) not in str(told.value)

    folder.mkdir()
    watching = asyncio.create_task(watcher.watch())
    async with asyncio.timeout(30):
        await reloads.get()
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)


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
