"""The weekly summary: once a week to each administrator, whatever happens in between."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from botapi.refusals import Drop, Refused
from scripted import SOURCE, found

from bot.log.exchanges import Conversations
from bot.log.unanswered import Unanswered
from bot.telegram.admin.weekly_summary import WEEK, Weekly, WeekTime
from bot.telegram.background import supervise
from bot.texts.texts import ENGLISH, VIETNAMESE
from retrieval.models import Answer, Kind

MONDAY = datetime(2026, 11, 16, 8).astimezone()
AT = WeekTime.of("mon 08:00")


class Clock:
    """A time that tests set; sleeping moves it on."""

    def __init__(self, now: datetime) -> None:
        self.now, self.end = now, now

    def __call__(self) -> datetime:
        return self.now

    async def sleep(self, seconds: float) -> None:
        if self.now >= self.end:
            raise asyncio.CancelledError
        self.now += timedelta(seconds=seconds)
        await asyncio.sleep(0)


@pytest.fixture
async def started(server, bot):
    """The bot, two administrators who have opened a chat with it, and a week with questions."""
    hoa, sam = server.person("Hoa"), server.person("Sam", language="en")
    assert (hoa.private.id, sam.private.id) == (hoa.user.id, sam.user.id)
    hanoi = server.group("Hà Nội").id
    for days, question in ((1, "Đã rõ?"), (2, "Lạ?"), (3, "lạ"), (8, "Tuần trước?")):
        exchange = bot.log.record(
            None, hanoi, None, 7, "Lan", 1, question, MONDAY - timedelta(days=days)
        )
        lost = Answer(question, Kind.NOT_FOUND, "Không có.")
        bot.log.finish(exchange, lost if question.lower().startswith("lạ") else found(question))
    return (await bot.starts()).bot, hoa, sam


def weekly(bot, clock: Clock, *admins, new=lambda since: [SOURCE]) -> Weekly:
    worst = Unanswered(bot.log.file, never_embedded).groups
    return Weekly(bot.log.file, [admin.user.id for admin in admins], AT, new, clock, worst)


def never_embedded(texts):
    raise AssertionError(f"told by their words: {texts}")


async def days_pass(weekly: Weekly, api, clock: Clock, days: float) -> None:
    clock.end = clock.now + timedelta(days=days)
    with suppress(asyncio.CancelledError):
        await supervise("weekly", partial(weekly.round, api), weekly.wait, clock.sleep)


def texts(server, person) -> list[str]:
    return [message.text for message in server.sent(person.private) if message.text]


async def test_it_says_how_the_week_went(server, bot, started):
    api, hoa, _ = started

    await weekly(bot, Clock(MONDAY), hoa).round(api)

    (told,) = texts(server, hoa)
    assert "Tuần qua, 09/11 đến 16/11" in told
    assert "3 lượt hỏi của 1 người; trả lời được 33% (tuần trước: 1 lượt, 100%)." in told
    assert "Bình chọn: 0 khen, 0 chê." in told
    assert "1. lạ (2)" in told
    assert f"Nguồn mới (1):\n• {SOURCE.title}" in told
    assert told.endswith(VIETNAMESE.admin.review.week_more)
    words, picture = server.sent(hoa.private)
    assert [b["text"] for b in words.buttons] == ["1. Trả lời", "1. Thêm nguồn", "1. Để sau"]
    assert picture.json["photo"]


async def test_each_is_told_once_a_week(server, bot, started):
    api, hoa, sam = started
    clock = Clock(MONDAY - timedelta(days=3))

    await days_pass(weekly(bot, clock, hoa, sam), api, clock, 16)

    assert (len(texts(server, hoa)), len(texts(server, sam))) == (2, 2)


async def test_a_restart_repeats_nothing_and_catches_up_within_a_day(server, bot, started):
    api, hoa, _ = started
    for hours, expected in ((-1, 0), (0, 1), (1, 1), (23, 1), (24 * 7 + 23, 2), (24 * 14 + 25, 2)):
        clock = Clock(MONDAY + timedelta(hours=hours))
        await days_pass(weekly(bot, clock, hoa), api, clock, 0)
        assert len(texts(server, hoa)) == expected, hours


async def test_what_did_not_leave_leaves_later(server, bot, started):
    api, hoa, _ = started
    clock = Clock(MONDAY)
    server.plant("sendMessage", Refused(409, "Conflict: not now"))
    await weekly(bot, clock, hoa).round(api)
    assert texts(server, hoa) == []

    await days_pass(weekly(bot, clock, hoa), api, clock, 0.2)
    assert len(texts(server, hoa)) == 1


async def test_what_may_have_arrived_does_not_leave_again(server, bot, started):
    api, hoa, _ = started
    clock = Clock(MONDAY)
    server.plant("sendMessage", Drop(after=True))

    await days_pass(weekly(bot, clock, hoa), api, clock, 0.2)

    assert len(texts(server, hoa)) == 1


async def test_who_blocked_the_bot_keeps_nobody_else_from_it(server, bot, started):
    api, hoa, _ = started
    stranger = server.person("Chưa mở")
    clock = Clock(MONDAY)

    await days_pass(weekly(bot, clock, stranger, hoa), api, clock, 0.5)

    assert len(texts(server, hoa)) == 1
    server.api.refused.clear()


async def test_an_english_administrator_is_told_in_english(server, bot, started):
    api, _, sam = started
    bot.log.record(None, sam.private.id, None, sam.user.id, "Sam", 1, "?", MONDAY, language="en-GB")

    await weekly(bot, Clock(MONDAY), sam, new=lambda since: []).round(api)

    (told,) = texts(server, sam)
    assert ENGLISH.admin.review.week_no_sources in told
    assert "3 exchanges of 1 people; 33% answered" in told


async def test_the_bot_sends_it_from_its_settings(server, bot, kept):
    hoa = server.person("Hoa")
    assert hoa.private.id == hoa.user.id
    bot.keeper = kept
    now = datetime.now().astimezone() - timedelta(minutes=1)
    at = f"{now:%a %H:%M}".lower()

    await bot.starts(admin_ids=[hoa.user.id], weekly_summary=True, weekly_summary_at=at)
    await server.until(lambda: texts(server, hoa), "the summary")

    assert "Nguồn mới (2):" in texts(server, hoa)[0]


async def test_it_is_off_unless_asked_for(server, bot):
    hoa = server.person("Hoa")
    at = f"{datetime.now().astimezone():%a %H:%M}".lower()
    await bot.starts(admin_ids=[hoa.user.id], weekly_summary_at=at)

    await server.reply_to(hoa.writes("/help"))

    assert len(texts(server, hoa)) == 1


def test_sources_are_new_once(kept, articles):
    assert len(kept.added_since(datetime.now(UTC) - WEEK)) == 2
    seen = datetime.now(UTC)
    (articles / "hue.txt").write_text("Tỉnh ủy Thừa Thiên Huế tổ chức tám lớp bồi dưỡng.\n")
    (articles / "moi.txt").write_text("Đảng bộ xã mở hội nghị tổng kết công tác năm.\n")
    kept.reload()
    kept.reload(rebuild=True)

    assert [source.path for source in kept.added_since(seen)] == ["moi.txt"]


@pytest.mark.parametrize(
    ("words", "moment", "expected"),
    [
        ("mon 08:00", datetime(2026, 11, 16, 8, 0), datetime(2026, 11, 16, 8, 0)),
        ("mon 08:00", datetime(2026, 11, 16, 7, 59), datetime(2026, 11, 9, 8, 0)),
        ("sun 23:30", datetime(2026, 11, 18, 12), datetime(2026, 11, 15, 23, 30)),
        ("fri 9:05", datetime(2026, 11, 20, 9, 5, 59), datetime(2026, 11, 20, 9, 5)),
    ],
)
def test_the_last_time_of_the_week(words, moment, expected):
    assert WeekTime.of(words).last(moment.astimezone()) == expected.astimezone()


def test_a_log_that_is_empty_is_told_too(tmp_path):
    with Conversations(tmp_path / "logs.db") as log:
        week = Weekly(log.file, [1], AT, lambda since: [])._week(MONDAY, VIETNAMESE.admin.review)

    assert "0 lượt hỏi của 0 người; trả lời được –." in week.words
    assert not week.picture
    assert week.keys is None
