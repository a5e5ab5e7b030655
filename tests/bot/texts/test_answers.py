"""What is remembered of an exchange."""

from bot.texts.answers import remembered
from retrieval.models import Answer, Kind, Quote, Source, Turn

SOURCE = Source("a", "a.md", "A")


def test_a_turn_holds_the_question_as_searched_and_the_best_quote():
    quotes = (Quote(SOURCE, 0, 5, "số 12"), Quote(SOURCE, 9, 12, "hai"))
    answer = Answer("còn nữ?", Kind.ANSWER, "Theo A:", quotes, standalone="bao nhiêu nữ?")

    assert remembered("còn nữ?", answer) == Turn("bao nhiêu nữ?", "Theo A: “số 12”")


def test_a_turn_without_quotes_holds_the_lead():
    assert remembered("nữ?", Answer("nữ?", Kind.NOT_FOUND, "Không.")) == Turn("nữ?", "Không.")
