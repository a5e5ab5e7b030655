"""Offices that changed hands: the newest source leads, the older ones are dated."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from indexes import document

from bot.texts.answers import lead
from retrieval.answering.chain import Answerer
from retrieval.evaluation.scratch_index import scratch_index
from retrieval.models import Document
from retrieval.ranking.retriever import Search
from retrieval.ranking.weights import load_ranking


def said(name: str, day: str, text: str) -> Document:
    one = document(f"{name}.md", f"Bài {name}", text)
    return replace(one, source=replace(one.source, date=date.fromisoformat(day)))


DOCUMENTS = [
    said("cu", "2020-05-01", "Năm 2020, Bí thư Huyện ủy Thanh Hà Đỗ Văn Mạnh chủ trì hội nghị."),
    said("moi", "2024-05-01", "Đồng chí Lý Thị Hoa, Bí thư Huyện ủy Thanh Hà, kết luận hội nghị."),
    said("pho", "2024-06-01", "Phó Bí thư Huyện ủy Thanh Hà Ngô Quang Vinh phát biểu tiếp."),
    said("mot", "2023-01-01", "Chủ nhiệm Câu lạc bộ Sách Trần Thu Hà tặng quà cho học sinh."),
]


@pytest.fixture(scope="module")
def answerer(embeddings) -> Iterator[Answerer]:
    ranking = load_ranking()
    with scratch_index(DOCUMENTS, embeddings) as (ledger, store):
        yield Answerer(Search(ledger.snapshot, store, embeddings, ranking), ranking)


@pytest.mark.parametrize(
    "question", ["Bí thư Huyện ủy Thanh Hà là ai?", "Ai là Bí thư Huyện ủy Thanh Hà?"]
)
def test_the_newest_holder_leads_and_the_older_is_dated(answerer, question):
    answer = answerer.answer(question)

    assert [quote.source.id for quote in answer.quotes][:2] == ["moi", "cu"]
    assert "Nguồn cũ hơn nêu: Đỗ Văn Mạnh (ngày 1/5/2020)." in lead(answer)
    assert "Ngô Quang Vinh" not in lead(answer)


def test_a_year_in_the_question_is_kept_to(answerer):
    answer = answerer.answer("Bí thư Huyện ủy Thanh Hà năm 2020 là ai?")

    assert answer.quotes[0].source.id == "cu"
    assert "Nguồn cũ hơn" not in lead(answer)


def test_one_holder_is_nobodys_successor(answerer):
    answer = answerer.answer("Chủ nhiệm Câu lạc bộ Sách là ai?")

    assert answer.quotes[0].source.id == "mot"
    assert "Nguồn cũ hơn" not in lead(answer)
