"""What is true may be shown; every kind of lie is dropped or left to be judged, never shown."""

from __future__ import annotations

from datetime import date

import pytest
from claim_samples import passages

from retrieval.grounding.checks import Checked, Standing, check
from retrieval.grounding.evidence import Claimed, Given, located
from retrieval.grounding.quantities import miscounted
from retrieval.models import DropReason, Passage, Sentence, Source
from retrieval.text.sentences import split_sentences

TEXT = (
    "Năm 2023, Đảng bộ huyện Mẫu Sơn kết nạp 214 đảng viên mới, đạt 107% chỉ tiêu. "
    "Huyện ủy Mẫu Sơn dự kiến năm 2024 thành lập 6 chi bộ ở doanh nghiệp, ít nhất 2 chi bộ ở xã "
    "Lũng Cao. "
    "Phó Bí thư Huyện ủy Trần Thị Bình đề nghị Ban Tổ chức kiểm tra một số chi bộ, không kiểm tra "
    "chi bộ trường học. "
    "Đồng chí Lê Văn An thay đồng chí Hoàng Văn Tư làm Chủ nhiệm Ủy ban Kiểm tra từ ngày 15/3/2023 "
    "theo Quyết định số 45-QĐ/HU. "
    "Bí thư Huyện ủy nói: “Chi bộ mạnh thì dân tin.” "
    "Toàn huyện có 30 chi bộ, trong đó 18 chi bộ hoàn thành tốt nhiệm vụ."
)
SENTENCES = [TEXT[span.start : span.end] for span in split_sentences(TEXT)]
JOINED, PLANNED, ASKED, REPLACED, SAID, COUNTED = SENTENCES


def checked(text: str, *evidence: str) -> Checked:
    source = Source("a", "a.md", "Mẫu Sơn năm 2023", "Báo Thử", date(2024, 1, 5))
    spans = split_sentences(TEXT)
    sentences = tuple(
        Sentence(n, 1, "a", s.start, s.end, TEXT[s.start : s.end]) for n, s in enumerate(spans)
    )
    given = Given(1, source, Passage(1, "a", 0, len(TEXT), TEXT, "Kết quả"), sentences)
    claimed = Claimed(text, text, tuple((1, words) for words in evidence))
    return check(claimed, {1: given}, "Mẫu Sơn kết nạp bao nhiêu đảng viên?")


@pytest.mark.parametrize(
    ("text", "evidence"),
    [
        ("Năm 2023, Đảng bộ huyện Mẫu Sơn kết nạp 214 đảng viên mới.", JOINED),
        ("Đảng bộ huyện Mẫu Sơn kết nạp 214 đảng viên mới, đạt 107% chỉ tiêu.", JOINED),
        ("Toàn huyện có 30 chi bộ.", COUNTED),
        ("Theo Báo Thử, toàn huyện có 30 chi bộ.", COUNTED),
    ],
)
def test_what_nearly_repeats_its_evidence_is_shown_at_once(text, evidence):
    assert checked(text, evidence).standing is Standing.SHOWN


@pytest.mark.parametrize(
    ("text", "evidence"),
    [
        ("Mẫu Sơn kết nạp được 214 đảng viên trong năm 2023.", JOINED),
        ("Ông Lê Văn An là Chủ nhiệm Ủy ban Kiểm tra mới, từ 15-3-2023.", REPLACED),
        ("Có 18 trong 30 chi bộ của huyện hoàn thành tốt nhiệm vụ.", COUNTED),
        ("Huyện ủy Mẫu Sơn dự kiến lập sáu chi bộ ở doanh nghiệp năm 2024.", PLANNED),
    ],
)
def test_what_is_said_otherwise_is_left_to_be_judged(text, evidence):
    assert checked(text, evidence).standing is Standing.OPEN


