"""The command line with a chat model behind it."""

from __future__ import annotations

import json

import pytest
from scripted_model import running, says, status
from sqlite_utils import Database

ARTICLE = (
    "---\ntitle: Hà Nội tổng kết năm 2024\npublisher: Báo Thử\ndate: 2024-12-31\n---\n\n"
    "Năm 2024, Hà Nội kết nạp 11.144 đảng viên, đạt 108,62% chỉ tiêu.\n\n"
    "Bí thư Thành ủy Bùi Thị Minh Hoài chủ trì hội nghị tổng kết của thành phố.\n"
)
QUESTION = "Năm 2024 Hà Nội kết nạp bao nhiêu đảng viên?"
TRUE = "Năm 2024, Hà Nội kết nạp 11.144 đảng viên [1]."


@pytest.fixture
def server():
    with running() as server:
        yield server


@pytest.fixture
def ask(chidan, tmp_path, server):
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "ha-noi.md").write_text(ARTICLE, encoding="utf-8")

    def run(*arguments: str, **settings: str):
        known = {"LLM_BASE_URL": server.url, "LLM_MODEL": "m", "LLM_API_KEY": "bi-mat"}
        return chidan("ask", *arguments, QUESTION, **known | settings)

    return run


def test_a_models_answer_is_shown_with_numbered_quotes_and_logged(ask, server, tmp_path):
    server.usual = says(f"Hà Nội đứng thứ 1 cả nước [1]. {TRUE}")

    done = ask()

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(TRUE)
    assert "[1] — Báo Thử" in done.stdout
    assert "thứ 1" not in done.stdout
    [use] = Database(tmp_path / "state" / "logs.db").query("select * from model_uses")
    assert "thứ 1" in use["raw"]
    assert len(json.loads(use["dropped"])) == 1
    assert "bi-mat" not in done.stdout + done.stderr


def test_a_dead_model_costs_a_line_and_nothing_else(ask, server):
    server.usual = status(401)

    answer = json.loads(ask("--json").stdout)

    assert answer["kind"] == "answer"
    assert answer["answer"].endswith("trích dẫn nguyên văn từ nguồn.")
    assert "11.144" in answer["quotes"][0]["text"]


def test_a_spent_allowance_costs_a_line_and_nothing_else(ask, server):
    server.usual = says(TRUE)
    ask()

    done = ask(LLM_DAILY_TOKENS_TOTAL="10")

    assert "Đã hết lượt dùng mô hình ngôn ngữ" in done.stdout
    assert "11.144" in done.stdout
    assert len(server.requests) == 1
