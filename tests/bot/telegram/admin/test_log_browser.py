"""/nhatky, /thongke and /xuat in Telegram: for administrators, and in private."""

import csv
import io
import struct
import threading
from datetime import date

import pytest
from matplotlib.colors import to_rgb
from matplotlib.image import imread
from scripted import found

from bot.review import charts
from bot.telegram.admin import reports
from bot.texts.texts import VIETNAMESE
from retrieval.models import Answer, Kind


@pytest.fixture
async def hoa(server, bot):
    """An administrator; Lan has asked seven questions in a group, the third without an answer."""
    hoa, lan, hanoi = server.person("Hoa"), server.person("Lan"), server.group("Hà Nội")
    assert hoa.private.id == hoa.user.id
    bot.assistant.says = lambda question: (
        Answer(question, Kind.NOT_FOUND, "Không có.") if "3" in question else found(question)
    )
    await bot.starts(admin_ids=[hoa.user.id])
    for number in range(1, 8):
        await server.reply_to(lan.says(hanoi, f"/hoi Câu {number} về đảng viên?"))
    await server.reply_to(lan.says(hanoi, "/help"))  # a chat is served in order: all is logged
    return hoa


def data(sent, words: str) -> str:
    return next(b["callback_data"] for b in sent.buttons if b["text"] == words)


async def pressed(server, hoa, sent, words: str, expected: str) -> str:
    hoa.presses(sent, data(sent, words))
    await server.until(lambda: expected in sent.text, expected)
    return sent.text


async def test_the_list_turns_filters_and_opens_an_exchange(server, hoa):
    sent = await server.reply_to(hoa.writes("/nhatky"))
    assert "7 lượt hỏi. Trang 1/2" in sent.text
    assert "7. " in sent.text

    await pressed(server, hoa, sent, "▶", "Trang 2/2")
    assert "Câu 1 về" in sent.text
    await pressed(server, hoa, sent, "Chưa trả lời", "1 lượt hỏi")
    assert "Câu 3 về" in sent.text
    await pressed(server, hoa, sent, "3", "Số 3 ·")
    assert "chưa có nguồn" in sent.text
    await pressed(server, hoa, sent, "◀ Danh sách", "Chưa trả lời: 1")
    await pressed(server, hoa, sent, "Lỗi", VIETNAMESE.admin.review.no_exchanges)
    await pressed(server, hoa, sent, "Tất cả", "7 lượt")
    assert "“Năm 2024" in await pressed(server, hoa, sent, "7", "Số 7 ·")


async def test_an_entry_too_long_for_a_message_says_that_there_is_more(server, bot, hoa):
    with bot.log.file.writing() as db:
        db.execute("update quotes set text = ? where exchange_id = 7", ("dài 😀 " * 2000,))
    sent = await server.reply_to(hoa.writes("/nhatky"))

    shown = await pressed(server, hoa, sent, "7", "Số 7 ·")

    assert shown.endswith(VIETNAMESE.admin.review.cut.format(number=7))


async def test_words_behind_the_command_are_searched(server, hoa):
    sent = await server.reply_to(hoa.writes("/logs cau 4 dang vien"))

    assert "1 lượt hỏi" in sent.text
    assert "Câu 4 về đảng viên?" in sent.text


async def test_what_was_found_has_pages_too(server, hoa):
    sent = await server.reply_to(hoa.writes("/nhatky Đảng viên"))
    assert "7 lượt hỏi, mới nhất trước. Trang 1/2" in sent.text

    await pressed(server, hoa, sent, "▶", "Trang 2/2")
    assert "Câu 1 về" in sent.text
    await pressed(server, hoa, sent, "◀", "Trang 1/2")
    long = await server.reply_to(hoa.writes("/nhatky " + "đảng viên " * 9))
    assert "7 lượt hỏi" in long.text
    assert "▶" not in [button["text"] for button in long.buttons]


async def test_asked_in_a_group_the_answer_comes_in_private(server, hoa):
    hue = server.group("Huế", bot="administrator")
    before = len(server.sent(hoa.private))

    asked = hoa.says(hue, "/nhatky")
    await server.until(lambda: len(server.sent(hoa.private)) > before, "the list in private")

    assert "7 lượt hỏi" in server.sent(hoa.private)[-1].text
    assert server.replies_to(asked) == []


async def test_who_never_wrote_to_the_bot_is_told_so_in_the_group(server, bot):
    hoa, hue = server.person("Hoa"), server.group("Huế", bot="administrator")
    await bot.starts(admin_ids=[hoa.user.id])

    told = await server.reply_to(hoa.says(hue, "/thongke"))

    assert told.text == VIETNAMESE.admin.review.cannot_write.format(username="ChiDanBot")
    server.api.refused.clear()


