"""Loops beside the chats outlive any error: it is logged, and the next round comes."""

import sqlite3
from datetime import UTC, datetime, timedelta

import pytest

from bot.bootstrap import Index
from bot.log.deliveries import Deliveries
from bot.review.queries import Filter, find
from bot.telegram.admin import weekly_summary
from bot.telegram.background import supervise
from bot.telegram.handlers import privacy


class Once:
    """Raises at the first call, then does what it stands for."""

    def __init__(self, does):
        self.does, self.calls = does, 0

    def __call__(self, *args, **kwargs):
        self.calls += 1
        if self.calls == 1:
            raise sqlite3.OperationalError("database is locked")
        return self.does(*args, **kwargs)


@pytest.fixture(autouse=True)
def _soon(monkeypatch):
    monkeypatch.setattr("bot.telegram.background.FIRST_RETRY", 0.01)


async def test_every_loop_of_the_bot_goes_on_after_an_error(
    server, whole_bot, articles, monkeypatch, caplog
):
    bot, hoa = whole_bot, server.person("Hoa")
    assert hoa.private.id
    long_ago = datetime.now(UTC) - timedelta(days=31)
    bot.log.fail(bot.log.record(None, 7, None, 7, "Lan", 1, "Câu xưa?", long_ago), "hỏng")
    left = hoa.writes("dở dang?")
    place = (left.update_id, left.chat_id, None, hoa.user.id, "Hoa", left.message_id)
    bot.log.record(*place, "dở dang?", datetime.now(UTC))
    failing = {name: Once(does) for name, does in (
        ("expire", privacy.expire), ("figures", weekly_summary.figures),
        ("reload", Index.reload), ("unsure", Deliveries.unsure),
    )}  # fmt: skip
    monkeypatch.setattr(privacy, "expire", failing["expire"])
    monkeypatch.setattr(weekly_summary, "figures", failing["figures"])
    monkeypatch.setattr(Index, "reload", lambda self, *a, **k: failing["reload"](self, *a, **k))
    monkeypatch.setattr(Deliveries, "unsure", lambda self: failing["unsure"](self))
    monkeypatch.setattr("bot.telegram.background.QUIET", 0.05)
    today = f"{datetime.now().astimezone():%a}".lower()
    await bot.starts(
        retention_days=30, admin_ids=[hoa.user.id], weekly_summary=True,
        weekly_summary_at=f"{today} 00:00", watch_sources=True, sources_dir=articles,
    )  # fmt: skip

    await server.reply_to(left)
    await server.until(lambda: not find(bot.log.file, Filter())[-1]["question"], "retention")
    number = 0

    def is_followed():
        nonlocal number
        number += 1
        if number % 10 == 1:  # again, lest the watcher had not begun
            (articles / "moi.txt").write_text(f"Bài mới, bản {number}.\n")
        return len(bot.keeper.sources()) == 3

    await server.until(is_followed, "the new source")
    await server.until(lambda: any("Tuần qua" in sent.text for sent in server.sent(hoa.private)))
    assert all(one.calls > 1 for one in failing.values())
    assert caplog.text.count("database is locked") >= len(failing)


async def test_pauses_after_errors_grow_and_end_with_the_first_success():
    pauses, rounds = [], iter([OSError, OSError, OSError, None, OSError])

    async def once():
        if error := next(rounds, StopAsyncIteration):
            raise error

    async def sleep(seconds):
        pauses.append(seconds)
        if len(pauses) == 5:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        await supervise("a loop", once, lambda: 1000.0, sleep)

    assert pauses == [0.01, 0.02, 0.04, 1000.0, 0.01]
