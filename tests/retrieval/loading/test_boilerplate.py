"""Page furniture goes, every word of the article stays; on pages made up for the purpose."""

import itertools
import re
import unicodedata
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.loading.boilerplate import clean as cleaned
from retrieval.loading.boilerplate import headline, is_scraped
from retrieval.loading.folder import Unreadable, read_folder
from retrieval.loading.reflow import is_wrapped, tidy, unwrap

ROOT = Path(__file__).parents[3]
SEEDS = ROOT.parent / "shared" / "seeds"

LEAD = "Sáng 11/3, Huyện ủy Hoa Mai họp sơ kết công tác dân vận và bàn việc của sáu tháng tới."
BODY = (
    "Sáu tháng qua, toàn huyện có 45 mô hình dân vận khéo, tăng 7 mô hình so với cùng kỳ năm"
    " trước và đều được công nhận."
)
CLOSE = (
    "Đồng chí Bí thư yêu cầu các xã rà soát danh sách hộ khó khăn trước ngày 30/3 để kịp thời hỗ"
    " trợ bà con trong vùng lũ."
)
TITLE = "Huyện ủy Hoa Mai sơ kết nửa năm công tác dân vận"


def clean(text: str) -> str:
    return cleaned(text).text


def page(*lines: str) -> str:
    return "\n\n".join(lines)


ARTICLE = page(TITLE, LEAD, BODY, CLOSE)


@pytest.mark.parametrize(
    "above",
    [
        "Cập nhật: GMT+7",
        "Cập nhật lúc 14:20, 05/02/2024 (GMT+7)",
        "Thứ Hai, Tháng Ba 17, 2025",
        "Bạn đang xem: Trang chủ » Xã hội",
        "Trang chủ › Chính trị › Xây dựng Đảng",
        "Trang chủ\nChính trị\nXã hội\nVăn hóa - Thể thao",
        "* Email: toasoan@hoamai.example *Tòa soạn: 0123456789",
        "spot_img",
        "Banner",
        "Quảng cáo",
        "Đăng nhập\nTìm kiếm",
    ],
)
def test_what_stands_above_the_headline_goes(above):
    assert clean(page(above, ARTICLE)) == ARTICLE


@pytest.mark.parametrize(
    "between",
    [
        "Thứ ba 11/03/2025 17:00",
        "21:10, 11/03/2025",
        "HMO -",
        "Hồng Vân",
        "Chia sẻ Facebook\nIn bài viết\nA A",
    ],
)
def test_what_stands_between_headline_and_article_goes(between):
    assert clean(ARTICLE.replace("\n\nSáng", f"\n\n{between}\n\nSáng")) == ARTICLE


@pytest.mark.parametrize(
    "caption",
    [
        "Quang cảnh hội nghị tại điểm cầu xã Hoa Mai",
        "Toàn cảnh buổi lễ. (Ảnh: Hồng Vân)",
        "Các đại biểu dự hội nghị tại điểm cầu huyện.",
        "Đại biểu tham dự Đại hội.",
        "Bí thư Huyện ủy Lê Thị Na phát biểu tại hội nghị.",
        "Đồng chí Lê Thị Na phát biểu khai mạc hội nghị",
        "Lãnh đạo huyện trao bằng khen cho các tập thể tại hội nghị",
        "Mô hình vườn rau của chị em thôn Hạ. Ảnh TTXVN",
        "Ảnh: Hồng Vân",
        TITLE,
    ],
)
def test_captions_and_repeated_headlines_go(caption):
    assert clean(page(TITLE, LEAD, BODY, caption, CLOSE)) == ARTICLE


@pytest.mark.parametrize(
    "line",
    [
        "Hoàn thành 12/12 nhiệm vụ trọng tâm",
        "Cán bộ là “gốc của mọi công việc”",
        "Ngày 12/3/2025",
        "- Mở hai lớp tập huấn",
        "1. Củng cố khối dân vận xã",
        "a) Giải quyết dứt điểm ba kiến nghị",
        "Dự hội nghị có đồng chí Lê Thị Na, Bí thư Huyện ủy.",
        "Đồng chí Lê Thị Na chủ trì hội nghị.",
        "Các đại biểu dự hội nghị đã thảo luận ba tờ trình.",
        "Các đại biểu dự hội nghị nhất trí với báo cáo.",
        "Đồng chí Lê Thị Na dự hội nghị tổng kết của xã.",
        "Lãnh đạo 5 xã báo cáo kết quả tại hội nghị.",
        "Các đại biểu dự hội nghị tập trung bàn ba giải pháp.",
        "Phát biểu tại hội nghị, đồng chí Na biểu dương các xã.",
        "Đồng chí Na nói: “Phải gần dân”.",
        "Bình luận về kết quả này, nhiều đại biểu cho rằng cần giữ đà.",
        "Xem thêm số liệu thì thấy mỗi xã có ít nhất hai mô hình.",
    ],
)
def test_short_lines_of_the_article_stay(line):
    text = page(TITLE, LEAD, BODY, line, CLOSE)
    assert clean(text) == text


