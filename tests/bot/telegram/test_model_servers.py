"""The real bot behind what six model servers and services send, as `tests/data/model_servers`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from scripted_model import ScriptedModel, running, sends, status

from bot.bootstrap import build_assistant
from bot.settings import Settings

STREAMS = Path(__file__).parents[2] / "data" / "model_servers"
SERVERS = sorted(folder.name for folder in STREAMS.iterdir() if folder.is_dir())
QUESTION = "Năm 2024 Hà Nội kết nạp bao nhiêu đảng viên mới?"
SHOWN = (
    "Năm 2024, Hà Nội kết nạp 11.144 đảng viên mới, vượt chỉ tiêu đại hội đề ra [1]."
    " Hà Nội hoàn thành vượt mức chỉ tiêu của đại hội với 11.144 đảng viên mới [1]."
)


@pytest.fixture
def model() -> Iterator[ScriptedModel]:
    with running() as model:
        yield model


@pytest.mark.parametrize("name", SERVERS)
async def test_what_a_server_streams_becomes_a_checked_answer_with_its_cost(
    server, bot, kept, model, name
):
    folder = STREAMS / name
    refusals = [status(400, path.read_bytes()) for path in sorted(folder.glob("refusal-*.json"))]
    judgement = (folder / "judgement.json").read_bytes()
    model.script = [
        *refusals,
        sends((folder / "answer.sse").read_bytes(), "text/event-stream; charset=utf-8"),
        sends(judgement, "application/json"),
    ]
    known = {"llm_base_url": model.url, "llm_model": name}
    assistant = build_assistant(kept, Settings(_env_file=None, **known))
    bot.assistant, bot.closing = assistant, assistant.aclose
    await bot.starts(**known)

    reply = await server.reply_to(server.person("Lan").writes(QUESTION))
    await bot.stops()

    assert reply.text.startswith(SHOWN)
    assert "Người đọc hỏi" not in reply.text, "thoughts are left out"
    assert len(reply.marked("blockquote")) == 1
    [use] = bot.log.file.rows("select * from model_uses")
    answer, judged = _usage(folder / "answer.sse"), json.loads(judgement)["usage"]
    assert use["prompt_tokens"] == answer["prompt_tokens"] + judged["prompt_tokens"]
    assert use["completion_tokens"] == answer["completion_tokens"] + judged["completion_tokens"]
    assert use["failure"] == ""
    assert len(model.requests) == len(refusals) + 2


def _usage(stream: Path) -> dict[str, int]:
    """Return the last count of tokens in a stream."""
    events = (line[6:] for line in stream.read_text("utf-8").splitlines() if line[6:7] == "{")
    return [told for event in events if (told := json.loads(event).get("usage"))][-1]
