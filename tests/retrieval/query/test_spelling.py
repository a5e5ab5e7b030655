"""Diacritics restored, slips mended, nothing else touched."""

from retrieval.query.spelling import repaired, spelling_of

TEXTS = ["Hà Nội hoàn thành 26/26 nhiệm vụ trọng tâm.", "Đồng chí Nguyễn Văn Thể dự hội nghị."]


def _repaired(text: str) -> str:
    spelling = spelling_of(TEXTS)
    return repaired(text, spelling, lambda word: word in spelling.forms)


def test_diacritics_are_restored_from_the_texts() -> None:
    assert _repaired("ha noi hoan thanh may nhiem vu") == "hà nội hoàn thành mấy nhiệm vụ"


def test_a_question_with_diacritics_stays_as_it_is() -> None:
    assert _repaired("Hà Nội hoan thành mấy việc?") == "Hà Nội hoan thành mấy việc?"


def test_a_word_that_is_no_syllable_is_mended() -> None:
    assert _repaired("Ngyuễn Văn Thể dự gì?") == "Nguyễn Văn Thể dự gì?"


def test_signs_and_numbers_stay() -> None:
    assert _repaired("ha noi: 26/26 (100%)!") == "hà nội: 26/26 (100%)!"
