"""Official documents as offices have them: tables, tabs, web pages, worn-out letters."""

from __future__ import annotations

from pathlib import Path

import docx
import pytest

from retrieval.loading.folder import read_file
from retrieval.loading.official_head import OfficialHead, read_head
from retrieval.models import Document, OfficialField

FIELDS = (OfficialField.NUMBER, OfficialField.ISSUER, OfficialField.DATE, OfficialField.SIGNER)


def columns(made, *cells: list[str]) -> None:
    table = made.add_table(1, len(cells))
    for cell, lines in zip(table.rows[0].cells, cells, strict=True):
        cell.paragraphs[0].text = lines[0]
        for line in lines[1:]:
            cell.add_paragraph(line)


def in_tables(made) -> None:
    left = ["THÀNH ỦY VÂN HỒ", "BAN TUYÊN GIÁO", "*", "Số 31-BC/BTGTU"]
    columns(made, left, ["ĐẢNG CỘNG SẢN VIỆT NAM", "", "Vân Hồ, ngày 9 tháng 3 năm 2024"])
    for line in ("BÁO CÁO", "kết quả tuyên truyền miệng quý I năm 2024", "-----"):
        made.add_paragraph(line)
    made.add_paragraph("Đã tổ chức 18 buổi nói chuyện với 2.140 người nghe.")
    right = ["T/M LÃNH ĐẠO BAN", "PHÓ TRƯỞNG BAN", "", "Quách Thu Hà"]
    columns(made, ["Nơi nhận:", "- Thường trực Thành ủy,", "- Các chi bộ,", "- Lưu."], right)


def in_rows(made) -> None:
    motto = ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "------"]
    columns(made, ["ỦY BAN NHÂN DÂN", "XÃ EA TRÔL", "-------"], motto)
    columns(made, ["Số: 08/2024/QĐ-UBND"], ["Ea Trôl, ngày 22 tháng 8 năm 2024"])
    for line in ("QUYẾT ĐỊNH", "Về việc đặt tên đường buôn", "Căn cứ Luật Đất đai ngày 18/1/2024;"):
        made.add_paragraph(line)
    made.add_paragraph("Điều 1. Đặt tên 4 đường buôn.")
    columns(made, ["Nơi nhận:", "- Như Điều 1;", "- Các buôn;", "- Lưu: VT."],
            ["KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH", "", "Y Bliêng Niê"])  # fmt: skip


def with_tabs(made) -> None:
    for line in (
        "ĐẢNG BỘ HUYỆN MƯỜNG SO\tĐẢNG CỘNG SẢN VIỆT NAM",
        "CHI BỘ TRƯỜNG HOA LÊ",
        "*\tMường So, ngày 3 tháng 12 năm 2024",
        *("Số 04-TTr/CB", "TỜ TRÌNH", "Về việc công nhận đảng viên chính thức", ""),
        *("Kính gửi: Đảng ủy xã Mường So", "Chi bộ đề nghị công nhận đồng chí Tao Thị Pếnh.", ""),
        *("Nơi nhận:", "- Như trên,", "- Lưu.", "T/M CHI BỘ", "BÍ THƯ", "", "Lường Thị Xôm"),
    ):
        made.add_paragraph(line)


@pytest.mark.parametrize(
    ("made", "title", "values", "recipients"),
    [
        (
            in_tables,
            "Báo cáo 31-BC/BTGTU kết quả tuyên truyền miệng quý I năm 2024",
            ("31-BC/BTGTU", "Ban Tuyên giáo Thành ủy Vân Hồ", "2024-03-09", "Quách Thu Hà"),
            ("Thường trực Thành ủy", "Các chi bộ", "Lưu"),
        ),
        (
            in_rows,
            "Quyết định 08/2024/QĐ-UBND về việc đặt tên đường buôn",
            ("08/2024/QĐ-UBND", "Ủy ban nhân dân xã Ea Trôl", "2024-08-22", "Y Bliêng Niê"),
            ("Như Điều 1", "Các buôn", "Lưu: VT"),
        ),
        (
            with_tabs,
            "Tờ trình 04-TTr/CB về việc công nhận đảng viên chính thức",
            ("04-TTr/CB", "Chi bộ Trường Hoa Lê", "2024-12-03", "Lường Thị Xôm"),
            ("Đảng ủy xã Mường So", "Như trên", "Lưu"),
        ),
    ],
)
def test_a_word_document_says_what_its_form_says(tmp_path, made, title, values, recipients):
    file = docx.Document()
    made(file)
    file.save(str(tmp_path / "van-ban.docx"))

    document, head = read(tmp_path / "van-ban.docx")

    assert document.source.title == title
    assert tuple(head.values(field)[0] for field in FIELDS) == values
    assert head.values(OfficialField.RECIPIENT) == recipients


