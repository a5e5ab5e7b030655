"""Directives without their usual head: what a line says of them, or nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from retrieval.loading.folder import read_file
from retrieval.loading.official_head import read_head
from retrieval.models import OfficialField

ITEMS = "1. Giữ 3.200 ha rừng đầu nguồn.\n\n2. Mỗi bản lập một tổ tuần rừng.\n\n"
FOOT = (
    "Nơi nhận:\n- Các huyện ủy,\n- Lưu.\n\nT/M BAN THƯỜNG VỤ\nPHÓ BÍ THƯ\nTráng A Tủa"
)  # fmt: skip
SPEAKS = "Kết luận này được phổ biến đến từng chi bộ."


@pytest.mark.parametrize(
    ("top", "below", "title", "issuer", "day"),
    [
        (
            "INFOGRAPHIC: Kết luận số 61-KL/TU của Ban Thường vụ Tỉnh ủy Hòa Lạc về giữ rừng"
            "\n\n(Ban hành ngày 4/5/2024)",
            ITEMS + SPEAKS,
            "Kết luận 61-KL/TU về giữ rừng",
            "Ban Thường vụ Tỉnh ủy Hòa Lạc",
            "2024-05-04",
        ),
        (
            "Kết luận số 62-KL/HU, ngày 18/02/2025 của Huyện ủy Mường So về tiếp công dân",
            ITEMS + FOOT,
            "Kết luận 62-KL/HU về tiếp công dân",
            "Huyện ủy Mường So",
            "2025-02-18",
        ),
        (
            "Toàn văn Kết luận 63-KL/TU về dạy chữ ở vùng cao",
            ITEMS + SPEAKS,
            "Kết luận 63-KL/TU về dạy chữ ở vùng cao",
            "",
            "None",
        ),
        ("Số: 14-HD/BTGTU", ITEMS + FOOT, "Hướng dẫn 14-HD/BTGTU", "", "None"),
    ],
)
@pytest.mark.parametrize("suffix", [".txt", ".html"])
def test_a_line_names_a_directive_without_head(tmp_path, suffix, top, below, title, issuer, day):
    source, text = read(tmp_path, f"{top}\n\n{below}", suffix)
    head = read_head(text)

    assert head is not None
    assert (source.title, source.publisher, str(source.date)) == (title, issuer, day)
    assert (head.title, head.issuer, str(head.date)) == (title, issuer, day)
    assert all(text[one.start : one.end].strip() for one in head.stated)
    assert ("Tráng A Tủa" in head.values(OfficialField.SIGNER)) == (FOOT in below)


@pytest.mark.parametrize(
    "text",
    [
        "Chỉ thị số 88-CT/TU của Tỉnh ủy: Siết chặt việc in\n\nSáng 4/5, Ban Tuyên giáo họp báo"
        " giới thiệu Chỉ thị.\n\n" + ITEMS,
        "Kết luận số 61-KL/TU của Tỉnh ủy Hòa Lạc về giữ rừng\n\nNgày 4/5, các bản họp bàn cách"
        " làm theo lời dặn của Tỉnh ủy.\n\n" + ITEMS,
        "Số: 14-QĐ/TU\n\n" + ITEMS + FOOT,  # Quyết định or Quy định
        "Kết luận số 61-KL/TU của Tỉnh ủy nêu rõ về giữ rừng\n\n" + ITEMS + SPEAKS,
        # An article that tells what a directive says.
        f"Kết luận số 61-KL/TU về giữ rừng\n\nTheo Kết luận số 61, {SPEAKS.lower()}\n\n{ITEMS}",
        "Vì sao có Kết luận số 61-KL/TU của Tỉnh ủy về giữ rừng?\n\n" + ITEMS + SPEAKS,
    ],
)
def test_what_is_not_sure_is_left_out(tmp_path, text):
    source, stored = read(tmp_path, text, ".txt")

    assert read_head(stored) is None
    assert (source.publisher, source.date) == ("", None)


@pytest.mark.parametrize(
    "top",
    [
        "Điều 1. Phạm vi điều chỉnh\n\nÁp dụng cho cán bộ của huyện.",
        "Kết luận này có hiệu lực từ ngày ký.",
        "1. Giữ rừng đầu nguồn.",
        "Ban Tuyên giáo hướng dẫn các huyện ủy như sau:",
        "Theo Quyết định số 5-QĐ/TU ngày 1/2/2024 của Tỉnh ủy Hòa Lạc về khen thưởng.",
    ],
)
def test_a_provision_is_no_title(tmp_path, top):
    source, _ = read(tmp_path, f"{top}\n\n{ITEMS}{FOOT}", ".txt")

    assert (source.title, source.publisher, source.date) == ("", "", None)


def read(folder: Path, text: str, suffix: str):
    path = folder / f"a{suffix}"
    if suffix == ".html":
        shown = "".join(f"<p>{line}</p>" for line in text.split("\n") if line)
        page = f"<html><head><title>INFOGRAPHICS</title></head><body>{shown}</body></html>"
        path.write_text(page, encoding="utf-8")
    else:
        path.write_text(text, encoding="utf-8")
    document = read_file(path, folder, {})
    return document.source, document.text
