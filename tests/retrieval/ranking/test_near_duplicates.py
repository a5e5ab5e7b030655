"""Texts that a source has already, word for word or nearly."""

import pytest
from indexes import MemoryFolder, document

from retrieval.answering.quotes import select
from retrieval.indexing.reload import reload
from retrieval.ranking.near_duplicates import SAME, twins
from retrieval.ranking.retriever import Search
from retrieval.ranking.weights import load_ranking
from retrieval.text.minhash import likeness, shingles

SENTENCES = [
    f"Trong {month} tháng đầu năm, đảng bộ thứ {month} kết nạp {month * 37} đảng viên mới ở cơ sở."
    for month in range(2, 12)
]
TEXT = " ".join(SENTENCES)


@pytest.fixture
def snap(index, embeddings):
    folder = MemoryFolder(
        document("goc.md", "Gốc", TEXT),
        document("khac.md", "Khác", "Trung ương sắp xếp lại tổ chức bộ máy."),
    )
    reload(folder, index.ledger, index.store, embeddings)
    with index.ledger.snapshot() as snap:
        yield snap


def test_the_same_text_is_found_whatever_its_spaces_and_capitals(snap):
    (twin,) = twins(snap, "Tin mới: " + TEXT.upper().replace(" ", "  "))

    assert twin.source.id == "goc"
    assert twin.likeness > SAME


def test_a_text_half_written_anew_is_nearly_the_same(snap):
    own = "Phần còn lại nói về việc khác hẳn, không trùng với bài nào đã có trong kho tài liệu này."
    (twin,) = twins(snap, " ".join([*SENTENCES[:7], own, own.lower(), own.upper()]))

    assert 0.5 <= twin.likeness < SAME


def test_another_text_on_the_same_matter_is_not(snap):
    text = "Năm nay các đảng bộ chú trọng kết nạp đảng viên mới ở cơ sở, nhất là đoàn viên trẻ."

    assert twins(snap, text) == []


@pytest.mark.parametrize("text", ["", "Một.", "…"])
def test_short_texts_are_no_fault(snap, text):
    assert twins(snap, text) == []


def test_likeness_is_a_share_of_the_shorter_text():
    assert likeness(shingles("một hai ba bốn"), shingles("không một hai ba bốn năm")) == 1
    assert likeness(shingles("một hai ba bốn"), shingles("năm sáu bảy tám")) == 0


async def test_texts_that_are_nearly_the_same_never_fill_two_quotes(index, embeddings):
    said = "Năm 2024, Đảng bộ thành phố Hà Nội kết nạp 11.144 đảng viên mới, vượt chỉ tiêu đề ra."
    again = said.replace("Năm 2024, Đảng bộ", "Trong năm 2024, Đảng bộ")
    folder = MemoryFolder(
        document("mot.md", "Hà Nội tổng kết", f"{said} {TEXT}"),
        document("hai.md", "Hà Nội tổng kết năm", f"{again} {TEXT}"),
        document("ba.md", "Tin Hà Nội", again.replace("vượt chỉ tiêu đề ra", "vượt chỉ tiêu")),
    )
    reload(folder, index.ledger, index.store, embeddings)
    ranking = load_ranking()
    search = Search(index.ledger.snapshot, index.store, embeddings, ranking)

    findings = search.find("Năm 2024 Hà Nội kết nạp bao nhiêu đảng viên?")
    quotes = select(findings, ranking)

    assert "11.144" in quotes[0].text
    assert sum("11.144" in quote.text for quote in quotes) == 1
