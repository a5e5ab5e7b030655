"""Files that cannot be read are named with the reason, and hinder nothing."""

import io
import zipfile

import pytest
from written import OLE, SENTENCE, documents, reasons, write_pdf


def archive_bomb() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"<w/>")
        with archive.open("word/media.bin", "w", force_zip64=True) as member:
            for _ in range(101):
                member.write(bytes(1 << 20))
    return buffer.getvalue()


BROKEN = {
    "a.odp": (b"PK\x03\x04", "chưa đọc được"),
    "a.xlsx": (b"PK\x03\x04", "hỏng"),
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
    write_pdf(tmp_path / "scan.pdf", "")
    with (tmp_path / "big.txt").open("wb") as file:
        file.truncate(20 * 2**20 + 1)
    found = reasons(tmp_path)

    assert "mật khẩu" in found["locked.pdf"]
    assert "lớp chữ" in found["scan.pdf"]
    assert "20 MB" in found["big.txt"]
