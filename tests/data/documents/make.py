"""Write the documents of this folder again, each kind by several producers; run by hand.

    python tests/data/documents/make.py

Needs LibreOffice (`soffice`), Chromium and pandoc, which the tests do not: they read the files that
stand here. All text is made up. `test_producers.py` says what must be read of each.
"""

from __future__ import annotations

import io
import shutil
import subprocess
import tempfile
import zipfile
from pathlib import Path

import docx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

HERE = Path(__file__).parent
ROWS = [
    ["Thôn", "Số hộ", "", "Ghi chú"],
    ["", "Đã có nước", "Chưa có", ""],
    ["Pắc Ngà", "31", "4", ""],
    ["Nà Lạn", "", "27", "đường hỏng"],
]
BASES = [
    "Căn cứ Quy chế làm việc của Ban Chấp hành Đảng bộ xã khóa VI;",
    "Căn cứ Kế hoạch số 18-KH/HU, ngày 04/3/2024 của Ban Thường vụ Huyện ủy,",
]
ARTICLES = [
    ("Thành lập Tổ công tác nước sạch gồm 5 đồng chí.", []),
    (
        "Tổ công tác có nhiệm vụ:",
        ["Khảo sát nguồn nước ở từng thôn.", "Vận động mỗi hộ góp hai ngày công."],
    ),
    ("Tổ công tác tự giải thể khi hoàn thành nhiệm vụ.", []),
]
LEFT = ["ĐẢNG BỘ HUYỆN BẮC PHA", "ĐẢNG ỦY XÃ LŨNG VÀI", "*", "Số 27-QĐ/ĐU"]
RIGHT = ["ĐẢNG CỘNG SẢN VIỆT NAM", "Lũng Vài, ngày 16 tháng 8 năm 2024"]
TITLE = ["QUYẾT ĐỊNH", "về việc thành lập Tổ công tác nước sạch"]
RECIPIENTS = ["Nơi nhận:", "- Ban Thường vụ Huyện ủy (b/c),", "- Các chi bộ,", "- Lưu VP."]
SIGNED = ["T/M BAN THƯỜNG VỤ", "BÍ THƯ", "", "Hoàng Thị Nhình"]
NEWS = [
    "Chi bộ thôn Đồng Xay họp bàn việc kéo điện lên trường học, có 17 đảng viên dự họp.",
    "Đảng ủy xã giao Hội Cựu chiến binh vận động 52 hộ dựng cột trước ngày 30 tháng 9.",
    "Trạm điện huyện đo được 6 đoạn dây yếu, trong đó 2 đoạn phải thay ngay.",
    "Đồng chí Lục Văn Pảo, bí thư chi bộ, cho đặt trạm biến áp trên 80 mét vuông đất nhà mình.",
    "Hội Phụ nữ xã nấu cơm cho đội thợ trong suốt mười hai ngày làm việc ở đèo Khau Cọ.",
    "Đoàn Thanh niên phát quang 3,2 km hành lang lưới điện từ cầu Nà Tèn đến trường.",
    "Ban Thường vụ Đảng ủy xã kiểm tra việc dùng điện an toàn vào tuần đầu tháng 11.",
]


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        decision_by_python_docx(HERE / "decision-python-docx.docx")
        for suffix in ("odt", "pdf", "rtf"):
            by_libreoffice(HERE / "decision-python-docx.docx", suffix, "decision", work)
        (HERE / "decision-browser.html").write_text(decision_in_html(), encoding="utf-8")
        by_chromium(decision_in_html(), HERE / "decision-chromium.pdf", work)
        for suffix in ("docx", "odt"):
            by_pandoc(decision_in_html(), HERE / f"decision-pandoc.{suffix}")
        by_hand(HERE / "decision-hand-written.docx", decision_in_xml(), numbering())
        by_hand(HERE / "boxes-hand-written.docx", boxes_in_xml(), notes=NOTE)
        for suffix in ("odt", "docx"):
            by_libreoffice(HERE / "boxes-hand-written.docx", suffix, "boxes", work)
        by_chromium(columns_in_html(), HERE / "columns-chromium.pdf", work)
        by_hand(work / "columns.docx", columns_in_xml())
        by_libreoffice(work / "columns.docx", "pdf", "columns", work)
        by_chromium(short_lines_in_html(), HERE / "short-lines-chromium.pdf", work)
        short_lines_by_python_docx(work / "short-lines.docx")
        by_libreoffice(work / "short-lines.docx", "pdf", "short-lines", work)
        by_pandoc(short_lines_in_html(), HERE / "short-lines-pandoc.docx")


