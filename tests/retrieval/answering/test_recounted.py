"""Figures that were counted again: the newest source leads, the older ones are dated."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from indexes import document

from bot.texts.answers import lead
from retrieval.answering.chain import Answerer
from retrieval.evaluation.scratch_index import scratch_index
from retrieval.models import Answer, Document
from retrieval.ranking.retriever import Search
from retrieval.ranking.weights import load_ranking


def said(name: str, day: str, text: str, title: str = "") -> Document:
    one = document(f"{name}.md", title or f"Bài {name}", text)
    return replace(one, source=replace(one.source, date=date.fromisoformat(day)))


MEMBERS = [
    said("cu", "2022-01-05", "Đảng bộ tỉnh Hà Nam có 52.000 đảng viên. Tỉnh ủy họp hôm qua."),
    said(
        "moi",
        "2024-06-02",
        "Đến tháng 5/2024, Đảng bộ tỉnh Hà Nam hiện có 54.100 đảng viên, sinh hoạt ở 600 chi bộ.",
    ),
]


@pytest.fixture
def ask(embeddings) -> Iterator:
    ranking = load_ranking()

    def asked(question: str, *documents: Document) -> Answer:
        with scratch_index(documents, embeddings) as (ledger, store):
            search = Search(ledger.snapshot, store, embeddings, ranking)
            return Answerer(search, ranking).answer(question)

    return asked


@pytest.mark.parametrize("order", [1, -1])
def test_the_newest_figure_leads_and_the_older_is_quoted_and_dated(ask, order):
    answer = ask("Đảng bộ tỉnh Hà Nam có bao nhiêu đảng viên?", *MEMBERS[::order])

    assert [quote.source.id for quote in answer.quotes][:2] == ["moi", "cu"]
    assert "Nguồn cũ hơn nêu: 52.000 đảng viên (ngày 5/1/2022)." in lead(answer)
    assert answer.quotes[1].text == "Đảng bộ tỉnh Hà Nam có 52.000 đảng viên."


def test_a_province_without_a_name_is_known_by_its_source(ask):
    ours = "Hội nghị do Tỉnh ủy Hà Nam tổ chức. Đảng bộ tỉnh có {} đảng viên."
    documents = [
        said("cu", "2022-01-05", ours.format("52.000")),
        said("moi", "2024-01-05", ours.format("54.100")),
    ]

    answer = ask("Đảng bộ tỉnh có bao nhiêu đảng viên?", *documents)

    assert answer.quotes[0].source.id == "moi"
    assert "52.000 đảng viên (ngày 5/1/2022)" in lead(answer)


def test_what_is_true_of_the_whole_party_needs_no_place(ask):
    documents = [
        said("cu", "2021-02-01", "Hiện nay, toàn Đảng có 5,2 triệu đảng viên."),
        said("moi", "2025-02-03", "Toàn Đảng hiện có hơn 5,4 triệu đảng viên."),
    ]

    answer = ask("Toàn Đảng có bao nhiêu đảng viên?", *documents)

    assert answer.quotes[0].source.id == "moi"
    assert "Nguồn cũ hơn nêu: 5,2 triệu đảng viên (ngày 1/2/2021)." in lead(answer)


def test_what_was_done_in_two_years_is_told_apart_by_them(ask):
    documents = [
        said("cu", "2023-01-05", "Năm 2022, tỉnh Hà Nam kết nạp 1.500 đảng viên mới."),
        said("moi", "2025-01-05", "Năm 2024, tỉnh Hà Nam kết nạp 1.800 đảng viên mới."),
    ]

    whenever = ask("Tỉnh Hà Nam kết nạp bao nhiêu đảng viên mới?", *documents)
    then = ask("Năm 2022 tỉnh Hà Nam kết nạp bao nhiêu đảng viên mới?", *documents)

    assert whenever.quotes[0].source.id == "moi"
    assert "Nguồn cũ hơn nêu: 1.500 đảng viên (ngày 5/1/2023)." in lead(whenever)
    assert then.quotes[0].source.id == "cu"
    assert "Nguồn cũ hơn" not in lead(then)


def test_two_figures_for_one_year_are_told_apart_by_their_sources(ask):
    documents = [
        said("cu", "2024-11-05", "Năm 2024, tỉnh Hà Nam kết nạp 1.500 đảng viên mới."),
        said("moi", "2025-01-05", "Năm 2024, tỉnh Hà Nam kết nạp 1.800 đảng viên mới."),
    ]

    answer = ask("Năm 2024 tỉnh Hà Nam kết nạp bao nhiêu đảng viên mới?", *documents)

    assert answer.quotes[0].source.id == "moi"
    assert "1.500 đảng viên (ngày 5/11/2024)" in lead(answer)


@pytest.mark.parametrize(
    "other",
    [
        "Đảng bộ tỉnh Hà Nam có 600 chi bộ.",
        "Đảng bộ tỉnh Nam Định có 52.000 đảng viên.",
        "Đảng bộ huyện Thanh Liêm có 5.200 đảng viên.",
        "Đảng bộ tỉnh Hà Nam có 2.000 đảng viên mới.",
        "Đảng bộ tỉnh Hà Nam có 200 đảng viên được trao Huy hiệu Đảng.",
        "Đảng bộ tỉnh Hà Nam chưa có 60.000 đảng viên.",
        "Đảng bộ tỉnh Hà Nam phấn đấu có 60.000 đảng viên.",
        "6 tháng đầu năm 2021, Đảng bộ tỉnh Hà Nam kết nạp 700 đảng viên.",
        "Đảng bộ tỉnh có 52.000 đảng viên.",
        "Nhiệm kỳ 2015 - 2020, Đảng bộ tỉnh Hà Nam kết nạp 9.000 đảng viên.",
        "Đảng bộ tỉnh Hà Nam có 54.100 đảng viên.",
        "Theo Quy định số 22-QĐ/TW, Đảng bộ tỉnh Hà Nam có 52.000 đảng viên.",
        "Đảng bộ tỉnh Hà Nam có 52.000 cán bộ, đảng viên.",
        "Đảng bộ tỉnh Hà Nam có 900 đảng viên (mới được kết nạp).",
        "Đảng bộ tỉnh Hà Nam có 900 đảng viên trong quý I.",
        "Hôm qua, tỉnh Hà Nam trao Huy hiệu Đảng cho 900 đảng viên.",
        "Dự kiến Đảng bộ tỉnh Hà Nam có 52.000 đảng viên.",
    ],
)
def test_what_may_be_another_thing_is_not_labelled(ask, other):
    answer = ask(
        "Đảng bộ tỉnh Hà Nam có bao nhiêu đảng viên?", MEMBERS[1], said("cu", "2022-01-05", other)
    )

    assert answer.quotes
    assert "Nguồn cũ hơn" not in lead(answer)


def test_two_figures_of_one_day_leave_it_open(ask):
    same_day = said("khac", "2024-06-02", "Đảng bộ tỉnh Hà Nam có 53.000 đảng viên.")

    answer = ask("Đảng bộ tỉnh Hà Nam có bao nhiêu đảng viên?", *MEMBERS, same_day)

    assert answer.quotes
    assert "Nguồn cũ hơn" not in lead(answer)


def test_sources_without_a_day_are_not_put_in_order(ask):
    undated = document("khac.md", "Bài", "Đảng bộ tỉnh Hà Nam có 53.000 đảng viên.")

    answer = ask("Đảng bộ tỉnh Hà Nam có bao nhiêu đảng viên?", MEMBERS[1], undated)

    assert answer.quotes
    assert "Nguồn cũ hơn" not in lead(answer)
