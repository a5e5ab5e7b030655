"""Numbers as Vietnamese writes them."""

import pytest

from retrieval.text.numbers import numbers_in


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("1.300 và 1300", ["1300", "1300"]),
        ("2,5 triệu; 3 nghìn", ["2500000", "3000"]),
        ("98,7% hoặc 12 phần trăm", ["98.7%", "12%"]),
        ("khóa XIV", ["XIV"]),
    ],
)
def test_numbers_have_one_normal_form(text: str, numbers: list[str]) -> None:
    assert [figure.value for figure in numbers_in(text)] == numbers
