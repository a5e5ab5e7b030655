"""Administrators are told once what is wrong, and once that it is over, whatever comes between."""

import shutil
import sqlite3
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from botapi.refusals import Drop, Refused, forbidden
from clocks import MovedClock
from scripted import found
from scripted_model import running, status

from bot.access import Grant, Role
from bot.log.rights import RightsLog
from bot.log.troubles import TroubleLog
from bot.maintenance.archives import archives
from bot.maintenance.troubles import TroubleWatch
from bot.telegram.application import Outside
from bot.telegram.health import DEAF_AFTER
from bot.telegram.webhook import Webhook
from bot.texts.texts import ENGLISH, VIETNAMESE

TEXTS = VIETNAMESE.admin
MOMENT = datetime(2026, 11, 30, 12, tzinfo=UTC)
HUGE = 10**6
EVERY = 59.0
"""Seconds between two looks, a number that no other loop has."""


@pytest.fixture
def clock(whole_bot, monkeypatch) -> MovedClock:
    monkeypatch.setattr("bot.telegram.maintenance.EVERY", EVERY)
    clock = MovedClock(MOMENT)
    whole_bot.outside = Outside(fetch_pause=0.0, loops=clock)
    return clock


@pytest.fixture
def hoa(server):
    """An administrator who has opened a chat with the bot."""
    hoa = server.person("Hoa")
    assert hoa.private.id == hoa.user.id
    return hoa


@pytest.fixture
def starts(server, whole_bot, hoa, articles, clock):
    """Starts the bot, again if it ran before, and waits for its first look."""

    async def start(webhook=None, **settings):
        await whole_bot.stops()
        clock.slept.clear()
        server.world.commands.clear()
        await whole_bot.starts(
            webhook, **({"admin_ids": [hoa.user.id], "sources_dir": articles} | settings)
        )
        await looked(server, clock, 1)
        await server.until(lambda: len(server.world.commands) >= 9, "the menus")

    return start


async def looked(server, clock, times):
    """Wait until both loops have ended so many rounds since the start, or the last jump."""
    await server.until(lambda: clock.slept.count(EVERY) >= 2 * times, "a look")


async def passes(server, clock, rounds=1, **spans):
    """Let time pass, a look after each span."""
    for _ in range(rounds):
        clock.slept.clear()
        clock.advance(**(spans or {"seconds": EVERY}))
        await looked(server, clock, 1)


def told(server, person) -> list[str]:
    """The alerts that somebody got, and lines of health."""
    texts = [message.text for message in server.sent(person.private)]
    return [text for text in texts if text[0] in "⚠✅✓✗"]


@pytest.fixture
def disk(monkeypatch):
    """How much of the disk is free, of 1000 GB."""
    known = SimpleNamespace(free=500 << 30)

    def usage(folder):
        return shutil._ntuple_diskusage(1000 << 30, (1000 << 30) - known.free, known.free)

    monkeypatch.setattr("shutil.disk_usage", usage)
    return known


async def test_a_disk_that_fills_is_told_once_over_restarts_and_once_when_it_is_free(
    server, starts, hoa, clock, disk
):
    await starts()
    assert told(server, hoa) == []

    disk.free = 99 << 30
    await passes(server, clock, 3)
    await starts()
    disk.free = 110 << 30  # still low: it would come and go at the border
    await passes(server, clock, 3)

    (first,) = told(server, hoa)
    assert first.startswith(TEXTS.alerts["begun"])
    assert "10% (99.0 GB)" in first or "10% (101376 MB)" in first

    disk.free = 130 << 30
    await passes(server, clock, 3)
    await starts()
    await passes(server, clock, 2)

    _, over = told(server, hoa)
    assert over.startswith(TEXTS.alerts["over"])
    disk.free = 5 << 30
    await passes(server, clock)
    assert len(told(server, hoa)) == 3


async def test_a_model_server_that_is_dead_for_two_looks_is_told(
    server, starts, hoa, clock, nobody_answers
):
    await starts(llm_base_url=nobody_answers, llm_check="off")
    await passes(server, clock, minutes=3)
    assert told(server, hoa) == []

    await passes(server, clock, 4, minutes=3)

    (first,) = told(server, hoa)
    assert nobody_answers in first


@pytest.fixture
def nobody_answers(port) -> str:
    return f"http://127.0.0.1:{port}/v1"


