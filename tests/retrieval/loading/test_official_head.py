"""Heads of official documents: every level, every way of setting them out; no head elsewhere."""

import doctest
from datetime import date

import pytest

from retrieval.loading import official_head
from retrieval.loading.official_head import in_name_case, read_head
from retrieval.models import OfficialField
from retrieval.text.names import in_sentence_case

BODY = "Thực hiện kế hoạch năm, cấp ủy yêu cầu như sau:\n\n1. Họp đúng ngày.\n"
FOOT = "Nơi nhận:\n- Như trên,\n- Lưu Văn phòng.\n\nT/M BAN THƯỜNG VỤ\nBÍ THƯ\n\nĐỗ Thị Hạnh\n"


def test_the_examples_are_true():
    assert doctest.testmod(official_head).failed == 0


@pytest.mark.parametrize(
    ("top", "number", "issuer", "place", "day"),
    [
        (
            "BỘ CHÍNH TRỊ\n*\nSố 88-KL/TW\nĐẢNG CỘNG SẢN VIỆT NAM\nHà Nội, ngày 3 tháng 9 năm 2022",
            *("88-KL/TW", "Bộ Chính trị", "Hà Nội", date(2022, 9, 3)),
        ),
        (
            "THÀNH ỦY LẠNG GIANG          ĐẢNG CỘNG SẢN VIỆT NAM\n      *\n"
            "Số: 09 -CTr/TU          Lạng Giang, ngày 01/02/2023",
            *("09-CTr/TU", "Thành ủy Lạng Giang", "Lạng Giang", date(2023, 2, 1)),
        ),
        (
            "| HUYỆN ỦY MƯỜNG LÀ BAN TỔ CHỨC * Số 5-HD/BTCHU | ĐẢNG CỘNG SẢN VIỆT NAM Mường Là,"
            " ngày 12 tháng 12 năm 2021 |",
            *("5-HD/BTCHU", "Ban Tổ chức Huyện ủy Mường Là", "Mường Là", date(2021, 12, 12)),
        ),
        (
            "HUYỆN ỦY MƯỜNG LÀ\nBAN TỔ CHỨC\n-----\nSố 5-HD/BTCHU\n"
            "Mường Là, ngày 12 tháng 12 năm 2021",
            *("5-HD/BTCHU", "Ban Tổ chức Huyện ủy Mường Là", "Mường Là", date(2021, 12, 12)),
        ),
        (
            "BAN CHẤP HÀNH TRUNG ƯƠNG\nỦY BAN KIỂM TRA\n*\nSố 3-HD/UBKTTW\n"
            "Hà Nội, ngày 9 tháng 1 năm 2020",
            *("3-HD/UBKTTW", "Ủy ban Kiểm tra Trung ương", "Hà Nội", date(2020, 1, 9)),
        ),
        (
            "ĐẢNG ỦY KHỐI CÁC CƠ QUAN\nVÀ DOANH NGHIỆP TỈNH KIM SƠN\n*\nSố 41-KH/ĐUK\n"
            "Kim Sơn, ngày 30 tháng 6 năm 2024",
            "41-KH/ĐUK",
            "Đảng ủy Khối các cơ quan và doanh nghiệp tỉnh Kim Sơn",
            "Kim Sơn",
            date(2024, 6, 30),
        ),
        (
            "ỦY BAN NHÂN DÂN\nTỈNH KIM SƠN\n-------\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n"
            "Độc lập - Tự do - Hạnh phúc\nSố: 77/2023/QĐ-UBND\nKim Sơn, ngày 4 tháng 5 năm 2023",
            *("77/2023/QĐ-UBND", "Ủy ban nhân dân tỉnh Kim Sơn", "Kim Sơn", date(2023, 5, 4)),
        ),
        (
            "ĐẢNG ỦY XÃ LA PHÙ ĐẢNG CỘNG SẢN VIỆT NAM\n*\n"
            "Số 14-NQ/ĐU La Phù, ngày 20 tháng 8 năm 2025",
            *("14-NQ/ĐU", "Đảng ủy xã La Phù", "La Phù", date(2025, 8, 20)),
        ),
    ],
)
def test_heads_of_every_level_and_form(top, number, issuer, place, day):
    head = read_head(f"{top}\n\nKẾ HOẠCH\nvề trồng cây bên đường\n\n{BODY}{FOOT}")

    assert head is not None
    assert head.title == f"Kế hoạch {number} về trồng cây bên đường"
    assert (head.issuer, head.place, head.date, head.signer) == (issuer, place, day, "Đỗ Thị Hạnh")


