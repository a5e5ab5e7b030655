"""References to directives: what is recognised, and which of them mean one document."""

from __future__ import annotations

import unicodedata
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.directives.recognition import Reference, find_references
from retrieval.directives.resolution import same
from retrieval.text.vietnamese import fold
from tests.benchmarks.directives import measure

SEEDS = Path(__file__).parents[4] / "shared" / "seeds"
KINDS = {
    "Nghị quyết": "NQ",
    "Chỉ thị": "CT",
    "Quy định": "QĐ",
    "Kết luận": "KL",
    "Hướng dẫn": "HD",
    "Kế hoạch": "KH",
    "Thông báo": "TB",
}


def only(text: str) -> Reference:
    [reference] = find_references(text)
    return reference


def words(text: str) -> list[str]:
    return [text[r.start : r.end] for r in find_references(text)]


spellings = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(sorted(KINDS)),
        "number": st.integers(1, 999),
        "organ": st.sampled_from(["TW", "TU", "BTCTW"]),
        "day": st.dates(date(1990, 1, 1), date(2030, 12, 31)),
        "so": st.sampled_from(["số ", "số: ", "Số ", ""]),
        "dash": st.sampled_from(["-", "–", " - ", "/"]),
        "zero": st.sampled_from(["", "0"]),
        "dated": st.sampled_from(
            [", ngày {0.day}/{0.month}/{0.year}", " ngày {0:%d-%m-%Y}", " (ngày {0:%d/%m/%Y})",
             " ngày {0.day} tháng {0.month} năm {0.year}", ""]
        ),
        "bare": st.booleans(),
        "lower": st.booleans(),
    }
)  # fmt: skip


@given(spellings)
def test_one_directive_is_recognised_however_it_is_spelt(s):
    number = s["zero"] + str(s["number"]) if s["number"] < 10 else str(s["number"])
    head = f"{s['kind']} {s['so']}{number}{s['dash']}{KINDS[s['kind']]}/{s['organ']}"
    spelt = head + s["dated"].format(s["day"])
    spelt = fold(spelt) if s["bare"] else spelt.lower() if s["lower"] else spelt

    found = only(f"Theo {spelt} thì cần làm ngay.")

    assert (found.kind, found.number) == (s["kind"], str(s["number"]))
    assert found.suffix == f"{KINDS[s['kind']]}/{s['organ']}"
    assert found.issued == (s["day"].isoformat() if s["dated"] else "")
    assert (found.start, found.end) == (5, 5 + len(head))


@given(st.text(alphabet="Chỉ thịsố35-CT/TWQĐkhóaXI(),. \nĐiều lệ đảng năm 2024", max_size=120))
def test_references_stand_in_order_and_never_overlap(text):
    text = unicodedata.normalize("NFC", text)
    found = find_references(text)

    assert all(0 <= r.start < r.end <= r.reach <= len(text) for r in found)
    assert all(a.end <= b.start for a, b in pairwise(found))


@pytest.mark.parametrize(
    "text",
    [
        "Hội nghị kết luận 4 nội dung.",
        "Kế hoạch 5 năm 2021-2025 đã xong.",
        "Chương trình 3 năm 2021 - 2023 đã xong.",
        "Báo cáo 12 nội dung, thông báo 7 kết quả.",
        "kế hoạch 40 của tổ",
        "Luật 15 nói gì",
        "Nhà số 35, sổ 26 và sở 18 không phải văn bản.",
        "Nghị quyết Đại hội Đảng bộ các cấp được cụ thể hóa.",
        "Nghị quyết đại hội vì mục tiêu chung được thông qua.",
        "Điều lệ đang được góp ý.",
        "Tỷ lệ đạt 108,62% kế hoạch 2024.",
    ],
)
def test_a_count_of_things_is_no_reference(text):
    assert words(text) == []


@pytest.mark.parametrize("named", ["Hướng dẫn 58", "Kế hoạch 217", "Thông báo số 4", "Báo cáo 36"])
@pytest.mark.parametrize("around", ["Theo {} thì sao?", "{} nói gì?", "Mẫu 3 {}", "({})"])
def test_plans_and_guidance_are_named_by_a_bare_number_too(named, around):
    assert words(around.format(named)) == [named]


def test_the_suffix_of_the_centre_is_not_that_of_a_province():
    suffixes = [only(f"Chỉ thị 24-CT/{organ}").suffix for organ in ("T.Ư", "TƯ", "tw", "TU")]

    assert suffixes == ["CT/TW", "CT/TW", "CT/TW", "CT/TU"]


def test_resolutions_known_by_name_are_recognised():
    plenum = only("Nghị quyết Hội nghị lần thứ bảy Ban Chấp hành Trung ương Đảng khóa XII")
    congress = only("nghi quyet dai hoi 13 noi gi")
    province = only("Nghị quyết Đại hội XVII Đảng bộ thành phố Hà Nội")

    assert (plenum.series, plenum.number, plenum.term) == ("Hội nghị Trung ương", "7", "12")
    assert (congress.series, congress.number, congress.issuer) == ("Đại hội", "13", "")
    assert (province.number, province.issuer) == ("17", "Đảng bộ thành phố Hà Nội")


