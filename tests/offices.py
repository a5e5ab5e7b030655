"""A made-up office: small sources, and questions about them with and without an answer."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

_COMMUNES = (
    ("Bình An", "Trần Văn Lực", 12, 31),
    ("Hòa Phú", "Lê Thị Nhàn", 7, 24),
    ("Tân Lập", "Phạm Quốc Hưng", 15, 42),
    ("Đông Sơn", "Võ Minh Tâm", 9, 18),
    ("Cẩm Giang", "Ngô Thị Hạnh", 21, 37),
    ("Phước Thành", "Đặng Hữu Nghĩa", 5, 16),
    ("Lộc Thủy", "Bùi Xuân Quang", 18, 29),
    ("Mỹ Khánh", "Hồ Thị Liên", 11, 27),
    ("An Thịnh", "Dương Đức Trọng", 14, 33),
    ("Vĩnh Hậu", "Trịnh Thị Mai", 8, 22),
    ("Quảng Lợi", "Cao Văn Bảy", 16, 39),
    ("Thanh Hà", "Lý Thanh Vân", 10, 26),
)
_ELSEWHERE = (
    "Cách nấu phở bò ngon?",
    "Giá vàng hôm nay bao nhiêu?",
    "Đội nào vô địch bóng đá thế giới?",
    "Trời mai có mưa không?",
    "Con mèo nặng bao nhiêu cân?",
    "Vé tàu đi Lào Cai mua ở đâu?",
    "Máy giặt hỏng thì gọi ai?",
    "Bài hát này của nhạc sĩ nào?",
    "Cây xoài ra hoa tháng mấy?",
    "Điện thoại nào chụp ảnh đẹp?",
    "Làm bánh chưng cần những gì?",
    "Sông nào dài nhất châu Phi?",
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and the words that answer it; none where nothing does."""

    question: str
    must: str
    source: str = ""


def sources() -> dict[str, str]:
    """Return the texts by the name of their file."""
    return {
        _name(number): (
            f"# Đảng ủy xã {name} tổng kết năm 2024\n\n"
            f"Hội nghị tổng kết của Đảng ủy xã {name} diễn ra sáng 12/12/2024.\n\n"
            f"Năm 2024, Đảng bộ xã {name} kết nạp {admitted} đảng viên mới. "
            f"Toàn Đảng bộ xã có {cells} chi bộ trực thuộc.\n\n"
            f"Đồng chí {secretary}, Bí thư Đảng ủy xã {name}, chủ trì hội nghị.\n"
        )
        for number, (name, secretary, admitted, cells) in enumerate(_COMMUNES)
    }


def asked() -> list[Asked]:
    """Return three questions about each source, and as many others as there are sources."""
    found = []
    for number, (name, secretary, admitted, cells) in enumerate(_COMMUNES):
        own = _name(number)
        found += [
            Asked(
                f"Năm 2024 Đảng bộ xã {name} kết nạp bao nhiêu đảng viên?",
                f"kết nạp {admitted} đảng viên",
                own,
            ),
            Asked(f"Đảng bộ xã {name} có bao nhiêu chi bộ?", f"{cells} chi bộ", own),
            Asked(f"Bí thư Đảng ủy xã {name} là ai?", secretary, own),
            Asked(_ELSEWHERE[number], ""),
        ]
    return found


def write_sources(folder: Path) -> None:
    """Write the sources into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in sources().items():
        (folder / name).write_text(text, encoding="utf-8")


def _name(number: int) -> str:
    return f"xa-{number:02}.md"
