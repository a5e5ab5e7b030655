"""What a question names and a source does not: read off the source once, held against questions."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from query_vocabulary import Texts

from retrieval.models import Document, Source
from retrieval.query.analysis import analyse
from retrieval.query.constraints import conflict, named_by, names_asked
from retrieval.query.understanding import meaning
from retrieval.text.dates import days_in
from retrieval.text.names import Scope, scope_of
from retrieval.text.vietnamese import fold

ARTICLE = Document(
    Source("a", "a.md", "Hội nghị tại Hà Nội", date=date(2024, 6, 14)),
    "Ngày 2 tháng 9 năm 2023, Thanh Hoá tổng kết nghị quyết. Tỷ lệ đạt 12/15%.",
)


def strange(question: str, document: Document = ARTICLE) -> str:
    return conflict(named_by(analyse(question)), scope_of(document))


def test_a_source_speaks_of_what_its_text_its_title_and_its_date_name() -> None:
    scope = scope_of(ARTICLE)

    assert scope.places == {"Hà Nội", "Thanh Hóa"}
    assert scope.years == {"2023", "2024"}
    assert scope.days == {"14/6", "2/9"}


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("Hà Nội kết nạp bao nhiêu đảng viên?", ""),
        ("Đà Nẵng kết nạp bao nhiêu đảng viên?", "Đà Nẵng"),
        ("da nang ket nap bao nhieu dang vien", "Đà Nẵng"),
        ("thanh hoa tong ket khi nao", ""),
        ("Năm 2021 kết nạp bao nhiêu?", "năm 2021"),
        ("Năm 2023 kết nạp bao nhiêu?", ""),
        ("Ngày 14-6 họp gì?", ""),
        ("Ngày 15/6 họp gì?", "ngày 15/6"),
        ("Ai họp?", ""),
    ],
)
def test_what_a_question_names_must_be_spoken_of(question: str, missing: str) -> None:
    assert strange(question) == missing


def test_a_source_without_years_and_days_may_answer_for_any() -> None:
    timeless = Document(Source("b", "b.md", "Điều lệ"), "Đảng viên đủ 18 tuổi.")

    assert strange("Ngày 3/2 năm 2020 thì sao?", timeless) == ""


def test_what_is_no_day_of_a_month_is_no_day() -> None:
    assert days_in("đạt 3/4 số phiếu, 35/12 và 12/15 người, 1/2%") == ["3/4"]


@given(st.builds(Scope, *[st.frozensets(st.text(), max_size=3)] * 3))
def test_a_scope_is_read_as_it_was_written(scope: Scope) -> None:
    assert Scope.loads(scope.dumps()) == scope


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("Ban Tổ chức trình ai?", ["Ban Tổ chức"]),
        ("ban to chuc trinh ai", ["ban to chuc"]),
        ("BTC trình ai?", []),
        ("Thí điểm gặp rủi ro thì BTGTW trình ai?", []),
        ("Bà Lò Thị Pín ở xã Hoa Sen Hà Giang trình ai?", ["Lò Thị Pín", "xã Hoa Sen Hà Giang"]),
    ],
)
def test_only_an_organ_that_is_typed_in_full_must_be_borne(typed: str, names: list[str]) -> None:
    question = meaning(typed, Texts(["Ban Tổ chức trình Bộ Chính trị.", "Thông tư mới."])).question
    assert [name.text for name in names_asked(question)] == names


@pytest.mark.parametrize(
    ("question", "source", "borne"),
    [
        ("Ban Dân vận Trung ương làm gì?", "Ban Dân vận Huyện ủy họp.", False),
        ("Ban Dân vận Trung ương làm gì?", "Ban Dân vận Trung ương họp.", True),
        ("Ban Dân vận Huyện ủy làm gì?", "Huyện ủy họp. Ban Dân vận báo cáo.", True),
        ("ban dan van tinh uy lam gi", "Trưởng ban Dân vận Thành ủy dự.", False),
        ("Ban Dân vận làm gì?", "Ban Dân vận Huyện ủy họp.", True),
    ],
)
def test_an_organ_of_another_level_is_another(question: str, source: str, borne: bool) -> None:
    (name,) = names_asked(analyse(question))
    assert name.stands_in(fold(source)) is borne
