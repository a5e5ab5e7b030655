"""Texts that a source has already, word for word or nearly."""

import pytest
from indexes import MemoryFolder, document

from retrieval.duplicates import SAME, likeness, shingles, twins
from retrieval.indexing import reload

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
