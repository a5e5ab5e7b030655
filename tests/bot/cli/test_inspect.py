"""inspect, as a process over real files."""

import json

WORDS = "Hồ sơ kết nạp gồm:\n- Đơn xin vào Đảng;\n- Lý lịch của người xin vào Đảng."


def test_a_file_is_shown_as_it_will_be_stored(chidan, tmp_path):
    (tmp_path / "hồ-sơ.txt").write_text(f"{WORDS}\n\nQuảng cáo", encoding="utf-8")
    (tmp_path / "sources.yaml").write_text("hồ-sơ.txt: {title: Hồ sơ, ngay: 1}", encoding="utf-8")
    found = json.loads(chidan("inspect", "--json", "hồ-sơ.txt").stdout)
    shown = chidan("inspect", "hồ-sơ.txt").stdout
    (tmp_path / "ảnh.txt").write_bytes(b"\xff\xd8\xff\xe0" + bytes(99))
    refused = chidan("inspect", "ảnh.txt")

    assert found["source"]["title"] == "Hồ sơ"
    assert [block["kind"] for block in found["blocks"]] == ["announcement", "item", "item"]
    assert [block["text"] for block in found["blocks"]] == WORDS.split("\n")
    assert found["left_out"] == ["Quảng cáo"]
    assert "ngay" in found["warnings"][0]
    assert "[mục liệt kê 19–38] - Đơn xin vào Đảng;" in shown
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "không phải là TXT" in refused.stderr


ORDER = (
    "HUYỆN ỦY LA PAN\n*\nSố 8-CT/HU\nLa Pan, ngày 2 tháng 5 năm 2024\n\nCHỈ THỊ\n"
    "về trồng quế ven suối\n\nMỗi thôn trồng 100 cây.\n\nT/M BAN THƯỜNG VỤ\nSùng A Lử\n"
)


def test_the_fields_of_an_official_document_are_told_with_their_places(chidan, tmp_path):
    (tmp_path / "chi-thi.txt").write_text(ORDER, encoding="utf-8")

    found = json.loads(chidan("inspect", "--json", "chi-thi.txt").stdout)
    shown = chidan("inspect", "chi-thi.txt").stdout

    assert found["official"]["number"] == "8-CT/HU"
    assert found["official"]["capacity"] == "T/M BAN THƯỜNG VỤ"
    text = "\n".join(block["text"] for block in found["blocks"])
    signer = next(one for one in found["stated"] if one["field"] == "signer")
    assert signer["value"] in text
    assert "Người ký: Sùng A Lử" in shown
