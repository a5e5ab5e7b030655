"""Several questions in one message."""

from __future__ import annotations

import pytest

from retrieval.query.understanding import questions_in


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
