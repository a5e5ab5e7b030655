"""PDF files are read as a person reads them: columns, tables, notes, turned pages, odd letters."""

import pytest
from pdfs import canvas, draw, grid, width, wrapped
from reportlab.lib.pagesizes import A4
from written import documents

from retrieval.errors import SourceError
from retrieval.loading import formats, pdf
from retrieval.loading.pdf_glyphs import Glyph
from retrieval.loading.pdf_lines import rows_of

LEFT = (
    "Chi bộ bản Nà Lốc kết nạp bốn đảng viên trong quý hai, trong đó có ba người là nữ và một"
    " người là công nhân của xưởng chè. Bí thư chi bộ là đồng chí Lò Thị Pâng, sinh năm 1988."
)
RIGHT = (
    "Chi bộ bản Huổi Một kết nạp bảy đảng viên trong quý hai, vượt chỉ tiêu được giao hai người."
    " Kinh phí hoạt động của chi bộ là 17 triệu đồng, toàn bộ do đảng bộ xã cấp từ đầu năm."
)
TITLE = "BẢN TIN ĐẢNG BỘ XÃ MƯỜNG CƠI"


def lines_of(path) -> list[str]:
    return [line for line in documents(path.parent)[path.name].text.split("\n") if line]


@pytest.mark.parametrize("shift", [0, 5.3], ids=["lines beside each other", "lines between"])
@pytest.mark.parametrize("titled", [True, False])
@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_columns_are_read_one_after_the_other(tmp_path, shift, titled, turned):
    drawn = canvas(tmp_path / "a.pdf")
    if turned:  # The page is set the other way and shown turned, as scanners and Word do it.
        drawn.setPageRotation(turned)
        wide, high = A4
        drawn.translate(*{90: (high, 0), 180: (wide, high), 270: (0, wide)}[turned])
        drawn.rotate(turned)
    y = draw(drawn, [TITLE], 180, 560) if titled else 560
    draw(drawn, wrapped(LEFT, 215), 50, y - 10)
    draw(drawn, wrapped(RIGHT, 215), 290, y - 10 - shift)
    drawn.save()

    assert lines_of(tmp_path / "a.pdf") == [TITLE] * titled + [LEFT, RIGHT]


