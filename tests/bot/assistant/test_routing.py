"""Small talk, follow-ups, questions."""

import pytest

from bot.assistant.routing import follow_up, standalone
from retrieval.models import Turn

HEAD_2024 = Turn("Trưởng Ban Tổ chức Trung ương năm 2024 là ai?", "Lê Minh Hưng")


def test_a_question_of_its_own_stays_as_it_is() -> None:
    question = "Năm 2024 Hà Nội kết nạp bao nhiêu đảng viên, đạt bao nhiêu phần trăm chỉ tiêu?"

    assert standalone(question, [HEAD_2024]) == question


@pytest.mark.parametrize("message", ["Thế còn năm 2020?", "còn 2020 thì sao", "Năm 2020 thì sao?"])
def test_another_year_takes_the_place_of_the_first(message: str) -> None:
    asked = standalone(message, [HEAD_2024])

    assert asked == "Trưởng Ban Tổ chức Trung ương năm 2020 là ai?"


def test_another_document_takes_the_place_of_the_first() -> None:
    history = [Turn("Kế hoạch số 03 có mấy nhiệm vụ?", "2 nhiệm vụ")]

    assert standalone("Thế còn Kế hoạch số 12?", history) == "Kế hoạch số 12 có mấy nhiệm vụ?"


@pytest.mark.parametrize("country", ["cả nước", "toàn quốc"])
def test_the_whole_country_takes_the_place_of_a_place(country: str) -> None:
    history = [Turn("Năm 2024 Hà Nội kết nạp bao nhiêu đảng viên?", "11.144")]

    asked = standalone(f"Thế còn {country} thì sao?", history)

    assert asked == f"Năm 2024 {country} kết nạp bao nhiêu đảng viên?"


@pytest.mark.parametrize(
    ("message", "points"),
    [
        ("hội nghị đó họp ở đâu", True),
        ("quy định này do ai ký", True),
        ("hôm đó có mấy người dự", True),
        ("cuối tuần này mọi người rảnh không", False),
        ("chị gửi tệp rồi đó nha", False),
        ("gặp ai đó ở cơ quan nào đó", False),
    ],
)
def test_what_points_at_the_topic(message: str, points: bool) -> None:
    leaning = follow_up(message, [Turn("Ai chủ trì hội nghị ngày 1/6/2020?", "…")])

    assert (leaning is not None and leaning.pointing) is points


def test_a_short_question_takes_the_topic_with_it() -> None:
    history = [Turn("Hội nghị sơ kết 6 tháng đầu năm 2024 diễn ra ở đâu?", "Hà Nội")]

    asked = standalone("Ai chủ trì?", history)

    assert asked == "Ai chủ trì, Hội nghị sơ kết 6 tháng đầu năm 2024?"


def test_that_document_is_the_one_in_the_answer() -> None:
    history = [Turn("Văn bản nào siết chặt kỷ luật?", "Quy định số 205-QĐ/TW của Bộ Chính trị")]

    assert "205-QĐ/TW" in standalone("Văn bản đó của ai?", history)


@pytest.mark.parametrize(
    "typed", ["con nam 2023 thi sao", "thế năm 2023?", "the nam 2023?", "ho thi sao"]
)
def test_words_that_only_point_are_none_of_its_own_also_without_diacritics(typed: str) -> None:
    leaning = follow_up(typed, [Turn("Năm 2024 xã Hoa Mai kết nạp bao nhiêu đảng viên?", "…")])

    assert leaning is not None
    assert leaning.own == ()


def test_a_chain_of_follow_ups_keeps_its_beginning() -> None:
    history = [HEAD_2024, Turn("Còn năm 2022?", "Trương Thị Mai")]

    asked = standalone("Còn năm 2020?", history)

    assert asked == "Trưởng Ban Tổ chức Trung ương năm 2020 là ai?"


def test_small_talk_before_is_no_topic() -> None:
    assert standalone("Ai chủ trì?", [Turn("Chào bot", "Xin chào!")]) == "Ai chủ trì?"


def test_what_a_conversation_remembers_is_not_written_out_twice() -> None:
    event = Turn("Hội nghị sơ kết 6 tháng đầu năm 2024 diễn ra ở đâu?", "Hà Nội")
    second = Turn(standalone("Ai chủ trì cuộc họp đó?", [event]), "Hà Nội")

    asked = standalone("Mấy điểm cầu?", [event, second])

    assert asked == "Mấy điểm cầu, chủ trì cuộc họp đó, Hội nghị sơ kết 6 tháng đầu năm 2024?"


def test_a_long_row_of_follow_ups_does_not_grow_without_end() -> None:
    history = [HEAD_2024]
    for number in range(60):
        history.append(Turn(standalone(f"Điểm cầu {number} ra sao?", history[-5:]), "…"))

    assert len(history[-1].question) < 350
    assert history[-1].question.startswith("Điểm cầu 59 ra sao, Điểm cầu 58 ra sao, ")


@pytest.mark.parametrize(
    ("before", "answer", "message", "asked"),
    [
        ("Ai là Bí thư xã?", "Đồng chí Lê Văn An.", "Ông ấy quê ở đâu?", "Lê Văn An quê ở đâu?"),
        ("Bà Trần Thị Mai sinh năm nào?", "Lê An đọc: 1970.", "bà ấy là người dân tộc gì?",
         "Trần Thị Mai là người dân tộc gì?"),
        ("Hội nghị họp ở đâu?", "Tại Hà Nội.", "Ông ấy nói gì?",
         "Ông ấy nói gì, Hội nghị họp?"),
    ],
)  # fmt: skip
def test_a_pronoun_is_whom_it_means(before: str, answer: str, message: str, asked: str) -> None:
    history = [Turn(before, answer)]

    assert standalone(message, history) == asked


def test_whom_a_pronoun_means_is_not_asked_about_without_the_name() -> None:
    leaning = follow_up("Ông ấy quê ở đâu?", [Turn("Ai là Bí thư xã?", "Lê Văn An.")])

    assert leaning is not None
    assert leaning.alone == leaning.together == "Lê Văn An quê ở đâu?"


@pytest.mark.parametrize(
    ("message", "asked"),
    [
        ("Thế cấp xã thì sao?", "cấp xã phải sắp xếp xong trước ngày nào?"),
        ("còn khối doanh nghiệp thì sao?", "khối doanh nghiệp, Cấp tỉnh phải sắp xếp xong"),
    ],
)
def test_another_of_the_same_kind_takes_its_place(message: str, asked: str) -> None:
    history = [Turn("Cấp tỉnh phải sắp xếp xong trước ngày nào?", "Ngày 15/8.")]

    assert standalone(message, history).startswith(asked)