async def test_updates_that_a_second_bot_takes_are_told_with_the_reason(
    server, starts, hoa, clock, caplog
):
    await starts()
    server.plant("getUpdates", Refused(409, "Conflict: terminated by other getUpdates"), times=HUGE)
    hoa.writes("/help")  # which ends the request that is being held
    await server.until(lambda: "Chưa nhận được cập nhật" in caplog.text, "a refusal")
    clock.silence = DEAF_AFTER + 1
    await passes(server, clock, 3)

    (first,) = told(server, hoa)
    assert TEXTS.troubles["updates"].partition("{")[0] in first
    assert "Một tiến trình khác đang chạy cùng bot này" in first

    for fault in server.api.faults.planted:
        fault.times = 0
    clock.silence = 0.0
    asked = hoa.writes("/help")
    await server.reply_to(asked)
    await passes(server, clock, 2)
    assert told(server, hoa)[1].startswith(TEXTS.alerts["over"])


async def test_settings_that_do_not_load_are_told_and_the_bot_goes_on(
    server, starts, hoa, clock, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    await starts()
    (tmp_path / ".env").write_text("ADMIN_IDS=Hoa\n")
    await passes(server, clock, 2)

    (first,) = told(server, hoa)
    assert "ADMIN_IDS" in first

    (tmp_path / ".env").write_text(f"ADMIN_IDS={hoa.user.id}\n")
    await passes(server, clock, 2)
    assert len(told(server, hoa)) == 2


async def test_sources_that_cannot_be_read_any_more_are_told_together(
    server, starts, hoa, clock, articles, kept
):
    await starts()
    for number in range(8):
        (articles / f"hỏng-{number}.docx").write_bytes(b"PK\x03\x04 no archive")
    kept.reload()
    await passes(server, clock, 2)

    (first,) = told(server, hoa)
    assert "hỏng-0.docx" in first
    assert TEXTS.alerts["more"].format(count=3) in first

    for path in articles.glob("*.docx"):
        path.unlink()
    kept.reload()
    await passes(server, clock, 2)
    assert len(told(server, hoa)) == 2


async def test_a_folder_of_sources_that_is_gone_is_told_once(
    server, starts, hoa, clock, articles, tmp_path
):
    await starts()
    articles.rename(tmp_path / "elsewhere")
    await passes(server, clock, 2)
    articles.mkdir()  # a network folder that is not mounted
    await passes(server, clock, 2, minutes=31)

    (first,) = told(server, hoa)
    assert articles.name in first

    articles.rmdir()
    (tmp_path / "elsewhere").rename(articles)
    await passes(server, clock, 2, minutes=31)
    assert len(told(server, hoa)) == 2


async def test_an_index_that_had_to_be_made_again_is_told_once_and_has_no_end(
    server, starts, hoa, clock, kept, monkeypatch
):
    with kept.ledger.writing() as writer:
        writer.note_damage()
    clock.at = datetime.now(UTC)
    await starts()
    await passes(server, clock, 2, days=4)
    await starts()
    await passes(server, clock, 2, days=4)

    (first,) = told(server, hoa)
    assert "Chroma" in first


async def test_who_cannot_be_reached_hears_later_of_both_ends(server, starts, hoa, clock, disk):
    await starts()
    server.plant("sendMessage", Drop(), times=HUGE)
    disk.free = 10 << 30
    await passes(server, clock, 2)
    disk.free = 500 << 30
    await passes(server, clock, 2)
    assert told(server, hoa) == []

    for fault in server.api.faults.planted:
        fault.times = 0
    await passes(server, clock, 3)

    (only,) = told(server, hoa)
    assert only.startswith(TEXTS.alerts["over"])
    assert f"{MOMENT.astimezone():%H:%M %d/%m}" in only


async def test_each_administrator_is_told_whatever_the_others_do(
    server, starts, hoa, clock, disk, whole_bot
):
    sam = server.person("Sam", language="en")
    asked = whole_bot.log.record(
        None, sam.private.id, None, sam.user.id, "Sam", 1, "How?", MOMENT, language="en"
    )
    whole_bot.log.finish(asked, found("How?"))
    disk.free = 10 << 30
    server.plant("sendMessage", forbidden("bot was blocked by the user"), place=hoa.private)

    await starts(admin_ids=[hoa.user.id, sam.user.id])
    await passes(server, clock, 2)

    assert told(server, hoa) == []
    (first,) = told(server, sam)
    assert first.startswith(ENGLISH.admin.alerts["begun"])


async def test_the_loop_outlives_what_fails_in_it(
    server, starts, hoa, clock, disk, monkeypatch, caplog
):
    real, failures = TroubleLog.note, []

    def fails_once(self, *args):
        if not failures:
            failures.append(1)
            raise sqlite3.OperationalError("database is locked")
        real(self, *args)

    monkeypatch.setattr(TroubleLog, "note", fails_once)
    monkeypatch.setattr(TroubleWatch, "_servers", lambda self, moment: 1 / 0)
    monkeypatch.setattr("bot.telegram.background.FIRST_RETRY", EVERY)
    disk.free = 10 << 30
    await starts()
    await passes(server, clock, 3)

    assert len(told(server, hoa)) == 1
    assert "database is locked" in caplog.text
    assert "division by zero" in caplog.text


async def test_a_log_that_cannot_be_written_is_told_though_nothing_can_be_noted(
    server, starts, hoa, clock, disk, monkeypatch
):
    monkeypatch.setattr("bot.telegram.background.FIRST_RETRY", EVERY)
    full = [True]
    real = TroubleLog.note

    def note(self, *args):
        if full:
            raise sqlite3.OperationalError("database or disk is full")
        real(self, *args)

    monkeypatch.setattr(TroubleLog, "note", note)
    disk.free = 10 << 30
    await starts()
    await passes(server, clock, 4)
    (first,) = told(server, hoa)
    assert "disk is full" in first

    full.clear()
    await passes(server, clock, 2)
    _, over, low = told(server, hoa)
    assert {over, low} > {TEXTS.alerts["over"] + f"\n• {TEXTS.alerts['written_again']}"}


async def test_updates_that_telegram_cannot_bring_are_told(server, starts, hoa, clock, port):
    hook = Webhook(f"http://127.0.0.1:{port}/hook", "s" * 20, "127.0.0.1", port)
    await starts(hook, webhook_url=hook.url, webhook_secret="s" * 20)
    await passes(server, clock, 2, minutes=3)
    assert told(server, hoa) == []

    server.world.webhook["url"] = "https://elsewhere.example/hook"
    await passes(server, clock, 3, minutes=3)
    (first,) = told(server, hoa)
    assert "elsewhere.example" in first

    server.world.webhook["url"] = hook.url
    await passes(server, clock, 3, minutes=3)
    assert len(told(server, hoa)) == 2


async def test_who_was_made_an_administrator_is_told_too(
    server, starts, hoa, clock, disk, whole_bot
):
    minh = server.person("Minh")
    assert minh.private.id
    RightsLog(whole_bot.log.file).give(minh.user.id, "Minh", Grant(Role.ADMINISTRATOR))
    disk.free = 10 << 30
    await starts()
    await passes(server, clock)

    assert len(told(server, hoa)) == len(told(server, minh)) == 1


def question(bot, when):
    place = bot.server.group("Hà Nội").id
    exchange = bot.log.record(None, place, None, 7, "Lan", 11, "Có bao nhiêu?", when)
    bot.log.finish(exchange, found("Có bao nhiêu?"))


async def test_backups_are_made_daily_kept_for_days_and_weeks_and_tried_each_week(
    server, starts, hoa, clock, whole_bot, tmp_path
):
    question(whole_bot, MOMENT - timedelta(hours=1))
    await starts(backup_at="03:00", backup_passphrase="giữ kín", retention_days=10**5)  # noqa: S106
    assert archives(tmp_path / "backups") == []

    for _ in range(29):
        await passes(server, clock, days=1)

    kept = archives(tmp_path / "backups")
    days = [one.made_at.astimezone().date() for one in kept]
    assert days[-7:] == [days[-1] - timedelta(days=n) for n in range(6, -1, -1)]
    assert len({day.isocalendar()[:2] for day in days}) == 4
    assert all(one.path.name.endswith(".tar.gz.enc") for one in kept)
    tried = datetime.fromisoformat((tmp_path / "backup.tried").read_text())
    assert clock.at - tried < timedelta(days=8)
    assert told(server, hoa) == []


async def test_a_backup_that_fails_is_told_and_made_once_it_can_be(
    server, starts, hoa, clock, whole_bot, tmp_path
):
    question(whole_bot, MOMENT - timedelta(days=3))
    elsewhere = tmp_path / "ổ mạng"
    elsewhere.write_text("no folder")
    await starts(backup_dir=elsewhere)
    await passes(server, clock, 3)
    await starts(backup_dir=elsewhere)
    await passes(server, clock, 3, minutes=20)

    (first,) = told(server, hoa)
    assert TEXTS.troubles["backup"].partition("{")[0].strip() in first

    elsewhere.unlink()
    await passes(server, clock, 2, minutes=20)
    assert len(archives(elsewhere)) == 1
    assert told(server, hoa)[1].startswith(TEXTS.alerts["over"])


async def test_a_backup_that_is_not_whole_is_found_in_the_weekly_trial(
    server, starts, hoa, clock, whole_bot, tmp_path
):
    question(whole_bot, MOMENT - timedelta(days=3))
    await starts()
    await passes(server, clock, days=6, hours=23)
    newest = archives(tmp_path / "backups")[-1].path
    newest.write_bytes(newest.read_bytes()[:-200])
    await passes(server, clock, 2, hours=1)

    (first,) = told(server, hoa)
    assert newest.name in first

    await passes(server, clock, 2, days=1)
    assert told(server, hoa)[1].startswith(TEXTS.alerts["over"])


async def test_two_bots_do_not_take_each_others_backups_for_their_own(
    server, starts, hoa, clock, whole_bot, tmp_path
):
    question(whole_bot, MOMENT - timedelta(days=3))
    shared = tmp_path / "chung"
    shared.mkdir()
    (shared / "chidan-20261130T110000Z.tar.gz").write_bytes(b"of another bot")
    (shared / "chidan-owner").write_text("/srv/bots/quan-uy/var\n")
    await starts(backup_dir=shared)
    await passes(server, clock, 2, minutes=20)

    (first,) = told(server, hoa)
    assert "BACKUP_DIR" in first
    assert len(archives(shared)) == 1


async def test_a_clock_that_was_wrong_does_not_put_backups_off(
    server, starts, hoa, clock, whole_bot, tmp_path
):
    question(whole_bot, MOMENT - timedelta(days=3))
    (tmp_path / "backups").mkdir()
    (tmp_path / "backups" / "chidan-20380119T031407Z.tar.gz").write_bytes(b"made too early")
    await starts()
    await passes(server, clock)

    assert len(archives(tmp_path / "backups")) == 2


async def test_without_backups_of_its_own_nothing_is_made_and_nothing_told(
    server, starts, hoa, clock, whole_bot, tmp_path
):
    question(whole_bot, MOMENT - timedelta(days=3))
    await starts(backup_at="off")
    await passes(server, clock, 3, days=1)

    assert not (tmp_path / "backups").exists()
    assert told(server, hoa) == []


async def test_health_is_six_lines_for_administrators_alone(
    server, starts, hoa, clock, whole_bot, disk
):
    question(whole_bot, MOMENT - timedelta(days=3))
    await starts()
    lan, group = server.person("Lan"), server.group("Hà Nội")

    well = await server.reply_to(hoa.writes("/suckhoe"))
    disk.free = 10 << 30
    hoa.says(group, "/health")
    await server.until(lambda: len(told(server, hoa)) == 2, "the answer in private")
    refused = await server.reply_to(lan.writes("/suckhoe"))

    lines = well.text.splitlines()
    assert [line[0] for line in lines] == list("✓✓✓✓✓✓"), lines
    assert [line[2:].partition(":")[0] for line in lines] == [
        TEXTS.health[topic]
        for topic in ("machine", "sources", "search", "models", "telegram", "backups")
    ]
    assert [line[0] for line in told(server, hoa)[1].splitlines()] == list("✗✓✓✓✓✓")
    assert refused.text == VIETNAMESE.admins_only


@pytest.fixture
def model():
    with running() as model:
        yield model


async def test_health_names_what_is_wrong(server, starts, hoa, whole_bot, articles, model):
    question(whole_bot, MOMENT - timedelta(days=3))
    model.usual = status(500)
    await starts(llm_base_url=model.url, llm_check="off", backup_at="off")
    (articles / "mới.txt").write_text("Một bài mới chưa nạp vào kho của cơ quan.")
    reply = await server.reply_to(hoa.writes("/suckhoe"))

    lines = reply.text.splitlines()
    assert [line[0] for line in lines] == list("✓✗✓✗✓✓"), lines
    assert "1 tệp khác đi" in lines[1]
