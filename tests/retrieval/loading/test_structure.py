"""Numbers, tables, boxes and letters of documents come into the stored text as readers see them."""

import zipfile

import docx
import pytest
from written import documents, reasons

from retrieval.loading.tables import rendered
from retrieval.text.vietnamese import fold, normalise

LEAD = "Huyện ủy Hoa Mai giao chỉ tiêu kết nạp đảng viên cho các xã trong năm 2026 như sau đây."
CLOSE = "Các xã báo cáo kết quả về văn phòng Huyện ủy trước ngày 20 tháng 12 hằng năm, đúng mẫu."
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def lines_of(folder, name: str) -> list[str]:
    return [line for line in documents(folder)[name].text.split("\n") if line]


def numbered(*formats: tuple[str, str]) -> str:
    levels = "".join(
        f'<w:lvl w:ilvl="{i}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/>'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
        for i, (kind, text) in enumerate(formats)
    )
    return (
        f'<w:numbering {W}><w:abstractNum w:abstractNumId="0">{levels}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
        '<w:num w:numId="2"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0">'
        '<w:startOverride w:val="5"/></w:lvlOverride></w:num></w:numbering>'
    )


def paragraph(text: str, level: int | None = None, of: int = 1) -> str:
    place = f'<w:ilvl w:val="{level}"/><w:numId w:val="{of}"/>'
    about = "" if level is None else f"<w:pPr><w:numPr>{place}</w:numPr></w:pPr>"
    return f"<w:p>{about}<w:r><w:t>{text}</w:t></w:r></w:p>"


def write_word(path, body: str, numbering: str = "", **parts: str) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(
            "word/document.xml", f"<w:document {W}><w:body>{body}</w:body></w:document>"
        )
        if numbering:
            archive.writestr("word/numbering.xml", numbering)
        for name, content in parts.items():
            archive.writestr(f"word/{name}.xml", content)


@pytest.mark.parametrize(
    ("formats", "expected"),
    [
        ((("decimal", "Điều %1."), ("decimal", "%2."), ("lowerLetter", "%3)")), "Điều 2.|1.|a)"),
        ((("upperRoman", "%1."), ("decimal", "%2-"), ("bullet", "•")), "II.|1-|-"),
        ((("decimal", "%1."), ("decimal", "%1.%2."), ("decimal", "%1.%2.%3.")), "2.|2.1.|2.1.1."),
        ((("upperLetter", "Phần %1."), ("lowerRoman", "(%2)"), ("none", "")), "Phần B.|(i)|"),
    ],
)
def test_numbers_that_word_counts_are_written_out(tmp_path, formats, expected):
    body = paragraph("Mở đầu", 0) + paragraph("Thi hành", 0) + paragraph("Đảng ủy xã", 1)
    body += paragraph("Văn phòng", 2) + paragraph("Lưu", 0, of=2)
    write_word(tmp_path / "a.docx", body, numbered(*formats))
    lines = lines_of(tmp_path, "a.docx")
    words = ("Thi hành", "Đảng ủy xã", "Văn phòng")

    wanted = [f"{n} {text}".strip() for n, text in zip(expected.split("|"), words, strict=True)]
    assert lines[1:4] == wanted
    assert any(mark in lines[4] for mark in ("5", "V", "E"))


def test_boxes_controls_and_accepted_changes_are_read_once(tmp_path):
    box = (
        '<w:p><w:r><mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/'
        'markup-compatibility/2006"><mc:Choice><w:txbxContent>{0}</w:txbxContent></mc:Choice>'
        "<mc:Fallback><w:txbxContent>{0}</w:txbxContent></mc:Fallback></mc:AlternateContent></w:r>"
        "<w:r><w:t>{1}</w:t></w:r></w:p>"
    ).format(paragraph("Chú ý hạn nộp."), LEAD)
    control = f"<w:sdt><w:sdtContent>{paragraph('Mười hai người.')}</w:sdtContent></w:sdt>"
    change = (
        "<w:p><w:del><w:r><w:delText>cũ</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>Mức mới là 15.</w:t></w:r></w:ins></w:p>"
    )
    header = f"<w:hdr {W}>{paragraph('Huyện ủy Hoa Mai - lưu hành nội bộ')}</w:hdr>"
    write_word(tmp_path / "a.docx", box + control + change, header1=header)

    assert lines_of(tmp_path, "a.docx") == [
        *(LEAD, "Chú ý hạn nộp.", "Mười hai người.", "Mức mới là 15.")
    ]
    assert documents(tmp_path)["a.docx"].left_out == ("Huyện ủy Hoa Mai - lưu hành nội bộ",)


