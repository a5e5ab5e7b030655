"""What is looked for while the question is still being read, and what the steps take."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from grounding import DOCUMENTS
from indexes import MemoryFolder, Opened

from retrieval.embeddings.models import ArrayEmbeddings, BuiltinEmbeddings, Vectors
from retrieval.errors import EndpointError
from retrieval.indexing.reload import reload
from retrieval.models import Document, Source
from retrieval.ranking.retriever import Search
from retrieval.ranking.weights import load_ranking
from retrieval.timing import Stopwatch


class Listening(ArrayEmbeddings):
    """The real model, with the questions that were put to it; fails while `is_away`."""

    def __init__(self, real: BuiltinEmbeddings) -> None:
        self.name = real.name
        self.asked: list[str] = []
        self.is_away = False
        self._real = real

    def embed_array(self, texts: Sequence[str]) -> Vectors:
        return self._real.embed_array(texts)

    def embed_query_array(self, text: str) -> Vectors:
        self.asked.append(text)
        if self.is_away:
            raise EndpointError("Máy chủ không trả lời.")
        return self._real.embed_query_array(text)


@pytest.fixture
def model(embeddings: BuiltinEmbeddings) -> Listening:
    return Listening(embeddings)


@pytest.fixture
def search(index: Opened, model: Listening) -> Search:
    reload(MemoryFolder(*DOCUMENTS), index.ledger, index.store, model)
    return Search(index.ledger.snapshot, index.store, model, load_ranking())


def test_a_question_with_diacritics_is_embedded_once_as_it_is(
    search: Search, model: Listening
) -> None:
    search.find("Hà Nội kết nạp bao nhiêu đảng viên?")

    assert model.asked == ["Hà Nội kết nạp bao nhiêu đảng viên?"]


def test_one_without_is_embedded_once_as_it_is_meant(search: Search, model: Listening) -> None:
    search.find("ha noi ket nap bao nhieu dang vien?")

    assert model.asked == ["hà nội kết nạp bao nhiêu đảng viên?"]


def test_a_slip_is_mended_before_what_is_near_counts(search: Search, model: Listening) -> None:
    slip = search.find("Hà Nội kết nạpp bao nhiêu đảng viên?")
    right = search.find("Hà Nội kết nạp bao nhiêu đảng viên?")

    assert model.asked[-2:] == ["Hà Nội kết nạp bao nhiêu đảng viên?"] * 2
    assert [c.sentence.id for c in slip.candidates] == [c.sentence.id for c in right.candidates]
    assert slip.probability == right.probability


def test_a_model_that_is_away_is_told_as_such(search: Search, model: Listening) -> None:
    model.is_away = True

    with pytest.raises(EndpointError, match="Máy chủ không trả lời"):
        search.find("Hà Nội kết nạp bao nhiêu đảng viên?")


def test_steps_are_timed_and_the_whole_is_not_their_sum(search: Search) -> None:
    watch = Stopwatch()

    search.find("Hà Nội kết nạp bao nhiêu đảng viên?", watch)

    steps = {"mend", "embed", "dense", "lexical", "fuse", "rank"}
    assert set(watch.ms) == {*steps, "total"}
    assert max(watch.ms[step] for step in steps) <= watch.ms["total"]


def test_a_year_s_figure_comes_after_that_of_the_part_that_is_asked_for(
    index: Opened, model: Listening
) -> None:
    half = "Sáu tháng đầu năm 2024, huyện Trà Bồng kết nạp 31 đảng viên."
    year = "Năm 2024, tỉnh Quảng Ngãi kết nạp đảng viên đạt 108% chỉ tiêu, huyện Trà Bồng góp sức."
    documents = (
        Document(Source(text[:3], f"{text[:3]}.md", "Kết nạp"), text) for text in (half, year)
    )
    reload(MemoryFolder(*documents), index.ledger, index.store, model)
    search = Search(index.ledger.snapshot, index.store, model, load_ranking())

    found = search.find("Nửa đầu năm 2024 huyện Trà Bồng kết nạp bao nhiêu đảng viên?")

    assert found.candidates[0].sentence.text == half
    assert found.candidates[0].score - found.candidates[1].score > 5


def test_what_only_repeats_the_question_answers_nothing_but_whether_it_is_so(
    index: Opened, model: Listening
) -> None:
    title, told = "- Ban Thường vụ Huyện ủy;", "Ban Thường vụ Huyện ủy do cấp ủy huyện bầu ra."
    documents = (Document(Source(text[-4:-1], f"{text[-4:-1]}.md", "Bộ máy"), text)
                 for text in (title, told))  # fmt: skip
    reload(MemoryFolder(*documents), index.ledger, index.store, model)
    search = Search(index.ledger.snapshot, index.store, model, load_ranking())

    assert search.find("Thế nào là Ban Thường vụ Huyện ủy?").candidates[0].sentence.text == told


def test_of_a_quiz_only_the_option_in_bold_answers(index: Opened, model: Listening) -> None:
    asked, news = "Trại giống xây xong năm nào?", "Trại giống sẽ xây xong trước Tết."
    marked = f"{asked}\nA. Năm 2024\nB. Năm 2026\n**C. Năm 2025**"
    documents = [Document(Source("news", "news.md", "Trại giống"), news)]
    documents += [Document(Source("quiz", "quiz.md", "Trại giống"), marked)]
    reload(MemoryFolder(*documents), index.ledger, index.store, model)
    search = Search(index.ledger.snapshot, index.store, model, load_ranking())

    texts = [candidate.sentence.text for candidate in search.find(asked).candidates]

    assert texts.index("**C. Năm 2025**") < texts.index("A. Năm 2024")
    assert texts.index(news) < texts.index("A. Năm 2024")