BELOW = {
    "comment form": (
        "Viết bình luận\n\nHãy gõ tiếng Việt có dấu. Bình luận sẽ được duyệt.\n\n(*)\n\n"
        "Số ký tự còn lại:\n\nProtected by Khiên\nRefresh"
    ),
    "comment template": "{name} - {time}\n{body}\n\n0 bình luận\n\nÝ kiến của bạn sẽ được đọc kỹ",
    "teasers with times": (
        "Xã bên ra mắt mô hình mới\n\nXã bên ra mắt mô hình mới\n2025-03-10 08:23:00\n\n"
        "hoamai.example Từ đầu năm đến nay, xã bên đã vận động được hơn hai trăm hộ hiến đất mở"
        " đường và còn tiếp tục...\n\nThêm một cây cầu mới\n\nThêm một cây cầu mới\n2025-03-09\n\n"
        "Cây cầu thứ tư trong năm đã khánh thành trong niềm vui của hàng trăm hộ dân hai bên bờ"
        " sông Hoa."
    ),
    "teasers alone": (
        "Xã bên ra mắt một mô hình mới\n\nXã bên ra mắt một mô hình mới\n\nTừ đầu năm đến nay, xã"
        " bên đã vận động được hơn hai trăm hộ hiến đất mở đường và còn tiếp tục..."
    ),
    "related headlines": (
        "2 bình luận\n\nTin liên quan\n\nThêm một cây cầu mới\n\nGiá rau giảm sau Tết!"
    ),
    "other boxes": "Gợi ý\n\nTin địa phương\n\nThời tiết\n\n28°C\n\nPOWERED BY\nHoa Mai Media",
    "source": "Nguồn: https://hoamai.example/so-ket-123456.html",
    "footer": "© Bản quyền thuộc về Báo Hoa Mai\nTổng Biên tập: Lê Thị Na\nGiấy phép số 12/GP",
    "tags": "Từ khóa: dân vận, Hoa Mai",
}


@pytest.mark.parametrize("byline", ["", "Hồng Vân", "Lê Huy – Thu Hà", "Bài, ảnh: Hồng Vân"])
@pytest.mark.parametrize("kind", BELOW)
def test_what_stands_below_the_article_goes(kind, byline):
    assert clean(page(ARTICLE, byline, BELOW[kind])) == ARTICLE


def test_a_box_of_related_headlines_inside_an_article_does_not_end_it():
    text = page(TITLE, LEAD, "Xem thêm", "Thêm một cây cầu mới ở xã bên", BODY, CLOSE)
    assert clean(text) == page(TITLE, LEAD, "Thêm một cây cầu mới ở xã bên", BODY, CLOSE)


def test_a_list_at_the_end_stays_even_if_it_is_of_names():
    text = page(TITLE, LEAD, BODY, "Ban chỉ đạo gồm ba đồng chí sau đây:", "Lê Thị Na", "Vũ Hạ")
    assert clean(text) == text


def test_an_agency_mark_and_a_credit_are_cut_from_their_lines():
    text = page(f"(HMO) {TITLE}", f"HMO - {LEAD}", f"{BODY} {CLOSE} Ảnh: Hồng Vân", BODY)
    assert clean(text) == page(TITLE, LEAD, f"{BODY} {CLOSE}", BODY)
    assert headline(text) == TITLE


def test_an_article_without_a_headline_keeps_its_first_sentence():
    assert clean(page(LEAD, BODY, "Hồng Vân")) == page(LEAD, BODY)
    assert headline(page(LEAD, BODY)) == ""


def test_a_directive_keeps_its_head_and_its_signature():
    text = (
        "ĐẢNG BỘ HUYỆN HOA MAI\nSố 99-QĐ/HU\n\nQUY ĐỊNH\nvề tiếp dân\n\nĐiều 1. Lịch tiếp dân\n"
        "Bí thư tiếp dân vào ngày 15 hằng tháng.\n\nT/M BAN THƯỜNG VỤ\nLê Thị Na"
    )
    assert clean(text) == text


def test_tidy_leaves_nfc_text_without_invisible_characters():
    messy = "\ufeffĐảng\u200b  bộ\u00a0xã\u00ad\r\n\r\n\r\n\u202ehọp\x07\t hôm nay\x0ctiếp "
    assert tidy(unicodedata.normalize("NFD", messy)) == "Đảng bộ xã\n\nhọp hôm nay\ntiếp"