def by_libreoffice(source: Path, suffix: str, kind: str, work: Path) -> None:
    profile = f"-env:UserInstallation=file://{work}/profile"
    subprocess.run(
        ["soffice", profile, "--headless", "--convert-to", suffix, "--outdir", work, source],
        check=True,
        capture_output=True,
        timeout=120,
    )
    shutil.copy(work / f"{source.stem}.{suffix}", HERE / f"{kind}-libreoffice.{suffix}")


def by_chromium(page: str, made: Path, work: Path) -> None:
    (work / "page.html").write_text(page, encoding="utf-8")
    printing = ["--no-pdf-header-footer", f"--print-to-pdf={made}"]
    subprocess.run(
        ["chromium", "--headless", "--no-sandbox", "--disable-gpu", *printing, work / "page.html"],
        check=True,
        capture_output=True,
        timeout=120,
    )


def by_pandoc(page: str, made: Path) -> None:
    subprocess.run(
        ["pandoc", "-f", "html", "-o", made], input=page.encode(), check=True, timeout=60
    )


def decision_by_python_docx(made: Path) -> None:
    document = docx.Document()
    beside(document, LEFT, RIGHT)
    for line in (*TITLE, "-----", *BASES, "BAN THƯỜNG VỤ ĐẢNG ỦY QUYẾT ĐỊNH"):
        document.add_paragraph(line)
    numbers = document.part.numbering_part.element
    numbers.insert(0, parse_xml(ABSTRACT.format(nsdecls("w"))))
    numbers.append(parse_xml(
        f'<w:num {nsdecls("w")} w:numId="77"><w:abstractNumId w:val="70"/></w:num>'
    ))  # fmt: skip
    for words, points in ARTICLES:
        numbered(document.add_paragraph(words), 0)
        for point in points:
            numbered(document.add_paragraph(point), 1)
    document.add_paragraph("Tình hình nước sạch ở các thôn như sau:")
    table = document.add_table(len(ROWS), 4, style="Table Grid")
    for row, words in zip(table.rows, ROWS, strict=True):
        for cell, text in zip(row.cells, words, strict=True):
            cell.text = text
    for first, last in (((0, 1), (0, 2)), ((0, 0), (1, 0)), ((0, 3), (1, 3))):
        table.cell(*first).merge(table.cell(*last))
    document.add_paragraph("")
    beside(document, RECIPIENTS, SIGNED)
    document.sections[0].footer.paragraphs[0].text = "Lưu hành nội bộ"
    document.save(made)


def beside(document: docx.document.Document, left: list[str], right: list[str]) -> None:
    for cell, lines in zip(document.add_table(1, 2).rows[0].cells, (left, right), strict=True):
        cell.text = "\n".join(lines)


def numbered(paragraph: docx.text.paragraph.Paragraph, level: int) -> None:
    paragraph._p.get_or_add_pPr().append(
        parse_xml(
            f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="77"/></w:numPr>'
        )
    )


def short_lines_by_python_docx(made: Path) -> None:
    document = docx.Document()
    document.sections[0].right_margin = docx.shared.Mm(70)
    for words in SHORT:
        document.add_paragraph(words)
    document.save(made)


SHORT = [
    "Đảng ủy phường Cửa Sót đặt mục tiêu xây xong nhà sinh hoạt của cả sáu khu phố trong năm 2029.",
    "Tỷ lệ chi bộ gửi biên bản đúng hạn trong chín tháng qua ở phường Cửa Sót tăng lên mức 88%.",
    "Đơn xin miễn sinh hoạt của đảng viên cao tuổi được chi bộ trả lời chậm nhất sau 10 ngày.",
    "Phường có 6 khu phố.",
]


