"""Places typed without diacritics or blanks."""

from __future__ import annotations

import pytest

from retrieval.query.place_names import restored


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Đảng bộ Hai Phong có bao nhiêu chi bộ?", "Đảng bộ Hải Phòng có bao nhiêu chi bộ?"),
        ("đảng viên mới ở quangninh", "đảng viên mới ở Quảng Ninh"),
        ("bao nhiêu đảng viên ở Hue?", "bao nhiêu đảng viên ở Huế?"),
        ("dang vien o lam dong", "dang vien o lam dong"),
        ("hòa bình là gì", "hòa bình là gì"),
        ("HN có gì", "HN có gì"),
    ],
)
def test_only_certain_names_are_put_right(typed: str, meant: str) -> None:
    assert restored(typed) == meant