TABLE = [["Xã", "Giao", "Đạt"], ["Hòa Bình", "25", ""], ["Tân Lập", "", "31"]]
ROWS = ["Xã: Hòa Bình; Giao: 25", "Xã: Tân Lập; Đạt: 31"]


def test_rows_of_tables_carry_their_heads_in_every_format(tmp_path):
    document = docx.Document()
    document.add_paragraph(LEAD)
    table = document.add_table(3, 3)
    for i, row in enumerate(TABLE):
        for j, cell in enumerate(row):
            table.cell(i, j).text = cell
    document.save(str(tmp_path / "a.docx"))
    cells = "".join("<tr>" + "".join(f"<td>{c}</td>" for c in row) + "</tr>" for row in TABLE)
    page = f"<html><body><article><h1>Giao chỉ tiêu</h1><p>{LEAD}</p><table>{cells}</table>"
    (tmp_path / "a.html").write_text(f"{page}<p>{CLOSE}</p></article></body></html>")
    marked = "\n".join(f"| {' | '.join(row)} |" for row in TABLE)
    marked = marked.replace("\n", "\n|---|---|---|\n", 1)
    (tmp_path / "a.md").write_text(f"{LEAD}\n\n{marked}\n\n{CLOSE}")

    for name in ("a.docx", "a.html", "a.md"):
        lines = lines_of(tmp_path, name)
        assert [line for line in lines if line.startswith("Xã: ")] == ROWS, name


@pytest.mark.parametrize(
    ("rows", "lines"),
    [
        (
            [["Họ tên", "Lê Thị Na"], ["Quê quán", "Hoa Mai"]],
            ["Họ tên: Lê Thị Na", "Quê quán: Hoa Mai"],
        ),
        (
            [["Thôn", "Hộ"], ["Hạ", "40"], ["Thượng", "52"]],
            ["Thôn: Hạ; Hộ: 40", "Thôn: Thượng; Hộ: 52"],
        ),
        (
            [["Xã", "Năm", "Năm"], ["Xã", "2024", "2025"], ["Hạ", "4", "5"]],
            ["Xã: Hạ; Năm – 2024: 4; Năm – 2025: 5"],
        ),
        (
            [["HUYỆN ỦY\n*", "ĐẢNG CỘNG SẢN VIỆT NAM"], ["Số 5-CV/HU", "Hoa Mai, ngày 1/2/2025"]],
            ["HUYỆN ỦY", "*", "ĐẢNG CỘNG SẢN VIỆT NAM", "Số 5-CV/HU", "Hoa Mai, ngày 1/2/2025"],
        ),
        (
            [["Một câu văn dài, kết thúc bằng dấu chấm."]],
            ["Một câu văn dài, kết thúc bằng dấu chấm."],
        ),
    ],
)
def test_tables_are_data_pairs_or_layout(rows, lines):
    assert rendered(rows) == lines


def test_numbered_lists_of_a_page_keep_their_numbers(tmp_path):
    items = "".join(f"<li>{name}, {n} phiếu</li>" for name, n in (("Na", 40), ("Hạ", 38)))
    page = f"<html><body><article><h1>Kết quả bầu</h1><p>{LEAD}</p><ol start='3'>{items}</ol>"
    (tmp_path / "a.html").write_text(f"{page}<p>{CLOSE}</p></article></body></html>")
    assert lines_of(tmp_path, "a.html")[2:4] == ["3. Na, 40 phiếu", "4. Hạ, 38 phiếu"]


@pytest.mark.parametrize("letter", ["Ð", "Ɖ"])
def test_letters_that_look_like_d_with_a_stroke_are_it(tmp_path, letter):
    (tmp_path / "a.txt").write_text(LEAD.replace("đ", letter.lower()) + f" {letter}ống Ða")
    text = documents(tmp_path)["a.txt"].text
    assert text.startswith(LEAD)
    assert text.endswith("Đống Đa")
    assert (normalise(f"{letter}ảng"), fold(f"{letter}ảng")) == ("Đảng", "dang")


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xd8\xff\xe1" + bytes(range(256)) * 4,
        b"\x89PNG\r\n\x1a\n" + b"abc " * 90,
        b"GIF89a" + b"\x01\x02\x03abc" * 90,
        b"word \x00 word " * 20,
    ],
)
@pytest.mark.parametrize("suffix", [".txt", ".md", ".html"])
def test_pictures_and_programs_are_no_text_whatever_they_are_called(tmp_path, data, suffix):
    (tmp_path / f"a{suffix}").write_bytes(data)
    assert list(reasons(tmp_path)) == [f"a{suffix}"]


