"""One document as each of several producers writes it reads the same.

The files are of LibreOffice, Chromium, pandoc, python-docx and by hand; `make.py` beside them wrote
them.
"""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from retrieval.loading.folder import read_file
from retrieval.loading.official_head import read_head
from retrieval.models import OfficialField

FOLDER = Path(__file__).parents[2] / "data" / "documents"
DECISIONS = sorted(path.name for path in FOLDER.glob("decision-*"))
BY_LIBREOFFICE = [name for name in DECISIONS if name.endswith(".rtf")]
FLAT = ("decision-pandoc.docx", "decision-pandoc.odt")
"""Pandoc drops the rows over which a head goes: the file itself no more says what is under it."""


def read(name: str) -> str:
    return read_file(FOLDER / name, FOLDER, {}).text


def lines_of(name: str) -> list[str]:
    return [line for line in read(name).split("\n") if line]


@pytest.fixture(params=DECISIONS)
def decision(request: pytest.FixtureRequest) -> str:
    if request.param in BY_LIBREOFFICE and not shutil.which("soffice"):
        pytest.skip("numbers of RTF are counted by LibreOffice, which is not installed")
    return str(request.param)


def test_the_head_and_the_foot_become_fields(decision):
    document = read_file(FOLDER / decision, FOLDER, {})
    head = read_head(document.text)

    assert document.source.title == "Quyết định 27-QĐ/ĐU về việc thành lập Tổ công tác nước sạch"
    assert (document.source.publisher, document.source.date) == (
        "Đảng ủy xã Lũng Vài",
        date(2024, 8, 16),
    )
    assert head.signer == "Hoàng Thị Nhình"
    assert head.values(OfficialField.CAPACITY) == ("T/M BAN THƯỜNG VỤ, BÍ THƯ",)
    assert len(head.values(OfficialField.BASIS)) == 2
    assert head.values(OfficialField.RECIPIENT) == (
        "Ban Thường vụ Huyện ủy (b/c)",
        "Các chi bộ",
        "Lưu VP",
    )


def test_numbers_stand_before_their_words(decision):
    lines = [line.replace("a. ", "a) ").replace("b. ", "b) ") for line in lines_of(decision)]
    first = lines.index("Điều 1. Thành lập Tổ công tác nước sạch gồm 5 đồng chí.")

    assert lines[first + 1 : first + 5] == [
        "Điều 2. Tổ công tác có nhiệm vụ:",
        "a) Khảo sát nguồn nước ở từng thôn.",
        "b) Vận động mỗi hộ góp hai ngày công.",
        "Điều 3. Tổ công tác tự giải thể khi hoàn thành nhiệm vụ.",
    ]


def test_rows_carry_the_heads_of_merged_cells(decision):
    rows = [line for line in lines_of(decision) if line.startswith("Thôn: ")]

    if decision in FLAT:
        assert rows[-1] == "Thôn: Nà Lạn; Số hộ: 27; Ghi chú: đường hỏng"
    else:
        assert rows == [
            "Thôn: Pắc Ngà; Số hộ – Đã có nước: 31; Số hộ – Chưa có: 4",
            "Thôn: Nà Lạn; Số hộ – Chưa có: 27; Ghi chú: đường hỏng",
        ]


@pytest.mark.parametrize("name", sorted(path.name for path in FOLDER.glob("boxes-*")))
def test_boxes_controls_changes_and_notes_are_read_once(name):
    assert lines_of(name) == [
        "Thông tin hỗ trợ làm bể nước ở xã Lũng Vài",
        "Mỗi bể được hỗ trợ 450.000 đồng[1].",
        "Nơi nhận hồ sơ: nhà văn hóa thôn Pắc Ngà",
        "Hạn nhận hồ sơ: 16 giờ ngày 05/12/2024",
        "Hồ sơ gồm đơn và ảnh chụp bể cũ.",
        "[1] Lấy từ quỹ xây dựng nông thôn mới.",
    ]


@pytest.mark.parametrize("name", sorted(path.name for path in FOLDER.glob("columns-*")))
def test_columns_are_read_one_after_the_other(name):
    text = read(name)

    assert text.count("trong đó 2 đoạn phải thay ngay.") > 1
    assert text.count("cho đặt trạm biến áp trên 80 mét vuông đất nhà mình.") > 1
    assert text.count("từ cầu Nà Tèn đến trường.") > 1


@pytest.mark.parametrize("name", sorted(path.name for path in FOLDER.glob("short-lines-*")))
def test_short_ends_of_paragraphs_are_kept_and_paragraphs_stay_apart(name):
    lines = lines_of(name)

    assert [line.split()[-1] for line in lines] == ["2029.", "88%.", "ngày.", "phố."]
    assert lines[-1] == "Phường có 6 khu phố."
