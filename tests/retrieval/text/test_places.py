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


@pytest.mark.parametrize(
    ("question", "best", "missing"),
    [
        (
            "6 tháng đầu năm 2024 Huế có bao nhiêu chi bộ?",
            "Năm 2024, Huế có 9 chi bộ.",
            "6 tháng đầu năm",
        ),
        ("quy 2 nam 2024 Hue co bao nhieu chi bo", "Trong năm 2024 có 9 chi bộ.", "quy 2"),
        ("Quý 2 năm 2024 có bao nhiêu chi bộ?", "Quý II năm 2024 có 9 chi bộ.", ""),
        ("6 tháng đầu năm có bao nhiêu chi bộ?", "Đến nay có 9 chi bộ.", ""),
        ("Năm 2024 có bao nhiêu chi bộ?", "Năm 2024 có 9 chi bộ.", ""),
    ],
)
def test_the_figure_of_a_year_is_not_that_of_a_part_of_it(question, best, missing):
    assert wanting(analyse(question), [best]) == missing
