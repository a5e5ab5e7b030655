"""The administrators' guide tells the truth: what it names exists, and its commands run."""

import re
import shlex
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from bot.bootstrap import build_assistant, open_index
from bot.log.exchanges import Conversations
from bot.review.web import PAGES
from bot.settings import Settings
from bot.texts.texts import VIETNAMESE

ROOT = Path(__file__).parent.parent
GUIDE = (ROOT / "docs" / "vi" / "nhat-ky.md").read_text(encoding="utf-8")
FLAT = " ".join(GUIDE.split())
CODE = re.findall(r"`([^`]+)`", FLAT)
COMMANDS = [words.removeprefix(".venv/bin/") for words in CODE if "bin/chidan" in words]


def sayings() -> set[str]:
    """What pages and buttons are called."""
    told = yaml.safe_load((PAGES / "metadata.yaml").read_text(encoding="utf-8"))
    queries = [q for database in told["databases"].values() for q in database["queries"].values()]
    words = {query["title"] for query in queries} | {"Biểu đồ 30 ngày", "Tổng quan"}
    words |= {heading for query in queries for heading in re.findall(r'as "([^"]+)"', query["sql"])}
    charts = told["plugins"]["datasette-dashboards"]["tong-quan"]["charts"].values()
    words |= {chart["title"] for chart in charts}
    base = (PAGES / "templates" / "base.html").read_text(encoding="utf-8")
    words |= set(re.findall(r">([^<>]+)</a>", base))
    texts = VIETNAMESE.admin.review
    words |= {texts.reply, texts.add_source, texts.ignore, texts.done, texts.send_new}
    words |= {texts.withdraw, texts.still_right}
    jobs = VIETNAMESE.admin.jobs.values()
    words |= {re.sub(r"^\W+|\W+\{.*$", "", words_of_job) for words_of_job in jobs}
    return (
        words
        | {texts.now_answered.strip(" \n✓"), VIETNAMESE.admin.draft_add}
        | set(texts.filters.values())
    )


@pytest.mark.parametrize("named", sorted(set(re.findall("“([^”]+)”", FLAT))))
def test_pages_columns_and_buttons_are_called_so(named):
    assert named in sayings()


def test_the_bot_knows_its_commands():
    known = {f"/{name}" for name in VIETNAMESE.commands | VIETNAMESE.admin_commands}

    assert {words.split()[0] for words in CODE if words.startswith("/")} <= known


def test_settings_pictures_and_targets_are_there():
    settings = {name.upper() for name in Settings.model_fields}
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")

    assert set(re.findall(r"`([A-Z_]{4,})(?:=[^`]*)?`", FLAT)) <= settings
    for picture in re.findall(r"\]\((img/[^)]+)\)", GUIDE):
        assert (ROOT / "docs" / picture).exists(), picture
    for words in CODE:
        if words.startswith("make "):
            assert f"\n{words.removeprefix('make ')}:" in makefile


async def test_its_commands_run_one_after_another(chidan, tmp_path):
    sources, state = tmp_path / "sources", tmp_path / "state"
    sources.mkdir()
    quoted = "Năm 2024, Hà Nội kết nạp 11.144 đảng viên mới, vượt chỉ tiêu mà đại hội đề ra."
    (sources / "ha-noi.txt").write_text(f"{quoted}\n")
    settings = Settings(_env_file=None, sources_dir=sources, state_dir=state)
    question = "Năm 2024 Hà Nội kết nạp bao nhiêu đảng viên?"
    with open_index(settings) as index, Conversations(state / "logs.db") as log:
        index.reload()
        answer = await build_assistant(index, settings).answer(question)
        exchange = log.record(None, -5, None, 7, "Lan", 1, question, datetime.now(UTC))
        log.finish(exchange, answer)

    said = {}
    for command in COMMANDS:
        if "serve" in command:
            continue
        line = command.partition(" > ")[0].replace("SỐ", "1").replace("chữ phải có", "11.144")
        done = chidan(*shlex.split(line)[1:])
        assert done.returncode == 0, (line, done.stderr)
        said[" ".join(line.split()[1:3])] = done.stdout

    assert "Trả lời được: 100%" in said["logs stats"]
    assert question in said["logs --search"]
    assert f"“{quoted}”" in said["logs show"]
    assert question in said["logs --since"]
    assert "1 lượt hỏi" in said["backup nhat-ky.db"]
    assert "1 lượt hỏi" in said["restore nhat-ky.db"]
    assert len(said) == 9
