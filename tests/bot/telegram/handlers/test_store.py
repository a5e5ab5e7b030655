"""What everybody can read of the store: first contact, search, newest sources, cards, links."""

import pytest
from pressing import button

from bot.assistant.assistant import Assistant
from bot.telegram.formatting import directive_link
from bot.texts.texts import VIETNAMESE
from retrieval.answering.chain import Answerer
from retrieval.directives.recognition import find_references
from retrieval.ranking.weights import load_ranking


@pytest.fixture
def articles(tmp_path):
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "ha-noi.md").write_text(
        "---\ntitle: Hà Nội tổng kết\npublisher: Báo Thử\ndate: 2024-12-30\n---\n\n"
        "Năm 2024, Hà Nội kết nạp 11.144 đảng viên mới, vượt chỉ tiêu đại hội đề ra.\n\n"
        "Năm 2024, Hà Nội mở 312 lớp bồi dưỡng cho bí thư chi bộ.\n\n"
        "Quy định số 114-QĐ/TW thay thế Quy định số 205-QĐ/TW.\n"
    )
    (folder / "hue.md").write_text(
        "---\ntitle: Huế bồi dưỡng cán bộ trẻ\ndate: 2023-05-02\n---\n\n"
        "Năm 2023, Thành ủy Huế cử 64 cán bộ trẻ đi học.\n"
    )
    for n in range(9):
        (folder / f"cu-{n}.md").write_text(
            f"---\ntitle: Tin cũ {n}\ndate: 2019-01-0{n + 1}\n---\n\nChi bộ cơ quan họp lần {n}.\n"
        )
    return folder


@pytest.fixture
async def lan(server, whole_bot, kept):
    """Somebody who meets the bot as it is in production, over these articles."""
    ranking = load_ranking()
    whole_bot.assistant = Assistant(Answerer(kept.search(ranking), ranking))
    await whole_bot.starts()
    return server.person("Lan")


async def test_the_first_contact_offers_questions_that_are_answered(server, lan):
    start = await server.reply_to(lan.writes("/start"))

    assert "11 tài liệu" in start.text
    assert "/xoadulieu" in start.text
    questions = [b["text"] for b in start.buttons]
    assert questions[0] == "Năm 2024, Hà Nội kết nạp bao nhiêu đảng viên?"
    assert len(questions) == 3
    lan.presses(start, start.buttons[0]["callback_data"])
    await server.until(lambda: len(server.sent(lan.private)) == 3, "question and answer")
    repeated, answer = server.sent(lan.private)[1:]
    assert repeated.text == f"❓ {questions[0]}"
    assert answer.answered_id == repeated.message_id
    assert "11.144" in answer.text
    again = await server.reply_to(lan.writes("còn lớp bồi dưỡng thì bao nhiêu?"))
    assert "312" in again.text


async def test_a_refusal_shows_what_comes_near_and_what_it_answers(server, lan):
    refused = await server.reply_to(lan.writes("Giá xăng hôm nay bao nhiêu?"))

    near = [b for b in refused.buttons if b["text"].startswith("📄")]
    assert 1 <= len(near) <= 3
    assert refused.buttons[-1]["text"] == VIETNAMESE.hand_over
    hanoi = (
        next(b for b in near if "Hà Nội" in b["text"])
        if any("Hà Nội" in b["text"] for b in near)
        else near[0]
    )
    lan.presses(refused, hanoi["callback_data"])
    await server.until(lambda: len(server.sent(lan.private)) == 2, "the card")
    card = server.sent(lan.private)[1]
    assert card.text.startswith("📄 ")
    assert card.marked("blockquote")


async def test_plain_search_goes_through_its_pages(server, lan):
    found = await server.reply_to(lan.writes("/timkiem chi bo co quan"))

    assert VIETNAMESE.search_found.format(words="chi bo co quan", count=9) in found.text
    assert found.marked("bold")[:4] == ["Chi", "bộ", "cơ", "quan"]
    before = found.text
    lan.presses(found, found.buttons[0]["callback_data"])
    await server.until(lambda: found.text != before, "the second page")
    assert found.text.startswith("Tìm “chi bo co quan”: 9")
    nothing = await server.reply_to(lan.writes("/timkiem không có chữ này đâu"))
    assert nothing.text.startswith("Không đoạn nào")
    assert (await server.reply_to(lan.writes("/timkiem"))).text == VIETNAMESE.search_usage


async def test_the_newest_sources_stand_first_and_open_as_cards(server, lan):
    newest = await server.reply_to(lan.writes("/moinhat"))

    lines = newest.text.splitlines()
    assert lines[1:3] == [
        "1. Báo Thử · 30/12/2024 · Hà Nội tổng kết", "2. 02/05/2023 · Huế bồi dưỡng cán bộ trẻ"
    ]  # fmt: skip
    lan.presses(newest, button(newest, "1"))
    await server.until(lambda: len(server.sent(lan.private)) == 2, "the card")
    card = server.sent(lan.private)[1]
    assert "Năm 2024, Hà Nội kết nạp" in card.text
    assert card.buttons[0]["text"].startswith("Năm 2024, Hà Nội kết nạp bao nhiêu")
    before = newest.text
    lan.presses(newest, button(newest, "▶"))
    await server.until(lambda: newest.text != before, "the second page")


async def test_a_reference_in_an_answer_is_a_link_to_what_is_known_of_it(server, lan):
    answer = await server.reply_to(lan.writes("Quy định 205 bị thay thế bằng gì?"))

    reference = find_references("Quy định số 205-QĐ/TW")[0]
    link = directive_link(reference, "ChiDanBot")
    assert link in answer.links()
    shown = await server.reply_to(lan.writes(f"/start {link.partition('start=')[2]}"))
    lines = shown.text.splitlines()
    assert lines[0] == "📜 Quy định số 205-QĐ/TW"
    assert "Hiệu lực: Được thay thế bằng Quy định số 114-QĐ/TW (theo Báo Thử, 30/12/2024)" in lines
    assert "– Hà Nội tổng kết" in lines
