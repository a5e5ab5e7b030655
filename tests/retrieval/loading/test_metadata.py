"""Who published what when: what a text proves, and what it does not."""

from datetime import date

import pytest

from retrieval.errors import SourceError
from retrieval.loading.metadata import Description, description_of, first_date, found

TITLE = "Huyện ủy Hoa Mai tổng kết công tác dân vận"
BODY = "Toàn huyện có 45 mô hình dân vận khéo, tăng 7 mô hình so với cùng kỳ và đều được công nhận."


def page(*lines: str) -> str:
    return "\n\n".join(lines)


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("21:10, 29/12/2022", date(2022, 12, 29)),
        ("Thứ hai 01/06/2020 17:00", date(2020, 6, 1)),
        ("Thứ Năm, 06/03/2025 | 08:15 GMT+7", date(2025, 3, 6)),
        ("Cập nhật lúc 14:20 ngày 5/2/2024", date(2024, 2, 5)),
        ("2024-02-05 07:00:00", date(2024, 2, 5)),
    ],
)
def test_a_date_under_the_headline_is_the_day_of_publication(line, day):
    assert found(page(TITLE, line, "Sáng 1/1/2020, " + BODY.lower(), BODY)).date == day


@pytest.mark.parametrize(
    "lead",
    [
        "Chiều 4/7/2024, huyện họp sơ kết công tác dân vận với 120 đại biểu.",
        "Ngày 16/12, huyện họp tổng kết công tác dân vận năm 2024 ở hội trường.",
        "Trong 2 ngày 3 và 4/10/2023, huyện mở lớp tập huấn về dân vận.",
        "Ngày 31/2/2024, huyện họp sơ kết công tác dân vận với 120 đại biểu.",
        "Chỉ thị 12-CT/HU ngày 3/2/2021 được quán triệt tới từng chi bộ trong huyện.",
    ],
)
def test_the_day_of_an_event_or_of_a_directive_is_not_the_pages(lead):
    assert found(page(TITLE, lead, BODY)).date is None


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("Giờ đăng bài viết gốc: 02/03/2025 06:15", date(2025, 3, 2)),
        ("**Ngày đăng: **7.9.2024", date(2024, 9, 7)),
        ("Cập nhật lần cuối: 2023-11-05", date(2023, 11, 5)),
        ("Bài viết nhắc tới ngày 3/4/2022.", None),
    ],
)
def test_a_day_that_the_foot_calls_so_is_the_day_of_publication(line, day):
    assert found(page(TITLE, BODY, BODY.replace("45", "46"), line)).date == day


@pytest.mark.parametrize(
    "line",
    [
        "Đài Hoa Mai - Thứ tư, ngày 8/5/2024 09:30 GMT+7",
        f"{TITLE} 08/05/2024 14:01",
        "15h20 ngày 8/5/2024",
    ],
)
def test_a_day_with_the_hour_above_is_the_day_of_publication(line):
    assert found(
        page(line, "Mở đầu bài viết về công tác dân vận ở cơ sở trong năm.", BODY)
    ).date == (date(2024, 5, 8))


@pytest.mark.parametrize(
    "top",
    [
        f"# {TITLE}\n\n| Trụ sở | phố Chính |\n| Thành lập | 1948 |",
        f"**{TITLE}**",
        f"## {TITLE} ##\n\n### Nội dung chính",
        f"| Ảnh | |\n\n**{TITLE}** (viết tắt HU) là cơ quan của huyện.",
        f"{TITLE[:25]} ...\n\n{TITLE} 08/05/2024 14:01",
    ],
)
def test_the_title_is_what_heads_the_text(top):
    assert found(page(top, BODY)).title == TITLE


def test_a_title_cut_short_ends_without_dots():
    assert found(page("Huyện ủy Hoa Mai tổng kết công …", BODY)).title == (
        "Huyện ủy Hoa Mai tổng kết công"
    )


@pytest.mark.parametrize(
    ("top", "foot", "publisher"),
    [
        ("(Tin nhanh) - Huyện ủy họp.", "", "Tin nhanh"),
        ("HMTV.VN - Huyện ủy họp.", "", "HMTV.VN"),
        ("Mở đầu.", "Theo Cổng thông tin Huyện Hoa Mai", "Cổng thông tin Huyện Hoa Mai"),
        ("Mở đầu.", "Nguồn tin: hoamai.vn", "hoamai.vn"),
        ("Mở đầu.", "Theo quy định thì phải báo cáo hằng năm bằng văn bản.", ""),
    ],
)
def test_who_published_it_stands_before_the_news_or_at_the_foot(top, foot, publisher):
    assert found(page(TITLE, top, BODY, foot)).publisher == publisher


