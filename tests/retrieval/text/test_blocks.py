"""The structure of a text: headings, lists and what announces them."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.text.blocks import MOST_CHARACTERS, MOST_ITEMS, blocks_of, lists_in


def kinds(text: str) -> list[str]:
    return [block.kind.value for block in blocks_of(text)]


def lists(text: str) -> list[tuple[str, list[str]]]:
    found = lists_in(text, blocks_of(text))
    return [
        (
            text[one.announcement.start : one.announcement.end] if one.announcement else "",
            [text[item.start : item.end] for item in one.items],
        )
        for one in found
    ]


@pytest.mark.parametrize(
    "items",
    [
        ["- Đơn;", "- Lý lịch."],
        ["– Đơn;", "- Lý lịch."],
        ["1. Đơn;", "2. Lý lịch."],
        ["a) Đơn;", "b) Lý lịch."],
        ["(1) Đơn;", "(2) Lý lịch."],
        ["**(1) **Đơn;", "(2) Lý lịch."],
        ["Bước 1: Nộp đơn.", "Bước 2: Nộp lý lịch."],
    ],
)
def test_items_are_known_by_what_opens_them(items: list[str]) -> None:
    text = "\n".join(["Đảng viên nộp tại chi bộ. Hồ sơ gồm:", *items, "Hết hạn thì nộp lại."])

    assert kinds(text) == ["announcement", "item", "item", "paragraph"]
    assert lists(text) == [("Hồ sơ gồm:", items)]


def test_a_list_inside_an_item_belongs_to_it_and_is_a_list_itself() -> None:
    text = "Mức chi:\na) Đối với xã:\n- Loại 1;\n- Loại 2;\nb) Đối với phường.\nHết."

    assert lists(text) == [
        ("Mức chi:", ["a) Đối với xã:\n- Loại 1;\n- Loại 2;", "b) Đối với phường."]),
        ("a) Đối với xã:", ["- Loại 1;", "- Loại 2;"]),
    ]


def test_a_line_that_announces_a_paragraph_goes_with_it() -> None:
    assert lists("Điều 3 quy định như sau:\nBí thư chủ trì họp.\nHọp mỗi tháng.") == [
        ("Điều 3 quy định như sau:", ["Bí thư chủ trì họp."])
    ]


def test_items_that_nothing_announces_are_a_list_but_one_alone_is_none() -> None:
    assert lists("Xã họp.\n- Bàn nhân sự;\n- Bàn ngân sách.") == [
        ("", ["- Bàn nhân sự;", "- Bàn ngân sách."])
    ]
    assert lists("Xã họp.\n- Bàn nhân sự.\nXong.") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Đảng phí là gì?\nĐảng phí là khoản đóng góp.", ["heading", "paragraph"]),
        ("1. Hồ sơ gồm những gì?\nHồ sơ gồm đơn.", ["heading", "paragraph"]),
        ("1. Kết quả đạt được\nXã kết nạp 7 đảng viên.", ["heading", "paragraph"]),
        ("1. Làm gì?\n2. Ai làm?", ["item", "item"]),
        ("1. Đơn\n2. Lý lịch", ["item", "item"]),
        ("**Kết quả**\nXã họp.", ["heading", "paragraph"]),
        ("**B. Chi bộ họp mỗi tháng.**\nXã họp.", ["item", "paragraph"]),
    ],
)
def test_a_title_or_a_question_over_something_else_is_a_heading(
    text: str, expected: list[str]
) -> None:
    assert kinds(text) == expected


def test_a_row_with_its_heads_announces_nothing() -> None:
    row = "Chỉ tiêu: 25; Kết quả: 31; Ghi chú:"

    assert kinds(f"{row}\nXã họp.") == ["row", "paragraph"]


def test_a_unit_holds_so_many_items_and_no_more() -> None:
    text = "Các xã gồm:\n" + "\n".join(f"- Xã số {i};" for i in range(30))
    (one,) = lists_in(text, blocks_of(text))
    unit = text[one.unit.start : one.unit.end]

    assert unit.count("- Xã") == MOST_ITEMS
    assert one.after(one.unit.end) == 30 - MOST_ITEMS

    text = "Các xã gồm:\n" + "\n".join(f"- Xã {'rất xa ' * 40}{i};" for i in range(9))
    (one,) = lists_in(text, blocks_of(text))

    assert 0 < one.unit.end - one.unit.start <= MOST_CHARACTERS


@given(st.text(alphabet="aĐ. \n:;-15)?*", max_size=300))
def test_blocks_and_lists_are_stretches_of_the_text_in_order(text: str) -> None:
    blocks = blocks_of(text)
    found = lists_in(text, blocks)

    assert all(a.end <= b.start for a, b in pairwise(blocks))
    for one in found:
        assert one.items
        assert all(a.end <= b.start for a, b in pairwise(one.items))
        assert one.start <= one.items[0].start <= one.unit.end


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("Thôn: Đá Bạc; Số hộ: 41; Ghi chú: đủ", "row"),
        ("Nơi nộp đơn: phòng 12, nhà B", "row"),
        ("Chuyên đề 3: Giữ gìn đoàn kết ở cơ sở", "heading"),
        ("KẾT LUẬN: NHỮNG VIỆC CẦN LÀM", "heading"),
        ("Những việc cần làm ngay", "heading"),
        ("Hội nghị sơ kết công tác của các đảng ủy xã: Nhiều việc xong sớm", "heading"),
    ],
)
def test_values_behind_a_label_are_no_headings(line: str, kind: str) -> None:
    assert kinds(f"Xã có 9 thôn.\n{line}\nXã họp mỗi tháng.") == ["paragraph", kind, "paragraph"]


def test_the_first_line_is_a_headline_though_it_has_a_colon() -> None:
    assert kinds("Lũng Pù: Họp dân từng thôn\nXã họp dân.") == ["heading", "paragraph"]