def decision_in_html() -> str:
    head = "".join(f"<td>{'<br>'.join(lines)}</td>" for lines in (LEFT, RIGHT))
    items = "".join(
        f"<p>Điều {n}. {words}</p>"
        + (f"<ol type='a'>{''.join(f'<li>{p}</li>' for p in points)}</ol>" if points else "")
        for n, (words, points) in enumerate(ARTICLES, 1)
    )
    foot = "".join(f"<td>{'<br>'.join(lines)}</td>" for lines in (RECIPIENTS, SIGNED))
    table = (
        "<table border='1'><tr><th rowspan='2'>Thôn</th><th colspan='2'>Số hộ</th>"
        "<th rowspan='2'>Ghi chú</th></tr><tr><th>Đã có nước</th><th>Chưa có</th></tr>"
        + "".join(f"<tr>{''.join(f'<td>{c}</td>' for c in row)}</tr>" for row in ROWS[2:])
        + "</table>"
    )
    opening = "".join(f"<p>{line}</p>" for line in (*TITLE, *BASES))
    return (
        "<!DOCTYPE html><html><head><meta charset='utf-8'><title>Quyết định</title></head>"
        f"<body style='font-family:DejaVu Serif;font-size:14px'><table width='100%'><tr>{head}</tr>"
        f"</table>{opening}<p>BAN THƯỜNG VỤ ĐẢNG ỦY QUYẾT ĐỊNH</p>{items}"
        f"<p>Tình hình nước sạch ở các thôn như sau:</p>{table}<p></p>"
        f"<table width='100%'><tr>{foot}</tr></table></body></html>"
    )


def columns_in_html() -> str:
    news = "".join(f"<p>{line}</p>" for line in NEWS * 2)
    return (
        "<html><meta charset='utf-8'><body style='font-family:DejaVu Sans;font-size:15px'>"
        "<h2 style='text-align:center'>BẢN TIN NỘI BỘ SỐ 5</h2>"
        f"<div style='column-count:2;column-gap:36px;text-align:justify'>{news}</div></body></html>"
    )


def short_lines_in_html() -> str:
    words = "".join(f"<p>{line}</p>" for line in SHORT)
    return (
        "<html><meta charset='utf-8'><body style='font-family:DejaVu Serif;font-size:16px;"
        f"width:520px'>{words}</body></html>"
    )


ABSTRACT = (
    '<w:abstractNum {0} w:abstractNumId="70"><w:lvl w:ilvl="0"><w:start w:val="1"/>'
    '<w:numFmt w:val="decimal"/><w:lvlText w:val="Điều %1."/></w:lvl><w:lvl w:ilvl="1">'
    '<w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%2)"/></w:lvl>'
    "</w:abstractNum>"
)
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OTHER = (
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
)
NOTE = (
    f'<w:footnotes xmlns:w="{W}"><w:footnote w:id="2"><w:p><w:r><w:t>Lấy từ quỹ xây dựng nông'
    " thôn mới.</w:t></w:r></w:p></w:footnote></w:footnotes>"
)


def by_hand(made: Path, body: str, numbers: str = "", notes: str = "") -> None:
    """Write a .docx with no more parts than it needs."""
    parts = {
        "document.xml": f'<w:document xmlns:w="{W}" {OTHER}><w:body>{body}</w:body></w:document>'
    }
    parts |= {"numbering.xml": numbers} if numbers else {}
    parts |= {"footnotes.xml": notes} if notes else {}
    kinds = "".join(
        f'<Override PartName="/word/{name}" ContentType="{WORD}.{kind}+xml"/>'
        for name in parts
        for kind in ["document.main" if name == "document.xml" else name.removesuffix(".xml")]
    )
    links = "".join(
        f'<Relationship Id="r{i}" Type="{RELATED}/{name.removesuffix(".xml")}" Target="{name}"/>'
        for i, name in enumerate(parts)
        if name != "document.xml"
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType='
            '"application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Default Extension="xml" ContentType="application/xml"/>{kinds}</Types>',
        )
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" Type='
            f'"{RELATED}/officeDocument" Target="word/document.xml"/></Relationships>',
        )
        archive.writestr(
            "word/_rels/document.xml.rels",
            f'<Relationships xmlns="{PACKAGE}/relationships">{links}</Relationships>',
        )
        for name, xml in parts.items():
            archive.writestr(f"word/{name}", xml)
    made.write_bytes(buffer.getvalue())


