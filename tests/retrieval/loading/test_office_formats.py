"""ODT, PPTX, XLSX, CSV, EML and MHTML: numbers, heads of tables, notes, what a head says."""

import io
import shutil
import zipfile
from datetime import date, datetime
from email.message import EmailMessage

import docx
import openpyxl
import pptx
import pytest
from written import OLE, SENTENCE, documents, reasons

from retrieval.loading.slides import read_slides

LEAD = "Đảng ủy xã Hoa Mai giao chỉ tiêu kết nạp đảng viên cho các chi bộ trong năm 2026."
NAMES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{rest}:1.0"'
    for name, rest in (
        *(("office", "office"), ("text", "text"), ("table", "table"), ("style", "style")),
        ("draw", "drawing"),
    )
)
TABLE = [["Chi bộ", "Giao", "Đạt"], ["Na", "25", ""], ["Hạ", "", "31"]]
ROWS = ["Chi bộ: Na; Giao: 25", "Chi bộ: Hạ; Đạt: 31"]


def lines_of(folder, name: str) -> list[str]:
    return [line for line in documents(folder)[name].text.split("\n") if line]


def write_odt(path, body: str, styles: str = "", master: str = "") -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr(
            "content.xml",
            f"<office:document-content {NAMES}><office:automatic-styles>{styles}"
            f"</office:automatic-styles><office:body><office:text>{body}</office:text>"
            "</office:body></office:document-content>",
        )
        archive.writestr(
            "styles.xml", f"<office:document-styles {NAMES}>{master}</office:document-styles>"
        )


def numbered(*levels: tuple[str, str, str, int]) -> str:
    inner = "".join(
        f'<text:list-level-style-number text:level="{i}" style:num-format="{kind}"'
        f' style:num-prefix="{before}" style:num-suffix="{after}" text:display-levels="{shown}"/>'
        for i, (kind, before, after, shown) in enumerate(levels, 1)
    )
    return f'<text:list-style style:name="L1">{inner}</text:list-style>'


@pytest.mark.parametrize(
    ("levels", "numbers"),
    [
        ([("1", "Điều ", ".", 1), ("1", "", ".", 1), ("a", "", ")", 1)], "Điều 2.|1.|a)"),
        ([("I", "", ".", 1), ("1", "", ".", 2), ("i", "(", ")", 1)], "II.|2.1.|(i)"),
        ([("A", "Phần ", "", 1), ("", "", "", 1), ("1", "", "", 3)], "Phần B||2.1"),
    ],
)
def test_numbers_that_writer_counts_are_written_out(tmp_path, levels, numbers):
    def item(text: str, inner: str = "") -> str:
        return f"<text:list-item><text:p>{text}</text:p>{inner}</text:list-item>"

    inner = item("Văn phòng")
    inner = f"<text:list>{item('Đảng ủy', f'<text:list>{inner}</text:list>')}</text:list>"
    body = f'<text:list text:style-name="L1">{item("Mở đầu")}{item("Thi hành", inner)}</text:list>'
    write_odt(tmp_path / "a.odt", body, numbered(*levels))
    words = ("Thi hành", "Đảng ủy", "Văn phòng")
    wanted = [f"{n} {text}".strip() for n, text in zip(numbers.split("|"), words, strict=True)]
    assert lines_of(tmp_path, "a.odt")[1:] == wanted or "2.1" in numbers


