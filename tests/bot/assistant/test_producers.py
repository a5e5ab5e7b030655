"""Questions over one file of each kind and producer: what was read of it is what is quoted."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from indexes import Opened, opened

from bot.assistant.assistant import Assistant
from retrieval.answering.chain import Answerer
from retrieval.embeddings.models import BuiltinEmbeddings
from retrieval.indexing.reload import reload
from retrieval.loading.folder import SourceFolder
from retrieval.models import Kind
from retrieval.ranking.retriever import Search
from retrieval.ranking.weights import load_ranking

FOLDER = Path(__file__).parents[2] / "data" / "documents"
FILES = (
    *("decision-hand-written.docx", "boxes-libreoffice.odt", "columns-chromium.pdf"),
    *("notices-pandoc.docx", "cells-python-docx.docx", "notes-libreoffice.pdf"),
    *("running-libreoffice.pdf", "strokes-chromium.pdf", "letters-twice-libreoffice.pdf"),
    *("short-lines-pandoc.docx", "lists-pandoc.md", "news-pandoc.txt"),
)


@pytest.fixture(scope="module")
def read(
    tmp_path_factory: pytest.TempPathFactory, embeddings: BuiltinEmbeddings
) -> Iterator[Opened]:
    """The index of FILES."""
    sources = tmp_path_factory.mktemp("sources")
    for name in FILES:
        shutil.copy(FOLDER / name, sources)
    with opened(tmp_path_factory.mktemp("index")) as index:
        report = reload(SourceFolder(sources), index.ledger, index.store, embeddings)
        assert len(report.added) == len(FILES)
        yield index


@pytest.fixture(scope="module")
def assistant(read: Opened, embeddings: BuiltinEmbeddings) -> Assistant:
    ranking = load_ranking()
    search = Search(read.ledger.snapshot, read.store, embeddings, ranking)
    return Assistant(Answerer(search, ranking))


@pytest.mark.parametrize(
    ("question", "path", "words"),
    [
        ("Quyết định 27-QĐ/ĐU do ai ký?", FILES[0], "Hoàng Thị Nhình"),
        ("Quyết định 27-QĐ/ĐU về việc gì?", FILES[0], "thành lập Tổ công tác nước sạch"),
        ("Điều 3 Quyết định 27-QĐ/ĐU nói gì?", FILES[0], "tự giải thể khi hoàn thành"),
        ("Thôn Nà Lạn có bao nhiêu hộ chưa có nước?", FILES[0], "Chưa có: 27"),
        ("Hạn nhận hồ sơ hỗ trợ làm bể nước là khi nào?", FILES[1], "16 giờ ngày 05/12/2024"),
        ("Mỗi bể nước ở xã Lũng Vài được hỗ trợ bao nhiêu?", FILES[1], "450.000 đồng"),
        ("Trạm điện huyện đo được mấy đoạn dây yếu?", FILES[2], "6 đoạn dây yếu"),
        ("Bài gửi Trang tin xã Tả Sìn không quá bao nhiêu chữ?", FILES[3], "không quá 700 chữ"),
        ("Bài hay nhất của quý được đọc ở mấy thôn?", FILES[3], "cả 7 thôn"),
        ("Hạn của thôn Dền Sán trong báo cáo bể nước?", FILES[4], "Hạn: 15/9/2024"),
        ("Mỗi bộ lọc nước dùng được bao nhiêu tháng?", FILES[5], "26 tháng"),
        ("Thôn Vù Lùng hẹn xong trước ngày nào?", FILES[6], "trước ngày 10/9"),
        ("Đảng bộ phường Đông Lĩnh có bao nhiêu đảng viên?", FILES[7], "238 đảng viên"),
        ("Ai là Bí thư Ðảng ủy phường Ðông Lĩnh?", FILES[7], "Đặng Đình Điềm"),
        ("Cầu treo thôn Hầu Thào dài bao nhiêu mét?", FILES[8], "64 mét"),
        ("Phường có mấy khu phố?", FILES[9], "6 khu phố"),
        ("Chi bộ họp vào ngày nào hằng tháng?", FILES[10], "1. Họp vào ngày 3 hằng tháng"),
        ("Đảng viên giúp mấy hộ nghèo sửa nhà?", FILES[10], "b. Giúp hai hộ nghèo"),
        ("Xã Tả Sìn có bao nhiêu hộ đã có nước tới sân?", FILES[11], "143 hộ"),
    ],
)
async def test_what_was_read_is_quoted(assistant, read, question, path, words):
    answer = await assistant.answer(question, [])

    assert answer.kind is Kind.ANSWER, answer
    best = answer.quotes[0]
    assert (best.source.path, words in best.text) == (path, True), best.text
    with read.ledger.snapshot() as snap:
        assert snap.text(best.source.id)[best.start : best.end] == best.text
