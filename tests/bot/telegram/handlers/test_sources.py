"""/nguon, searched and paged, and /xoanguon."""

from datetime import UTC, datetime

import pytest

from bot.log.votes import Vote, Votes
from bot.texts.texts import VIETNAMESE
from retrieval.models import Answer, Kind, Quote, Source


def lines(sent) -> list[str]:
    return [line.split(" ")[0] for line in sent.text.splitlines()[1:]]


async def test_the_list_is_paged_and_turned(server, bot):
    bot.sources = [Source(f"s{n}", f"{n}.md", f"Bài {n} " + "rất dài " * 40) for n in range(40)]
    await bot.starts()
    lan = server.person("Lan")

    page = await server.reply_to(lan.writes("/nguon"))
    assert page.text.startswith("Có 40 nguồn (1/3):")
    assert lines(page) == [f"{n}." for n in range(1, 16)]

    lan.presses(page, page.buttons[-1]["callback_data"])
    await server.until(lambda: "(2/3)" in page.text)
    assert [button["text"] for button in page.buttons] == ["◀ 1/3", "3/3 ▶"]
    assert lines(page)[0] == "16."


async def test_the_list_is_searched_without_diacritics_also_on_later_pages(server, bot):
    bot.sources = [
        *(Source(f"a{n}", f"a{n}.md", f"Hội nghị cán bộ {n}", "Báo Nhân Dân") for n in range(20)),
        Source("b", "b.md", "Đại hội đảng bộ", "Báo Khác"),
    ]
    await bot.starts()
    lan = server.person("Lan")

    page = await server.reply_to(lan.writes("/nguon bao nhan dan can bo"))
    lan.presses(page, page.buttons[0]["callback_data"])
    await server.until(lambda: "(2/2)" in page.text)
    none = await server.reply_to(lan.writes("/nguon không có gì"))

    assert page.text.startswith("Có 20 nguồn")
    assert "Đại hội" not in page.text
    assert none.text == "Không có nguồn nào hợp với “không có gì”."


@pytest.fixture
async def hoa(server, bot, kept, articles):
    """An administrator of a bot with a real index."""
    hoa = server.person("Hoa")
    assert hoa.private.id == hoa.user.id
    (articles / "hong.pdf").write_text("không phải PDF")
    kept.reload()
    bot.keeper = kept
    await bot.starts(admin_ids=[hoa.user.id], sources_dir=articles)
    return hoa


async def test_administrators_see_ids_and_what_could_not_be_read(server, hoa, kept):
    own = await server.reply_to(hoa.writes("/nguon"))
    others = await server.reply_to(server.person("Lan").writes("/nguon"))

    ids = [source.id for source in kept.sources()]
    assert all(f"mã {id_} · tệp" in own.text for id_ in ids)
    assert "⚠ hong.pdf" in own.text
    assert "30/12/2024 · Hà Nội tổng kết" in own.text
    assert not any(id_ in others.text for id_ in ids)
    assert "hong.pdf" not in others.text


async def test_administrators_see_how_often_a_source_answered_and_was_disliked(
    server, bot, hoa, kept
):
    source = next(s for s in kept.sources() if s.path == "hue.txt")
    for person, vote in ((1, Vote.UP), (2, Vote.UP), (3, Vote.DOWN)):
        asked = bot.log.record(None, -7, None, person, "Lan", person, "mấy lớp?", datetime.now(UTC))
        quote = Quote(source, 0, 7, "Tỉnh ủy")
        bot.log.finish(asked, Answer("mấy lớp?", Kind.ANSWER, "", (quote,)))
        Votes(bot.log.file).cast(asked, person, vote)

    listed = await server.reply_to(hoa.writes("/nguon hue"))

    assert "trả lời 3 câu · 👎 1" in listed.text


async def test_a_source_goes_after_a_yes(server, bot, hoa, kept, articles):
    source = next(s for s in kept.sources() if s.path == "hue.txt")

    asked = await server.reply_to(hoa.writes(f"/xoanguon {source.id}"))
    question = asked.text
    hoa.presses(asked, asked.buttons[0]["callback_data"])
    await server.until(lambda: any("bỏ 1" in sent.text for sent in server.sent()))

    assert "hue.txt" in question
    assert not (articles / "hue.txt").exists()
    assert [s.path for s in kept.sources()] == ["ha-noi.md"]
    rows = bot.log.file.rows(
        "select person_name, deed, subject from deeds where deed not like '/%' order by id"
    )
    assert [tuple(row.values()) for row in rows] == [
        ("Hoa", "xoanguon", "hue.txt"),
        ("Hoa", "reload", ""),
    ]


async def test_a_source_stays_after_a_no_or_for_others(server, bot, hoa, kept, articles):
    source = next(s for s in kept.sources() if s.path == "hue.txt")
    asked = await server.reply_to(hoa.writes(f"/xoanguon {source.id}"))
    yes, no = (button["callback_data"] for button in asked.buttons)

    query = server.person("Lan").presses(asked, yes)
    await server.until(lambda: server.world.callbacks[query] is not None)
    hoa.presses(asked, no)
    await server.until(lambda: asked.text == VIETNAMESE.admin.left)
    unknown = await server.reply_to(hoa.writes("/xoanguon khong-co"))

    assert (articles / "hue.txt").exists()
    assert unknown.text == VIETNAMESE.admin.delete_usage


async def test_words_are_found_whole_and_parts_of_an_id_too(server, hoa):
    async def listed(words):
        return (await server.reply_to(hoa.writes(f"/nguon {words}"))).text

    assert "Có 1 nguồn" in await listed("hue")
    assert "Không có nguồn nào" in await listed("hu")  # nor is it found in “thuế”
    assert "Có 1 nguồn" in await listed("ha-no")


async def test_words_that_one_source_alone_has_name_it(server, hoa):
    one = await server.reply_to(hoa.writes("/xoanguon ha noi tong ket"))
    none = await server.reply_to(hoa.writes("/xoanguon h"))
    empty = await server.reply_to(hoa.writes("/xoanguon"))

    assert "Hà Nội tổng kết" in one.text
    assert "ha-noi.md" in one.text
    assert none.text == empty.text == VIETNAMESE.admin.delete_usage


async def test_administrators_see_what_an_undone_reload_holds_back(server, hoa, kept, articles):
    (articles / "moi.md").write_text("Bài mới được thêm vào thư mục nguồn hôm nay.")
    kept.reload()
    kept.roll_back()

    own = await server.reply_to(hoa.writes("/nguon moi"))
    others = await server.reply_to(server.person("Lan").writes("/nguon moi"))

    assert "1. moi.md\n    ⏸ giữ bản trước lần hoàn tác" in own.text
    assert own.text.startswith("Có 0 nguồn:")
    assert "moi.md" not in others.text