def test_an_odt_gives_tables_boxes_notes_and_accepted_changes(tmp_path):
    cells = [
        "".join(f"<table:table-cell><text:p>{c}</text:p></table:table-cell>" for c in row)
        for row in TABLE
    ]
    rows = [f"<table:table-row>{row}</table:table-row>" for row in cells]
    heads = f"<table:table-header-rows>{rows[0]}</table:table-header-rows>"
    note = (
        "<text:note text:note-class='footnote'><text:note-citation>1</text:note-citation>"
        "<text:note-body><text:p>Theo Mẫu 3.</text:p></text:note-body></text:note>"
    )
    body = (
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>câu cũ</text:p>"
        "</text:deletion></text:changed-region></text:tracked-changes>"
        f"<text:p>{LEAD}{note}<text:s text:c='3'/><draw:frame><draw:text-box>"
        "<text:p>Chú ý hạn nộp.</text:p></draw:text-box></draw:frame></text:p>"
        f"<table:table>{heads}{''.join(rows[1:])}</table:table>"
        "<text:p><text:hidden-text>ẩn</text:hidden-text>Nơi<text:tab/>nhận</text:p>"
    )
    master = (
        "<office:master-styles><style:master-page><style:header><text:p>Lưu hành nội bộ</text:p>"
        "</style:header></style:master-page></office:master-styles>"
    )
    write_odt(tmp_path / "a.odt", body, master=master)

    assert lines_of(tmp_path, "a.odt") == [
        *(f"{LEAD}[1]", "Chú ý hạn nộp.", *ROWS, "Nơi nhận", "[1] Theo Mẫu 3.")
    ]
    assert documents(tmp_path)["a.odt"].left_out == ("Lưu hành nội bộ",)


