"""Answers as messages: nothing lost, everything within Telegram's limits."""

from dataclasses import replace
from datetime import date

import pytest
from botapi.texts import accepted, cut
from hypothesis import given
from hypothesis import strategies as st

from bot.telegram.formatting import MAX_ENTITIES, SCREEN, compose, compose_list
from bot.texts.texts import VIETNAMESE
from retrieval.models import Answer, Kind, Quote, Remark, RemarkKind, Source, Span

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


def whole(answer):
    """The messages that show every quote."""
    return compose(answer, VIETNAMESE, most=5)


def marked(parts, *kinds):
    return [
        cut(part.text, entity.offset, entity.length)
        for part in parts
        for entity in part.entities
        if entity.type in kinds
    ]


@given(answers)
def test_whatever_the_answer_telegram_accepts_every_part_and_nothing_is_lost(answer):
    for part in (parts := whole(answer)):
        assert accepted(part.text, as_sent(part)) == (part.text, as_sent(part))
        assert len(part.entities) <= MAX_ENTITIES
    everything = squeezed("".join(part.text for part in parts))
    for quote in answer.quotes:
        assert squeezed(quote.text) in everything
        assert squeezed(quote.source.title) in everything
    assert squeezed(answer.lead) in everything


@given(answers)
def test_what_is_seen_of_the_first_quote_is_verbatim_and_holds_what_answers(answer):
    parts = whole(answer)
    if not answer.quotes or not answer.quotes[0].text.strip():
        return
    first = answer.quotes[0]
    seen = squeezed("".join(marked(parts, "blockquote")))

    assert seen.strip("…") in squeezed(first.text) or seen in squeezed(first.text)


@given(answers)
def test_bold_words_survive_the_splitting(answer):
    if answer.quotes and len(answer.quotes[0].text) > 300:
        return  # what is seen of it is shown once more, folded
    bold = "".join(marked(whole(answer), "bold"))
    told = "".join(
        char
        for quote in answer.quotes
        for at, char in enumerate(quote.text)
        if any(span.start <= at < span.end for span in quote.highlights)
    )

    assert squeezed(bold) == squeezed(told)


def test_the_best_quote_comes_first_and_at_most_two_more_fold():
    quotes = tuple(Quote(SOURCE, n, n + 5, f"Câu {n}.", (Span(0, 3),)) for n in range(5))
    (part,) = compose(Answer("?", Kind.ANSWER, "", quotes), VIETNAMESE)

    origin = "— Tạp chí · 14/06/2024 · Bài A"
    assert part.text == f"Câu 0.\n{origin}\n\nCâu 1.\n{origin}\n\nCâu 2.\n{origin}"
    assert marked([part], "blockquote") == ["Câu 0."]
    assert marked([part], "expandable_blockquote") == [part.text.partition("\n\n")[2]]
    assert marked([part], "bold") == ["Câu"] * 3


def test_the_words_that_answer_by_themselves_come_first_in_bold():
    quote = Quote(SOURCE, 0, 23, "Xã có 300 đảng viên mới.", answer=Span(6, 19))
    (part,) = compose(Answer("?", Kind.ANSWER, quotes=(quote,)), VIETNAMESE)

    assert part.text.startswith("300 đảng viên\n\nXã có 300 đảng viên mới.\n— ")
    assert marked([part], "bold") == ["300 đảng viên"] * 2  # and in its sentence


def test_remarks_stand_on_lines_of_their_own_around_the_words_that_answer():
    quote = Quote(SOURCE, 0, 23, "Xã có 300 đảng viên mới.", answer=Span(6, 19))
    understood = Remark(RemarkKind.UNDERSTOOD, ("số đảng viên",))
    older = Remark(RemarkKind.EARLIER, ("250 đảng viên",), days=(date(2020, 1, 2),))
    answer = Answer("?", Kind.ANSWER, quotes=(quote,), remarks=(understood, older))
    (part,) = compose(answer, VIETNAMESE)

    assert part.text.startswith(
        "Hiểu là “số đảng viên”.\n300 đảng viên\n"
        "Nguồn cũ hơn nêu: 250 đảng viên (ngày 2/1/2020).\n\nXã có"
    )
    assert marked([part], "bold") == ["300 đảng viên"] * 2


