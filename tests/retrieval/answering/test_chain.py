"""From a question to verified quotes, over a real index of a few documents."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from indexes import MemoryFolder, Opened

from bot.texts.answers import lead
from retrieval.answering.chain import Answerer, shows
from retrieval.answering.quotes import verified
from retrieval.embeddings.models import BuiltinEmbeddings
from retrieval.evaluation.scratch_index import scratch_index
from retrieval.indexing.reload import reload
from retrieval.models import Answer, Document, Kind, Quote, Source, Span
from retrieval.ranking.retriever import Search
from retrieval.ranking.weights import load_ranking

DOCUMENTS = (
    Document(
        Source("ha-noi", "ha-noi.md", "Hà Nội tổng kết năm 2024", "Báo Thử", date(2024, 12, 31)),
        "Năm 2024, Hà Nội kết nạp 11.144 đảng viên, đạt 108,62% chỉ tiêu.\n"
        "Bí thư Thành ủy Bùi Thị Minh Hoài chủ trì hội nghị tổng kết của thành phố.\n"
        "Hội nghị nêu ba câu hỏi: Làm sao để bộ máy tinh gọn? Làm sao để cán bộ tận tâm? "
        "Vì sao cán bộ là then chốt?",
    ),
    Document(
        Source("cao-bang", "cao-bang.md", "Giao ban trực tuyến tháng 5/2020", "", date(2020, 6, 1)),
        "Đến ngày 25/5/2020, cả nước có 25.938 tổ chức cơ sở đảng tổ chức đại hội, "
        "trong đó có 1.746 đại hội điểm.\n"
        "Trưởng Ban Tổ chức Trung ương Phạm Minh Chính chủ trì hội nghị trực tuyến.",
    ),
)


@pytest.fixture(scope="module")
def answerer(embeddings: BuiltinEmbeddings) -> Iterator[Answerer]:
    ranking = load_ranking()
    with scratch_index(DOCUMENTS, embeddings) as (ledger, store):
        yield Answerer(Search(ledger.snapshot, store, embeddings, ranking), ranking)


def _assert_verbatim(answer: Answer) -> None:
    stored = {document.source.id: document.text for document in DOCUMENTS}
    assert answer.quotes
    assert all(verified(quote, stored[quote.source.id]) for quote in answer.quotes)


@pytest.mark.parametrize(
    ("question", "held"),
    [
        ("Năm 2024 Hà Nội kết nạp bao nhiêu đảng viên?", "11.144"),
        ("nam 2024 ha noi ket nap bao nhieu dang vien", "11.144"),
        ("Có bao nhiêu đại hội điểm đến ngày 25/5/2020?", "1.746"),
        ("Ai là Trưởng BTCTW chủ trì hội nghị trực tuyến?", "Phạm Minh Chính"),
        ("How many Party members did Hanoi admit in 2024?", "11.144"),
        ("Hội nghị nêu ba câu hỏi nào?", "Vì sao cán bộ là then chốt?"),
    ],
)
def test_the_quotes_hold_the_answer(answerer: Answerer, question: str, held: str) -> None:
    answer = answerer.answer(question)

    assert answer.kind is Kind.ANSWER
    assert any(held in quote.text for quote in answer.quotes)
    _assert_verbatim(answer)


def test_the_number_that_answers_is_marked(answerer: Answerer) -> None:
    best = answerer.answer("Năm 2024 Hà Nội kết nạp bao nhiêu đảng viên?").quotes[0]

    assert [best.text[s.start : s.end] for s in best.highlights] == ["11.144 đảng viên"]


@pytest.mark.parametrize("question", ["Hôm nay ăn gì ngon?", "Viết hàm sắp xếp bằng Python"])
def test_what_the_sources_do_not_say_is_not_said(answerer: Answerer, question: str) -> None:
    answer = answerer.answer(question)

    assert answer.kind is Kind.NOT_FOUND
    assert answer.quotes == ()
    assert answer.nearest is not None


@pytest.mark.parametrize(
    "question",
    [
        '"',
        "* NEAR(a b)",
        "folded : -x",
        "'; DROP TABLE sources; --",
        "đ" * 4000,
        "😀",
        "?",
        "^*()",
    ],
)
def test_operators_and_rubbish_are_no_error(answerer: Answerer, question: str) -> None:
    assert answerer.answer(question).kind in set(Kind)


def test_an_empty_index_says_so(index: Opened, embeddings: BuiltinEmbeddings) -> None:
    ranking = load_ranking()
    empty = Answerer(Search(index.ledger.snapshot, index.store, embeddings, ranking), ranking)

    answer = empty.answer("Có bao nhiêu đảng viên?")

    assert answer.kind is Kind.NOT_FOUND
    assert "trống" in lead(answer)


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("Năm 2019 Kết luận 77 nói gì?", "năm 2019"),
        ("Đà Nẵng thực hiện Kết luận 77-KL/TW ra sao?", "Đà Nẵng"),
        ("Ngày 3/2/2025 Kết luận số 77 quy định gì?", "năm 2025"),
    ],
)
def test_a_full_store_is_never_called_empty(
    index: Opened, embeddings: BuiltinEmbeddings, question: str, missing: str
) -> None:
    source = Source("x", "x.md", "Thực hiện Kết luận 77", "", date(2024, 5, 1))
    text = "Ngày 12/4/2024, Hà Nội quán triệt Kết luận số 77-KL/TW về công tác cán bộ."
    other = Source("y", "y.md", "Đà Nẵng họp ngày 3/2/2025")
    year = "Năm 2019, ngày 3/2/2025, Đà Nẵng tổ chức hội nghị giao ban."
    folder = MemoryFolder(Document(source, text), Document(other, year))
    reload(folder, index.ledger, index.store, embeddings)
    ranking = load_ranking()
    search = Search(index.ledger.snapshot, index.store, embeddings, ranking)

    answer = Answerer(search, ranking).answer(question)

    assert answer.kind is Kind.NOT_FOUND
    assert answer.nearest == source
    assert missing in lead(answer)


def test_readings_that_show_the_same_words_are_not_told_apart() -> None:
    source = Source("a", "a.md", "Bản tin")
    whole = Quote(source, 0, 20, "Thành ủy họp chiều nay")
    part = Quote(source, 9, 20, "họp chiều nay", highlights=(Span(0, 3),))
    other = Quote(source, 30, 40, "Tỉnh ủy họp")

    assert shows([other, whole], part)
    assert not shows([other], part)
