"""Questions that name a directive: answered from what mentions it, or from nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import pytest

from bot.texts.answers import lead
from retrieval.answering.chain import Answerer
from retrieval.evaluation.scratch_index import scratch_index
from retrieval.models import Answer, Document, Kind, Source
from retrieval.ranking.retriever import Search
from retrieval.ranking.weights import load_ranking


def article(name: str, day: str, text: str, title: str = "") -> Document:
    return Document(
        Source(name, f"{name}.md", title or f"Bài {name}", "Báo Thử", date.fromisoformat(day)), text
    )


DOCUMENTS = [
    article(
        "nhan-su-2020",
        "2020-06-01",
        "Thực hiện Chỉ thị số 35-CT/TW của Bộ Chính trị, huyện Thanh Hà chọn 12 xã làm đại hội điểm"
        " và mở chín lớp tập huấn cho cấp ủy.\n"
        "Quy định số 205-QĐ/TW siết chặt kỷ luật, kỷ cương trong công tác cán bộ và chống chạy"
        " chức, chạy quyền ở mọi cấp.",
    ),
    article(
        "nhan-su-2024",
        "2024-07-04",
        "Ngày 14/6/2024, Bộ Chính trị ban hành Chỉ thị số 35 về đại hội đảng bộ các cấp. Chỉ thị 35"
        " yêu cầu chuẩn bị nhân sự từ sớm, từ cơ sở và bảo đảm cơ cấu ba độ tuổi.\n"
        "Quy định số 114-QĐ/TW ngày 11/7/2023 của Bộ Chính trị thay thế Quy định số 205-QĐ/TW.",
    ),
    article(
        "bien-che",
        "2024-09-01",
        "Ban tiếp tục tham mưu sửa đổi, bổ sung Quyết định số 71-QĐ/TW về tổng biên chế.\n"
        "Tỉnh Nam Sơn giảm 54 phòng và 128 lãnh đạo cấp phòng sau một năm sắp xếp bộ máy.",
    ),
    article(
        "bien-che-cu",
        "2022-09-01",
        "Quyết định số 71-QĐ/TW giao tổng biên chế của hệ thống chính trị giai đoạn 2022-2026 cho"
        " từng cơ quan.",
    ),
    article(
        "quy-che",
        "2023-01-01",
        "Điều 8. Hội phí\n1. Hội viên đóng phí hằng quý.\nĐiều 9. Kho tàng\n1. Kho mở buổi sáng.",
    ),
    article(
        "tom-tat",
        "2023-02-01",
        "Theo Điều 8 của luật mới, người đi hộ đê được nghỉ bù hai ngày và được nhận một áo phao.",
    ),
]


@pytest.fixture(scope="module")
def answerer(embeddings) -> Iterator[Answerer]:
    ranking = load_ranking()
    with scratch_index(DOCUMENTS, embeddings) as (ledger, store):
        yield Answerer(Search(ledger.snapshot, store, embeddings, ranking), ranking)


def sources(answer: Answer) -> list[str]:
    return [quote.source.id for quote in answer.quotes]


@pytest.mark.parametrize(
    ("question", "source"),
    [
        ("Chỉ thị số 35 ngày 14/6/2024 yêu cầu chuẩn bị nhân sự thế nào?", "nhan-su-2024"),
        ("Chỉ thị 35 năm 2024 yêu cầu chuẩn bị nhân sự thế nào?", "nhan-su-2024"),
        ("Chỉ thị 35-CT/TW khóa XII được huyện Thanh Hà thực hiện thế nào?", "nhan-su-2020"),
        ("qd 71 giao tong bien che giai doan nao?", "bien-che-cu"),
    ],
)
def test_a_directive_that_is_named_is_answered_from_what_mentions_it(answerer, question, source):
    answer = answerer.answer(question)

    assert answer.kind is Kind.ANSWER
    assert sources(answer)[0] == source
    remark, _, _ = lead(answer).partition("Theo ")
    assert not re.search(r"Chỉ thị|71", remark)  # nothing is said against what is asked about


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("Chỉ thị số 36-CT/TW yêu cầu chuẩn bị nhân sự thế nào?", "Chỉ thị số 36-CT/TW"),
        ("Chỉ thị số 35 ngày 1/2/2023 yêu cầu chuẩn bị nhân sự thế nào?",
         "Chỉ thị số 35 ngày 1/2/2023"),
        ("Quyết định 208-QĐ/TW siết chặt kỷ luật, kỷ cương trong việc gì?",
         "Quyết định số 208-QĐ/TW"),
        ("Nghị quyết Trung ương 8 khóa XIII nói gì về chạy chức, chạy quyền?",
         "Nghị quyết Trung ương 8 khóa XIII"),
    ],
)  # fmt: skip
def test_a_directive_that_no_source_mentions_is_not_found_and_said_so(answerer, question, name):
    answer = answerer.answer(question)

    assert answer.kind is Kind.NOT_FOUND
    assert lead(answer) == f"Không nguồn nào nhắc tới {name}."
    assert answer.quotes == ()


def test_of_two_directives_the_one_that_nobody_mentions_is_named(answerer):
    answer = answerer.answer(
        "Quy định số 205-QĐ/TW và Quy định số 9-QĐ/TW siết chặt kỷ luật, kỷ cương về việc gì?"
    )

    assert answer.kind is Kind.ANSWER
    assert lead(answer).startswith("Không nguồn nào nhắc tới Quy định số 09-QĐ/TW. ")


def test_an_answer_that_rests_on_a_replaced_directive_says_so_with_both_quotes(answerer):
    answer = answerer.answer("Quy định 205-QĐ/TW siết chặt kỷ luật, kỷ cương trong việc gì?")

    assert sources(answer)[:2] == ["nhan-su-2020", "nhan-su-2024"]
    assert lead(answer).startswith(
        "Lưu ý: Quy định số 205-QĐ/TW đã được thay thế bằng Quy định số 114-QĐ/TW ngày 11/7/2023"
        " (theo Báo Thử, ngày 4/7/2024)."
    )
    assert answer.quotes[1].text.endswith("thay thế Quy định số 205-QĐ/TW.")


def test_what_is_only_planned_is_not_said_to_be_done(answerer):
    answer = answerer.answer("Quyết định 71-QĐ/TW giao tổng biên chế giai đoạn nào?")

    assert sources(answer)[0] == "bien-che-cu"
    assert "Lưu ý" not in lead(answer)


def test_a_question_that_names_no_directive_is_answered_as_ever(answerer):
    answer = answerer.answer("Tỉnh Nam Sơn giảm bao nhiêu phòng sau khi sắp xếp?")

    assert answer.kind is Kind.ANSWER
    assert sources(answer)[0] == "bien-che"


def test_a_directive_named_very_often_is_looked_for_with_the_words_of_the_question(
    answerer, monkeypatch
):
    """Past so many mentions only passages with those words are read, and all where none has any."""
    monkeypatch.setattr("retrieval.registry.lookup._READ", 0)
    monkeypatch.setattr("retrieval.registry.lookup._MANY", 1)

    told = answerer.answer("Chỉ thị số 35 ngày 14/6/2024 yêu cầu chuẩn bị nhân sự thế nào?")
    bare = answerer.answer("Chỉ thị số 35 ngày 14/6/2024?")

    assert sources(told)[0] == "nhan-su-2024"
    assert "Không nguồn nào" not in lead(bare)


def test_an_article_of_a_law_that_is_not_told_is_looked_for_everywhere(answerer):
    """Every law has an article of that number: one's text is not what the other says."""
    told = answerer.answer("Người đi hộ đê được nghỉ bù mấy ngày theo Điều 8?")
    bare = answerer.answer("Điều 8 quy định gì?")

    assert sources(told)[0] == "tom-tat"
    assert sources(bare)[0] == "quy-che"
