"""What a sentence offers to a question."""

from __future__ import annotations

import pytest

from retrieval.query.analysis import analyse
from retrieval.ranking.features import counts, offers, offers_near
from retrieval.ranking.lexical import weighed
from retrieval.text.vietnamese import terms_of


def offered(question: str, text: str) -> float:
    return offers(analyse(question), text, terms_of(text))


@pytest.mark.parametrize(
    ("question", "holds", "lacks"),
    [
        ("Bao nhiêu đảng viên?", "Kết nạp 11.144 đảng viên.", "Kết nạp nhiều đảng viên."),
        ("Ai chủ trì?", "Đồng chí Lê Văn An chủ trì.", "Lãnh đạo chủ trì."),
        ("Hội nghị họp khi nào?", "Hội nghị họp ngày 4/7/2024.", "Hội nghị có 67 điểm cầu."),
        ("Hội nghị họp ở đâu?", "Hội nghị họp tại Cao Bằng.", "Hội nghị họp trực tuyến."),
        ("Vì sao phải đổi mới?", "Đổi mới để bộ máy tinh gọn.", "Bộ máy đã tinh gọn."),
        ("Nghị quyết nào được nêu?", "Nêu Nghị quyết số 18-NQ/TW.", "Nêu nghị quyết mới."),
        ("Đạt bao nhiêu phần trăm?", "Đạt 108,62%.", "Đạt 108 việc."),
        ("Chỉ thị 39 tên là gì?", "Chỉ thị 39 “về bảo vệ nội bộ”.", "Chỉ thị 39 “mới”."),
    ],
)
def test_a_text_offers_the_kind_of_thing_that_is_wanted(
    question: str, holds: str, lacks: str
) -> None:
    assert offered(question, holds) == 1.0
    assert offered(question, lacks) == 0.0


def test_a_number_of_the_question_itself_is_no_offer() -> None:
    assert offered("Từ 2024 có bao nhiêu?", "Từ 2024 có nhiều.") == 0.0


def test_a_number_in_words_is_half_an_offer() -> None:
    assert offered("Có bao nhiêu câu hỏi?", "Hội nghị nêu ba câu hỏi.") == 0.5


def test_a_question_that_wants_nothing_special_is_offered_nothing() -> None:
    assert offered("Việc ấy thế nào?", "Năm 2024 có 67 điểm cầu ở Hà Nội.") == 0.0


def test_words_close_to_the_number_count_and_those_far_away_do_not() -> None:
    asked = weighed(analyse("Bao nhiêu đảng viên mới?"), lambda _: 1.0)
    close = terms_of("Kết nạp 11.144 đảng viên mới.")
    far = terms_of("Đảng viên mới " + "rồi tới việc khác nữa " * 10 + "11.144.")

    assert offers_near(asked, close) == 1.0
    assert offers_near(asked, far) == 0.0


def test_a_number_of_just_what_is_counted_counts() -> None:
    question = analyse("Có bao nhiêu điểm cầu?")

    assert counts(question, terms_of("Họp với 67 điểm cầu.")) == 1.0
    assert counts(question, terms_of("Họp với 67 điểm nóng.")) == 0.5
    assert counts(question, terms_of("Họp với 67 người.")) == 0.0
