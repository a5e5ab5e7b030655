"""Several questions in one message."""

from __future__ import annotations

import pytest

from retrieval.query.splitting import question_of_story, questions_in


@pytest.mark.parametrize(
    ("text", "questions"),
    [
        (
            "Phí nộp ngày nào, và ai thu?",
            ["Phí nộp ngày nào?", "ai thu?"],
        ),
        (
            "Ai ký Quy chế 9? Ký khi nào? Gửi cho ai? Lưu ở đâu?",
            ["Ai ký Quy chế 9?", "Ký khi nào?", "Gửi cho ai?"],
        ),
        ("họp ở đâu và mấy giờ bắt đầu", ["họp ở đâu?", "mấy giờ bắt đầu?"]),
        ("ai thu phí rồi nộp cho ai", ["ai thu phí?", "nộp cho ai?"]),
        ("1) ai ký quy chế 2) ký khi nào", ["ai ký quy chế?", "ký khi nào?"]),
        (
            "Em mới chuyển về. Chi bộ họp ở đâu ạ?",
            ["Em mới chuyển về. Chi bộ họp ở đâu ạ?"],
        ),
        ("Bí thư và phó bí thư là ai?", ["Bí thư và phó bí thư là ai?"]),
        ("Nêu tên, tuổi và quê của ông An", ["Nêu tên, tuổi và quê của ông An"]),
    ],
)
def test_a_message_is_taken_apart_where_both_sides_ask(text: str, questions: list[str]) -> None:
    assert questions_in(text) == questions


@pytest.mark.parametrize(
    ("text", "questions"),
    [
        ("1. Họp ở đâu\n2. Ai chủ trì", ["Họp ở đâu?", "Ai chủ trì?"]),
        ("hop o dau, con may gio bat dau", ["hop o dau?", "may gio bat dau?"]),
        ("Phí bao nhiêu với lại nộp cho ai", ["Phí bao nhiêu?", "nộp cho ai?"]),
        ("- Sổ lưu mấy năm?\n- Ai giữ sổ?", ["Sổ lưu mấy năm?", "Ai giữ sổ?"]),
        ("Who signed it and when was it issued?", ["Who signed it?", "when was it issued?"]),
        (
            "Năm nào là năm bản lề của nhiệm kỳ?",
            ["Năm nào là năm bản lề của nhiệm kỳ?"],
        ),
        (
            "Ai cũng khen. Không biết gì thêm. Sổ lưu mấy năm?",
            ["Ai cũng khen. Không biết gì thêm. Sổ lưu mấy năm?"],
        ),
    ],
)
def test_lists_and_joints_of_chats(text: str, questions: list[str]) -> None:
    assert questions_in(text) == questions


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "Hôm qua mình dự lớp bồi dưỡng, thầy giảng hay mà mình ngồi xa. "
            "Về nhà hỏi vợ thì vợ bảo ai biết. Lệ phí lớp học nộp cho ai? Mình cảm ơn trước.",
            "Lệ phí lớp học nộp cho ai?",
        ),
        (
            "em la nhan vien moi, sep giao viec gap ma khong ai chi. em tim ca buoi sang roi. "
            "cho em hoi so theo doi luu may nam",
            "cho em hoi so theo doi luu may nam?",
        ),
        ("Em mới về. Sổ lưu mấy năm?", ""),
        ("Sổ theo dõi đảng viên của chi bộ được lưu trong bao nhiêu năm theo quy định mới?", ""),
    ],
)
def test_the_one_question_of_a_story(text: str, told: str) -> None:
    assert question_of_story(text) == told
