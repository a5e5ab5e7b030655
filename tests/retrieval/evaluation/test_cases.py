"""Both forms of question files, and what may be done to cases."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from indexes import document

from retrieval.errors import CaseError
from retrieval.evaluation.cases import Case, Place, load_cases, retold, stripped
from retrieval.models import Document, Source, Turn

LINE = {
    "id": "x1",
    "kind": "followup",
    "question": "Còn năm 2022?",
    "history": [["Năm 2020 ai là Trưởng Ban?", "Ông A"]],
    "must": [["bà B", "Bà B"], ["2022"]],
    "source": "001",
}
CONTEXT = "Hội nghị họp ở Huế. Có 67 điểm cầu."
SQUAD = {
    "data": [
        {
            "title": "Hội nghị",
            "paragraphs": [
                {
                    "context": CONTEXT,
                    "qas": [
                        {
                            "id": "s1",
                            "question": "Bao nhiêu điểm cầu?",
                            "answers": [{"text": "67", "answer_start": CONTEXT.index("67")}],
                        },
                        {"id": "s2", "question": "Ai chủ trì?", "answers": []},
                    ],
                },
                {"context": "Đoạn thứ hai.", "qas": []},
            ],
        }
    ]
}


def written(folder: Path, text: str) -> Path:
    path = folder / "questions"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_line_is_a_case(tmp_path: Path) -> None:
    loaded = load_cases(written(tmp_path, json.dumps(LINE) + "\n\n"))

    assert loaded.documents == ()
    assert loaded.cases == (
        Case(
            "x1",
            "followup",
            "Còn năm 2022?",
            (Turn("Năm 2020 ai là Trưởng Ban?", "Ông A"),),
            (("bà B", "Bà B"), ("2022",)),
            ("001",),
        ),
    )


def test_a_question_may_be_answered_by_any_of_several_files(tmp_path: Path) -> None:
    line = {**LINE, "source": ["a.md", "con/b.txt"], "must": [["x"]]}
    (case,) = load_cases(written(tmp_path, json.dumps(line))).cases

    assert case.sources == ("a.md", "con/b.txt")
    assert case.cites(Source("1", "a.md", ""))
    assert not case.cites(Source("2", "c.md", ""))


def test_the_file_that_comes_nearest_is_known(tmp_path: Path) -> None:
    line = {"id": "x", "kind": "unanswerable", "question": "?", "near": "a.md", "source": None}

    assert load_cases(written(tmp_path, json.dumps(line))).cases[0].near == "a.md"


def test_what_nothing_must_be_quoted_for_is_not_answerable(tmp_path: Path) -> None:
    line = {"id": "x", "kind": "offtopic", "question": "Ăn gì?", "must": [], "source": None}

    assert not load_cases(written(tmp_path, json.dumps(line))).cases[0].answerable


@pytest.mark.parametrize("line", ["không phải JSON", '{"id": "x1"}', "[]"])
def test_a_broken_line_is_named(tmp_path: Path, line: str) -> None:
    with pytest.raises(CaseError, match="dòng 2"):
        load_cases(written(tmp_path, json.dumps(LINE) + "\n" + line))


def test_a_squad_question_is_asked_with_its_paragraph_and_article_there_and_away(
    tmp_path: Path,
) -> None:
    loaded = load_cases(written(tmp_path, json.dumps(SQUAD)))
    first, second = (d.source.id for d in loaded.documents)

    assert [(c.kind, c.absent, c.answerable) for c in loaded.cases] == [
        ("present", frozenset(), True),
        ("absent-easy", {first, second}, False),
        ("absent-hard", {first}, False),
        ("impossible", frozenset(), False),
    ]


def test_a_squad_answer_is_found_in_text_whose_letters_were_put_together(tmp_path: Path) -> None:
    apart = "Ho\u0302\u0323i nghi\u0323 co\u0301 67 điểm."
    squad = json.loads(json.dumps(SQUAD))
    paragraph = squad["data"][0]["paragraphs"][0]
    paragraph["context"] = apart
    paragraph["qas"][0]["answers"][0]["answer_start"] = apart.index("67")

    loaded = load_cases(written(tmp_path, json.dumps(squad)))
    place = loaded.cases[0].place

    assert place is not None
    assert loaded.documents[0].text[place.start :] == "67 điểm."


def test_diacritics_are_stripped_from_all_that_was_asked() -> None:
    case = Case("x", "fact", "Đảng ủy ở đâu?", (Turn("Còn Huế?", "Đã họp."),))

    bare = stripped(case)

    assert bare.question == "Dang uy o dau?"
    assert bare.history == (Turn("Con Hue?", "Đã họp."),)


def test_a_source_is_named_by_the_beginning_of_its_file_name() -> None:
    case = Case("x", "fact", "?", sources=("002",))

    assert case.cites(Source("a", "con/002_70f6.txt", "Giao ban"))
    assert not case.cites(Source("b", "003_70f6.txt", "Giao ban"))


def test_a_source_that_retells_the_original_is_right_too() -> None:
    originals = [document("002_70f6.txt", "Hội nghị giao ban: trực tuyến", "…")]
    retelling = Source("a", "2020.md", "Khác", about="Hội nghị giao ban trực tuyến")
    (case,) = retold([Case("x", "fact", "?", sources=("002",))], originals)

    assert case.cites(retelling)
    assert not Case("x", "fact", "?", sources=("002",)).cites(retelling)


def test_an_original_is_right_where_the_one_that_retells_it_is_named() -> None:
    retelling = Document(Source("a", "2020.md", "Khác", about="Hội nghị giao ban"), "…")
    (case,) = retold([Case("x", "fact", "?", sources=("2020.md",))], [retelling])

    assert case.cites(Source("b", "002_70f6.txt", "Hội nghị giao ban"))
    assert not case.cites(Source("c", "003_70f6.txt", "Khác nữa"))


def test_a_squad_answer_cites_its_own_paragraph_only() -> None:
    case = Case("x", "present", "?", place=Place("a000p000", 3))

    assert case.cites(Source("a000p000", "a000p000.txt", ""))
    assert not case.cites(Source("a000p001", "a000p001.txt", ""))


def test_a_case_without_originals_keeps_its_file(tmp_path: Path) -> None:
    none: list[Document] = []

    assert retold([Case("x", "fact", "?", sources=("002",))], none)[0].about == ""
