"""/quantri: one message with all that is an administrator's."""

import pytest
from pressing import button
from scripted import found

from bot.texts.texts import ENGLISH, VIETNAMESE
from retrieval.models import Answer, Kind


@pytest.fixture
async def hoa(server, whole_bot):
    """An administrator; one question was answered from a source, one was not."""
    hoa, lan = server.person("Hoa"), server.person("Lan")
    hoa.private  # noqa: B018 the chat exists
    source = whole_bot.keeper.sources()[0]

    def says(question):
        if "lạ" in question:
            return Answer(question, Kind.NOT_FOUND)
        quote = found(question).quotes[0]
        return Answer(
            question, Kind.ANSWER, quotes=(quote.__class__(source, 0, 8, quote.text[:8]),)
        )

    whole_bot.assistant.says = says
    await whole_bot.starts(admin_ids=[hoa.user.id])
    answered = await server.reply_to(lan.writes("Bao nhiêu?"))
    lan.presses(answered, button(answered, "👎"))
    await server.reply_to(lan.writes("Chuyện lạ?"))
    done = "select 1 from exchanges where kind is not null"
    await server.until(lambda: len(whole_bot.log.file.rows(done)) == 2, "both in the log")
    return hoa


async def test_it_tells_what_there_is_to_do_and_begins_each_job(server, hoa):
    panel = await server.reply_to(hoa.writes("/quantri"))

    assert "2 nguồn; 2 câu chờ trả lời; 7 ngày qua có 2 lượt hỏi" in panel.text
    state = {"sources": 2, "unanswered": 2, "remembered": 0, "corrections": 0, "asked": 2}
    jobs = [words.format(**state) for words in VIETNAMESE.admin.jobs.values()]
    assert [b["text"] for b in panel.buttons] == jobs
    for job, begins in (
        ("Câu chờ", "Chưa trả lời được 1/2"),
        ("Đã trả lời", VIETNAMESE.admin.review.remembered_none),
        ("📚", "Có 2 nguồn"),
        ("➕", VIETNAMESE.admin.add_usage[:20]),
        ("↩", VIETNAMESE.admin.nothing_to_undo[:30]),
        ("📖", "Tất cả: "),
        ("🗓", "Tuần qua, "),
    ):
        hoa.presses(panel, button(panel, job))
        await server.until(
            lambda begins=begins: any(s.text.startswith(begins) for s in server.sent(hoa.private)),
            begins,
        )


async def test_sources_are_listed_with_age_answers_and_votes_against_them(server, hoa):
    listed = await server.reply_to(hoa.writes("/nguon"))

    records = [line.strip() for line in listed.text.splitlines() if "👎" in line]
    assert sorted(records) == [
        "vào kho hôm nay · trả lời 0 câu · 👎 0", "vào kho hôm nay · trả lời 1 câu · 👎 1"
    ]  # fmt: skip


async def test_others_have_no_panel(server, hoa):
    minh = server.person("Minh", language="en")

    refused = await server.reply_to(minh.writes("/admin"))

    assert refused.text == ENGLISH.admins_only
    mine = await server.reply_to(minh.writes("/start"))
    query = minh.presses(mine, "quantri:reload")
    await server.until(lambda: server.world.callbacks[query] is not None)
    assert server.world.callbacks[query]["text"] == ENGLISH.admins_only
