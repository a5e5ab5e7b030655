from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import perf_counter

import numpy as np
import onnx
import pytest

from retrieval.embeddings.onnx.weights import Vocabulary, open_vocabulary
from retrieval.ranking import reader as module
from retrieval.ranking.reader import LONGEST, UNREAD, Reader, ReadingPassage, windows
from retrieval.ranking.signals import evidence

ABOUT = "Báo cáo công tác năm 2024 | Đảng ủy xã Bình Minh | 5/1/2025"
MEMBERS = ReadingPassage(
    ABOUT,
    (
        "Năm 2024, Đảng bộ xã kết nạp 17 đảng viên mới, vượt chỉ tiêu được giao.",
        "Đảng ủy đã tổ chức bốn hội nghị chuyên đề.",
        "Công tác dân vận được quan tâm.",
    ),
)
MEETING = ReadingPassage(
    ABOUT,
    (
        "Chi bộ thôn Đông họp vào ngày 3 hằng tháng.",
        "Hồ sơ xét kết nạp gồm:",
        "Nhà văn hóa thôn vừa được sửa lại.",
    ),
)
PAPERS = ReadingPassage(
    "Hướng dẫn kết nạp đảng viên",
    (
        "Hồ sơ xin vào Đảng gồm:\n- Đơn xin vào Đảng;\n- Lý lịch của người xin vào Đảng;\n"
        "- Giấy giới thiệu của hai đảng viên chính thức.",
        "- Đơn xin vào Đảng;",
        "- Lý lịch của người xin vào Đảng;",
        "- Giấy giới thiệu của hai đảng viên chính thức.",
    ),
)
ASKED = "Năm 2024 Đảng bộ xã Bình Minh kết nạp bao nhiêu đảng viên?"
ABSENT = "Lãi suất vay mua nhà của ngân hàng hiện nay là bao nhiêu?"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("engine")


@pytest.fixture(scope="module")
def reader(folder: Path) -> Reader:
    opened = Reader.open(folder)
    assert opened is not None
    return opened


@pytest.fixture(scope="module")
def vocabulary(folder: Path) -> Vocabulary:
    return open_vocabulary(folder)


def test_the_unit_that_answers_comes_first(reader):
    logits = reader.read(ASKED, [MEETING, MEMBERS])

    assert [len(row) for row in logits] == [3, 3]
    assert max((x, place) for place, row in enumerate(logits) for x in row)[1] == 1
    assert int(np.argmax(logits[1])) == 0


def test_a_question_without_diacritics_finds_it_too(reader):
    logits = reader.read("nam 2024 dang bo xa binh minh ket nap bao nhieu dang vien", [MEMBERS])

    assert int(np.argmax(logits[0])) == 0


def test_an_announcing_line_is_no_answer(reader):
    logits = reader.read("Chi bộ thôn Đông họp vào ngày nào trong tháng?", [MEETING])

    assert int(np.argmax(logits[0])) == 0


def test_evidence_tells_what_is_answered_from_what_is_not(reader):
    present = evidence(reader.read(ASKED, [MEMBERS, MEETING]))
    absent = evidence(reader.read(ABSENT, [MEMBERS, MEETING]))

    assert present > absent + 2


def test_the_same_is_said_again_and_from_several_threads(reader):
    once = reader.read(ASKED, [MEMBERS, MEETING, PAPERS])

    with ThreadPoolExecutor(4) as pool:
        often = list(pool.map(lambda _: reader.read(ASKED, [MEMBERS, MEETING, PAPERS]), range(8)))

    assert all(said == once for said in often)


def test_a_passage_is_read_alike_whatever_stands_beside_it(reader):
    alone = reader.read(ASKED, [MEMBERS])[0]

    beside = reader.read(ASKED, [PAPERS, MEMBERS, MEETING])[1]

    assert beside == pytest.approx(alone, abs=1e-3)


@pytest.mark.parametrize("question", ["", " ", "?", "🙂" * 50, "x" * 20_000])
def test_rubbish_is_read_without_harm(reader, question):
    passages = [ReadingPassage("", ("", " ", "🙂")), ReadingPassage("", ()), MEMBERS]

    logits = reader.read(question, passages)

    assert [len(row) for row in logits] == [3, 0, 3]
    assert all(np.isfinite(x) for row in logits for x in row)


def test_nothing_to_read_is_no_evidence(reader):
    assert reader.read(ASKED, []) == []
    assert evidence([]) == evidence([[]]) == float("-inf")


def test_very_much_is_read_in_bounded_time(reader):
    long = ReadingPassage(ABOUT, ("Đảng viên phải nêu cao tinh thần trách nhiệm. " * 2_000,) * 3)
    many = [ReadingPassage(ABOUT, ("Chi bộ họp hằng tháng. " * 40,) * 10)] * 300
    started = perf_counter()

    logits = reader.read(ASKED, [MEMBERS, long, *many])

    assert perf_counter() - started < 20
    assert logits[0][0] > UNREAD
    assert logits[-1] == [UNREAD] * 10


def test_every_unit_stands_in_a_window_and_no_window_is_too_long(vocabulary):
    units = tuple(f"Câu số {n} nói về công tác tổ chức xây dựng Đảng ở xã." for n in range(40))
    laid = windows(vocabulary, ASKED, ReadingPassage(ABOUT, (*units, "từ " * 5_000, "")))

    assert sorted(number for window in laid for number in window.numbers) == list(range(42))
    for window in laid:
        assert len(window.tokens) <= LONGEST
        assert all(0 <= first < after <= len(window.tokens) for first, after in window.units)


def test_what_is_part_of_a_list_is_read_where_it_stands_there(vocabulary):
    (window,) = windows(vocabulary, "Hồ sơ gồm những gì?", PAPERS)
    spans = dict(zip(window.numbers, window.units, strict=True))

    assert all(spans[0][0] <= first < after <= spans[0][1] for first, after in spans.values())
    assert spans[1] < spans[2] < spans[3]
    for number in (1, 2, 3):
        tokens = window.tokens[slice(*spans[number])]
        assert tokens == vocabulary.encode(PAPERS.units[number])


def test_where_it_cannot_run_there_is_none_and_the_log_says_so(tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(module, "WEIGHTS", "nowhere.onnx")

    assert Reader.open(tmp_path) is None
    assert "without the reader" in caplog.text


def test_weights_that_say_something_else_are_not_used(tmp_path, vocabulary, monkeypatch):
    shipped = Path(module.__file__).with_name(module.WEIGHTS)
    model = onnx.load(shipped)
    weights = next(part for part in model.graph.initializer if part.name == "l3_fo_w")
    weights.raw_data = bytes(len(weights.raw_data))
    onnx.save(model, tmp_path / "spoilt.onnx")

    with pytest.raises(ValueError, match="off"):
        Reader(vocabulary, tmp_path / "spoilt.onnx").prove()


def test_the_weights_are_small(reader):
    assert Path(module.__file__).with_name(module.WEIGHTS).stat().st_size < 12e6