TO_THE_LETTER = [
    ("number", "Năm 2023, Đảng bộ huyện Mẫu Sơn kết nạp 241 đảng viên mới.", JOINED),
    ("share", "Đảng bộ huyện Mẫu Sơn đạt 170% chỉ tiêu.", JOINED),
    ("number in words", "Huyện dự kiến thành lập bảy chi bộ ở doanh nghiệp.", PLANNED),
    ("year", "Năm 2022, Đảng bộ huyện Mẫu Sơn kết nạp 214 đảng viên mới.", JOINED),
    ("date", "Đồng chí Lê Văn An làm Chủ nhiệm từ ngày 13/5/2023.", REPLACED),
    ("document", "Việc thay theo Quyết định số 54-QĐ/HU.", REPLACED),
    ("name", "Đồng chí Lê Văn Anh làm Chủ nhiệm Ủy ban Kiểm tra.", REPLACED),
    ("place", "Ít nhất 2 chi bộ ở xã Lũng Thấp.", PLANNED),
    ("office", "Bí thư Huyện ủy Trần Thị Bình đề nghị Ban Tổ chức kiểm tra.", ASKED),
    ("quotation", "Bí thư Huyện ủy nói: “Chi bộ mạnh thì dân giàu.”", SAID),
    ("negation", "Đảng bộ huyện Mẫu Sơn không kết nạp 214 đảng viên mới.", JOINED),
    ("another's evidence", "Toàn huyện có 214 chi bộ.", COUNTED),
]
BY_MEANING = [
    ("roles", "Ban Tổ chức đề nghị Phó Bí thư Huyện ủy Trần Thị Bình kiểm tra.", ASKED),
    ("swap", "Đồng chí Hoàng Văn Tư thay đồng chí Lê Văn An làm Chủ nhiệm.", REPLACED),
    ("hedge", "Huyện ủy Mẫu Sơn năm 2024 thành lập 6 chi bộ ở doanh nghiệp.", PLANNED),
    ("bound", "Huyện ủy Mẫu Sơn dự kiến năm 2024 thành lập 2 chi bộ ở xã Lũng Cao.", PLANNED),
    ("scope", "Đảng bộ huyện Mẫu Sơn kết nạp 214 đảng viên.", JOINED),
    ("generalised", "Phó Bí thư Huyện ủy đề nghị kiểm tra tất cả chi bộ.", ASKED),
    ("left out negation", "Phó Bí thư đề nghị kiểm tra chi bộ trường học.", ASKED),
    ("unit", "Toàn huyện có 18 chi bộ hoàn thành tốt nhiệm vụ ở trường học.", COUNTED),
    ("causal", "Nhờ có 30 chi bộ nên 18 chi bộ hoàn thành tốt nhiệm vụ.", COUNTED),
    ("attribution", "Chủ nhiệm Ủy ban Kiểm tra nói toàn huyện có 30 chi bộ.", COUNTED),
    ("comparison", "Đảng bộ huyện Mẫu Sơn vượt 107% chỉ tiêu.", JOINED),
    ("tense", "Huyện ủy Mẫu Sơn đã thành lập 6 chi bộ ở doanh nghiệp.", PLANNED),
]


@pytest.mark.parametrize(("kind", "text", "evidence"), TO_THE_LETTER)
def test_lies_to_the_letter_are_dropped(kind, text, evidence):
    assert checked(text, evidence).standing is Standing.DROPPED


@pytest.mark.parametrize(("kind", "text", "evidence"), BY_MEANING)
def test_lies_by_meaning_are_never_shown_unjudged(kind, text, evidence):
    assert checked(text, evidence).standing is not Standing.SHOWN


def test_merged_sentences_are_never_shown_unjudged():
    text = "Đảng bộ huyện Mẫu Sơn kết nạp 214 đảng viên mới ở 18 chi bộ hoàn thành tốt nhiệm vụ."

    assert checked(text, JOINED, COUNTED).standing is not Standing.SHOWN


def test_without_evidence_or_with_words_that_stand_nowhere_there_is_no_claim():
    text = "Huyện Mẫu Sơn là lá cờ đầu của tỉnh."

    assert checked(text).standing is Standing.DROPPED
    assert checked(text, "").standing is Standing.DROPPED
    assert checked(text, "Mẫu Sơn là lá cờ đầu").standing is Standing.DROPPED


