"""/chuatraloi: alike questions together, and what an administrator does about them."""

from datetime import UTC, datetime

import pytest
from pressing import noted
from scripted import found

from bot.log.unanswered import Unanswered
from bot.texts.texts import VIETNAMESE
from retrieval.models import Answer, Kind

ALIKE = [
    "Hà Nội kết nạp bao nhiêu đảng viên năm 2024?",
    "Năm 2024 Hà Nội kết nạp được bao nhiêu đảng viên",
    "nam 2024 ha noi ket nap bao nhieu dang vien",
]
OTHERS = [
    "Hà Nội kết nạp bao nhiêu đảng viên năm 2023?",
    "Huế kết nạp bao nhiêu đảng viên năm 2024?",
    "Lương tối thiểu vùng là bao nhiêu?",
]


@pytest.fixture
async def hoa(server, bot, embeddings):
    """An administrator; Lan has asked in a group what nothing answers."""
    hoa, lan, hanoi = server.person("Hoa"), server.person("Lan"), server.group("Hà Nội")
    assert hoa.private.id == hoa.user.id
    bot.assistant.says = lambda question: Answer(question, Kind.NOT_FOUND, "Không có.")
    bot.embed = embeddings.embed_array
    await bot.starts(admin_ids=[hoa.user.id])
    bot.asked = [lan.says(hanoi, f"/hoi {question}") for question in [*ALIKE, *OTHERS]]
    await server.reply_to(lan.says(hanoi, "/help"))  # a chat is served in order: all is logged
    return hoa


def data(sent, words: str) -> str:
    return next(b["callback_data"] for b in sent.buttons if b["text"] == words)


async def test_alike_questions_stand_together_most_asked_first(server, hoa):
    sent = await server.reply_to(hoa.writes("/chuatraloi"))

    assert "1/4 · hỏi 3 lần" in sent.text
    assert [line[2:] for line in sent.text.splitlines()[1:]] == ALIKE[::-1]
    hoa.presses(sent, data(sent, "▶"))
    await server.until(lambda: "2/4 · hỏi 1 lần" in sent.text, "the next")


async def test_an_answer_reaches_everybody_who_asked_in_its_place(server, bot, hoa):
    terminal = bot.log.record(None, None, None, None, "", None, ALIKE[0], datetime.now(UTC))
    bot.log.finish(terminal, bot.assistant.says(ALIKE[0]))
    sent = await server.reply_to(hoa.writes("/unanswered"))
    hoa.presses(sent, data(sent, "Trả lời"))
    await server.until(lambda: "Hãy trả lời" in server.sent(hoa.private)[-1].text, "the prompt")
    prompt = server.sent(hoa.private)[-1]
    await noted(server, bot, prompt)
    hoa.writes("Hà Nội kết nạp 11.144 đảng viên.", reply_to=prompt)
    await server.until(lambda: "document" in server.sent(hoa.private)[-1].json, "the offer")

    for asked in bot.asked[:3]:
        *_, last = server.replies_to(asked)
        assert last.text.startswith("Hoa (cán bộ phụ trách) trả lời, ngày ")
        assert last.text.endswith(":\nHà Nội kết nạp 11.144 đảng viên.")
    assert len(server.replies_to(bot.asked[3])) == 1
    offer = server.sent(hoa.private)[-1].json
    assert "Đã gửi tới 3 lượt hỏi. 1 lượt không gửi lại được" in offer["caption"]
    assert "11.144" in server.world.files[offer["document"]["file_id"]][1].decode()
    groups = Unanswered(bot.log.file, bot.embed).groups()
    assert sorted(group.question for group in groups) == sorted(OTHERS)
    states = bot.log.file.rows("select state, words from reviews")
    assert {row["state"] for row in states} == {"answered"}


@pytest.mark.parametrize(("button", "state"), [("Để sau", "ignored"), ("Đã xử lý", "done")])
async def test_what_is_dealt_with_leaves_the_list(server, bot, hoa, button, state):
    sent = await server.reply_to(hoa.writes("/chuatraloi"))
    for left in (3, 2, 1):
        hoa.presses(sent, data(sent, button))
        await server.until(lambda left=left: f"1/{left} ·" in sent.text, "the next")
    hoa.presses(sent, data(sent, button))
    await server.until(lambda: sent.text == VIETNAMESE.admin.review.all_answered, "the end")

    rows = bot.log.file.rows("select state from reviews")
    assert [row["state"] for row in rows] == [state] * 6


async def test_what_a_new_source_answers_is_said_and_sent(server, bot, hoa):
    bot.assistant.says = found
    sent = await server.reply_to(hoa.writes("/chuatraloi"))
    assert VIETNAMESE.admin.review.now_answered.strip() in sent.text

    hoa.presses(sent, data(sent, "Gửi câu trả lời mới"))
    for asked in bot.asked[:3]:
        await server.until(lambda asked=asked: len(server.replies_to(asked)) == 2, "new answers")
        assert "11.144" in server.replies_to(asked)[-1].text
    assert len(server.replies_to(bot.asked[3])) == 1


async def test_only_who_can_be_reached_is_counted(server, bot, hoa):
    for _ in range(4):  # more often than any other
        asked = bot.log.record(None, None, None, None, "", None, "Giờ mở cửa?", datetime.now(UTC))
        bot.log.finish(asked, Answer("Giờ mở cửa?", Kind.NOT_FOUND, "Không có."))
    bot.assistant.says = found

    sent = await server.reply_to(hoa.writes("/chuatraloi"))
    hoa.presses(sent, data(sent, "Gửi câu trả lời mới"))

    told = VIETNAMESE.admin.review.sent.format(count=0)
    await server.until(lambda: server.sent(hoa.private)[-1].text == told, "the count")


async def test_a_question_of_the_terminal_can_be_answered_for_the_store_alone(server, bot, hoa):
    for number in range(4):  # more often than any other
        asked = bot.log.record(None, None, None, None, "", None, "Giờ mở cửa?", datetime.now(UTC))
        bot.log.finish(asked, Answer("Giờ mở cửa?", Kind.NOT_FOUND, f"Không có {number}."))

    sent = await server.reply_to(hoa.writes("/chuatraloi"))
    hoa.presses(sent, data(sent, "Trả lời"))
    await server.until(lambda: "Hãy trả lời" in server.sent(hoa.private)[-1].text, "the prompt")
    prompt = server.sent(hoa.private)[-1]
    assert "Giờ mở cửa?" in prompt.text
    await noted(server, bot, prompt)
    hoa.writes("Bảy giờ sáng.", reply_to=prompt)
    await server.until(lambda: "document" in server.sent(hoa.private)[-1].json, "the offer")

    offer = server.sent(hoa.private)[-1].json
    assert "4 lượt không gửi lại được" in offer["caption"]
    states = bot.log.file.rows("select state from reviews")
    assert [row["state"] for row in states] == ["answered"] * 4
    file = server.world.files[offer["document"]["file_id"]][1].decode()
    assert "title: Giờ mở cửa?" in file
    assert "Bảy giờ sáng." in file
