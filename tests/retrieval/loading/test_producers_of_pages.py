"""Notices, pages, lists, notes and odd letters read the same of every program that writes them.

The files are of LibreOffice, Chromium, pandoc, python-docx and by hand; `make_pages.py` beside them
wrote them.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from retrieval.errors import SourceError
from retrieval.loading import formats, pdf
from retrieval.loading.drafts import draft_of
from retrieval.loading.folder import read_file
from retrieval.loading.ocr import missing
from retrieval.loading.official_head import read_head
from retrieval.loading.worker import read_apart
from retrieval.models import Document

FOLDER = Path(__file__).parents[2] / "data" / "documents"


def files(kind: str) -> list[str]:
    return sorted(path.name for path in FOLDER.glob(f"{kind}-*"))


def read(name: str) -> Document:
    return read_file(FOLDER / name, FOLDER, {})


def lines_of(name: str) -> list[str]:
    return [line for line in read(name).text.split("\n") if line]


@pytest.mark.parametrize("name", files("notices"))
def test_no_line_ends_a_document(name):
    lines = lines_of(name)

    assert lines[0] == "Thông báo tuyển cộng tác viên của Trang tin Đảng bộ xã Tả Sìn"
    assert [line.split()[0] for line in lines[1:]] == (
        ["Trang", "Họ", "Email:", "Bài", "Bình", "Bình", "Giấy", "Tổng", "Mỗi", "Đăng", "©", "Bài"]
    )
    assert lines[-1] == "Bài hay nhất của quý được đọc trên loa truyền thanh ở cả 7 thôn."


@pytest.mark.parametrize("name", files("directive"))
def test_a_head_in_columns_with_a_subject_of_two_lines_becomes_fields(name):
    document = read(name)
    head = read_head(document.text)

    assert document.source.title == (
        "Chỉ thị 96-CT/TW về trồng cây phân tán ở trụ sở và nhà văn hóa của các thôn, bản"
    )
    assert (document.source.publisher, document.source.date) == ("Ban Bí thư", date(2024, 10, 7))
    assert head is not None
    assert (head.place, head.signer) == ("Hà Nội", "Vi Văn Sao")
    assert "1. Mỗi trụ sở trồng ít nhất 12 cây bản địa trong năm 2025." in document.text


@pytest.mark.parametrize("name", files("sealed"))
def test_a_pdf_that_does_not_name_its_letters_is_refused_where_no_machine_reads(monkeypatch, name):
    for module in (formats, pdf):
        monkeypatch.setattr(module, "missing", lambda: "máy chưa cài Tesseract")

    with pytest.raises(SourceError, match="Unicode"):
        formats.read_bytes((FOLDER / name).read_bytes(), FOLDER / name)


@pytest.mark.skipif(bool(missing()), reason="no picture can be read")
def test_a_pdf_that_does_not_name_its_letters_is_read_by_machine_and_marked():
    document = read("sealed-chromium.pdf")

    assert document.source.read_by_machine
    assert "Mỗi bài được trả 120.000 đồng từ quỹ của Đảng ủy xã Tả Sìn." in document.text


@pytest.mark.parametrize("name", files("running"))
def test_running_heads_and_numbers_of_pages_are_furniture(name):
    document = read(name)
    lines = [line for line in document.text.split("\n") if line]

    assert len(lines) == 10
    assert all(line.startswith("Thôn ") and line.endswith("/9.") for line in lines[:-1])
    assert lines[-1] == "Cả xã còn thiếu 45 bóng đèn."
    assert any("Báo cáo quý II năm 2024" in line for line in document.left_out)


@pytest.mark.parametrize("name", files("cells"))
def test_lists_in_cells_and_empty_cells_stay_under_their_heads(name):
    assert [line for line in lines_of(name) if line.startswith("Thôn: ")] == [
        "Thôn: Séo Lủng; Việc đã làm: Xong 14 bể nước, Còn 3 bể thiếu nắp",
        "Thôn: Dền Sán; Hạn: 15/9/2024",
    ]


@pytest.mark.parametrize("name", files("lists"))
def test_numbers_of_nested_lists_stand_before_their_words(name):
    lines = lines_of(name)[-6:]

    assert [lines[0], lines[3]] == ["I. Việc của chi bộ", "II. Việc của đảng viên"]
    assert [line.partition(" ")[2] for line in lines] == [
        *("Việc của chi bộ", "Họp vào ngày 3 hằng tháng", "Thu đảng phí trước ngày 10"),
        *("Việc của đảng viên", "Dự họp đủ, ghi sổ tay", "Giúp hai hộ nghèo sửa nhà"),
    ]
    # Pandoc's own ways of counting the second level differ from format to format.
    assert [line.split()[0] for line in lines[1:3]] in (["1.", "2."], ["a.", "b."])


@pytest.mark.parametrize("name", files("notes"))
def test_notes_stand_apart_from_the_sentence_that_they_belong_to(name):
    lines = lines_of(name)

    assert lines[:2] == [
        "Xã cấp 48 bộ lọc nước cho hộ nghèo[1] ở ba thôn vùng cao.",
        "Mỗi bộ dùng được 26 tháng[2], sau đó thay lõi.",
    ]
    assert [line.partition(" ")[2] for line in lines[-2:]] == [
        "Hộ nghèo theo danh sách rà soát tháng 12 năm 2023.",
        "Số do nhà máy ghi trên vỏ.",
    ]


@pytest.mark.parametrize("name", files("strokes"))
def test_letters_that_look_like_d_with_a_stroke_are_it_in_every_format(name):
    document = read(name)

    assert "Đảng bộ phường Đông Lĩnh có 238 đảng viên tính đến ngày 30/6/2024." in document.text
    assert "Đồng chí Đặng Đình Điềm được bầu làm Bí thư Đảng ủy" in document.text
    assert not document.source.read_by_machine


@pytest.mark.parametrize("name", files("letters"))
def test_headings_set_apart_or_drawn_twice_are_words(name):
    assert lines_of(name) == [
        "KẾ HOẠCH DỰNG CẦU TREO",
        "Cầu treo thôn Hầu Thào dài 64 mét, khánh thành ngày 2 tháng 9 năm 2024.",
    ]


@pytest.mark.parametrize("name", files("news"))
def test_a_page_of_a_site_tells_its_title_and_day_and_keeps_its_article(name):
    document = read(name)
    source = document.source
    lines = [line for line in document.text.split("\n") if line]
    at = lines.index("Xã Tả Sìn đưa nước về bốn thôn vùng cao")

    assert (source.title, source.date) == (lines[at], date(2024, 5, 17))
    assert source.publisher == ("Báo Mây Chiều" if name.endswith(".html") else "")
    assert [line.split()[0] for line in lines[at + 1 : at + 4]] == ["Thực", "Bí", "Nhân"]
    assert lines[at + 3].endswith("đặt ống, xây bể chứa.")


@pytest.mark.parametrize("name", files("mojibake"))
def test_garbled_letters_are_refused(name):
    with pytest.raises(SourceError, match=r"lẫn lộn|Unicode"):
        read(name)


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("boxes-hand-written.docx", "a.txt"),
        ("decision-python-docx.docx", "a.md"),
        ("columns-chromium.pdf", "a.docx"),
        ("columns-libreoffice.pdf", "a.txt"),
        ("decision-libreoffice.rtf", "a.html"),
        ("cells-libreoffice.odt", "a.docx"),
        ("notices-pandoc.docx", "a.pdf"),
    ],
)
def test_content_that_its_name_does_not_promise_is_refused_by_every_way_in(tmp_path, name, called):
    data = (FOLDER / name).read_bytes()
    (tmp_path / called).write_bytes(data)

    with pytest.raises(SourceError, match="như tên tệp nói"):
        read_file(tmp_path / called, tmp_path, {})
    with pytest.raises(SourceError, match="như tên tệp nói"):
        draft_of(data, name=called)


@pytest.mark.parametrize(
    "name",
    ["decision-pandoc.docx", "cells-libreoffice.odt", "boxes-hand-written.docx"],
)
def test_files_cut_short_are_refused(name):
    data = (FOLDER / name).read_bytes()

    with pytest.raises(SourceError):
        read_apart(data[: len(data) // 2], Path(name).suffix)
