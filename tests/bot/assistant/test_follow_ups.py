"""A change of topic is one, a follow-up is none; several questions are answered one by one."""

from __future__ import annotations

import pytest

from bot.assistant.assistant import Assistant
from bot.cli.json_output import answer_json
from bot.texts.answers import plain_text, remembered
from retrieval.answering.chain import Answerer
from retrieval.embeddings.models import BuiltinEmbeddings
from retrieval.models import Kind, Turn
from retrieval.ranking.retriever import Search
from retrieval.ranking.weights import load_ranking
from retrieval.store.database import IndexDatabase
from retrieval.store.vectors import Store

TOPICS = (
    "Năm 2024 Hà Nội kết nạp bao nhiêu đảng viên?",
    "Ai chủ trì hội nghị toàn quốc tổng kết năm 2024?",
    "Hội nghị giao ban trực tuyến tháng 6/2020 bàn việc gì?",
    "Chỉ thị 35-CT/TW ban hành ngày nào?",
    "Giải Búa liềm vàng lần thứ mấy?",
)
UNRELATED = """
Xăng hôm nay bao nhiêu?|Bao giờ có lương?|Mấy giờ rồi?|Ăn trưa chưa?|Mưa to không?|mệt ghê
Đội nào vô địch?|vé tàu bao nhiêu|Ai hát bài này hay nhất?|đói quá|Tỷ giá ra sao?
Wifi mật khẩu gì?|Bão số mấy rồi?|Phở ở đâu ngon?|tắc đường ghê|Nhà đất thế nào?
Hôm nay thứ mấy?|Xe hỏng sửa ở đâu?|Con mèo nặng bao nhiêu?|buồn ngủ quá|Máy in hỏng ở đâu?
Bitcoin lên chưa?|Cà phê không?|Học phí bao nhiêu?|Bao giờ nghỉ Tết?|Điện mất khi nào?
Sân bay xa không?|Bóng đá mấy giờ?|hay đấy|Thuốc này uống sao?|Trứng giá bao nhiêu?
Phim gì hay?|Đau lưng làm sao?|Taxi bao nhiêu?|Mật khẩu quên rồi|chịu rồi
Khách sạn còn phòng không?|Ai có bút?|Nước sôi bao nhiêu độ?|Trời lạnh nhỉ
Gạo bao nhiêu một cân?|Tàu chạy lúc nào?|Sữa hết hạn chưa?|Pin yếu quá|Cây gì đây?
Rau sạch ở đâu?|Vàng tăng chưa?|Máy tính treo rồi|Ngày mai nắng không?|Cửa hàng mở khi nào?
Cá mấy cân?|Ai trực đêm?|Lốp xe bao nhiêu?|Sân vận động ở đâu?|Đèn hỏng rồi|Hoa gì thơm?
Gội đầu bao nhiêu?|Chó mấy tuổi?|Nghe nhạc gì?|Bơi ở đâu?
"""
MESSAGES = tuple(m for line in UNRELATED.strip().splitlines() for m in line.split("|"))


@pytest.fixture(scope="module")
def assistant(
    articles_index: tuple[IndexDatabase, Store], embeddings: BuiltinEmbeddings
) -> Assistant:
    ledger, store = articles_index
    ranking = load_ranking()
    return Assistant(Answerer(Search(ledger.snapshot, store, embeddings, ranking), ranking))


async def test_unrelated_messages_are_not_answered_with_the_old_topic(assistant: Assistant) -> None:
    assert len(MESSAGES) == 60
    before = {topic: await assistant.answer(topic) for topic in TOPICS}
    assert {old.kind for old in before.values()} == {Kind.ANSWER}
    leaks = []
    for number, message in enumerate(MESSAGES):
        topic = TOPICS[number % len(TOPICS)]
        old = before[topic]
        answer = await assistant.answer(message, [Turn(topic, old.quotes[0].text)])
        if {q.text for q in answer.quotes} & {q.text for q in old.quotes}:
            leaks.append((topic, message))
    assert len(leaks) <= 5, leaks


@pytest.mark.parametrize(
    ("follow_up", "topic", "words"),
    [
        ("thế đạt bao nhiêu phần trăm?", TOPICS[0], "108,62%"),
        ("ở đâu vậy?", "Hội nghị sơ kết 6 tháng đầu năm 2024 do ai chủ trì?", "Hà Nội"),
        ("còn năm 2022?", "Trưởng Ban Tổ chức Trung ương năm 2024 là ai?", "Trương Thị Mai"),
        ("con nam 2022 thi sao", "Trưởng Ban Tổ chức Trung ương năm 2024 là ai?", "Trương Thị Mai"),
    ],
)
async def test_what_leans_on_the_old_topic_takes_it(
    assistant: Assistant, follow_up: str, topic: str, words: str
) -> None:
    answer = await assistant.answer(follow_up, [Turn(topic, "…")])

    assert any(words in quote.text for quote in answer.quotes)


async def test_a_question_that_stands_by_itself_is_asked_by_itself(assistant: Assistant) -> None:
    answer = await assistant.answer(
        "Quy định 205-QĐ/TW nói về việc gì?", [Turn(TOPICS[4], "Lần thứ năm")]
    )

    assert answer.standalone == ""


async def test_several_questions_are_answered_one_by_one(assistant: Assistant) -> None:
    answer = await assistant.answer(
        "Năm 2024 Hà Nội kết nạp bao nhiêu đảng viên, "
        "và ai là Trưởng Ban Tổ chức Trung ương năm 2020?"
    )

    assert [part.question for part in answer.parts] == [
        "Năm 2024 Hà Nội kết nạp bao nhiêu đảng viên?",
        "ai là Trưởng Ban Tổ chức Trung ương năm 2020?",
    ]
    first, second = (answer.quotes[part.indices[0]] for part in answer.parts)
    assert "11.144" in first.text
    assert "Phạm Minh Chính" in second.text
    assert "[1]" in plain_text(answer)
    fields = answer_json(answer, answer.question)
    assert [part["quotes"][0] for part in fields["parts"]] == [0, 1]


async def test_a_later_question_of_a_message_is_about_what_the_first_is(
    assistant: Assistant,
) -> None:
    answer = await assistant.answer(
        "Năm 2024 Hà Nội kết nạp bao nhiêu đảng viên, đạt bao nhiêu phần trăm?"
    )

    assert len(answer.parts) == 2
    assert "Hà Nội" in answer.parts[1].answer.standalone


async def test_a_pronoun_means_who_answered_not_the_newspaper_that_said_it(
    assistant: Assistant,
) -> None:
    asked = "Trưởng ban Tổ chức Thành ủy Hà Nội là ai?"
    turn = remembered(asked, await assistant.answer(asked))
    assert turn.answer.startswith("Theo Báo Hànộimới")

    answer = await assistant.answer("Ông ấy khẳng định điều gì?", [turn])

    assert answer.standalone == "Vũ Đức Bảo khẳng định điều gì?"
    assert answer.kind is Kind.ANSWER
