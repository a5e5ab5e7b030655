"""Folders of real files: what becomes a source, what is named as unreadable, and nothing else."""

import io
import os
import re
import struct
import unicodedata
import zipfile
from datetime import date
from pathlib import Path

import docx
import pytest
from docx.shared import Pt
from hypothesis import given
from hypothesis import strategies as st
from reportlab.lib import pdfencrypt
from reportlab.pdfgen.canvas import Canvas

from retrieval.documents import Document
from retrieval.errors import SourceError
from retrieval.sources import (
    Unreadable,
    list_files,
    read_file,
    read_folder,
    read_manifests,
    source_id,
)

SENTENCE = "Chi bộ Đồng Tâm đã kết nạp 12 đảng viên mới trong năm 2023, vượt chỉ tiêu được giao."
# The same sentence as fonts from before Unicode spelt it.
TCVN3 = "Chi bé §ång T©m ®· kÕt n¹p 12 ®¶ng viªn míi trong n¨m 2023, v­ît chØ tiªu ®­îc giao."
VNI = (
    "Chi boä Ñoàng Taâm ñaõ keát naïp 12 ñaûng vieân môùi trong naêm 2023, vöôït chæ tieâu"
    " ñöôïc giao."
)


def documents(folder: Path) -> dict[str, Document]:
    return {d.source.path: d for d in read_folder(folder) if isinstance(d, Document)}


def reasons(folder: Path) -> dict[str, str]:
    return {u.path: u.reason for u in read_folder(folder) if isinstance(u, Unreadable)}


def text_of(path: Path) -> str:
    return read_file(path, path.parent, {}).text


def write_docx(path: Path, *paragraphs: str, font: str = "Arial") -> Path:
    document = docx.Document()
    document.add_heading("Kết quả nổi bật", 1)
    for paragraph in paragraphs:
        run = document.add_paragraph().add_run(paragraph)
        run.font.name, run.font.size = font, Pt(13)
    table = document.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "Chi bộ", "12"
    document.save(str(path))
    return path


def write_pdf(path: Path, *lines: str, encrypt: str = "") -> Path:
    lock = pdfencrypt.StandardEncryption(encrypt) if encrypt else None
    canvas = Canvas(str(path), encrypt=lock)
    for i, line in enumerate(lines):
        canvas.drawString(60, 800 - 18 * i, line)
    canvas.save()
    return path


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


def test_front_matter_goes_before_the_manifest_and_the_manifest_before_the_text(tmp_path):
    (tmp_path / "a.txt").write_text(f"---\ntitle: Một\n---\n{SENTENCE}", encoding="utf-8")
    (tmp_path / "sources.yaml").write_text(
        "a.txt: {title: Hai, publisher: Báo B, date: 5/3/2024, url: 'https://b.vn/1', about: Gốc}",
        encoding="utf-8",
    )
    source = documents(tmp_path)["a.txt"].source

    assert (source.title, source.publisher, source.date) == ("Một", "Báo B", date(2024, 3, 5))
    assert (source.url, source.about) == ("https://b.vn/1", "Gốc")


def test_a_manifest_describes_the_files_of_its_own_folder(tmp_path):
    (tmp_path / "sub").mkdir()
    for name in ("a.txt", "sub/a.txt"):
        (tmp_path / name).write_text(SENTENCE, encoding="utf-8")
    (tmp_path / "sub/sources.yaml").write_text("a.txt: {title: Tên}", encoding="utf-8")

    found = documents(tmp_path)

    assert found["sub/a.txt"].source.title == "Tên"
    assert found["a.txt"].source.title == SENTENCE.rstrip(".")


@pytest.mark.parametrize(
    "broken", ["a.txt: [", "- một\n- hai", "a.txt: chữ", "\udcff", "a: &a [*a]"]
)
def test_a_broken_manifest_is_named_and_the_files_are_read(tmp_path, broken):
    (tmp_path / "sources.yaml").write_bytes(broken.encode("utf-8", "surrogateescape"))
    (tmp_path / "a.txt").write_text(SENTENCE, encoding="utf-8")

    assert documents(tmp_path).keys() == {"a.txt"}
    assert reasons(tmp_path).keys() == {"sources.yaml"}