async def test_others_learn_nothing(server, hoa):
    lan = server.person("Lan")

    for command in ("/nhatky", "/thongke", "/xuat"):
        told = await server.reply_to(lan.writes(command))
        assert told.text == VIETNAMESE.admins_only
    sent = await server.reply_to(hoa.writes("/nhatky"))
    before = sent.text
    query = lan.presses(sent, data(sent, "7"))
    await server.until(lambda: server.world.callbacks[query] is not None)
    assert sent.text == before


async def test_the_chart_comes_with_a_paragraph(server, hoa):
    sent = await server.reply_to(hoa.writes("/thongke"))

    _, picture = server.world.files[sent.json["photo"][-1]["file_id"]]
    assert picture.startswith(b"\x89PNG")
    assert struct.unpack(">II", picture[16:24]) == (1080, 1320)
    assert "7 lượt hỏi của 1 người; trả lời được 86%" in sent.json["caption"]
    assert "“Câu 3 về đảng viên?” (1 lần)" in sent.json["caption"]


async def test_the_chart_is_drawn_beside_the_event_loop(server, hoa, monkeypatch):
    threads = []

    def noted(*drawn):
        threads.append(threading.current_thread())
        return charts.chart(*drawn)

    monkeypatch.setattr(reports, "chart", noted)
    await server.reply_to(hoa.writes("/thongke"))

    assert len(threads) == 1
    assert threading.current_thread() not in threads


async def test_an_english_administrator_is_answered_in_english(server, bot):
    sam = server.person("Sam", language="en")
    assert sam.private.id == sam.user.id
    await bot.starts(admin_ids=[sam.user.id])
    await server.reply_to(sam.writes("Bao nhiêu đảng viên?"))

    sent = await server.reply_to(sam.writes("/logs"))
    assert "All: 1 exchanges. Page 1/1" in sent.text
    assert "answered" in sent.text
    opened = await pressed(server, sam, sent, "1", "No. 1 ·")
    assert "Question: Bao nhiêu đảng viên?" in opened
    chart = await server.reply_to(sam.writes("/stats"))
    assert "1 exchanges of 1 people" in chart.json["caption"]
    told = await server.reply_to(sam.writes("/export yesterday"))
    assert told.text.startswith("Usage: /export csv 7d")
    file = await server.reply_to(sam.writes("/export csv"))
    assert "1 exchanges since" in file.json["caption"]


async def test_what_telegram_does_not_take_is_said(server, bot, hoa, monkeypatch):
    monkeypatch.setattr(reports, "LARGEST", 100)

    told = await server.reply_to(hoa.writes("/xuat csv 7d"))

    assert told.text.startswith("Tệp này lớn quá cỡ Telegram nhận")
    assert bot.log.file.rows("select deed from deeds") == [{"deed": "/xuat"}]


def test_every_outcome_stands_in_the_chart_as_high_as_it_is_frequent():
    rows = [
        {"day": "2026-01-30", "kind": kind, "questions": questions}
        for kind, questions in (("answer", 40), ("not_found", 20), ("error", 10))
    ]
    drawn = charts.chart(
        {"days": rows}, date(2026, 1, 1), date(2026, 1, 30), VIETNAMESE.admin.review
    )
    last_bar = imread(io.BytesIO(drawn))[:720, 1020]

    heights = {
        kind: int((abs(last_bar[:, :3] - to_rgb(colour)) < 0.01).all(axis=1).sum())
        for kind, colour in charts.COLOURS.items()
    }
    assert heights["answer"] > 150
    assert heights["answer"] == pytest.approx(2 * heights["not_found"], abs=4)
    assert heights["not_found"] == pytest.approx(2 * heights["error"], abs=4)
    assert heights["smalltalk"] == 0


def test_an_empty_period_is_drawn_too():
    drawn = charts.chart({"days": []}, date(2026, 1, 1), date(2026, 1, 30), VIETNAMESE.admin.review)
    assert drawn.startswith(b"\x89PNG")


async def test_a_period_is_exported_as_a_file(server, bot, hoa):
    sent = await server.reply_to(hoa.writes("/xuat csv 7d"))
    sheet = await server.reply_to(hoa.writes("/export XLSX"))
    wrong = await server.reply_to(hoa.writes("/xuat hôm qua"))

    name, rows = server.world.files[sent.json["document"]["file_id"]]
    assert (name, sent.json["caption"][:10]) == ("nhat-ky.csv", "7 lượt hỏi")
    assert len(list(csv.reader(io.StringIO(rows.decode("utf-8-sig"))))) == 8
    assert server.world.files[sheet.json["document"]["file_id"]][1].startswith(b"PK")
    assert "/xuat csv 7d" in wrong.text
    deeds = [row["deed"] for row in bot.log.file.rows("select deed from deeds order by id")]
    assert deeds == ["/xuat", "xuat", "/export", "xuat", "/xuat"]
