"""Write more documents of this folder again, each kind by several producers; run by hand.

    PYTHONPATH=tests/data/documents python tests/data/documents/make_pages.py

Notices, pages with running heads, lists in cells, notes, odd letters, pages of a site. Needs what
`make.py` needs. All text is made up. `test_producers_of_pages.py` says what must be read of each.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from itertools import zip_longest
from pathlib import Path

import docx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Mm, Pt
from make import HERE, by_chromium, by_hand, by_libreoffice, by_pandoc, columns_in_xml, paragraph

NOTICE = "Thông báo tuyển cộng tác viên của Trang tin Đảng bộ xã Tả Sìn"
NOTICES = [
    "Trang tin Đảng bộ xã Tả Sìn [1] cần 6 cộng tác viên viết bài bằng tiếng Việt có dấu.",
    "Họ và tên: ........................",
    "Email:",
    "Bài gửi trước ngày 20 tháng 6 năm 2024, mỗi bài không quá 700 chữ.",
    "Bình luận",
    "Bình luận dưới mỗi bài do hai đảng viên trẻ duyệt ngay trong ngày.",
    "Giấy phép số 31/GP-TTĐT do tỉnh cấp cho Trang tin Đảng bộ xã.",
    "Tổng biên tập: đồng chí phó bí thư Đảng ủy xã",
    "Mỗi bài được trả 120.000 đồng từ quỹ của Đảng ủy xã Tả Sìn.",
    "Đăng nhập để nộp bài qua máy tính của nhà văn hóa.",
    "© Trang tin Đảng bộ xã Tả Sìn",
    "Bài hay nhất của quý được đọc trên loa truyền thanh ở cả 7 thôn.",
]
RUNNING = "Đảng bộ xã Tả Sìn – Báo cáo quý II năm 2024"
REPORT = [
    f"Thôn {name} đã dựng {poles} cột điện, kéo {metres} mét dây và còn thiếu {lamps} bóng đèn so"
    f" với số đã đăng ký với Đảng ủy xã từ đầu năm; chi bộ thôn hẹn xong trước ngày {day}/9."
    for name, poles, metres, lamps, day in (
        *(("Séo Lủng", 12, 640, 5, 3), ("Dền Sán", 9, 410, 2, 4), ("Tả Phời", 15, 980, 8, 5)),
        *(("Cán Hồ", 7, 350, 1, 6), ("Mào Sao", 11, 590, 4, 7), ("Lao Chải", 21, 1100, 9, 8)),
        *(("Vù Lùng", 6, 280, 3, 10), ("Sín Chải", 14, 760, 6, 11), ("Hầu Thào", 8, 390, 7, 12)),
    )
] + ["Cả xã còn thiếu 45 bóng đèn."]
CELLS = """<table border='1'><tr><th>Thôn</th><th>Việc đã làm</th><th>Hạn</th></tr>
<tr><td>Séo Lủng</td><td><ul><li>Xong 14 bể nước</li><li>Còn 3 bể thiếu nắp</li></ul></td>
<td></td></tr><tr><td>Dền Sán</td><td></td><td>15/9/2024</td></tr></table>"""
LISTS = """<ol type='I'><li>Việc của chi bộ<ol><li>Họp vào ngày 3 hằng tháng</li>
<li>Thu đảng phí trước ngày 10</li></ol></li><li>Việc của đảng viên<ol type='a'>
<li>Dự họp đủ, ghi sổ tay</li><li>Giúp hai hộ nghèo sửa nhà</li></ol></li></ol>"""
DIRECTIVE_HEAD = (
    ["BAN CHẤP HÀNH TRUNG ƯƠNG", "*", "Số 96-CT/TW"],
    ["ĐẢNG CỘNG SẢN VIỆT NAM", "Hà Nội, ngày 7 tháng 10 năm 2024"],
)
DIRECTIVE_TITLE = [
    *("CHỈ THỊ", "CỦA BAN BÍ THƯ", "về trồng cây phân tán ở trụ sở"),
    "và nhà văn hóa của các thôn, bản",
]
DIRECTIVE_BODY = [
    "Mấy năm qua nhiều nơi đã trồng cây ở trụ sở, song cây chết còn nhiều.",
    "Ban Bí thư yêu cầu các cấp ủy thực hiện tốt một số nội dung sau:",
    "1. Mỗi trụ sở trồng ít nhất 12 cây bản địa trong năm 2025.",
    "2. Mỗi cây có một người chăm sóc trong 3 năm đầu.",
]
DIRECTIVE_FOOT = ["T/M BAN BÍ THƯ", "Vi Văn Sao"]
NOTED = (
    "Xã cấp 48 bộ lọc nước cho hộ nghèo[^1] ở ba thôn vùng cao.\n\n"
    "Mỗi bộ dùng được 26 tháng[^2], sau đó thay lõi.\n\n"
    "Trưởng thôn giữ sổ nhận bộ lọc, ghi ngày thay lõi và số tiền mỗi hộ góp vào quỹ chung.\n\n"
    "Đảng ủy xã xem sổ của cả ba thôn vào tháng 6 và tháng 12 hằng năm, báo cáo Huyện ủy.\n\n"
    "[^1]: Hộ nghèo theo danh sách rà soát tháng 12 năm 2023.\n\n"
    "[^2]: Số do nhà máy ghi trên vỏ.\n"
)
STROKES = [
    "Ðảng bộ phường Ðông Lĩnh có 238 đảng viên tính đến ngày 30/6/2024.",
    "Ɖồng chí Ðặng Ðình Ðiềm được bầu làm Bí thư Ðảng ủy phường Ðông Lĩnh.",
]
HEADING = "KẾ HOẠCH DỰNG CẦU TREO"
UNDER = "Cầu treo thôn Hầu Thào dài 64 mét, khánh thành ngày 2 tháng 9 năm 2024."
NEWS_TITLE = "Xã Tả Sìn đưa nước về bốn thôn vùng cao"
NEWS_TEXT = [
    "Thực hiện Chỉ thị số 9-CT/HU ngày 03/02/2024 của Huyện ủy, xã Tả Sìn đã kéo 7 km ống nước từ"
    " khe Ngòi Bo về bốn thôn vùng cao trong ba tháng đầu năm.",
    "Bí thư Đảng ủy xã cho biết 143 hộ đã có nước tới sân, số hộ còn lại sẽ có nước trước mùa khô.",
    "Nhân dân góp 1.260 ngày công và hiến 5.400 mét vuông đất để đặt ống, xây bể chứa.",
]
MENU = ["Trang chủ", "Thời sự", "Xây dựng Đảng", "Văn hóa", "Video"]
OTHERS = ["Huyện bên mở lớp tập huấn cho cấp ủy", "Lễ hội xuống đồng năm nay", "Giá ngô giảm nhẹ"]


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        notices(work)
        running_heads(work)
        cells(work)
        notes(work)
        strokes(work)
        letters(work)
        news(work)
        mojibake(work)
        lists(work)
        directive(work)
        by_hand(work / "three.docx", columns_in_xml().replace('w:num="2"', 'w:num="3"'))
        by_libreoffice(work / "three.docx", "pdf", "columns-three", work)


def in_html(title: str, body: str, style: str = "") -> str:
    return (
        f"<!DOCTYPE html><html lang='vi'><head><meta charset='utf-8'><title>{title}</title></head>"
        f"<body style='font-family:DejaVu Sans;font-size:15px;{style}'>{body}</body></html>"
    )


def paragraphs(lines: list[str]) -> str:
    return "".join(f"<p>{line}</p>" for line in lines)


def notices(work: Path) -> None:
    page = in_html(NOTICE, f"<h1>{NOTICE}</h1>{paragraphs(NOTICES)}")
    (HERE / "notices-browser.html").write_text(page, encoding="utf-8")
    by_pandoc(page, HERE / "notices-pandoc.docx")
    by_pandoc(page, HERE / "notices-pandoc.md")
    by_chromium(page, HERE / "notices-chromium.pdf", work)
    by_libreoffice(HERE / "notices-pandoc.docx", "pdf", "notices", work)
    for producer in ("chromium", "libreoffice"):
        sealed(HERE / f"notices-{producer}.pdf", HERE / f"sealed-{producer}.pdf")


def sealed(source: Path, made: Path) -> None:
    """Take the tables from a PDF that name its letters."""
    made.write_bytes(source.read_bytes().replace(b"/ToUnicode", b"/ToNothing"))


def running_heads(work: Path) -> None:
    document = docx.Document()
    section = document.sections[0]
    section.header.paragraphs[0].text = RUNNING
    number = parse_xml(f'<w:fldSimple {nsdecls("w")} w:instr="PAGE"/>')
    section.footer.paragraphs[0]._p.append(number)
    for line in REPORT:
        document.add_paragraph(line).paragraph_format.space_after = Pt(60)
    document.save(work / "running.docx")
    by_libreoffice(work / "running.docx", "pdf", "running", work)
    by_libreoffice(work / "running.docx", "odt", "running", work)
    sealed(HERE / "running-libreoffice.pdf", HERE / "sealed-pages-libreoffice.pdf")
    shutil.copy(work / "running.docx", HERE / "running-python-docx.docx")
    body = "".join(f"<p style='margin-bottom:80px'>{line}</p>" for line in REPORT)
    head = f"<thead><tr><td style='font-size:11px;height:50px'>{RUNNING}</td></tr></thead>"
    table = f"<table>{head}<tbody><tr><td>{body}</td></tr></tbody></table>"
    by_chromium(in_html("Báo cáo", table, "margin:0"), HERE / "running-chromium.pdf", work)
    page = work / "Bao-cao.html"
    page.write_text(in_html(RUNNING, body), encoding="utf-8")
    printing = ["--headless", "--no-sandbox", "--disable-gpu"]
    made = f"--print-to-pdf={HERE / 'running-chromium-dated.pdf'}"
    subprocess.run(["chromium", *printing, made, page], check=True, capture_output=True)


def cells(work: Path) -> None:
    page = in_html("Bể nước", f"<h1>Bể nước ở các thôn</h1>{CELLS}<p>Báo cáo hết.</p>")
    (HERE / "cells-browser.html").write_text(page, encoding="utf-8")
    by_pandoc(page, HERE / "cells-pandoc.docx")
    by_pandoc(page, HERE / "cells-pandoc.odt")
    by_libreoffice(HERE / "cells-pandoc.docx", "odt", "cells", work)
    document = docx.Document()
    document.add_heading("Bể nước ở các thôn", 1)
    table = document.add_table(3, 3, style="Table Grid")
    words = (("Thôn", "Việc đã làm", "Hạn"), ("Séo Lủng", "", ""), ("Dền Sán", "", "15/9/2024"))
    for row, texts in zip(table.rows, words, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    listed = table.cell(1, 1)
    listed.paragraphs[0].text = "Xong 14 bể nước"
    listed.paragraphs[0].style = document.styles["List Bullet"]
    listed.add_paragraph("Còn 3 bể thiếu nắp", style="List Bullet")
    document.add_paragraph("Báo cáo hết.")
    document.save(HERE / "cells-python-docx.docx")


def directive(work: Path) -> None:
    """A head in two columns, by flexible boxes, tabs, cells and lines one after the other."""
    left, right = (f"<div>{'<br>'.join(lines)}</div>" for lines in DIRECTIVE_HEAD)
    beside = f"<div style='display:flex;justify-content:space-between'>{left}{right}</div>"
    middle = f"<div style='text-align:center'>{'<br>'.join(DIRECTIVE_TITLE)}</div>"
    end = f"<p>{'<br>'.join(DIRECTIVE_FOOT)}</p>"
    page = in_html("Văn bản", f"{beside}{middle}{paragraphs(DIRECTIVE_BODY)}{end}")
    by_chromium(page, HERE / "directive-chromium.pdf", work)
    by_pandoc(page, HERE / "directive-pandoc.docx")
    by_pandoc(page, HERE / "directive-pandoc.odt")
    document = docx.Document()
    for one, other in zip_longest(*DIRECTIVE_HEAD, fillvalue=""):
        line = document.add_paragraph(f"{one}\t{other}".rstrip())
        line.paragraph_format.tab_stops.add_tab_stop(Mm(75))
    for words in (*DIRECTIVE_TITLE, *DIRECTIVE_BODY, *DIRECTIVE_FOOT):
        document.add_paragraph(words)
    document.save(HERE / "directive-python-docx.docx")
    by_libreoffice(HERE / "directive-python-docx.docx", "pdf", "directive", work)


def lists(work: Path) -> None:
    page = in_html("Việc tháng 5", f"<h1>Việc trong tháng 5</h1>{LISTS}")
    (HERE / "lists-browser.html").write_text(page, encoding="utf-8")
    for suffix in ("md", "docx", "odt"):
        by_pandoc(page, HERE / f"lists-pandoc.{suffix}")
    by_chromium(page, HERE / "lists-chromium.pdf", work)
    by_libreoffice(HERE / "lists-pandoc.docx", "pdf", "lists", work)


def notes(work: Path) -> None:
    for suffix in ("docx", "html"):
        subprocess.run(
            ["pandoc", "-f", "markdown", "-o", HERE / f"notes-pandoc.{suffix}"],
            input=NOTED.encode(),
            check=True,
        )
    for suffix in ("pdf", "odt"):
        by_libreoffice(HERE / "notes-pandoc.docx", suffix, "notes", work)


def strokes(work: Path) -> None:
    page = in_html("Đảng bộ phường", paragraphs(STROKES))
    by_chromium(page, HERE / "strokes-chromium.pdf", work)
    by_pandoc(page, HERE / "strokes-pandoc.docx")
    by_hand(HERE / "strokes-hand-written.docx", "".join(map(paragraph, STROKES)))
    for suffix in ("pdf", "odt"):
        by_libreoffice(HERE / "strokes-hand-written.docx", suffix, "strokes", work)


def letters(work: Path) -> None:
    """A heading whose letters stand apart, or are drawn twice."""
    spaced = f"<h2 style='letter-spacing:7px'>{HEADING}</h2><p>{UNDER}</p>"
    by_chromium(in_html("Cầu", spaced), HERE / "letters-apart-chromium.pdf", work)
    twice = f"<h2 style='text-shadow:0.6px 0 0 black'>{HEADING}</h2><p>{UNDER}</p>"
    by_chromium(in_html("Cầu", twice), HERE / "letters-twice-chromium.pdf", work)
    for kind, mark in (("apart", "<w:spacing w:val='140'/>"), ("twice", "<w:shadow/>")):
        heading = (
            f"<w:p><w:r><w:rPr>{mark}<w:sz w:val='32'/></w:rPr><w:t>{HEADING}</w:t></w:r></w:p>"
        )
        by_hand(work / f"letters-{kind}.docx", heading + paragraph(UNDER))
        by_libreoffice(work / f"letters-{kind}.docx", "pdf", f"letters-{kind}", work)


def news(work: Path) -> None:
    described = (
        '<script type="application/ld+json">{"@context":"https://schema.org","@type":"NewsArticle",'
        f'"headline":"{NEWS_TITLE}","datePublished":"2024-05-17T21:44:00+07:00",'
        '"publisher":{"@type":"Organization","name":"Báo Mây Chiều"}}</script>'
    )
    tagged = (
        f'<meta property="og:title" content="{NEWS_TITLE}"><meta property="og:site_name" '
        'content="Báo Mây Chiều"><meta property="article:published_time" '
        'content="2024-05-17T21:44:00+07:00">'
    )
    for kind, head in (("described", described), ("tagged", tagged), ("plain", "")):
        (HERE / f"news-{kind}.html").write_text(news_page(head), encoding="utf-8")
    by_pandoc(news_page(""), HERE / "news-pandoc.md")
    plain = ["pandoc", "-f", "html", "-t", "plain", "-o", HERE / "news-pandoc.txt"]
    subprocess.run(plain, input=news_page("").encode(), check=True)
    by_chromium(news_page(""), HERE / "news-chromium.pdf", work)


def news_page(head: str) -> str:
    menu = "".join(f"<li><a href='/{n}'>{words}</a></li>" for n, words in enumerate(MENU))
    others = "".join(f"<li><a href='/b{n}'>{words}</a></li>" for n, words in enumerate(OTHERS))
    return (
        "<!DOCTYPE html><html lang='vi'><head><meta charset='utf-8'>"
        f"<title>{NEWS_TITLE} - Báo Mây Chiều</title>{head}</head><body><ul>{menu}</ul>"
        f"<h1>{NEWS_TITLE}</h1><p>17/05/2024 21:44</p>{paragraphs(NEWS_TEXT)}"
        f"<h3>Tin cùng chuyên mục</h3><ul>{others}</ul><p>© Báo Mây Chiều</p></body></html>"
    )


def mojibake(work: Path) -> None:
    """Letters of UTF-8 that somebody read as Windows-1252."""
    lines = [line.encode().decode("cp1252", "replace") for line in REPORT]
    page = in_html("Bao cao", paragraphs(lines))
    by_pandoc(page, HERE / "mojibake-pandoc.odt")
    by_chromium(page, HERE / "mojibake-chromium.pdf", work)
    by_hand(HERE / "mojibake-hand-written.docx", "".join(map(paragraph, lines)))


if __name__ == "__main__":
    main()
