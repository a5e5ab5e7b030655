"""The words around a quote."""

from hypothesis import given
from hypothesis import strategies as st

from bot.telegram.handlers.passages import LONGEST, REACH, around
from retrieval.models import Span

texts = st.text("ab ăđ\n.", max_size=4000)


@given(text=texts, data=st.data())
def test_the_quote_stands_where_it_is_said_to_stand_among_words_of_the_text(text, data):
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))

    shown = around(text, Span(start, end))

    assert (
        shown.text[shown.quote.start : shown.quote.end] == text[start : min(end, start + LONGEST)]
    )
    assert shown.text.removeprefix("… ").removesuffix(" …") in text
    assert len(shown.text) <= LONGEST + 2 * REACH + 4


def test_all_of_a_short_text_is_shown_and_a_long_one_is_cut_at_words():
    assert around("Một hai ba.", Span(4, 7)).text == "Một hai ba."

    cut = around("đầu " * 500 + "Đây. " + "cuối " * 500, Span(2000, 2004)).text
    assert cut.startswith("… đầu ")
    assert cut.endswith("cuối …")