PAGE = """<html><head><title>Cổng thông tin xã Ea Trôl</title></head><body><table><tr>
<td>HỘI ĐỒNG NHÂN DÂN<br>XÃ EA TRÔL<br>-------</td><td>CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM<br>
Độc lập - Tự do - Hạnh phúc</td></tr><tr><td>Số: 12/NQ-HĐND</td>
<td>Ea Trôl, ngày 30 tháng 7 năm 2025</td></tr></table><h3>NGHỊ QUYẾT</h3>
<p><b>Về mức thu phí chợ buôn</b></p><p>Xét Tờ trình số 40/TTr-UBND ngày 20/7/2025 của xã,</p>
<p>QUYẾT NGHỊ:</p><p>Điều 1. Mức thu phí chợ buôn là 3.000 đồng một lượt với người bán rong và
5.000 đồng một ngày với quầy cố định ở trong nhà lồng.</p><p>Điều 2. Có hiệu lực từ ngày 10/8/2025.
</p><table><tr><td>Nơi nhận:<br>- UBND xã;<br>- Lưu: VT.</td><td>CHỦ TỊCH<br><br>Hà Sỹ Đồng</td>
</tr></table></body></html>"""


def test_a_page_that_shows_a_directive_goes_by_the_directive(tmp_path):
    (tmp_path / "trang.html").write_text(PAGE, encoding="utf-8")

    document, head = read(tmp_path / "trang.html")

    assert document.source.title == "Nghị quyết 12/NQ-HĐND về mức thu phí chợ buôn"
    assert str(document.source.date) == "2025-07-30"
    assert head.signer == "Hà Sỹ Đồng"
    assert head.values(OfficialField.RECIPIENT) == ("UBND xã", "Lưu: VT")


WORN = """T Ỉ N H  Ủ Y  HÒA  LẠC            ĐẢNG  CỘNG  SẢN  VIỆT  NAM
Số : 9 - QĐi / TU            Hòa Lạc ,  ngày  1  tháng  2  năm  2025
QUY  ĐỊNH
về  tiếp  công  dân  của  người  đứng  đầu  cấp  ủy
- Căn cứ Quy định số 11-QĐi/TW, ngày 18/02/2019 của Bộ Chính trị,
Điều 1 . Người đứng đầu tiếp dân mỗi tháng một ngày .
Nơi  nhận :                       T/M  BAN  THƯỜNG  VỤ
- Các huyện ủy ,                  PHÓ  BÍ  THƯ
- Lưu VP .                        Tráng  A  Tủa
"""
MOVED = """HUYỆN ỦY LA PAN
*
Số 3-KL/HU
KẾT LUẬN
ĐẢNG CỘNG SẢN VIỆT NAM
La Pan, ngày 4 tháng 5 năm 2024
về sửa đường vào bản
-----
Ban Thường vụ kết luận như sau: sửa 4 km đường.
T/M BAN THƯỜNG VỤ
Sùng A Lử
"""


@pytest.mark.parametrize(
    ("text", "title", "values"),
    [
        (
            WORN,
            "Quy định 9-QĐi/TU về tiếp công dân của người đứng đầu cấp ủy",
            ("9-QĐi/TU", "Tỉnh ủy Hòa Lạc", "2025-02-01", "Tráng A Tủa"),
        ),
        (
            MOVED,
            "Kết luận 3-KL/HU về sửa đường vào bản",
            ("3-KL/HU", "Huyện ủy La Pan", "2024-05-04", "Sùng A Lử"),
        ),
    ],
)
def test_letters_set_apart_and_columns_read_one_after_the_other(tmp_path, text, title, values):
    (tmp_path / "quet.txt").write_text(text, encoding="utf-8")

    document, head = read(tmp_path / "quet.txt")

    assert document.source.title == title
    assert tuple(head.values(field)[0] for field in FIELDS) == values


def read(path: Path) -> tuple[Document, OfficialHead]:
    document = read_file(path, path.parent, {})
    head = read_head(document.text)
    assert head is not None
    assert all(document.text[one.start : one.end].strip() for one in head.stated)
    return document, head
