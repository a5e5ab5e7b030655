"""A model's text comes apart into the same claims however it arrives."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.generation.output_parser import StreamedAnswer, claims_in_prose

TEXT = (
    "## Kết quả\nÝ: **Hà Nội** kết nạp 11.144 đảng viên.\nNguồn 1: “kết nạp 11.144 đảng viên”\n"
    'Nguồn [2]: "đảng viên"\n\n- Ý 2: Ông nói: “Làm rõ. Làm ngay.”\n  Nguồn 3: Làm rõ\n'
    "TP. Huế có <b>5</b> chi bộ.[1][2]\nHết"
)
CLAIMS = [
    (
        "Hà Nội kết nạp 11.144 đảng viên.",
        ((1, "kết nạp 11.144 đảng viên"), (2, "đảng viên")),
    ),
    ("Ông nói: “Làm rõ. Làm ngay.”", ((3, "Làm rõ"),)),
    ("TP. Huế có 5 chi bộ.", ((1, ""), (2, ""))),
    ("Hết", ()),
]


def parsed(text: str, lengths: list[int]) -> list[tuple[str, tuple[tuple[int, str], ...]]]:
    draft, at, found = StreamedAnswer(), 0, []
    for length in [*lengths, len(text)]:
        found += draft.add(text[at : at + length])
        at += length
    found += draft.rest()
    assert draft.raw == text
    return [(claimed.text, claimed.evidence) for claimed in found]


@given(st.lists(st.integers(1, 40), max_size=40))
def test_it_does_not_matter_how_the_text_arrives(lengths):
    assert parsed(TEXT, lengths) == CLAIMS


@given(st.text(alphabet="ab .[]1,\n“”*:Ýý|<>", max_size=80), st.integers(1, 5))
def test_any_text_is_taken(text, size):
    parsed(text, [size] * (len(text) // size))


@pytest.mark.parametrize(
    ("citation", "numbers"),
    [
        ("[1]", [1]),
        ("(1)", [1]),
        ("[1-3]", [1, 2, 3]),
        ("[1 và 2]", [1, 2]),
        ("[Nguồn 1, Nguồn 2]", [1, 2]),
        ("[^1]", [1]),
        ("【1†source】", [1]),
        ("[đoạn 4]", [4]),
        ("[1][2]", [1, 2]),
        ("[1; 2]", [1, 2]),
    ],
)
@pytest.mark.parametrize("form", ["Có 67 điểm cầu {}.", "Có 67 điểm cầu. {}"])
def test_citations_of_all_forms_are_understood(citation, numbers, form):
    [claimed] = claims_in_prose(form.format(citation))

    assert claimed.text == "Có 67 điểm cầu."
    assert [number for number, _ in claimed.evidence] == numbers


@pytest.mark.parametrize("opening", ["Theo [2], ", "Theo nguồn [2], ", "Theo nguồn 2, "])
def test_a_citation_that_opens_a_sentence_leaves_no_hole(opening):
    [claimed] = claims_in_prose(f"{opening}đã có 67 điểm cầu.")

    assert (claimed.text, claimed.evidence) == ("Đã có 67 điểm cầu.", ((2, ""),))


def test_what_is_no_citation_stays():
    [claimed] = claims_in_prose("Đại hội lần thứ XIII (2021) có 1.587 đại biểu (67 nữ) [2].")

    assert claimed.text == "Đại hội lần thứ XIII (2021) có 1.587 đại biểu (67 nữ)."


@pytest.mark.parametrize(
    "line",
    [
        "**Có** ~~gì~~ 67 điểm.",
        "<b>Có</b> <i>gì</i> 67 điểm.",
        "> `Có` gì 67 điểm.",
        "- Có gì 67 điểm.",
    ],
)
def test_marks_do_not_reach_readers(line):
    assert parsed(line, []) == [("Có gì 67 điểm.", ())]


def test_pipes_of_tables_do_not_reach_readers():
    [(text, _)] = parsed("| Hà Nội | 11.144 |\n|---|---|", [])

    assert text == "Hà Nội, 11.144"


JSON = (
    '{"claims": [{"text": "Hà Nội họp [1].", "evidence": [{"passage": 1, '
    '"words": "“Hà Nội họp”"}]},'
    ' {"text": "Huế cũng họp.", "evidence": []}, {"text": 7}, {"evidence": [{"passage": "x"}]}]}'
)


@pytest.mark.parametrize("opening", ["", "\n ", "```json\n"])
@pytest.mark.parametrize("letters", [1, 7, 1000])
def test_json_is_read_claim_by_claim_while_it_arrives(opening, letters):
    answer, text = StreamedAnswer(), f"{opening}{JSON}"
    pieces = (answer.add(text[at : at + letters]) for at in range(0, len(text), letters))
    claims = [(c.text, c.evidence) for found in pieces for c in found]

    assert claims == [("Hà Nội họp.", ((1, "Hà Nội họp"),)), ("Huế cũng họp.", ())]
    assert answer.rest() == []
    assert not answer.is_empty


def test_a_claim_of_json_is_over_before_the_next_begins():
    answer = StreamedAnswer()

    assert [c.text for c in answer.add(JSON[: JSON.index(' {"text": "Huế')])] == ["Hà Nội họp."]


def test_json_without_claims_is_a_refusal_and_broken_json_is_nothing():
    answer = StreamedAnswer()
    assert answer.add('{"claims": []}') == []
    assert answer.is_empty
    deep = StreamedAnswer()
    assert deep.add('{"claims": [{"text": ' + "[" * 9000) == []
    assert not deep.is_empty
