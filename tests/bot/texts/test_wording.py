"""English clients get the assistant's own sentences in English, and sources as they are."""

from dataclasses import replace

import pytest
from scripted import QUOTE, SOURCE, STORED

from bot.texts.answers import worded
from bot.texts.english import ENGLISH
from bot.texts.texts import VIETNAMESE
from retrieval.answering import chain
from retrieval.generation.chain import UNAVAILABLE
from retrieval.models import Answer, Kind, Quote


def said(kind, lead, *quotes):
    return worded(Answer("hỏi", kind, lead, quotes), ENGLISH).lead


def test_what_is_not_found_is_said_in_english():
    assert VIETNAMESE.not_found == chain.NOT_FOUND
    assert said(Kind.NOT_FOUND, chain.NOT_FOUND) == ENGLISH.not_found
    assert said(Kind.NOT_FOUND, "Không nguồn nào nhắc tới Quy định số 41.") == (
        "No source mentions Quy định số 41."
    )


def test_small_talk_is_said_in_english():
    for kind, words in VIETNAMESE.small_talk.items():
        assert said(Kind.SMALLTALK, words) == ENGLISH.small_talk[kind]
    assert said(Kind.SMALLTALK, VIETNAMESE.no_words) == ENGLISH.no_words


@pytest.mark.parametrize(
    ("source", "lead"),
    [
        (SOURCE, "According to Tạp chí, 26/12/2024:"),
        (replace(SOURCE, date=None), "According to Tạp chí:"),
        (replace(SOURCE, publisher=""), "According to “Hội nghị tổng kết năm 2024”, 26/12/2024:"),
    ],
)
def test_who_says_so_is_said_in_english(source, lead):
    quote = Quote(source, 0, 48, STORED[:48])

    assert said(Kind.ANSWER, chain.lead([quote]), quote) == lead


def test_that_no_model_answered_is_said_in_english():
    assert VIETNAMESE.no_model == UNAVAILABLE
    said = Answer("hỏi", Kind.ANSWER, "", (QUOTE,), note=UNAVAILABLE)
    assert worded(said, ENGLISH).note == ENGLISH.no_model
    assert worded(said, VIETNAMESE).note == UNAVAILABLE
    assert worded(replace(said, note="Khác."), ENGLISH).note == "Khác."


def test_what_a_model_wrote_and_whatever_else_is_left_alone():
    assert said(Kind.ANSWER, "Hà Nội kết nạp 11.144 đảng viên [1].", QUOTE).startswith("Hà Nội")
    assert said(Kind.NOT_FOUND, "Không rõ.") == "Không rõ."
    vietnamese = Answer("hỏi", Kind.NOT_FOUND, chain.NOT_FOUND)
    assert worded(vietnamese, VIETNAMESE) is vietnamese