TOP = "HUYỆN ỦY AN TÂY\n*\nSố 6-CT/HU\nAn Tây, ngày 7 tháng 7 năm 2023\n\n"


@pytest.mark.parametrize(
    ("below", "title"),
    [
        (
            "CHỈ THỊ\nCỦA BAN THƯỜNG VỤ HUYỆN ỦY\nvề giữ gìn đường làng",
            "Chỉ thị 6-CT/HU về giữ gìn đường làng",
        ),
        (
            "C H Ỉ  T H Ị\nVề giữ gìn\nđường làng ngõ xóm",
            "Chỉ thị 6-CT/HU về giữ gìn đường làng ngõ xóm",
        ),
        (
            "CHỈ THỊ\nVỀ VIỆC HỌC NGHỊ QUYẾT CỦA BAN BÍ THƯ\n-----",
            "Chỉ thị 6-CT/HU về việc học nghị quyết của Ban Bí thư",
        ),
        ("CHỈ THỊ về giữ gìn đường làng", "Chỉ thị 6-CT/HU về giữ gìn đường làng"),
        ("QUYẾT ĐỊNH\nBan hành nội quy\n", "Quyết định 6-CT/HU Ban hành nội quy"),
        ("THÔNG BÁO\n*\n", "Thông báo 6-CT/HU"),
    ],
)
def test_the_subject_ends_where_the_text_begins(below, title):
    assert read_head(f"{TOP}{below}\n{BODY}").title == title


def test_a_letter_is_known_by_its_regarding():
    text = "SỞ NỘI VỤ\nSố 120/SNV-VP\nV/v mượn hội trường\n\nKính gửi: Văn phòng\n\nKT. GIÁM ĐỐC\n"

    assert read_head(text).title == "Công văn 120/SNV-VP về mượn hội trường"


@pytest.mark.parametrize(
    ("foot", "signer"),
    [
        ("T/M BAN BÍ THƯ\n(đã ký)\nNgô Văn Tám", "Ngô Văn Tám"),
        ("K/T TRƯỞNG BAN\nPHÓ TRƯỞNG BAN\n\nLò Thị Mai Anh", "Lò Thị Mai Anh"),
        ("| Nơi nhận: - Lưu. | TM. ĐẢNG ỦY BÍ THƯ Vừ A Páo |", "Vừ A Páo"),
        ("TỔNG BÍ THƯ\nNguyễn Hữu Phước Lộc", "Nguyễn Hữu Phước Lộc"),
        ("T/M CHI BỘ\nBÍ THƯ\n\nK' Brẽo", "K' Brẽo"),
        ("Nơi nhận: PHÓ TRƯỞNG BAN\n- Huyện ủy,\n- Lưu Ban.\nDoãn Thị Xoa", "Doãn Thị Xoa"),
        ("TM. ĐẢNG ỦY\nPHÓ BÍ THƯ\n(đã ký)\nH’Yăm Ayŭn", "H’Yăm Ayŭn"),
        (
            "Nơi nhận:\n- Như trên,\nK/T CHÁNH VĂN PHÒNG\nPHÓ CHÁNH VĂN PHÒNG\n- Vụ 3, (đã ký)\n"
            "- Lưu.\nLã Thị Mừng",
            "Lã Thị Mừng",
        ),
        ("Nơi nhận:\n- Lưu.", ""),
    ],
)
def test_who_signed(foot, signer):
    assert read_head(f"{TOP}CHỈ THỊ\nvề giữ gìn đường làng\n\n{BODY}\n{foot}").signer == signer


