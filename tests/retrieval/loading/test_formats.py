"""What is read of each kind of file: its words, all of them, in Unicode."""

import unicodedata
from datetime import date

import pytest
from viparse.normalize.vps import _BYTE_TO_CODEPOINT
from written import (
    SENTENCE,
    TCVN3,
    VNI,
    compound,
    cp1258,
    documents,
    reasons,
    rtf,
    text_of,
    word97,
    write_docx,
    write_pdf,
)

from retrieval.loading.decoding import decoded

TCVN3_HEAD = "HUYÖN ñY LéC B×NH\nSè 12-KH/HU\nKÕ HO¹CH\nvÒ trång rõng ë c¸c x· vïng cao cña huyÖn"


def test_markdown_keeps_its_words_and_loses_its_marks(tmp_path):
    (tmp_path / "a.md").write_text(
        "---\ntitle: Thông báo\ndate: 2024-03-05\npublisher: Đảng ủy A\n---\n# Kết quả\n\n"
        "Chi bộ **Đồng Tâm** theo\n[Quy định 24](https://x.vn) đạt `3/3` việc.\n\n"
        "- Việc *một*\n- Việc hai\n\n3. Ba\n\n![Ảnh họp](a.png)\n\n"
        "| A | B |\n|---|---|\n| x | y |\n",
        encoding="utf-8",
    )
    document = documents(tmp_path)["a.md"]

    assert document.text == (
        "Kết quả\n\nChi bộ Đồng Tâm theo Quy định 24 đạt 3/3 việc.\n\n"
        "- Việc một\n- Việc hai\n3. Ba\n\nA | B\n\nx | y"
    )
    source = document.source
    assert (source.title, source.publisher) == ("Thông báo", "Đảng ủy A")
    assert source.date == date(2024, 3, 5)


def test_word_documents_give_paragraphs_headings_and_tables(tmp_path):
    assert text_of(write_docx(tmp_path / "a.docx", SENTENCE)) == (
        f"Kết quả nổi bật\n\n{SENTENCE}\n\nChi bộ: 12"
    )


def test_old_letters_come_out_as_unicode_from_every_format(tmp_path):
    (tmp_path / "tcvn3.txt").write_bytes(TCVN3.encode("latin-1"))
    (tmp_path / "tcvn3-in-utf8.txt").write_text(TCVN3, encoding="utf-8")
    (tmp_path / "vni.txt").write_bytes(VNI.encode("latin-1"))
    (tmp_path / "cp1258.txt").write_bytes(cp1258(SENTENCE))
    (tmp_path / "utf16.txt").write_text(SENTENCE, encoding="utf-16")
    (tmp_path / "utf16-le.txt").write_bytes(SENTENCE.encode("utf-16-le"))
    (tmp_path / "utf16-be.txt").write_bytes(SENTENCE.encode("utf-16-be"))
    (tmp_path / "nfd.txt").write_text(unicodedata.normalize("NFD", SENTENCE), encoding="utf-8")
    (tmp_path / "tcvn3.rtf").write_bytes(rtf(TCVN3))
    write_docx(tmp_path / "tcvn3.docx", TCVN3, font=".VnTime")
    write_docx(tmp_path / "vni.docx", VNI, font="VNI-Times")

    found = documents(tmp_path)

    assert len(found) == 11
    assert [path for path, d in found.items() if SENTENCE not in d.text] == []


@pytest.mark.parametrize(("text", "encoding"), [(TCVN3, "latin-1"), (SENTENCE, "utf-16-le")])
def test_a_word_97_file_is_read_without_an_office_suite(tmp_path, text, encoding):
    (tmp_path / "a.doc").write_bytes(word97(f"{text}\r", encoding))
    assert text_of(tmp_path / "a.doc") == SENTENCE


def test_a_locked_word_file_says_that_it_is_locked(tmp_path):
    (tmp_path / "a.docx").write_bytes(compound({"EncryptedPackage": b"x"}))
    assert "mật khẩu" in reasons(tmp_path)["a.docx"]


def test_a_rich_text_file_named_doc_is_read_as_what_it_is(tmp_path):
    (tmp_path / "a.doc").write_bytes(rtf(TCVN3))
    assert text_of(tmp_path / "a.doc") == SENTENCE


def test_lines_cut_by_a_page_are_joined(tmp_path):
    lines = ["Báo cáo công tác", "Trong tháng hai các chi hào quê nhà có công khai tài chính và kê"]
    lines += ["khai tài sán cho quân nhân hàng tháng.", "Tháng ba có hai vai trò: cán và quân"]
    assert text_of(write_pdf(tmp_path / "a.pdf", *lines)) == (
        "Báo cáo công tác\nTrong tháng hai các chi hào quê nhà có công khai tài chính và kê"
        " khai tài sán cho quân nhân hàng tháng.\nTháng ba có hai vai trò: cán và quân"
    )


