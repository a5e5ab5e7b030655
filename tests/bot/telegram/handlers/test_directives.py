"""/vanban in Telegram: lists, pages, one directive, and buttons that outlive a restart."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from indexes import MemoryFolder, document

from bot.texts.texts import VIETNAMESE
from retrieval.indexing.reload import reload
from retrieval.registry.catalogue import Catalogue

NUMBERS = range(11, 34)


def said(name, day, text):
    one = document(f"{name}.md", f"Bài {name}", text)
    return replace(one, source=replace(one.source, date=date.fromisoformat(day)))


@pytest.fixture
def known(index, embeddings):
    sources = [
        said("a", "2020-06-01", "Học Chỉ thị số 35-CT/TW. Quy định 205-QĐ/TW chống chạy chức."),
        said("b", "2024-07-04", "Chỉ thị số 35 ngày 14/6/2024 được quán triệt."),
        said("c", "2024-08-01", "Quy định số 114-QĐ/TW thay thế Quy định số 205-QĐ/TW."),
        said("d", "2024-09-01", " ".join(f"Tỉnh có Kế hoạch số {n}-KH/TU." for n in NUMBERS)),
        *(said(f"e{n}", f"2023-01-{n:02}", f"Lần {n}, nhắc KL 14-KL/TW.") for n in range(1, 8)),
    ]  # fmt: skip
    reload(MemoryFolder(*sources), index.ledger, index.store, embeddings)
    return Catalogue(index.ledger.snapshot)


def buttons(sent):
    rows = sent.json.get("reply_markup", {}).get("inline_keyboard", [])
    return {key["text"]: key["callback_data"] for row in rows for key in row}


async def pressed(server, person, sent, label):
    """What the message says before and after a button is pressed."""
    before = sent.text
    query = person.presses(sent, buttons(sent)[label])
    await server.until(lambda: server.world.callbacks[query] is not None)
    await server.until(lambda: sent.text != before)
    return before, sent.text


async def test_the_directives_are_listed_by_kind_and_year_page_by_page(server, bot, known):
    bot.known = known
    await bot.starts()
    lan = server.person("Lan")

    listed = await server.reply_to(lan.writes("/vanban"))
    first, second = await pressed(server, lan, listed, "2/3 ▶")

    assert first.startswith("Các nguồn nhắc tới 28 văn bản.\nChỉ thị: 2 (2024: 1, chưa rõ năm")
    assert "1. Chỉ thị số 35 ngày 14/6/2024 – 1 lần" in first
    assert "11. Kế hoạch số" in second
    assert {"◀ 1/3", "3/3 ▶"} < set(buttons(listed))
    assert all(len(data.encode()) <= 64 for data in buttons(listed).values())


async def test_one_directive_is_shown_with_its_quotes_and_what_replaced_it(server, bot, known):
    bot.known = known
    await bot.starts()

    reply = await server.reply_to(server.person("Lan").writes("/vanban 205-QĐ/TW"))

    assert reply.text.startswith(
        "📜 Quy định số 205-QĐ/TW\n"
        "Hiệu lực: Được thay thế bằng Quy định số 114-QĐ/TW (theo Báo Thử, 01/08/2024)\n"
        "Nguồn nói tới (2):\n– Bài a\n– Bài c\n\n2 lần nhắc tới trong 2 nguồn:"
    )
    assert reply.text.index("chống chạy chức.") < reply.text.index("thay thế Quy định số 205")
    assert reply.text.count("— Báo Thử · ") == 2


async def test_a_number_of_two_directives_offers_both(server, bot, known):
    bot.known = known
    await bot.starts()
    lan = server.person("Lan")

    offered = await server.reply_to(lan.writes("/vanban 35"))
    choice, chosen = await pressed(server, lan, offered, "2")

    assert choice.startswith("“35” có thể là một trong 2 văn bản.")
    assert chosen.startswith("📜 Chỉ thị số 35-CT/TW\nHiệu lực: chưa nguồn nào nói")


async def test_buttons_work_after_a_restart_and_turn_the_pages_of_one_directive(server, bot, known):
    bot.known = known
    await bot.starts()
    lan = server.person("Lan")
    shown = await server.reply_to(lan.writes("/vanban 14-KL/TW"))
    await bot.stops()

    await bot.starts()
    first, second = await pressed(server, lan, shown, "2/2 ▶")

    assert "Lần 4, nhắc" in first
    assert second.startswith("Kết luận số 14-KL/TW – trang 2/2")
    assert "Lần 7, nhắc" in second


async def test_what_nobody_mentions_and_what_is_gone_are_said(server, bot, known):
    bot.known = known
    await bot.starts()
    lan = server.person("Lan")

    unknown = await server.reply_to(lan.writes("/vanban 999"))
    shown = await server.reply_to(lan.writes("/vanban 205"))
    lan.presses(shown, "vb:0123456789:0")
    await server.until(lambda: shown.text == VIETNAMESE.directive_gone)

    assert unknown.text.startswith("Không nguồn nào nhắc tới 999.")


async def test_strangers_get_nothing(server, bot, known):
    bot.known = known
    await bot.starts(allowed_chat_ids=[1])
    lan, minh = server.person("Lan"), server.person("Minh")

    asked = lan.writes("/vanban")
    await server.reply_to(minh.writes("xin chào"))

    assert all("Các nguồn nhắc tới" not in reply.text for reply in server.replies_to(asked))


async def test_a_mention_inside_a_document_of_articles_is_cited_by_its_place(
    server, bot, index, embeddings
):
    text = (
        "Chương I\nQUY ĐỊNH CHUNG\nĐiều 1. Phạm vi\n1. Quy chế này áp dụng cho toàn tỉnh.\n"
        "2. Cán bộ theo Quy định số 205-QĐ/TW.\nĐiều 2. Hiệu lực\n1. Có hiệu lực từ ngày ký."
    )
    folder = MemoryFolder(said("quy-che", "2020-06-01", text))
    reload(folder, index.ledger, index.store, embeddings)
    bot.known = Catalogue(index.ledger.snapshot)
    await bot.starts()

    shown = await server.reply_to(server.person("Lan").writes("/vanban 205"))

    assert "2. Cán bộ theo Quy định số 205-QĐ/TW." in shown.text
    assert "— Điều 1, khoản 2 · Báo Thử · 01/06/2020 · Bài quy-che" in shown.text


async def test_what_ends_a_directive_alone_is_its_force(server, bot, index, embeddings):
    text = (
        "Hội nghị tổng kết Nghị quyết số 18-NQ/TW đã họp.\n"
        "Hướng dẫn số 05-HD/TW hướng dẫn thi hành Quy định số 22-QĐ/TW.\n"
        "Quy định số 31-QĐ/TW sửa đổi, bổ sung Quy định số 22-QĐ/TW.\n"
        "Quyết định số 40-QĐ/TW bãi bỏ Quyết định số 39-QĐ/TW."
    )
    source = MemoryFolder(said("a", "2024-08-01", text))
    reload(source, index.ledger, index.store, embeddings)
    bot.known = Catalogue(index.ledger.snapshot)
    await bot.starts()
    lan = server.person("Lan")

    async def told(name):
        return (await server.reply_to(lan.writes(f"/vanban {name}"))).text.splitlines()

    reviewed, amended, ended = [await told(name) for name in ("18-NQ/TW", "22-QĐ/TW", "39-QĐ/TW")]

    in_force = "Hiệu lực: chưa nguồn nào nói văn bản này bị thay thế hay bãi bỏ"
    assert in_force in reviewed
    assert any(line.startswith("• Được tổng kết") for line in reviewed)
    assert in_force in amended
    assert any(line.startswith("• Được sửa đổi, bổ sung bằng Quy định số 31") for line in amended)
    assert any(line.startswith("• Được hướng dẫn bằng Hướng dẫn số 05") for line in amended)
    assert any(line.startswith("Hiệu lực: Được bãi bỏ bằng Quyết định số 40") for line in ended)