def test_a_manifest_counts_towards_the_state_of_its_files(tmp_path):
    (tmp_path / "a.txt").write_text(SENTENCE, encoding="utf-8")
    before = list_files(tmp_path)
    (tmp_path / "sources.yaml").write_text("a.txt: {title: Tên}", encoding="utf-8")
    os.utime(tmp_path / "sources.yaml", ns=(0, before[0].mtime_ns + 1))

    assert [f.path for f in list_files(tmp_path)] == ["a.txt"]
    assert list_files(tmp_path) != before


def test_word_documents_give_paragraphs_headings_and_tables(tmp_path):
    assert text_of(write_docx(tmp_path / "a.docx", SENTENCE)) == (
        f"Kết quả nổi bật\n\n{SENTENCE}\n\nChi bộ | 12"
    )


def test_old_letters_come_out_as_unicode_from_every_format(tmp_path):
    (tmp_path / "tcvn3.txt").write_bytes(TCVN3.encode("latin-1"))
    (tmp_path / "tcvn3-in-utf8.txt").write_text(TCVN3, encoding="utf-8")
    (tmp_path / "vni.txt").write_bytes(VNI.encode("latin-1"))
    (tmp_path / "cp1258.txt").write_bytes(cp1258(SENTENCE))
    (tmp_path / "utf16.txt").write_text(SENTENCE, encoding="utf-16")
    (tmp_path / "nfd.txt").write_text(unicodedata.normalize("NFD", SENTENCE), encoding="utf-8")
    (tmp_path / "tcvn3.rtf").write_bytes(rtf(TCVN3))
    write_docx(tmp_path / "tcvn3.docx", TCVN3, font=".VnTime")
    write_docx(tmp_path / "vni.docx", VNI, font="VNI-Times")

    found = documents(tmp_path)

    assert len(found) == 9
    assert [path for path, d in found.items() if SENTENCE not in d.text] == []


def cp1258(text: str) -> bytes:
    """Windows-1258 writes tone marks apart, but not the circumflex, breve and horn."""
    apart = unicodedata.normalize("NFD", text)
    for pair in ("a\u0302", "e\u0302", "o\u0302", "a\u0306", "o\u031b", "u\u031b"):
        for letter in (pair, pair.upper()):
            whole = unicodedata.normalize("NFC", letter)
            apart = re.sub(rf"{letter[0]}(\u0323?){letter[1]}", rf"{whole}\1", apart)
    return apart.encode("cp1258")


def rtf(text: str) -> bytes:
    escaped = "".join(c if c.isascii() else f"\\'{ord(c):02x}" for c in text)
    return (
        rb"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0 Arial;}}\f0 " + escaped.encode() + rb"\par}"
    )


def word97(text: str, encoding: str) -> bytes:
    """A Word 97 file as [MS-DOC] and [MS-CFB] lay it out: one piece of text, two streams."""
    raw = text.encode(encoding)
    at = 0x800
    head = bytearray(at)
    struct.pack_into("<H", head, 0x0A, 0x0200)
    struct.pack_into("<II", head, 0x18, at, at + len(raw))
    words = bytes(head) + raw
    place = at if encoding == "utf-16-le" else at * 2 | 0x40000000
    pieces = struct.pack("<IIHIH", 0, len(text), 0, place, 0)
    table = b"\x02" + struct.pack("<I", len(pieces)) + pieces
    return compound({"WordDocument": words, "1Table": table})


