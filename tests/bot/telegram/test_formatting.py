"""Answers as messages: nothing lost, everything within Telegram's limits."""

from dataclasses import replace
from datetime import date

from botapi.texts import accepted, cut, units
from hypothesis import given
from hypothesis import strategies as st

from bot.telegram.formatting import MAX_ENTITIES, compose, compose_list
from bot.texts.texts import VIETNAMESE
from retrieval.models import Answer, Kind, Quote, Source, Span

SOURCE = Source("a-1", "a.md", "Bài A", "Tạp chí", date(2024, 6, 14), "https://example.org/a")
words = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=40) | st.sampled_from(
    ["Một câu. ", "Câu khác nữa!\n", "🇻🇳", "đảng viên ", "\n\n", "  "]
)
texts = st.builds(lambda parts, times: "".join(parts) * times, st.lists(words), st.integers(1, 300))


@st.composite
def quotes(draw):
    text = draw(texts)[:9000]
    edges = st.integers(0, max(1, len(text)))
    pairs = draw(st.lists(st.tuples(edges, edges), max_size=150))
    spans = tuple(Span(min(pair), max(pair)) for pair in pairs)
    url = draw(st.sampled_from(["", "https://example.org/a?b=c", "not an address"]))
    source = replace(SOURCE, title=draw(words), publisher=draw(words), url=url)
    return Quote(source, 0, len(text), text, spans)


answers = st.builds(
    Answer,
    question=st.just("?"),
    kind=st.just(Kind.ANSWER),
    lead=texts.map(lambda text: text[:9000]),
    quotes=st.lists(quotes(), max_size=5).map(tuple),
)


def as_sent(part):
    return [entity.to_dict() for entity in part.entities]


def squeezed(text):
    return "".join(text.split())


@given(answers)
def test_whatever_the_answer_telegram_accepts_every_part_and_nothing_is_lost(answer):
    parts = compose(answer, VIETNAMESE)

    for part in parts:
        assert accepted(part.text, as_sent(part)) == (part.text, as_sent(part))
        assert len(part.entities) <= MAX_ENTITIES
    everything = squeezed("".join(part.text for part in parts))
    for quote in answer.quotes:
        assert squeezed(quote.text) in everything
        assert squeezed(quote.source.title) in everything
    assert squeezed(answer.lead) in everything


@given(answers)
def test_the_block_quotes_hold_the_quotes_and_nothing_else(answer):
    quoted = "".join(
        cut(part.text, entity.offset, entity.length)
        for part in compose(answer, VIETNAMESE)
        for entity in part.entities
        if "blockquote" in entity.type
    )

    assert squeezed(quoted) == squeezed("".join(quote.text for quote in answer.quotes))


@given(answers)
def test_bold_words_survive_the_splitting(answer):
    bold = "".join(
        cut(part.text, entity.offset, entity.length)
        for part in compose(answer, VIETNAMESE)
        for entity in part.entities
        if entity.type == "bold"
    )
    marked = "".join(
        char
        for quote in answer.quotes
        for at, char in enumerate(quote.text)
        if any(span.start <= at < span.end for span in quote.highlights)
    )

    assert squeezed(bold) == squeezed(marked)


def test_the_first_quote_is_open_and_the_others_fold():
    quotes = (Quote(SOURCE, 0, 4, "Một."), Quote(SOURCE, 5, 9, "Hai."))
    (part,) = compose(Answer("?", Kind.ANSWER, "Có hai.", quotes), VIETNAMESE)

    assert part.text == (
        "Có hai.\n\nMột.\n— Tạp chí · 14/06/2024 · Bài A\n\nHai.\n— Tạp chí · 14/06/2024 · Bài A"
    )
    kinds = [entity.type for entity in part.entities]
    assert kinds == ["blockquote", "text_link", "expandable_blockquote", "text_link"]


def test_it_splits_between_quotes_before_it_splits_one():
    long = Quote(SOURCE, 0, 3000, "a" * 2999 + ".")
    parts = compose(Answer("?", Kind.ANSWER, "Đây.", (long, long)), VIETNAMESE)

    assert [part.text.count("a" * 2999) for part in parts] == [1, 1]


def test_a_quote_that_is_too_long_splits_between_sentences():
    sentence = "Các cấp ủy thực hiện nghiêm quy định. "
    text = (sentence * 200).strip()
    parts = compose(Answer("?", Kind.ANSWER, "", (Quote(SOURCE, 0, 1, text),)), VIETNAMESE)

    assert len(parts) == 2
    assert parts[0].text.endswith("quy định.")
    assert units(parts[0].text) > 4000


def test_not_found_names_the_nearest_source_with_its_link():
    answer = Answer("?", Kind.NOT_FOUND, "Tài liệu không nói tới.", nearest=SOURCE)
    (part,) = compose(answer, VIETNAMESE)

    assert "Tạp chí · 14/06/2024 · Bài A" in part.text
    assert [entity.url for entity in part.entities] == [SOURCE.url]


def test_an_answer_without_words_still_says_something():
    assert compose(Answer("?", Kind.ANSWER, "  "), VIETNAMESE)[0].text == VIETNAMESE.no_answer


def test_a_long_list_splits_between_lines():
    lines = [f"{n}. " + "x" * 500 for n in range(20)]
    parts = compose_list("Có 20 nguồn:", lines)

    assert "\n".join(part.text for part in parts) == "\n".join(["Có 20 nguồn:", *lines])
