"""Whether a question is answered: vetoes, each with what it is about, and the threshold."""

from dataclasses import replace

import numpy as np
import pytest

from retrieval.answering.abstention import decide, wanting
from retrieval.models import Passage, Refusal, RefusalReason, Sentence, Source
from retrieval.query.analysis import analyse
from retrieval.ranking.candidates import Candidate, Findings
from retrieval.ranking.signals import SIGNALS

SOURCE = Source("a", "a.md", "Báo cáo của Đảng ủy xã Trà Leng")
TEXT = (
    "Năm 2024, xã kết nạp 17 đảng viên. Thôn Huổi Sâu có 12 đảng viên. Ông Nông Văn Ba chủ trì. "
    "Công ty Than Nam Mẫu có 300 đảng viên."
)


def findings(question: str, probability: float = 0.9, text: str = TEXT) -> Findings:
    passage = Passage(1, "a", 0, len(text), text)
    unit = Candidate(Sentence(1, 1, "a", 0, len(text), text), passage, SOURCE, 1.0)
    return Findings(analyse(question), (unit,), probability, {"a": text})


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("Xã Trà Vân kết nạp bao nhiêu đảng viên?", "Xã Trà Vân"),
        ("Năm 2024 xã Trà Leng kết nạp bao nhiêu đảng viên?", ""),
        ("thôn Huổi Cạn có bao nhiêu đảng viên?", "thôn Huổi Cạn"),
        ("thôn Huổi Sâu có bao nhiêu đảng viên?", ""),
        ("Công ty Than Vàng Danh có bao nhiêu đảng viên?", "Công ty Than Vàng Danh"),
        ("Công ty Than Nam Mẫu có bao nhiêu đảng viên?", ""),
        ("Ông Lò Văn Tư chủ trì hội nghị nào?", "Lò Văn Tư"),
        ("Ông Nông Văn Ba chủ trì hội nghị nào?", ""),
        ("Năm 2021 xã kết nạp bao nhiêu đảng viên?", "năm 2021"),
    ],
)
def test_a_named_unit_person_or_year_that_no_source_bears_is_refused(
    question: str, missing: str
) -> None:
    decision = decide(findings(question), 0.5)

    assert decision.answers is not bool(missing)
    if missing:
        assert decision.refusal is not None
        assert decision.refusal.reason is RefusalReason.MISSING_CONSTRAINT
        assert decision.refusal.subjects == (missing,)
        assert decision.probability == 0.0


SESSIONS = "Kỳ họp thứ 12 bầu ông Tẩn A Lử. Khóa IX có 3 kỳ họp. Tổ số 4 có 30 hộ."


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("Kỳ họp thứ 13 bầu ai?", "Kỳ họp thứ 13"),
        ("Kỳ họp 12 bầu ai?", ""),
        ("Khóa X có mấy kỳ họp?", "Khóa X"),
        ("Khóa 9 có mấy kỳ họp?", ""),
        ("Tổ số 5 có bao nhiêu hộ?", "Tổ số 5"),
        ("Tổ 4 có bao nhiêu hộ?", ""),
        ("Đợt 2 có bao nhiêu hộ?", ""),
    ],
)
def test_a_number_that_names_is_compared(question: str, missing: str) -> None:
    decision = decide(findings(question, text=SESSIONS), 0.5)

    assert decision.refusal == (
        Refusal(RefusalReason.MISSING_CONSTRAINT, (missing,)) if missing else None
    )


def test_evidence_below_the_threshold_is_weak() -> None:
    weak, enough = (decide(findings("Ai chủ trì?", p), 0.5) for p in (0.49, 0.5))

    assert weak.refusal is not None
    assert weak.refusal.reason is RefusalReason.WEAK_EVIDENCE
    assert (weak.probability, enough.probability) == (0.49, 0.5)
    assert enough.answers


def test_nothing_found_is_weak_evidence_and_nothing_to_search_an_empty_index() -> None:
    nothing = Findings(analyse("Ai họp?"), (), 0.0, {})
    empty = Findings(analyse("Ai họp?"), (), 0.0, {}, is_empty=True)

    for found, reason in (
        (nothing, RefusalReason.WEAK_EVIDENCE),
        (empty, RefusalReason.EMPTY_INDEX),
    ):
        refusal = decide(found, 0.5).refusal
        assert refusal is not None
        assert refusal.reason is reason


