"""A model's text comes apart into the same sentences however it arrives."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.generation.output_parser import StreamedAnswer, sentences_of

TEXT = (
    "## Kết quả\n- **Hà Nội** kết nạp 11.144 đảng viên. [1] Đạt 108,62% chỉ tiêu [2, 3].\n"
    "1. TP. Huế có 5 chi bộ.[1][2] Ông nói: “Làm rõ. Làm ngay.” [3]\nHết"
)


def test_sentences_carry_their_citations():
    assert [(c.text, c.cited) for c in sentences_of(TEXT)] == [
        ("Kết quả", ()),
        ("Hà Nội kết nạp 11.144 đảng viên.", (1,)),
        ("Đạt 108,62% chỉ tiêu.", (2, 3)),
        ("TP. Huế có 5 chi bộ.", (1, 2)),
        ("Ông nói: “Làm rõ. Làm ngay.”", (3,)),
        ("Hết", ()),
    ]


@given(st.lists(st.integers(1, 40), max_size=40))
def test_it_does_not_matter_how_the_text_arrives(lengths):
    draft, at, found = StreamedAnswer(), 0, []
    for length in [*lengths, len(TEXT)]:
        found += draft.add(TEXT[at : at + length])
        at += length
    found += draft.rest()

    assert [(c.text, c.cited) for c in found] == [(c.text, c.cited) for c in sentences_of(TEXT)]
    assert draft.raw == TEXT


@given(st.text(alphabet="ab .[]1,\n“”*", max_size=80), st.integers(1, 5))
def test_any_text_is_taken(text, size):
    draft = StreamedAnswer()
    for at in range(0, len(text), size):
        draft.add(text[at : at + size])
    draft.rest()

    assert draft.raw == text


def test_a_citation_and_a_full_stop_end_a_sentence_whatever_follows():
    found = sentences_of("Có 67 điểm cầu [1]. 会议决定增加党员。 [4]. và rồi [2].")

    assert [(c.text, c.cited) for c in found] == [
        ("Có 67 điểm cầu.", (1,)),
        ("会议决定增加党员。.", (4,)),
        ("và rồi.", (2,)),
    ]


@pytest.mark.parametrize("raw", ["Có [1", "Có [x].", "Có 【2】.", "Có [Nguồn 2]."])
def test_odd_citations(raw):
    [claimed] = sentences_of(raw)

    assert claimed.cited == ((2,) if "2" in raw else ())
