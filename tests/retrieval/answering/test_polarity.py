"""A plain no to a yes-or-no question."""

from __future__ import annotations

import pytest

from retrieval.answering.polarity import polarity
from retrieval.models import RemarkKind
from retrieval.query.analysis import analyse


@pytest.mark.parametrize(
    ("question", "quote", "said"),
    [
        (
            "Chi bộ ghép có được bầu cấp ủy không?",
            "Chi bộ ghép không được bầu cấp ủy.",
            RemarkKind.SAYS_NO,
        ),
        (
            "Quyết định phải đóng dấu giáp lai không?",
            "Quyết định không cần đóng dấu giáp lai.",
            RemarkKind.SAYS_NO,
        ),
        (
            "Hồ sơ nộp chậm có được nhận không?",
            "Hồ sơ nộp chậm được nhận, trừ trường hợp đã khóa sổ.",
            RemarkKind.SAYS_EXCEPT,
        ),
        ("Chi bộ ghép có được bầu cấp ủy không?", "Chi bộ ghép được bầu cấp ủy.", None),
        ("Tổ trưởng có được phạt hộ vi phạm không?", "Tổ trưởng phạt hộ không có giấy phép.", None),
        ("Chi bộ có được thu phí không?", "Nếu chưa có quyết định thì chi bộ không thu phí.", None),
        ("Chi bộ không họp có bị nhắc không?", "Chi bộ không họp thì bị nhắc.", None),
        ("Ai không được bầu cấp ủy?", "Đảng viên dự bị không được bầu cấp ủy.", None),
    ],
)
def test_only_what_is_plain_is_said(question: str, quote: str, said: RemarkKind | None) -> None:
    assert polarity(analyse(question), quote) is said
