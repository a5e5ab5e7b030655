"""The bot under load: real `chidan run`, a Bot API server on loopback, many people at once.

    python -m tests.benchmarks.load [CHATS] [ROUNDS] [MESSAGES]

Owns asking and timing from an update to its reply. The server stands in this process, the bot in
its own, with the default articles: without a model, and with one that takes two seconds to answer.
Telegram's own limit, 30 messages a second, is kept by the bot; the server would refuse what is past
it.
"""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import psutil

from retrieval.evaluation.cases import load_cases
from tests.benchmarks.suites import ROOT

sys.path.append(str(ROOT / "tests"))
from botapi import server as botapi
from botapi.server import BotApiServer
from scripted_model import ScriptedModel, says

botapi.PATIENCE = 900.0
_STEPS = 10
_SAID = "Các nguồn nêu số liệu của từng địa phương và từng năm [1]."
_PACE = 2.0 / len(_SAID)
"""Seconds a letter: the slow model takes two for its answer."""


@asynccontextmanager
async def bot(server: BotApiServer, state: Path, **more: str) -> AsyncIterator[psutil.Process]:
    """Run the bot until the block ends; the first reply has been sent before it begins.

    `more` are further settings.
    """
    settings = {
        "TELEGRAM_BOT_TOKEN": server.token,
        "TELEGRAM_BASE_URL": server.base_url,
        "STATE_DIR": str(state),
        "QUESTIONS_PER_PERSON": "0",
        "QUESTIONS_PER_CHAT": "0",
        "QUESTIONS_WAITING": "0",
        **more,
    }
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot.cli", "run"),
        cwd=ROOT,
        env={**os.environ, **settings},
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        await server.reply_to(server.person("An").writes("xin chào"))
        yield psutil.Process(child.pid)
    finally:
        child.terminate()
        await child.wait()


async def crowd(server: BotApiServer, chats: int, rounds: int) -> dict[str, object]:
    """Let `chats` people ask `rounds` questions each, each the next as soon as one is answered."""
    cases = load_cases(ROOT / "data" / "eval" / "questions.jsonl").cases
    people = [server.person(f"Người {number}") for number in range(chats)]

    async def talk(number: int) -> list[float]:
        waits = []
        for turn in range(rounds):
            question = cases[(number * rounds + turn) % len(cases)].question
            started = time.perf_counter()
            await server.reply_to(people[number].writes(question))
            waits.append(time.perf_counter() - started)
        return waits

    started = time.perf_counter()
    waits = await asyncio.gather(*(talk(number) for number in range(chats)))
    spent = time.perf_counter() - started
    means = [statistics.mean(own) for own in waits]
    return {
        "chats": chats,
        "answers": chats * rounds,
        "a_second": round(chats * rounds / spent, 1),
        "wait_s": _spread([wait for own in waits for wait in own]),
        "slowest_chat_to_fastest": round(max(means) / min(means), 2),
    }


async def marathon(
    server: BotApiServer, process: psutil.Process, state: Path, messages: int
) -> dict[str, object]:
    """Send `messages` in a row from ten people; return memory and open files along the way."""
    cases = load_cases(ROOT / "data" / "eval" / "questions.jsonl").cases
    people = [server.person(f"Bạn {number}") for number in range(10)]
    course = []
    for step in range(_STEPS):
        part = range(step * messages // _STEPS, (step + 1) * messages // _STEPS)
        for first in range(part.start, part.stop, len(people)):
            asked = zip(people, range(first, part.stop), strict=False)
            said = [person.writes(cases[i % len(cases)].question) for person, i in asked]
            await asyncio.gather(*(server.reply_to(message) for message in said))
        server.world.sent.clear()
        course.append((part.stop, process.memory_info().rss / 2**20, process.num_fds()))
    half = course[len(course) // 2 :]
    slope = statistics.linear_regression([c[0] for c in half], [c[1] for c in half]).slope
    return {
        "messages": messages,
        "rss_mb": [round(c[1]) for c in course],
        "kb_a_message_second_half": round(slope * 1024, 2),
        "open_files": [c[2] for c in course],
        "log_mb": round((state / "logs.db").stat().st_size / 2**20, 2),
    }


@asynccontextmanager
async def slow_model() -> AsyncIterator[str]:
    """Serve a model that says one sentence letter by letter; yield its address."""
    model = ScriptedModel(usual=says(_SAID, pace=_PACE, letters=1))
    started, stop = threading.Event(), asyncio.Event()
    serving = asyncio.create_task(model.serve(started, stop))
    await asyncio.to_thread(started.wait)
    try:
        yield model.url
    finally:
        stop.set()
        await serving


def _spread(times: Sequence[float]) -> dict[str, float]:
    cuts = statistics.quantiles(times, n=100, method="inclusive")
    return {f"p{p}": round(cuts[p - 1], 2) for p in (50, 95, 99)}


async def load(chats: int, rounds: int, messages: int) -> dict[str, object]:
    """Return the figures of both."""
    with tempfile.TemporaryDirectory(prefix="chidan-") as folder:
        state = Path(folder)
        async with BotApiServer() as server, bot(server, state) as process:
            crowded = await crowd(server, chats, rounds)
            long = await marathon(server, process, state, messages)
            refused = len(server.unplanned)
        async with (
            BotApiServer() as server,
            slow_model() as url,
            bot(server, state / "with-model", LLM_BASE_URL=url, LLM_MODEL="slow"),
        ):
            modelled = await crowd(server, chats, max(1, rounds // 5))
            refused += len(server.unplanned)
    return {"crowd": crowded, "crowd, slow model": modelled, "row": long, "refused": refused}


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:]] + [50, 10, 1000][len(sys.argv) - 1 :]
    print(json.dumps(asyncio.run(load(*numbers))))
