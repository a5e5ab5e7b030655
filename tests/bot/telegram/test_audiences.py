"""Who sees what, in the bot as it is wired: chats and people with and without collections."""

import pytest

from bot.access import Grant, Role
from bot.assistant.assistant import Assistant
from bot.log.exchanges import audience_of
from bot.log.rights import RightsLog
from retrieval.answering.chain import Answerer
from retrieval.loading.collections import collection_id
from retrieval.models import PUBLIC, Audience
from retrieval.ranking.weights import load_ranking

INNER = collection_id("noi-bo")
MEMBER = Grant(Role.MEMBER, INNER)
QUESTION = "Hạn nộp hồ sơ quy hoạch cán bộ là ngày nào?"
DAY = "17 tháng 8"


@pytest.fixture
async def filed(server, whole_bot, kept, articles):
    """The bot over two public articles and an internal one; its administrator."""
    folder = articles / "noi-bo"
    folder.mkdir()
    (folder / "collection.yaml").write_text("title: Tài liệu nội bộ\naudience: internal\n")
    (folder / "quy-hoach.md").write_text(
        "---\ntitle: Hạn nộp hồ sơ quy hoạch\ndate: 2025-03-01\n---\n\n"
        f"Hạn nộp hồ sơ quy hoạch cán bộ là ngày {DAY}. Hồ sơ quy hoạch theo Quy định số "
        "91-QĐ/TW gồm bốn loại giấy tờ.\n"
    )
    kept.reload()
    ranking = load_ranking()
    whole_bot.assistant = Assistant(Answerer(kept.search(ranking), ranking))
    hoa = server.person("Hoa")
    await whole_bot.starts(admin_ids=[hoa.user.id], sources_dir=articles)
    return hoa


@pytest.fixture
def rights(bot) -> RightsLog:
    return RightsLog(bot.log.file)


async def test_a_group_sees_what_it_was_given_whoever_asks(server, filed, rights, bot):
    lan, group, closed = server.person("Lan"), server.group("Công khai"), server.group("Nội bộ")
    for place in (group, closed):
        place.joined_by(lan)
    rights.give(lan.user.id, "Lan", MEMBER)
    rights.give(closed.id, "Nội bộ", MEMBER)

    outside = await server.reply_to(lan.says(group, f"/hoi {QUESTION}"))
    inside = await server.reply_to(lan.says(closed, f"/hoi {QUESTION}"))
    private = await server.reply_to(lan.writes(QUESTION))

    assert DAY not in outside.text
    assert "quy hoạch" not in outside.text.lower()
    assert DAY in inside.text
    assert DAY in private.text

    def kept() -> list[Audience]:
        rows = bot.log.file.rows("select audience from exchanges where finished_at is not null")
        return [audience_of(row["audience"]) for row in rows]

    await server.until(lambda: len(kept()) == 3)
    given = Audience(frozenset({INNER}))
    assert kept() == [PUBLIC, given, given]


async def test_lists_and_searches_hold_what_may_be_seen(server, filed, rights):
    lan, minh = server.person("Lan"), server.person("Minh")
    rights.give(minh.user.id, "Minh", MEMBER)

    async def said(person, words: str) -> str:
        return (await server.reply_to(person.writes(words))).text

    for command in ("/nguon", "/timkiem quy hoạch", "/moinhat", "/vanban 91", "/vanban"):
        assert "91-QĐ/TW" not in await said(lan, command)
        assert "Hạn nộp" not in await said(lan, command)
        shown = await said(minh, command)
        assert "91-QĐ/TW" in shown or "Hạn nộp" in shown, command
    assert "Có 2 nguồn" in await said(lan, "/nguon")
    assert "Có 3 nguồn" in await said(minh, "/nguon")


async def test_what_was_shown_is_shown_no_more_when_the_right_is_taken(server, filed, rights):
    lan = server.person("Lan")
    rights.give(lan.user.id, "Lan", MEMBER)
    answer = await server.reply_to(lan.writes(QUESTION))
    around = next(b for b in answer.buttons if b["callback_data"].startswith("nguon:"))

    async def page():
        count = len(server.sent(lan.private))
        lan.presses(answer, around["callback_data"])
        await server.until(lambda: len(server.sent(lan.private)) > count)
        return server.sent(lan.private)[-1].text

    assert "bốn loại giấy tờ" in await page()

    rights.take(lan.user.id, MEMBER)
    assert "bốn loại giấy tờ" not in await page()
    assert DAY not in (await server.reply_to(lan.writes(QUESTION))).text
