"""Questions whose answer is a cell of a table, or stands behind a label, however short the line."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from indexes import MemoryFolder, Opened, document, opened

from bot.assistant.assistant import Assistant
from retrieval.answering.chain import Answerer
from retrieval.embeddings.models import BuiltinEmbeddings
from retrieval.indexing.reload import reload
from retrieval.models import Kind
from retrieval.ranking.retriever import Search
from retrieval.ranking.weights import load_ranking

DUTY = document(
    "truc-ban.docx",
    "Lịch trực ban của Văn phòng Đảng ủy xã Lũng Pù",
    "Lịch trực ban của Văn phòng Đảng ủy xã Lũng Pù\n\n"
    "Thứ: Hai; Người trực: Sùng Mí Lử; Việc: nhận công văn đến\n\n"
    "Thứ: Ba; Người trực: Ly Thị Chớ; Việc: tiếp dân, ghi sổ\n\n"
    "Số máy trực ban: 0219 3 846 112\n\nAi đổi ca phải báo trước một ngày.",
)
FEES = document(
    "dang-phi.xlsx",
    "Thu đảng phí quý II của Đảng bộ xã Ea Knuếc",
    "Chi bộ: Buôn Kang; Số tiền – Phải: 4.200.000; Số tiền – Đã nộp: 3.900.000; "
    "Tỷ lệ: 92,9%\n\n"
    "Chi bộ: Thôn Tân Hòa; Số tiền – Phải: 5.100.000; Số tiền – Đã nộp: 5.100.000; "
    "Tỷ lệ: 100%\n\n"
    "Kế toán đối chiếu sổ vào ngày 28 hằng tháng.",
)
PEOPLE = document(
    "chi-uy.csv",
    "",
    "Họ và tên: Nịnh Thị Sẻn; Chức vụ: Bí thư; Năm vào Đảng: 1999; Đơn vị: Chi bộ Bưu điện\n"
    "Họ và tên: Lèng A Dín; Chức vụ: Phó Bí thư; Năm vào Đảng: 2008; Đơn vị: Chi bộ Kho bạc\n"
    "Họ và tên: Phùng Mai Khuê; Chức vụ: Chi ủy viên; Năm vào Đảng: 2017; Đơn vị: Chi bộ Bưu điện",
)
CALL = document(
    "thi-viet.txt",
    "Thể lệ thi viết về gương đảng viên ở phường Vĩnh Nguyên",
    "Thể lệ thi viết về gương đảng viên ở phường Vĩnh Nguyên\n\n"
    "Hạn gửi bài: 17 giờ ngày 12/8/2025\n\n"
    "Người nhận bài: Tôn Nữ Diệu Ái, phòng 7\n\nGiải nhất: 3 triệu đồng\n\n"
    "Mỗi người gửi nhiều nhất hai bài, mỗi bài không quá 900 chữ.",
)


@pytest.fixture(scope="module")
def tables(
    tmp_path_factory: pytest.TempPathFactory, embeddings: BuiltinEmbeddings
) -> Iterator[Opened]:
    with opened(tmp_path_factory.mktemp("cells")) as index:
        reload(MemoryFolder(DUTY, FEES, PEOPLE, CALL), index.ledger, index.store, embeddings)
        yield index


@pytest.fixture(scope="module")
def assistant(tables: Opened, embeddings: BuiltinEmbeddings) -> Assistant:
    ranking = load_ranking()
    return Assistant(
        Answerer(Search(tables.ledger.snapshot, tables.store, embeddings, ranking), ranking)
    )


@pytest.mark.parametrize(
    ("question", "row"),
    [
        ("Thứ Ba ai trực ban ở Đảng ủy xã Lũng Pù?", "Thứ: Ba;"),
        ("Sùng Mí Lử trực thứ mấy?", "Người trực: Sùng Mí Lử"),
        ("Đồng chí Ly Thị Chớ trực làm việc gì?", "tiếp dân"),
        ("Số máy trực ban của xã Lũng Pù là bao nhiêu?", "0219 3 846 112"),
        ("Buôn Kang đã nộp bao nhiêu đảng phí quý II?", "Đã nộp: 3.900.000"),
        ("ty le thu dang phi cua chi bo thon Tan Hoa", "Tỷ lệ: 100%"),
        ("Nịnh Thị Sẻn vào Đảng năm nào?", "Năm vào Đảng: 1999"),
        ("Đồng chí Phùng Mai Khuê giữ chức vụ gì?", "Chức vụ: Chi ủy viên"),
        ("Lèng A Dín ở đơn vị nào?", "Chi bộ Kho bạc"),
        ("Hạn gửi bài thi viết về gương đảng viên là khi nào?", "17 giờ ngày 12/8/2025"),
        ("Ai nhận bài thi viết?", "Tôn Nữ Diệu Ái"),
        ("Giải nhất thi viết bao nhiêu tiền?", "3 triệu đồng"),
    ],
)
async def test_the_row_that_accounts_for_the_question_answers(
    assistant: Assistant, question: str, row: str
) -> None:
    answer = await assistant.answer(question)

    assert answer.kind is Kind.ANSWER
    assert row in answer.quotes[0].text


@pytest.mark.parametrize(
    "question",
    [
        "Thôn Tân Lập đã nộp bao nhiêu đảng phí quý II?",
        "Buôn Kang đã nộp bao nhiêu đảng phí quý III?",
        "Sùng Mí Lử sinh năm nào?",
        "Giải nhì thi viết bao nhiêu tiền?",
    ],
)
async def test_a_row_of_something_else_is_not_taken_for_certain(
    assistant: Assistant, question: str
) -> None:
    answer = await assistant.answer(question)

    assert answer.confidence < 1.0