def test_hard_wrapped_paragraphs_are_joined_and_lists_are_not():
    wrapped = (
        "Kế hoạch năm tới\n\nTrong năm tới, các chi bộ trong toàn đảng bộ tập trung làm tốt\n"
        "ba việc đã nêu trong nghị quyết, nhất là việc kiểm tra và giám sát\n"
        "đảng viên ở xa nơi cư trú.\n- Việc thứ nhất là rà soát\n- Việc thứ hai"
    )
    text, running = unwrap(wrapped)
    assert running == ()
    assert text.split("\n") == [
        "Kế hoạch năm tới",
        "",
        "Trong năm tới, các chi bộ trong toàn đảng bộ tập trung làm tốt ba việc đã nêu trong nghị"
        " quyết, nhất là việc kiểm tra và giám sát đảng viên ở xa nơi cư trú.",
        "- Việc thứ nhất là rà soát",
        "- Việc thứ hai",
    ]
    assert not is_wrapped(ARTICLE)


# Lines that look like a page's foot, its comment form or its template, and may be a text's own.
SUSPECTS = [
    "Đảng ủy xã [3] họp định kỳ.",
    "[b]",
    "[sửa | sửa mã nguồn] Chi bộ họp thường kỳ mỗi tháng một lần, do bí thư chi bộ triệu tập.[7]",
    "{ghi_chú}",
    "Họ và tên: ………………………",
    "Họ tên:",
    "Email:",
    "Địa chỉ: thôn Hạ",
    "Điện thoại: 0203 111 222",
    "Bình luận",
    "Ý kiến bạn đọc",
    "5 ý kiến",
    "12 phản hồi",
    "Giấy phép số 8/GP-TTĐT ngày 3 tháng 2 do Sở cấp cho trang tin của Huyện ủy.",
    "Giấy phép hoạt động của trung tâm chính trị còn hạn đến hết năm.",
    "Tổng biên tập: đồng chí Lê Thị Na",
    "© Huyện ủy Hoa Mai",
    "Copyright 2024",
    "Bản quyền phần mềm thuộc về văn phòng Huyện ủy.",
    "Đăng nhập để tra cứu hồ sơ đảng viên.",
    "Vui lòng đăng nhập bằng tài khoản của chi bộ.",
    "Số ký tự của mỗi tham luận không quá 8.000.",
    "Hội thi gõ tiếng Việt có dấu mở cho mọi đoàn viên.",
    "Bài gửi về được biên tập trước khi đăng.",
    "Powered by Hoa Mai",
    "Mã xác nhận",
    "Tin liên quan",
    "Xem thêm",
    "Cùng chuyên mục",
    "Từ khóa: dân vận",
    "Nguồn: Văn phòng Huyện ủy",
    "10/03/2025 08:23",
    "Trang chủ » Tin tức",
    "Quảng cáo",
    "Ảnh: Hồng Vân",
]
OWN_TEXTS = {
    "article": ARTICLE,
    "form": page(
        "PHIẾU ĐĂNG KÝ THAM GIA SINH HOẠT CHUYÊN ĐỀ CỦA CHI BỘ THÔN HẠ",
        "Chi bộ thôn Hạ mời quần chúng ưu tú đăng ký dự buổi sinh hoạt chuyên đề vào tháng 3.",
        "Họ và tên: ....................",
        "Ngày sinh: ....................",
        "Phiếu này nộp cho bí thư chi bộ trước ngày 25 tháng 2 tại nhà văn hóa thôn.",
        "Người đăng ký\nLê Thị Na",
    ),
    "list": page(
        "Kết quả bầu cấp ủy xã Hoa Mai",
        "Đại hội bầu ba đồng chí sau đây vào Ban Chấp hành, với số phiếu tính trên 120 đại biểu:",
        "Lê Thị Na được 118 phiếu\nVũ Văn Hạ được 115 phiếu\n- Đỗ Thị Mây, 110 phiếu",
        "Lưu: văn phòng\nT/M ĐOÀN CHỦ TỊCH\nLê Thị Na",
    ),
    "directive": page(
        "HUYỆN ỦY HOA MAI\nSố 7-QĐ/HU",
        "Điều 1. Lịch họp\nBan Thường vụ họp mỗi tháng hai lần.",
        "Điều 2. Thi hành\nVăn phòng chịu trách nhiệm thi hành.",
        "Nơi nhận:\n- Các chi bộ,\n- Lưu văn phòng.",
    ),
}


def without_link(suspect: str) -> str:
    """What stays of a line that a wiki's edit link stands before."""
    return suspect.removeprefix("[sửa | sửa mã nguồn] ")