def test_quotes_that_a_model_cites_by_number_are_all_there():
    quotes = tuple(Quote(SOURCE, n, n + 5, f"Câu {n}.") for n in range(5))
    answer = Answer("?", Kind.ANSWER, "Có năm [1][5].", quotes, numbered=True)
    (part,) = compose(answer, VIETNAMESE)

    assert all(f"Câu {n}." in part.text for n in range(5))


@pytest.mark.parametrize("sentences", [1, 3, 40])
@pytest.mark.parametrize("length", [10, 60, 200])
def test_no_more_than_a_screen_is_seen_and_what_answers_is(sentences, length):
    before = ("Câu này dài " + "dòng " * length + "vậy. ") * sentences
    answering = "Năm 2024 kết nạp 11.144 đảng viên mới."
    text = before + answering + " Hết rồi."
    at = text.index("11.144")
    quotes = (Quote(SOURCE, 0, len(text), text, (Span(at, at + 6),)), Quote(SOURCE, 0, 4, "Hai."))
    parts = compose(Answer("?", Kind.ANSWER, "", quotes), VIETNAMESE)

    folded = marked(parts, "expandable_blockquote")
    seen = sum(len(part.text) for part in parts) - sum(map(len, folded))
    assert seen <= SCREEN
    assert "11.144" in marked(parts[:1], "blockquote")[0]
    assert squeezed(text) in squeezed("".join(part.text for part in parts))


def test_one_endless_sentence_is_cut_between_words_around_what_answers():
    text = "dài " * 400 + "11.144 đảng viên " + "nữa " * 400
    at = text.index("11.144")
    quote = Quote(SOURCE, 0, len(text), text.strip(), (Span(at, at + 6),))
    part = compose(Answer("?", Kind.ANSWER, "", (quote,)), VIETNAMESE)[0]

    (seen,) = marked([part], "blockquote")
    assert seen.startswith("… dài dài")
    assert seen.endswith("nữa …")
    assert "11.144 đảng viên" in seen
    assert len(seen) <= SCREEN


def test_not_found_names_the_nearest_source_with_its_link():
    answer = Answer("?", Kind.NOT_FOUND, "Tài liệu không nói tới.", nearest=SOURCE)
    (part,) = compose(answer, VIETNAMESE)

    assert "Tạp chí · 14/06/2024 · Bài A" in part.text
    assert [entity.url for entity in part.entities] == [SOURCE.url]


def test_a_source_without_a_title_is_named_by_its_file_with_its_link():
    untitled = replace(SOURCE, path="2024/bien-ban-hop.txt", title="")
    answer = Answer("?", Kind.ANSWER, quotes=(Quote(untitled, 0, 7, "Một câu"),))

    (part,) = whole(answer)

    assert "Tạp chí · 14/06/2024 · bien-ban-hop" in part.text
    assert marked([part], "text_link") == ["bien-ban-hop"]


def test_an_answer_without_words_still_says_something():
    assert compose(Answer("?", Kind.ANSWER, "  "), VIETNAMESE)[0].text == VIETNAMESE.no_answer


def test_a_long_list_splits_between_lines():
    lines = [f"{n}. " + "x" * 500 for n in range(20)]
    parts = compose_list("Có 20 nguồn:", lines)

    assert "\n".join(part.text for part in parts) == "\n".join(["Có 20 nguồn:", *lines])


def test_the_year_that_is_asked_for_is_seen_though_another_sentence_names_it():
    filler = "Hội nghị bàn nhiều việc khác của ngành và của địa phương. " * 12
    text = f"{filler}Đó là kết quả năm 2031. Xã kết nạp 45 đảng viên mới. {filler}"
    at = text.index("45 đảng")
    source = Source("x", "x.md", "Bài dài")
    quote = Quote(source, 0, len(text), text, (Span(at, at + 12),))
    answer = Answer("Năm 2031 xã kết nạp bao nhiêu?", Kind.ANSWER, quotes=(quote,))

    (part,) = compose(answer, VIETNAMESE)

    seen = marked([part], "blockquote")[0]
    assert "năm 2031. Xã kết nạp 45 đảng viên mới." in seen
    assert len(seen) <= 900
