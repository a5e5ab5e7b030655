"""Groups of people, typed with, without and with wrong diacritics."""

from __future__ import annotations

import pytest

from retrieval.query.subgroups import lacking_group, subgroups

ALL = ["Năm 2023, huyện kết nạp 90 đảng viên, đạt 102%."]


@pytest.mark.parametrize(
    ("question", "group"),
    [
        ("Bao nhiêu đảng viên mới là nữ?", "nữ"),
        ("bao nhieu dang vien moi la nu", "nu"),
        ("đảng viên nử chiếm mấy phần trăm", "nử"),
        ("tỷ lệ cán bộ dân tộc thiểu sô", "dân tộc thiểu sô"),
        ("ty le dang vien nguoi dan toc thieu so", "nguoi dan toc"),
        ("tỷ lệ đảng viên trẻ của Nghệ An", "trẻ"),
        ("so dang vien o nong thon", "nong thon"),
        ("bao nhiêu đảng viên theo đạo", "theo đạo"),
        ("số đảng viên dự bị", "dự bị"),
        ("bao nhiêu đảng viên", ""),
        ("dù bị trễ thì bao lâu", ""),
        ("ben tre co bao nhieu dang vien", ""),
        ("bao nhiêu đảng viên được công nhận", ""),
        ("trẻ mấy tuổi thì được đi học", ""),
    ],
)
def test_a_group_that_the_words_do_not_tell_of_is_lacking(question: str, group: str) -> None:
    assert lacking_group(question, ALL) == group


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("bao nhiêu đảng viên nữ", "Phụ nữ chiếm 40%."),
        ("bao nhieu dang vien nu", "Trong đó 30 nữ."),
        ("tỷ lệ đảng viên người dân tộc thiểu số", "Đồng bào dân tộc chiếm 12%."),
        ("kết nạp bao nhiêu sinh viên", "Đoàn viên: 80; sinh viên: 12."),
    ],
)
def test_another_form_of_the_group_tells_of_it(question: str, told: str) -> None:
    assert not lacking_group(question, [*ALL, told])


def test_no_form_stands_for_two_groups() -> None:
    forms = [form for group in subgroups() for form in group]
    assert len(forms) == len(set(forms))
