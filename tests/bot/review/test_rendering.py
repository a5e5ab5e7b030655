"""What the log keeps as values, in words."""

from __future__ import annotations

import json

from bot.review.rendering import dropped
from bot.texts.texts import ENGLISH


def test_why_a_claim_was_dropped_is_told_in_words_those_of_earlier_versions_as_they_are() -> None:
    kept = [
        {"sentence": "Có 88 xã.", "reason": "not_in_evidence", "subject": "{88}"},
        {"sentence": "Có 9 xã.", "reason": "không có trong chứng cứ: {9}"},
    ]

    rows = dropped({"dropped": json.dumps(kept)})
    [english, _] = dropped({"dropped": json.dumps(kept)}, ENGLISH.admin.review.entry)

    assert [row["reason"] for row in rows] == [
        "không có trong chứng cứ: {88}",
        "không có trong chứng cứ: {9}",
    ]
    assert english["reason"] == "not in its evidence: {88}"
    assert dropped({"dropped": ""}) == []
