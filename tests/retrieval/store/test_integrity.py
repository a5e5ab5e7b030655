"""Files of Chroma that are cut, missing or half written are filled anew from the ledger."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from command import command

from bot.bootstrap import build_assistant, open_index
from bot.settings import Settings
from retrieval.index import Index
from retrieval.store.integrity import NOTE, Files

TOWNS = ("Huế", "Vinh", "Cần Thơ", "Đà Lạt", "Nam Định")


@pytest.fixture(scope="module")
def made(tmp_path_factory, engine) -> Path:
    """A folder with sources and the index of them, large enough for files of HNSW."""
    folder = tmp_path_factory.mktemp("made")
    (folder / "sources").mkdir()
    for town in TOWNS:
        lines = [f"Năm 2024, tổ số {i} của {town} mở {i + 3} lớp học." for i in range(24)]
        (folder / "sources" / f"{town}.txt").write_text("\n\n".join(lines))
    shutil.copytree(engine, folder / "state" / "engine", copy_function=os.link)
    with open_index(settings(folder)) as index:
        index.reload()
    return folder


def settings(folder: Path) -> Settings:
    places = {"state_dir": folder / "state", "sources_dir": folder / "sources"}
    return Settings(_env_file=None, **places)


@pytest.fixture
def folder(made, tmp_path) -> Path:
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    return tmp_path


def segment(folder: Path) -> Path:
    (found,) = (p for p in (folder / "state" / "chroma").iterdir() if p.is_dir())
    return found


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size * 3 // 10)


def old_times(folder: Path) -> None:
    """As after a copy: other times, and the last file is still from before."""
    (segment(folder) / "header.bin").write_bytes(b"\xff" * 100)


DAMAGES: dict[str, Callable[[Path], object]] = {
    "header cut": lambda f: cut(segment(f) / "header.bin"),
    "links longer": lambda f: (segment(f) / "link_lists.bin").write_bytes(b"\xff" * 99),
    "length cut": lambda f: cut(segment(f) / "length.bin"),
    "vectors missing": lambda f: (segment(f) / "data_level0.bin").unlink(),
    "header overwritten": old_times,
    "segment missing": lambda f: shutil.rmtree(segment(f)),
    "database cut": lambda f: cut(f / "state" / "chroma" / "chroma.sqlite3"),
    "database empty": lambda f: os.truncate(f / "state" / "chroma" / "chroma.sqlite3", 0),
    "database missing": lambda f: (f / "state" / "chroma" / "chroma.sqlite3").unlink(),
    "all missing": lambda f: shutil.rmtree(f / "state" / "chroma"),
}


def is_in_line(index: Index) -> bool:
    with index.ledger.snapshot() as snap:
        wanted = snap.sentence_ids()
        vector = snap.vectors(sorted(wanted))[7]
        hits = index.store.search(snap.edition, vector, 3)
        return len(wanted) > 90 and index.store.ids(snap.edition) == wanted and hits[0][1] > 0.99


@pytest.fixture
def opened(folder) -> Iterator[Index]:
    with open_index(settings(folder)) as index:
        yield index


@pytest.mark.parametrize("damage", DAMAGES)
def test_damage_is_seen_without_opening_the_files(folder, damage, monkeypatch):
    monkeypatch.setattr("retrieval.store.integrity._child_opens", lambda folder: False)
    files = Files(folder / "state" / "chroma")
    assert files.are_whole()

    DAMAGES[damage](folder)

    assert files.are_whole() == (damage == "all missing")


@pytest.mark.parametrize("damage", ["header cut", "segment missing", "database cut", "all missing"])
def test_a_start_fills_damaged_files_anew(folder, damage):
    DAMAGES[damage](folder)
    said: list[str] = []

    with open_index(settings(folder)) as index:
        index.start(lambda done, total: None, said.append)
        assert is_in_line(index)

    assert len(said) == (damage != "all missing")
    with open_index(settings(folder)) as index:
        index.start(lambda done, total: None, said.append)
        assert is_in_line(index)
    assert len(said) == (damage != "all missing")


@pytest.mark.parametrize("how", ["reload", "roll_back"])
def test_reload_and_rollback_fill_them_anew(folder, opened, how):
    (folder / "sources" / "Huế.txt").unlink()
    opened.reload()
    opened.store.close()
    cut(segment(folder) / "header.bin")

    (opened.reload if how == "reload" else opened.roll_back)()

    assert is_in_line(opened)


async def test_damage_that_a_running_bot_comes_upon_is_mended_and_the_question_answered(
    folder, opened
):
    assistant = build_assistant(opened, settings(folder))
    before = await assistant.answer("Tổ số 3 của Vinh mở mấy lớp học?")
    with open_index(settings(folder)) as other:  # dies in the middle of a reload
        (folder / "sources" / "Huế.txt").unlink()
        other.reload()
        with other.ledger.snapshot() as snap:
            other.store.begin(snap.edition)
    cut(segment(folder) / "header.bin")

    answer = await assistant.answer("Tổ số 3 của Vinh mở mấy lớp học?")

    assert "6 lớp" in answer.quotes[0].text
    assert answer.quotes == before.quotes
    assert is_in_line(opened)


def test_a_store_that_another_process_made_anew_is_seen(folder, opened):
    assert is_in_line(opened)
    cut(segment(folder) / "header.bin")

    said = command(folder)("reload").stderr

    assert "lập lại từ sổ" in said
    assert is_in_line(opened)


def test_whole_files_are_not_opened_twice(folder, opened, monkeypatch):
    monkeypatch.setattr("retrieval.store.integrity._child_opens", lambda folder: 1 / 0)

    opened.start(lambda done, total: None, print)

    assert is_in_line(opened)


def test_files_that_chroma_wrote_anew_after_reading_them_are_not_opened_to_be_looked_at(
    folder, monkeypatch
):
    monkeypatch.setattr("retrieval.store.integrity._child_opens", lambda folder: 1 / 0)
    look = Files(folder / "state" / "chroma")._look
    before = look()
    for _ in range(2):
        with open_index(settings(folder)) as index:
            index.start(lambda done, total: None, print)
            assert is_in_line(index)

    assert look() != before


def test_whole_files_that_nobody_noted_or_that_were_copied_stay(folder):
    files = Files(folder / "state" / "chroma")
    identity = files.identity
    files.distrust()
    assert files.are_whole()
    os.utime(segment(folder) / "header.bin")
    assert files.are_whole()

    assert files.are_as_noted()
    assert files.identity == identity
    assert len(json.loads((files.folder / NOTE).read_text())) == 4


def test_files_that_end_the_process_end_no_command(folder):
    chidan = command(folder)
    question = "Tổ số 3 của Vinh mở mấy lớp học?"
    before = chidan("ask", "--json", question)
    cut(segment(folder) / "header.bin")

    seen = chidan("doctor")
    asked = chidan("ask", "--json", question)
    after = chidan("doctor")

    assert "✗ Tệp của Chroma" in seen.stdout
    assert "6 lớp" in json.loads(asked.stdout)["quotes"][0]["text"]
    assert json.loads(asked.stdout)["quotes"] == json.loads(before.stdout)["quotes"] != []
    assert "lập lại từ sổ" in asked.stderr
    assert "Lần hỏng gần nhất" in after.stdout


def test_a_question_makes_no_files_look_damaged(folder):
    chidan = command(folder)
    for _ in range(2):
        assert json.loads(chidan("ask", "--json", "Tổ số 3 của Vinh mở mấy lớp học?").stdout)[
            "quotes"
        ]
        assert "✗ Tệp của Chroma" not in chidan("doctor").stdout