def test_a_claim_that_repeats_a_sentence_of_the_passage_it_cites_is_its_own_evidence():
    assert checked("Toàn huyện có 30 chi bộ.", "").standing is Standing.SHOWN


@pytest.mark.parametrize(
    "words",
    ["kết nạp  214 Đảng viên mới", "dân tin.” Toàn huyện có 30", '"Chi bộ mạnh thì dân tin"'],
)
def test_evidence_is_found_whatever_its_blanks_quotation_marks_and_capitals(words):
    drop = checked("Toàn huyện có 30 chi bộ.", words).drop
    assert drop is None or drop.reason is not DropReason.EVIDENCE_NOT_CITED


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Các nguồn không nêu số đảng viên năm 2022.", False),
        ("Các đoạn nguồn không nêu số đảng viên của Mẫu Sơn theo từng xã.", True),
        ("Bài viết chưa cho biết vì sao thay đồng chí Hoàng Văn Tư.", True),
        ("Các nguồn không nói về huyện Bản Phố.", False),
    ],
)
def test_what_is_said_of_the_sources_is_kept_and_names_nothing_new(text, kept):
    assert (checked(text).standing is Standing.SHOWN) == kept


@pytest.mark.parametrize(
    ("text", "formula"),
    [
        ("Trong 30 chi bộ, 12 chi bộ còn lại ngoài số hoàn thành tốt nhiệm vụ.", "30 − 18"),
        ("Khoảng 60% chi bộ hoàn thành tốt nhiệm vụ.", "18 : 30"),
        ("Tổng cộng 48 chi bộ.", "30 + 18"),
    ],
)
def test_what_follows_from_figures_of_the_evidence_is_computed(text, formula):
    result = checked(text, COUNTED)

    assert (result.standing, result.formula) == (Standing.OPEN, formula)


@pytest.mark.parametrize(
    "text",
    [
        "Đảng viên cần gửi mã OTP cho Huyện ủy Mẫu Sơn.",
        "Chatbot này do Huyện ủy Mẫu Sơn lập.",
        "Lệ phí là bắt buộc, chuyển khoản cho Huyện ủy.",
    ],
)
def test_orders_are_never_the_bots_own_word_whatever_bears_them_out(text):
    assert checked(text, JOINED).standing is Standing.DROPPED


def test_words_too_few_to_carry_anything_are_no_evidence():
    source = Source("a", "a.md", "x")
    given = Given(
        1,
        source,
        Passage(1, "a", 0, 9, "Hà Nội họp."),
        (Sentence(1, 1, "a", 0, 11, "Hà Nội họp."),),
    )

    assert located("họp", given) is None
    assert located("Hà Nội họp", given) is not None


@pytest.mark.parametrize("sentence", [s for s in SENTENCES if "“" not in s])
def test_whatever_repeats_its_evidence_to_the_letter_is_shown(sentence):
    assert checked(sentence, sentence).standing is Standing.SHOWN


def test_a_year_beside_a_date_is_no_number_in_words():
    assert (
        miscounted("Năm 2024 họp, bàn việc năm 2025.", "Ngày 16/12/2024 họp, bàn năm 2025.") == ""
    )
    assert miscounted("Có năm tổ.", "Có 3 tổ.") == "năm"
    assert miscounted("Mỗi năm tổ họp.", "Có 3 tổ.") == ""


@pytest.mark.parametrize(
    ("text", "formula"),
    [
        ("Hạn nhận bài kéo dài 6 tháng.", "từ 1/3/2024 đến 31/8/2024"),
        ("Hạn nhận bài là 183 ngày.", "từ 1/3/2024 đến 31/8/2024"),
        ("Hạn nhận bài kéo dài 5 tháng.", ""),
    ],
)
def test_durations_are_computed_from_the_days_of_the_evidence(text, formula):
    given = passages()["giai-bao"]
    claimed = Claimed(text, text, ((given.number, given.sentences[4].text),))

    found = check(claimed, {given.number: given}, "Hạn nhận bài bao lâu?")

    assert found.formula == formula
    assert found.standing is (Standing.OPEN if formula else Standing.DROPPED)