def test_old_letters_in_a_pdf_come_out_as_unicode(tmp_path):
    assert text_of(
        write_pdf(tmp_path / "a.pdf", "Chi bé §ång T©m ®· kÕt n¹p 12 ®¶ng viªn míi.")
    ) == ("Chi bộ Đồng Tâm đã kết nạp 12 đảng viên mới.")


PAGE = """<html><head><meta charset="utf-8"><title>Xã Hoa Mai họp tổng kết | Báo Hoa Mai</title>
<meta property="og:site_name" content="Báo Hoa Mai">
<meta property="article:published_time" content="2024-03-06T08:00:00+07:00">
<link rel="canonical" href="https://hoamai.example/tong-ket.html"></head><body>
<nav><a href="/">Trang chủ</a> <a href="/xa">Xã hội</a></nav><article>
<h1>Xã Hoa Mai họp tổng kết công tác đảng</h1>
<p>Sáng 5/3, Đảng ủy xã Hoa Mai họp tổng kết công tác năm với hơn một trăm đảng viên.</p>
<figure><img src="a.jpg" alt="x"><figcaption>Quang cảnh buổi họp. Ảnh: An</figcaption></figure>
<h2>Kết quả nổi bật</h2>
<p>Năm qua đảng bộ kết nạp 12 đảng viên, vượt chỉ tiêu hai người và không có chi bộ yếu kém.</p>
<p>Nhiệm vụ của năm sau được giao cho từng chi bộ, mỗi chi bộ một việc, có người theo dõi.</p>
<p>Minh An</p></article><div class="comments">Viết bình luận</div></body></html>"""


def test_a_web_page_gives_its_article_and_what_it_says_of_itself(tmp_path):
    (tmp_path / "a.html").write_text(PAGE, encoding="utf-8")
    document = documents(tmp_path)["a.html"]

    assert document.text.split("\n") == [
        "Xã Hoa Mai họp tổng kết công tác đảng",
        "Sáng 5/3, Đảng ủy xã Hoa Mai họp tổng kết công tác năm với hơn một trăm đảng viên.",
        "Kết quả nổi bật",
        "Năm qua đảng bộ kết nạp 12 đảng viên, vượt chỉ tiêu hai người và không có chi bộ yếu kém.",
        "Nhiệm vụ của năm sau được giao cho từng chi bộ, mỗi chi bộ một việc, có người theo dõi.",
    ]
    assert {"Trang chủ Xã hội", "Viết bình luận"} <= set(document.left_out)
    assert document.source.publisher == "Báo Hoa Mai"
    assert document.source.date == date(2024, 3, 6)
    assert document.source.url == "https://hoamai.example/tong-ket.html"


def test_the_manifest_goes_before_what_a_page_says(tmp_path):
    (tmp_path / "a.html").write_text(PAGE, encoding="utf-8")
    (tmp_path / "sources.yaml").write_text("a.html: {publisher: Tỉnh B}", encoding="utf-8")
    assert documents(tmp_path)["a.html"].source.publisher == "Tỉnh B"


@pytest.mark.parametrize(
    "words",
    [
        "ĐẢNG BỘ XÃ ĐẮK Ơ\nSố 7-NQ/ĐU\nTrong quý hai, chi bộ kết nạp được sáu quần chúng ưu tú.",
        "HUYỆN ỦY HƯỚNG HÓA\nMỗi đảng viên phải giữ gìn phẩm chất, gương mẫu trước nhân dân.",
        "Tỉnh ủy yêu cầu các cấp ủy kiểm tra việc thực hiện quy chế dân chủ ở mọi cơ sở.",
    ],
)
def test_vps_is_told_from_viscii(words):
    assert decoded(vps(words)) == words
    assert decoded(words.encode("utf-8")) == words


def vps(words: str) -> bytes:
    """The words in VPS, by the table that is read backwards."""
    codes = {chr(letter): byte for byte, letter in _BYTE_TO_CODEPOINT}
    return bytes(codes.get(letter, ord(letter)) for letter in words)


def test_heads_set_in_capitals_that_tcvn3_does_not_have():
    assert decoded(TCVN3_HEAD.encode("latin-1")) == (
        "HUYỆN ỦY LỘC BÌNH\nSố 12-KH/HU\nKẾ HOẠCH\nvề trồng rừng ở các xã vùng cao của huyện"
    )
