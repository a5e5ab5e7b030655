"""Follow-ups written out by a model, where it keeps to what was said."""

from __future__ import annotations

import pytest
from scripted_model import says, status

from bot.assistant.assistant import Assistant
from retrieval.models import Turn

HISTORY = [Turn("Năm 2024 Hải Phòng kết nạp bao nhiêu đảng viên?", "3.200 đảng viên.")]
BUILT_IN = "Năm 2024 Hà Nội kết nạp bao nhiêu đảng viên?"


@pytest.mark.parametrize(
    ("reply", "asked"),
    [
        (says("Hà Nội kết nạp bao nhiêu đảng viên năm 2024?"), "Hà Nội kết nạp bao nhiêu"),
        (says("Huế kết nạp bao nhiêu đảng viên năm 2024?"), BUILT_IN),
        (says("Hà Nội kết nạp bao nhiêu đảng viên năm 2025?"), BUILT_IN),
        (says("Năm 2024 Hải Phòng kết nạp bao nhiêu đảng viên?"), BUILT_IN),
        (says("Vâng.\nHà Nội kết nạp bao nhiêu?"), BUILT_IN),
        (says(""), BUILT_IN),
        (status(500), BUILT_IN),
    ],
)
async def test_a_follow_up_is_the_models_only_where_it_keeps_to_what_was_said(
    grounded, model, reply, asked
):
    model.usual = reply

    rewritten = await grounded.follow_up("Còn Hà Nội?", HISTORY, BUILT_IN)

    assert rewritten.text.startswith(asked)


async def test_only_what_cannot_stand_alone_is_rewritten(grounded, model):
    model.usual = says("Năm 2024, Hải Phòng kết nạp bao nhiêu đảng viên?")
    assistant = Assistant(grounded._answerer, grounded)
    history = [Turn("Năm 2024, Hà Nội kết nạp bao nhiêu đảng viên?", "11.144 đảng viên.")]
    alone = "Năm 2024, Hải Phòng kết nạp bao nhiêu đảng viên?"

    for asked, rewritten in ((alone, False), ("Còn Hải Phòng thì sao?", True)):
        model.requests.clear()
        answer = await assistant.answer(asked, history)
        systems = [call.body["messages"][0]["content"] for call in model.requests]
        assert any("viết lại câu hỏi" in words for words in systems) is rewritten
        questions = model.requests[-1].body["messages"][-1]["content"]
        assert f"Câu hỏi của người đọc: {alone}\n" in questions
        assert answer.question == asked