def paragraph(words: str, level: int | None = None) -> str:
    about = "" if level is None else (
        f'<w:pPr><w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="77"/></w:numPr></w:pPr>'
    )  # fmt: skip
    return f'<w:p>{about}<w:r><w:t xml:space="preserve">{words}</w:t></w:r></w:p>'


def numbering() -> str:
    abstract = ABSTRACT.format("")
    return (
        f'<w:numbering xmlns:w="{W}">{abstract}<w:num w:numId="77"><w:abstractNumId w:val="70"/>'
        "</w:num></w:numbering>"
    )


def decision_in_xml() -> str:
    cells = [
        ["".join(map(paragraph, lines)) for lines in pair]
        for pair in ((LEFT, RIGHT), (RECIPIENTS, SIGNED))
    ]
    head, foot = (
        f"<w:tbl><w:tr>{''.join(f'<w:tc>{cell}</w:tc>' for cell in row)}</w:tr></w:tbl>"
        for row in cells
    )
    items = "".join(
        paragraph(words, 0) + "".join(paragraph(point, 1) for point in points)
        for words, points in ARTICLES
    )
    down = ['<w:tcPr><w:vMerge w:val="restart"/></w:tcPr>', "<w:tcPr><w:vMerge/></w:tcPr>"]
    heads = [
        f"<w:tc>{down[0]}{paragraph('Thôn')}</w:tc><w:tc><w:tcPr><w:gridSpan w:val='2'/></w:tcPr>"
        f"{paragraph('Số hộ')}</w:tc><w:tc>{down[0]}{paragraph('Ghi chú')}</w:tc>",
        f"<w:tc>{down[1]}{paragraph('')}</w:tc><w:tc>{paragraph('Đã có nước')}</w:tc>"
        f"<w:tc>{paragraph('Chưa có')}</w:tc><w:tc>{down[1]}{paragraph('')}</w:tc>",
    ]
    rows = [*heads, *("".join(f"<w:tc>{paragraph(c)}</w:tc>" for c in row) for row in ROWS[2:])]
    table = f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in rows)}</w:tbl>"
    opening = "".join(map(paragraph, (*TITLE, *BASES, "BAN THƯỜNG VỤ ĐẢNG ỦY QUYẾT ĐỊNH")))
    announced = paragraph("Tình hình nước sạch ở các thôn như sau:")
    return f"{head}{opening}{items}{announced}{table}{paragraph('')}{foot}"


def boxes_in_xml() -> str:
    box = paragraph("Hạn nhận hồ sơ: 16 giờ ngày 05/12/2024")
    run = "<w:r><w:t xml:space='preserve'>{}</w:t></w:r>"
    changed = (
        "<w:del w:id='1'><w:r><w:delText>300.000</w:delText></w:r></w:del>"
        f"<w:ins w:id='2'>{run.format('450.000')}</w:ins>"
    )
    note = "<w:r><w:footnoteReference w:id='2'/></w:r>"
    return (
        paragraph("Thông tin hỗ trợ làm bể nước ở xã Lũng Vài")
        + f"<w:p>{run.format('Mỗi bể được hỗ trợ ')}{changed}{run.format(' đồng')}{note}"
        f"{run.format('.')}</w:p>" + f"<w:p>{run.format('Nơi nhận hồ sơ: ')}<w:sdt><w:sdtContent>"
        f"{run.format('nhà văn hóa thôn Pắc Ngà')}</w:sdtContent></w:sdt></w:p>"
        "<w:p><w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wp:anchor><a:graphic>"
        f"<a:graphicData><wps:wsp><wps:txbx><w:txbxContent>{box}</w:txbxContent></wps:txbx></wps:wsp>"
        "</a:graphicData></a:graphic></wp:anchor></w:drawing></mc:Choice><mc:Fallback><w:pict>"
        "<v:shape style='width:300pt;height:30pt'><v:textbox><w:txbxContent>"
        f"{box}</w:txbxContent></v:textbox></v:shape></w:pict></mc:Fallback></mc:AlternateContent>"
        "</w:r></w:p>" + paragraph("Hồ sơ gồm đơn và ảnh chụp bể cũ.")
    )


def columns_in_xml() -> str:
    news = "".join(map(paragraph, NEWS * 3))
    return f'{news}<w:sectPr><w:cols w:num="2" w:space="500"/></w:sectPr>'


if __name__ == "__main__":
    main()
