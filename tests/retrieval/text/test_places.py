"""Places are found however they are written, and a figure of one is not another's."""

import pytest

from retrieval.answering.abstention import wanting
from retrieval.query.analysis import analyse
from retrieval.text.names import places_in
from retrieval.text.vietnamese import fold


@pytest.mark.parametrize(
    "typed", ["TP.HCM", "TP HCM", "TPHCM", "tp. hcm", "Thành phố Hồ Chí Minh", "TP Hồ Chí Minh"]
)
def test_a_city_is_one_place_however_it_is_written(typed):
    assert places_in(f"Năm 2024 {typed} kết nạp 9 người.", fold) == {"TP. Hồ Chí Minh"}
    assert places_in("Tư tưởng Hồ Chí Minh, phong cách HCM", fold) == frozenset()


@pytest.mark.parametrize(
    ("question", "best", "missing"),
    [
        ("Cả nước có bao nhiêu chi bộ?", "Đà Nẵng có 1.200 chi bộ.", "cả nước"),
        ("toàn quốc có bao nhiêu chi bộ", "Huế có 900 chi bộ, thứ 5 toàn quốc.", "toàn quốc"),
        ("Cả nước có bao nhiêu chi bộ?", "Cả nước có 200.000 chi bộ, Huế có 900.", ""),
        ("Cả nước có bao nhiêu chi bộ?", "Có 200.000 chi bộ.", ""),
        ("Huế đứng thứ mấy cả nước về số chi bộ?", "Huế đứng thứ 5 cả nước.", ""),
        ("Cố đô xếp hạng mấy toàn quốc?", "Huế đứng thứ 5 cả nước.", ""),
    ],
)
def test_a_figure_of_a_place_is_not_the_countrys(question, best, missing):
    assert wanting(analyse(question), [best]) == missing