def test_a_list_names_one_directive_after_another():
    assert words("Các Nghị quyết 18, 19 và 20") == ["Nghị quyết 18", "19", "20"]
    assert words("Chỉ thị số 35 và số 40 của Bộ Chính trị") == ["Chỉ thị số 35", "số 40"]
    assert [r.term for r in find_references("Nghị quyết Trung ương 4 khóa XI, XII")] == ["11", "12"]


def test_the_article_is_read_before_and_after():
    before = only("Theo khoản 2 Điều 5 Quy định 37-QĐ/TW thì không được.").place
    after = only("Quy định 37-QĐ/TW, Điều 5, khoản 2 cấm việc này.").place

    assert str(before) == str(after) == "Điều 5, khoản 2"


def test_the_year_of_the_work_is_not_that_of_the_directive():
    assert only("Kết quả thực hiện Chỉ thị 05-CT/TW năm 2024 rất tốt.").issued == ""
    assert only("Quy định 144-QĐ/TW năm 2024 nêu chuẩn mực.").issued == "2024"


JUNE_2020, JULY_2024 = date(2020, 6, 1), date(2024, 7, 4)


@pytest.mark.parametrize(
    ("one", "other", "verdict"),
    [
        ("Chỉ thị số 35-CT/TW của Bộ Chính trị", "Chỉ thị số 35 ngày 14/6/2024", False),
        ("Chỉ thị số 35-CT/TW", "Chỉ thị số 35-CT/TW ngày 14/6/2024", False),
        ("Quy định số 205-QĐ/TW", "QĐ 205-QĐ/T.Ư của BCT", True),
        ("Quy định số 205-QĐ/TW", "Quyết định số 205-QĐ/TW", False),
        ("Chỉ thị 35", "Chỉ thị 35", False),
        ("Chỉ thị 24-CT/TU", "Chỉ thị 24-CT/TU", False),
        ("Chỉ thị 39-CT/TW", "Chỉ thị số 39 của Bộ Chính trị", True),
        ("Chỉ thị 39 của Ban Bí thư", "Chỉ thị số 39 của Bộ Chính trị", False),
        ("Nghị quyết 18-NQ/TW ngày 25/10/2017", "NQ 18 của BCH Trung ương khóa XII", True),
        ("Nghị quyết 18-NQ/TW khóa XII", "Nghị quyết 18-NQ/TW khóa XI", False),
        ("Nghị quyết Trung ương 7 (khóa XII)", "NQTW 7 khóa 12", True),
        ("Nghị quyết Trung ương 7 (khóa XII)", "Nghị quyết Trung ương 7 (khóa XI)", False),
        ("Nghị quyết Đại hội XIII", "Nghị quyết Đại hội Đảng lần thứ XIII", True),
        ("Nghị quyết Đại hội XVII", "Nghị quyết Đại hội XVII Đảng bộ thành phố", False),
        ("Nghị quyết Đại hội Đảng bộ thành phố khóa XVII",
         "Nghị quyết Đại hội XVII Đảng bộ thành phố Hà Nội", True),
        ("Nghị quyết Đại hội XVII Đảng bộ Hà Nội",
         "Nghị quyết Đại hội Đảng bộ thành phố lần thứ XVII", True),
        ("Nghị quyết Đại hội XVII Đảng bộ tỉnh",
         "Nghị quyết Đại hội XVII Đảng bộ thành phố", False),
        ("Chỉ thị 24-CT/TU ngày 7/8/2023 của Thành ủy Hà Nội",
         "Chỉ thị 24-CT/TU ngày 7-8-2023 của Ban Thường vụ Thành ủy", True),
        ("Chỉ thị 24-CT/TU năm 2023 của Tỉnh ủy", "Chỉ thị 24-CT/TU năm 2023 của Thành ủy", False),
        ("số 71 ngày 18/7/2022", "Quyết định số 71 ngày 18-7-2022", True),
    ],
)  # fmt: skip
def test_two_references_mean_one_directive_only_if_more_than_the_number_agrees(one, other, verdict):
    a, b = only(one), only(other)

    assert same(a, b, JUNE_2020, JULY_2024) is verdict
    assert same(b, a, JULY_2024, JUNE_2020) is verdict


def test_the_labelled_sentences_are_recognised():
    total, faults = measure(None)

    assert total.labelled >= 150
    assert total.precision >= 0.97, faults
    assert total.recall >= 0.97, faults


@pytest.mark.skipif(not SEEDS.is_dir(), reason="needs the scraped articles beside the project")
def test_the_labelled_articles_are_recognised():
    total, faults = measure(SEEDS)

    assert total.labelled > measure(None)[0].labelled
    assert min(total.precision, total.recall) >= 0.97, faults
