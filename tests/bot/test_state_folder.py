"""What is kept of people is readable by nobody else, and the key of the pseudonyms is whole."""

import json
import os
import signal
import stat
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.bootstrap import open_conversations, open_index
from bot.log.retention import KeyFault, pseudonyms
from bot.settings import Settings

ROOT = Path(__file__).parents[2]


def open_to_others(folder: Path) -> list[str]:
    """What others may read or write; what the tests share between state folders aside."""
    paths = [folder, *(p for p in folder.rglob("*") if "engine" not in p.parts)]
    return [str(p) for p in paths if stat.S_IMODE(p.stat().st_mode) & 0o077]


def settings(tmp_path: Path, **more: object) -> Settings:
    folders = {"state_dir": tmp_path / "state", "sources_dir": tmp_path / "sources"}
    return Settings(_env_file=None, **folders, **more)


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    folder = tmp_path / "sources"
    folder.mkdir()
    (folder / "hue.txt").write_text("Thành ủy Huế mở sáu lớp bồi dưỡng cán bộ trẻ trong năm 2024.")
    return folder


def test_everything_that_commands_write_is_private(chidan, sources, tmp_path):
    chidan("ask", "Thành ủy Huế mở mấy lớp bồi dưỡng?", LOG_PEOPLE="pseudonym")
    chidan("backup", "copy.db")

    there = {path.name for path in (tmp_path / "state").iterdir()}
    assert {"logs.db", "index.db", "chroma", "people.key"} <= there
    assert open_to_others(tmp_path / "state") == []
    assert stat.S_IMODE((tmp_path / "copy.db").stat().st_mode) == 0o600


def test_what_was_open_before_is_closed_at_the_start(sources, tmp_path):
    state = tmp_path / "state"
    sources.chmod(0o755)
    before = os.umask(0o022)
    try:
        with open_index(settings(tmp_path)) as index:
            index.reload()
        with open_conversations(settings(tmp_path)) as log:
            log.record(None, None, None, None, "", None, "một câu", datetime.now(UTC))
            (state / "copy.csv").touch()
            (state / "others").mkdir()
            for path in (state, *state.rglob("*")):
                path.chmod(0o755 if path.is_dir() else 0o644)
            (state / "link").symlink_to(sources)
            assert "logs.db-wal" in str(open_to_others(state))

            with open_conversations(settings(tmp_path)), open_index(settings(tmp_path)):
                left = open_to_others(state)
    finally:
        os.umask(before)

    assert [Path(path).name for path in left if Path(path).name != "link"] == ["others"]
    assert stat.S_IMODE(sources.stat().st_mode) & 0o077


def test_a_key_that_is_not_whole_stops_the_start(chidan, sources, tmp_path):
    state = tmp_path / "state"
    for rubbish in (b"", b"x" * 31, b"x" * 65):
        (state / "people.key").write_bytes(rubbish)
        with pytest.raises(KeyFault, match="bản sao lưu"):
            open_conversations(settings(tmp_path, log_people="pseudonym"))

    done = chidan("ask", "Huế mở mấy lớp?", LOG_PEOPLE="pseudonym")
    checked = chidan("doctor", LOG_PEOPLE="pseudonym")

    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert "people.key" in done.stderr
    assert "people.key" in checked.stdout
    assert (state / "people.key").read_bytes() == b"x" * 65


def test_a_lost_key_is_not_replaced_in_silence_where_the_log_holds_pseudonyms(
    chidan, sources, tmp_path
):
    state = tmp_path / "state"
    veiled = settings(tmp_path, log_people="pseudonym")
    asked = (None, -1001234567890, None, -1001234567890, "Nhóm An", 1, "Hỏi?", datetime.now(UTC))
    with open_conversations(settings(tmp_path)) as log:
        log.record(*asked)  # in the name of a group, which is no pseudonym
    with open_conversations(veiled) as log:
        log.record(None, 7, None, 7, "Lan", 1, "Huế mở mấy lớp?", datetime.now(UTC))
    (state / "people.key").unlink()

    with pytest.raises(KeyFault, match="chidan logs new-key"):
        open_conversations(veiled)
    assert not (state / "people.key").exists()

    chidan("logs", "new-key")
    (first,) = state.glob("people.key")
    with open_conversations(veiled):
        pass
    assert "Khóa cũ được cất ở" in chidan("logs", "new-key").stdout
    assert len(list(state.glob("people.key.*"))) == 1
    assert len(first.read_bytes()) == 32


def test_a_key_that_cannot_be_read_is_named(tmp_path):
    (tmp_path / "people.key").mkdir()

    with pytest.raises(KeyFault, match=r"people\.key"):
        pseudonyms(tmp_path)


@pytest.mark.parametrize("call", ["write", "flush", "fsync", "rename"])
def test_killed_while_the_key_is_made_the_next_start_makes_it(tmp_path, call):
    script = f"""
import os, signal, sys
from pathlib import Path
from bot.log.retention import pseudonyms

def kill(frame, event, argument):
    here = frame.f_code
    called = event == "c_call" and "retention" in here.co_filename and argument.__name__
    begun = event == "call" and "pathlib" in here.co_filename and here.co_name
    if {call!r} in (called, begun):
        os.kill(os.getpid(), signal.SIGKILL)

sys.setprofile(kill)
pseudonyms(Path({json.dumps(str(tmp_path))}))
"""
    killed = subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=False)

    assert killed.returncode == -signal.SIGKILL
    made = pseudonyms(tmp_path)
    assert pseudonyms(tmp_path)(7) == made(7)
    assert len((tmp_path / "people.key").read_bytes()) == 32


def test_processes_that_make_the_key_at_once_agree(tmp_path):
    script = f"""
from pathlib import Path
from bot.log.retention import pseudonyms
print(pseudonyms(Path({json.dumps(str(tmp_path))}))(7))
"""
    started = [
        subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE)
        for _ in range(3)
    ]
    assert len({process.communicate()[0] for process in started}) == 1