@pytest.mark.parametrize(
    ("question", "sentence", "lacking"),
    [
        ("Bí thư Tỉnh ủy là ai?", "Phó Bí thư Tỉnh ủy Lê An dự.", "Bí thư Tỉnh ủy"),
        ("Bí thư Tỉnh ủy là ai?", "Bí thư Tỉnh ủy Lê An dự.", ""),
        ("Phó Bí thư Tỉnh ủy là ai?", "Phó Bí thư Tỉnh ủy Lê An dự.", ""),
        ("bi thu tinh uy la ai", "Bí thư Thành ủy Lê An dự.", "bi thu tinh uy"),
        (
            "Chủ tịch UBND thành phố tên gì?",
            "Chủ tịch Ủy ban MTTQ thành phố Lê An dự.",
            "Chủ tịch Ủy ban nhân dân",
        ),
        ("Bí thư Tỉnh ủy Phú Thọ là ai?", "Bí thư Tỉnh ủy Huế Lê An dự.", "Bí thư Tỉnh ủy"),
        ("Bí thư Tỉnh ủy Phú Thọ là ai?", "Bí thư Tỉnh ủy Phú Thọ Lê An dự.", ""),
        ("Bí thư Tỉnh ủy Phú Thọ là ai?", "Lê An, Bí thư Tỉnh ủy, chủ trì.", ""),
        ("Bí thư Tỉnh ủy là ai?", "Bằng khen của Bí thư Tỉnh ủy được trao.", "Bí thư Tỉnh ủy"),
        ("Nơi nào đứng thứ nhất cả nước?", "Hà Nội đứng thứ 2 cả nước.", "đứng thứ nhất"),
        ("Nơi nào đứng đầu cả nước?", "Hà Nội đứng thứ nhất cả nước.", ""),
        ("Nơi nào xếp thứ hai?", "Có 67 điểm cầu.", ""),
        ("Huế có bao nhiêu đảng viên?", "Cả nước có 5 triệu đảng viên.", "Huế"),
        ("Huế có bao nhiêu đảng viên?", "Cả nước có 5 triệu, Huế có 30.000.", ""),
        ("Huế kết nạp bao nhiêu?", "Thành phố kết nạp 300, đứng thứ 2 cả nước.", ""),
        ("Ai bổ nhiệm Chủ tịch UBND tỉnh?", "Thủ tướng bổ nhiệm.", ""),
        ("Bí thư Tỉnh ủy đi vắng thì ai chủ trì?", "Phó Bí thư chủ trì.", ""),
        ("Ai đang giữ chức Bí thư Tỉnh ủy?", "Tỉnh ủy họp.", "Bí thư Tỉnh ủy"),
        ("Bí thư Tỉnh ủy dặn điều gì?", "Đồng chí Lê An dặn tinh gọn bộ máy.", ""),
        ("Chỉ thị ban hành ngày nào?", "Chỉ thị được thực hiện 4 năm.", "ngày nào"),
        ("Chỉ thị ban hành ngày nào?", "Chỉ thị ngày 14 tháng 6 năm 2024.", ""),
        ("Chỉ thị ban hành ngày nào?", "Chỉ thị số 35, 14/6/2024.", ""),
    ],
)
def test_what_is_asked_for_must_be_offered(question: str, sentence: str, lacking: str) -> None:
    assert wanting(analyse(question), [sentence]) == lacking


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("Hà Nội và Huế kết nạp bao nhiêu đảng viên?", ""),
        ("Hà Nội và Đà Nẵng kết nạp bao nhiêu đảng viên?", "Đà Nẵng"),
    ],
)
def test_of_several_places_each_must_be_spoken_of_somewhere(question: str, missing: str) -> None:
    found = findings(question, text="Hà Nội kết nạp 9 đảng viên.")
    found = replace(found, stored={**found.stored, "b": "Huế kết nạp 7 đảng viên."})

    refusal = decide(found, 0.5).refusal

    assert (refusal.subjects if refusal else ("",)) == (missing,)


def test_a_city_that_bears_the_name_of_a_person_is_no_person() -> None:
    told = "Ông Lò Văn Pín rời Sở Nội vụ TP.HCM về Cà Mau."

    for city in ("TP.HCM", "thành phố Hồ Chí Minh"):
        assert decide(findings(f"Ai được điều từ {city} về Cà Mau?", text=told), 0.5).answers


def two_sources(question: str) -> Findings:
    """What is found for a question whose best unit is of one source, the second of another."""
    one = "Ngày 5/3/2024, Ban Tổ chức Huyện ủy tổng kết. Ông Lò Văn Pín phát động thi đua."
    other = "Ban Dân vận Huyện ủy họp. Bà Nông Thị Sen dự."
    units = [
        Candidate(
            Sentence(n, n, name, 0, len(text), text),
            Passage(n, name, 0, len(text), text),
            Source(name, f"{name}.md", "Bản tin"),
            1.0,
        )
        for n, (name, text) in enumerate([("a", one), ("b", other)])
    ]
    return Findings(analyse(question), tuple(units), 0.9, {"a": one, "b": other})


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("Bà Nông Thị Sen phát động thi đua khi nào?", "Nông Thị Sen"),
        ("Ông Lò Văn Pín phát động gì?", ""),
        ("Ban Dân vận Huyện ủy tổng kết hôm nào, ở đâu?", "Ban Dân vận"),
        ("ban dan van huyen uy tong ket o dau", "ban dan van"),
        ("Ban Tổ chức Huyện ủy tổng kết ở đâu?", ""),
    ],
)
def test_the_source_quoted_first_names_the_person_and_the_organ(
    question: str, missing: str
) -> None:
    refusal = decide(two_sources(question), 0.5).refusal

    assert (refusal.subjects if refusal else ("",)) == (missing,)


