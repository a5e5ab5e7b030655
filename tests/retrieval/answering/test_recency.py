"""Offices that changed hands: the newest source leads, the older ones are dated."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from indexes import document

from bot.texts.answers import lead
from retrieval.answering.chain import Answerer
from retrieval.answering.recency import newest_first
from retrieval.evaluation.scratch_index import scratch_index
from retrieval.models import Document, Passage, Sentence
from retrieval.query.analysis import analyse
from retrieval.ranking.candidates import Candidate, Findings
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
def search(embeddings) -> Iterator[Search]:
    with scratch_index(DOCUMENTS, embeddings) as (ledger, store):
        yield Search(ledger.snapshot, store, embeddings, load_ranking())


@pytest.fixture(scope="module")
def answerer(search) -> Answerer:
    return Answerer(search, load_ranking())


@pytest.mark.parametrize(
    "question", ["Bí thư Huyện ủy Thanh Hà là ai?", "Ai là Bí thư Huyện ủy Thanh Hà?"]
)
def test_the_newest_holder_leads_and_the_older_is_dated(answerer, question):
    answer = answerer.answer(question)

    assert [quote.source.id for quote in answer.quotes][:2] == ["moi", "cu"]
    assert "Nguồn cũ hơn nêu: Đỗ Văn Mạnh (ngày 1/5/2020)." in lead(answer)
    assert "Ngô Quang Vinh" not in lead(answer)
    assert lead(answer).index("Lý Thị Hoa") < lead(answer).index("Đỗ Văn Mạnh")


@pytest.mark.parametrize(
    "question",
    [
        "Bí thư Huyện ủy Thanh Hà là ai?",
        "Ai đang làm Bí thư Huyện ủy Thanh Hà vậy?",
        "Hiện nay ai giữ chức Bí thư Huyện ủy Thanh Hà?",
        "Bí thư Huyện ủy Thanh Hà bây giờ là người nào?",
        "Cho hỏi Bí thư Huyện ủy Thanh Hà tên gì ạ?",
        "Người đứng đầu, Bí thư Huyện ủy Thanh Hà, hiện là đồng chí nào?",
        "Cho biết tên Bí thư Huyện ủy Thanh Hà đương nhiệm",
        "bi thu huyen uy thanh ha la ai",
    ],
)
def test_the_newest_holder_is_found_in_every_wording(search, question):
    _, holders = newest_first(search.find(question))

    assert [holder.name for holder in holders] == ["Lý Thị Hoa", "Đỗ Văn Mạnh"]


def test_a_year_in_the_question_is_kept_to(answerer):
    answer = answerer.answer("Bí thư Huyện ủy Thanh Hà năm 2020 là ai?")

    assert answer.quotes[0].source.id == "cu"
    assert "Nguồn cũ hơn" not in lead(answer)


def test_one_holder_is_nobodys_successor(answerer):
    answer = answerer.answer("Chủ nhiệm Câu lạc bộ Sách là ai?")

    assert answer.quotes[0].source.id == "mot"
    assert "Nguồn cũ hơn" not in lead(answer)


@pytest.mark.parametrize(
    "sentence",
    [
        "Bí thư Đảng ủy xã Tả Van Giàng A Pó dự họp.",
        "Bí thư Đảng ủy xã Tả Van hiện nay là ông Giàng A Pó.",
        "Giàng A Pó, Bí thư Đảng ủy xã Tả Van, dự họp.",
        "Ông Giàng A Pó được bầu giữ chức Bí thư Đảng ủy xã Tả Van.",
        "Đồng chí Giàng A Pó làm Bí thư Đảng ủy xã Tả Van.",
        "Ông Giàng A Pó được Huyện ủy chỉ định giữ chức Bí thư Đảng ủy xã Tả Van.",
    ],
)
def test_holders_are_found_however_a_sentence_says_it(sentence):
    assert holders_in(sentence) == ["Giàng A Pó"]


@pytest.mark.parametrize(
    "sentence",
    [
        "Phó Bí thư Đảng ủy xã Tả Van Giàng A Pó dự họp.",
        "Nguyên Bí thư Đảng ủy xã Tả Van Giàng A Pó dự họp.",
        "Ông Giàng A Pó thôi giữ chức Bí thư Đảng ủy xã Tả Van.",
        "Bí thư Đảng ủy xã Tả Phìn Giàng A Pó dự họp.",
    ],
)
def test_who_holds_another_office_or_none_is_no_holder(sentence):
    assert holders_in(sentence) == []


def test_the_one_holder_leads_by_the_newest_source_before_those_of_other_bodies():
    told = [
        (
            "Có Võ Thị Mai, Bí thư Quận ủy Sơn Trà; Bí thư Thành ủy Đà Nẵng gửi thư.",
            "2024-08-01",
        ),
        ("Bí thư Thành ủy Đà Nẵng Đinh Công Lý thăm xã.", "2023-05-01"),
        ("Đồng chí Đinh Công Lý, Bí thư Thành ủy Đà Nẵng, kết luận.", "2024-07-01"),
    ]

    moved, holders = newest_first(findings_of("ai là bí thư thành ủy đà nẵng", told))

    assert [c.sentence.text for c in moved.candidates] == [told[2][0], told[0][0], told[1][0]]
    assert holders == ()


def findings_of(question: str, told: list[tuple[str, str]]) -> Findings:
    """What was found: sentences with the days of their sources, best first."""
    found = []
    for i, (text, day) in enumerate(told):
        one = said(f"s{i}", day, text)
        passage = Passage(i, one.source.id, 0, len(text), text)
        unit = Sentence(i, i, one.source.id, 0, len(text), text)
        found.append(Candidate(unit, passage, one.source, 5.0 - i))
    return Findings(analyse(question), tuple(found), 1.0, {})


def holders_in(sentence: str) -> list[str]:
    """Who holds the office says `sentence`, beside another of an older source."""
    older = "Bí thư Đảng ủy xã Tả Van Lò Văn Tẩn chủ trì."
    told = [(sentence, "2024-05-01"), (older, "2020-05-01")]
    _, holders = newest_first(findings_of("Bí thư Đảng ủy xã Tả Van là ai?", told))
    return [holder.name for holder in holders][:1]