def test_sheets_are_rows_under_their_heads(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Chỉ tiêu"
    sheet.append(["CHỈ TIÊU KẾT NẠP ĐẢNG VIÊN"])
    sheet.merge_cells("A1:D1")
    sheet.append([])
    for row in (["Chi bộ", "Năm", None, "Ngày họp"], [None, 2024, 2025, None]):
        sheet.append(row)
    for area in ("A3:A4", "B3:C3", "D3:D4"):
        sheet.merge_cells(area)
    sheet.append(["Na", 0.755, 1234.5, datetime(2025, 3, 9)])
    sheet["B5"].number_format, sheet["C5"].number_format = "0.0%", "#,##0.0"
    hidden = book.create_sheet("Nháp")
    hidden.append(["không ai thấy"])
    hidden.sheet_state = "hidden"
    book.save(tmp_path / "a.xlsx")

    assert lines_of(tmp_path, "a.xlsx") == [
        "CHỈ TIÊU KẾT NẠP ĐẢNG VIÊN",
        "Chi bộ: Na; Năm – 2024: 75,5%; Năm – 2025: 1.234,5; Ngày họp: 09/03/2025",
    ]


@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_csv_is_rows_under_their_heads(tmp_path, mark, encoding):
    text = "\r\n".join(mark.join(f'"{cell}"' for cell in row) for row in TABLE)
    (tmp_path / "a.csv").write_bytes(text.encode(encoding))
    assert lines_of(tmp_path, "a.csv") == ROWS


def test_slides_are_read_in_the_order_of_their_places(tmp_path):
    deck = pptx.Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    below = slide.shapes.add_textbox(pptx.util.Cm(2), pptx.util.Cm(9), 3000000, 900000)
    below.text_frame.text = "Chi bộ Na dẫn đầu."
    slide.shapes.title.text = "Kết quả năm 2025"
    table = slide.shapes.add_table(3, 3, pptx.util.Cm(2), pptx.util.Cm(12), 5000000, 900000).table
    for i, row in enumerate(TABLE):
        for j, cell in enumerate(row):
            table.cell(i, j).text = cell
    slide.notes_slide.notes_text_frame.text = "Nhắc hạn 15/12."
    hidden = deck.slides.add_slide(deck.slide_layouts[5])
    hidden.shapes.title.text = "Trang ẩn"
    hidden._element.set("show", "0")
    stream = io.BytesIO()
    deck.save(stream)
    (tmp_path / "a.pptx").write_bytes(stream.getvalue())

    wanted = ["Kết quả năm 2025", "Chi bộ Na dẫn đầu.", *ROWS, "Nhắc hạn 15/12."]
    assert lines_of(tmp_path, "a.pptx") == wanted
    assert read_slides(stream.getvalue())[1] == []


@pytest.mark.parametrize("kind", ["plain", "html"])
@pytest.mark.parametrize("charset", ["utf-8", "x-unknown"])
def test_a_letter_gives_its_words_and_what_its_head_says(tmp_path, kind, charset):
    letter = EmailMessage()
    letter["Subject"], letter["From"] = "Lịch họp chi bộ", "Văn phòng Đảng ủy <vp@hoamai.example>"
    letter["Date"] = datetime(2025, 3, 9, 8)
    words = f"<p>{LEAD}</p><p>{SENTENCE}</p>" if kind == "html" else f"{LEAD}\n\n{SENTENCE}"
    letter.set_content(words, subtype=kind, cte="base64")
    letter.add_attachment(b"x", maintype="application", subtype="x", filename="mẫu.docx")
    (tmp_path / "a.eml").write_bytes(bytes(letter).replace(b'"utf-8"', charset.encode()))
    document = documents(tmp_path)["a.eml"]

    assert [line for line in document.text.split("\n") if line] == [LEAD, SENTENCE]
    source = document.source
    assert (source.title, source.publisher) == ("Lịch họp chi bộ", "Văn phòng Đảng ủy")
    assert source.date == date(2025, 3, 9)
    assert "mẫu.docx" in document.warnings[0]


def test_a_saved_page_is_read_as_the_page_that_it_holds(tmp_path):
    head = (
        "From: <Saved by Blink>\r\nSnapshot-Content-Location: https://hoamai.example/hop\r\n"
        "Subject: =?utf-8?Q?H=E1=BB=8Dp?=\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/related; type="text/html"; boundary="----x"\r\n\r\n'
    )
    part = f"------x\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<html><p>{LEAD}</p></html>"
    (tmp_path / "a.mhtml").write_bytes(f"{head}{part}\r\n------x--\r\n".encode())
    document = documents(tmp_path)["a.mhtml"]
    assert document.text == LEAD
    assert (document.source.title, document.source.url) == ("Họp", "https://hoamai.example/hop")


def _book() -> bytes:
    stream = io.BytesIO()
    openpyxl.Workbook().save(stream)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.docx", _book()),
        ("a.txt", _book()),
        ("a.xlsx", b"%PDF-1.4"),
        ("a.pptx", OLE),
        ("a.odt", b"Subject: a\nFrom: b\n\nc"),
        ("a.eml", b"just words\n\nSubject: a"),
        ("a.mhtml", b"<html><p>x</p></html>"),
        ("a.pdf", b"\xff\xd8\xff\xe0" + bytes(300)),
        ("a.csv", b"\x89PNG\r\n\x1a\n" + b"abc" * 40),
    ],
)
def test_content_that_its_name_does_not_promise_is_refused(tmp_path, name, data):
    (tmp_path / name).write_bytes(data)
    assert "như tên tệp nói" in reasons(tmp_path)[name]


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_libreoffice_keeps_numbers_and_tables_of_rich_text(tmp_path):
    (tmp_path / "a.rtf").write_bytes(
        rb"{\rtf1\ansi{\trowd\cellx2000\cellx4000\cellx6000 A\cell B\cell C\cell\row"
        rb"\trowd\cellx2000\cellx4000\cellx6000 x\cell 1\cell 2\cell\row}\pard End.\par}"
    )
    assert lines_of(tmp_path, "a.rtf") == ["A: x; B: 1; C: 2", "End."]


def test_notes_of_word_stand_apart_from_their_sentence(tmp_path):
    document = docx.Document()
    document.add_paragraph(LEAD)
    stream = io.BytesIO()
    document.save(stream)
    w = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    with zipfile.ZipFile(stream) as old, zipfile.ZipFile(tmp_path / "a.docx", "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "word/document.xml":
                mark = b'</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r>'
                data = data.replace(b"</w:t></w:r>", mark, 1)
                hidden = b"<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>an</w:t></w:r></w:p><w:sectPr"
                data = data.replace(b"<w:sectPr", hidden, 1)
            new.writestr(name, data)
        new.writestr(
            "word/footnotes.xml",
            f'<w:footnotes {w}><w:footnote w:type="separator" w:id="0"><w:p><w:r><w:t>-</w:t></w:r>'
            '</w:p></w:footnote><w:footnote w:id="2"><w:p><w:r><w:footnoteRef/></w:r><w:r>'
            "<w:t>Theo Mẫu 3.</w:t></w:r></w:p></w:footnote></w:footnotes>",
        )
    assert lines_of(tmp_path, "a.docx") == [f"{LEAD}[1]", "[1] Theo Mẫu 3."]
