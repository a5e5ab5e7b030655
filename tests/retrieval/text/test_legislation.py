"""Text out of legislation: passages follow articles and clauses, quotes are cited by them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from indexes import document

from bot.texts.answers import lead
from retrieval.answering.chain import Answerer
from retrieval.evaluation.scratch_index import scratch_index
from retrieval.models import Kind
from retrieval.ranking.retriever import Search
from retrieval.ranking.weights import load_ranking
from retrieval.text.legislation import Provision, place_named, place_of
from retrieval.text.sentences import split_sentences
from retrieval.text.splitter import split_passages

REGULATION = """QUY ĐỊNH
về việc mượn sách của thư viện chi bộ
Căn cứ nhu cầu đọc của đảng viên, chi bộ quy định như sau:
Chương I
QUY ĐỊNH CHUNG
Điều 1. Phạm vi
Quy định này áp dụng cho tủ sách của chi bộ thôn Đoài.
Điều 2. Người được mượn
1. Đảng viên của chi bộ.
2. Quần chúng ưu tú được chi bộ giới thiệu, gồm:
a) đoàn viên đang học lớp nhận thức về Đảng;
b) cán bộ thôn có xác nhận của bí thư chi bộ.
Chương II
MƯỢN VÀ TRẢ
Điều 3. Thời hạn
1. Mỗi lần được mượn không quá ba cuốn trong hai mươi ngày.
2. Người làm mất sách phải mua đền cuốn khác cùng tên hoặc nộp tiền bằng giá bìa.
Điều 4. Quy định này có hiệu lực từ ngày 1/3/2024.
Điều 5
Tổ chức thực hiện
Chi ủy phân công một đồng chí giữ sổ mượn.
"""
PROSE = "Hội nghị bàn ba việc.\nKết quả\nXã có 12 chi bộ và 340 đảng viên, tăng 15 người."


def passages(text: str) -> list[tuple[str, str]]:
    pieces = split_passages(text, split_sentences(text))
    return [(piece.heading, text[piece.start : piece.end]) for piece in pieces]


def test_each_clause_is_a_passage_under_its_article_and_chapter():
    found = dict(passages(REGULATION))

    assert found["Chương I – QUY ĐỊNH CHUNG – Điều 2. Người được mượn – khoản 1"] == (
        "1. Đảng viên của chi bộ."
    )
    assert found["Chương II – MƯỢN VÀ TRẢ – Điều 3. Thời hạn – khoản 2"].startswith("2. Người làm")
    assert found["Chương I – QUY ĐỊNH CHUNG – Điều 1. Phạm vi"].startswith("Quy định này áp dụng")


def test_points_stay_with_their_clause():
    found = dict(passages(REGULATION))
    clause = found["Chương I – QUY ĐỊNH CHUNG – Điều 2. Người được mượn – khoản 2"]

    assert [line[:2] for line in clause.splitlines()] == ["2.", "a)", "b)"]


def test_an_article_of_one_sentence_is_content():
    found = dict(passages(REGULATION))

    assert found["Chương II – MƯỢN VÀ TRẢ – Điều 4"] == (
        "Điều 4. Quy định này có hiệu lực từ ngày 1/3/2024."
    )


def test_a_title_may_stand_on_the_next_line():
    assert passages(REGULATION)[-1] == (
        "Chương II – MƯỢN VÀ TRẢ – Điều 5. Tổ chức thực hiện",
        "Chi ủy phân công một đồng chí giữ sổ mượn.",
    )


def test_what_stands_before_the_articles_is_kept():
    assert "Căn cứ nhu cầu đọc" in passages(REGULATION)[0][1]


def test_one_mention_of_an_article_makes_no_legislation():
    assert passages(f"{PROSE}\nĐiều 1. Phạm vi\n1. Một việc.")[0][0] == ""


@pytest.mark.parametrize(
    ("heading", "text", "place"),
    [
        ("Điều 5. Tiêu chuẩn – khoản 2", "2. Có trình độ.", "Điều 5, khoản 2"),
        ("Điều 5. Tiêu chuẩn – khoản 2", "2. Gồm:\na) một;\nb) hai.", "Điều 5, khoản 2, điểm b"),
        ("Chương I – Điều 12a. Sửa đổi Điều 3", "Nội dung.", "Điều 12a"),
        ("Kết quả", "1. Việc một.", ""),
        ("", "Điều 5 nói rõ.", ""),
    ],
)
def test_the_place_is_read_from_the_heading_and_the_text(heading, text, place):
    assert str(place_of(heading, text)) == place


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Điều 5 quy định gì?", Provision("5")),
        ("diem a khoan 2 dieu 12 noi gi", Provision("12", "2", "a")),
        ("Khoản 3 nêu gì?", Provision("", "3")),
        ("Điều kiện mượn sách là gì?", Provision()),
        ("Có mấy điểm cầu dự họp?", Provision()),
    ],
)
def test_a_question_names_an_article(text, place):
    assert place_named(text) == place


@pytest.fixture(scope="module")
def answerer(embeddings) -> Iterator[Answerer]:
    ranking = load_ranking()
    documents = [
        document("muon-sach.md", "Quy định 07-QĐ/CB về việc mượn sách", REGULATION),
        document("tin.md", "Tin hội nghị", PROSE),
        document("khac.md", "Quy định 08-QĐ/CB về trực nhật", "Điều 1. Ai trực\nMọi đảng viên trực"
                 " nhật theo tuần.\nĐiều 2. Giờ trực\n1. Sáng từ bảy giờ.\n2. Chiều từ hai giờ."),
    ]  # fmt: skip
    with scratch_index(documents, embeddings) as (ledger, store):
        yield Answerer(Search(ledger.snapshot, store, embeddings, ranking), ranking)


@pytest.mark.parametrize(
    ("question", "place", "words"),
    [
        ("Điều 3 quy định gì?", "Điều 3, khoản", "hai mươi ngày"),
        ("dieu 3 khoan 2 quy dinh gi", "Điều 3, khoản 2", "nộp tiền bằng giá bìa"),
        ("Điều 2 Quy định 08-QĐ/CB nói gì?", "Điều 2, khoản", "Sáng từ bảy giờ"),
        ("Làm mất sách thì phải làm gì?", "Điều 3, khoản 2", "mua đền"),
    ],
)
def test_a_quote_is_cited_by_its_article_and_clause(answerer, question, place, words):
    answer = answerer.answer(question)

    assert answer.kind is Kind.ANSWER
    assert answer.quotes[0].place.startswith(place)
    assert any(words in quote.text for quote in answer.quotes)


def test_an_article_that_there_is_not_is_not_found(answerer):
    answer = answerer.answer("Điều 19 quy định gì?")

    assert (answer.kind, lead(answer)) == (Kind.NOT_FOUND, "Không nguồn nào có Điều 19.")


def test_prose_is_cited_without_an_article(answerer):
    answer = answerer.answer("Xã có bao nhiêu đảng viên?")

    assert (answer.kind, answer.quotes[0].place) == (Kind.ANSWER, "")