@pytest.mark.parametrize(
    ("foot", "signer", "capacity"),
    [
        (
            "Nơi nhận: K/T CHỦ TỊCH\n- Như trên; PHÓ CHỦ TỊCH\n- Lưu: VT. Hà Văn Sơn",
            *("Hà Văn Sơn", "K/T CHỦ TỊCH"),
        ),
        ("Q. GIÁM ĐỐC\n\nThiếu tướng Vi Thị Nga", "Vi Thị Nga", "Q. GIÁM ĐỐC"),
        ("T/L BỘ TRƯỞNG\nCHÁNH VĂN PHÒNG\nPGS.TS. Âu Gia Minh", "Âu Gia Minh",
         "T/L BỘ TRƯỞNG, CHÁNH VĂN PHÒNG"),
        ("TM. ĐẢNG ỦY\nPHÓ BÍ THƯ\n\nNGÔ THỊ ĐÀO", "Ngô Thị Đào", "TM. ĐẢNG ỦY, PHÓ BÍ THƯ"),
        (
            "Nơi nhận:\n- Lưu.\nBÍ THƯ\nLê Ba Tư\n\nPHỤ LỤC\nGIÁM ĐỐC\nTrần Lập Biểu",
            *("Lê Ba Tư", "BÍ THƯ"),
        ),
    ],
)  # fmt: skip
def test_who_signed_as_what(foot, signer, capacity):
    head = read_head(f"{TOP}CHỈ THỊ\nvề giữ gìn đường làng\n\n{BODY}\n{foot}")

    assert head.signer == signer
    assert head.values(OfficialField.CAPACITY) == (capacity,)


@pytest.mark.parametrize(
    ("below", "bases"),
    [
        ("Căn cứ Điều lệ Đảng;\nCăn cứ Quy chế số 2-QC/TU;\n\nBan Thường vụ quyết định:", 2),
        ("- Căn cứ Nghị quyết số 5-NQ/HU, ngày 1/2/2023 của\nBan Chấp hành,\nXét đề nghị", 2),
        ("Thực hiện Kế hoạch số 9-KH/TU, Ban Thường vụ yêu cầu:\n1. Họp.", 1),
        ("Những năm qua, 12 chi bộ đã họp đủ.\nCăn cứ kết quả ấy, cấp ủy yêu cầu:", 0),
    ],
)
def test_what_a_document_rests_on(below, bases):
    head = read_head(f"{TOP}QUYẾT ĐỊNH\nvề việc đặt tên đường\n\n{below}\n")

    assert len(head.values(OfficialField.BASIS)) == bases


def test_to_whom_a_document_goes():
    foot = "Nơi nhận:\n- Huyện ủy (để báo cáo),\n- Các chi bộ,\n- Lưu.\n\nT/M ĐẢNG ỦY\nVừ A Páo"
    head = read_head(f"{TOP}CHỈ THỊ\nvề giữ gìn đường làng\n\n{BODY}\n{foot}")

    assert head.values(OfficialField.RECIPIENT) == ("Huyện ủy (để báo cáo)", "Các chi bộ", "Lưu")


def test_each_value_stands_where_it_is_said():
    text = f"{TOP}CHỈ THỊ\nvề giữ gìn đường làng\n\n{BODY}\n{FOOT}"

    said = {one.field.value: text[one.start : one.end] for one in read_head(text).stated}

    assert said["number"] == "Số 6-CT/HU"
    assert said["date"] == said["place"] == "An Tây, ngày 7 tháng 7 năm 2023"
    assert said["subject"] == "CHỈ THỊ\nvề giữ gìn đường làng"
    assert said["issuer"] == "HUYỆN ỦY AN TÂY"
    assert said["signer"] == "T/M BAN THƯỜNG VỤ\nBÍ THƯ\n\nĐỗ Thị Hạnh"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Chỉ thị mới có hiệu lực từ tháng sau.\nHà Nội, ngày 3 tháng 2 năm 2024, họp.",
        "CHỈ THỊ\nlà tên một loại văn bản của Đảng.",
        "Tin vắn\n\nNGHỊ QUYẾT\n\nBài viết không có số, không có ngày.",
    ],
)
def test_what_has_no_head_has_none(text):
    assert read_head(text) is None


def test_a_day_that_is_none_is_left_out():
    head = read_head("TỈNH ỦY A\nSố 1-CT/TU\nA Lưới, ngày 31 tháng 2 năm 2024\nCHỈ THỊ\nvề x\n")

    assert (head.date, head.place) == (None, "A Lưới")


