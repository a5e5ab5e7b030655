"""Drafts: read by content, written as Markdown that reads back as the same words."""

from __future__ import annotations

import io
import stat
import zipfile
from datetime import date

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from reportlab.pdfgen.canvas import Canvas

from retrieval.errors import SourceError
from retrieval.loading.archives import unpacked_documents
from retrieval.loading.drafts import Draft, draft_of, escaped, markdown_of, remove, save
from retrieval.loading.folder import read_file
from retrieval.loading.markdown import plain_words
from retrieval.loading.reflow import tidy

PAGE = """<!doctype html><html><head><title>Hà Nội tổng kết công tác năm 2024</title>
<meta property="og:site_name" content="Báo Thử"><meta name="date" content="2024-12-30"></head>
<body><nav><a href="/">Trang chủ</a></nav><article><h1>Hà Nội tổng kết công tác năm 2024</h1>
<p>Năm 2024, Đảng bộ thành phố Hà Nội kết nạp được 11.144 đảng viên mới, vượt chỉ tiêu đề ra.</p>
<p>Hội nghị đã nghe báo cáo tổng kết và thảo luận về nhiệm vụ trọng tâm của năm tiếp theo.</p>
</article></body></html>"""


def packed(**members: bytes) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return data.getvalue()


def pdf(words: str) -> bytes:
    data = io.BytesIO()
    canvas = Canvas(data)
    canvas.drawString(72, 700, words)
    canvas.save()
    return data.getvalue()


def test_a_page_becomes_a_described_file_that_reads_back_the_same(tmp_path):
    draft = draft_of(PAGE.encode(), "x", url="https://www.nhandan.vn/a.html", is_html=True)
    path = save(draft, tmp_path)

    document = read_file(tmp_path / path, tmp_path, {})
    assert path == "2024-12-30-ha-noi-tong-ket-cong-tac-nam-2024.md"
    assert document.text.split() == draft.text.split()
    assert "11.144 đảng viên" in document.text
    assert "Trang chủ" not in document.text
    source = document.source
    assert (source.title, source.publisher) == ("Hà Nội tổng kết công tác năm 2024", "Báo Thử")
    assert (source.date, source.url) == (date(2024, 12, 30), "https://www.nhandan.vn/a.html")
    assert stat.S_IMODE((tmp_path / path).stat().st_mode) == 0o644


def test_content_counts_where_a_name_promises_nothing():
    assert "Dang bo tinh" in draft_of(pdf("Dang bo tinh ket nap dang vien"), "ban-in").text
    assert draft_of("Một bài viết bằng chữ.".encode(), "Bài_viết.exe").title


@pytest.mark.parametrize("data", [b"", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, b"%PDF-x"])
def test_what_holds_no_text_is_refused(data):
    with pytest.raises(SourceError):
        draft_of(data, "a.md")


def test_a_second_draft_of_the_same_name_takes_another(tmp_path):
    draft = Draft("Một câu.", "../../Tên: “lạ” / quá")

    assert [save(draft, tmp_path) for _ in range(2)] == ["ten-la-qua.md", "ten-la-qua-2.md"]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["ten-la-qua-2.md", "ten-la-qua.md"]


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    with pytest.raises(SourceError, match="SOURCES_DIR"):
        save(Draft("Một câu.", "Tên"), tmp_path / "khong-co")


def test_only_files_inside_the_folder_are_removed(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "ngoai.md").write_text("x")
    (tmp_path / "a" / "trong.md").write_text("x")

    remove("trong.md", tmp_path / "a")
    with pytest.raises(SourceError):
        remove("../ngoai.md", tmp_path / "a")

    assert not (tmp_path / "a" / "trong.md").exists()
    assert (tmp_path / "ngoai.md").exists()


LINES = st.lists(
    st.one_of(
        st.text("ab Đ1.)-+*_`#>[]()<&;!|~=\\\"'/:%"),
        st.sampled_from(
            ["- một", "1. hai", "12) ba", "# bốn", "> năm", "***", "---", "1.", "-", "| a | b |"]
        ),
    ),
    max_size=6,
)


@given(LINES)
def test_markdown_says_just_the_words_that_went_in(lines):
    text = tidy("\n".join(lines))

    again = tidy(plain_words(escaped(text)))

    assert [line for line in again.split("\n") if line] == [x for x in text.split("\n") if x]


@given(st.text(max_size=60), st.dates())
def test_front_matter_says_just_what_went_in(title, day):
    title = tidy(title).replace("\n", " ")
    head = markdown_of(Draft("Một câu.", title, date=day)).split("---\n")[1]

    said = yaml.safe_load(head)
    assert (said.get("title", ""), said["date"]) == (title, day)


def test_an_archive_gives_its_documents():
    data = packed(
        **{
            "a/b.md": b"mot",
            "../c.md": b"hai",
            "anh.gif": b"x",
            "__MACOSX/b.md": b"x",
            ".d.md": b"",
        }
    )

    assert unpacked_documents(data, "x.zip") == [("b.md", b"mot")]
    assert unpacked_documents(b"ba", "ba.txt") == [("ba.txt", b"ba")]


def test_a_word_file_is_one_document():
    data = packed(**{"[Content_Types].xml": b"x", "word/document.xml": b"x"})

    assert unpacked_documents(data, "a.docx") == [("a.docx", data)]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (packed(**{"[Content_Types].xml": b"x", "word/vbaProject.bin": b"x"}), "macro"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "_VBA_PROJECT".encode("utf-16-le"), "macro"),
        (packed(**{"a.doc": "_VBA_PROJECT".encode("utf-16-le")}), "macro"),
        (packed(**{"a.txt": b"0" * (21 << 20)}), "quá lớn"),
        (packed(**{f"{i}.txt": b"0" for i in range(51)}), "hơn 50"),
        (packed(**{"a.exe": b"0"}), "không có tài liệu"),
        (b"PK\x03\x04hong", "bị hỏng"),
    ],
)
def test_bombs_macros_and_broken_archives_are_refused(data, words):
    with pytest.raises(SourceError, match=words):
        unpacked_documents(data, "x.zip")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("**(1) **Đảng viên phải học.", "(1) Đảng viên phải học."),
        ("Như vậy,* *chi bộ họp hằng tháng.", "Như vậy, chi bộ họp hằng tháng."),
        ("**Ví dụ: **Đồng chí A và **đồng chí B**.", "Ví dụ: Đồng chí A và đồng chí B."),
        ("Xem (*), (**) và 3 * 4 = 12.", "Xem (*), (**) và 3 * 4 = 12."),
    ],
)
def test_emphasis_with_a_blank_inside_leaves_no_stars(written, read):
    assert plain_words(written) == read