def page_of(body: str) -> str:
    """A page of a site: the article between a menu and a foot."""
    return (
        "<html><body><nav><a href='/'>Trang chủ</a></nav><article><h1>Kết quả đợt học</h1>"
        f"<p>{LEAD}</p>{body}<p>{CLOSE}</p></article><footer>Giấy phép 12</footer></body></html>"
    )


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        ("<ol reversed><li>Ba</li><li>Hai</li></ol>", ["2. Ba", "1. Hai"]),
        ("<ol type='a' start='27'><li>Việc</li></ol>", ["aa. Việc"]),
        ("<ol type='I' start='39'><li>Việc</li><li>Hạn</li></ol>", ["XXXIX. Việc", "XL. Hạn"]),
        ("<ol><li>Cha<ol type='a'><li>Con</li></ol></li></ol>", ["1. Cha", "a. Con"]),
        ("<dl><dt>Chi ủy</dt><dd>Do chi bộ bầu</dd></dl>", ["Chi ủy: Do chi bộ bầu"]),
        ("<ul><li>Gửi chi bộ</li><li><p>Lưu</p></li></ul>", ["- Gửi chi bộ", "- Lưu"]),
        (
            "<table><caption>Biểu 1</caption><thead><tr><td>Xã</td><td>Đạt</td></tr></thead>"
            "<tr><td rowspan='2'>Hạ</td><td>4 nhà</td></tr><tr><td>5 nhà</td></tr></table>",
            ["Biểu 1", "Xã: Hạ; Đạt: 4 nhà", "Xã: Hạ; Đạt: 5 nhà"],
        ),
        (
            "<table><tr><td><p>Cột trái có lời dẫn dài hơn một câu, để là khung của trang.</p>"
            "<table><tr><th>Thôn</th><th>Hộ</th></tr><tr><td>Na</td><td>40</td></tr></table>"
            "</td></tr></table>",
            [
                "Cột trái có lời dẫn dài hơn một câu, để là khung của trang.",
                "Thôn: Na; Hộ: 40",
            ],
        ),
        ("<p>Số: 5-TB/HU</p><p style='display:none'>ẩn</p>", ["Số: 5-TB/HU"]),
    ],
)
def test_what_a_browser_shows_of_lists_and_tables_is_read(tmp_path, body, lines):
    (tmp_path / "a.html").write_text(page_of(body))
    assert lines_of(tmp_path, "a.html") == ["Kết quả đợt học", LEAD, *lines, CLOSE]


def test_a_page_that_is_a_document_is_read_whole(tmp_path):
    words = ["HUYỆN ỦY", "Số 5-TB/HU", "Kính gửi: các chi bộ", LEAD, "T/M BAN THƯỜNG VỤ", "Lò An"]
    (tmp_path / "a.html").write_text("".join(f"<p>{line}</p>" for line in ["<html>", *words]))
    assert lines_of(tmp_path, "a.html") == words


@pytest.mark.parametrize(
    "drawn",
    [
        "| Xã | Giao | Đạt |\n|---|:-:|---|\n| Hạ | 4 | 5 |\n| Na | 6 | |",
        "| Xã | Giao | Đạt |\n| Hạ | 4 | 5 |\n| Na | 6 |  |",
        "Xã\tGiao\tĐạt\nHạ\t4\t5\nNa\t6\t",
    ],
)
def test_tables_drawn_in_plain_text_have_their_heads_in_each_row(tmp_path, drawn):
    (tmp_path / "a.txt").write_text(f"{LEAD}\n\n{drawn}\n\n{CLOSE}")
    rows = ["Xã: Hạ; Giao: 4; Đạt: 5", "Xã: Na; Giao: 6"]
    assert lines_of(tmp_path, "a.txt") == [LEAD, *rows, CLOSE]