def test_three_columns_go_on_over_the_page(tmp_path):
    drawn = canvas(tmp_path / "a.pdf")
    whole = f"{LEFT} {RIGHT} {LEFT}"
    lines = wrapped(whole, 150)
    third = -(-len(lines) // 3)
    for column in range(3):
        part = lines[third * column : third * (column + 1)]
        draw(drawn, part, 50 + 175 * column, 700)
    drawn.save()
    assert lines_of(tmp_path / "a.pdf") == [whole]


def test_the_letterhead_is_read_side_by_side_and_figures_across(tmp_path):
    drawn = canvas(tmp_path / "a.pdf")
    draw(drawn, ["HUYỆN ỦY PHÙ YÊN", "*", "Số 18-KH/HU"], 60, 780)
    draw(drawn, ["ĐẢNG CỘNG SẢN VIỆT NAM", "", "Phù Yên, ngày 3 tháng 6 năm 2025"], 300, 780)
    draw(drawn, ["KẾ HOẠCH", "về kiểm tra đảng viên"], 240, 700)
    heads = ["Xã", "Năm 2023", "Năm 2024"]
    for i, row in enumerate([heads, ["Mường Cơi", "14", "21"], ["Mường Thải", "9", "12"]]):
        for x, cell in zip((60, 220, 340), row, strict=True):
            draw(drawn, [cell], x, 640 - 18 * i)
    drawn.save()

    assert lines_of(tmp_path / "a.pdf") == [
        *("HUYỆN ỦY PHÙ YÊN", "*", "Số 18-KH/HU"),
        *("ĐẢNG CỘNG SẢN VIỆT NAM", "Phù Yên, ngày 3 tháng 6 năm 2025"),
        *("KẾ HOẠCH", "về kiểm tra đảng viên"),
        "Xã: Mường Cơi; Năm 2023: 14; Năm 2024: 21",
        "Xã: Mường Thải; Năm 2023: 9; Năm 2024: 12",
    ]


def test_ruled_tables_keep_empty_and_merged_cells_and_go_on_over_pages(tmp_path):
    drawn = canvas(tmp_path / "a.pdf")
    heads = [["Xã", "Đảng viên mới", "<"], ["Xã", "Giao", "Đạt"]]
    grid(drawn, [*heads, ["Tường Phù", "12", ""], ["Huy Hạ", "", "15"]], 60, 150, 120)
    drawn.showPage()
    drawn.setFont("DejaVu", 11)
    grid(drawn, [["Quang Huy", "8", "9"], ["Gia Phù", "6", ""]], 60, 800, 120)
    drawn.save()

    assert lines_of(tmp_path / "a.pdf") == [
        "Xã: Tường Phù; Đảng viên mới – Giao: 12",
        "Xã: Huy Hạ; Đảng viên mới – Đạt: 15",
        "Xã: Quang Huy; Đảng viên mới – Giao: 8; Đảng viên mới – Đạt: 9",
        "Xã: Gia Phù; Đảng viên mới – Giao: 6",
    ]


def test_notes_stand_apart_and_the_sentence_goes_on_over_the_page(tmp_path):
    drawn = canvas(tmp_path / "a.pdf")
    one = "Mỗi chi bộ tổ chức bốn buổi học nghị quyết trong năm, có điểm danh"
    draw(drawn, [one], 60, 130)
    drawn.setFont("DejaVu", 6)
    drawn.drawString(60 + width(one), 134, "2")
    drawn.setFont("DejaVu", 6)
    drawn.drawString(60, 94, "2")
    draw(drawn, ["Theo Mẫu số 9 của Ban Tổ chức."], 66, 90, 9)
    draw(drawn, ["Trang 1"], 270, 40)
    drawn.showPage()
    draw(drawn, ["và ghi biên bản đầy đủ, rộng ít nhất 20 m"], 60, 800)
    drawn.setFont("DejaVu", 6)
    drawn.drawString(60 + width("và ghi biên bản đầy đủ, rộng ít nhất 20 m"), 804, "2")
    draw(drawn, ["Trang 2"], 270, 40)
    drawn.save()

    document = documents(tmp_path)["a.pdf"]
    assert document.text.split("\n") == [
        f"{one}[2] và ghi biên bản đầy đủ, rộng ít nhất 20 m²",
        "[2] Theo Mẫu số 9 của Ban Tổ chức.",
    ]
    assert document.left_out == ("Trang 1", "Trang 2")


def test_lines_alike_in_the_middle_of_pages_stay(tmp_path):
    drawn = canvas(tmp_path / "a.pdf")
    for n in (1, 2, 3):
        draw(drawn, ["Đảng bộ xã Gia Phù", f"Điều {n}. Thời hạn"], 60, 810)
        draw(drawn, ["Thời hạn là 15 ngày.", f"{2026 + n}."], 60, 500)
        draw(drawn, [str(n)], 290, 30)
        drawn.showPage()
    drawn.save()
    document = documents(tmp_path)["a.pdf"]

    assert document.text.count("Thời hạn là 15 ngày.") == 3
    assert all(f"{2026 + n}." in document.text for n in (1, 2, 3))
    assert document.left_out == ("1", "2", "3", *["Đảng bộ xã Gia Phù"] * 3) or set(
        document.left_out
    ) == {"1", "2", "3", "Đảng bộ xã Gia Phù"}


@pytest.mark.parametrize(("written", "left_out"), [("2", ("2",)), ("- 2 -", ("- 2 -",)), ("7", ())])
def test_a_second_page_alone_may_have_its_number(tmp_path, written, left_out):
    """As the form of official documents has it: the first page has none."""
    drawn = canvas(tmp_path / "a.pdf")
    draw(drawn, wrapped(LEFT, 400), 60, 700)
    drawn.showPage()
    draw(drawn, [written], 290, 805)
    draw(drawn, wrapped(RIGHT, 400), 60, 760)
    drawn.save()
    assert documents(tmp_path)["a.pdf"].left_out == left_out


def test_tables_without_lines_keep_cells_of_several_lines(tmp_path):
    drawn = canvas(tmp_path / "a.pdf")
    draw(drawn, ["TT", "1", "2"], 60, 700)
    for x, y, lines in (
        *((110, 700, ["Đảng bộ xã"]), (110, 700 - 14.85, ["Chiềng Lao"])),
        (110, 700 - 29.7, ["Nậm Giôn (gồm", "cả ba bản mới"]),
        *((260, 700, ["Số chi bộ"]), (260, 700 - 14.85, ["14"])),
        (390, 700, ["Số buổi", "49", "31"]),
    ):
        draw(drawn, lines, x, y)
    draw(drawn, [LEFT[:69]], 60, 600)
    drawn.save()
    assert lines_of(tmp_path / "a.pdf") == [
        "TT: 1; Đảng bộ xã: Chiềng Lao; Số chi bộ: 14; Số buổi: 49",
        "TT: 2; Đảng bộ xã: Nậm Giôn (gồm cả ba bản mới; Số buổi: 31",
        LEFT[:69],
    ]


@pytest.mark.parametrize("offset", [0.3, 0.9])
def test_letters_drawn_twice_come_once(tmp_path, offset):
    drawn = canvas(tmp_path / "a.pdf")
    for x in (60, 60 + offset):
        for i, letter in enumerate("THÔNG BÁO về xoong nồi của bếp cơ quan"):
            before = "THÔNG BÁO về xoong nồi của bếp cơ quan"[:i]
            drawn.drawString(x + width(before), 700, letter)
    drawn.save()
    assert lines_of(tmp_path / "a.pdf") == ["THÔNG BÁO về xoong nồi của bếp cơ quan"]


@pytest.mark.parametrize("space", ["", " ", "  "])
@pytest.mark.parametrize("words", ["THÔNG BÁO", "QUY ĐỊNH TẠM THỜI", "Kết luận"])
def test_spaced_headings_are_words(tmp_path, words, space):
    drawn = canvas(tmp_path / "a.pdf")
    drawn.drawString(60, 700, (space or "").join(words), charSpace=0 if space else 5)
    drawn.save()
    assert lines_of(tmp_path / "a.pdf") == [words]


def test_ligatures_and_hyphens_at_line_ends_are_undone(tmp_path):
    drawn = canvas(tmp_path / "a.pdf")
    lines = [
        "Tài liệu về of\ufb01ce và \ufb02ash được lưu ở thư viện, trong nhiệm kỳ 2025-",
        "2030 mỗi thôn có một tủ sách, nhà văn hóa và loa truyền thanh, pháp-",
        "luật được phổ biến ở đó theo tinh thần của chủ nghĩa Mác - Lênin, cùng",
        "với báo chí của Đảng.",
    ]
    draw(drawn, lines, 50, 700, 13)
    drawn.save()
    assert lines_of(tmp_path / "a.pdf") == [
        "Tài liệu về office và flash được lưu ở thư viện, trong nhiệm kỳ 2025-2030 mỗi thôn có một"
        " tủ sách, nhà văn hóa và loa truyền thanh, pháp luật được phổ biến ở đó theo tinh thần của"
        " chủ nghĩa Mác - Lênin, cùng với báo chí của Đảng."
    ]


def test_water_marks_are_left_out(tmp_path):
    drawn = canvas(tmp_path / "a.pdf")
    draw(drawn, [LEFT[:80]], 60, 700)
    drawn.translate(200, 300)
    drawn.rotate(45)
    drawn.drawString(0, 0, "BẢN SAO LƯU HÀNH NỘI BỘ")
    drawn.save()
    document = documents(tmp_path)["a.pdf"]
    assert document.text == LEFT[:80]
    assert document.left_out == ("BẢN SAO LƯU HÀNH NỘI BỘ",)


def test_letters_that_no_table_names_are_refused_where_no_machine_reads(monkeypatch, tmp_path):
    for module in (formats, pdf):
        monkeypatch.setattr(module, "missing", lambda: "máy chưa cài Tesseract")
    drawn = canvas(tmp_path / "a.pdf")
    draw(drawn, wrapped(LEFT, 400), 60, 700)
    drawn.save()
    data = (tmp_path / "a.pdf").read_bytes()
    with pytest.raises(SourceError, match="Unicode"):
        formats.read_bytes(data.replace(b"/ToUnicode", b"/ToNothing"), tmp_path / "a.pdf")


def test_words_end_where_gaps_are_wider_than_those_between_letters():
    """A font without blanks, letters set wide: only the gaps tell."""
    x, glyphs = 0.0, []
    for word in ("Hà", "Nội,", "ngày", "4"):
        for letter in word:
            glyphs.append(Glyph(letter, x, x + 5, 100, 10))
            x += 6
        x += 2
    assert [row.text for row in rows_of(glyphs)] == ["Hà Nội, ngày 4"]


NARROW = (
    "Nghị quyết đặt ra mục tiêu hoàn thành nhà sinh hoạt của thôn Đông Lĩnh trong quý ba năm 2028.",
    "Đơn của đảng viên ở đảng bộ xã được chi bộ và đảng ủy giải quyết chậm nhất là 12 ngày.",
)


def test_lines_that_wrap_on_half_a_page_are_joined(tmp_path):
    drawn = canvas(tmp_path / "a.pdf")
    y = 760.0
    for words in NARROW:
        y = draw(drawn, wrapped(words, 200), 60, y) - 10
    drawn.save()

    assert lines_of(tmp_path / "a.pdf") == list(NARROW)


def test_short_paragraphs_of_like_length_stay_apart(tmp_path):
    paragraphs = ["Thôn có 41 hộ", "Xã cấp 36 bao", "Hộ góp hai ngày"]
    drawn = canvas(tmp_path / "a.pdf")
    draw(drawn, paragraphs, 60, 760)
    drawn.save()

    assert lines_of(tmp_path / "a.pdf") == paragraphs