@pytest.mark.parametrize("suspect", SUSPECTS)
@pytest.mark.parametrize("kind", OWN_TEXTS)
def test_a_suspect_line_loses_at_most_itself_wherever_it_stands(kind, suspect):
    lines = OWN_TEXTS[kind].split("\n")
    assert kept_of(lines) == [line for line in lines if line]
    for at in range(len(lines) + 1):
        kept = kept_of([*lines[:at], suspect, *lines[at:]])
        others = [line for line in kept if line not in (suspect, without_link(suspect))]
        assert others == [line for line in lines if line], at


@given(st.data())
def test_several_suspect_lines_among_paragraphs_lose_at_most_themselves(data):
    own = [LEAD, BODY, CLOSE]
    lines = [TITLE, *itertools.chain.from_iterable((x, data.draw(suspects)) for x in own), CLOSE]
    kept = kept_of(lines)
    known = {*SUSPECTS, *map(without_link, SUSPECTS)}
    others = [line for line in kept if line not in known]
    assert others == [TITLE, *own, CLOSE]


suspects = st.sampled_from(SUSPECTS)


def kept_of(lines: list[str]) -> list[str]:
    return [line for line in clean("\n\n".join(lines)).split("\n") if line]


@pytest.mark.parametrize("kind", BELOW)
def test_what_is_left_out_comes_back_beside_the_text(kind):
    whole = cleaned(page(ARTICLE, BELOW[kind]))
    assert "\n".join(whole.left_out).split() == BELOW[kind].split()


lines_of_pages = st.lists(
    st.sampled_from(
        [TITLE, LEAD, BODY, CLOSE, "", "Xem thêm", "Hồng Vân", "- Một việc", *BELOW.values()]
    )
    | st.text(max_size=30),
    max_size=12,
).map("\n".join)


@given(lines_of_pages)
def test_cleaning_makes_up_and_moves_no_words(text):
    """What is left are the tidied text's words, in their order."""
    rest = iter(tidy(text).split())
    assert all(word in rest for word in clean(text).split())


@given(lines_of_pages)
def test_a_stored_text_is_tidy(text):
    stored = clean(text)
    assert stored == tidy(stored)
    assert stored == unicodedata.normalize("NFC", stored).strip()


def test_our_own_articles_keep_every_word():
    for document in read_folder(ROOT / "data" / "articles"):
        assert not isinstance(document, Unreadable)
        written = (ROOT / "data" / "articles" / document.source.path).read_text(encoding="utf-8")
        body = written.split("\n---\n", 1)[1]
        assert document.text.split() == re.sub(r"(?m)^#+ |\*\*", "", body).split()


@pytest.mark.skipif(not SEEDS.is_dir(), reason="needs the scraped articles beside the project")
def test_scraped_articles_come_out_clean():
    texts = {d.source.path[:3]: d.text for d in read_folder(SEEDS) if not isinstance(d, Unreadable)}
    assert sorted(texts) == ["000", "001", "002", "003", "004"]
    for text in texts.values():
        assert not re.search(
            r"Ảnh|GMT|spot_img|Banner|Email|bình luận|\{|Xem thêm|POWERED|Quang cảnh|https?:"
            r"|đại biểu (?:tham )?dự (?i:hội nghị)|FormShield|Refresh|Trang chủ|ĐNA|\(TTV\)",
            text,
        )
    assert "Tham mưu hoàn thành 26/26 nhiệm vụ trọng tâm" in texts["004"].split("\n")
    assert {path: text[-1] for path, text in texts.items() if text[-1] not in ".…"} == {}


@given(lines_of_pages)
def test_every_word_is_in_the_text_or_beside_it(text):
    whole = cleaned(text)
    held = Counter([*whole.text.split(), *"\n".join(whole.left_out).split()])
    assert held == Counter(tidy(text).split())


@pytest.mark.parametrize("link", ["[sửa | sửa mã nguồn]", "[edit]", "[ Sửa đổi ]"])
def test_edit_links_of_wikis_go_and_their_lines_stay(link):
    text = (
        "Huyện ủy Hoa Mai\n\nHuyện ủy Hoa Mai là cơ quan lãnh đạo của Đảng bộ huyện giữa hai kỳ"
        f" đại hội.\n\nTổ chức{link}\n\n{link}Huyện ủy họp ba tháng một lần, hoặc bất thường."
    )

    found = cleaned(text)

    assert is_scraped(text)
    assert link not in found.text
    assert "Tổ chức\n" in found.text
    assert "\nHuyện ủy họp ba tháng một lần" in found.text
    assert found.left_out == (link, link)