@pytest.mark.parametrize(
    ("capitals", "name"),
    [
        ("VĂN PHÒNG", "Văn phòng"),
        ("UỶ BAN NHÂN DÂN XÃ EA KAR", "Ủy ban nhân dân xã Ea Kar"),
        ("ĐẢNG BỘ THÀNH PHỐ HÒA LẠC", "Đảng bộ thành phố Hòa Lạc"),
    ],
)
def test_organs_are_written_as_they_are_outside_a_head(capitals, name):
    assert in_name_case(capitals) == name


@pytest.mark.parametrize(
    ("capitals", "subject"),
    [
        ("VỀ KHEN THƯỞNG ĐỒNG CHÍ LÒ VĂN PÍN", "về khen thưởng đồng chí Lò Văn Pín"),
        ("VỀ ĐẠI HỘI ĐẢNG BỘ XÃ TRÀ LENG KHÓA XV", "về đại hội Đảng bộ xã Trà Leng khóa XV"),
        ("THỰC HIỆN CHỈ THỊ SỐ 35-CT/TW Ở HÀ GIANG", "thực hiện chỉ thị số 35-CT/TW ở Hà Giang"),
    ],
)
def test_a_subject_in_capitals_keeps_its_names(capitals: str, subject: str) -> None:
    body = "Đồng chí Lò Văn Pín, xã Trà Leng, có thành tích. Đảng bộ xã Trà Leng đề nghị."
    text = (
        "HUYỆN ỦY HOA LƯ\n*\nSố 7-QĐ/HU\nHoa Lư, ngày 2/3/2024\n"
        f"QUYẾT ĐỊNH\n{capitals}\n-----\n{body}\n\nT/M BAN THƯỜNG VỤ\nBÍ THƯ\nĐỗ Thị Hạnh\n"
    )
    head = read_head(text)
    assert head is not None
    assert [s.value for s in head.stated if s.field is OfficialField.SUBJECT] == [subject]


def test_sentences_keep_the_capitals_of_organs():
    assert in_sentence_case("VỀ GÓP Ý CHO ỦY BAN KIỂM TRA") == "về góp ý cho Ủy ban Kiểm tra"


@pytest.mark.parametrize(
    ("above", "kind", "title", "issuer"),
    [
        (
            "ĐẢNG ỦY TRUNG ĐOÀN 62\n*\nSố 44-NQ/ĐU\nLục Sơn, ngày 1 tháng 7 năm 2024",
            "NGHỊ QUYẾT LÃNH ĐẠO\nhuấn luyện chiến sĩ mới",
            "Nghị quyết 44-NQ/ĐU lãnh đạo huấn luyện chiến sĩ mới",
            "Đảng ủy Trung Đoàn 62",
        ),
        (
            "TRƯỜNG CAO ĐẲNG HẢI LAM\nĐẢNG ỦY\n*\nSố 5-TTr/ĐU\nHải Lam, ngày 2/7/2024",
            "TỜ TRÌNH\nĐề nghị chuẩn y phó bí thư",
            "Tờ trình 5-TTr/ĐU Đề nghị chuẩn y phó bí thư",
            "Đảng ủy Trường Cao Đẳng Hải Lam",
        ),
        (
            "BAN BÍ THƯ\n*\nSố 9-TT/TW\nHà Nội, ngày 3 tháng 7 năm 2023",
            "THÔNG TRI\nvề kỷ niệm ngày lưu trữ\nNăm nay, Ban Bí thư yêu cầu:",
            "Thông tri 9-TT/TW về kỷ niệm ngày lưu trữ",
            "Ban Bí thư",
        ),
    ],
)
def test_subjects_and_bodies_over_two_lines(above, kind, title, issuer):
    head = read_head(f"{above}\n{kind}\n\n{BODY}\n")

    assert (head.title, head.issuer) == (title, issuer)


@pytest.mark.parametrize(
    ("top", "title"),
    [
        (
            "TỈNH ỦY LẠC AN\nSố      -CV/TU\nV/v góp ý đề án\nLạc An, ngày    tháng 6 năm 2024",
            "Công văn về góp ý đề án",
        ),
        (
            "HUYỆN ĐOÀN SƠN HẠ\nSố: 33 CV/HĐTN\nV/v tuyển quân năm 2025",
            "Công văn 33-CV/HĐTN về tuyển quân năm 2025",
        ),
    ],
)
def test_letters_without_a_number_or_with_a_blank_in_it(top, title):
    assert read_head(f"{top}\n\nKính gửi: Các đơn vị\n\n{BODY}\n").title == title