def test_the_day_of_a_crawl_and_days_of_other_articles_prove_nothing():
    text = page("Thứ Sáu, Tháng Bảy 19, 2024", TITLE, BODY, BODY.replace("45", "46"), "Xem thêm")
    assert found(page(text, "Tin khác của huyện hôm nay", "2024-12-05 09:08:00")).date is None


@pytest.mark.parametrize(
    ("text", "publisher"),
    [
        (page(TITLE, BODY, "Nguồn: https://hanoimoi.vn/a-1.html"), "hanoimoi.vn"),
        (page(TITLE, BODY, "Nguồn: https://www.hoamai.example/a-1.html"), "hoamai.example"),
        (page(TITLE, BODY, "Xem thêm", "baophutho.vn Huyện bên họp bàn..."), "baophutho.vn"),
        (page(f"(HMTV) {TITLE}", BODY), "HMTV"),
        (page(TITLE, "ĐNA -", BODY), "ĐNA"),
        (page(TITLE, f"{BODY} Chi tiết tại nhandan.vn hoặc hỏi a@nhandan.vn nhé."), ""),
        (page(TITLE, BODY), ""),
    ],
)
def test_the_publisher_is_named_only_where_the_page_proves_it(text, publisher):
    assert found(text).publisher == publisher


def test_a_title_is_spelt_out_from_the_address_with_the_words_of_the_text():
    text = page(
        "Bí thư Huyện ủy Lê Thị Na dự hội nghị tổng kết công tác dân vận của huyện.",
        "Theo bà, phải làm thật tốt việc tiếp dân trong nhiệm kỳ 2025-2030 này.",
        "Nguồn: https://hoamai.example/le-thi-na-lam-that-tot-viec-tiep-dan-123456.html",
    )
    assert found(text).title == "Lê Thị Na làm thật tốt việc tiếp dân"
    assert found(text.replace("that-tot", "rat-nhanh")).title.startswith("Bí thư Huyện ủy Lê")


def test_a_long_first_sentence_is_no_title():
    assert found(" ".join(["Huyện ủy họp bàn việc"] * 20) + ".").title == ""


@pytest.mark.parametrize(
    ("opening", "title"),
    [
        ("Ban Quản trị Mai Hoa nay là Hội đồng Quản trị; lo việc", "Ban Quản trị Mai Hoa"),
        ("Tổ Tuyên vận là một hình thức tập hợp ở cơ sở, do chi bộ lập ra để", "Tổ Tuyên vận"),
        ("Đảng ủy Khối Hồng Hà là tổ chức đảng cấp trên của", "Đảng ủy Khối Hồng Hà"),
        ("Tại hội nghị, đồng chí Bí thư là người phát biểu đầu tiên và nêu rõ", ""),
    ],
)
def test_what_a_first_sentence_defines_is_the_title(opening, title):
    rest = " mọi nhà trong thôn cùng biết và làm theo" * 4

    assert found(f"{opening}{rest}.").title == title


def test_a_directive_is_named_by_its_kind_number_and_subject():
    text = "Số 99-QĐ/HU\nHoa Mai, ngày 14 tháng 6 năm 2024\nQUY ĐỊNH\nvề tiếp dân\nĐiều 1. Lịch\nA."
    assert found(text).title == "Quy định 99-QĐ/HU về tiếp dân"
    assert found(text).date == date(2024, 6, 14)


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("5/3/2024", date(2024, 3, 5)),
        ("5 tháng 3 năm 2024", date(2024, 3, 5)),
        ("2024-03-05T08:00", date(2024, 3, 5)),
        ("", None),
    ],
)
def test_described_dates_are_read_as_people_write_them(value, day):
    assert description_of({"date": value}).date == day


@pytest.mark.parametrize("entry", [{"date": "hôm qua"}, {"date": 2024}, {"title": ["a"]}])
def test_a_description_that_is_no_description_is_refused(entry):
    with pytest.raises(SourceError):
        description_of(entry)


def test_descriptions_fill_each_others_gaps():
    mine = Description(title="A", url="u")
    other = Description(title="B", publisher="P", date=date(2024, 1, 2))
    assert mine.completed_by(other) == Description("A", "P", date(2024, 1, 2), "u")


def test_the_first_full_day_of_a_text_is_found():
    assert first_date("số 3/2021 … 32/1/2024, 5/3/2024 rồi 2023-01-01") == date(2024, 3, 5)
    assert first_date("không có ngày nào") is None


def test_a_row_of_a_table_is_no_title():
    rows = ["Xã: Hạ; Giao: 4; Đạt: 5", "Xã: Thượng; Giao: 6; Đạt: 6"]

    assert found("\n".join(rows)).title == ""
    assert found("\n".join(["Kết quả quý I", *rows])).title == "Kết quả quý I"
