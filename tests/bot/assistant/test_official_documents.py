"""Questions about the form of official documents, answered from the fields that reading keeps."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from indexes import Opened, opened

from bot.assistant.assistant import Assistant
from retrieval.answering.chain import Answerer
from retrieval.embeddings.models import BuiltinEmbeddings
from retrieval.indexing.reload import reload
from retrieval.loading.folder import SourceFolder
from retrieval.models import Answer, Kind, RefusalReason, Turn
from retrieval.ranking.retriever import Search
from retrieval.ranking.weights import load_ranking

FOLDER = Path(__file__).parents[2] / "data" / "official"
LINES = (FOLDER / "questions.jsonl").read_text(encoding="utf-8").splitlines()
NO_SUCH_THING, NO_SUCH_PLACE = RefusalReason.MISSING_CONSTRAINT, RefusalReason.UNKNOWN_PROVISION
QUESTIONS = list(map(json.loads, LINES))


@pytest.fixture(scope="module")
def official(
    tmp_path_factory: pytest.TempPathFactory, embeddings: BuiltinEmbeddings
) -> Iterator[Opened]:
    """The index of eight documents of as many levels and forms."""
    with opened(tmp_path_factory.mktemp("official")) as index:
        report = reload(SourceFolder(FOLDER), index.ledger, index.store, embeddings)
        assert len(report.added) == 8
        yield index


@pytest.fixture(scope="module")
def assistant(official: Opened, embeddings: BuiltinEmbeddings) -> Assistant:
    ranking = load_ranking()
    search = Search(official.ledger.snapshot, official.store, embeddings, ranking)
    return Assistant(Answerer(search, ranking))


@pytest.mark.parametrize("case", QUESTIONS, ids=[case["question"] for case in QUESTIONS])
async def test_the_form_answers(assistant: Assistant, official: Opened, case: dict) -> None:
    history = [Turn(*turn) for turn in case.get("history", ())]

    answer = await assistant.answer(case["question"], history)

    assert answer.kind is Kind.ANSWER
    best = answer.quotes[0]
    assert all(words in best.text for words in case["must"]), best.text
    with official.ledger.snapshot() as snap:
        assert snap.text(best.source.id)[best.start : best.end] == best.text


@pytest.mark.parametrize(
    "question",
    [
        "Sổ tay điện tử của chi bộ do ai giữ mật khẩu?",
        "Ai ký sổ tay điện tử?",
        "Thư gửi đến Văn phòng được trả lời trong mấy ngày?",
        "Quyết định về quản lý xe công có hiệu lực từ ngày nào?",
        "Huyện ủy gửi báo cáo trước ngày nào theo Kế hoạch 58-KH/TU?",
        "Nghị quyết 21-NQ/TW ban hành ngày nào?",
        "Quyết định kỷ luật do cơ quan nào ban hành?",
    ],
)
async def test_what_is_said_inside_a_document_is_searched(assistant: Assistant, question: str):
    answer = await assistant.answer(question)

    assert not answer.from_form


@pytest.mark.parametrize(
    ("question", "reason", "subject"),
    [
        ("Chỉ thị 61-CT/TW có mấy điều?", NO_SUCH_THING, "số điều"),
        ("Kế hoạch thư viện chi bộ có bao nhiêu chương?", NO_SUCH_THING, "số chương"),
        ("Điều 9 Quy chế 15-QC/VPTW nói gì?", NO_SUCH_PLACE, "Điều 9"),
        ("Điều 2 khoản 7 Quyết định 213-QĐ/HU quy định gì?", NO_SUCH_PLACE, "Điều 2, khoản 7"),
    ],
)
async def test_what_a_document_does_not_have_is_named(
    assistant: Assistant, question: str, reason: RefusalReason, subject: str
) -> None:
    answer = await assistant.answer(question)

    assert answer.kind is Kind.NOT_FOUND
    assert answer.refusal is not None
    assert (answer.refusal.reason, answer.refusal.subjects) == (reason, (subject,))


async def test_articles_are_counted_and_the_last_is_quoted(assistant: Assistant) -> None:
    answer = await assistant.answer("Quy chế 15-QC/VPTW có mấy điều?")

    assert [remark.subjects for remark in answer.remarks] == [("4 điều",)]
    assert answer.quotes[0].text == "Điều 4. Hiệu lực"


async def test_the_document_is_that_of_the_answer_before(assistant: Assistant) -> None:
    asked = "Mỗi chi bộ bản phải có ít nhất mấy đảng viên nuôi cá?"
    before: Answer = await assistant.answer(asked)

    answer = await assistant.answer("Ai ký?", [Turn(asked, "…", before.quotes[0].source.title)])

    assert answer.quotes[0].text.endswith("Lò Văn Inh")


async def test_the_last_article_ends_where_recipients_begin(assistant: Assistant) -> None:
    answer = await assistant.answer("Điều 4 Quy chế 15-QC/VPTW nói gì?")

    assert answer.quotes[0].text == "Điều 4. Hiệu lực\n\nQuy chế có hiệu lực từ ngày ký."
    assert answer.quotes[0].place == "Điều 4"


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Chủ tịch nào ký Công văn 1946/UBND-NC?", "Đàm Quang Thắng"),
        ("Hướng dẫn 77-HD/BTCTW thực hiện nghị quyết nào?", "21-NQ/TW"),
        ("Quyết định 213-QĐ/HU dựa trên những căn cứ nào?", "Điều lệ Đảng"),
        ("Who signed Directive 61-CT/TW?", "Trịnh Minh Khôi"),
        ("When was Decision 213-QĐ/HU issued?", "19 tháng 02 năm 2025"),
    ],
)
async def test_other_ways_to_ask(assistant: Assistant, question: str, words: str) -> None:
    answer = await assistant.answer(question)

    assert answer.from_form
    assert words in answer.quotes[0].text
