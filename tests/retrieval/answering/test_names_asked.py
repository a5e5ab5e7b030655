"""Who or what a question names is looked for in all that is near, not in the best source alone."""

from __future__ import annotations

import pytest
from indexes import MemoryFolder, Opened, document

from retrieval.answering.chain import Answerer
from retrieval.embeddings.models import BuiltinEmbeddings
from retrieval.indexing.reload import reload
from retrieval.models import Kind
from retrieval.ranking.retriever import Search
from retrieval.ranking.weights import load_ranking

THREE = (
    document(
        "hoa-lu.md",
        "Huyện ủy Hoa Lư (Hà Giang) sơ kết công tác xây dựng Đảng",
        "Sáng 10/7, Bí thư Huyện ủy Nguyễn Văn Sơn chủ trì hội nghị sơ kết công tác xây dựng Đảng"
        " sáu tháng đầu năm. Phát biểu tại hội nghị, đồng chí Nguyễn Văn Sơn yêu cầu các chi bộ"
        " chuẩn bị tốt nhân sự đại hội. Ban Dân vận Huyện ủy báo cáo đã xây dựng 15 mô hình dân"
        " vận khéo. Xã Đồng Mai kết nạp 12 đảng viên mới, đứng đầu toàn huyện.",
    ),
    document(
        "tam-diep.md",
        "Thành ủy Tam Điệp làm việc với các phường",
        "Chiều 2/8, Phó Bí thư Thành ủy Lê Thị Hà làm việc với các phường về đại hội chi bộ. Theo"
        " bà Lê Thị Hà, đại hội chi bộ phải xong trước tháng 3, nhân sự phải được lấy phiếu tín"
        " nhiệm. Ban Tuyên giáo Thành ủy tổ chức bốn lớp học nghị quyết. Phường Bắc Sơn kết nạp"
        " được 8 quần chúng ưu tú.",
    ),
    document(
        "yen-mo.md",
        "Yên Mô biểu dương đảng viên tiêu biểu",
        "Huyện ủy Yên Mô tặng giấy khen cho 30 đảng viên tiêu biểu, trong đó có đồng chí Trần Quốc"
        " Bảo, Bí thư Chi bộ thôn Lạc Hiền. Đồng chí Trần Quốc Bảo vận động bà con hiến đất làm"
        " đường. Ban Nội chính Huyện ủy chuyển ba vụ việc sang cơ quan điều tra.",
    ),
)


@pytest.fixture
def answerer(index: Opened, embeddings: BuiltinEmbeddings) -> Answerer:
    reload(MemoryFolder(*THREE), index.ledger, index.store, embeddings)
    ranking = load_ranking()
    return Answerer(Search(index.ledger.snapshot, index.store, embeddings, ranking), ranking)


def test_the_source_that_bears_the_name_answers(answerer: Answerer) -> None:
    for question, words in (
        ("Lê Thị Hà phát biểu tại hội nghị yêu cầu các chi bộ làm gì?", "trước tháng 3"),
        ("Đồng chí Trần Quốc Bảo phát biểu tại hội nghị sơ kết là ai?", "thôn Lạc Hiền"),
        ("Ban Tuyên giáo Thành ủy báo cáo xây dựng, tổ chức mấy lớp?", "bốn lớp"),
        ("Phường Bắc Sơn kết nạp được bao nhiêu đảng viên mới?", "8 quần chúng"),
        ("Xã Đồng Mai Hà Giang kết nạp bao nhiêu đảng viên", "12 đảng viên"),
        ("LÊ THỊ HÀ YÊU CẦU GÌ VỀ NHÂN SỰ ĐẠI HỘI CHI BỘ?", "phiếu tín nhiệm"),
        ("PHƯỜNG BẮC SƠN KẾT NẠP ĐƯỢC BAO NHIÊU QUẦN CHÚNG?", "8 quần chúng"),
    ):
        quotes = answerer.answer(question).quotes
        assert quotes, question
        assert words in quotes[0].text, question


def test_a_name_that_none_bears_is_refused(answerer: Answerer) -> None:
    for question, subject in (
        ("Phạm Thị Lan yêu cầu gì về nhân sự đại hội?", "Phạm Thị Lan"),
        ("PHẠM THỊ LAN YÊU CẦU GÌ VỀ NHÂN SỰ ĐẠI HỘI?", "Phạm Thị Lan"),
        ("Ban Kinh tế Huyện ủy xây dựng bao nhiêu mô hình?", "Ban Kinh tế"),
        ("Xã Khánh Thịnh kết nạp bao nhiêu đảng viên mới?", "Xã Khánh Thịnh"),
    ):
        answer = answerer.answer(question)
        assert answer.kind is Kind.NOT_FOUND, question
        assert answer.refusal, question
        assert answer.refusal.subjects == (subject,), question