def compound(streams: dict[str, bytes]) -> bytes:
    end, free = 0xFFFFFFFE, 0xFFFFFFFF
    fat, data, entries = [0xFFFFFFFD, end], b"", [("Root Entry", 5, end, 0)]
    for name, content in streams.items():
        sectors = max(8, -(-len(content) // 512))
        entries.append((name, 2, len(fat), sectors * 512))
        fat += [*range(len(fat) + 1, len(fat) + sectors), end]
        data += content.ljust(sectors * 512, b"\0")
    directory = b"".join(
        name.encode("utf-16-le").ljust(64, b"\0")
        + struct.pack("<HBB3I36xIQ", 2 * len(name) + 2, kind, 1, free, free, free, start, size)
        for name, kind, start, size in entries
    )
    header = struct.pack(
        "<8s16x5H6x9I", OLE, 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, end, 0, end, 0
    )
    difat = struct.pack("<109I", 0, *[free] * 108)
    table = struct.pack("<128I", *fat, *[free] * (128 - len(fat)))
    return header + difat + table + directory.ljust(512, b"\0") + data


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


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


def test_lines_cut_by_a_page_are_joined_and_page_numbers_left_out(tmp_path):
    lines = ["Báo cáo công tác", "Trong tháng hai các chi hào quê nhà có công khai tài chính và kê"]
    lines += ["khai tài sán cho quân nhân hàng tháng.", "Tháng ba có hai vai trò: cán và quân", "7"]
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
<p>Minh An</p></article><div class="comments">Viết bình luận</div></body></html>"""


def test_a_web_page_gives_its_article_and_what_it_says_of_itself(tmp_path):
    (tmp_path / "a.html").write_text(PAGE, encoding="utf-8")
    document = documents(tmp_path)["a.html"]

    assert document.text.split("\n") == [
        "Xã Hoa Mai họp tổng kết công tác đảng",
        "",
        "Sáng 5/3, Đảng ủy xã Hoa Mai họp tổng kết công tác năm với hơn một trăm đảng viên.",
        "Kết quả nổi bật",
        "Năm qua đảng bộ kết nạp 12 đảng viên, vượt chỉ tiêu hai người và không có chi bộ yếu kém.",
    ]
    assert document.source.publisher == "Báo Hoa Mai"
    assert document.source.date == date(2024, 3, 6)
    assert document.source.url == "https://hoamai.example/tong-ket.html"


def test_the_manifest_goes_before_what_a_page_says(tmp_path):
    (tmp_path / "a.html").write_text(PAGE, encoding="utf-8")
    (tmp_path / "sources.yaml").write_text("a.html: {publisher: Tỉnh B}", encoding="utf-8")
    assert documents(tmp_path)["a.html"].source.publisher == "Tỉnh B"


def archive_bomb() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"<w/>")
        with archive.open("word/media.bin", "w", force_zip64=True) as member:
            for _ in range(101):
                member.write(bytes(1 << 20))
    return buffer.getvalue()


BROKEN = {
    "a.xlsx": (b"PK\x03\x04", "chưa đọc được"),
    "no-suffix": (b"abc", "chưa đọc được"),
    "empty.txt": (b"", "rỗng"),
    "blank.md": (b" \n\t ", "rỗng"),
    "marks.txt": ("—— … ***".encode(), "không có chữ"),
    "binary.txt": (bytes(range(256)) * 9, "không phải là văn bản"),
    "nul.md": (b"a\x00b", "không phải là văn bản"),
    "a.pdf": (b"%PDF-1.4 broken", "hỏng"),
    "text.pdf": (b"just words", "không phải là PDF"),
    "pdf.txt": (b"%PDF-1.4 ...", "không phải là TXT"),
    "a.docx": (b"PK\x03\x04 broken", "hỏng"),
    "bomb.docx": (archive_bomb(), "quá lớn"),
    "a.doc": (OLE + b" broken", "hỏng"),
    "page.html": (b"<html><body></body></html>", "nội dung"),
    "bad.md": ("---\ntitle: Hội nghị: tổng kết\n---\nMột.".encode(), "mô tả"),
    "date.md": ("---\ndate: hôm qua\n---\nMột.".encode(), "hôm qua"),
    "list.md": ("---\ntitle: [a]\n---\nMột.".encode(), "title"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_cannot_be_read_is_named_with_its_reason(tmp_path, name):
    content, reason = BROKEN[name]
    (tmp_path / name).write_bytes(content)
    (tmp_path / "zz.txt").write_text(SENTENCE, encoding="utf-8")

    assert reason in reasons(tmp_path)[name]
    assert documents(tmp_path).keys() == {"zz.txt"}


def test_locked_and_scanned_and_oversized_files_are_named(tmp_path):
    write_pdf(tmp_path / "locked.pdf", "abc", encrypt="x")
    write_pdf(tmp_path / "scan.pdf")
    with (tmp_path / "big.txt").open("wb") as file:
        file.truncate(20 * 2**20 + 1)
    found = reasons(tmp_path)

    assert "mật khẩu" in found["locked.pdf"]
    assert "lớp chữ" in found["scan.pdf"]
    assert "20 MB" in found["big.txt"]


def test_links_are_followed_only_inside_the_folder(tmp_path):
    folder = tmp_path / "sources"
    folder.mkdir()
    (tmp_path / "secret.txt").write_text(SENTENCE, encoding="utf-8")
    (folder / "a.txt").write_text(SENTENCE, encoding="utf-8")
    (folder / "inside.txt").symlink_to("a.txt")
    (folder / "outside.txt").symlink_to("../secret.txt")
    (folder / "folder").symlink_to("..", target_is_directory=True)
    (folder / "nowhere.txt").symlink_to("gone.txt")
    os.mkfifo(folder / "pipe.txt")

    assert documents(folder).keys() == {"a.txt", "inside.txt"}
    assert "ngoài" in reasons(folder)["outside.txt"]
    assert "ngoài" in reasons(folder)["folder"]
    assert "liên kết hỏng" in reasons(folder)["nowhere.txt"]
    assert "pipe.txt" in reasons(folder)


def test_hidden_files_readme_and_manifests_are_no_sources(tmp_path):
    (tmp_path / ".git").mkdir()
    for name in (".a.txt", ".git/b.txt", "README.md", "~$c.docx"):
        (tmp_path / name).write_text(SENTENCE, encoding="utf-8")
    (tmp_path / "sources.yaml").write_text("{}", encoding="utf-8")

    assert list(read_folder(tmp_path)) == []


def test_a_name_that_is_not_utf8_is_named_readably(tmp_path):
    (tmp_path / os.fsdecode(b"\xff.txt")).write_text(SENTENCE, encoding="utf-8")
    assert list(reasons(tmp_path)) == ["\ufffd.txt"]


def test_a_missing_folder_is_an_error_and_not_an_empty_one(tmp_path):
    with pytest.raises(SourceError, match="Không có thư mục"):
        list_files(tmp_path / "gone")


def test_files_come_in_the_order_of_their_paths(tmp_path):
    (tmp_path / "b").mkdir()
    for name in ("c.txt", "b/z.txt", "a.txt"):
        (tmp_path / name).write_text(SENTENCE, encoding="utf-8")
    assert [f.path for f in list_files(tmp_path)] == ["a.txt", "b/z.txt", "c.txt"]
    assert read_manifests(tmp_path) == ({}, [])


def test_ids_are_readable_stable_and_tell_paths_apart():
    assert source_id("a/Hội nghị 2024.md").startswith("hoi-nghi-2024-")
    assert source_id("a/x.md") != source_id("b/x.md")
    nfd = unicodedata.normalize("NFD", "Hội nghị.md")
    assert source_id(nfd) == source_id("Hội nghị.md")


@given(st.text(min_size=1))
def test_any_path_has_an_id_of_plain_letters(path):
    assert re.fullmatch(r"[a-z0-9]([a-z0-9-]{0,31})-[0-9a-f]{6}", source_id(path))
