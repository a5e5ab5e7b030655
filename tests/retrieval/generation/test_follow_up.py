"""Follow-ups written out by a model, where it keeps to what was said."""

from __future__ import annotations

import pytest
from scripted_model import says, status

from retrieval.models import Turn

HISTORY = [Turn("Năm 2024 Hải Phòng kết nạp bao nhiêu đảng viên?", "3.200 đảng viên.")]
BUILT_IN = "Năm 2024 Hà Nội kết nạp bao nhiêu đảng viên?"


@pytest.mark.parametrize(
    ("reply", "asked"),
    [
        (says("Hà Nội kết nạp bao nhiêu đảng viên năm 2024?"), "Hà Nội kết nạp bao nhiêu"),
        (says("Huế kết nạp bao nhiêu đảng viên năm 2024?"), BUILT_IN),
        (says("Hà Nội kết nạp bao nhiêu đảng viên năm 2025?"), BUILT_IN),
        (says("Năm 2024 Hải Phòng kết nạp bao nhiêu đảng viên?"), BUILT_IN),
        (says("Vâng.\nHà Nội kết nạp bao nhiêu?"), BUILT_IN),
        (says(""), BUILT_IN),
        (status(500), BUILT_IN),
    ],
)
async def test_a_follow_up_is_the_models_only_where_it_keeps_to_what_was_said(
    grounded, model, reply, asked
):
    model.usual = reply

    rewritten = await grounded.follow_up("Còn Hà Nội?", HISTORY, BUILT_IN)

    assert rewritten.text.startswith(asked)
