from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from retrieval.text.sentences import split_sentences
from retrieval.text.splitter import split_passages

LONG = "Đây là một đoạn văn đủ dài để đứng riêng, vì nó có nhiều hơn một trăm hai mươi ký tự. " * 2


def passages(text: str) -> list[tuple[str, str]]:
    pieces = split_passages(text, split_sentences(text))
    return [(piece.heading, text[piece.start : piece.end]) for piece in pieces]


def test_a_paragraph_is_a_passage():
    assert passages(f"{LONG}\n\n{LONG}") == [("", LONG.strip()), ("", LONG.strip())]


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


@given(st.text(alphabet="aĐ. \n:;-5", max_size=400))
def test_passages_hold_each_sentence_at_most_once_and_whole(text):
    sentences = split_sentences(text)
    pieces = split_passages(text, sentences)

    assert all(p.first < p.last for p in pieces)
    assert all(a.last <= b.first for a, b in pairwise(pieces))
    assert all(sentences[p.first].start == p.start for p in pieces)
    assert all(sentences[p.last - 1].end == p.end for p in pieces)
    assert bool(pieces) == bool(sentences)
