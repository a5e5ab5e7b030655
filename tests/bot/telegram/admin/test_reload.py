"""/reload and /hoantac over a real index, and who may use them."""

import asyncio
import threading

import pytest

from bot.telegram.background import Stopped, work
from bot.telegram.sending import Target
from bot.texts.texts import VIETNAMESE


def deeds(bot) -> list[tuple[str, str]]:
    rows = bot.log.file.rows(
        "select person_name, deed from deeds where deed not like '/%' order by id"
    )
    return [(row["person_name"], row["deed"]) for row in rows]


@pytest.fixture
async def hoa(server, bot, kept):
    """An administrator of a bot with a real index."""
    hoa = server.person("Hoa")
    assert hoa.private.id == hoa.user.id
    bot.keeper = kept
    await bot.starts(admin_ids=[hoa.user.id])
    return hoa


async def finished(server, asked, words: str) -> str:
    """The text of the reply once it says so."""
    reply = await server.reply_to(asked)
    await server.until(lambda: words in reply.text, words)
    return reply.text


async def test_a_reload_is_one_message_that_becomes_the_summary(server, bot, hoa, articles):
    (articles / "moi.md").write_text("Một bài viết mới về công tác cán bộ trong năm nay.\n")
    (articles / "hong.pdf").write_text("không phải PDF")
    (articles / "hue.txt").unlink()

    asked = hoa.writes("/reload")
    summary = await finished(server, asked, "giây")

    assert "thêm 1, đổi 0, bỏ 1, giữ nguyên 1" in summary
    assert "+ moi.md" in summary
    assert "− hue.txt" in summary
    assert "• hong.pdf: " in summary
    assert len(server.replies_to(asked)) == 1
    assert deeds(bot) == [("Hoa", "reload")]


async def test_a_second_reload_is_told_who_runs_the_first(server, hoa, kept):
    with kept.ledger.writing("Lan (Telegram)") as writer:
        writer.note(3, 8)
        refusal = await finished(server, hoa.writes("/reload"), "Chưa nạp lại được")

    assert "Lan (Telegram)" in refusal
    assert "3/8 tệp" in refusal
    with kept.ledger.snapshot() as snap:
        assert "writer" not in snap.meta


async def test_others_cannot_reload_and_are_told_in_private_only(server, bot, kept):
    bot.keeper = kept
    await bot.starts(admin_ids=[1])
    hanoi, lan = server.group("Hà Nội", bot="administrator"), server.person("Lan")

    in_group = lan.says(hanoi, "/reload")
    anonymous = hanoi.anonymous_admin_says("/hoantac")
    in_private = await server.reply_to(lan.writes("/reload"))
    await server.reply_to(lan.says(hanoi, "/help"))

    assert in_private.text == VIETNAMESE.admins_only
    assert server.replies_to(in_group) == server.replies_to(anonymous) == []
    assert deeds(bot) == []
    server.api.refused.clear()  # the menu of an administrator who never wrote to the bot


async def test_a_reload_is_taken_back_after_a_yes_and_done_again(server, bot, hoa, kept, articles):
    (articles / "hue.txt").unlink()
    kept.reload()

    asked = await server.reply_to(hoa.writes("/hoantac"))
    question = asked.text
    hoa.presses(asked, asked.buttons[0]["callback_data"])
    await server.until(lambda: "thêm lại 1" in asked.text)

    assert "1 nguồn sẽ đổi" in question
    assert "+ hue.txt" in question
    assert [source.path for source in kept.sources()] == ["ha-noi.md", "hue.txt"]
    assert deeds(bot) == [("Hoa", "hoantac")]

    hoa.presses(asked, asked.buttons[0]["callback_data"])
    await server.until(lambda: any("bỏ 1" in sent.text for sent in server.sent()))
    assert [source.path for source in kept.sources()] == ["ha-noi.md"]
    assert asked.buttons == []
    last = bot.log.file.rows("select deed, subject from deeds order by id desc limit 1")[0]
    assert tuple(last.values()) == ("reload", "--force")


async def test_the_first_load_is_not_taken_back(server, bot, hoa, kept):
    told = await server.reply_to(hoa.writes("/hoantac"))

    assert told.text == VIETNAMESE.admin.nothing_to_undo
    assert told.buttons == []
    assert len(kept.sources()) == 2
    assert deeds(bot) == []


async def test_a_reload_is_not_taken_back_after_a_no_or_by_others(server, bot, hoa, kept, articles):
    (articles / "hue.txt").unlink()
    kept.reload()
    asked = await server.reply_to(hoa.writes("/hoantac"))
    yes, no = (button["callback_data"] for button in asked.buttons)
    query = server.person("Lan").presses(asked, yes)
    await server.until(lambda: server.world.callbacks[query] is not None)
    hoa.presses(asked, no)
    await server.until(lambda: asked.text == VIETNAMESE.admin.left)

    assert server.world.callbacks[query]["text"] == VIETNAMESE.admins_only
    assert len(kept.sources()) == 1
    assert deeds(bot) == []


async def test_an_old_button_takes_back_no_newer_reload(server, hoa, kept, articles):
    (articles / "moi.md").write_text("Bài mới được thêm vào thư mục nguồn hôm nay.")
    kept.reload()
    asked = await server.reply_to(hoa.writes("/hoantac"))
    (articles / "hue.txt").unlink()
    kept.reload()

    hoa.presses(asked, asked.buttons[0]["callback_data"])
    await server.until(lambda: "không còn là lần gần nhất" in asked.text)

    assert len(kept.sources()) == 2


async def test_progress_shows_in_the_message(server, bot):
    application = await bot.starts()
    lan = server.person("Lan")
    seen = threading.Event()

    def job(progress):
        progress(3, 8)
        seen.wait(20)
        return "xong"

    target = Target(lan.private.id)
    working = asyncio.create_task(
        work(application.bot, target, job, "Bắt đầu", "Đang làm {done}/{total}", pace=0.02)
    )
    await server.until(lambda: [sent.text for sent in server.sent()] == ["Đang làm 3/8"])
    seen.set()

    assert (await working)[1] == "xong"


async def test_work_stops_with_the_bot(server, bot):
    application = await bot.starts()
    lan = server.person("Lan")
    under_way, cancelled = threading.Event(), threading.Event()
    ends = []

    def job(progress):
        under_way.set()
        cancelled.wait(20)
        try:
            progress(1, 2)
        except Stopped as error:
            ends.append(error)

    target = Target(lan.private.id)
    working = asyncio.create_task(work(application.bot, target, job, "Bắt đầu", "Đang làm"))
    await asyncio.to_thread(under_way.wait, 20)
    working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working
    cancelled.set()
    await asyncio.get_running_loop().shutdown_default_executor()

    assert len(ends) == 1
