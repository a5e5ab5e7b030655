"""What is no question to the sources."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.assistant.routing import is_complaint, small_talk
from retrieval.models import SmallTalk

QUESTIONS = Path(__file__).parents[3] / "data" / "eval" / "questions.jsonl"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Chào bot!", SmallTalk.GREETING),
        ("xin chao", SmallTalk.GREETING),
        ("Em chào anh chị ạ, chúc ngày mới vui vẻ", SmallTalk.GREETING),
        ("alo có ai đó không", SmallTalk.GREETING),
        ("Cảm ơn bạn nhiều nhé", SmallTalk.THANKS),
        ("vâng, em cảm ơn ad", SmallTalk.THANKS),
        ("thank you so much!", SmallTalk.THANKS),
        ("Bạn là ai?", SmallTalk.IDENTITY),
        ("who are you", SmallTalk.IDENTITY),
        ("bot do ai viết vậy", SmallTalk.IDENTITY),
        ("bạn là người hay máy thế", SmallTalk.IDENTITY),
        ("Bạn giúp được gì?", SmallTalk.ABILITIES),
        ("em có thể hỏi về những vấn đề nào ạ", SmallTalk.ABILITIES),
        ("tạm biệt", SmallTalk.FAREWELL),
        ("OK", SmallTalk.ACKNOWLEDGEMENT),
        ("hay quá, hữu ích thật", SmallTalk.ACKNOWLEDGEMENT),
        ("sai rồi", SmallTalk.COMPLAINT),
        ("bạn trả lời lung tung quá", SmallTalk.COMPLAINT),
        ("không phải thế", SmallTalk.COMPLAINT),
        ("tôi mệt quá", SmallTalk.FEELING),
        ("em chán ghê", SmallTalk.FEELING),
        ("chán quá", SmallTalk.COMPLAINT),
        ("giỏi luôn", SmallTalk.ACKNOWLEDGEMENT),
        ("https://example.org/bai-viet?id=7", SmallTalk.LINK),
    ],
)
def test_small_talk_is_recognised(text: str, kind: SmallTalk) -> None:
    assert small_talk(text) is kind


@pytest.mark.parametrize(
    "text",
    [
        "Chào mừng đại hội là phong trào gì?",
        "Ai là Trưởng Ban?",
        "ok thế ai chủ trì",
        "Bộ là gì?",
        "bí thư là ai",
        "kết nạp đảng",
        "Giải Búa liềm vàng",
        "https://example.org nói gì về chi bộ?",
    ],
)
def test_a_question_is_no_small_talk(text: str) -> None:
    assert small_talk(text) is None


def test_no_question_of_ours_is_taken_for_small_talk() -> None:
    cases = map(json.loads, QUESTIONS.read_text(encoding="utf-8").splitlines())
    asked = [c["question"] for c in cases if c["must"] and not c.get("history")]
    assert [q for q in asked if small_talk(q)] == []


@pytest.mark.parametrize(
    "text",
    [
        "sai rồi, số này của năm trước",
        "Câu trả lời chưa đúng ý tôi",
        "không phải cái tôi hỏi",
        "ko đúng đâu bạn ơi, xem lại đi",
        "that's wrong",
        "thông tin sai rồi nhé",
        "tên người này bị nhầm rồi",
        "hình như ngày kia chưa đúng bạn ạ",
        "bạn trả lời thiếu ý rồi",
        "trả lời gì kỳ vậy",
        "hỏi gà đáp vịt",
        "bot chưa hiểu câu hỏi rồi",
    ],
)
def test_fault_found_with_an_answer_is_a_complaint(text: str) -> None:
    assert is_complaint(text)


@pytest.mark.parametrize(
    "text",
    [
        "Sai phạm của chi bộ bị xử lý thế nào?",
        "không phải đảng viên thì có được dự không?",
        "Không đúng hạn thì xử lý ra sao",
        "sai rồi, cho tôi số năm 2023",
        "chưa đúng tuổi có được kết nạp không?",
        "Người này sai phạm gì",
        "năm nay không đúng hạn thì sao",
        "cán bộ trả lời thiếu trách nhiệm bị phạt thế nào",
        "Số đó không phải nộp",
    ],
)
def test_a_question_is_no_complaint(text: str) -> None:
    assert not is_complaint(text)