def test_a_question_of_another_domain_is_told_from_weak_evidence() -> None:
    evidence = np.zeros(len(SIGNALS), dtype=np.float32)
    near = replace(findings("Xã có gì mới?", 0.1), evidence=evidence)
    evidence = evidence.copy()
    evidence[SIGNALS.index("unknown_pairs")] = 0.9
    far = replace(near, evidence=evidence)

    reasons = [decide(found, 0.5).refusal for found in (near, far)]

    assert [r.reason for r in reasons if r] == [
        RefusalReason.WEAK_EVIDENCE,
        RefusalReason.OUT_OF_DOMAIN,
    ]


@pytest.mark.parametrize(
    ("question", "text", "missing"),
    [
        ("Bao nhiêu đảng viên mới là nữ?", "Xã kết nạp 17 đảng viên, đạt 102%.", "nữ"),
        ("bao nhieu dang vien moi la nu?", "Xã kết nạp 17 đảng viên, phụ nữ 5.", ""),
        (
            "Năm 2025 kết nạp bao nhiêu?",
            "Giai đoạn 2020 – 2025 xã kết nạp 90 đảng viên.",
            "năm 2025",
        ),
        ("Năm 2025 kết nạp bao nhiêu?", "Năm 2025, xã kết nạp 17 đảng viên.", ""),
        ("Giai đoạn 2020-2025 kết nạp bao nhiêu?", "Từ 2020-2025 xã kết nạp 90 người.", ""),
        ("Vì sao bãi bỏ Chỉ thị 12-CT/TW?", "Chỉ thị 12-CT/TW được thực hiện tốt.", "bãi bỏ"),
        ("Ai bỏ Chỉ thị 12-CT/TW?", "Chỉ thị 12-CT/TW được thực hiện tốt.", "bỏ"),
        ("Vì sao bãi bỏ Chỉ thị 12-CT/TW?", "Quy định 9 thay thế Chỉ thị 12-CT/TW.", ""),
        ("Ông Ba sinh năm nào?", "Ông Nông Văn Ba trúng cử năm 2020.", "sinh năm"),
        ("Ông Ba sinh năm nào?", "Ông Nông Văn Ba (sinh năm 1970) trúng cử.", ""),
        ("Lệ phí chứng thực là bao nhiêu?", "Chứng thực mất 2 ngày.", "Lệ phí"),
        ("Lệ phí chứng thực là bao nhiêu?", "Chứng thực không thu phí.", ""),
    ],
)
def test_a_group_a_property_a_period_or_an_end_that_is_not_told_of_is_refused(
    question: str, text: str, missing: str
) -> None:
    decision = decide(findings(question, text=text), 0.5)

    assert (decision.refusal.subjects if decision.refusal else ()) == (
        (missing,) if missing else ()
    )


@pytest.mark.parametrize(
    ("text", "is_off_topic"),
    [("Hội nghị ngày mai bàn về đại hội.", True), ("Thời tiết ngày mai: hoãn họp.", False)],
)
def test_daily_life_is_off_the_topic_unless_a_source_tells_of_it(
    text: str, is_off_topic: bool
) -> None:
    decision = decide(findings("Thời tiết ngày mai thế nào?", text=text), 0.5)

    assert decision.refusal == (Refusal(RefusalReason.OUT_OF_DOMAIN) if is_off_topic else None)


@pytest.mark.parametrize(
    ("question", "text", "missing"),
    [
        ("Phó Bí thư Tỉnh ủy là ai?", "Phó Bí thư Thường trực Tỉnh ủy Lò Văn Pín dự.", ""),
        ("pct ubnd huyện là ai?", "Lò Văn Pín, Phó Chủ tịch Thường trực UBND huyện, dự.", ""),
        (
            "Phó Trưởng Ban Tổ chức là ai?",
            "Lò Văn Pín, Phó Trưởng Ban Thường trực Ban Tổ chức.",
            "",
        ),
        (
            "Bí thư Tỉnh ủy là ai?",
            "Phó Bí thư Thường trực Tỉnh ủy Lò Văn Pín dự.",
            "Bí thư Tỉnh ủy",
        ),
    ],
)
def test_a_first_deputy_is_a_deputy(question: str, text: str, missing: str) -> None:
    assert wanting(analyse(question.replace("pct", "phó chủ tịch")), [text]) == missing
