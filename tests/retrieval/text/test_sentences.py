"""Sentence boundaries: what ends a Vietnamese sentence, and what only looks like it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.text.sentences import headings, is_heading, split_sentences


def pieces(text: str) -> list[str]:
    return [text[span.start : span.end] for span in split_sentences(text)]


@pytest.mark.parametrize(
    "sentence",
    [
        "UBND TP. Hồ Chí Minh và UBND TX. Sơn Tây cùng ký văn bản.",
        "Bài của PGS.TS. Trần Thị Bình và Th.S. Lê Văn Cao được trao giải.",
        "Tác giả là Nguyễn V. A. Khoa, người Huế.",
        "Có 25.938 chi bộ, 1.746 đảng bộ; tăng 3.5 điểm theo Nghị quyết 18-NQ/TW.",
        "Quy định ban hành ngày 14.6.2024 và ngày 7-8-2023 vẫn còn hiệu lực.",
        "Đơn vị nộp báo cáo, biểu mẫu, v.v. trước ngày 30/6.",
        "Chi bộ nêu hai câu hỏi: “Ai làm? Bao giờ xong?” và “Ai kiểm tra?”.",
        "“Chúng ta làm được. Làm ngay hôm nay”, đồng chí nói.",
        "Ông kể (theo sổ họp. Sổ còn lưu) rằng việc đã xong.",
        "Các khâu dự thảo… thẩm định đều chậm.",
        "Điều 5. Phạm vi áp dụng",
        "1. Phương hướng chung",
        "a) Nội dung thứ nhất",
        "II.1. Kết quả",
        "- Chuyển đổi số trong công tác đảng",
    ],
)
def test_one_sentence_stays_one(sentence):
    assert pieces(sentence) == [sentence]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Hội nghị họp trong năm 2024.", "25 chi bộ đã báo cáo."),
        ("Có góp ý của Ban Bí thư, Ban Chấp hành T.Ư.", "Đồng chí Bình kết luận."),
        ("Báo cáo gồm biểu mẫu, phụ lục, v.v.", "Hạn nộp là cuối tháng."),
        ("Ai chịu trách nhiệm?", "Bao giờ xong?"),
        ("Ông nói: “Phải xong trong tháng!”", "Cả hội trường vỗ tay."),
        ("Nhiều nơi còn lúng túng…", "Cần hướng dẫn thêm."),
        ("Bảng này thuộc nhóm a.", "“Nhóm b” ở trang sau."),
        ("Kết quả được ghi nhận.[12]", "Số liệu lấy từ sổ."),
    ],
)
def test_two_sentences_are_told_apart(first, second):
    assert pieces(f"{first} {second}") == [first, second]


def test_a_forgotten_space_does_not_join_two_sentences():
    assert pieces("Đã xong việc.Trong tháng tới họp lại.") == [
        "Đã xong việc.",
        "Trong tháng tới họp lại.",
    ]


def test_a_long_speech_in_quotation_marks_is_cut_inside():
    speech = "“" + " ".join("Mỗi chi bộ phải tự nhận lấy một việc cụ thể." for _ in range(9)) + "”"
    assert len(pieces(speech)) == 9


def test_lines_never_share_a_sentence():
    text = "Kết quả nổi bật\n\nNăm qua có ba việc:\n- Tinh gọn bộ máy\n- Kết nạp đảng viên mới\n"
    assert pieces(text) == [line for line in text.split("\n") if line]


def test_headings_are_the_short_lines_without_an_end():
    text = "Kết quả nổi bật\n\nChi bộ đã họp.\n- Một việc\nĐiều 3. Hiệu lực thi hành.\nHạn là:\n"
    assert [text[s.start : s.end] for s in headings(text)] == [
        "Kết quả nổi bật",
        "Điều 3. Hiệu lực thi hành.",
    ]
    assert not is_heading("x" * 200)
    assert not is_heading("…")


text_of_prose = st.lists(
    st.sampled_from([*"aĐ1.?!…“”\"'()[]-:; \n\t\u2028", "TP.", "v.v.", " A.", "số 5."])
    | st.characters(),
    max_size=60,
).map("".join)


@given(text_of_prose)
def test_the_pieces_put_back_give_the_text(text):
    spans = split_sentences(text)
    edges = [0, *(edge for span in spans for edge in (span.start, span.end)), len(text)]
    gaps = [text[a:b] for a, b in zip(edges[::2], edges[1::2], strict=True)]

    assert edges == sorted(edges)
    assert all(not gap.strip() for gap in gaps)
    assert all((piece := text[s.start : s.end]) and piece == piece.strip() for s in spans)
