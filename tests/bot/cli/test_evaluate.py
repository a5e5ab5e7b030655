"""eval, as a process over real files."""

import json
from pathlib import Path

import pytest

CASES = (
    {
        "id": "1",
        "kind": "fact",
        "question": "Năm 2024 Hà Nội kết nạp bao nhiêu đảng viên?",
        "must": [["11.144"]],
        "source": "ha-noi.md",
    },
    {
        "id": "2",
        "kind": "followup",
        "question": "Thế còn năm 2024?",
        "history": [["Năm 2023 Hà Nội kết nạp bao nhiêu đảng viên?", "Không rõ."]],
        "must": [["11.144"]],
        "source": "ha-noi.md",
    },
    {
        "id": "3",
        "kind": "offtopic",
        "question": "Cách nấu phở bò ngon?",
        "must": [],
        "source": None,
    },
)


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    folder = tmp_path / "sources"
    folder.mkdir()
    (folder / "ha-noi.md").write_text(
        "# Hà Nội tổng kết\n\nNăm 2024, Hà Nội kết nạp 11.144 đảng viên mới.\n", encoding="utf-8"
    )
    (folder / "hue.md").write_text(
        "# Huế\n\nTỉnh ủy Thừa Thiên Huế tổ chức sáu lớp bồi dưỡng cho cán bộ trẻ.\n",
        encoding="utf-8",
    )
    return folder


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    path = tmp_path / "questions.jsonl"
    path.write_text("\n".join(map(json.dumps, CASES)), encoding="utf-8")
    return path


def test_figures_over_the_index_of_the_settings(chidan, sources, questions):
    done = chidan("eval", str(questions), "--json")
    found = json.loads(done.stdout)["figures"]

    assert done.returncode == 0, done.stderr
    assert list(found) == ["fact", "followup", "offtopic", "total"]
    assert (found["fact"]["hit_1"], found["followup"]["hit_1"]) == (1.0, 1.0)
    assert found["total"]["verbatim"] == 1.0
    assert (sources.parent / "state" / "index.db").exists()


def test_a_folder_of_its_own_leaves_the_settings_index_alone(chidan, sources, questions):
    done = chidan("eval", str(questions), "--sources", str(sources), "--strip-diacritics", "--json")

    assert json.loads(done.stdout)["figures"]["fact"]["hit_3"] == 1.0
    assert not (sources.parent / "state" / "index.db").exists()


def test_tables_are_markdown_off_a_terminal_and_in_the_report(chidan, sources, questions, tmp_path):
    done = chidan("eval", str(questions), "--report", str(tmp_path / "report.md"))
    report = (tmp_path / "report.md").read_text(encoding="utf-8")

    assert "| fact | 1 | 1.000 |" in done.stdout
    assert done.stdout.strip() in report
    assert report.startswith("# questions.jsonl\n")


def test_squad_brings_its_own_sources(chidan, tmp_path):
    context = "Hội nghị họp ngày 16/12/2024 ở Hà Nội với 67 điểm cầu trong cả nước."
    answer = {"text": "67", "answer_start": context.index("67")}
    asked = {"id": "s", "question": "Hội nghị có bao nhiêu điểm cầu?", "answers": [answer]}
    squad = {"data": [{"paragraphs": [{"context": context, "qas": [asked]}]}]}
    (tmp_path / "squad.json").write_text(json.dumps(squad), encoding="utf-8")

    found = json.loads(chidan("eval", "squad.json", "--json").stdout)["figures"]

    assert list(found) == ["present", "absent-easy", "absent-hard", "total"]
    assert (found["present"]["hit_1"], found["present"]["r_1"]) == (1.0, 1.0)
    assert found["absent-hard"]["answered"] == 0.0


def test_a_broken_file_is_one_line_and_status_1(chidan, sources, tmp_path):
    (tmp_path / "broken.jsonl").write_text("{", encoding="utf-8")

    done = chidan("eval", "broken.jsonl")

    assert (done.returncode, done.stdout) == (1, "")
    assert len(done.stderr.splitlines()) == 1
