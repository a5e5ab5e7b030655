"""The JSON of the contract: exactly these fields, checked on the way in."""

import json
from datetime import date

import pytest

from bot.cli.json_output import BadLine, answer_json, batch_line
from retrieval.models import Answer, Kind, Quote, Refusal, RefusalReason, Source, Span, Turn

SOURCE = Source("bai-a1b2c3", "thư mục/bài.md", "Tiêu đề", "Báo", date(2024, 6, 14), "http://a")


def test_an_answer_has_the_fields_of_the_contract():
    quote = Quote(SOURCE, 4, 16, "có 12 người.", (Span(3, 5),))
    answer = Answer("viết lại", Kind.ANSWER, "Có 12.", (quote,), timings_ms={"total": 1.23456})

    assert answer_json(answer, "có bao nhiêu?") == {
        "question": "có bao nhiêu?",
        "kind": "answer",
        "answer": "Có 12.\n\n“có 12 người.”\n— Báo, 14/6/2024, Tiêu đề",
        "quotes": [
            {
                "text": "có 12 người.",
                "source_id": "bai-a1b2c3",
                "title": "Tiêu đề",
                "publisher": "Báo",
                "date": "2024-06-14",
                "url": "http://a",
                "path": "thư mục/bài.md",
                "read_by_machine": False,
                "start": 4,
                "end": 16,
                "unconfirmed_since": None,
            }
        ],
        "timings_ms": {"total": 1.235},
    }


def test_an_answer_that_is_none_says_why():
    reply = Answer("", Kind.NOT_FOUND, refusal=Refusal(RefusalReason.WEAK_EVIDENCE))

    assert answer_json(reply, "")["refusal"] == "weak_evidence"


def test_a_source_without_a_date_has_none():
    quote = Quote(Source("a", "a.md", "A"), 0, 1, "x")
    answer = answer_json(Answer("", Kind.ANSWER, "", (quote,)), "")

    assert answer["quotes"][0]["date"] is None
    assert json.dumps(answer)


@pytest.mark.parametrize("identity", [7, "bảy", None, [1]])
def test_a_batch_line_keeps_its_id_and_history(identity):
    line = {"id": identity, "question": "còn nữ?", "history": [["bao nhiêu?", "12"]], "more": 1}
    read = batch_line(json.dumps(line).encode())

    assert read.identity == {"id": identity}
    assert read.turns == [Turn("bao nhiêu?", "12")]


def test_a_batch_line_needs_only_its_question():
    read = batch_line(b'{"question": "a"}\r\n')

    assert (read.identity, read.turns) == ({}, [])


@pytest.mark.parametrize(
    "line",
    [
        b"{",
        b"[]",
        b'"a"',
        b"{}",
        b'{"question": 3}',
        b'{"question": "\xff"}',
        b'{"question": "a", "history": [["b"]]}',
        b'{"question": "a", "history": "b"}',
    ],
)
def test_a_broken_batch_line_says_what_is_wrong_in_one_line(line):
    with pytest.raises(BadLine) as raised:
        batch_line(line)

    assert "\n" not in str(raised.value)
