"""Answers in words: what is remembered, and the bot's own sentences in the person's language."""

from dataclasses import replace
from datetime import date

import pytest
from scripted import QUOTE, SOURCE

from bot.telegram.formatting import compose
from bot.texts.answers import lead, plain_text, remembered
from bot.texts.texts import ENGLISH, VIETNAMESE
from retrieval.directives.relations import AMENDING, REPLACING
from retrieval.models import (
    Answer,
    Kind,
    Note,
    Quote,
    Refusal,
    RefusalReason,
    Remark,
    RemarkKind,
    SmallTalk,
    Source,
    Span,
    Turn,
)

SUPERSEDED = Remark(
    RemarkKind.SUPERSEDED, ("Quy định số 5",), verb="thay thế", actor="Quy định số 9", source=SOURCE
)
EARLIER = Remark(RemarkKind.EARLIER, ("5 xã", "6 xã"), (date(2020, 1, 2), date(2019, 3, 4)))


def refusal(reason: RefusalReason, *subjects: str) -> Answer:
    return Answer("hỏi", Kind.NOT_FOUND, refusal=Refusal(reason, subjects))


def test_a_turn_holds_the_question_as_searched_the_lead_and_the_best_quote():
    quotes = (Quote(Source("a", "a.md", "A"), 0, 3, "Mười hai."),)
    answer = Answer("còn nữ?", Kind.ANSWER, "Theo A:", quotes, standalone="bao nhiêu nữ?")

    assert remembered("còn nữ?", answer) == Turn("bao nhiêu nữ?", "Theo A: “Mười hai.”", "A")


def test_a_turn_without_quotes_holds_the_lead():
    assert remembered("nữ?", Answer("nữ?", Kind.NOT_FOUND, "Không.")) == Turn("nữ?", "Không.")


@pytest.mark.parametrize("texts", [VIETNAMESE, ENGLISH])
def test_every_value_has_words_in_both_languages(texts):
    assert set(texts.refused) == set(RefusalReason)
    assert set(texts.notes) == set(Note)
    assert set(texts.small_talk) == set(SmallTalk)
    assert set(texts.done) == REPLACING | AMENDING


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        (VIETNAMESE, "Không nguồn nào nhắc tới Quy định số 41 và Quy định số 5."),
        (ENGLISH, "No source mentions Quy định số 41 and Quy định số 5."),
    ],
)
def test_a_refusal_names_what_it_is_about(texts, words):
    reason = RefusalReason.UNMENTIONED_DIRECTIVE
    assert lead(refusal(reason, "Quy định số 41", "Quy định số 5"), texts) == words


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        (
            VIETNAMESE,
            "Lưu ý: Quy định số 5 đã được thay thế bằng Quy định số 9 (theo Tạp chí, ngày"
            " 26/12/2024). Nguồn cũ hơn nêu: 5 xã (ngày 2/1/2020), 6 xã (ngày 4/3/2019)."
            " Theo Tạp chí, ngày 26/12/2024:",
        ),
        (
            ENGLISH,
            "Note: Quy định số 5 was replaced by Quy định số 9 (according to Tạp chí, 26/12/2024)."
            " Older sources say: 5 xã (2/1/2020), 6 xã (4/3/2019)."
            " According to Tạp chí, 26/12/2024:",
        ),
    ],
)
def test_remarks_stand_before_the_lead_of_a_quote(texts, words):
    answer = Answer("hỏi", Kind.ANSWER, quotes=(QUOTE,), remarks=(SUPERSEDED, EARLIER))

    assert lead(answer, texts) == words


def test_a_models_words_take_the_place_of_the_bots_own():
    answer = Answer("hỏi", Kind.ANSWER, "Có 5 xã [1].", (QUOTE,), remarks=(EARLIER,))

    older = "Nguồn cũ hơn nêu: 5 xã (ngày 2/1/2020), 6 xã (ngày 4/3/2019)."
    assert lead(answer) == f"Có 5 xã [1]. {older}"


def test_the_words_that_answer_come_before_what_older_sources_say():
    quote = replace(QUOTE, answer=Span(31, 37))
    answer = Answer("hỏi", Kind.ANSWER, quotes=(quote,), remarks=(SUPERSEDED, EARLIER))

    said = lead(answer)

    assert said.startswith("Lưu ý: Quy định số 5 đã được thay thế")
    assert f"Theo Tạp chí, ngày 26/12/2024: {quote.text[31:37]}. Nguồn cũ hơn nêu: 5 xã" in said


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (SOURCE, "According to Tạp chí, 26/12/2024:"),
        (replace(SOURCE, date=None), "According to Tạp chí:"),
        (replace(SOURCE, publisher=""), "According to “Hội nghị tổng kết năm 2024”, 26/12/2024:"),
    ],
)
def test_who_says_so_is_said_in_english(source, words):
    assert lead(Answer("hỏi", Kind.ANSWER, quotes=(replace(QUOTE, source=source),)), ENGLISH) == (
        words
    )


def test_what_a_quote_leaves_out_and_who_says_the_same_stand_under_it():
    quote = replace(QUOTE, more=3, also=(replace(SOURCE, title="Báo cáo"),))
    shown = plain_text(Answer("hỏi", Kind.ANSWER, quotes=(quote,)))

    assert shown.endswith("\n… và 3 mục nữa trong nguồn\nCũng có ở: Tạp chí, 26/12/2024, Báo cáo")


def test_the_items_of_a_list_are_counted_before_it():
    listed = Answer("hỏi", Kind.ANSWER, quotes=(replace(QUOTE, items=5),))

    assert lead(listed) == "Theo Tạp chí, ngày 26/12/2024: 5 mục."
    assert compose(listed, VIETNAMESE)[0].text.startswith("5 mục.\n\n")


def test_the_words_that_answer_by_themselves_stand_behind_whom_they_are_from():
    quote = replace(QUOTE, answer=Span(0, 5))
    said = lead(Answer("hỏi", Kind.ANSWER, quotes=(quote,)))

    assert said == f"Theo Tạp chí, ngày 26/12/2024: {QUOTE.text[:5]}"
