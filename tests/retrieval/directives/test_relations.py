"""What one directive does to another, where a sentence says so."""

from __future__ import annotations

import pytest

from retrieval.directives.relations import find_relations

A, B, C = "Quy định số 114-QĐ/TW", "Quy định số 205-QĐ/TW", "Hướng dẫn số 12-HD/TW"


def relations(text: str) -> list[tuple[str, str, str, bool]]:
    return [
        (r.verb, r.actor.number if r.actor else "", r.target.number, r.done)
        for r in find_relations(text)
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"{A} ngày 11/7/2023 thay thế {B}.", [("thay thế", "114", "205", True)]),
        (f"{B} đã được thay thế bằng {A}.", [("thay thế", "114", "205", True)]),
        (f"{B} bị bãi bỏ từ năm nay.", [("bãi bỏ", "", "205", True)]),
        (f"{A} sửa đổi, bổ sung một số điều của {B}.", [("sửa đổi, bổ sung", "114", "205", True)]),
        (f"{A} thay thế {B} và {C}.",
         [("thay thế", "114", "205", True), ("thay thế", "114", "12", True)]),
        (f"{B} hết hiệu lực kể từ ngày {A} được ký.", [("hết hiệu lực", "", "205", True)]),
        (f"{C} hướng dẫn thực hiện {A}.", [("hướng dẫn", "12", "114", True)]),
        (f"Tỉnh ủy tổng kết 10 năm thực hiện {A}.", [("tổng kết", "", "114", True)]),
        (f"Huyện ủy sơ kết {A}.", [("sơ kết", "", "114", True)]),
        (f"Ban tham mưu sửa đổi {B}.", [("sửa đổi", "", "205", False)]),
        (f"{A} sẽ thay thế {B}.", [("thay thế", "114", "205", False)]),
        (f"{A} không thay thế {B}.", [("thay thế", "114", "205", False)]),
        (f"Ban cần tham mưu để {B} được bãi bỏ.", [("bãi bỏ", "", "205", False)]),
        (f"Báo nêu rõ {A} thay thế {B}.", [("thay thế", "114", "205", True)]),
        (f"{A} có thay thế {B} không?", [("thay thế", "114", "205", False)]),
        (f"Cán bộ học {A}. Việc thay thế bàn ghế theo {B}.", []),
        (f"Cán bộ học {A} và {B}.", []),
    ],
)  # fmt: skip
def test_verbs_tie_the_references_of_one_sentence(text, found):
    assert relations(text) == found


def test_the_document_that_speaks_may_be_the_one_that_acts():
    [relation] = find_relations(f"Quy định này thay thế {B} ngày 23/9/2019.")

    assert (relation.actor, relation.itself) == (None, True)
