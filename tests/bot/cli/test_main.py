"""The command line as people and scripts meet it: a process, its streams and its exit status."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import click
import pytest
import yaml

from bot.cli.help import ENGLISH, commands
from bot.cli.main import cli
from bot.log.exchanges import Conversations
from retrieval.models import Answer, Kind


@pytest.fixture
def log(tmp_path: Path) -> Conversations:
    """The log that the commands see."""
    return Conversations(tmp_path / "state" / "logs.db")


def test_help_lists_the_commands(chidan):
    done = chidan("--help")

    assert done.returncode == 0
    assert "doctor" in done.stdout


@pytest.mark.parametrize("arguments", [["nope"], ["logs", "-n", "0"], ["logs", "--nope"]])
def test_wrong_usage_is_one_line_and_status_2(chidan, arguments):
    done = chidan(*arguments)

    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1


def test_a_wrong_setting_is_one_line_and_status_1(chidan):
    done = chidan("logs", ADMIN_IDS="một")

    assert (done.returncode, done.stdout) == (1, "")
    assert len(done.stderr.splitlines()) == 1
    assert "ADMIN_IDS" in done.stderr


def test_a_folder_that_cannot_be_written_is_one_line_and_status_1(chidan, tmp_path):
    (tmp_path / "tệp").touch()

    done = chidan("logs", STATE_DIR="tệp/var")

    assert (done.returncode, done.stdout) == (1, "")
    assert len(done.stderr.splitlines()) == 1


def test_logs_show_the_latest_oldest_above(chidan, log):
    for number in range(3):
        exchange = log.record(number, -1, None, 7, "Lan", 1, f"câu {number}", datetime.now(UTC))
        log.finish(exchange, Answer("", Kind.NOT_FOUND, "Không\tcó."))
    log.close()

    lines = chidan("logs", "-n", "2").stdout.splitlines()

    assert [line.split("\t")[4] for line in lines] == ["câu 1", "câu 2"]
    assert lines[0].split("\t")[2:4] == ["Lan", "chưa có nguồn"]
    assert lines[0].endswith("\tKhông có.")


def test_logs_as_json_are_one_object_a_line(chidan, log):
    log.record(1, -1, None, 7, "Lan", 1, "câu\nhỏi", datetime.now(UTC))
    log.close()

    (line,) = chidan("logs", "--json").stdout.splitlines()

    assert json.loads(line)["question"] == "câu\nhỏi"
    assert json.loads(line)["kind"] == "pending"


def test_control_characters_that_people_sent_do_not_reach_the_terminal(chidan, log):
    log.record(1, -1, None, 7, "L\x1b[2Jan", 1, "câu\x1b]0;x\x07 hỏi", datetime.now(UTC))
    log.close()

    shown = chidan("logs").stdout

    assert "\x1b" not in shown
    assert "\x07" not in shown


def test_output_is_utf8_in_any_locale(chidan, log):
    log.record(1, -1, None, 7, "Lan", 1, "đảng viên", datetime.now(UTC))
    log.close()

    assert "đảng viên" in chidan("logs", LC_ALL="C", PYTHONIOENCODING="ascii").stdout


def test_a_reader_that_leaves_is_no_error(chidan, log, tmp_path):
    for number in range(300):
        log.record(number, -1, None, 7, "Lan", 1, "câu " * 200, datetime.now(UTC))
    log.close()

    command = f"{sys.executable} -m bot.cli logs -n 300 | head -n 1"
    environment = os.environ | {
        "PYTHONPATH": str(Path(__file__).parents[3]),
        "STATE_DIR": str(tmp_path / "state"),
    }
    done = subprocess.run(
        ["bash", "-c", command], capture_output=True, env=environment, cwd=tmp_path, check=True
    )

    assert done.stderr == b""


def test_doctor_finds_what_is_missing_and_says_what_to_do(chidan):
    bot = {"TELEGRAM_BOT_TOKEN": "1:s3cret", "TELEGRAM_BASE_URL": "http://127.0.0.1:9/bot"}
    done = chidan("doctor", SOURCES_DIR="không-có", **bot)

    assert done.returncode == 1
    assert "✗ Không đọc được SOURCES_DIR" in done.stdout
    assert "✗ Không kết nối được Telegram" in done.stdout
    assert "→" in done.stdout
    assert "s3cret" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("locale", "there"),
    [
        (
            "vi_VN.UTF-8",
            ("Cách dùng: chidan", "Tùy chọn:", "Mã thoát: 0", "Cho xem lời"),
        ),
        ("C.UTF-8", ("Cách dùng: chidan", "Lệnh:")),
        ("en_US.UTF-8", ("Usage: chidan", "Options:", "Exit codes: 0", "Show this message")),
    ],
)
def test_help_speaks_the_language_of_the_locale(chidan, locale, there):
    said = chidan("--help", LC_ALL=locale).stdout

    assert [words for words in there if words not in said] == []


def test_every_command_and_option_is_explained_in_both_languages():
    texts = yaml.safe_load(ENGLISH.read_text(encoding="utf-8"))["commands"]
    ours = dict(commands(cli))

    assert sorted(texts) == sorted(ours)
    for path, command in ours.items():
        options = [p for p in command.params if isinstance(p, click.Option) and p.name != "version"]
        assert command.help, path
        assert [p.name for p in options if not p.help] == [], path
        assert sorted(texts[path].get("options", {})) == sorted(p.name for p in options), path


def test_the_shell_completes_commands(chidan):
    words = {"COMP_WORDS": "chidan re", "COMP_CWORD": "1", "_CHIDAN_COMPLETE": "bash_complete"}
    done = chidan(**words)

    assert done.stdout.split() == ["plain,reload", "plain,restore"]
