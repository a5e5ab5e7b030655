from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from retrieval.models import Span
from retrieval.text.sentences import split_sentences
from retrieval.text.splitter import split_passages, units_of

LONG = (
    "Đây là một câu của một đoạn văn đủ dài để đứng riêng, vì nó có nhiều hơn năm trăm ký tự. " * 6
)


def passages(text: str) -> list[tuple[str, str]]:
    pieces = split_passages(text, split_sentences(text))
    return [(piece.heading, text[piece.start : piece.end]) for piece in pieces]


def test_a_paragraph_is_a_passage():
    assert passages(f"{LONG}\n\n{LONG}") == [("", LONG.strip()), ("", LONG.strip())]


def test_paragraphs_of_a_section_join_up_to_the_usual_length():
    half = LONG[: len(LONG) // 2].strip()

    assert passages(f"{half}\n\n{half}\n{LONG}") == [("", f"{half}\n\n{half}"), ("", LONG.strip())]


def test_a_short_paragraph_joins_the_one_that_follows():
    assert passages(f"Câu ngắn.\n\n{LONG}") == [("", f"Câu ngắn.\n\n{LONG}".strip())]


def test_a_short_last_paragraph_joins_the_one_before():
    assert passages(f"{LONG}\nCâu ngắn.") == [("", f"{LONG}\nCâu ngắn.")]


def test_headings_stand_over_passages_and_in_none():
    text = f"Chương I\nQuy định chung\n{LONG}\nKết quả\nCâu ngắn.\n"

    assert passages(text) == [
        ("Chương I – Quy định chung", LONG.strip()),
        ("Kết quả", "Câu ngắn."),
    ]


def test_short_paragraphs_never_join_across_a_heading():
    assert passages("Câu một.\nKết quả\nCâu hai.") == [("", "Câu một."), ("Kết quả", "Câu hai.")]


def test_many_lines_without_full_stops_are_content():
    text = "Nguyễn Văn A\nTrần Thị B\nLê Văn C\nPhạm Thị D\n" + LONG

    assert passages(text)[0][1].startswith("Nguyễn Văn A")


def test_a_text_of_headings_only_is_a_passage():
    assert passages("Thông báo\nLịch họp") == [("", "Thông báo\nLịch họp")]


def test_a_list_stays_with_the_line_that_announces_it():
    text = (
        f"{LONG.strip()[:-1]}:\n- Một là giữ nguyên;\n- Hai là thay đổi;\n- Ba là bỏ hẳn.\n{LONG}"
    )

    first, second = passages(text)

    assert first[1].endswith("Ba là bỏ hẳn.")
    assert second[1] == LONG.strip()


def test_a_long_paragraph_is_cut_between_sentences():
    text = " ".join(f"Đây là câu thứ {i} của một đoạn văn rất dài." for i in range(100))

    found = [text for _, text in passages(text)]

    assert " ".join(found) == text
    assert all(600 < len(passage) <= 1700 for passage in found)


def test_an_empty_text_has_no_passages():
    assert passages("\n \n") == []


def test_headings_of_a_lower_level_stand_under_the_question_above_them():
    text = f"Ai họp?\nĐối với xã\n{LONG}\nĐối với phường\n{LONG}\nHọp khi nào?\n{LONG}"

    assert [heading for heading, _ in passages(text)] == [
        "Ai họp? – Đối với xã",
        "Ai họp? – Đối với phường",
        "Họp khi nào?",
    ]


def test_the_units_of_a_passage_are_sentences_and_lists_but_nothing_that_only_announces():
    text = "Hồ sơ nộp tại xã. Hồ sơ gồm:\n- Đơn;\n- Lý lịch.\nXã trả lời sau 5 ngày."
    sentences = split_sentences(text)
    [units] = units_of(text, split_passages(text, sentences), sentences)

    assert [text[u.start : u.end] for u in units] == [
        "Hồ sơ nộp tại xã.",
        "Hồ sơ gồm:\n- Đơn;\n- Lý lịch.",
        "- Đơn;",
        "- Lý lịch.",
        "Xã trả lời sau 5 ngày.",
    ]


def test_what_announces_alone_is_a_unit_where_there_is_nothing_else():
    text = "Hồ sơ gồm:"
    sentences = split_sentences(text)

    assert list(units_of(text, split_passages(text, sentences), sentences)) == [(Span(0, 10),)]


@given(st.text(alphabet="aĐ. \n:;-5)1?", max_size=400))
def test_units_stand_inside_their_passage_and_none_is_empty(text):
    sentences = split_sentences(text)
    pieces = split_passages(text, sentences)

    for piece, units in zip(pieces, units_of(text, pieces, sentences), strict=True):
        assert units
        assert all(piece.start <= u.start < u.end <= piece.end for u in units)
        assert len(set(units)) == len(units)


@given(st.text(alphabet="aĐ. \n:;-5", max_size=400))
def test_passages_hold_each_sentence_at_most_once_and_whole(text):
    sentences = split_sentences(text)
    pieces = split_passages(text, sentences)

    assert all(p.first < p.last for p in pieces)
    assert all(a.last <= b.first for a, b in pairwise(pieces))
    assert all(sentences[p.first].start == p.start for p in pieces)
    assert all(sentences[p.last - 1].end == p.end for p in pieces)
    assert bool(pieces) == bool(sentences)
